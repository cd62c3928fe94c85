"""The demo's lists, all invented: who usually leads a category, common phrases, whom to call by night."""

import tomllib
from collections.abc import Iterator
from datetime import time
from importlib.resources import files
from itertools import cycle

from sqlalchemy import update
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session, SQLModel, col, select

from app.admin.duty import DutyRow
from app.demo_data.units import demo_units
from tickets.ground.categories import CategoryRow
from tickets.ground.phrases import PhraseRow
from tickets.ground.vault import Vault
from tickets.ground.words import UnitKind

#: Who leads by the top of the tree of categories.
LEADS = {
    "MZ": "panlong-civil",
    "ZF": "housing",
    "YB": "medical",
    "JY": "education",
    "RS": "employment",
    "SF": "justice",
}

OPENS, CLOSES = time(9), time(17)
WORKING_DAYS, WEEKEND = [1, 2, 3, 4, 5], [6, 7]
FAMILY_NAMES = "赵钱孙李周吴郑王冯陈褚卫"


def load_lists(session: Session, vault: Vault) -> None:
    """Lay down what a house without such lists lacks; a list somebody keeps already is left as it is."""
    if _is_empty(session, CategoryRow, col(CategoryRow.unit_code).is_not(None)):
        for code, unit in LEADS.items():
            session.connection().execute(
                update(CategoryRow).where(col(CategoryRow.code) == code).values(unit_code=unit)
            )
    if _is_empty(session, PhraseRow):
        session.add_all(_phrases())
    if _is_empty(session, DutyRow):
        session.add_all(_turns(vault))


def _is_empty(session: Session, model: type[SQLModel], *conditions: ColumnElement[bool]) -> bool:
    return session.exec(select(model).where(*conditions).limit(1)).first() is None


def _phrases() -> Iterator[PhraseRow]:
    written = tomllib.loads(files(__package__).joinpath("phrases.toml").read_text("utf-8"))
    for field, phrases in written["phrases"].items():
        for number, (label, words) in enumerate(phrases.items(), start=1):
            yield PhraseRow(field=field, label=label, text=words, position=number * 10)


def _turns(vault: Vault) -> Iterator[DutyRow]:
    """By night and over the weekend somebody of each bureau and subdistrict."""
    names = cycle(FAMILY_NAMES)
    staffed = [unit for unit in demo_units() if unit.kind in (UnitKind.BUREAU, UnitKind.SUBDISTRICT)]
    for number, unit in enumerate(staffed, start=1):
        nights = DutyRow(
            unit=unit.code,
            name=f"{next(names)}某",
            phone=b"",
            weekdays=WORKING_DAYS,
            begins=CLOSES,
            ends=OPENS,
        )
        weekend = DutyRow(
            unit=unit.code, name=f"{next(names)}某", phone=b"", weekdays=WEEKEND, begins=OPENS, ends=OPENS
        )
        for which, row in enumerate((nights, weekend)):
            row.phone = vault.seal(f"+8613800009{which}{number:02d}", row.place())
            yield row
