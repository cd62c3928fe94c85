"""Start, meet, pause, lengthen and cancel the clocks of a ticket, for every move that promises something."""

from datetime import datetime
from uuid import UUID

from tickets.ground.clock import ONLY_LIMITS, Clock, ClockKind, ClockState
from tickets.ground.desk import Desk
from tickets.ground.policy import Rulebook, SlaPolicy
from tickets.ground.worktime import arithmetic
from tickets.ground.worktime.arithmetic import Due, Pause
from tickets.ground.worktime.calendar import Calendar
from tickets.ground.worktime.units import StartRule, Unit
from tickets.ground.worktime.warning import before
from tickets.ticket.notices import most_chased, next_step, notice_if_late, warn_moment
from tickets.ticket.order_rows import Order
from tickets.ticket.rows import Ticket


def promise(rules: Rulebook, policy: SlaPolicy, start: datetime, ticket: Ticket) -> Due:
    """When *policy* says a clock started at *start* is due, never later than an outer platform's own date."""
    due = arithmetic.add(
        start, policy.length, Unit(policy.unit), rules.calendar, StartRule(policy.start_rule), policy.roll
    )
    latest = outer_latest(rules.calendar, policy, start, ticket)
    return Due(latest, due.provisional) if latest is not None and latest < due.at else due


def outer_latest(calendar: Calendar, policy: SlaPolicy, start: datetime, ticket: Ticket) -> datetime | None:
    """Until when an outer platform lets an answer wait, less the days kept back; None where there is none."""
    if policy.clock != ClockKind.HANDLE or ticket.external_due_at is None:
        return None
    latest = ticket.external_due_at
    if policy.buffer_days:
        buffered = before(latest, policy.buffer_days, Unit.WORKING_DAY, calendar)
        # An outer date that leaves no room for the buffer is kept itself: a promise is never broken at birth.
        latest = buffered if buffered > start else latest
    return latest


def start(  # noqa: PLR0913 - a promise has a kind, a beginning, a subject and its bounds, and no two are one
    desk: Desk,
    ticket: Ticket,
    kind: ClockKind,
    *,
    at: datetime,
    order: Order | None = None,
    subject: UUID | None = None,
    fixed_at: datetime | None = None,
    latest_at: datetime | None = None,
) -> Clock | None:
    """Start the clock of *kind*; None where no policy promises anything of the sort."""
    policy = desk.rules.policy_for(kind, ticket, order.unit if order else None)
    if policy is None:
        return None
    due = promise(desk.rules, policy, at, ticket)
    clock = Clock(
        ticket_id=ticket.id,
        order_id=order.id if order else None,
        subject_id=subject,
        round=ticket.round,
        kind=kind,
        policy=policy.code,
        policy_version=policy.version,
        calendar=desk.rules.calendar_code,
        calendar_version=desk.rules.calendar_version,
        provisional=due.provisional and fixed_at is None,
        started_at=at,
        due_at=bounded(due.at, fixed_at, latest_at),
        fixed_at=fixed_at,
        latest_at=latest_at,
    )
    clock.warn_at = warn_moment(desk.rules.calendar, policy, at, clock.due_at)
    clock.next_at = clock.warn_at or clock.due_at
    desk.add(clock)
    ticket.clocks.append(clock)
    return clock


def bounded(counted: datetime, fixed_at: datetime | None, latest_at: datetime | None) -> datetime:
    """The due moment, where somebody set a date or another order's due must not be passed."""
    if fixed_at is not None:
        return fixed_at
    return min(counted, latest_at) if latest_at is not None else counted


def running(ticket: Ticket, kind: ClockKind, order: UUID | None = None) -> list[Clock]:
    """The running clocks of *kind*, of one order if named."""
    return [
        clock
        for clock in ticket.clocks
        if clock.kind == kind and clock.runs and (order is None or clock.order_id == order)
    ]


def of_subject(ticket: Ticket, subject: UUID) -> list[Clock]:
    """The running clocks of a request or a supervision card."""
    return [clock for clock in ticket.clocks if clock.subject_id == subject and clock.runs]


def meet(desk: Desk, ticket: Ticket, kind: ClockKind, *, at: datetime, order: UUID | None = None) -> None:
    """Stop the running clocks of *kind*: the promise is kept, or was kept late."""
    for clock in running(ticket, kind, order):
        keep(desk, ticket, clock, at=at)


