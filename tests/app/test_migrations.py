"""The tables the migrations make are the tables the models mean, and the timeline is only ever added to."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, Inspector, inspect, text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import SQLModel

from app.clockwork import sweep_clocks
from app.migrations import HERE, is_current, upgrade
from app.settings import Settings
from app.tables import every_row
from app.texts.hearing import hear
from app.wiring import House, make_engine
from notifications.inbox import has_opted_out
from tests.makers import Api
from tickets.ground.worktime.units import ROLLING_UNITS


@pytest.fixture
def owner(settings: Settings) -> Iterator[Engine]:
    """Connections of the tables' owner."""
    made = make_engine(settings, settings.owner_database_url or settings.database_url, pool=1)
    yield made
    made.dispose()


def test_the_models_and_the_tables_are_the_same(owner: Engine) -> None:
    every_row()
    with owner.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [
            difference
            for difference in compare_metadata(context, SQLModel.metadata)
            if "alembic_version" not in str(difference)
        ]

    assert differences == []


def test_the_closed_lists_are_the_same_in_the_database(owner: Engine) -> None:
    # A comparison of models and tables does not see a changed CHECK.
    every_row()
    found = inspect(owner)
    for table in SQLModel.metadata.tables.values():
        meant = {
            str(check.name): set(re.findall(r"'([^']*)'", str(check.sqltext)))
            for check in table.constraints
            if isinstance(check, CheckConstraint)
        }
        there = {
            str(check["name"]): set(re.findall(r"'([^']*)'", check["sqltext"]))
            for check in found.get_check_constraints(table.name)
        }
        assert there == meant, table.name


def test_the_district_is_current(house: House) -> None:
    assert is_current(house.engine, house.settings.schema_)


def test_promises_made_before_there_was_a_word_for_it_roll_as_they_did(fresh_house: House) -> None:
    settings = fresh_house.settings
    there = make_engine(settings, settings.owner_database_url or settings.database_url, pool=2)
    config = Config()
    config.set_main_option("script_location", str(HERE))
    with there.connect() as connection:
        config.attributes.update(connection=connection, schema=settings.schema_)
        command.downgrade(config, "0010")
        connection.commit()
    upgrade(there, settings.schema_, "zhuanban")
    with there.connect() as connection:
        rows = connection.execute(text("select unit, roll_rule from sla_policy")).all()
    there.dispose()

    assert {rule for unit, rule in rows if unit in ROLLING_UNITS} == {"next_working_day"}
    assert {rule for unit, rule in rows if unit not in ROLLING_UNITS} == {None}


def test_a_wish_for_no_texts_that_was_taken_back_stays_so_there_and_back(fresh_house: House) -> None:
    again, still, settings = "+8613900000001", "+8613900000002", fresh_house.settings
    for phone, words in (
        (again, "TD"),
        (again, "START"),
        (again, "自动回复"),
        (still, "START"),
        (still, "TD"),
    ):
        hear(fresh_house, "x", uuid4().hex, phone, words)
    there = make_engine(settings, settings.owner_database_url or settings.database_url, pool=2)
    config = Config()
    config.set_main_option("script_location", str(HERE))
    with there.connect() as connection:
        config.attributes.update(connection=connection, schema=settings.schema_)
        command.downgrade(config, "0013")
        connection.commit()
    upgrade(there, settings.schema_, "zhuanban")
    there.dispose()

    with fresh_house.read() as session:
        wishes = [has_opted_out(session, fresh_house.vault, phone) for phone in (again, still)]
    assert wishes == [False, True]


