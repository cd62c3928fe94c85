"""The demo's units and accounts, as data and as laid into a database."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session, col

from app.access.accounts import Account, Role
from app.admin.duty import DutyRow
from app.admin.phrases import FIELDS
from app.demo_data.lists import load_lists
from app.demo_data.load import load_accounts, load_units
from app.demo_data.units import demo_units
from app.rules_data import load_rules
from tests.server import KEYS
from tickets.clocks.seed_policies import default_policies
from tickets.ground.categories import CategoryRow
from tickets.ground.phrases import PhraseRow
from tickets.ground.policy import CalendarVersion, SlaPolicy
from tickets.ground.units import UnitRow
from tickets.ground.vault import Vault
from tickets.ground.words import UnitKind
from tickets.ground.worktime.calendar import Calendar

UNITS = {row.code: row for row in demo_units()}


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session whose work nobody else ever sees."""
    with engine.connect() as connection:
        whole = connection.begin()
        with Session(bind=connection) as session:
            yield session
        whole.rollback()


def test_there_are_twelve_subdistricts_and_their_communities() -> None:
    assert Counter(str(row.kind) for row in UNITS.values()) == {
        "community": 105,
        "subdistrict": 12,
        "bureau": 7,
        "hotline": 1,
        "agency": 1,
    }


def test_codes_are_those_of_the_divisions() -> None:
    shapes = {UnitKind.SUBDISTRICT: r"530103\d{3}", UnitKind.COMMUNITY: r"530103\d{6}"}
    for row in UNITS.values():
        assert re.fullmatch(shapes.get(UnitKind(row.kind), r"[a-z-]+"), row.code)


def test_a_community_stands_under_its_subdistrict_and_nothing_else_has_a_parent() -> None:
    for row in UNITS.values():
        if row.kind == UnitKind.COMMUNITY:
            assert row.parent == row.code[:9]
            assert UNITS[row.parent].kind == UnitKind.SUBDISTRICT
        else:
            assert row.parent is None


@pytest.mark.parametrize(
    "code, name, name_en",
    [
        ("panlong-civil", "区民政局", "Civil Affairs Bureau"),
        ("530103012", "阿子营街道", "Aziying Subdistrict"),
        ("530103012210", "牧羊村", "Muyang Village"),
        ("530103001001", "尚义社区", "Shangyi Community"),
        ("530103010003", "团结社区", "Tuanjie Community"),
        ("530103011211", "团结村", "Tuanjie Village"),
        ("service-agency", "第三方服务机构", "Third-Party Service Agency"),
    ],
)
def test_units_have_their_names(code: str, name: str, name_en: str) -> None:
    assert (UNITS[code].name, UNITS[code].name_en) == (name, name_en)


def test_every_unit_has_an_english_name_and_another_name() -> None:
    for row in UNITS.values():
        assert re.fullmatch(r"[A-Z0-9][A-Za-z0-9 -]+", row.name_en)
        assert row.aliases
        assert row.name not in row.aliases


def test_no_two_units_answer_to_the_same_name() -> None:
    names = Counter(name for row in UNITS.values() for name in (row.name, *row.aliases))
    assert [name for name, times in names.items() if times > 1] == []


def test_loading_again_changes_nothing(session: Session) -> None:
    load_units(session)
    load_accounts(session, "hash")

    assert (load_units(session), load_accounts(session, "hash")) == (0, 0)
    assert set(session.execute(select(col(UnitRow.code))).scalars()) >= set(UNITS)


def test_the_lists_of_the_demo_are_whole_and_what_somebody_keeps_is_left_as_it_is(session: Session) -> None:
    vault = Vault.from_setting(KEYS)
    load_lists(session, vault)
    session.flush()
    turns = session.execute(select(DutyRow)).scalars().all()
    phrases = session.execute(select(PhraseRow)).scalars().all()
    led = session.execute(select(CategoryRow).where(col(CategoryRow.unit_code).is_not(None))).scalars().all()
    for row in phrases[1:]:
        session.delete(row)
    session.flush()
    load_lists(session, vault)
    session.flush()

    assert {row.unit for row in turns} == {
        code for code, unit in UNITS.items() if unit.kind in (UnitKind.BUREAU, UnitKind.SUBDISTRICT)
    }
    assert {row.field for row in phrases} == set(FIELDS)
    assert {row.unit_code for row in led} <= set(UNITS)
    assert len(session.execute(select(PhraseRow)).scalars().all()) == 1


def test_the_rules_of_a_new_district_are_whole(session: Session) -> None:
    load_rules(session)

    promised = set(session.execute(select(col(SlaPolicy.code))).scalars())
    calendar = session.execute(select(CalendarVersion).where(col(CalendarVersion.version) == 1)).scalar_one()
    assert promised >= {policy.code for policy in default_policies()}
    assert Calendar.from_data(calendar.data).announced


def test_everybody_who_works_has_an_account(session: Session) -> None:
    load_units(session)
    load_accounts(session, "one hash for all")
    accounts = {row.username: row for row in session.execute(select(Account)).scalars()}

    at_hotline = {"operator", "dispatcher", "reviewer", "caller", "supervisor", "auditor", "admin"}
    staffed = {code for code in UNITS if code not in ("hotline", "service-agency")}
    at_units = {f"{role}@{code}" for code in staffed for role in ("handler", "head")}
    visitors = {f"visitor@{code}" for code, unit in UNITS.items() if unit.kind == UnitKind.COMMUNITY}
    assert at_hotline | at_units | visitors | {"agency@service-agency"} <= set(accounts)
    assert not {"handler@hotline", "head@service-agency"} & set(accounts)
    assert all(accounts[name].unit == "hotline" and accounts[name].role == name for name in at_hotline)
    head = accounts["head@530103012210"]
    assert (head.unit, head.role, head.active) == ("530103012210", Role.HEAD, True)
    assert head.display_name == "单位负责人"
