"""A simulation as a page tells it: rows by unit and kind, and a chart of the broken promises."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from app.language.clock_words import CLOCKS
from app.reading.charts import bars

#: Pairs of bars in the chart; the table beside it has every row.
MOST_BARS = 12


@dataclass(frozen=True)
class TriedRow:
    """The clocks of one kind in one unit, under the rules they had and under the draft."""

    unit: str
    clock: str
    clocks: int
    late: int
    late_then: int
    moved: int

    @property
    def more(self) -> int:
        """How many more would be broken; below nought: fewer."""
        return self.late_then - self.late


def rows_of(simulation: Mapping[str, Any], units: Mapping[str, str]) -> list[TriedRow]:
    """The rows of a simulation that was kept, the greatest difference first."""
    rows = [
        TriedRow(
            unit=units.get(row["unit"], row["unit"]) if row["unit"] else str(gettext("热线")),
            clock=str(CLOCKS[row["clock"]]),
            **{name: row[name] for name in ("clocks", "late", "late_then", "moved")},
        )
        for row in simulation["rows"]
    ]
    return sorted(rows, key=lambda row: (-abs(row.more), -row.late_then, row.unit, row.clock))


def chart_of(rows: list[TriedRow]) -> str:
    """An SVG of the broken promises now and then, for the rows that come first."""
    shown = rows[:MOST_BARS]
    return bars(
        [f"{row.unit} {row.clock}" for row in shown],
        [
            (gettext("现行规则下超期"), [row.late for row in shown]),
            (gettext("草稿规则下超期"), [row.late_then for row in shown]),
        ],
    )
