"""
Place calls: take a ticket's turn, commit, call with no transaction open, write down the answer.

The same pattern as for texts (`notifications/delivery.py`), and for the same reason: the provider knows no
idempotency key. `placing` with its time run out means that it *perhaps* rings. Then the provider's own words
about the call count first, which come to our doors with our id, then its list; only then is it placed again.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import func, text
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from app.outbound.queue import AT_ONCE, calls_now, is_rung, next_to_call, still_to_ask
from app.outbound.rows import GOING_ON, Asks, OutboundCall, Result, Stands
from app.outbound.rules import Hours, why_not
from app.outbound.settling import locked_call, note_placed, over, settle
from app.texts.numbers import VaultNumbers
from app.wiring import House
from notifications.providers import LookUpFailed, NotTaken, OutcomeUnknown
from notifications.providers.twilio import Account
from notifications.providers.twilio_calling import Calls
from notifications.providers.twilio_calls import ENDED
from notifications.spending import lock_number
from tickets.callback import turns
from tickets.ground.columns import new_id
from tickets.ground.desk import CALLING_MACHINE, Desk
from tickets.ground.errors import Refused
from tickets.ticket import Ticket, lock_ticket

log = logging.getLogger(__name__)

#: How long a worker may be at a call before it is taken for dead: longer than the provider's answer takes.
LEASE = timedelta(seconds=60)
#: When the provider is asked once more.
ASK_AGAIN = timedelta(minutes=5)
#: Not a word of a call for so long: nobody can say any more what came of it.
HOPELESS = timedelta(hours=2)
#: Times a call is placed whose outcome nobody could tell.
MOST_TRIES = 3
#: The end of a call may overtake the last key.
SETTLES = timedelta(seconds=10)
#: Calls one tick looks after at most.
BATCH = 50

RUNBOOK = {"runbook": "app/README.md#calls-the-house-makes"}


@dataclass(frozen=True)
class Claim:
    """A call one worker has in hand."""

    call_id: UUID
    claimed_by: UUID
    phone: str
    #: Set where an earlier try ended without an answer.
    perhaps_since: datetime | None = None


@dataclass(frozen=True)
class Caller:
    """Places calls for *house*. Any number of workers may do this at once, and any may die at any line."""

    house: House
    calls: Calls
    hours: Hours = field(default_factory=Hours)

    @classmethod
    def of(cls, house: House) -> "Caller":
        """As the settings say."""
        settings = house.settings
        account = Account(
            settings.twilio_account_sid or "", settings.twilio_auth_token or "", settings.twilio_from or ""
        )
        calls = Calls(account, base_url=settings.base_url, api_base=settings.twilio_api_base)
        return cls(house, calls, Hours(quiet=settings.quiet))

    def run(self) -> None:
        """Look after the calls there are, and place those that are due."""
        self.settle_ended()
        self.look_after()
        if self.house.settings.voice_survey:
            while self.place_next():
                pass

    # Placing

    def place_next(self) -> bool:
        """Place the next call. False where nobody is to be called now."""
        began = monotonic()
        claim = self._claim_next()
        if claim is None:
            return False
        self._ring(claim, began)
        return True

    def _claim_next(self) -> Claim | None:
        left_out: set[int] = set()
        while True:
            with self.house.open_desk(CALLING_MACHINE) as desk:
                at = desk.now()
                if not self.hours.cover(at) or calls_now(desk.session) >= AT_ONCE:
                    return None
                tries = self.house.settings.voice_survey_tries
                found = next_to_call(desk, at, tries=tries, leave_out=left_out)
                if found is None:
                    return None
                left_out.add(found)
                ticket = lock_ticket(desk, col(Ticket.id) == found)
                # Seen once more under the lock: somebody may have taken it since we looked.
                if next_to_call(desk, at, tries=tries, leave_out=set(), only=found) is None:
                    continue
                claim = self._claim(desk, ticket, at)
            if claim is not None:
                return claim

    def _claim(self, desk: Desk, ticket: Ticket, at: datetime) -> Claim | None:
        phone = _phone(desk, ticket)
        call = OutboundCall(
            ticket_id=ticket.id, round=ticket.round, tongue=ticket.language, first_tried_at=at, tries=1
        )
        forbids = why_not(ticket, phone, assessment=self.house.settings.abroad_assessment)
        if forbids is not None or phone is None:
            call.error_code = forbids
            over(call, Result.WITHHELD, at)
            desk.add(call)
            return None
        if not self._may_ring(desk, phone):
            return None
        turns.hold(desk, ticket, at)
        call.claimed_by, call.look_at = new_id(), at + LEASE
        desk.add(call)
        return Claim(call.id, call.claimed_by, phone)

    def _may_ring(self, desk: Desk, phone: str, but: UUID | None = None) -> bool:
        """Whether nobody else rings *phone*; until we commit, nobody decides about it."""
        lock_number(desk.session, desk.vault.indexes("phone", phone)[-1])
        return not is_rung(desk.session, VaultNumbers(desk.vault), phone, but)

    def _ring(self, claim: Claim, began: float) -> None:
        # The claim is only as good as our being awake: who was stopped since must not call any more.
        if monotonic() - began >= LEASE.total_seconds() / 2:
            return
        try:
            sid = self.calls.place(claim.phone, claim.call_id)
        except NotTaken as refusal:
            log.warning("call not taken", extra={**_about(claim), "why": str(refusal.trouble)})
            with self.house.open_desk(CALLING_MACHINE) as desk:
                self._note_not_taken(desk, claim, refusal)
        except OutcomeUnknown:
            # Its time runs out, and then somebody asks the provider.
            log.warning("no answer from the provider about a call", extra=_about(claim))
        else:
            with self.house.open_desk(CALLING_MACHINE) as desk:
                _ticket, call = locked_call(desk, claim.call_id)
                note_placed(call, sid, desk.now())

    def _note_not_taken(self, desk: Desk, claim: Claim, refusal: NotTaken) -> None:
        ticket, call = locked_call(desk, claim.call_id)
        if call.claimed_by != claim.claimed_by or call.stands != Stands.PLACING:
            return
        call.error_code = refusal.trouble
        over(call, Result.NOT_TAKEN if refusal.trouble.may_pass else Result.REFUSED, desk.now())
        turns.put_back(desk, ticket)

    # Looking after those there are

    def settle_ended(self) -> None:
        """Write down what came of calls that ended a moment ago."""
        for call_id in self._due(col(OutboundCall.ended_at) < func.clock_timestamp() - SETTLES):
            with self.house.open_desk(CALLING_MACHINE) as desk:
                ticket, call = locked_call(desk, call_id)
                settle(desk, ticket, call)

    def look_after(self) -> None:
        """Ask the provider about calls whose worker gave no answer, and whose end nobody told."""
        for call_id in self._due(col(OutboundCall.look_at) <= func.clock_timestamp()):
            began = monotonic()
            claim, sid = self._take_over(call_id)
            if sid is not None:
                self._ask_how_it_ended(call_id, sid)
            elif claim is not None and self._is_to_be_placed(claim):
                self._ring(claim, began)

    def _take_over(self, call_id: UUID) -> tuple[Claim | None, str | None]:
        """Claim a call whose worker is gone; or give the sid of one that was placed."""
        with self.house.open_desk(CALLING_MACHINE) as desk:
            ticket, call = locked_call(desk, call_id)
            at = desk.now()
            if call.stands == Stands.OVER or call.look_at is None or call.look_at > at:
                return None, None
            call.look_at = at + LEASE
            if call.sid is not None:
                return None, call.sid
            phone = _phone(desk, ticket)
            if phone is None:
                # Its number is gone, so nobody can look it up any more.
                self._give_up(desk, ticket, call, at)
                return None, None
            call.claimed_by = new_id()
            return Claim(call.id, call.claimed_by, phone, call.first_tried_at), None

    def _is_to_be_placed(self, claim: Claim) -> bool:
        """Look up a call that may ring already. True where it does not, and is wanted still."""
        try:
            sids = self.calls.find(claim.phone, claim.perhaps_since) if claim.perhaps_since else []
        except LookUpFailed:
            log.warning("look-up of a call failed, it waits", extra=_about(claim))
            with self.house.open_desk(CALLING_MACHINE) as desk:
                self._wait_or_give_up(desk, claim.call_id)
            return False
        with self.house.open_desk(CALLING_MACHINE) as desk:
            ticket, call = locked_call(desk, claim.call_id)
            at = desk.now()
            if call.claimed_by != claim.claimed_by or call.stands != Stands.PLACING:
                return False
            found = _not_of_others(desk, call, sids)
            if found is not None:
                note_placed(call, found, at)
                return False
            return self._once_more(desk, ticket, call, at)

    def _once_more(self, desk: Desk, ticket: Ticket, call: OutboundCall, at: datetime) -> bool:
        """It certainly does not ring: place it again if it is still wanted, and nobody else is at it."""
        wanted = (
            call.tries < MOST_TRIES
            and still_to_ask(ticket, call)
            and self.hours.cover(at)
            and self._may_ring(desk, _phone(desk, ticket) or "", call.id)
        )
        try:
            if wanted:
                turns.hold(desk, ticket, at)
        except Refused:
            wanted = False  # an agent took it meanwhile
        if wanted:
            call.tries += 1
            call.look_at = at + LEASE
        else:
            over(call, Result.CALLED_OFF, at)
            turns.put_back(desk, ticket)
        return wanted

    def _ask_how_it_ended(self, call_id: UUID, sid: str) -> None:
        try:
            status = self.calls.status(sid)
        except LookUpFailed:
            status = ""
        with self.house.open_desk(CALLING_MACHINE) as desk:
            _ticket, call = locked_call(desk, call_id)
            if status in ENDED and call.ended_at is None:
                call.ended_as, call.ended_at, call.look_at = status, desk.now(), None
                return
            self._wait_or_give_up(desk, call_id)

    def _wait_or_give_up(self, desk: Desk, call_id: UUID) -> None:
        ticket, call = locked_call(desk, call_id)
        at = desk.now()
        if call.stands == Stands.OVER or call.ended_at is not None:
            return
        if at - call.first_tried_at > HOPELESS:
            self._give_up(desk, ticket, call, at)
        else:
            call.look_at = at + ASK_AGAIN

    def _give_up(self, desk: Desk, ticket: Ticket, call: OutboundCall, at: datetime) -> None:
        """A person calls instead; whether the telephone rang nobody knows, so it counts for no try."""
        if call.asks != Asks.GREETING:
            # Somebody was there; what was keyed in counts.
            settle(desk, ticket, call)
            return
        over(call, Result.UNKNOWN, at)
        turns.put_back(desk, ticket)

    def _due(self, due: ColumnElement[bool]) -> list[UUID]:
        with self.house.read() as session:
            query = select(OutboundCall.id).where(text(GOING_ON), due)
            return list(session.exec(query.order_by(col(OutboundCall.id)).limit(BATCH)).all())


def place_calls(house: House) -> None:
    """Ask by telephone how it went, where no text can; nothing where the settings do not say so."""
    if house.settings.voice:
        Caller.of(house).run()


def _phone(desk: Desk, ticket: Ticket) -> str | None:
    """The number as it is now; None where there is none, or none that can be read."""
    try:
        return ticket.identity.open(desk.vault, "phone") if ticket.identity else None
    except (InvalidTag, KeyError):
        # One such row must not keep all behind it from being called.
        log.exception("a number cannot be read", extra={"ref": ticket.ref, **RUNBOOK})
        return None


def _not_of_others(desk: Desk, call: OutboundCall, sids: Sequence[str]) -> str | None:
    """Pick a sid that belongs to no other call of ours to the same number."""
    others = select(OutboundCall.sid).where(col(OutboundCall.sid).in_(sids), OutboundCall.id != call.id)
    known = set(desk.session.exec(others).all())
    return next((sid for sid in sids if sid not in known), None)


def _about(claim: Claim) -> dict[str, str]:
    return {"call_id": str(claim.call_id), **RUNBOOK}