def test_terms_that_stand_as_seeded_learn_to_stand_still_and_forget_it(fresh_house: House) -> None:
    settings = fresh_house.settings
    there = make_engine(settings, settings.owner_database_url or settings.database_url, pool=2)
    config = Config()
    config.set_main_option("script_location", str(HERE))
    pauses, seeded = "select code, clock, pauses from sla_policy", {"A-DB", "A-DBX", "A-RIG"}
    with there.connect() as connection:
        first = list(connection.execute(text(pauses)).all())
        own = "update sla_policy set version = 2 where code = 'A-RIG' and clock = 'determination_hard'"
        connection.execute(text(own))
        connection.commit()
        config.attributes.update(connection=connection, schema=settings.schema_)
        command.downgrade(config, "0042")
        connection.commit()
        before = {(code, clock): grounds(held) for code, clock, held in connection.execute(text(pauses))}
    upgrade(there, settings.schema_, "zhuanban")
    with there.connect() as connection:
        after = list(connection.execute(text(pauses)).all())
    there.dispose()

    determined = {(code, clock) for code, clock, held in first if "publication" in grounds(held)}
    mine = {(code, clock) for code, clock in determined if code in seeded}
    kept = {("A-RIG", "determination_hard")}
    assert len(mine) == 5
    assert {key for key in determined if "publication" not in before[key]} == mine - kept
    assert sorted(after, key=str) == sorted(first, key=str)


def grounds(pauses: list[dict[str, str]]) -> set[str]:
    """For what a promise stands still."""
    return {one["ground"] for one in pauses}


CHANGES = [
    "update timeline set by = 'somebody else'",
    "delete from timeline",
    "truncate timeline",
    "update clock_event set fired_at = clock_timestamp()",
    "delete from clock_event",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_neither_the_application_nor_the_owner_can_rewrite_what_happened(
    api: Api, house: House, owner: Engine, statement: str
) -> None:
    ref = api.ticket_in("handling")["ref"]
    with house.engine.begin() as connection:
        connection.execute(
            text(
                "update clock set next_at = clock_timestamp(),"
                " due_at = clock_timestamp() - interval '1 second'"
                " where kind = 'handle' and ticket_id = (select id from ticket where ref = :ref)"
            ),
            {"ref": ref},
        )
    sweep_clocks(house)
    for engine in (house.engine, owner):
        with (
            engine.connect() as connection,
            pytest.raises(ProgrammingError, match=r"permission|only ever added"),
        ):
            connection.execute(text(statement + (" where true" if "truncate" not in statement else "")))


def test_the_application_can_make_no_table(house: House) -> None:
    with house.engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text("create table mine (id int)"))


def test_accounts_of_visitors_and_agencies_go_with_all_that_is_theirs(fresh_house: House) -> None:
    settings = fresh_house.settings
    there = make_engine(settings, settings.owner_database_url or settings.database_url, pool=2)
    config = Config()
    config.set_main_option("script_location", str(HERE))
    with there.connect() as connection:
        config.attributes.update(connection=connection, schema=settings.schema_)
        command.downgrade(config, "0028")
        found = inspect(connection)
        theirs = [
            table
            for table in found.get_table_names()
            for key in found.get_foreign_keys(table)
            if (key["referred_table"], key["referred_columns"]) == ("account", ["id"])
        ]
        one = text("select id, username from account where role = 'agency' order by id limit 1")
        agency = dict(connection.execute(one).mappings().one())
        for table in theirs:
            connection.execute(text(row_of(found, table)), agency)
        connection.execute(text("update account set deputy = :username where role = 'admin'"), agency)
        command.downgrade(config, "0027")
        left = connection.execute(text("select distinct role from account")).scalars().all()
        connection.rollback()
    there.dispose()

    assert len(theirs) > 5
    assert not {"visitor", "agency"} & {*left}


#: Some value of each type that a column of theirs has.
OF_TYPE = {
    "BYTEA": "''",
    "INTEGER": "0",
    "TIMESTAMP": "now()",
    "UUID": "gen_random_uuid()",
    "VARCHAR": "''",
}


def row_of(found: Inspector, table: str) -> str:
    """An insert of a row of *table* that belongs to the account `:id`."""
    values = {
        column["name"]: ":id" if column["name"] == "account_id" else OF_TYPE[str(column["type"])]
        for column in found.get_columns(table)
        if not column["nullable"] and column["default"] is None and not column.get("identity")
    }
    return f"insert into {table} ({', '.join(values)}) values ({', '.join(values.values())})"  # noqa: S608 names of our own tables
