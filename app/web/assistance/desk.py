"""The desks of those who hold no tickets: who visits households, and who serves orders."""

from flask import g, render_template

from app.access.accounts import Role
from app.assistance.area import area_of
from app.language.assistance_words import HOUSEHOLD_KINDS, HOUSEHOLD_STATES
from app.language.names import place_names
from app.reading.households import Wanted, households_for
from app.web.assistance.waiting import waiting_lines
from app.web.places import DESK_NAMES
from tickets.assistance.policy_items import EXPIRES_SOON
from tickets.ground.desk import Desk

#: They see no ticket, so their desk is none of tickets.
OUTSIDE = frozenset({Role.VISITOR, Role.AGENCY})

#: Households on the desk; the register has them all.
MOST = 20


def outside_desk() -> str:
    """What a visitor or an agency has to do; for a visitor households to be checked again soon, too."""
    desk: Desk = g.desk
    area = area_of(desk.rules, g.viewer)
    due = Wanted(recheck_by=desk.today() + EXPIRES_SOON)
    rows = households_for(desk, g.viewer, due, limit=MOST)[:MOST] if area else []
    return render_template(
        "assistance/desk.html",
        title=DESK_NAMES[g.viewer.role],
        visits=bool(area),
        waiting=waiting_lines(desk, g.viewer, desk.now()),
        rows=rows,
        kinds=HOUSEHOLD_KINDS,
        states=HOUSEHOLD_STATES,
        places=place_names(desk.rules.units),
    )
