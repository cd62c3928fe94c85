"""What may be read out: items of the policy library a matter may be about. The one place that asks it."""

from tickets.assistance.matching import Match, matching
from tickets.ground.desk import Desk

#: The likeliest is read out; the others are one line each.
MOST_POLICIES = 3


def matching_policies(desk: Desk, written: str) -> list[Match]:
    """Items in force that the matter *written* may be about, the likeliest first, each with its reason."""
    return matching(desk.session, written, desk.today(), limit=MOST_POLICIES) if written.strip() else []


def answer_of(desk: Desk, written: str, code: str) -> str | None:
    """The answer of one of the items that are offered for *written*."""
    return next((one.item.answer for one in matching_policies(desk, written) if one.item.code == code), None)
