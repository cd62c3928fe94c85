"""Facts of the citizen's last word: asked, closed, withdrawn, disputed."""

from dataclasses import dataclass
from datetime import datetime

from tickets.ground.facts.base import Fact


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
    #: When the next try is planned, where nobody was reached.
    again_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Surveyed(Fact):
    """Somebody asked the citizen for a campaign; nothing of the ticket changes. Their words are the note."""

    name = "surveyed"
    campaign: str
    attempt: int
    reached: bool
    contacted: bool | None
    solved: str | None
    satisfaction: int | None
    #: When the next try is planned, where nobody was reached.
    again_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CitizenTold(Fact):
    """Somebody called the citizen to tell what could not be brought by text."""

    name = "citizen_told"
    result: str
    attempt: int
    #: Which texts it was about.
    templates: tuple[str, ...]
    messages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Closed(Fact):
    """The reviewer closed a ticket the citizen did not confirm."""

    name = "closed"
    ground: str


@dataclass(frozen=True, kw_only=True)
class Withdrawn(Fact):
    """The citizen does not want it any more."""

    name = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class WithdrawalAsked(Fact):
    """The citizen does not want it any more; somebody asks whether that is their own will."""

    name = "withdrawal_asked"
    request: str


@dataclass(frozen=True, kw_only=True)
class Disputed(Fact):
    """The citizen does not accept how it ended; a new round begins."""

    name = "disputed"
    round: int
    #: The ticket it followed until now, and does no more.
    left: str | None
