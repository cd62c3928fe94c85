"""What a citizen may do with a matter just now, and why not: a name of `app.language.citizen_words`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from tickets.callback.dispute import MOST, WITHIN
from tickets.ground import flow
from tickets.ground.desk import CITIZEN, Desk
from tickets.ground.facts import Supplemented
from tickets.ground.flow import Move, Outcome, State
from tickets.ground.refs import SHANGHAI
from tickets.ground.timeline import Entry
from tickets.ground.words import RequestKind
from tickets.ticket import Ticket

#: The moves of a citizen's own pages, and their names in addresses.
MOVES: Mapping[str, Move] = {
    "add": Move.SUPPLEMENT,
    "urge": Move.URGE,
    "withdraw": Move.WITHDRAW,
    "rate": Move.CALL_BACK,
    "dispute": Move.DISPUTE,
}

#: Times a day something can be added on the page.
ADDED_A_DAY = 20


@dataclass(frozen=True)
class Choice:
    """One thing a citizen may ask for; *why_not* is empty where it can be done now."""

    name: str
    why_not: str


@dataclass(frozen=True)
class Choices:
    """What the citizen of one ticket can do now."""

    by_name: Mapping[str, Choice]
    #: Taking it back is asked first: a report, or somebody supervises it.
    asks_to_withdraw: bool
    #: Until when it can be done once more.
    dispute_until: datetime | None

    def can(self, name: str) -> bool:
        """Whether *name* can be done now."""
        return not self.by_name[name].why_not


def choices_of(desk: Desk, ticket: Ticket) -> Choices:
    """Everything the citizen of *ticket* may want, each with why it cannot be."""
    at = desk.now()
    why = {
        "add": _why_not_add(ticket),
        "urge": _why_not_urge(ticket, at),
        "withdraw": _why_not_withdraw(ticket),
        "rate": _why_not_rate(ticket),
        "dispute": _why_not_dispute(desk, ticket, at),
    }
    return Choices(
        by_name={name: Choice(name, said) for name, said in why.items()},
        asks_to_withdraw=ticket.sealed or ticket.supervised is not None,
        dispute_until=None if why["dispute"] or ticket.closed_at is None else ticket.closed_at + WITHIN,
    )


def _over(ticket: Ticket) -> str:
    if ticket.follows:
        return "goes_with_another"
    return "over"


def _may(ticket: Ticket, move: Move) -> bool:
    return move in flow.possible(State(ticket.state))


def _why_not_add(ticket: Ticket) -> str:
    return "" if _may(ticket, Move.SUPPLEMENT) else _over(ticket)


def added_too_often(desk: Desk, ticket: Ticket) -> bool:
    """Whether the citizen added to *ticket* as often as one may within a day."""
    added = desk.session.exec(
        select(func.count()).where(
            Entry.ticket_id == ticket.id,
            Entry.what == Supplemented.name,
            Entry.role == CITIZEN.role,
            col(Entry.at) > desk.now() - timedelta(days=1),
        )
    ).one()
    return added >= ADDED_A_DAY


def _why_not_urge(ticket: Ticket, at: datetime) -> str:
    if not _may(ticket, Move.URGE):
        return _over(ticket)
    if ticket.urged_on == at.astimezone(SHANGHAI).date():
        return "urged_today"
    return ""


def _why_not_withdraw(ticket: Ticket) -> str:
    if not _may(ticket, Move.WITHDRAW):
        return _over(ticket)
    asked = any(one.kind == RequestKind.WITHDRAWAL and one.state == "open" for one in ticket.requests)
    return "withdrawal_asked" if asked else ""


def _why_not_rate(ticket: Ticket) -> str:
    if ticket.citizen_solved is not None or ticket.satisfaction is not None:
        return "rated"
    if _may(ticket, Move.CALL_BACK):
        return ""
    return "no_answer_yet" if ticket.is_open else _over(ticket)


def _why_not_dispute(desk: Desk, ticket: Ticket, at: datetime) -> str:
    if ticket.is_open:
        return "still_open"
    if ticket.outcome == Outcome.HANDED_OVER:
        return "with_emergency"
    late = ticket.closed_at is None or at - ticket.closed_at > WITHIN
    if late or not _may(ticket, Move.DISPUTE):
        return "too_late"
    if ticket.disputes >= MOST:
        return "done_again"
    if (
        ticket.follows
        and desk.session.exec(
            select(Ticket.id).where(Ticket.ref == ticket.follows, col(Ticket.closed_at).is_(None))
        ).first()
    ):
        return _over(ticket)
    return ""
