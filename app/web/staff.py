"""What all pages of the staff share: who may enter, the bar on top, and what happens to a refused form."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.access.accounts import Role, Viewer
from app.access.rules import RULES
from app.access.sign_in import seen_now, viewer_by_session
from app.admin.absence import AWAY
from app.admin.duty import READERS as DUTY_READERS
from app.api.doors import NOBODY, NotForYou
from app.errors import status_of
from app.house import house
from app.language.names import spoken
from app.language.words import Words
from app.web.phones import is_there
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, TicketError

View = Callable[..., ResponseReturnValue]
#: Shows a page once more with what was typed and why it was refused.
Again = Callable[..., ResponseReturnValue]

#: Where the secret of the session stands in the signed cookie.
SECRET = "secret"  # noqa: S105 the name of an entry, not a secret

DESK_NAMES = Words(
    operator=_("待派单"),
    dispatcher=_("派单台"),
    handler=_("承办台"),
    head=_("承办台"),
    reviewer=_("审核台"),
    caller=_("回访台"),
    supervisor=_("督办台"),
    auditor=_("监督台"),
    admin=_("管理台"),
)

#: Pages about the house itself, and whose they are. Those that change it are the administrator's.
HOUSE_PAGES: tuple[tuple[str, LazyString, frozenset[Role]], ...] = (
    ("admin_units.tree", _("单位管理"), frozenset({Role.ADMIN})),
    ("admin_accounts.find", _("账号管理"), frozenset({Role.ADMIN})),
    ("roles.show", _("角色权限"), frozenset({Role.ADMIN, Role.AUDITOR})),
    ("admin_categories.tree", _("分类目录"), frozenset({Role.ADMIN})),
    ("admin_reasons.lists", _("理由"), frozenset({Role.ADMIN})),
    ("admin_policies.show", _("时限"), frozenset({Role.ADMIN})),
    ("phrases.lists", _("常用语"), frozenset({Role.ADMIN, Role.HEAD})),
    ("duty.now", _("值班表"), frozenset(DUTY_READERS)),
    ("absence.mine", _("外出"), frozenset(AWAY)),
    ("changes.show", _("变更记录"), frozenset({Role.ADMIN, Role.AUDITOR})),
)


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
        idle = house().settings.idle_minutes
        found = viewer_by_session(desk.session, secret, idle_minutes=idle) if secret else None
        if secret is None or found is None:
            raise NotSignedIn
        # A part that refreshes itself is no sign that somebody is there.
        if found.long_unseen and "X-Live" not in request.headers:
            seen_now(desk.session, secret)
        g.viewer = found.viewer
        g.desk = desk
        desk.actor = found.viewer.actor()
        yield desk


def staff_page(*roles: Role, again: Again | None = None) -> Callable[[View], View]:
    """
    Let in the staff, or only *roles* where some are named, with a desk laid out for the request.

    *again* shows a refused form once more; the desk it was refused at is gone, with all that lay on it.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def inside(**kwargs: Any) -> ResponseReturnValue:
            try:
                try:
                    return _enter(roles, lambda: view(**kwargs))
                except TicketError as error:
                    if again is None or isinstance(error, NotFound | NotForYou):
                        raise
                    refused = error
                return _enter(roles, lambda: again(refused, **kwargs), status_of(refused))
            except NotSignedIn:
                # Also between the two: somebody may have closed the account in that moment.
                return to_sign_in()

        inside.open_to = ", ".join(roles) or "staff"  # type: ignore[attr-defined] # read by the rule that every route says who may enter
        inside.again, inside.roles = again, roles  # type: ignore[attr-defined] # read where a form has expired
        return inside

    return wrap


def _enter(roles: tuple[Role, ...], act: Callable[[], ResponseReturnValue], status: int = 0) -> Response:
    with at_the_desk():
        if roles and g.viewer.role not in roles:
            raise NotForYou
        response = make_response(act())
        if status:
            response.status_code = status
        return response


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
    again: Again | None = getattr(view, "again", None)
    if again is None:
        return redirect(url_for("desks.show"), 303)
    arguments = request.view_args or {}
    roles: tuple[Role, ...] = getattr(view, "roles", ())
    try:
        return _enter(roles, lambda: again(FormExpired(), **arguments), 400)
    except NotSignedIn:
        return to_sign_in()
    except (TicketError, HTTPException) as refused:
        # Raised in here it would end as an error of ours: this is a handler already.
        return current_app.handle_user_exception(refused)


def blueprint(name: str, import_name: str) -> Blueprint:
    """A blueprint whose forms are shown again when they have expired."""
    made = Blueprint(name, import_name)
    made.register_error_handler(CSRFError, form_expired)
    return made


@dataclass(frozen=True)
class PlaceToGo:
    """A link of the bar on top."""

    url: str
    label: LazyString | str
    current: bool
    count: int = 0


def furnish(app: Flask) -> None:
    """Teach the templates of *app* who is looking and where they can go."""
    app.jinja_env.filters["spoken"] = spoken

    @app.context_processor
    def bar() -> dict[str, Any]:
        viewer: Viewer | None = g.get("viewer")
        if viewer is None:
            return {}
        finds = RULES.reads[viewer.role] != "none"
        return {"viewer": viewer, "nav": places_of(viewer), "finds": finds, "home_url": url_for("desks.show")}


def places_of(viewer: Viewer) -> list[PlaceToGo]:
    """Every page this viewer may open that is not about one ticket."""
    found = [("desks.show", DESK_NAMES[viewer.role])]
    if viewer.role in RULES.moves["register"]:
        found.insert(0, ("intake.show", _("接电话")))
    if RULES.reads[viewer.role] != "none":
        found.append(("tickets.search", _("工单")))
    found += [(endpoint, label) for endpoint, label, roles in HOUSE_PAGES if viewer.role in roles]
    if is_there(house()):
        found.append(("phones.show_phones", _("手机模拟器")))
    urls = [(url_for(endpoint), label) for endpoint, label in found]
    return [PlaceToGo(url, label, current=request.path == url) for url, label in urls]
