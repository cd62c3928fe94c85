"""What a fact is, and what a message about one needs to know of its ticket."""

from dataclasses import dataclass, fields
from datetime import datetime, time
from typing import Any, ClassVar

from tickets.ground.words import Urgency


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
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


@dataclass(frozen=True, kw_only=True)
class OrderNews:
    """What happened to a service order, of which whom it served hears by text."""

    order: int
    #: The fact of its household, and its number there.
    fact: str
    seq: int
    at: datetime
    served_at: datetime
    #: The mark that was given; None asks for one.
    rating: int | None = None
    language: str = "zh_Hans"


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
    #: How fast the matter must go.
    urgency: str = Urgency.NORMAL
