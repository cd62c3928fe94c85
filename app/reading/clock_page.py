"""What a page tells of one clock: the count in a sentence, then day by day."""

from collections import Counter
from typing import Any

from app.access.accounts import Viewer
from app.language.names import unit_names
from app.reading.one_ticket import hides_kind
from tickets.clocks.explanation import DayLine, Reason
from tickets.clocks.why import why
from tickets.ground.clock import Clock
from tickets.ground.desk import Desk
from tickets.ticket import Ticket

#: Days that were passed over, in the order they are told.
PASSED_OVER = (Reason.REST_DAY, Reason.HOLIDAY, Reason.PAUSED)


def told_of(desk: Desk, viewer: Viewer, ticket: Ticket, clock: Clock) -> dict[str, Any]:
    """Why *clock* of *ticket* is due when it is, as far as *viewer* may know."""
    told = why(desk.rules, ticket, clock)
    reasons = Counter(day.reason for day in told.days)
    return {
        "why": told,
        "hides": hides_kind(viewer, ticket),
        "passed_over": [(reason, reasons[reason]) for reason in PASSED_OVER if reasons[reason]],
        "holidays": list(dict.fromkeys(day.name for day in told.days if _is_holiday(day))),
        "unit": next((order.unit for order in ticket.orders if order.id == clock.order_id), None),
        "units": unit_names(desk.rules.units),
    }


def _is_holiday(day: DayLine) -> bool:
    return day.reason is Reason.HOLIDAY and bool(day.name)
