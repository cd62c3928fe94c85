"""The ladder: who is late is chased step by step, each told, none before its day or after an answer."""

from collections.abc import Iterator
from datetime import datetime

from app.verify.clocks import PATIENCE
from app.verify.dossier import Dossier, Finding, Known, said
from tickets.ground.clock import RUNGS, Clock, ClockEvent, ClockState, Notice
from tickets.ground.facts import ClockUrged
from tickets.ground.ladder import Step, moment_of, step_after, steps_of
from tickets.ticket.notices import most_chased

#: What was said of one clock and one of its due moments, by kind.
Told = dict[str, ClockEvent]


def check_ladder(dossier: Dossier, known: Known) -> Iterator[Finding]:
    """Hold how far each clock is chased against what was said of it, and when."""
    for clock in dossier.clocks:
        told: Told = {
            event.kind: event
            for event in dossier.events
            if event.clock_id == clock.id and event.due_at == clock.due_at
        }
        for trouble in (*_climbed(clock, told), *_looked_at(clock, known)):
            yield Finding(dossier.last, f"the clock {clock.kind} {trouble}")
        yield from _moments(clock, told, known)
        yield from _forgotten(clock, dossier, known)
    stands, rung = dossier.ticket.rung, most_chased(dossier.clocks)
    if stands != rung:
        yield Finding(dossier.last, f"the ticket is chased as far as {stands}, but its clocks {rung}")
    yield from _numbers(dossier)


def _climbed(clock: Clock, told: Told) -> Iterator[str]:
    """Find a rung that was never said, or was said and forgotten."""
    rungs = [rung for rung in RUNGS if rung in told]
    highest = rungs[-1] if rungs else None
    if clock.rung != highest:
        yield f"is chased as far as {clock.rung}, but what was said goes as far as {highest}"
    if rungs and Notice.BREACHED not in told:
        yield "was chased, but nobody said that it broke"


def _looked_at(clock: Clock, known: Known) -> Iterator[str]:
    """Find a broken clock no worker will chase, or one looked at for nothing."""
    policy = known.policies.get((clock.policy, clock.kind, clock.policy_version))
    if clock.state != ClockState.BREACHED or policy is None:
        return
    goes_on, next_at = step_after(policy, clock.rung) is not None, clock.next_at
    if goes_on != (next_at is not None):
        yield f"is broken and chased as far as {clock.rung}, but looked at {said(next_at or 'never')}"
    if next_at is not None and next_at < clock.due_at:
        yield "is to be chased before it broke"


def _moments(clock: Clock, told: Told, known: Known) -> Iterator[Finding]:
    """Find steps that were taken too early, or too late to be fair."""
    since = clock.due_at
    for rung in RUNGS:
        event = told.get(rung)
        if event is None:
            continue
        if event.fired_at < _earliest(rung, clock, since, known):
            yield Finding(event.seq, f"{rung} was said before its day")
        if clock.met_at is not None and event.fired_at > clock.met_at:
            yield Finding(event.seq, f"{rung} was said after the promise was kept")
        since = event.fired_at


def _earliest(rung: Notice, clock: Clock, since: datetime, known: Known) -> datetime:
    """
    The first moment at which *rung* could be said.

    A clock may have come under another promise or another calendar since, so the earliest of all counts.
    """
    steps = {
        step.working_days: step
        for policy in known.rules.policies
        if policy.clock == clock.kind
        for step in steps_of(policy)
        if step.notice == rung
    }
    first: Step | None = steps[min(steps)] if steps else None
    calendars = known.rules.calendars.values()
    return min((moment_of(first, since, one) for one in calendars), default=since) if first else since


def _forgotten(clock: Clock, dossier: Dossier, known: Known) -> Iterator[Finding]:
    next_at = clock.next_at
    broken = clock.state == ClockState.BREACHED and next_at is not None
    if broken and next_at is not None and known.now - next_at > PATIENCE:
        words = f"the clock {clock.kind} was to be chased {said(next_at)} and nobody did"
        # Without a worker nobody could: that is for whoever watches the workers.
        yield Finding(dossier.last, words, is_fault=known.worker_is_alive)


def _numbers(dossier: Dossier) -> Iterator[Finding]:
    """The written notices of a ticket are numbered in one go, and the ticket knows how many there are."""
    urged = [fact for fact in dossier.facts if fact.what == ClockUrged.name]
    for number, fact in enumerate(urged, start=1):
        if fact.data["number"] != number:
            yield Finding(fact.seq, f"notice {number} has the number {fact.data['number']}")
    if dossier.ticket.urge_notices != len(urged):
        yield Finding(dossier.last, f"the ticket counts {dossier.ticket.urge_notices} written notices")
