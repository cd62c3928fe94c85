"""
How each provider fares: counters by provider and minute, which all workers share.

Counting comes last in a transaction, and for one message only: so nobody waits for a counter who holds what
another needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint, text
from sqlalchemy.engine import Connection
from sqlmodel import Field, Session

from notifications.message import Fate, Message
from notifications.providers import Trouble
from tickets.ground.columns import Moment, Row

#: Rows of one minute for one provider: workers that count at the same moment seldom wait for each other.
SLOTS = 16

#: An answer that takes longer is slow, and so is a text of which nobody heard in this time.
SLOW_ANSWER = 5.0
IN_TIME = timedelta(minutes=4)

#: Tries are judged by the last minutes; texts by those before, whose receipts have had their time.
TRIES_OF = timedelta(minutes=5)
TEXTS_OF = timedelta(minutes=10)


class ProviderMinute(Row, table=True):
    """What happened with one provider in one minute; a part of it, to be added to the others."""

    __tablename__ = "provider_minute"
    __table_args__ = (PrimaryKeyConstraint("provider", "minute", "slot"),)

    provider: str
    minute: datetime = Field(sa_type=Moment)
    slot: int
    #: Calls, those that failed by the provider's own fault, and those that were slow.
    tried: int = 0
    failed: int = 0
    slow: int = 0
    #: Texts it took, and of how many of them we were told within four minutes what became of them.
    sent: int = 0
    arrived: int = 0


@dataclass(frozen=True)
class Pulse:
    """The counters of one provider over the last minutes."""

    tried: int = 0
    failed: int = 0
    slow: int = 0
    sent: int = 0
    arrived: int = 0

    @property
    def unheard(self) -> int:
        """Texts of which nothing was heard in time."""
        return self.sent - self.arrived


ADD = text(
    """
    insert into provider_minute as kept (provider, minute, slot, tried, failed, slow, sent, arrived)
    values (:provider, date_trunc('minute', coalesce(cast(:at as timestamptz), clock_timestamp())), :slot,
        :tried, :failed, :slow, :sent, :arrived)
    on conflict (provider, minute, slot) do update set
        tried = kept.tried + excluded.tried, failed = kept.failed + excluded.failed,
        slow = kept.slow + excluded.slow, sent = kept.sent + excluded.sent,
        arrived = kept.arrived + excluded.arrived
    """
)
READ = text(
    """
    select provider,
        coalesce(sum(tried) filter (where minute > :now - cast(:tries_of as interval)), 0)::int,
        coalesce(sum(failed) filter (where minute > :now - cast(:tries_of as interval)), 0)::int,
        coalesce(sum(slow) filter (where minute > :now - cast(:tries_of as interval)), 0)::int,
        coalesce(sum(sent) filter (where minute <= :now - cast(:settled as interval)), 0)::int,
        coalesce(sum(arrived) filter (where minute <= :now - cast(:settled as interval)), 0)::int
    from provider_minute
    where provider = any(:providers) and minute <= :now
        and minute > :now - cast(:settled as interval) - cast(:texts_of as interval)
    group by provider
    """
)
#: The minute a text was sent in ends later than the text, and its receipt may take its time after that.
SETTLED = IN_TIME + timedelta(minutes=1)


def note_try(session: Session, provider: str, about: UUID, trouble: Trouble | None, took: float) -> None:
    """Count a call that *took* so many seconds. What is wrong with a number is no fault of theirs."""
    blames_them = trouble is not None and (trouble.may_pass or trouble is Trouble.OUTCOME_UNKNOWN)
    fault = blames_them and trouble is not Trouble.TOO_MANY
    _add(session, provider, about, None, tried=1, failed=int(fault), slow=int(took > SLOW_ANSWER))


def note_fate(session: Session, message: Message, *, is_out_now: bool, at: datetime) -> None:
    """Count that *message* is out, or that we were told at that moment what became of it."""
    if message.provider is None or message.sent_at is None:
        return
    is_settled = message.fate in (Fate.DELIVERED, Fate.UNDELIVERABLE)
    arrived = int(is_settled and at - message.sent_at <= IN_TIME)
    if is_out_now or arrived:
        _add(session, message.provider, message.id, message.sent_at, sent=int(is_out_now), arrived=arrived)


def pulses_of(connection: Connection, providers: Sequence[str], now: datetime) -> dict[str, Pulse]:
    """How each of *providers* fared of late; all zeros where nothing happened."""
    asked = {
        "providers": list(providers),
        "now": now,
        "tries_of": TRIES_OF,
        "texts_of": TEXTS_OF,
        "settled": SETTLED,
    }
    found = {name: Pulse(*counted) for name, *counted in connection.execute(READ, asked)}
    return {name: found.get(name, Pulse()) for name in providers}


def _add(session: Session, provider: str, about: UUID, at: datetime | None, **counted: int) -> None:
    nothing = {"tried": 0, "failed": 0, "slow": 0, "sent": 0, "arrived": 0}
    where = {"provider": provider, "at": at, "slot": about.int % SLOTS}
    session.connection().execute(ADD, {**nothing, **where, **counted})
