"""Figures as the API and the command line tell them."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.statistics.counting import Line
from app.statistics.figures import Figure
from app.statistics.naming import namer
from app.statistics.periods import Period
from app.statistics.topics import Rate, Table, Topic
from tickets.ground.policy import Rulebook

#: The address of the tickets behind one number: the figure, by what the table is sorted, and the line.
Address = Callable[[Figure, str, str], str | None]


class CountDocument(BaseModel):
    """One number."""

    n: int
    #: Of closed months: how much more or less it would be now.
    correction: int
    #: The period before, and the same days a year before.
    previous: int
    last_year: int
    #: Where the tickets behind it are listed; null for who sees none.
    tickets: str | None


class RateDocument(BaseModel):
    """A share in per cent, with its part and its whole; null where the whole is nothing."""

    share: float | None
    part: str
    part_n: int
    whole: str
    whole_n: int
    previous: float | None
    last_year: float | None


class LineDocument(BaseModel):
    """One line of a table: its code ("" where there is none) and its name."""

    key: str
    name: str
    figures: dict[str, CountDocument]
    rates: dict[str, RateDocument]


class TableDocument(BaseModel):
    """Lines sorted by unit, kind, category, division or channel; "" is all together."""

    by: str
    lines: list[LineDocument]


class TopicDocument(BaseModel):
    """A topic's figures from the first day to the last, both included."""

    model_config = ConfigDict(populate_by_name=True)

    topic: str
    from_: date = Field(alias="from")
    to: date
    closed_months: list[str]
    tables: list[TableDocument]


def topic_document(
    topic: Topic,
    tables: Sequence[Table],
    period: Period,
    rules: Rulebook,
    *,
    closed: Sequence[date],
    address: Address,
) -> dict[str, Any]:
    """A topic as the API tells it."""
    return {
        "topic": topic.name,
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "closed_months": [
            f"{month:%Y-%m}"
            for month in sorted(closed)
            if period.first.replace(day=1) <= month <= period.last
        ],
        "tables": [
            {"by": table.by, "lines": [_line(topic, table, line, rules, address) for line in table.lines]}
            for table in tables
        ],
    }


def _line(topic: Topic, table: Table, line: Line, rules: Rulebook, address: Address) -> dict[str, Any]:
    return {
        "key": line.key,
        "name": namer(rules, table.by)(line.key),
        "figures": {
            figure.value: {
                "n": line.count(figure).n,
                "correction": line.count(figure).correction,
                "previous": line.count(figure, "before").n,
                "last_year": line.count(figure, "year_before").n,
                "tickets": address(figure, table.by, line.key),
            }
            for figure in topic.counted
        },
        "rates": {rate.name: _rate(rate, line) for rate in topic.rates},
    }


def _rate(rate: Rate, line: Line) -> dict[str, Any]:
    return {
        "share": rate.share(line),
        "part": rate.part.value,
        "part_n": line.count(rate.part).n,
        "whole": rate.whole.value,
        "whole_n": line.count(rate.whole).n,
        "previous": rate.share(line, "before"),
        "last_year": rate.share(line, "year_before"),
    }
