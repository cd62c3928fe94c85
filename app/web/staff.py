"""What all pages of the staff share: who may enter, and what happens to a refused form."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import wraps
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from app.access.accounts import Role, Viewer
from app.access.rules import RULES
from app.access.sessions import seen_now, viewer_by_session
from app.api.doors import NOBODY, NotForYou, was_broken_off
from app.errors import status_of
from app.house import house
from app.language.names import reason_name, spoken
from app.rulemaking.calendars import unannounced
from app.web.duties import Duty, duty_of, lead_to
from app.web.places import places_of
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, TicketError
from tickets.ground.words import ReasonList

View = Callable[..., ResponseReturnValue]
#: Shows a page once more with what was typed and why it was refused.
Again = Callable[..., ResponseReturnValue]

#: How far promises commonly reach, and so how long ahead a year without a notice rings.
REACH = timedelta(days=60)

#: Where the secret of the session stands in the signed cookie.
SECRET = "secret"  # noqa: S105 the name of an entry, not a secret


class FormExpired(TicketError):
    """The form lay open for too long, or is not one of ours."""

    code = "form_expired"


class NotSignedIn(Exception):
    """Nobody is signed in, or not any more."""


@contextmanager
def at_the_desk() -> Iterator[Desk]:
    """
    Open a desk for whoever is signed in.

    :raises NotSignedIn: nobody is.
    """
    with house().open_desk(NOBODY) as desk:
        secret = session.get(SECRET)
        found = viewer_by_session(desk.session, house().settings, secret) if secret else None
        if secret is None or found is None:
            raise NotSignedIn
        # A part that refreshes itself is no sign that somebody is there.
        if found.long_unseen and "X-Live" not in request.headers:
            seen_now(desk.session, secret)
        g.viewer = found.viewer
        g.duty = duty_of(found)
        g.toured = found.toured
        g.desk = desk
        desk.actor = found.viewer.actor()
        yield desk


def go_on_as(secret: str) -> None:
    """Hold the session *secret* from now on, and nothing of the one before."""
    session.clear()
    session[SECRET] = secret


@dataclass(frozen=True)
class Entrance:
    """Whom a page lets in: these roles, everybody where none is named, and who has no other duty first."""

    roles: tuple[Role, ...]
    again: Again | None
    duty: Duty | None

    def enter(self, act: Callable[[], ResponseReturnValue]) -> Response:
        """
        Do *act* at a desk of whoever is signed in.

        :raises NotForYou: somebody else may.
        """
        try:
            with at_the_desk():
                if g.duty not in (None, self.duty):
                    return make_response(lead_to(g.duty))
                if self.roles and g.viewer.role not in self.roles:
                    raise NotForYou
                return make_response(act())
        except NotSignedIn:
            return make_response(to_sign_in())

    def enter_twice(self, act: Callable[[], ResponseReturnValue]) -> Response:
        """
        Do *act*, and once more where the database broke off a deadlock: nothing was done.

        :raises NotForYou: somebody else may.
        """
        try:
            return self.enter(act)
        except DBAPIError as broken:
            if not was_broken_off(broken):
                raise
        return self.enter(act)

    def show_again(self, refused: TicketError, **kwargs: Any) -> Response:
        """Show the page once more and say why its form was refused."""
        if self.again is None or isinstance(refused, NotFound | NotForYou):
            raise refused
        again = self.again
        shown = self.enter(lambda: again(refused, **kwargs))
        if shown.status_code == 200:
            shown.status_code = status_of(refused)
        return shown


def staff_page(*roles: Role, again: Again | None = None, duty: Duty | None = None) -> Callable[[View], View]:
    """
    Let in the staff, or only *roles* where some are named, with a desk laid out for the request.

    *again* shows a refused form once more; the desk it was refused at is gone, with all that lay on it.
    *duty* is the one that is done here: who has another is led there first.
    """
    entrance = Entrance(roles, again, duty)

    def wrap(view: View) -> View:
        @wraps(view)
        def inside(**kwargs: Any) -> ResponseReturnValue:
            try:
                return entrance.enter_twice(lambda: view(**kwargs))
            except TicketError as error:
                refused = error
            return entrance.show_again(refused, **kwargs)

        inside.open_to = ", ".join(roles) or "staff"  # type: ignore[attr-defined] # read by the rule that every route says who may enter
        inside.entrance = entrance  # type: ignore[attr-defined] # read where a form has expired
        return inside

    return wrap


def to_sign_in() -> ResponseReturnValue:
    """Send the visitor to the door, with the page they wanted to read or the form they had filled in."""
    if "X-Live" in request.headers:
        return Response(status=401)
    if request.method == "POST":
        # 307 has the browser take what was typed along.
        return redirect(url_for("sign_in.enter", kept_for=request.path), 307)
    return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")), 303)


def form_expired(_error: CSRFError) -> ResponseReturnValue:
    """Show the form again with what was typed and a token that is good."""
    view = current_app.view_functions[request.endpoint or ""]
    entrance: Entrance | None = getattr(view, "entrance", None)
    if entrance is None or entrance.again is None:
        return redirect(url_for("desks.show"), 303)
    try:
        return entrance.show_again(FormExpired(), **(request.view_args or {}))
    except (TicketError, HTTPException) as refused:
        # Raised while an error is answered, it would not be answered itself.
        return current_app.handle_user_exception(refused)


def blueprint(name: str, import_name: str) -> Blueprint:
    """A blueprint whose forms are shown again when they have expired."""
    made = Blueprint(name, import_name)
    made.register_error_handler(CSRFError, form_expired)
    return made


def _reason_name(name: str, code: str) -> str:
    rules = g.get("rules") or g.desk.rules
    return reason_name(rules.reasons, ReasonList(name), code)


def furnish(app: Flask) -> None:
    """Teach the templates of *app* who is looking and where they can go."""
    app.jinja_env.filters["spoken"] = spoken
    app.jinja_env.globals["reason_name"] = _reason_name

    @app.context_processor
    def bar() -> dict[str, Any]:
        viewer: Viewer | None = g.get("viewer")
        if viewer is None:
            return {}
        duty = g.get("duty")
        return {
            "viewer": viewer,
            "nav": [] if duty else places_of(viewer),
            "finds": not duty and RULES.reads[viewer.role] != "none",
            "home_url": url_for("desks.show"),
            "duty": duty,
            "missing_years": missing_years,
        }


def missing_years(today: date) -> list[int]:
    """Years without a notice that promises reach into soon: an alarm on the desk of whoever sees to it."""
    if g.viewer.role not in (Role.ADMIN, Role.SUPERVISOR) or request.endpoint != "desks.show":
        return []
    return list(unannounced(g.desk.rules.calendar, today, today + REACH))
