"""The door of the staff: sign in, sign out."""

import re

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from app.access.doors import open_to
from app.access.sign_in import sign_in, sign_out
from app.house import house
from app.language.i18n import way_back
from app.language.sentences import FieldSentence, field_sentence, sentence
from app.web.forms import TOKEN
from app.web.staff import SECRET
from tickets.ground.errors import BadField

door = Blueprint("sign_in", __name__)

#: Forms that are kept while somebody signs in again, and what their fields are called meanwhile.
FORMS_KEPT = re.compile(r"/intake|/tickets/[0-9]{14}/[a-z_]+|/(admin|duty|phrases|absence)(/[\w.:@-]+)*")
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
        return _form(status=401)
    with house().session() as rows, rows.begin():
        secret = sign_in(rows, request.form.get("username", ""), request.form.get("password", ""))
        if secret and (earlier := session.get(SECRET)):
            sign_out(rows, earlier, idle_minutes=house().settings.idle_minutes)
    if secret is None:
        return _form(field_sentence(BadField("username", "bad_sign_in")), 422)
    session.clear()
    session[SECRET] = secret
    if kept_for := _kept_for():
        return render_template("account/go_on.html", action=kept_for, kept=_kept())
    return redirect(_wanted(), 303)


@door.errorhandler(CSRFError)
def expired(_error: CSRFError) -> ResponseReturnValue:
    """Show the form again; nobody is signed out by a form of another site."""
    if request.endpoint != "sign_in.enter":
        return redirect(url_for("desks.show"), 303)
    told = sentence("form_expired", {})
    return _form(FieldSentence(told.message, told.remedy, field=""), 400)


@door.post("/sign-out")
@open_to("everybody")
def leave() -> ResponseReturnValue:
    """End the session, here and in its row."""
    secret = session.get(SECRET)
    if secret:
        with house().session() as rows, rows.begin():
            sign_out(rows, secret, idle_minutes=house().settings.idle_minutes)
    session.clear()
    return redirect(url_for("sign_in.show"), 303)


def _form(wrong: FieldSentence | None = None, status: int = 200) -> Response:
    page = render_template(
        "account/sign_in.html",
        username=request.form.get("username", "").replace("\0", ""),
        next=request.args.get("next"),
        kept_for=_kept_for() or None,
        kept=_kept() if _kept_for() else [],
        wrong=[wrong] if wrong else [],
        demo=house().settings.demo,
    )
    return make_response(page, status)


def _kept_for() -> str:
    """The form somebody had filled in when their session was over."""
    asked = request.args.get("kept_for", "")
    return asked if FORMS_KEPT.fullmatch(asked) else ""


def _kept() -> list[tuple[str, str]]:
    """What was typed there, through the door and back."""
    sent = [pair for pair in request.form.items(multi=True) if pair[0] != TOKEN]
    through = [(name.removeprefix(KEPT), value) for name, value in sent if name.startswith(KEPT)]
    return through if "username" in request.form else sent


def _wanted() -> str:
    """The page of ours the visitor was sent here from, or their desk."""
    asked = way_back() if request.args.get("next") else "/"
    return url_for("desks.show") if asked == "/" or asked.startswith("/sign-") else asked
