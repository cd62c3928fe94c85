"""One real PostgreSQL for all tests, a database for each process that runs them, and desks to work at."""

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlmodel import Session, select
from werkzeug.routing import Rule
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from app.access.accounts import Account
from app.access.doors import viewer_of
from app.factory import create_app
from app.garbage import YOUNG
from app.settings import Settings
from app.wiring import House
from tests.makers import Api, Staff
from tests.server import SERVER, Server, open_server, server_of_worker
from tickets.ground.desk import Desk

ROOT = Path(__file__).parents[1]


class CompiledPages(BytecodeCache):
    """Pages as one application of this process compiled them, for the hundreds of others."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled; jinja itself sees whether the source is still the same."""
        if kept := self._kept.get(bucket.key):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": CompiledPages()}


def _built_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What writes the addresses of *rule*, compiled once for the same rule of every application."""
    defaults = tuple(sorted((rule.defaults or {}).items()))
    key = (rule.rule, rule.host, rule.subdomain, tuple(rule._trace), defaults, append_unknown)
    if key not in WRITERS:
        WRITERS[key] = COMPILE(rule, append_unknown)
    return WRITERS[key]


#: Most of what an application costs to make, and the tests make a hundred.
COMPILE = Rule._compile_builder
WRITERS: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
setattr(Rule, "_compile_builder", _built_once)  # noqa: B010 - a method is not to be assigned to, mypy says


def pytest_configure(config: pytest.Config) -> None:
    """Start the server once, in the process that leads the others."""
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        config.stash[SERVER] = open_server()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each process of pytest-xdist where the server is."""
    node.workerinput["server"] = node.config.stash[SERVER].told()


class TogetherWhereShared(LoadScopeScheduling):  # type: ignore[misc]
    """Gives the tests of a file that makes something once for itself to one process; all others singly."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.partition("::")[0]) or nodeid


@cache
def group_of(path: str) -> str:
    """The group a file names for itself, or itself where its tests share a fixture of its own."""
    written = (ROOT / path).read_text(encoding="utf-8")
    named = re.search(r'xdist_group\("(.+)"\)', written)
    return named[1] if named else path if 'scope="module"' in written else ""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TogetherWhereShared:
    """How tests are given to processes."""
    return TogetherWhereShared(config, log)


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of every later search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server."""
    if SERVER in config.stash:
        config.stash[SERVER].close()


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Server:
    """The PostgreSQL of this run."""
    told = getattr(request.config, "workerinput", {}).get("server")
    return server_of_worker(told) if told else request.config.stash[SERVER]


@pytest.fixture(scope="session")
def settings(server: Server, worker_id: str) -> Iterator[Settings]:
    """Settings of a district of this process' own, migrated, with demo units and accounts."""
    with server.district(f"tests_{worker_id}") as found:
        yield found


@pytest.fixture(scope="session")
def house(settings: Settings) -> Iterator[House]:
    """The house of this process. Tests share it: each makes tickets of its own and looks at those alone."""
    made = House.of(settings, pool=10)
    yield made
    made.engine.dispose()


@pytest.fixture
def fresh_house(server: Server, worker_id: str) -> Iterator[House]:
    """A house nobody else has touched, for tests that count or look at everything."""
    with server.district(f"fresh_{worker_id}") as settings:
        made = House.of(settings, pool=10)
        yield made
        made.engine.dispose()


@pytest.fixture(scope="session")
def engine(house: House) -> Engine:
    """The application's connections."""
    return house.engine


@pytest.fixture(scope="session")
def app(settings: Settings, house: House) -> Flask:
    """The web application on this house."""
    return create_app(settings, house)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, signed in as nobody."""
    return app.test_client()


@pytest.fixture(scope="session")
def api(app: Flask, house: House) -> Api:
    """The API, called as any account."""
    return Api(app, house)


@pytest.fixture(scope="session")
def staff(house: House) -> Staff:
    """The people of the demo, as viewers and actors."""
    with house.read() as session:
        return Staff({row.username: viewer_of(row) for row in session.exec(select(Account)).all()})


@pytest.fixture(scope="session")
def open_desk(house: House, staff: Staff) -> Callable[[str], AbstractContextManager[Desk]]:
    """Open a desk for an account by its name; leaving it commits."""
    return lambda username: house.open_desk(staff[username].actor())


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    """A session to look with."""
    with house.read() as found:
        yield found
