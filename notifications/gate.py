"""What must hold before a text leaves: worth sending, allowed, by day, room for its number, and a budget."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, exists, select

from notifications.inbox import has_opted_out
from notifications.message import Fate, Message
from notifications.providers import Provider
from notifications.rules import Held, Numbers, Rules, why_withheld
from notifications.spending import day_of, has_budget, has_room, lock_number, next_day
from notifications.standing import COURTESY, ORDINARY
from tickets.ground.vault import Vault, masked_phone

#: What held a text back that went by in the meantime.
FOR_A_WHILE = frozenset({Held.QUIET_HOURS, Held.ENOUGH_TODAY, Held.NO_BUDGET})


@dataclass(frozen=True)
class Gate:
    """Decides on one message that no provider has; the caller commits."""

    session: Session
    vault: Vault
    numbers: Numbers
    provider: Provider
    rules: Rules

    def lets_pass(self, message: Message, phone: str | None, now: datetime) -> bool:
        """Whether *message* may go to *phone* now. If not it is settled or waits, and says why."""
        if message.valid_until <= now:
            expire(message)
            return False
        forbidden = self._why_not(message, phone)
        if forbidden is not None:
            message.held_because = forbidden
            message.to_masked = masked_phone(phone)
            message.turn(Fate.WITHHELD)
            return False
        if self._is_overtaken(message):
            message.held_because = Held.OVERTAKEN
            message.turn(Fate.EXPIRED)
            return False
        return not (
            wait_for_morning(message, self.rules, now) or self._waits_for_tomorrow(message, phone, now)
        )

    def _why_not(self, message: Message, phone: str | None) -> Held | None:
        held = why_withheld(message.template, phone, self.provider, self.rules)
        if held is None and phone is not None and message.template in COURTESY:
            unwanted = self.numbers.wants_no_texts(self.session, message.ticket_id)
            is_out = unwanted or has_opted_out(self.session, self.vault, phone)
            held = Held.OPTED_OUT if is_out else None
        return held

    def _is_overtaken(self, message: Message) -> bool:
        """Of several texts about one ticket that waited, the newest is enough. Notices are told each."""
        if message.held_because not in FOR_A_WHILE or message.template not in ORDINARY:
            return False
        newer = exists().where(
            col(Message.ticket_id) == message.ticket_id,
            col(Message.seq) > message.seq,
            col(Message.fate).not_in((Fate.WITHHELD, Fate.EXPIRED)),
        )
        return bool(self.session.exec(select(newer)).one())

    def _waits_for_tomorrow(self, message: Message, phone: str | None, now: datetime) -> bool:
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
            if not has_room(self.session, message, self.numbers.tickets_of(phone), day, self.rules.most):
                return Held.ENOUGH_TODAY
        if message.template in ORDINARY and not has_budget(self.session, message, day):
            return Held.NO_BUDGET
        return None


def wait_for_morning(message: Message, rules: Rules, now: datetime) -> bool:
    """Hold *message* back where it can wait and it is night; nobody looks at it again before its time."""
    until = rules.quiet.until(now) if rules.quiet and not message.at_once else None
    if until is None:
        return False
    message.turn(Fate.QUEUED)
    message.held_because = Held.QUIET_HOURS
    message.not_before = until
    return True


def expire(message: Message) -> None:
    """It is not worth sending any more; why it waited so long stays with it."""
    message.held_because = message.held_because or Held.STALE
    message.turn(Fate.EXPIRED)
