"""What a change would do before anybody decides on it: to the clocks that run, and to a year of tickets."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import selectinload
from sqlmodel import Session, col, exists, select

from app.rulemaking import policies
from app.rulemaking.rows import RuleChange, RuleKind
from tickets.clocks.recompute import OPEN, Planned, plan
from tickets.clocks.simulate import Counts, simulate
from tickets.ground.clock import Clock
from tickets.ground.policy import Rulebook
from tickets.ground.worktime.calendar import Calendar
from tickets.ticket import Ticket

#: Open tickets a preview looks at, the newest first.
MOST_OPEN = 2_000
#: Lines it shows.
MOST_LINES = 100
#: Tickets a simulation on a page looks at; on the command line it is all of them.
MOST_SIMULATED = 20_000

A_YEAR = timedelta(days=366)
_AT_ONCE = 500


@dataclass
class Preview:
    """The open clocks a change would move."""

    #: Open tickets looked at.
    looked_at: int = 0
    #: There are more than were looked at.
    cut: bool = False
    #: Clocks that would move, by kind.
    moved: Counter[str] = field(default_factory=Counter)
    #: Of these, how many would be past their due at once.
    over: int = 0
    #: The first of them.
    lines: list[tuple[str, Planned]] = field(default_factory=list)


def rules_with(rules: Rulebook, kind: str, data: dict[str, Any]) -> Rulebook:
    """The *rules* as they would be with the *data* of a change."""
    if kind == RuleKind.CALENDAR:
        return replace(rules, calendar=Calendar.from_data(data))
    return replace(rules, policies=policies.as_if_in_force(rules.policies, policies.of_data(data)))


def preview(session: Session, rules: Rulebook, change: RuleChange, *, now: datetime) -> Preview:
    """Which open clocks *change* would move, if it is to reach them at all."""
    found = Preview()
    if not change.recompute:
        return found
    would_be = rules_with(rules, change.kind, change.data)
    is_open = exists().where(col(Clock.ticket_id) == col(Ticket.id), col(Clock.state).in_(OPEN))
    query = select(Ticket).where(is_open).order_by(col(Ticket.id).desc()).limit(MOST_OPEN + 1)
    for ticket in _read(session, query):
        if found.looked_at == MOST_OPEN:
            found.cut = True
            break
        found.looked_at += 1
        for one in plan(would_be, ticket, policies=change.kind == RuleKind.POLICIES):
            if one.moves:
                found.moved[one.clock.kind] += 1
                found.over += one.is_over(now)
                found.lines += [(ticket.ref, one)] if len(found.lines) < MOST_LINES else []
    return found


@dataclass(frozen=True)
class Simulation:
    """A year of tickets under a draft."""

    tickets: int
    counts: Counts


def simulated(session: Session, rules: Rulebook, *, now: datetime, most: int | None = None) -> Simulation:
    """The open tickets and those closed within a year before *now* under *rules*, the newest *most*."""
    looked_at = 0

    def counting() -> Iterator[Ticket]:
        nonlocal looked_at
        recent = or_(col(Ticket.closed_at).is_(None), col(Ticket.closed_at) > now - A_YEAR)
        query = select(Ticket).where(recent).order_by(col(Ticket.id).desc()).limit(most)
        for ticket in _read(session, query):
            looked_at += 1
            yield ticket

    counts = simulate(rules, counting(), now=now)
    return Simulation(looked_at, counts)


def _read(session: Session, query: Any) -> Iterator[Ticket]:
    """Tickets with their orders and clocks, some at a time; a session that looked at many forgets them."""
    with_orders = query.options(selectinload(Ticket.orders))  # type: ignore[arg-type] # a relation
    with_clocks = with_orders.options(selectinload(Ticket.clocks))  # type: ignore[arg-type] # a relation
    result = session.exec(with_clocks.execution_options(yield_per=_AT_ONCE))
    for some in result.partitions():
        for ticket in some:
            yield ticket
        for ticket in some:
            session.expunge(ticket)
