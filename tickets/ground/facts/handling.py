"""Facts of handling: a unit's share, what it asks for, its answer, and the reviewer's word on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tickets.ground.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class Signed(Fact):
    """A unit took its order."""

    name = "signed"
    unit: str
    order_role: str
    order: str


@dataclass(frozen=True, kw_only=True)
class Taken(Fact):
    """Somebody of the unit works on it now."""

    name = "taken"
    unit: str
    order: str
    order_role: str
    username: str
    #: Whom it was meant for, where that one is absent and named a deputy.
    instead_of: str | None


@dataclass(frozen=True, kw_only=True)
class Contacted(Fact):
    """A unit called the citizen."""

    name = "contacted"
    unit: str
    order: str
    reached: bool
    called_at: datetime


@dataclass(frozen=True, kw_only=True)
class ExtensionAsked(Fact):
    """A unit asks for more days."""

    name = "extension_asked"
    request: str
    order: str
    order_role: str
    unit: str
    days: int
    decider: str


@dataclass(frozen=True, kw_only=True)
class ShelvingAsked(Fact):
    """A head asks to put it aside until a day, with measures."""

    name = "shelving_asked"
    request: str
    order: str
    order_role: str
    unit: str
    until: datetime
    #: What for; of older facts it is not known, and was long_term.
    ground: str


@dataclass(frozen=True, kw_only=True)
class Resumed(Fact):
    """What was put aside is worked on again."""

    name = "resumed"


@dataclass(frozen=True, kw_only=True)
class TerminationAsked(Fact):
    """A unit asks to end it without a result."""

    name = "termination_asked"
    request: str
    order: str
    order_role: str
    unit: str
    ground: str


@dataclass(frozen=True, kw_only=True)
class SignOffAsked(Fact):
    """An answer waits for the signature of the unit's head."""

    name = "sign_off_asked"
    request: str
    order: str
    order_role: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class Replied(Fact):
    """A unit answered: the lead to the citizen, a joint or sub unit to who gave it the order."""

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
class UnsealAsked(Fact):
    """Somebody asks to see who is behind a sealed ticket."""

    name = "unseal_asked"
    request: str


@dataclass(frozen=True, kw_only=True)
class Decided(Fact):
    """What was asked was granted or refused by somebody else."""

    name = "decided"
    request: str
    kind: str
    granted: bool
    #: Where the ticket stands after it.
    to: str
    order: str | None
    order_role: str | None
    unit: str | None
    #: What follows from a grant, by kind: days, due_at, until, ground, founded, solved, lapsed, drafted_by.
    effect: dict[str, Any]
    #: A binding decision: this unit cannot return it again.
    designated: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestLapsed(Fact):
    """What was asked needs no decision any more: its order or its ticket ended."""

    name = "request_lapsed"
    request: str
    kind: str
    unit: str | None
