"""Facts of transfer: given to units, taken back, given on, joined to another and parted again."""

from dataclasses import dataclass
from datetime import datetime

from tickets.ground.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class Dispatched(Fact):
    """A lead unit, and perhaps joint ones, were given the ticket."""

    name = "dispatched"
    lead: str
    joint: tuple[str, ...]
    round: int
    due_at: datetime
    #: What the dispatcher set it to, where it was changed.
    urgency: str | None = None


@dataclass(frozen=True, kw_only=True)
class Recalled(Fact):
    """The dispatcher took it back before the lead had signed."""

    name = "recalled"
    units: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReturnAsked(Fact):
    """A unit says the ticket is not its own."""

    name = "return_asked"
    request: str
    order: str
    order_role: str
    unit: str
    reason: str
    suggested_unit: str | None


@dataclass(frozen=True, kw_only=True)
class SubDispatched(Fact):
    """A unit gave a share of its order to one below it."""

    name = "sub_dispatched"
    unit: str
    by_unit: str
    parent: str
    order: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Reworked(Fact):
    """The reviewer opened a new round."""

    name = "reworked"
    unit: str
    round: int
    due_at: datetime
    #: The ticket it followed until now, and does no more.
    left: str | None = None


@dataclass(frozen=True, kw_only=True)
class Merged(Fact):
    """It goes on with another ticket of the same matter; nothing of it moves."""

    name = "merged"
    into: str
    #: Where it stood; `unmerge` brings it back there.
    was: str
    #: Orders and clocks that stand still for it.
    orders: tuple[str, ...]
    clocks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Unmerged(Fact):
    """It goes its own way again."""

    name = "unmerged"
    left: str
    to: str


@dataclass(frozen=True, kw_only=True)
class FollowerJoined(Fact):
    """Another ticket of the same matter follows this one now."""

    name = "follower_joined"
    follower: str
    count: int


@dataclass(frozen=True, kw_only=True)
class FollowerLeft(Fact):
    """A ticket that followed this one goes its own way."""

    name = "follower_left"
    follower: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Followed(Fact):
    """The ticket it follows was answered, or ended; its citizen is told so, too."""

    name = "followed"
    master: str
    #: What happened there, and what its unit said of the matter.
    what: str
    solved: str | None
    to: str