def keep(desk: Desk, ticket: Ticket, clock: Clock, *, at: datetime) -> None:
    """Stop one running *clock*: the promise is kept, or was kept late."""
    notice_if_late(desk, ticket, clock, at)
    clock.state = ClockState.MET
    clock.met_at = at
    clock.next_at = None


def cancel(desk: Desk, ticket: Ticket, clock: Clock, *, at: datetime) -> None:
    """Stop *clock* because nobody is waiting for it any more. What was late stays on record."""
    if clock.runs:
        notice_if_late(desk, ticket, clock, at)
    clock.state = ClockState.CANCELLED
    clock.next_at = None
    clock.paused_since = clock.paused_for = None


def cancel_of_order(desk: Desk, ticket: Ticket, order: Order, *, at: datetime) -> None:
    """Stop every clock of *order* that runs or stands still."""
    for clock in ticket.clocks:
        if clock.order_id == order.id and (clock.runs or clock.state == ClockState.PAUSED):
            cancel(desk, ticket, clock, at=at)


def pause(desk: Desk, ticket: Ticket, clock: Clock, ground: str, *, at: datetime) -> None:
    """Let a running *clock* stand still for *ground*."""
    notice_if_late(desk, ticket, clock, at)
    clock.state = ClockState.PAUSED
    clock.paused_since = at
    clock.paused_for = ground
    clock.next_at = None


def go_on(desk: Desk, ticket: Ticket, clock: Clock, *, at: datetime) -> None:
    """Let a paused *clock* run again: the time it stood still was nobody's fault."""
    since = clock.paused_since or at
    broke = since > clock.due_at
    span = {"from": since.isoformat(), "to": at.isoformat(), "ground": clock.paused_for}
    clock.paused = [*clock.paused, span]
    clock.paused_since = clock.paused_for = None
    _count_anew(desk, ticket, clock, broke=broke, at=at)


def run_again(desk: Desk, ticket: Ticket, clock: Clock, *, since: datetime, at: datetime) -> None:
    """Set a met *clock* running again: the time under review, from *since* to *at*, was not the unit's."""
    clock.paused = [*clock.paused, {"from": since.isoformat(), "to": at.isoformat(), "ground": "review"}]
    # What was met late stays late, and was said to be: a due moment breaks once.
    broke = clock.met_at is not None and clock.met_at > clock.due_at
    clock.met_at = None
    _count_anew(desk, ticket, clock, broke=broke, at=at)


def lengthen(desk: Desk, ticket: Ticket, clock: Clock, days: int, *, at: datetime) -> None:
    """Grant *days* more, counted in one go with the rest. What broke before stays broken."""
    notice_if_late(desk, ticket, clock, at)
    clock.extended += days
    _count_anew(desk, ticket, clock, broke=clock.state == ClockState.BREACHED, at=at)


def lengthened(desk: Desk, ticket: Ticket, clock: Clock, days: int) -> datetime:
    """When *clock* would be due with *days* more."""
    policy = desk.rules.pinned(clock.policy, clock.kind, clock.policy_version)
    return _due(desk.rules, policy, clock, ticket, clock.extended + days).at


def repin(desk: Desk, ticket: Ticket, clock: Clock, policy: SlaPolicy, *, at: datetime) -> None:
    """Put a *clock* that goes on under another *policy*, from the moment it began."""
    notice_if_late(desk, ticket, clock, at)
    broke, due_before = clock.state == ClockState.BREACHED, clock.due_at
    clock.policy, clock.policy_version = policy.code, policy.version
    if clock.state == ClockState.PAUSED:
        due = _due(desk.rules, policy, clock, ticket, clock.extended)
        clock.due_at, clock.provisional = due.at, due.provisional
        if due.at != due_before:
            clock.rung = None
        return
    _count_anew(desk, ticket, clock, broke=broke, at=at, due_before=due_before)


