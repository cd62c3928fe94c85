"""What is counted of one ticket, when and for whom: pure rules over what happened to it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tickets.callback.ask import SATISFIED_FROM
from tickets.ground.clock import Clock, ClockKind, ClockState
from tickets.ground.flow import OrderRole, OrderState, Outcome
from tickets.ground.refs import SHANGHAI
from tickets.ground.timeline import Entry
from tickets.ground.words import RequestKind, RequestState, Verdict
from tickets.ticket import Order, Request, Ticket


class Figure(StrEnum):
    """What is counted. Its name is the contract of the API."""

    #: Every matter that was taken down, those merged into others too.
    RECEIVED = "received"
    #: Of these, answered at once at the telephone.
    ANSWERED_DIRECTLY = "answered_directly"
    #: From a number that had asked within the thirty days before.
    REPEATED = "repeated"
    #: Orders given to units, and of these signed for, and in time.
    DISPATCHED = "dispatched"
    SIGNED_IN_TIME = "signed_in_time"
    #: Answers that were due, on the day they were due, and of these given in time.
    DUE = "due"
    IN_TIME = "in_time"
    #: Closed, but for what only followed another; of these solved in the unit's own words, and at one go.
    CLOSED = "closed"
    UNIT_SOLVED = "unit_solved"
    AT_ONE_GO = "at_one_go"
    #: Closed after an answer without a citizen's word on it.
    UNRATED = "unrated"
    #: What citizens said when they were called back: asked and answered, and of these with a yes.
    ASKED_CONTACTED = "asked_contacted"
    CONTACTED = "contacted"
    ASKED_SOLVED = "asked_solved"
    SOLVED = "solved"
    ASKED_SATISFIED = "asked_satisfied"
    SATISFIED = "satisfied"
    RETURN_ASKED = "return_asked"
    RETURN_GRANTED = "return_granted"
    RETURN_REFUSED = "return_refused"
    REWORKED = "reworked"
    DISPUTED = "disputed"
    URGED = "urged"


#: Facts that figures are counted from; all else is read from the ticket's rows.
FACTS = ("called_back", "reworked", "disputed", "urged")

#: The word for no unit.
NOBODY = ""


@dataclass(frozen=True)
class History:
    """One ticket and all that figures are counted from."""

    ticket: Ticket
    orders: Sequence[Order] = ()
    clocks: Sequence[Clock] = ()
    requests: Sequence[Request] = ()
    facts: Sequence[Entry] = ()
    #: Its number had asked shortly before.
    repeats: bool = False

    def unit_of(self, order_id: UUID | None) -> str:
        """Whose order it is."""
        return next((order.unit for order in self.orders if order.id == order_id), NOBODY)

    def lead_at(self, at: datetime) -> Order | None:
        """The lead's order that was the newest before *at*."""
        given = [one for one in self.orders if one.role == OrderRole.LEAD and one.given_at < at]
        return max(given, key=lambda one: (one.given_at, one.id), default=None)


#: A figure, when it happened and for which unit.
Found = tuple[Figure, datetime, str]


@dataclass(frozen=True)
class Counted:
    """One case as it is compared with what was counted before."""

    figure: str
    day: date
    at: datetime
    unit: str
    kind: str
    category: str
    division: str
    channel: str


def counted(history: History) -> list[Counted]:
    """Everything that is counted of one ticket, as its rows are now."""
    ticket = history.ticket
    return [
        Counted(
            figure=figure,
            day=at.astimezone(SHANGHAI).date(),
            at=at,
            unit=unit,
            kind=ticket.kind,
            category=ticket.category or "",
            division=ticket.division or "",
            channel=ticket.channel,
        )
        for rule in RULES
        for figure, at, unit in rule(history)
    ]


def _taking_down(history: History) -> Iterator[Found]:
    ticket = history.ticket
    yield Figure.RECEIVED, ticket.registered_at, NOBODY
    if ticket.outcome == Outcome.ANSWERED:
        yield Figure.ANSWERED_DIRECTLY, ticket.registered_at, NOBODY
    if history.repeats:
        yield Figure.REPEATED, ticket.registered_at, NOBODY


