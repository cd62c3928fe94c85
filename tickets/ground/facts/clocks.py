"""Facts of the clocks, and of looks at an identity."""

from dataclasses import dataclass
from datetime import datetime

from tickets.ground.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class ClockWarned(Fact):
    """A promise will break soon."""

    name = "clock_warned"
    clock: str
    clock_kind: str
    due_at: datetime
    unit: str | None
    #: What share the order it times has of the ticket; None for the hotline's own promises.
    order_role: str | None


@dataclass(frozen=True, kw_only=True)
class ClockBreached(Fact):
    """A promise broke."""

    name = "clock_breached"
    #: It was kept after all, too late: there is nothing left to chase.
    kept_late: bool
    clock: str
    clock_kind: str
    due_at: datetime
    unit: str | None
    #: What share the order it times has of the ticket; None for the hotline's own promises.
    order_role: str | None


@dataclass(frozen=True, kw_only=True)
class ClockUrged(Fact):
    """A promise was still broken on the next working day: the unit got a written notice (催办通知)."""

    name = "clock_urged"
    clock: str
    clock_kind: str
    due_at: datetime
    unit: str | None
    order_role: str | None
    #: Number of the notice on this ticket.
    number: int
    #: Whole working days after its due.
    days_late: int
    #: When it goes on the list of who is late for long if nobody answers; None where there is no such list.
    lists_at: datetime | None
    #: Roles that are told.
    tells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ClockListed(Fact):
    """A written notice was in vain: it is on the list of who is late for long (通报)."""

    name = "clock_listed"
    clock: str
    clock_kind: str
    due_at: datetime
    unit: str | None
    order_role: str | None
    #: Whole working days after its due.
    days_late: int
    #: Roles that are told.
    tells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ClockRecomputed(Fact):
    """The clock fell under another promise or calendar, and is due at another moment now."""

    name = "clock_recomputed"
    clock: str
    clock_kind: str
    before: datetime
    due_at: datetime
    policy: str
    policy_version: int
    calendar_version: int
    #: The change of the house's rules that moved it; None where the ticket itself was put right.
    change: str | None = None
    #: The year's holidays are still not announced.
    provisional: bool = False
    #: It had broken at the moment before; the breach stays on record, and this excuses it.
    excused: bool = False


@dataclass(frozen=True, kw_only=True)
class Archived(Fact):
    """It was put into the archive after the time fixed for it."""

    name = "archived"


@dataclass(frozen=True, kw_only=True)
class TextRepeated(Fact):
    """A text that did not arrive was laid in once more, in the same words."""

    name = "text_repeated"
    #: The message that did not arrive.
    message: str
    template: str


@dataclass(frozen=True, kw_only=True)
class IdentityRead(Fact):
    """Somebody was shown the citizen's identity in clear."""

    name = "identity_read"
    fields_shown: tuple[str, ...]
