"""Whatever is broken in the rows of a ticket is found, and named with its number and its fact."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, text

from app.clockwork import sweep_clocks
from app.factory import create_app
from app.verify import faults
from app.wiring import House, make_engine
from tests.app.test_verify import grow_old
from tests.makers import HANDLER, HEAD, Api
from tests.server import Server

GUARDED = ("timeline", "clock_event")


@dataclass(frozen=True)
class Breakage:
    """One thing that is broken, and what must be said of it. The file tells more."""

    name: str
    state: str
    sql: str
    found: list[str]

    def __str__(self) -> str:
        return self.name


BREAKAGES = [
    Breakage(**one)
    for one in yaml.safe_load(Path(__file__).with_name("breakages.yaml").read_text(encoding="utf-8"))
]


@pytest.fixture(scope="module")
def broken(server: Server, worker_id: str) -> Iterator[House]:
    """A house in which one ticket after the other is broken."""
    with server.district(f"broken_{worker_id}") as settings:
        made = House.of(settings, pool=4)
        yield made
        made.engine.dispose()


@pytest.fixture(scope="module")
def owner(broken: House) -> Iterator[Engine]:
    """Who owns the tables, and can switch off what guards them."""
    settings = broken.settings
    made = make_engine(settings, settings.owner_database_url or settings.database_url, pool=1)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def api(broken: House) -> Api:
    return Api(create_app(broken.settings, broken), broken)


def a_ticket(api: Api, house: House, state: str) -> str:
    """A ticket in *state*, or in one of the stories that are longer than a state."""
    if state in LONGER:
        return LONGER[state](api, house)
    ref: str = api.ticket_in(state)["ref"]
    return ref


def late(api: Api, house: House) -> str:
    """Registered, and its clock broke."""
    ref: str = api.ticket_in("registered")["ref"]
    grow_old(house, ref)
    sweep_clocks(house)
    return ref


def chased(api: Api, house: House) -> str:
    """In hand, its answer long late, and the unit urged in writing."""
    ref: str = api.ticket_in("handling")["ref"]
    api.made(HANDLER, ref, "contact", reached=True, note="")
    grow_old(house, ref)
    sweep_clocks(house)
    return ref


def asked(api: Api, _house: House) -> str:
    """More days are asked for and not yet granted."""
    ref: str = api.ticket_in("handling")["ref"]
    api.made(HANDLER, ref, "ask_extension", days=2, text="等材料")
    return ref


def granted(api: Api, house: House) -> str:
    """More days were granted."""
    ref = asked(api, house)
    assert api.decide(HEAD, api.read(HEAD, ref), grant=True).status_code == 200
    return ref


def supervised(api: Api, _house: House) -> str:
    """A card was given and answered."""
    ref: str = api.ticket_in("handling")["ref"]
    api.made("supervisor", ref, "supervise", level="挂牌", text="请当日报告")
    api.made(HEAD, ref, "answer_supervision", text="已办")
    return ref


def merged(api: Api, _house: House) -> str:
    """Merged into another."""
    master, ref = api.ticket_in("handling")["ref"], api.register()["ref"]
    api.made("dispatcher", ref, "merge", into=master)
    return str(ref)


LONGER: dict[str, Callable[[Api, House], str]] = {
    "late": late,
    "chased": chased,
    "asked": asked,
    "granted": granted,
    "supervised": supervised,
    "merged": merged,
}


def tamper(owner: Engine, sql: str, **values: Any) -> None:
    """Change rows as only their owner can, and leave the guards as they were."""
    with owner.begin() as connection:
        for table in GUARDED:
            connection.execute(text(f"alter table {table} disable trigger user"))
        for statement in sql.split(";"):
            assert connection.execute(text(statement), values).rowcount > 0, statement
        for table in GUARDED:
            connection.execute(text(f"alter table {table} enable trigger user"))


@pytest.mark.parametrize("breakage", BREAKAGES, ids=str)
def test_what_is_broken_is_found_and_named(
    breakage: Breakage, api: Api, broken: House, owner: Engine
) -> None:
    ref, other = a_ticket(api, broken, breakage.state), api.register()["ref"]
    with broken.engine.begin() as connection:
        ids = {row.ref: row.id for row in connection.execute(text("select ref, id from ticket"))}
    tamper(owner, breakage.sql, id=ids[ref], other=ids[other])

    found = [line for line in faults(broken.settings) if line.startswith(ref)]
    assert [cut(line, like) for line, like in zip_longest(found, breakage.found, fillvalue="")] == [
        f"{ref} {line}" for line in breakage.found
    ]


def cut(line: str, like: str) -> str:
    """Leave out of *line* what *like* leaves open."""
    number = len("26112400000012 ")
    return line[: number + len(like) - 1] + "…" if like.endswith("…") else line


@pytest.mark.parametrize(
    "table, trigger, said",
    [
        (
            "timeline",
            "only_added_to",
            "timeline is not guarded against rewriting; its triggers are off or gone",
        ),
        (
            "seal_root",
            "never_emptied",
            "seal_root is not guarded against rewriting; its triggers are off or gone",
        ),
        ("timeline", "waits_for_seal", "new facts are not queued to be sealed; the trigger is off or gone"),
    ],
)
def test_what_was_left_without_its_guards_is_a_fault(
    broken: House, owner: Engine, table: str, trigger: str, said: str
) -> None:
    with owner.begin() as connection:
        connection.execute(text(f"alter table {table} disable trigger {trigger}"))
    found = list(faults(broken.settings))[-1]
    with owner.begin() as connection:
        connection.execute(text(f"alter table {table} enable trigger {trigger}"))

    assert found == f"house seq 0: {said}"
    assert not any(line.startswith("house") for line in faults(broken.settings))


def test_a_ticket_that_is_gone_leaves_traces(fresh_house: House) -> None:
    api = Api(create_app(fresh_house.settings, fresh_house), fresh_house)
    api.register()
    settings = fresh_house.settings
    owner = make_engine(settings, settings.owner_database_url or settings.database_url, pool=1)
    with owner.begin() as connection:
        for table in ("timeline", "clock", "message", "vault", "search_queue"):
            connection.execute(text(f"alter table {table} drop constraint {table}_ticket_id_fkey"))
        number = connection.execute(text("delete from ticket returning id")).scalar_one()
    owner.dispose()

    gone = f"{number} seq 0: the ticket is gone, but "
    tables = ("timeline", "clock", "message", "vault", "search_doc")
    assert list(faults(settings)) == [f"{gone}{table} still has rows of it" for table in tables]