def _giving_out(history: History) -> Iterator[Found]:
    signs = {clock.order_id: clock for clock in history.clocks if clock.kind == ClockKind.SIGN}
    for order in history.orders:
        # Recalled before anybody signed: the unit never had it.
        if order.state == OrderState.RECALLED:
            continue
        yield Figure.DISPATCHED, order.given_at, order.unit
        sign = signs.get(order.id)
        if order.signed_at and (sign is None or order.signed_at <= sign.due_at):
            yield Figure.SIGNED_IN_TIME, order.given_at, order.unit


def _answering(history: History) -> Iterator[Found]:
    for clock in history.clocks:
        if clock.kind != ClockKind.HANDLE or clock.state not in (ClockState.MET, ClockState.BREACHED):
            continue
        unit = history.unit_of(clock.order_id)
        yield Figure.DUE, clock.due_at, unit
        if clock.met_at is not None and clock.met_at <= clock.due_at:
            yield Figure.IN_TIME, clock.due_at, unit


#: How what a unit answered is closed; all else ended without an answer of a unit.
BY_ANSWER = frozenset({Outcome.SOLVED, Outcome.EXPLAINED, Outcome.NO_FURTHER})


def _closing(history: History) -> Iterator[Found]:
    ticket = history.ticket
    if ticket.closed_at is None or ticket.follows is not None or ticket.outcome == Outcome.MERGED:
        return
    lead = history.lead_at(ticket.closed_at)
    unit = lead.unit if lead else NOBODY
    yield Figure.CLOSED, ticket.closed_at, unit
    if ticket.outcome == Outcome.SOLVED:
        yield Figure.UNIT_SOLVED, ticket.closed_at, unit
    returned = any(order.state == OrderState.RETURNED for order in history.orders)
    if ticket.round == 1 and not returned and not history.repeats:
        yield Figure.AT_ONE_GO, ticket.closed_at, unit
    if ticket.outcome in BY_ANSWER and ticket.satisfaction is None:
        yield Figure.UNRATED, ticket.closed_at, unit


#: The three questions: who was asked, the word of the answer, who said yes, and what is a yes.
QUESTIONS: tuple[tuple[Figure, str, Figure, Callable[[Any], bool]], ...] = (
    (Figure.ASKED_CONTACTED, "contacted", Figure.CONTACTED, bool),
    (Figure.ASKED_SOLVED, "solved", Figure.SOLVED, lambda said: said == Verdict.YES),
    (Figure.ASKED_SATISFIED, "satisfaction", Figure.SATISFIED, lambda said: said >= SATISFIED_FROM),
)


def _asking_citizens(history: History) -> Iterator[Found]:
    """The last word of each round. Whoever was not reached, or not asked, is in no rate."""
    if history.ticket.follows is not None:
        return
    last: dict[UUID | None, Entry] = {}
    for fact in history.facts:
        if fact.what == "called_back" and fact.data["reached"]:
            lead = history.lead_at(fact.at)
            last[lead.id if lead else None] = fact
    for order_id, fact in last.items():
        for asked, word, yes, says_so in QUESTIONS:
            if (said := fact.data[word]) is not None:
                yield asked, fact.at, history.unit_of(order_id)
                if says_so(said):
                    yield yes, fact.at, history.unit_of(order_id)


RETURNS = {RequestState.GRANTED: Figure.RETURN_GRANTED, RequestState.REFUSED: Figure.RETURN_REFUSED}


def _giving_back(history: History) -> Iterator[Found]:
    for request in history.requests:
        if request.kind != RequestKind.RETURN:
            continue
        unit = request.asked_unit or NOBODY
        yield Figure.RETURN_ASKED, request.asked_at, unit
        decided = RETURNS.get(RequestState(request.state))
        if decided and request.decided_at:
            yield decided, request.decided_at, unit


def _coming_back(history: History) -> Iterator[Found]:
    words = {"reworked": Figure.REWORKED, "disputed": Figure.DISPUTED, "urged": Figure.URGED}
    for fact in history.facts:
        if fact.what in words:
            lead = history.lead_at(fact.at)
            yield words[fact.what], fact.at, lead.unit if lead else NOBODY


RULES: tuple[Callable[[History], Iterator[Found]], ...] = (
    _taking_down,
    _giving_out,
    _answering,
    _closing,
    _asking_citizens,
    _giving_back,
    _coming_back,
)
