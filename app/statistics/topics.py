"""A topic: which figures and rates stand in its tables, and by what they are sorted."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from app.statistics.counting import By, Line, When, count
from app.statistics.figures import Figure
from app.statistics.periods import Period
from app.statistics.scope import Scope


@dataclass(frozen=True)
class Rate:
    """A share, with what it is a share of: no number of per cent is told without its whole."""

    name: str
    part: Figure
    whole: Figure

    def share(self, line: Line, when: When = "now") -> float | None:
        """Per cent, one digit; None where there is nothing to have a share of: that is not zero."""
        whole = line.count(self.whole, when).n
        return round(100 * line.count(self.part, when).n / whole, 1) if whole else None


RESPONSE = Rate("response", Figure.CONTACTED, Figure.ASKED_CONTACTED)
SOLUTION = Rate("solution", Figure.SOLVED, Figure.ASKED_SOLVED)
SATISFACTION = Rate("satisfaction", Figure.SATISFIED, Figure.ASKED_SATISFIED)
#: What Beijing's rules judge units by (三率).
THREE_RATES = (RESPONSE, SOLUTION, SATISFACTION)
IN_TIME = Rate("in_time", Figure.IN_TIME, Figure.DUE)
SIGNED_IN_TIME = Rate("signed_in_time", Figure.SIGNED_IN_TIME, Figure.DISPATCHED)
DIRECT = Rate("direct", Figure.ANSWERED_DIRECTLY, Figure.RECEIVED)
#: The unit's verdict, beside the citizen's and never in its place.
UNITS_SOLUTION = Rate("units_solution", Figure.UNIT_SOLVED, Figure.CLOSED)
AT_ONE_GO = Rate("at_one_go", Figure.AT_ONE_GO, Figure.CLOSED)
REWORKED = Rate("reworked", Figure.REWORKED, Figure.CLOSED)
RETURNED = Rate("returned", Figure.RETURN_GRANTED, Figure.DISPATCHED)
RETURN_REFUSED = Rate("return_refused", Figure.RETURN_REFUSED, Figure.DISPATCHED)
REPEATED = Rate("repeated", Figure.REPEATED, Figure.RECEIVED)


@dataclass(frozen=True)
class Topic:
    """One page of figures; what it shows of each line, and the tables it has."""

    name: str
    figures: tuple[Figure, ...]
    rates: tuple[Rate, ...]
    tables: tuple[By, ...]
    #: Whether heads read it of their own unit.
    of_units: bool = True

    @property
    def counted(self) -> tuple[Figure, ...]:
        """Everything that must be counted for it."""
        parts = [figure for rate in self.rates for figure in (rate.part, rate.whole)]
        return tuple(dict.fromkeys((*self.figures, *parts)))


@dataclass(frozen=True)
class Table:
    """A topic's lines, sorted by one thing."""

    by: By
    lines: Sequence[Line]


def tables_of(session: Session, topic: Topic, scope: Scope, period: Period) -> list[Table]:
    """The tables of *topic*; one query each."""
    return [Table(by, count(session, scope, period, by=by, figures=topic.counted)) for by in topic.tables]
