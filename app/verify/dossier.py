"""What is held against each other: all rows of one ticket, what the house knows, and a finding about both."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from app.sealing.rows import SealLeaf
from notifications.house_words import Changes
from notifications.message import Message
from tickets.ground.clock import Clock, ClockEvent
from tickets.ground.policy import Rulebook, SlaPolicy
from tickets.ground.timeline import Entry, Note
from tickets.ground.vault import Vault
from tickets.ground.worktime.arithmetic import Due
from tickets.ground.worktime.moments import local
from tickets.ticket import Identity, Order, Reply, Request, SupervisionCard, Ticket


@dataclass(frozen=True)
class Finding:
    """Something that does not fit. It never holds a name, a number or a word of the citizen."""

    #: The fact it is about; for a row beside the timeline the fact after which the row should look otherwise.
    seq: int
    what: str
    #: A remark is worth a look, but the rows can be so without anybody having done wrong.
    is_fault: bool = True


def said(value: object) -> str:
    """Write a value of a row for a finding; moments as the district's clocks show them."""
    return local(value).isoformat() if isinstance(value, datetime) else str(value)


@dataclass(frozen=True)
class Dossier:
    """All rows of one ticket, in the order they were written."""

    ticket: Ticket
    facts: list[Entry] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    cards: list[SupervisionCard] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    events: list[ClockEvent] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    identity: Identity | None = None
    #: Search knows it, or will soon.
    is_searchable: bool = True
    #: What roots sealed of it.
    leaves: list[SealLeaf] = field(default_factory=list)
    #: It waits to be sealed.
    is_queued: bool = True

    @property
    def last(self) -> int:
        """Number of the newest fact."""
        return self.facts[-1].seq if self.facts else 0

    @cached_property
    def fact_of(self) -> dict[int, Entry]:
        """The facts by number."""
        return {fact.seq: fact for fact in self.facts}

    @cached_property
    def note_of(self) -> dict[int, Note]:
        """The notes by the number of their fact."""
        return {note.seq: note for note in self.notes}


@dataclass(frozen=True)
class Known:
    """What one needs to know beside the rows of a ticket."""

    rules: Rulebook
    vault: Vault
    #: The database's time when the rows were read.
    now: datetime
    #: A worker was seen within the last minute, so what is due has been noticed.
    worker_is_alive: bool
    #: What administrators decided about texts.
    changes: Changes = field(default_factory=Changes)
    #: Open every sealed value, not only the numbers.
    opens_all: bool = True
    #: Due moments counted once, by policy, calendar and day.
    counted: dict[tuple[object, ...], Due] = field(default_factory=dict)

    @cached_property
    def policies(self) -> dict[tuple[str, str, int], SlaPolicy]:
        """Every version of every promise, by code, clock and version."""
        return {(row.code, row.clock, row.version): row for row in self.rules.policies}

    @cached_property
    def promises(self) -> frozenset[tuple[str, str]]:
        """Every promise there ever was, by code and clock."""
        return frozenset((row.code, row.clock) for row in self.rules.policies)

    @cached_property
    def promised(self) -> frozenset[str]:
        """Every clock anything is promised for."""
        return frozenset(row.clock for row in self.rules.policies)
