"""What came of a call, written where every answer of a citizen is: one record, whoever asked."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col

from app.outbound.queue import still_to_ask
from app.outbound.rows import Asks, OutboundCall, Result, Stands
from notifications.providers.twilio_calling import LONGEST, RINGS
from tickets.callback import Answers, call_back, turns
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound
from tickets.ground.words import Verdict
from tickets.ticket import Ticket, lock_ticket

#: By such a call: rung, spoken, and some time for its end to be told.
LONG_OVER = timedelta(seconds=RINGS + LONGEST) + timedelta(minutes=2)

#: The provider's words for an end without anybody, in ours.
ENDS = {
    "busy": Result.BUSY,
    "no-answer": Result.NO_ANSWER,
    "failed": Result.FAILED,
    "canceled": Result.FAILED,
}
CHANNEL = "voice"
#: Of these nothing is left to write down.
SETTLED = frozenset({Result.ANSWERED, Result.LATER, Result.CALLED_OFF})


def locked_call(desk: Desk, call_id: UUID) -> tuple[Ticket, OutboundCall]:
    """
    Lock a call and before it its ticket, as every move does.

    :raises NotFound: there is none.
    """
    found = desk.session.get(OutboundCall, call_id)
    if found is None:
        raise NotFound
    ticket = lock_ticket(desk, col(Ticket.id) == found.ticket_id)
    call = desk.session.get_one(OutboundCall, call_id, with_for_update=True, populate_existing=True)
    return ticket, call


def note_placed(call: OutboundCall, sid: str, at: datetime) -> None:
    """The provider has it, under *sid*; told by its answer, its list, or a call to our door."""
    if call.sid is None:
        call.sid = sid
    if call.stands == Stands.PLACING:
        call.stands = Stands.PLACED
        call.look_at = at + LONG_OVER


def over(call: OutboundCall, result: Result, at: datetime) -> None:
    """Nothing more comes of *call*."""
    call.stands, call.asks = Stands.OVER, Asks.OVER
    call.result = call.result or result
    call.over_at, call.look_at, call.claimed_by = at, None, None


def answered(desk: Desk, ticket: Ticket, call: OutboundCall) -> None:
    """Write down what was keyed in so far as the answer of a citizen who is still to be asked."""
    call.result = Result.ANSWERED
    said = Answers(
        reached=True,
        contacted=call.contacted,
        solved=Verdict(call.solved) if call.solved else None,
        satisfaction=call.satisfaction,
    )
    call_back(desk, ticket, said, channel=CHANNEL)


def put_off(desk: Desk, ticket: Ticket, call: OutboundCall) -> None:
    """The citizen has no time now: another day, and no try in vain."""
    call.result = Result.LATER
    again_at = turns.next_try(desk.rules.calendar, desk.now(), turns.hours_of(ticket))
    call_back(desk, ticket, Answers(reached=False, again_at=again_at), channel=CHANNEL)


def settle(desk: Desk, ticket: Ticket, call: OutboundCall) -> None:
    """
    End a call that is over, and write down what came of it.

    Who hung up before a word of how it went was not asked: that is a try in vain as no answer is.
    """
    if call.stands == Stands.OVER:
        return
    if call.result is None and call.solved is not None and still_to_ask(ticket, call):
        answered(desk, ticket, call)
    if call.result not in SETTLED:
        nobody = Result.NO_KEY if call.asks == Asks.GREETING else Result.HUNG_UP
        call.result = call.result or ENDS.get(call.ended_as or "", nobody)
        if still_to_ask(ticket, call):
            call_back(desk, ticket, Answers(reached=False), channel=CHANNEL)
    over(call, Result.UNKNOWN, desk.now())
