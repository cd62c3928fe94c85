"""What can happen to a ticket, in the past tense. Published: it is what `notifications/` reads."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened to one ticket. It holds no identity: no name, no phone, no address."""

    name: ClassVar[str]
    #: Fields that messages need but the timeline must not keep.
    unwritten: ClassVar[frozenset[str]] = frozenset()

    def data(self) -> dict[str, Any]:
        """What the timeline keeps: plain JSON values."""
        told = (f.name for f in fields(self) if f.name not in self.unwritten)
        return {name: _plain(getattr(self, name)) for name in told}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


@dataclass(frozen=True, kw_only=True)
class Registered(Fact):
    """A matter was taken down and has a number."""

    name = "registered"
    unwritten = frozenset({"tracking_code"})
    channel: str
    kind: str
    urgency: str
    #: Six digits the citizen tracks with; shown once, so it is told but never written.
    tracking_code: str
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Answered(Fact):
    """The operator answered on the spot; nothing was dispatched."""

    name = "answered"
    policy_code: str | None


@dataclass(frozen=True, kw_only=True)
class Dispatched(Fact):
    """A lead unit, and perhaps joint ones, were given the ticket."""

    name = "dispatched"
    lead: str
    joint: tuple[str, ...]
    round: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Signed(Fact):
    """A unit took its order."""

    name = "signed"
    unit: str
    order_role: str
    order: str


@dataclass(frozen=True, kw_only=True)
class Contacted(Fact):
    """A unit called the citizen."""

    name = "contacted"
    unit: str
    order: str
    reached: bool
    called_at: datetime


@dataclass(frozen=True, kw_only=True)
class Replied(Fact):
    """A unit answered: the lead to the citizen, a joint unit to the lead."""

    name = "replied"
    unit: str
    order_role: str
    order: str
    founded: str
    solved: str
    without_joint: str | None
    lapsed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Reviewed(Fact):
    """The reviewer passed the lead's reply or sent it back."""

    name = "reviewed"
    passed: bool
    #: Where the ticket went: callback, closed or handling.
    to: str


@dataclass(frozen=True, kw_only=True)
class CalledBack(Fact):
    """Somebody asked the citizen, or the citizen answered by text or on the web."""

    name = "called_back"
    channel: str
    attempt: int
    reached: bool
    contacted: bool | None
    solved: str | None
    satisfaction: int | None
    reason: str | None
    closed: bool


@dataclass(frozen=True, kw_only=True)
class Reworked(Fact):
    """The reviewer opened a new round."""

    name = "reworked"
    unit: str
    round: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Closed(Fact):
    """The reviewer closed a ticket the citizen did not confirm."""

    name = "closed"
    ground: str


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
class IdentityRead(Fact):
    """Somebody was shown the citizen's identity in clear."""

    name = "identity_read"
    fields_shown: tuple[str, ...]


#: Every fact there is. A test holds that each is worded or silent on purpose, and that pages can tell it.
FACTS: tuple[type[Fact], ...] = (
    Registered,
    Answered,
    Dispatched,
    Signed,
    Contacted,
    Replied,
    Reviewed,
    CalledBack,
    Reworked,
    Closed,
    ClockWarned,
    ClockBreached,
    IdentityRead,
)


@dataclass(frozen=True, kw_only=True)
class News:
    """A fact, and what a message about it needs to know of its ticket."""

    fact: Fact
    ticket_id: int
    ref: str
    #: Number of the fact within its ticket; with the ticket it names the fact.
    seq: int
    at: datetime
    #: Language of the texts to the citizen: zh_Hans or en.
    language: str
    #: The citizen left a number and did not ask to be left alone.
    reachable: bool
    #: A report or confidential matter: texts stay neutral.
    sealed: bool
