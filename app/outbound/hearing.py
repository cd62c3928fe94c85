"""What happens on a call we made: it is answered, keys are pressed, it ends."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.outbound import script
from app.outbound.queue import still_to_ask
from app.outbound.rows import Asks, OutboundCall, Result, Stands
from app.outbound.script import Deed, Line, Step
from app.outbound.settling import answered, locked_call, note_placed, put_off
from app.outbound.words import say
from app.voice.verbs import HangUp, Keys, Verb
from notifications.providers.heard import CallRead
from tickets.ground.desk import Desk
from tickets.ground.words import Language
from tickets.ticket import Ticket

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OnCall:
    """Hears what happens on calls: at one desk, for one request."""

    desk: Desk
    #: Where the provider brings keys.
    keys_at: str

    def speak(self, call_id: UUID, heard: CallRead) -> Sequence[Verb]:
        """
        Somebody, or some machine, picked up.

        :raises NotFound: there is no such call.
        """
        ticket, call = self._call(call_id, heard)
        if not _goes_on(ticket, call, heard):
            return self._goodbye(ticket, call)
        return self._go(ticket, call, script.asked(call))

    def keys(self, call_id: UUID, heard: CallRead, at: str) -> Sequence[Verb]:
        """
        Keys were pressed where *at* was asked. Told twice, they are heard once: it stands elsewhere by then.

        :raises NotFound: there is no such call.
        """
        ticket, call = self._call(call_id, heard)
        if not _goes_on(ticket, call, heard):
            return self._goodbye(ticket, call)
        if call.asks != at:
            return self._go(ticket, call, script.asked(call))
        step = script.pressed(call, heard.keys)
        _note(call, step)
        if step.deed is Deed.ANSWER:
            answered(self.desk, ticket, call)
        elif step.deed is Deed.LATER:
            put_off(self.desk, ticket, call)
        return self._go(ticket, call, step)

    def ended(self, call_id: UUID, heard: CallRead) -> None:
        """
        It is over. What came of it is settled a moment later: this may have overtaken the last key.

        :raises NotFound: there is no such call.
        """
        _ticket, call = self._call(call_id, heard)
        if call.sid == heard.sid and call.ended_at is None and call.stands != Stands.OVER:
            call.ended_as, call.ended_at, call.look_at = heard.status, self.desk.now(), None

    def _call(self, call_id: UUID, heard: CallRead) -> tuple[Ticket, OutboundCall]:
        ticket, call = locked_call(self.desk, call_id)
        if call.stands == Stands.PLACING:
            note_placed(call, heard.sid, self.desk.now())
        if call.sid != heard.sid:
            # It must not be, and nobody is asked twice: the second one hears goodbye.
            log.error("a call is not the one that was placed", extra={"call_id": str(call_id)})
        return ticket, call

    def _goodbye(self, ticket: Ticket, call: OutboundCall) -> Sequence[Verb]:
        return [*say(ticket, (Line.GOODBYE,), Language(call.tongue)), HangUp()]

    def _go(self, ticket: Ticket, call: OutboundCall, step: Step) -> Sequence[Verb]:
        call.asks = step.to
        said = say(ticket, step.says, Language(call.tongue))
        if step.to is Asks.OVER:
            return [*said, HangUp()]
        return [Keys(said, f"{self.keys_at}?call={call.id}&at={step.to}", 1)]


def _note(call: OutboundCall, step: Step) -> None:
    """Keep what was keyed in."""
    call.silent = call.silent + 1 if step.silent else 0
    for name in ("tongue", "contacted", "solved", "satisfaction"):
        if (said := getattr(step, name)) is not None:
            setattr(call, name, said)
    if step.to is Asks.OVER and step.silent and call.asks == Asks.GREETING:
        # That is how it ended, whatever is told of the end; the try is counted with it.
        call.result = Result.NO_KEY


def _goes_on(ticket: Ticket, call: OutboundCall, heard: CallRead) -> bool:
    if call.sid != heard.sid or call.stands != Stands.PLACED or call.asks == Asks.OVER:
        return False
    if not still_to_ask(ticket, call):
        # Somebody heard the citizen meanwhile.
        call.result, call.asks = Result.CALLED_OFF, Asks.OVER
    return call.result is None
