"""Facts of intake: taken down, settled at once, put right, added to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tickets.ground.facts.base import Fact


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
    #: Number of the final answer the petition rules gave to the same petitioner and matter.
    final: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answered(Fact):
    """The operator answered on the spot; nothing was dispatched."""

    name = "answered"
    policy_code: str | None


@dataclass(frozen=True, kw_only=True)
class HandedOver(Fact):
    """An emergency service took it over; we do not follow it any further."""

    name = "handed_over"
    service: str


@dataclass(frozen=True, kw_only=True)
class Declined(Fact):
    """It was not taken, for a ground of the closed list."""

    name = "declined"
    ground: str
    #: Where the law leads the citizen instead.
    route: str | None


@dataclass(frozen=True, kw_only=True)
class Amended(Fact):
    """Something was put right: each field's old and new value. Of an identity only that it changed."""

    name = "amended"
    changes: dict[str, list[Any]]
    identity: tuple[str, ...]
    #: Whether the citizen could be reached before, and can be now, where that changed.
    reachable: tuple[bool, bool] | None
    #: Digest of title and text as they are now, in hexadecimal, where either changed.
    words: str | None = None


@dataclass(frozen=True, kw_only=True)
class CitizenAsked(Fact):
    """The citizen was asked for more, and has until then."""

    name = "citizen_asked"
    unit: str | None
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Supplemented(Fact):
    """The citizen said more."""

    name = "supplemented"
    to: str


@dataclass(frozen=True, kw_only=True)
class NotSupplemented(Fact):
    """The citizen did not say more in time; it goes on as it is."""

    name = "not_supplemented"
    to: str


@dataclass(frozen=True, kw_only=True)
class Noted(Fact):
    """Somebody wrote a note for colleagues."""

    name = "noted"
    visible_to: str


@dataclass(frozen=True, kw_only=True)
class Urged(Fact):
    """The citizen asked to hurry."""

    name = "urged"
    count: int


@dataclass(frozen=True, kw_only=True)
class CodeReissued(Fact):
    """A new tracking code went to the number on file; the old one is void."""

    name = "code_reissued"
    unwritten = frozenset({"tracking_code"})
    tracking_code: str


@dataclass(frozen=True, kw_only=True)
class ProgressAsked(Fact):
    """The citizen texted the number of the ticket from the number on file, and is told where it stands."""

    name = "progress_asked"
    #: Where it stands, in the citizen's words (`Stage`).
    stage: str
    #: By when the next thing is owed, or was, if it is *late*.
    due_at: datetime | None
    late: bool
