"""Ask the citizen: reached? solved? satisfied? Only a yes, three tries, or words of a reviewer end it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import select

from tickets.callback import turns
from tickets.ground import flow
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.ground.facts import CalledBack, Closed
from tickets.ground.flow import Move, Outcome, State
from tickets.ground.refs import SHANGHAI
from tickets.ground.timeline import Entry, write_down
from tickets.ground.words import CloseGround, Verdict
from tickets.ticket import Ticket, finish, go, outcome_of, promises

#: 基本满意 and better.
SATISFIED_FROM = 3
#: Tries without reaching anybody, on at least so many days, after which a ticket closes unrated.
TRIES, TRY_DAYS = 3, 2
#: Ways to ask that ring a telephone: where nobody answers, somebody tries again.
RINGING = ("phone", "voice")
#: How far ahead a call may be put off.
LONGEST_WAIT = timedelta(days=14)


@dataclass(frozen=True)
class Answers:
    """What the citizen said, or that nobody answered."""

    reached: bool
    contacted: bool | None = None
    solved: Verdict | None = None
    #: 5 非常满意, 4 满意, 3 基本满意, 2 不满意, 1 非常不满意.
    satisfaction: int | None = None
    reason: str | None = None
    #: Nobody answered, or not now: call again then. None leaves it to the house.
    again_at: datetime | None = None

    @property
    def content(self) -> bool:
        """Nothing the citizen said stands against closing."""
        return (
            self.reached
            and self.solved is not Verdict.NO
            and (self.satisfaction is None or self.satisfaction >= SATISFIED_FROM)
        )


def call_back(
    desk: Desk, ticket: Ticket, answers: Answers, *, channel: str = "phone", note: str = ""
) -> None:
    """
    Record what the citizen said. A contented citizen closes the ticket; any other word goes to the reviewer.

    The unit's verdict and the citizen's are two fields; neither overwrites the other.

    :raises FieldsRefused: an agent wrote down a no without its reason.
    """
    if channel == "phone":
        check_reason(answers)
    flow.check(State(ticket.state), Move.CALL_BACK)
    at = desk.now()
    ticket.callback_attempts += 1
    # Who asked to be called at another time is not somebody who cannot be reached.
    given_up = not answers.reached and answers.again_at is None and _tried_enough(desk, ticket, at)
    closes = answers.content or given_up
    go(ticket, Move.CALL_BACK, State.CLOSED if closes else State.CALLBACK)
    if answers.reached:
        ticket.citizen_solved = answers.solved
        ticket.satisfaction = answers.satisfaction
    if answers.reached or ticket.callback_attempts >= TRIES:
        promises.meet(desk, ticket, ClockKind.CALLBACK, at=at)
    if closes:
        finish(desk, ticket, outcome_of(ticket), at)
    else:
        ticket.awaits_reviewer = ticket.awaits_reviewer or answers.reached
    promises.settle(ticket)
    if answers.reached or closes:
        turns.done(desk, ticket)
    again_at = None
    if channel in RINGING:
        again_at = _when_again(desk, ticket, answers, at)

    fact = CalledBack(
        channel=channel,
        attempt=ticket.callback_attempts,
        reached=answers.reached,
        contacted=answers.contacted,
        solved=answers.solved,
        satisfaction=answers.satisfaction,
        reason=answers.reason,
        closed=closes,
        again_at=again_at,
    )
    write_down(desk, ticket, fact, at=at, note=note, visible_to="hotline")


def close(desk: Desk, ticket: Ticket, *, ground: CloseGround, text: str) -> None:
    """Close without the citizen's yes, with *ground* and words. The citizen's no stays in the rates."""
    flow.check(State(ticket.state), Move.CLOSE)
    at = desk.now()
    go(ticket, Move.CLOSE, State.CLOSED)
    outcomes = {CloseGround.EXPLAINED: Outcome.EXPLAINED, CloseGround.NO_FURTHER: Outcome.NO_FURTHER}
    by_ground = outcomes.get(ground) if ticket.follows is None else None
    turns.done(desk, ticket)
    finish(desk, ticket, by_ground or outcome_of(ticket), at)
    write_down(desk, ticket, Closed(ground=ground), at=at, note=text)


def check_reason(answers: Answers) -> None:
    """
    An agent who hears a no asks why.

    :raises FieldsRefused: the reason is missing.
    """
    dissatisfied = answers.satisfaction is not None and answers.satisfaction < SATISFIED_FROM
    if (answers.solved is Verdict.NO or dissatisfied) and not (answers.reason or "").strip():
        raise bad_field("reason", "reason_needed")


def _when_again(desk: Desk, ticket: Ticket, answers: Answers, at: datetime) -> datetime | None:
    """Plan the next try, where there has to be one."""
    if answers.reached or ticket.closed_at is not None:
        return None
    again_at = answers.again_at or turns.next_try(desk.rules.calendar, at, turns.hours_of(ticket))
    turns.plan(desk, ticket, again_at)
    return again_at


def check_again(desk: Desk, answers: Answers) -> None:
    """
    A next try lies ahead and not too far, and there is one only where nothing was answered.

    :raises FieldsRefused: it does not.
    """
    if answers.again_at is None:
        return
    if answers.reached:
        raise bad_field("again_at", "only_if_not_reached")
    at = desk.now()
    if not at < answers.again_at <= at + LONGEST_WAIT:
        raise bad_field("again_at", "not_within", days=LONGEST_WAIT.days)


def _tried_enough(desk: Desk, ticket: Ticket, at: datetime) -> bool:
    if ticket.callback_attempts < TRIES or ticket.awaits_reviewer:
        return False
    earlier = desk.session.exec(
        select(Entry.at)
        .where(Entry.ticket_id == ticket.id, Entry.what == CalledBack.name)
        .order_by(Entry.seq.desc())  # type: ignore[attr-defined] # SQLModel types a column as its value
        .limit(ticket.callback_attempts - 1)
    ).all()
    days = {moment.astimezone(SHANGHAI).date() for moment in (*earlier, at)}
    return len(days) >= TRY_DAYS
