"""The demo's register: what it adds up to is what the bureau told of January to August 2023."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.demo_data.register import MONTHS, load_register, shares
from tests.server import KEYS
from tickets.assistance.households import Member
from tickets.assistance.monthly import Counted, count_month, figures_of
from tickets.ground.vault import Vault


@pytest.fixture(scope="module")
def session(engine: Engine) -> Iterator[Session]:
    """A session with the register laid down, that nobody else ever sees."""
    with engine.connect() as connection:
        whole = connection.begin()
        with Session(bind=connection) as session:
            load_register(session, Vault.from_setting(KEYS))
            yield session
        whole.rollback()


def test_shares_add_up() -> None:
    assert shares(100, [1, 1, 1]) == [33, 33, 34]


def test_closed_months_stand_as_they_were_counted(session: Session) -> None:
    figures = figures_of(session, MONTHS)
    assert {month: sorted(rows) for month, rows in figures.items()} == {
        month: sorted(count_month(session, month)) for month in MONTHS
    }
    assert sum(row.n for row in figures[date(2023, 8, 1)] if _is(row, "households", "dibao")) == 3601


def test_nobody_is_told_in_clear_and_all_can_be_opened(session: Session) -> None:
    vault = Vault.from_setting(KEYS)
    for row in session.exec(select(Member).limit(5)):
        assert len(row.open(vault, "id_number") or "") == 18
        assert row.open(vault, "name") != row.name_masked


def test_it_is_laid_down_once(session: Session) -> None:
    assert load_register(session, Vault.from_setting(KEYS)) == 0


def _is(row: Counted, figure: str, part: str) -> bool:
    return (row.figure, row.part) == (figure, part)
