"""The home page of each role: what is due next, on top."""

from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.access.accounts import Role, Viewer
from app.access.rules import may_settle_texts
from app.digest.reading import counts_of
from app.language.help_words import Step
from app.language.names import options, place_names, unit_names
from app.reading.arrived import Arrived, count_arrived
from app.reading.board import STEPS, count_steps, usual_steps
from app.reading.library import count_ringing
from app.reading.telling import count_calls
from app.web.admin.overview import overview
from app.web.assistance.desk import OUTSIDE, outside_desk
from app.web.assistance.waiting import waiting_lines
from app.web.desk_sections import DESKS, Asked
from app.web.fresh import fresh_part
from app.web.help import steps_of
from app.web.places import DESK_NAMES, seldom_of
from app.web.staff import blueprint, staff_page
from tickets.ground.clock import Notice
from tickets.ground.desk import Desk
from tickets.ground.refs import SHANGHAI
from tickets.ground.words import UnitKind

desks = blueprint("desks", __name__)

#: Never offered for several tickets at once; each ticket's own conflicts are held apart.
NEVER_LEADS = (UnitKind.HOTLINE, UnitKind.AGENCY)

#: What of an address stays as one turns pages.
KEPT = ("mine", "step")


@desks.get("/desk")
@staff_page()
def show() -> ResponseReturnValue:
    """Show the desk of the viewer's role."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    if viewer.role == Role.ADMIN:
        return render_template(
            "admin/overview.html", title=DESK_NAMES[viewer.role], tour=_tour(viewer), **overview(desk)
        )
    if viewer.role in OUTSIDE:
        return outside_desk()
    told = _told(desk, viewer)
    if "X-Live" in request.headers:
        return fresh_part(render_template("desks/_lists.html", **told))
    return render_template("desks/desk.html", **told)


def _told(desk: Desk, viewer: Viewer) -> dict[str, Any]:
    """Everything a desk says."""
    units = desk.rules.units
    now = desk.now()
    asked = [
        (section, section.ask(Asked(desk, viewer, request.args.get(section.name), now)))
        for section in DESKS[viewer.role]
    ]
    lists = [(section, page) for section, page in asked if page.rows or not section.rare]
    return {
        "title": DESK_NAMES[viewer.role],
        "tour": _tour(viewer),
        "lists": lists,
        # A ticket stands in two lists where its unit was urged.
        "late": len({row.ticket.id for _section, page in lists for row in page.rows if row.is_late}),
        "ladder": _ladder(desk, viewer) if viewer.role == Role.SUPERVISOR else None,
        "arrived": count_arrived(desk) if may_settle_texts(viewer) else Arrived(),
        "calls": count_calls(desk, viewer) if viewer.role in (Role.OPERATOR, Role.CALLER) else 0,
        "ringing": count_ringing(desk.session, viewer, now.astimezone(SHANGHAI).date()),
        "waiting": waiting_lines(desk, viewer, now),
        "digest": counts_of(desk, viewer, desk.today()) if viewer.role == Role.HEAD else None,
        "kept": {name: value for name in KEPT if (value := request.args.get(name)) is not None},
        "units": unit_names(units),
        "places": place_names(units),
        "dispatch_units": options(units, lambda unit: unit.kind not in NEVER_LEADS)
        if viewer.role == Role.DISPATCHER
        else [],
        "seldom": seldom_of(viewer),
        "mine": ("mine" in request.args) if viewer.role in (Role.HANDLER, Role.HEAD) else None,
    }


def _ladder(desk: Desk, viewer: Viewer) -> list[tuple[Notice, int, tuple[str, ...]]]:
    """The steps from the foot up: how many tickets stand on each, and who is told."""
    counted, steps = count_steps(desk, viewer), usual_steps(desk)
    return [(one, counted[one], steps[one].tells if one in steps else ()) for one in reversed(STEPS)]


def _tour(viewer: Viewer) -> list[tuple[Step, str]]:
    """The first steps of the role, until they are put away."""
    return [] if g.toured else steps_of(viewer.role)
