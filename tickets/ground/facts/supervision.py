"""Facts of supervision: a card was given, a card was answered."""

from dataclasses import dataclass
from datetime import datetime

from tickets.ground.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class Supervised(Fact):
    """A supervisor demands an answer by a moment."""

    name = "supervised"
    card: str
    level: str
    due_at: datetime
    unit: str | None
    #: A leader's instruction is on the card.
    instructed: bool


@dataclass(frozen=True, kw_only=True)
class SupervisionAnswered(Fact):
    """The unit answered a supervision card."""

    name = "supervision_answered"
    card: str
    level: str
    unit: str
