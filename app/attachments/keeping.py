"""Keep a file for whatever holds it: made harmless and sealed, in quarantine where there is a scanner."""

from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage

from app.attachments.kinds import MOST_BYTES, examine, name_of
from app.attachments.refused import FileRefused
from tickets.ground.desk import Desk
from tickets.ground.errors import BadField, FieldsRefused
from tickets.ground.files import Attachment, Checked, FileAudience, Holder, lay_down

#: The field of forms and requests that files come in.
FIELD = "files"


#: A file that was looked at, and its name as it is kept.
Named = tuple[str, Checked]


@dataclass(frozen=True)
class Incoming:
    """A file as somebody handed it in."""

    name: str
    content: bytes


def incoming(files: Iterable[FileStorage]) -> list[Incoming]:
    """What was sent of *files*; a form whose field was left empty sends one without a name."""
    return [Incoming(file.filename, _read(file)) for file in files if file.filename]


def _read(file: FileStorage) -> bytes:
    """From its beginning, however often: a refused form looks at its files once more."""
    file.stream.seek(0)
    return file.stream.read(MOST_BYTES + 1)


def keep(
    desk: Desk,
    holder: Holder,
    content: bytes,
    *,
    name: str,
    audience: FileAudience,
    scans: bool,
) -> Attachment:
    """
    Keep one file for *holder*; it lies on the desk, and whoever sits there is who handed it in.

    *scans* says whether a scanner is configured, so that it waits in quarantine.
    Give it to a ticket with `tickets.ticket.attachments.attach`, at once or later with `bind`.

    :raises FieldsRefused: it cannot be kept; says which file and what to do.
    """
    return keep_all(desk, holder, [Incoming(name, content)], audience=audience, scans=scans)[0]


def keep_all(
    desk: Desk, holder: Holder, files: Iterable[Incoming], *, audience: FileAudience, scans: bool
) -> list[Attachment]:
    """
    Keep *files* for *holder*, all or none.

    :raises FieldsRefused: some cannot be kept; says which and what to do.
    """
    return lay_all(desk, holder, check_all(files), audience=audience, scans=scans)


def check_all(files: Iterable[Incoming]) -> list[Named]:
    """
    Look at *files*; gives of each what may be kept.

    :raises FieldsRefused: some cannot be kept; says which and what to do.
    """
    checked: list[Named] = []
    refused: list[BadField] = []
    for file in files:
        try:
            one = examine(file.content)
        except FileRefused as why:
            refused.append(BadField(FIELD, why.code, {"name": plain_name(file.name), **why.params}))
        else:
            checked.append((name_of(file.name, one.media_type), one))
    if refused:
        raise FieldsRefused(*refused)
    return checked


def lay_all(
    desk: Desk, holder: Holder, files: Iterable[Named], *, audience: FileAudience, scans: bool
) -> list[Attachment]:
    """Seal files that were looked at and lay them on the desk."""
    return [
        lay_down(desk, holder, one, name=name, audience=audience, quarantined=scans) for name, one in files
    ]


def plain_name(given: str) -> str:
    """The name of a file that was refused, fit for a sentence."""
    return "".join(sign for sign in given if sign.isprintable())[-60:] or "?"
