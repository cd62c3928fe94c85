"""The clocks: due when their policy says, stopped when nobody waits, and each breach said exactly once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from app.verify.dossier import Dossier, Finding, Known, said
from tickets.ground.clock import ONLY_LIMITS, Clock, ClockEvent, ClockKind, ClockState, Notice
from tickets.ground.facts import ClockBreached, ClockListed, ClockUrged, ClockWarned
from tickets.ground.flow import State
from tickets.ground.policy import SlaPolicy
from tickets.ground.timeline import Entry
from tickets.ground.words import RequestKind
from tickets.ground.worktime import arithmetic
from tickets.ground.worktime.arithmetic import DAY_UNITS, Due
from tickets.ground.worktime.calendar import Calendar
from tickets.ground.worktime.moments import local
from tickets.ground.worktime.units import PeriodRefused, StartRule, Unit
from tickets.ground.worktime.warning import before
from tickets.ticket import promises

#: How long past its due a clock may be before somebody should have noticed it.
PATIENCE = timedelta(minutes=5)

#: What somebody is waited for in a state.
PROMISED = {
    State.REGISTERED: ClockKind.DISPATCH,
    State.DISPATCHED: ClockKind.HANDLE,
    State.HANDLING: ClockKind.HANDLE,
    State.REPLIED: ClockKind.REVIEW,
}

#: Somebody is waited for, or will be again.
GOES_ON = frozenset({ClockState.RUNNING, ClockState.BREACHED, ClockState.PAUSED})

FACT_OF_NOTICE = {
    Notice.WARNED: ClockWarned.name,
    Notice.BREACHED: ClockBreached.name,
    Notice.URGED: ClockUrged.name,
    Notice.LISTED: ClockListed.name,
}

#: Clocks by what the timeline calls them.
Clocks = dict[str, Clock]
#: What was said of which clock and which of its due moments.
Notices = dict[tuple[str, UUID, datetime], ClockEvent]


def check_clocks(dossier: Dossier, known: Known) -> Iterator[Finding]:
    """Hold each clock against its policy, its state and what was said of it."""
    notices = {(event.kind, event.clock_id, event.due_at): event for event in dossier.events}
    orders = {order.id for order in dossier.orders} | {None}
    for clock in dossier.clocks:
        if clock.order_id not in orders:
            yield Finding(dossier.last, f"the clock {clock.kind} times an order that is not there")
        for trouble in (*_states(clock, dossier, notices), *_hands(clock), *_due(clock, dossier, known)):
            yield Finding(dossier.last, f"the clock {clock.kind} {trouble}")
        yield from _unnoticed(clock, dossier, known, notices)
    yield from _told(dossier)
    yield from _first_due(dossier)
    yield from _promised(dossier, known)


def _states(clock: Clock, dossier: Dossier, notices: Notices) -> Iterator[str]:
    """Find what the state of *clock* does not allow."""
    state, broke = clock.state, (Notice.BREACHED, clock.id, clock.due_at) in notices
    if state in GOES_ON and dossier.ticket.closed_at is not None and not _outlives(clock, dossier):
        yield "goes on, but the ticket is closed"
    if (state == ClockState.MET) != (clock.met_at is not None):
        yield f"is {state}, but met at {said(clock.met_at)}"
    if not broke and _was_late(clock):
        yield "was met late, but nobody said that it broke"
    if not broke and state == ClockState.BREACHED:
        yield "is breached, but nobody said so"
    if broke and state == ClockState.RUNNING:
        yield "runs as if it had not broken"


def _hands(clock: Clock) -> Iterator[str]:
    """Find what does not fit in when it was paused, and when a worker looks at it."""
    state, next_at = clock.state, clock.next_at
    if (state == ClockState.PAUSED) != (clock.paused_since is not None):
        yield f"is {state}, but paused since {said(clock.paused_since)}"
    # A broken one is looked at while its ladder goes on: `ladder.py` holds that.
    if state != ClockState.BREACHED and (state == ClockState.RUNNING) != (next_at is not None):
        yield f"is {state}, but looked at {said(next_at or 'never')}"
    if state == ClockState.RUNNING and next_at is not None and next_at > clock.due_at:
        yield "will be looked at only after it is due"


def _was_late(clock: Clock) -> bool:
    limit = clock.kind in ONLY_LIMITS
    return not limit and clock.met_at is not None and clock.met_at > clock.due_at


def _outlives(clock: Clock, dossier: Dossier) -> bool:
    """A closed ticket can still be unsealed, and somebody decides on that."""
    unseals = {one.id for one in dossier.requests if one.kind == RequestKind.UNSEAL}
    return clock.subject_id in unseals


def _due(clock: Clock, dossier: Dossier, known: Known) -> Iterator[str]:
    """Count the due moment of *clock* anew, from its start and what it pinned."""
    policy = known.policies.get((clock.policy, clock.kind, clock.policy_version))
    calendar = known.rules.calendars.get((clock.calendar, clock.calendar_version))
    if policy is None or calendar is None:
        yield "rests on a policy or a calendar nobody knows"
        return
    try:
        due = _cut(_counted(clock, policy, calendar, known), clock, policy, calendar, dossier)
        due = replace(due, at=promises.bounded(due.at, clock.fixed_at, clock.latest_at))
    except (PeriodRefused, KeyError, ValueError):
        yield "has pauses that cannot be counted"
        return
    if due.at != clock.due_at:
        yield f"is due {said(clock.due_at)}, but its policy says {said(due.at)}"
    if due.provisional and not clock.provisional and clock.fixed_at is None:
        yield "touches a year without a notice and does not say so"


def _counted(clock: Clock, policy: SlaPolicy, calendar: Calendar, known: Known) -> Due:
    unit, rule = Unit(policy.unit), StartRule(policy.start_rule)
    pauses = [
        (datetime.fromisoformat(span["from"]), datetime.fromisoformat(span["to"])) for span in clock.paused
    ]
    if pauses or clock.extended or unit not in DAY_UNITS:
        return arithmetic.due_with_pauses(
            clock.started_at, policy.length, unit, calendar, rule, pauses, clock.extended, policy.roll
        )
    # Days are counted from a day, so all clocks that began on it end together.
    key = (policy.code, policy.clock, policy.version, clock.calendar, clock.calendar_version)
    day = (*key, local(clock.started_at).date())
    if day not in known.counted:
        known.counted[day] = arithmetic.add(
            clock.started_at, policy.length, unit, calendar, rule, policy.roll
        )
    return known.counted[day]


def _cut(due: Due, clock: Clock, policy: SlaPolicy, calendar: Calendar, dossier: Dossier) -> Due:
    """An outer platform's own date comes first, less the days kept back where they leave room."""
    latest = dossier.ticket.external_due_at
    if clock.kind != ClockKind.HANDLE or latest is None:
        return due
    if policy.buffer_days:
        kept_back = before(latest, policy.buffer_days, Unit.WORKING_DAY, calendar)
        latest = kept_back if kept_back > clock.started_at else latest
    return replace(due, at=min(due.at, latest))


