"""How texts leave the house: routes, shares, how providers do, each move with its reason; moved by hand."""

from collections.abc import Mapping

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from pydantic import Field
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.admin.effects import of_route
from app.admin.providers import RouteWanted, Share, check_shares, move_shares
from app.house import house
from app.language.provider_words import name_of, state_of, why_moved
from app.reading import providers as reading
from app.web.admin.saving import Asked, Held, Refusal, asks, form_of, saved
from app.web.forms import FormKind, Label
from app.web.staff import blueprint, staff_page
from notifications.pulse import IN_TIME, SLOW_ANSWER
from notifications.routes import shifts_of
from notifications.routing import EVERY
from tickets.ground.errors import TicketError

providers_page = blueprint("admin_providers", __name__)

#: Moves shown.
MOST = 40


class RouteTyped(RouteWanted):
    """As a form sends it: with no share filled in it names none, which takes the route away."""

    shares: dict[str, Share] = Field(default_factory=dict)


def kind() -> FormKind:
    """The form: a prefix, a share for each provider there is, a reason."""
    shares: Mapping[str, Label] = {f"shares.{name}": name_of(name) for name in house().providers}
    labels = {"prefix": _("号码开头"), **shares, "rest": _("长期这样（作为常态份额）"), "reason": _("理由")}
    return FormKind(RouteTyped, labels, beside={"shares": _("份额")}, checks=frozenset({"rest"}))


@providers_page.get("/admin/providers")
@staff_page(Role.ADMIN, Role.AUDITOR)
def show() -> ResponseReturnValue:
    """Everything about providers."""
    return _page()


def _again(refused: TicketError) -> ResponseReturnValue:
    return _page(Refusal("route", refused))


@providers_page.post("/admin/providers")
@staff_page(Role.ADMIN, again=_again)
def move() -> ResponseReturnValue:
    """Move the shares of one prefix."""
    wanted: RouteWanted = kind().read(request.form)
    if asks():
        check_shares(wanted.shares, list(house().providers))
        return _page(Asked("route", of_route(g.desk.session)))
    said = gettext("已调整 %(prefix)s 的份额。", prefix=wanted.prefix)
    return saved(
        lambda: move_shares(g.desk, house().providers, wanted), url_for("admin_providers.show"), said
    )


def _page(refused: Held | None = None) -> str:
    session = g.desk.session
    routes = reading.routes(session, house())
    asked = (request.form if refused else request.args).get("prefix", EVERY)
    chosen = next((route for route in routes if route.prefix == asked), routes[0])
    typed = {"prefix": chosen.prefix} | {f"shares.{way.provider}": str(way.share) for way in chosen.ways}
    return render_template(
        "admin/providers.html",
        routes=routes,
        standings=reading.standings(session, house()),
        shifts=shifts_of(session, most=MOST),
        approvals=reading.approvals(house()),
        names=list(house().providers),
        name_of=name_of,
        state_of=state_of,
        why_moved=why_moved,
        chosen=chosen,
        asked=refused if isinstance(refused, Asked) else None,
        every=EVERY,
        seconds=int(SLOW_ANSWER),
        minutes=int(IN_TIME.total_seconds() // 60),
        form=form_of(kind(), "route", refused, typed=MultiDict(typed)),
    )
