"""What a citizen sees: the first page, what we keep, and where their matter stands."""

from unicodedata import normalize

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from app.access.doors import open_to
from app.access.tracking import TooManyTries, ticket_by_code
from app.attachments.reading import given_out
from app.house import house
from app.language.i18n import language
from app.language.sentences import field_sentence, sentence
from app.reading.progress import progress_of
from app.web import phones
from app.web.origin import origin
from tickets.ground.desk import CITIZEN
from tickets.ground.errors import BadField

citizen = Blueprint("citizen", __name__)

REF_DIGITS, CODE_DIGITS = 14, 6

#: Seconds for which a right code opens the page of its ticket again.
GRANT_LASTS = 30 * 60


@citizen.get("/")
@open_to("everybody")
def start() -> ResponseReturnValue:
    """The first page."""
    return render_template("citizen/start.html", has_phones=phones.is_there(house()))


@citizen.get("/notice")
@open_to("everybody")
def notice() -> ResponseReturnValue:
    """What we keep, why, and who sees it."""
    return render_template("citizen/notice.html")


@citizen.get("/track")
@open_to("everybody")
def ask_for_code() -> ResponseReturnValue:
    """Ask for the number and the code."""
    return render_template("citizen/track.html", ref="", wrong=[], errors={})


@citizen.post("/track")
@open_to("everybody")
def check_code() -> ResponseReturnValue:
    """Hold the code against the number. A right one opens the page of that ticket for a while."""
    written = request.form.get("ref", "").strip()
    ref, code = _digits(written), _digits(request.form.get("code", ""))
    if misshapen := _misshapen(ref, code):
        return _not_found(written, misshapen)
    try:
        with house().session() as session, session.begin():
            found = ticket_by_code(session, house().vault, ref=ref, code=code, address=origin())
    except TooManyTries:
        return render_template("error.html", status=429, said=sentence("too_many_tries", {}), fields=[]), 429
    if found is None:
        return _not_found(written, [BadField("ref", "no_such_ticket"), BadField("code", "no_such_ticket")])
    response = redirect(f"/track/{ref}", 303)
    response.set_cookie(
        "track",
        _grants().dumps(ref),
        max_age=GRANT_LASTS,
        path=f"/track/{ref}",
        httponly=True,
        samesite="Lax",
        secure=house().settings.https,
    )
    return response


@citizen.get("/track/<ref>")
@open_to("citizen")
def show_progress(ref: str) -> ResponseReturnValue:
    """Where the matter stands, for whoever gave its code a short while ago."""
    if not _granted(ref):
        return redirect("/track")
    with house().open_desk(CITIZEN) as desk:
        progress = progress_of(desk, ref, english=language() == "en")
        files = [(one, one.shown_name(desk.vault)) for one in progress.files] if progress else []
    page = "citizen/progress.html"
    return render_template(page, it=progress, files=files) if progress else redirect("/track")


@citizen.get("/track/<ref>/attachments/<attachment_id>")
@open_to("citizen")
def show_file(ref: str, attachment_id: str) -> ResponseReturnValue:
    """Give out one of the files the page names."""
    if not _granted(ref):
        return redirect("/track")
    with house().open_desk(CITIZEN) as desk:
        progress = progress_of(desk, ref, english=language() == "en")
        files = progress.files if progress else []
        row = next((one for one in files if str(one.id) == attachment_id), None)
        if row is None:
            abort(404)
        return given_out(desk.session, desk.vault, row)


# The way in


def _digits(written: str) -> str:
    """Take what was typed without blanks and dashes, full-width digits as plain ones."""
    return "".join(sign for sign in normalize("NFKC", written) if not sign.isspace() and sign not in "-–—")


def _misshapen(ref: str, code: str) -> list[BadField]:
    shapes = (("ref", "bad_ref", ref, REF_DIGITS), ("code", "bad_code", code, CODE_DIGITS))
    return [
        BadField(name, error)
        for name, error, typed, length in shapes
        if not (typed.isascii() and typed.isdigit() and len(typed) == length)
    ]


def _not_found(written: str, wrong: list[BadField]) -> ResponseReturnValue:
    """Ask again. The number stays as it was typed, the code does not."""
    said = {bad.field: field_sentence(bad) for bad in wrong}
    errors = {name: one.message for name, one in said.items()}
    typed = _digits(written)
    if "ref" in errors and typed.isdigit() and len(typed) != REF_DIGITS:
        errors["ref"] += " " + _("您填了 %(num)s 个。", num=len(typed))
    # One sentence for both where it is about both.
    summary = list({one.message: one for one in reversed(said.values())}.values())[::-1]
    return render_template("citizen/track.html", ref=written, wrong=summary, errors=errors), 422


def _grants() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(house().settings.secret_key, salt="track")


def _granted(ref: str) -> bool:
    try:
        return bool(_grants().loads(request.cookies.get("track", ""), max_age=GRANT_LASTS) == ref)
    except BadData:
        return False