def _unnoticed(clock: Clock, dossier: Dossier, known: Known, notices: Notices) -> Iterator[Finding]:
    owed = clock.runs and clock.kind not in ONLY_LIMITS
    late = owed and known.now - clock.due_at > PATIENCE
    if late and (Notice.BREACHED, clock.id, clock.due_at) not in notices:
        words = f"the clock {clock.kind} broke {said(clock.due_at)} and nobody noticed"
        # Without a worker nobody could: that is for whoever watches the workers.
        yield Finding(dossier.last, words, is_fault=known.worker_is_alive)


def _told(dossier: Dossier) -> Iterator[Finding]:
    """Every notice has its fact, every such fact its notice, and none came twice."""
    clocks = {str(clock.id): clock for clock in dossier.clocks}
    facts = [fact for fact in dossier.facts if fact.what in FACT_OF_NOTICE.values()]
    open_events = {event.seq: event for event in dossier.events}
    if len(open_events) < len(dossier.events):
        yield Finding(dossier.last, "two notices name one fact")
    for fact in facts:
        event = open_events.pop(fact.seq, None)
        if event is None:
            yield Finding(fact.seq, f"{fact.what!r} without its notice")
        elif not _is_of(fact, event, clocks):
            yield Finding(fact.seq, f"{fact.what!r} and its notice tell of different things")
        elif event.kind == Notice.BREACHED and event.fired_at < event.due_at:
            yield Finding(fact.seq, "a breach was said before it was one")
    for event in open_events.values():
        yield Finding(event.seq, f"somebody said {event.kind} of a clock, but no fact tells it")


def _is_of(fact: Entry, event: ClockEvent, clocks: Clocks) -> bool:
    clock = clocks.get(str(event.clock_id))
    told = (fact.what, fact.data["clock"], datetime.fromisoformat(fact.data["due_at"]), fact.at)
    noticed = (FACT_OF_NOTICE[Notice(event.kind)], str(event.clock_id), event.due_at, event.fired_at)
    return told == noticed and clock is not None and fact.data["clock_kind"] == clock.kind


def _first_due(dossier: Dossier) -> Iterator[Finding]:
    """The ticket shows the earliest of its running clocks."""
    ticket = dossier.ticket
    runs = [clock for clock in dossier.clocks if clock.runs and clock.kind not in ONLY_LIMITS]
    first = min((clock.due_at for clock in runs), default=None)
    kinds: set[str | None] = {clock.kind for clock in runs if clock.due_at == first}
    if ticket.due_at != first or ticket.due_clock not in (kinds or {None}):
        yield Finding(dossier.last, "the ticket shows another due time than its earliest running clock")


def _promised(dossier: Dossier, known: Known) -> Iterator[Finding]:
    """In most states somebody is waited for, and a clock must say so."""
    ticket = dossier.ticket
    kind = PROMISED.get(State(ticket.state))
    if kind in known.promised and not any(clock.kind == kind and clock.runs for clock in dossier.clocks):
        yield Finding(dossier.last, f"the ticket is {ticket.state}, but no clock {kind} runs")
