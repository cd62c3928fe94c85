"""The demo's register: what it adds up to is what was told of January to August 2023."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlmodel import Session, col, select

from app.access.accounts import Account
from app.access.doors import viewer_of
from app.assistance.area import Area
from app.assistance.signing import Keeping, Pictures
from app.assistance.statistics import Report, figures_document, report
from app.assistance.statistics_sheets import workbook
from app.demo_data.casework import AGENCY, BUREAU, HANDLER, HOUSING, MEDICAL, VILLAGE, VISITOR, load_casework
from app.demo_data.register import MONTHS, load_register, shares
from app.reading.waiting import waiting_for
from app.wiring import House
from tests.server import KEYS, Server
from tickets.assistance.households import Benefit, Household, Member, new_numbers
from tickets.assistance.monthly import count_month, figures_of
from tickets.ground.desk import CLOCKWORK, Desk
from tickets.ground.vault import Vault

#: Who finds what on their desk.
WAITING = {
    VISITOR: {"visits_community", "leads"},
    HANDLER: {"alerts", "visits_subdistrict", "leads", "applications", "needs"},
    BUREAU: {
        "alerts",
        "application_visits",
        "visits_bureau",
        "leads",
        "applications",
        "needs",
        "orders_proposed",
    },
    AGENCY: {"orders_organised", "orders_scheduled"},
    MEDICAL: {"referrals_sent"},
    HOUSING: {"referrals_received"},
}
VAULT = Vault.from_setting(KEYS)
AUGUST = date(2023, 8, 1)


@pytest.fixture(scope="module")
def home(server: Server, worker_id: str) -> Iterator[House]:
    """A house of its own: the register is laid down only where there is none yet."""
    with server.district(f"register_{worker_id}") as settings:
        made = House.of(settings, pool=4)
        yield made
        made.engine.dispose()


@pytest.fixture(scope="module")
def session(home: House) -> Iterator[Session]:
    """A session with the register laid down, that nobody else ever sees."""
    with home.engine.connect() as connection:
        whole = connection.begin()
        with Session(bind=connection) as session:
            load_register(session, VAULT)
            yield session
        whole.rollback()


@pytest.fixture(scope="module")
def told(session: Session, home: House) -> Report:
    """The eight months, of the whole district."""
    return _report(session, home, Area(None))


def _report(session: Session, home: House, area: Area) -> Report:
    desk = Desk(session, CLOCKWORK, VAULT, home.rules(), lambda _desk, _news: None)
    return report(desk, area, MONTHS)


def test_shares_add_up() -> None:
    assert shares(100, [1, 1, 1]) == [33, 33, 34]


def test_the_table_is_that_of_the_bureau(told: Report) -> None:
    whole = figures_document(told.whole)

    assert {name: whole[name] for name in whole if name not in ("groups", "teams", "visits")} == {
        "households": 3601,
        "persons": 4108,
        "dibao_amount": 25_220_000,
        "temporary_cases": 85,
        "temporary_amount": 410_000,
        "tekun_persons": 306,
        "tekun_amount": 2_380_000,
        "care_amount": 400_000,
        "price_amount": 0,
        "medical_person_times": 2536,
        "student_person_times": 724,
    }
    assert told.whole.closed
    months = [figures_document(line) for line in told.months]
    for name in ("dibao_amount", "temporary_cases", "tekun_amount", "care_amount", "medical_person_times"):
        assert sum(month[name] for month in months) == whole[name]


def test_stock_moves_by_what_comes_and_goes(told: Report) -> None:
    dibao = [
        next(group for group in figures_document(line)["groups"] if group["kind"] == "dibao")
        for line in told.months
    ]

    assert all(
        after["households"] == before["households"] + after["started"] - after["stopped"]
        for before, after in pairwise(dibao)
    )
    assert sum(month["started"] for month in dibao) == 160
    assert sum(month["stopped"] for month in dibao) == 96


def test_a_part_of_the_district_reads_its_part(session: Session, home: House, told: Report) -> None:
    divisions = home.rules().units.at_or_below("530103012")
    part = figures_document(_report(session, home, Area(frozenset(divisions))).whole)

    assert 0 < part["households"] < 3601


def test_closed_months_stand_whatever_is_written_later(session: Session) -> None:
    closed = {month: sorted(rows) for month, rows in figures_of(session, MONTHS).items()}
    assert closed == {month: sorted(count_month(session, month)) for month in MONTHS}

    with session.begin_nested() as later:
        one = session.exec(select(Benefit).where(Benefit.month == AUGUST).limit(1)).one()
        doubled = text(
            "update household_benefit set fen = fen * 2 where household_id = :household and month = :month"
        )
        session.connection().execute(doubled, {"household": one.household_id, "month": AUGUST})
        assert sorted(count_month(session, AUGUST)) != closed[AUGUST]
        assert sorted(figures_of(session, [AUGUST])[AUGUST]) == closed[AUGUST]
        later.rollback()


def test_the_workbook_tells_the_same(told: Report, app: Flask) -> None:
    with app.test_request_context():
        book = CalamineWorkbook.from_filelike(BytesIO(workbook(told, {})))

    head, *rows = book.get_sheet_by_index(0).to_python()
    assert head[1:3] == ["合计", "2023-01"]
    assert {row[0]: row[1] for row in rows}["低保金（元）"] == 25_220_000
    assert len(book.get_sheet_by_index(2).to_python()) > 6 * 8


def test_nobody_stands_there_in_clear_and_all_can_be_opened(session: Session) -> None:
    for row in session.exec(select(Member).limit(5)):
        assert len(row.open(VAULT, "id_number") or "") == 18
        assert row.open(VAULT, "name") != row.name_masked


def test_it_is_laid_down_once(session: Session) -> None:
    assert load_register(session, VAULT) == 0


def test_each_role_finds_something_to_do(home: House) -> None:
    with home.open_desk(CLOCKWORK) as desk:
        for number in new_numbers(desk.session, 4):
            day = date(2023, 1, 1)
            home_of = Household(
                id=number,
                division=VILLAGE,
                kind="dibao",
                started_on=day,
                recheck_on=day,
                related=True,
                changed_at=desk.now(),
            )
            desk.session.add(home_of)
            desk.session.flush()
            desk.session.add(Member(household_id=number, kinship="head", joined_on=day))

    load_casework(home, Pictures(Keeping.of(home.settings)))

    with home.open_desk(CLOCKWORK) as desk:
        rows = desk.session.exec(select(Account).where(col(Account.username).in_(WAITING))).all()
        found = {
            row.username: {one.what for one in waiting_for(desk, viewer_of(row), desk.now())} for row in rows
        }
    assert found == WAITING
