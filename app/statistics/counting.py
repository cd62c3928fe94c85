"""How many: sums over periods in one query, of closed months as they were closed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text
from sqlmodel import Session

from app.statistics.figures import Figure
from app.statistics.periods import Period
from app.statistics.scope import Scope

By = Literal["", "unit", "kind", "category", "division", "channel"]
When = Literal["now", "before", "year_before"]


@dataclass(frozen=True)
class Count:
    """How many there were; of closed months as it stood then, and by how much it would differ now."""

    n: int = 0
    correction: int = 0


@dataclass(frozen=True)
class Line:
    """The counts of one unit, kind, place… in three periods."""

    key: str
    counts: Mapping[tuple[When, Figure], Count]

    def count(self, figure: Figure, when: When = "now") -> Count:
        """How many of *figure* there were."""
        return self.counts.get((when, figure), Count())


#: Of what is not closed the sums of today, of a closed month the copy; beside them what they would be now.
#: Whether a month is closed is asked of the sums, not of each of their rows.
COUNTS = (
    "with period (name, first, last) as (values ('now', cast(:a1 as date), cast(:a2 as date)),"
    " ('before', cast(:b1 as date), cast(:b2 as date)),"
    " ('year_before', cast(:c1 as date), cast(:c2 as date))),"
    " added as ("
    " select period.name, sums.figure, {key} as key, date_trunc('month', sums.day)::date as month,"
    " sum(sums.n) as n, false as frozen"
    " from period join {live} sums on sums.day between period.first and period.last where {narrowed}"
    " group by 1, 2, 3, 4"
    " union all"
    " select period.name, sums.figure, {key}, null, sum(sums.n), true"
    " from period join {frozen} sums on sums.day between period.first and period.last where {narrowed}"
    " group by 1, 2, 3)"
    " select name, figure, key,"
    " coalesce(sum(n) filter (where frozen or closed.month is null), 0)::int as n,"
    " coalesce(sum(n) filter (where not frozen), 0)::int as live"
    " from added left join figure_month closed using (month) group by name, figure, key"
)


def _statement(by: By, scope: Scope) -> str:
    """The query: of the whole house by one thing from the totals, of some units from the sums themselves."""
    if scope.units is None:
        narrowed = "sums.by = :by and sums.figure = any(:figures)"
        return COUNTS.format(
            key="sums.key", live="figure_total", frozen="figure_frozen_total", narrowed=narrowed
        )
    narrowed = "sums.figure = any(:figures) and sums.unit = any(:units)"
    key = f"sums.{by}" if by else "''"
    return COUNTS.format(key=key, live="figure_day", frozen="figure_frozen", narrowed=narrowed)


def count(
    session: Session,
    scope: Scope,
    period: Period,
    *,
    by: By = "",
    figures: tuple[Figure, ...] = tuple(Figure),
) -> list[Line]:
    """The counts of *period*, the one before and that of a year before, sorted by *by*; one query."""
    before, year_before = period.before(), period.year_before()
    asked = {
        "a1": period.first,
        "a2": period.last,
        "b1": before.first,
        "b2": before.last,
        "c1": year_before.first,
        "c2": year_before.last,
        "figures": list(figures),
        **({"by": by} if scope.units is None else {"units": scope.units}),
    }
    statement = text(_statement(by, scope))
    found: dict[str, dict[tuple[When, Figure], Count]] = defaultdict(dict)
    for name, figure, key, n, live in session.connection().execute(statement, asked):
        found[key][name, Figure(figure)] = Count(n, live - n)
    lines = [Line(key, counts) for key, counts in found.items()]
    lines = lines or ([] if by else [Line("", {})])
    return sorted(lines, key=lambda line: (-line.count(figures[0]).n, line.key))
