"""What a form brings beside its words: photos, and a signature drawn on the screen or on paper."""

from flask import request
from pydantic import TypeAdapter, ValidationError

from app.assistance.signing import Keeping, Pictures, Strokes
from app.attachments.keeping import FIELD, incoming
from app.house import house
from app.language.sentences import fields_of
from tickets.ground.errors import BadField, FieldsRefused

#: Strokes as JSON; a browser without a script sends none.
SIGNED = "strokes"
#: A signature or fingerprint on paper, photographed.
ON_PAPER = "signed_paper"

_STROKES: TypeAdapter[tuple[tuple[int, ...], ...]] = TypeAdapter(Strokes)


def pictures_sent() -> Pictures:
    """
    The pictures and the signature of the form that was sent, looked at.

    :raises FieldsRefused: one cannot be kept, or there are too many.
    """
    paper = incoming(request.files.getlist(ON_PAPER))
    written = request.form.get(SIGNED, "")
    try:
        strokes = _STROKES.validate_python(written) if written else None
    except ValidationError as wrong:
        bad = fields_of(wrong)[0]
        raise FieldsRefused(BadField(SIGNED, bad.code, dict(bad.params))) from None
    keeping = Keeping.of(house().settings)
    photos = incoming(request.files.getlist(FIELD))
    return Pictures.of(keeping, photos, paper[0] if paper else None, strokes)
