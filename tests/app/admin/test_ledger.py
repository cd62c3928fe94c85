"""The ledger of the house's own changes: chained, without gaps, rewritten by nobody, read by who may."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import col, select

from app.access.accounts import make_token
from app.access.doors import viewer_by_token, viewer_of
from app.admin.accounts import account_named
from app.admin.ledger import GENESIS, HouseFact, hash_of, write_house_fact
from app.cli import main
from app.factory import create_app
from app.verify import Verification, faults
from app.wiring import House, make_engine
from tests.app.pages import Visitor
from tests.app.test_verify import environment
from tests.server import PASSWORD
from tickets.ground.desk import Actor
from tickets.ground.errors import Refused

ADMIN = Actor(username="admin", role="admin", unit="hotline")


@pytest.fixture
def owner(fresh_house: House) -> Iterator[Engine]:
    """Who owns the tables, and can switch off what guards them."""
    settings = fresh_house.settings
    made = make_engine(settings, settings.owner_database_url or settings.database_url, pool=1)
    yield made
    made.dispose()


def change_something(house: House, number: int = 0) -> None:
    with house.open_desk(ADMIN) as desk:
        write_house_fact(desk, "unit_changed", f"unit-{number}", {"name": "旧"}, {"name": "新"})


def test_rows_follow_each_other_in_number_time_and_hash(fresh_house: House) -> None:
    for number in range(3):
        change_something(fresh_house, number)
    with fresh_house.read() as session:
        facts = session.exec(select(HouseFact).order_by(col(HouseFact.seq))).all()
    previous = GENESIS

    assert [fact.seq for fact in facts] == [1, 2, 3]
    assert facts[0].at <= facts[1].at <= facts[2].at
    assert (facts[0].by, facts[0].role, facts[0].unit) == ("admin", "admin", "hotline")
    assert facts[0].data == {"subject": "unit-0", "before": {"name": "旧"}, "after": {"name": "新"}}
    for fact in facts:
        assert fact.hash == hash_of(fact, previous)
        previous = fact.hash


def test_two_facts_of_one_desk_follow_each_other(fresh_house: House) -> None:
    with fresh_house.open_desk(ADMIN) as desk:
        for subject in ("first", "second"):
            write_house_fact(desk, "unit_changed", subject, {}, {})

    assert list(faults(fresh_house.settings)) == []


def test_many_at_once_leave_no_gap(fresh_house: House) -> None:
    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda number: change_something(fresh_house, number), range(40)))
    with fresh_house.read() as session:
        numbers = session.exec(select(HouseFact.seq).order_by(col(HouseFact.seq))).all()

    assert list(numbers) == list(range(1, 41))
    assert list(faults(fresh_house.settings)) == []


def test_a_change_that_fails_leaves_no_row_and_no_gap(fresh_house: House) -> None:
    def change_and_fail() -> None:
        with fresh_house.open_desk(ADMIN) as desk:
            write_house_fact(desk, "unit_changed", "never", {}, {})
            raise Refused("last_admin")

    change_something(fresh_house)
    with pytest.raises(Refused):
        change_and_fail()
    change_something(fresh_house)
    with fresh_house.read() as session:
        numbers = session.exec(select(HouseFact.seq).order_by(col(HouseFact.seq))).all()

    assert list(numbers) == [1, 2]


@pytest.mark.parametrize(
    "statement",
    [
        "update house_fact set by = 'somebody else' where true",
        "delete from house_fact where true",
        "truncate house_fact",
    ],
)
def test_neither_the_application_nor_the_owner_rewrites_it(
    fresh_house: House, owner: Engine, statement: str
) -> None:
    change_something(fresh_house)
    for engine in (fresh_house.engine, owner):
        with (
            engine.connect() as connection,
            pytest.raises(ProgrammingError, match=r"permission|only ever added"),
        ):
            connection.execute(text(statement))


ALTERED = "the change 'unit_changed' or the one before it was altered"
BREAKAGES = [
    ("update house_fact set data = '{}' where seq = 2", f"house seq 2: {ALTERED}"),
    ("update house_fact set by = 'x' where seq = 1", f"house seq 1: {ALTERED}"),
    ("update house_fact set at = at + interval '1 hour' where seq = 3", f"house seq 3: {ALTERED}"),
    ("update house_fact set hash = sha256('x') where seq = 3", f"house seq 3: {ALTERED}"),
    ("delete from house_fact where seq = 2", "house seq 2: the change is missing"),
    ("delete from house_fact where seq = 1", "house seq 1: the change is missing"),
]


@contextmanager
def unguarded(owner: Engine) -> Iterator[Callable[[str], None]]:
    """Change rows as only their owner can, and leave the guards as they were."""
    with owner.begin() as connection:
        connection.execute(text("alter table house_fact disable trigger user"))

        def tamper(statement: str) -> None:
            assert connection.execute(text(statement)).rowcount == 1, statement

        yield tamper
        connection.execute(text("alter table house_fact enable trigger user"))


@pytest.mark.parametrize("statement, found", BREAKAGES, ids=[one[0] for one in BREAKAGES])
def test_what_is_broken_is_found_and_named(
    fresh_house: House, owner: Engine, statement: str, found: str
) -> None:
    for number in range(3):
        change_something(fresh_house, number)
    with unguarded(owner) as tamper:
        tamper(statement)

    assert list(faults(fresh_house.settings)) == [found]


def test_a_ledger_without_its_guards_is_a_fault_and_its_rows_are_counted(
    fresh_house: House, owner: Engine
) -> None:
    change_something(fresh_house)
    verification = Verification(fresh_house.settings)
    assert list(verification.faults()) == []
    assert verification.looked_at["house facts"] == 1
    with owner.begin() as connection:
        connection.execute(text("alter table house_fact disable trigger never_emptied"))

    assert list(faults(fresh_house.settings)) == [
        "house seq 0: house_fact is not guarded against rewriting; its triggers are off or gone"
    ]


# The command line


def add_account(house: House, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["account", "add", *arguments], env=environment(house.settings))
    return f"{result.exit_code} {result.stderr.strip()}"


def test_an_account_added_on_the_command_line_is_a_fact_too(fresh_house: House) -> None:
    added = add_account(
        fresh_house,
        "second",
        "--role",
        "head",
        "--unit",
        "justice",
        "--person",
        "first",
        "--password",
        PASSWORD,
    )
    refused = [
        add_account(fresh_house, "second", "--role", "head", "--unit", "justice", "--password", PASSWORD),
        add_account(fresh_house, "third", "--role", "king", "--unit", "justice", "--password", PASSWORD),
        add_account(fresh_house, "third", "--role", "head", "--unit", "nowhere", "--password", PASSWORD),
        add_account(fresh_house, "no blanks", "--role", "head", "--unit", "justice", "--password", PASSWORD),
    ]
    with fresh_house.read() as session:
        facts = session.exec(select(HouseFact)).all()
    entered = Visitor(create_app(fresh_house.settings, fresh_house)).sign_in("second", PASSWORD)

    assert added == "0 added second"
    assert [one[:1] for one in refused] == ["1"] * 4
    assert "already an account 'second'" in refused[0]
    assert "no unit 'nowhere'" in refused[2]
    assert [(fact.what, fact.by, fact.data["after"]["person"]) for fact in facts] == [
        ("account_added", "console", "first")
    ]
    assert entered.status_code == 303


def test_two_accounts_of_one_human_being_are_known_as_such(fresh_house: House) -> None:
    add_account(
        fresh_house, "two", "--role", "head", "--unit", "justice", "--person", "one", "--password", PASSWORD
    )
    with fresh_house.session() as session, session.begin():
        token = make_token(session, "two")
    with fresh_house.read() as session:
        account = account_named(session, "two")
        assert account is not None
        assert viewer_of(account).person == "one"
        by_token = viewer_by_token(session, token or "")

    assert by_token is not None
    assert by_token.person == "one"