def recount(
    desk: Desk, ticket: Ticket, clock: Clock, policy: SlaPolicy, latest_at: datetime | None, *, at: datetime
) -> None:
    """Count an open *clock* under *policy*, the calendar in force and the bound *latest_at*, and pin them."""
    notice_if_late(desk, ticket, clock, at)
    broke, due_before = clock.state == ClockState.BREACHED, clock.due_at
    clock.policy, clock.policy_version = policy.code, policy.version
    clock.calendar, clock.calendar_version = desk.rules.calendar_code, desk.rules.calendar_version
    clock.latest_at = latest_at
    clock.provisional = False
    if clock.state == ClockState.PAUSED:
        due = _due(desk.rules, policy, clock, ticket, clock.extended)
        clock.due_at, clock.provisional = due.at, due.provisional
        if due.at != due_before:
            clock.rung = None
        return
    _count_anew(desk, ticket, clock, broke=broke, at=at, due_before=due_before)


def due_under(
    rules: Rulebook, policy: SlaPolicy, clock: Clock, ticket: Ticket, latest_at: datetime | None
) -> Due:
    """When *clock* would be due under *policy*, the calendar of *rules* and the bound *latest_at*."""
    due = _counted(rules.calendar, policy, clock, ticket, clock.extended)
    return Due(bounded(due.at, clock.fixed_at, latest_at), due.provisional)


def _count_anew(
    desk: Desk,
    ticket: Ticket,
    clock: Clock,
    *,
    broke: bool,
    at: datetime,
    due_before: datetime | None = None,
) -> None:
    """Count the due moment anew and set *clock* running; what *broke* at that very moment stays so."""
    due_before = due_before or clock.due_at
    policy = desk.rules.pinned(clock.policy, clock.kind, clock.policy_version)
    due = _due(desk.rules, policy, clock, ticket, clock.extended)
    broke = broke and due.at == due_before
    clock.due_at = due.at
    clock.provisional = due.provisional
    clock.state = ClockState.BREACHED if broke else ClockState.RUNNING
    clock.warn_at = warn_moment(calendar_of(desk.rules, clock), policy, clock.started_at, due.at)
    if broke:
        # After it stood still the days to the next step begin anew; a change that moves nothing leaves them.
        follows = next_step(desk, clock, max(at, due.at))
        clock.next_at = clock.next_at if clock.next_at and follows else follows
        return
    clock.rung = None
    clock.next_at = clock.warn_at if clock.warn_at and clock.warn_at > at else due.at


def pauses_of(clock: Clock) -> list[Pause]:
    """Its ended pauses."""
    return [
        (datetime.fromisoformat(span["from"]), datetime.fromisoformat(span["to"])) for span in clock.paused
    ]


def calendar_of(rules: Rulebook, clock: Clock) -> Calendar:
    """The version of the calendar that *clock* pinned."""
    return rules.calendars[clock.calendar, clock.calendar_version]


def _due(rules: Rulebook, policy: SlaPolicy, clock: Clock, ticket: Ticket, extended: int) -> Due:
    due = _counted(calendar_of(rules, clock), policy, clock, ticket, extended)
    return Due(
        bounded(due.at, clock.fixed_at, clock.latest_at),
        provisional=clock.provisional or due.provisional,
    )


def _counted(calendar: Calendar, policy: SlaPolicy, clock: Clock, ticket: Ticket, extended: int) -> Due:
    due = arithmetic.due_with_pauses(
        clock.started_at,
        policy.length,
        Unit(policy.unit),
        calendar,
        StartRule(policy.start_rule),
        pauses_of(clock),
        extended,
        policy.roll,
    )
    # Pauses of ours do not move the date an outer platform set.
    latest = outer_latest(calendar, policy, clock.started_at, ticket)
    return due if latest is None or due.at <= latest else Due(latest, due.provisional)


def handle_due(ticket: Ticket, order: Order) -> datetime:
    """When the answer of *order* is due, by its clock."""
    mine = (one for one in ticket.clocks if one.kind == ClockKind.HANDLE and one.order_id == order.id)
    return next((clock.due_at for clock in mine), order.due_at)


def settle(ticket: Ticket) -> None:
    """Keep on the ticket, for the lists, which of its clocks is due first and how far it is chased."""
    runs = [clock for clock in ticket.clocks if clock.runs and clock.kind not in ONLY_LIMITS]
    first = min(runs, key=lambda clock: clock.due_at, default=None)
    ticket.due_at = first.due_at if first else None
    ticket.due_clock = first.kind if first else None
    ticket.warn_at = first.warn_at if first else None
    ticket.rung = most_chased(ticket.clocks)
