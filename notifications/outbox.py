"""The outbox: messages laid in with their facts, taken by one worker each, and what became of each try."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import func, text
from sqlmodel import Session, SQLModel, col, select

from notifications.carriers import Carriers, Chosen
from notifications.gate import Gate, expire, wait_for_morning
from notifications.message import Fate, Message
from notifications.providers import NotTaken, Parcel, Sent, Trouble
from notifications.receipts import apply_fate, apply_waiting_receipts
from notifications.retry import MOST_TRIES, Again, decide
from notifications.rules import Held, Numbers, Rules
from notifications.segments import count_segments
from notifications.spending import count, count_not
from notifications.wording import Wording, form_of
from tickets.ground.columns import new_id
from tickets.ground.facts import News
from tickets.ground.vault import Vault, masked_phone
from tickets.ground.words import Urgency

log = logging.getLogger(__name__)

#: Of what is that urgent the citizen hears at night, too.
URGENT = frozenset({Urgency.URGENT, Urgency.CRITICAL})


@dataclass(frozen=True)
class Taken:
    """A message one worker has, or one that was settled without sending."""

    message_id: UUID
    #: None when there is nothing to send.
    parcel: Parcel | None = None
    #: Which claim on the message this is; a worker that slept through its lease no longer holds it.
    claim: UUID | None = None
    #: Who carries it, or may have it already, and whether somebody else could carry it.
    provider: str = ""
    has_others: bool = False
    #: Where an earlier try ended without an answer: since when the provider may have it.
    may_be_out_since: datetime | None = None


def put_in_outbox(add: Callable[[SQLModel], None], vault: Vault, wording: Wording, news: News) -> None:
    """Lay the messages about *news*, in the transaction of its fact. Nothing leaves the house here."""
    for written in wording.of(news):
        message = Message(
            id=new_id(),
            ticket_id=news.ticket_id,
            seq=news.seq,
            fact=news.fact.name,
            audience=written.rule.audience,
            template=written.rule.template,
            template_version=written.version,
            language=written.language,
            sealed=written.sealed,
            at_once=written.rule.at_once or news.urgency in URGENT,
            body=b"",
            not_before=news.at,
            valid_until=news.at + written.rule.valid_for,
            created_at=news.at,
            segments=count_segments(written.text),
        )
        message.body = vault.seal(written.text, message.body_place)
        params = json.dumps(dict(written.params), ensure_ascii=False)
        message.params = vault.seal(params, message.place("params"))
        add(message)


def now_of(session: Session) -> datetime:
    """Ask the database for the time; workers on several machines have no other clock in common."""
    moment: datetime = session.connection().execute(text("select clock_timestamp()")).scalar_one()
    return moment


@dataclass(frozen=True)
class Outbox:
    """The queue of messages. Every call is one transaction that the caller commits."""

    session: Session
    carriers: Carriers
    rules: Rules

    def take_next(self, numbers: Numbers, vault: Vault) -> Taken | None:
        """Take the message that waits longest, so that no other worker can; None when none is due."""
        now = now_of(self.session)
        message = self._first_due(now)
        if message is None:
            return None
        try:
            phone = _phone_for(numbers, self.session, message)
            parcel = _parcel(message, phone, vault)
        except (InvalidTag, KeyError):
            return self._lay_aside(message, now)
        if message.fate == Fate.SENDING:
            # Whoever may have it must say first that it does not; nobody else is given it meanwhile.
            has_others = len(self.carriers.providers) > 1
            chosen: Chosen | None = Chosen(message.provider or "", has_others)
        else:
            gate = Gate(self.session, vault, numbers, self.carriers, self.rules)
            chosen = gate.choose(message, parcel, phone, now)
        if chosen is None:
            return Taken(message.id)
        if phone is None:
            # It went out without an answer and the number is gone since, so nobody can look it up any more.
            self._give_up(message, Trouble.OUTCOME_UNKNOWN)
            return Taken(message.id)
        return self._claim(message, parcel, chosen, now)

    def note_sent(self, taken: Taken, sent: Sent) -> None:
        """The provider has it. Written down even if the claim was lost: it is so."""
        message = self._locked(taken)
        message.provider, message.provider_sid = taken.provider, sent.sid
        message.segments = sent.segments or message.segments
        fate = Fate.DELIVERED if sent.delivered else Fate.SENT
        apply_fate(self.session, message, fate, None, now_of(self.session))
        apply_waiting_receipts(self.session, message)

    def note_not_taken(self, taken: Taken, refusal: NotTaken) -> Again | None:
        """The provider refused it: plan the next try, or give up. Gives the plan, or None."""
        message = self._locked(taken)
        if message.claimed_by != taken.claim:
            return None
        decision = decide(refusal.trouble, attempts=message.attempts, has_others=taken.has_others)
        count_not(self.session, message)
        if not isinstance(decision, Again):
            self._give_up(message, refusal.trouble)
            return None
        message.turn(Fate.QUEUED)
        message.error_code = refusal.trouble
        message.not_before = now_of(self.session) + decision.wait
        return decision

    def note_unknown(self, taken: Taken) -> None:
        """Nobody knows whether it was taken. It stays in sending; after the grace somebody looks it up."""
        message = self._locked(taken)
        if message.claimed_by == taken.claim:
            message.error_code = Trouble.OUTCOME_UNKNOWN
            message.lease_until = now_of(self.session) + self.rules.grace

    def note_look_up(self, taken: Taken, sids: Sequence[str]) -> bool:
        """The provider was asked and has *sids* that read the same. True if it may be sent now."""
        message = self._locked(taken)
        if message.claimed_by != taken.claim:
            return False
        found = self._not_of_others(message, sids)
        if found is not None:
            self.note_sent(taken, Sent(found))
            return False
        now = now_of(self.session)
        if message.valid_until <= now:
            count_not(self.session, message)
            expire(message)
        elif message.attempts > MOST_TRIES:
            self._give_up(message, Trouble.OUTCOME_UNKNOWN)
        elif wait_for_morning(message, self.rules, now):
            count_not(self.session, message)
        return message.fate == Fate.SENDING

    def note_no_look_up(self, taken: Taken) -> None:
        """The provider could not be asked: ask again later, until the text is stale."""
        message = self._locked(taken)
        if message.claimed_by != taken.claim:
            return
        now = now_of(self.session)
        if message.valid_until <= now:
            self._give_up(message, Trouble.OUTCOME_UNKNOWN)
            return
        message.attempts -= 1  # the claim was made for a look-up, nothing was tried
        message.lease_until = now + self.rules.grace

    def _first_due(self, now: datetime) -> Message | None:
        due_at = func.coalesce(Message.lease_until, Message.not_before)
        waiting = (
            select(Message)
            # In words, so that the planner sees the predicate of the index.
            .where(text("fate in ('queued', 'sending')"), due_at <= now)
            .order_by(due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return self.session.exec(waiting).first()

    def _claim(self, message: Message, parcel: Parcel, chosen: Chosen, now: datetime) -> Taken:
        since = message.first_tried_at if message.fate == Fate.SENDING else None
        message.provider = chosen.provider
        message.fate = Fate.SENDING
        message.claimed_by = new_id()
        message.lease_until = now + self.rules.lease
        message.attempts += 1
        message.first_tried_at = message.first_tried_at or now
        message.to_masked = masked_phone(parcel.phone)
        message.held_because = None
        count(self.session, message, now)
        return Taken(message.id, parcel, message.claimed_by, chosen.provider, chosen.has_others, since)

    def _not_of_others(self, message: Message, sids: Sequence[str]) -> str | None:
        """Pick a sid that belongs to no other message: two texts to one phone may read the same."""
        others = select(Message.provider_sid).where(
            col(Message.provider_sid).in_(sids), Message.id != message.id
        )
        known = set(self.session.exec(others).all())
        return next((sid for sid in sids if sid not in known), None)

    def _lay_aside(self, message: Message, now: datetime) -> Taken:
        runbook = "notifications/README.md#unreadable"
        log.error("message cannot be opened", extra={"message_id": str(message.id), "runbook": runbook})
        message.held_because = Held.UNREADABLE
        later = now + self.rules.pause
        if message.fate == Fate.SENDING:
            message.lease_until = later
        else:
            message.not_before = later
        return Taken(message.id)

    def _give_up(self, message: Message, trouble: Trouble) -> None:
        message.error_code = trouble
        message.turn(Fate.GIVEN_UP)

    def _locked(self, taken: Taken) -> Message:
        return self.session.get_one(Message, taken.message_id, with_for_update=True)


def _phone_for(numbers: Numbers, session: Session, message: Message) -> str | None:
    if message.ticket_id is not None:
        return numbers.phone_of(session, message.ticket_id)
    return numbers.phone_of_order(session, message.service_order_id or 0)


def _parcel(message: Message, phone: str | None, vault: Vault) -> Parcel:
    """Open what *message* says. One laid in before gaps were kept names no form, so no approved words fit."""
    words = message.words(vault)
    if message.params is None:
        return Parcel(message.id, phone or "", words)
    form = form_of(message.template, message.language, sealed=message.sealed)
    params = json.loads(vault.open(message.params, message.place("params")))
    return Parcel(message.id, phone or "", words, form, message.template_version, params)
