"""Load the first rules into a new district: promises, calendar, categories, the closed lists of reasons."""

import tomllib
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Any

from sqlmodel import Session, select

from tickets.clocks.seed_calendar import default_calendar_data
from tickets.clocks.seed_policies import default_policies
from tickets.ground.categories import CategoryRow
from tickets.ground.policy import CalendarVersion, SlaPolicy
from tickets.ground.reasons import ReasonRow
from tickets.intake.suggest import Hints

CALENDAR_BASIS = "国务院办公厅关于部分节假日安排的通知（各年）；全国年节及纪念日放假办法"

#: Between two rows of a list there is room to put others.
APART = 10


def load_rules(session: Session) -> None:
    """Load what is missing, promises by code and clock; rules that are there, or were, are never touched."""
    known = set(session.exec(select(SlaPolicy.code, SlaPolicy.clock)).all())
    session.add_all(one for one in default_policies() if (one.code, one.clock) not in known)
    if session.exec(select(CalendarVersion.code).limit(1)).first() is None:
        session.add(CalendarVersion(data=default_calendar_data(), basis=CALENDAR_BASIS))
    if session.exec(select(CategoryRow.code).limit(1)).first() is None:
        session.add_all(first_categories())
    if session.exec(select(ReasonRow.code).limit(1)).first() is None:
        session.add_all(first_reasons())


def first_categories() -> list[CategoryRow]:
    """Make the rows of the first tree of categories, each after the one it stands under."""
    counted: Counter[str] = Counter()
    found = []
    for code, (name, name_en) in _written("categories.toml")["categories"].items():
        parent = code.rpartition("-")[0]
        counted[parent] += APART
        found.append(
            CategoryRow(
                code=code, name=name, name_en=name_en, parent=parent or None, position=counted[parent]
            )
        )
    return found


def first_reasons() -> list[ReasonRow]:
    """Make the rows of the closed lists of reasons."""
    counted: Counter[str] = Counter()
    found = []
    for one in _written("reasons.toml")["reason"]:
        counted[one["list"]] += APART
        found.append(ReasonRow(**one, position=counted[one["list"]]))
    return found


def _written(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


@cache
def first_hints() -> Hints:
    """Words that tell what a matter is."""
    written = _written("hints.toml")
    return Hints(kinds=written["kinds"], categories=written["categories"])
