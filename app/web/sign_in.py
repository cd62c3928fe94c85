"""The door of the staff: sign in with a password and, where the account asks for one, a code; sign out."""

import re

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from app.access.doors import open_to
from app.access.sessions import sign_out
from app.access.sign_in import HalfOver, give_code, sign_in
from app.access.tries import MustWait
from app.house import house
from app.language.i18n import way_back
from app.language.sentences import FieldSentence, field_sentence, sentence
from app.web.forms import TOKEN
from app.web.origin import Refusal, door_here
from app.web.staff import SECRET, go_on_as
from tickets.ground.errors import BadField

door = Blueprint("sign_in", __name__)

#: Where the secret of who still owes a code stands in the signed cookie.
HALF = "half"

#: Forms that are kept while somebody signs in again, and what their fields are called meanwhile.
FORMS_KEPT = re.compile(
    r"/intake|/tickets/[0-9]{14}(/requests)?/[a-z0-9_-]+|/(admin|duty|phrases|absence)(/[\w.:@-]+)*"
)
KEPT = "kept:"


@door.get("/sign-in")
@open_to("everybody")
def show() -> ResponseReturnValue:
    """Ask who it is."""
    return _form()


@door.post("/sign-in")
@open_to("everybody")
def enter() -> ResponseReturnValue:
    """Let in who knows the password; the session begins anew with each sign-in."""
    if "username" not in request.form and _kept_for():
        return _form(), 401
    username, password = request.form.get("username", ""), request.form.get("password", "")
    try:
        with house().session() as rows, rows.begin():
            entry = sign_in(rows, door_here(), username, password)
    except MustWait as wait:
        return _refuse(Refusal.to_wait("username", wait))
    if entry is None:
        return _refuse(Refusal(BadField("username", "bad_sign_in")))
    _end_earlier()
    if not entry.owes_code:
        return _come_in(entry.secret)
    session[HALF] = entry.secret
    return _code_form() if _kept_for() else redirect(_here("sign_in.ask_code"), 303)


@door.get("/sign-in/code")
@open_to("everybody")
def ask_code() -> ResponseReturnValue:
    """Ask for the code of who knew the password."""
    return _code_form() if HALF in session else redirect(_here("sign_in.show"), 303)


@door.post("/sign-in/code")
@open_to("everybody")
def enter_code() -> ResponseReturnValue:
    """Let in whose code fits, too."""
    try:
        with house().session() as rows, rows.begin():
            secret = give_code(rows, door_here(), session.get(HALF, ""), request.form.get("code", ""))
    except MustWait as wait:
        refusal = Refusal.to_wait("code", wait)
        return refusal.answer(_code_form(field_sentence(refusal.bad)))
    except HalfOver:
        session.pop(HALF, None)
        return _refuse(Refusal(BadField("username", "half_over")))
    if secret is None:
        refusal = Refusal(BadField("code", "wrong_code"))
        return refusal.answer(_code_form(field_sentence(refusal.bad)))
    return _come_in(secret)


@door.errorhandler(CSRFError)
def expired(_error: CSRFError) -> ResponseReturnValue:
    """Show the form again; nobody is signed out by a form of another site."""
    told = sentence("form_expired", {})
    said = FieldSentence(told.message, told.remedy, field="")
    if request.endpoint == "sign_in.enter":
        return _form(said), 400
    if request.endpoint == "sign_in.enter_code" and HALF in session:
        return _code_form(said), 400
    return redirect(url_for("desks.show"), 303)


@door.post("/sign-out")
@open_to("everybody")
def leave() -> ResponseReturnValue:
    """End the session, here and in its row."""
    _end_earlier()
    return redirect(url_for("sign_in.show"), 303)


def _end_earlier() -> None:
    """Nothing of who was here before is left: neither the row nor the cookie."""
    if secret := session.get(SECRET):
        with house().session() as rows, rows.begin():
            sign_out(rows, house().settings, secret)
    session.clear()


def _come_in(secret: str) -> ResponseReturnValue:
    go_on_as(secret)
    if kept_for := _kept_for():
        return render_template("account/go_on.html", action=kept_for, kept=_kept())
    return redirect(_wanted(), 303)


def _refuse(refusal: Refusal) -> ResponseReturnValue:
    return refusal.answer(_form(field_sentence(refusal.bad)))


def _form(wrong: FieldSentence | None = None) -> str:
    return render_template(
        "account/sign_in.html",
        username=request.form.get("username", "").replace("\0", ""),
        wrong=[wrong] if wrong else [],
        demo=house().settings.demo,
        **_brought(),
    )


def _code_form(wrong: FieldSentence | None = None) -> str:
    return render_template("account/code.html", wrong=[wrong] if wrong else [], **_brought())


def _brought() -> dict[str, object]:
    """What goes through the door with somebody: where they wanted to go, or the form they had filled in."""
    kept_for = _kept_for()
    return {
        "next": request.args.get("next"),
        "kept_for": kept_for or None,
        "kept": _kept() if kept_for else [],
    }


def _here(endpoint: str) -> str:
    return url_for(endpoint, next=request.args.get("next"))


def _kept_for() -> str:
    """The form somebody had filled in when their session was over."""
    asked = request.args.get("kept_for", "")
    return asked if FORMS_KEPT.fullmatch(asked) else ""


def _kept() -> list[tuple[str, str]]:
    """What was typed there, through the door and back."""
    sent = [pair for pair in request.form.items(multi=True) if pair[0] != TOKEN]
    through = [(name.removeprefix(KEPT), value) for name, value in sent if name.startswith(KEPT)]
    is_ours = "username" in request.form or request.endpoint == "sign_in.enter_code"
    return through if is_ours else sent


def _wanted() -> str:
    """The page of ours the visitor was sent here from, or their desk."""
    asked = way_back() if request.args.get("next") else "/"
    return url_for("desks.show") if asked == "/" or asked.startswith("/sign-") else asked
