"""What must hold before a text leaves: worth sending, allowed, by day, room for its number, and a budget."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, exists, select

from notifications.carriers import Carriers, Chosen
from notifications.inbox import has_opted_out
from notifications.message import Fate, Message
from notifications.providers import Parcel, Trouble
from notifications.rules import Held, Numbers, Rules
from notifications.spending import day_of, has_budget, has_room, lock_number, next_day
from notifications.standing import ASKED_FOR, COURTESY, ONLY_WAY, ORDINARY
from notifications.table import SURVEY
from notifications.wording import ORDER_SURVEY
from tickets.ground.vault import Vault, masked_phone

#: What held a text back that went by in the meantime.
FOR_A_WHILE = frozenset({Held.QUIET_HOURS, Held.QUIET_DAY, Held.ENOUGH_TODAY, Held.NO_BUDGET})


@dataclass(frozen=True)
class Gate:
    """Decides on one message that no provider has; the caller commits."""

    session: Session
    vault: Vault
    numbers: Numbers
    carriers: Carriers
    rules: Rules

    def choose(self, message: Message, parcel: Parcel, phone: str | None, now: datetime) -> Chosen | None:
        """Choose who carries *message* now. None where it is settled, or waits; it says why."""
        if message.valid_until <= now:
            expire(message)
            return None
        found = self._carrier(message, parcel, phone)
        if not isinstance(found, Chosen):
            message.held_because = found
            message.to_masked = masked_phone(phone)
            message.turn(Fate.WITHHELD)
            return None
        if self._is_overtaken(message):
            message.held_because = Held.OVERTAKEN
            message.turn(Fate.EXPIRED)
            return None
        waits = wait_for_morning(message, self.rules, now) or self._waits_for_tomorrow(message, phone, now)
        return None if waits else found

    def _carrier(self, message: Message, parcel: Parcel, phone: str | None) -> Chosen | Held:
        avoid = _refused_by(message)
        found = self.carriers.pick(message.template, phone, parcel, self.rules, avoid=avoid)
        courtesy = message.template in COURTESY or message.template == ORDER_SURVEY
        if isinstance(found, Chosen) and phone is not None and courtesy:
            ticket = message.ticket_id
            unwanted = ticket is not None and self.numbers.wants_no_texts(self.session, ticket)
            return Held.OPTED_OUT if unwanted or has_opted_out(self.session, self.vault, phone) else found
        return found

    def _is_overtaken(self, message: Message) -> bool:
        """Of several texts about one ticket that waited, the newest is enough. Notices are told each."""
        if message.held_because not in FOR_A_WHILE or message.template not in ORDINARY:
            return False
        # A new code tells nothing of the matter, and who asks where it stands is not asked what they think.
        says_less = ONLY_WAY | ASKED_FOR if message.template == SURVEY else ONLY_WAY
        newer = exists().where(
            col(Message.ticket_id) == message.ticket_id,
            col(Message.seq) > message.seq,
            col(Message.fate).not_in((Fate.WITHHELD, Fate.EXPIRED)),
            col(Message.template).not_in(says_less),
        )
        return bool(self.session.exec(select(newer)).one())

    def _waits_for_tomorrow(self, message: Message, phone: str | None, now: datetime) -> bool:
        if message.ticket_id is not None:
            message.unit = self.numbers.unit_of(self.session, message.ticket_id)
        held = self._why_tomorrow(message, phone or "", now)
        if held is None:
            return False
        tomorrow = next_day(now)
        message.held_because = held
        message.not_before = (self.rules.quiet and self.rules.quiet.until(tomorrow)) or tomorrow
        return True

    def _why_tomorrow(self, message: Message, phone: str, now: datetime) -> Held | None:
        day = day_of(now)
        if self.rules.most is not None:
            # The oldest key's index: while keys are rotated it is the one that every worker knows.
            lock_number(self.session, self.vault.indexes("phone", phone)[-1])
            theirs = self.numbers.tickets_of(phone), self.numbers.orders_of(phone)
            if not has_room(self.session, message, *theirs, day, self.rules.most):
                return Held.ENOUGH_TODAY
        if message.template in ORDINARY and not has_budget(self.session, message, day):
            return Held.NO_BUDGET
        return None


def wait_for_morning(message: Message, rules: Rules, now: datetime) -> bool:
    """Hold *message* back where it can wait and all is quiet; nobody looks at it again before its time."""
    quiet = None if message.at_once else rules.quiet
    until = quiet.until(now) if quiet else None
    if quiet is None or until is None:
        return False
    message.turn(Fate.QUEUED)
    message.held_because = Held.QUIET_DAY if quiet.is_for_a_day(now) else Held.QUIET_HOURS
    message.not_before = until
    return True


def expire(message: Message) -> None:
    """It is not worth sending any more; why it waited so long stays with it."""
    message.held_because = message.held_because or Held.STALE
    message.turn(Fate.EXPIRED)


def _refused_by(message: Message) -> str | None:
    """Name who refused it at the last try for a reason of its own, so that another may be asked."""
    if message.error_code is None or not Trouble(message.error_code).is_the_providers:
        return None
    return message.provider
