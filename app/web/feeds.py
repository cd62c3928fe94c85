"""Calendars: the page where one gets an address for one's own or a unit's, and what stands behind it."""

import hashlib

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access.accounts import Role, Viewer
from app.access.doors import open_to
from app.access.limits import is_free
from app.admin.ledger import CONSOLE
from app.feeds.due import HAVE_ONE, due_for
from app.feeds.keeping import Reader, TooManyReads, feed_of, make, may_keep, reader_of, revoke
from app.feeds.writing import calendar_of
from app.house import house
from app.language.i18n import language
from app.language.names import options, unit_names
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.units import Units
from tickets.ground.words import UnitKind

feeds = blueprint("feeds", __name__)
#: Read by programs that hold no cookie.
calendars = Blueprint("calendars", __name__)


@calendars.get("/calendar/<secret>.ics")
@open_to("secret")
def read(secret: str) -> ResponseReturnValue:
    """The calendar behind *secret*, by the rights its owner has now."""
    limited = not is_free(house().settings, request.remote_addr)
    # A refusal is given and not raised: raised, it would take back what was counted.
    with house().open_desk(CONSOLE) as desk:
        found = reader_of(desk, secret, limited=limited)
        written = _written(desk, found) if isinstance(found, Reader) else b""
    if isinstance(found, TooManyReads):
        return Response(status=429, headers={"Retry-After": str(found.seconds)}, mimetype="text/plain")
    if found is None:
        abort(404)
    answer = Response(written, content_type="text/calendar; charset=utf-8")
    answer.set_etag(hashlib.sha256(written).hexdigest())
    return answer.make_conditional(request)


def _written(desk: Desk, reader: Reader) -> bytes:
    units = desk.rules.units
    name = _("转办期限：%(whose)s", whose=_whose(reader, units))
    return calendar_of(name, due_for(desk, reader), units, house().settings.base_url)


def _whose(reader: Reader, units: Units) -> str:
    return unit_names(units).get(reader.unit, reader.unit) if reader.unit else reader.viewer.display_name


@feeds.get("/account/calendar")
@staff_page()
def show() -> ResponseReturnValue:
    """Which calendars I have, and how to subscribe to one."""
    return _page()


@feeds.post("/account/calendar", defaults={"unit": None})
@feeds.post("/account/calendar/units/<unit>")
@staff_page()
def renew(unit: str | None) -> ResponseReturnValue:
    """Make an address of one's own calendar or a unit's, or another one; it is shown this once."""
    secret = make(g.desk, g.viewer, unit)
    # A telephone does not say in which language it wants to be spoken to.
    path = url_for("calendars.read", secret=secret, lang="en" if language() == "en" else None)
    return _page(address=house().settings.base_url.rstrip("/") + path, of=unit)


@feeds.post("/account/calendar/revoke", defaults={"unit": None})
@feeds.post("/account/calendar/units/<unit>/revoke")
@staff_page()
def remove(unit: str | None) -> ResponseReturnValue:
    """Have an address open nothing any more."""
    if revoke(g.desk, g.viewer, unit):
        flash(_("地址已作废。"), "done")
    return redirect(url_for("feeds.show", unit=unit), 303)


def _page(address: str = "", of: str | None = None) -> str:
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    unit = _shown_unit(desk, viewer, of)
    return render_template(
        "account/calendar.html",
        address=address,
        of=of,
        has_own=viewer.role in HAVE_ONE,
        own=feed_of(desk.session, viewer, None),
        unit=unit,
        unit_name=unit_names(desk.rules.units).get(unit or "", ""),
        units_feed=feed_of(desk.session, viewer, unit) if unit else None,
        offered=options(desk.rules.units, lambda one: one.kind != UnitKind.AGENCY)
        if viewer.role == Role.ADMIN
        else [],
    )


def _shown_unit(desk: Desk, viewer: Viewer, of: str | None) -> str | None:
    """The unit whose calendar the page is about: the head's own, or the one an administrator chose."""
    asked = of or request.args.get("unit") or (viewer.unit if viewer.role == Role.HEAD else None)
    return asked if asked and may_keep(desk, viewer, asked) else None
