"""The PostgreSQL that tests run against: embedded, or the one ZHUANBAN_DATABASE_URL names."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlmodel import Session

from app.access import accounts
from app.demo_data.library import load_library
from app.demo_data.lists import load_lists
from app.demo_data.load import load_accounts, load_units
from app.embedded.cluster import Cluster
from app.embedded.server import erase, join, running
from app.migrations import upgrade
from app.rules_data import load_rules
from app.settings import Settings
from app.wiring import make_engine
from tickets.ground.kept_keys import keep_code_key
from tickets.ground.vault import Vault

PASSWORD = "opens-only-what-ends-with-the-tests"  # noqa: S105 of accounts that end with the tests
#: A fifth of a second for each password is right against thieves, and a minute of a run that makes hundreds:
#: the tests' own are hashed quickly. What the program takes is held by `tests/app/test_passwords.py`.
HASHER_OF_THE_PROGRAM = accounts.HASHER
accounts.HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
KEYS = "1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
SEAL_KEYS = "1:c2VhbHMtb25seS13aGF0LWVuZHMtd2l0aC10aGUtdGU="
TEMPLATE = "zhuanban_template"
#: What a crash of the machine would lose, no test looks for; a killed server loses nothing. Each house that
#: goes makes a checkpoint, after which every page would be written into the log as a whole.
HASTY = {"fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0"}


@dataclass
class Server:
    """A PostgreSQL and how to get a district of one's own on it."""

    cluster: Cluster | None
    given: tuple[str, str] | None = None
    stack: ExitStack = field(default_factory=ExitStack)

    def told(self) -> str:
        """What another process needs to know."""
        return str(self.cluster.folder) if self.cluster else ""

    def close(self) -> None:
        """Stop what was started."""
        self.stack.close()

    @contextmanager
    def district(self, name: str) -> Iterator[Settings]:
        """Settings of an empty district with rules, demo units and accounts; it is gone afterwards."""
        if self.cluster is None:
            yield from self._schema(name)
            return
        self.cluster.drop(name)
        self.cluster.create(name, template=TEMPLATE)
        yield settings_for(self.cluster.url(name), self.cluster.owner_url(name))
        self.cluster.drop(name)

    def _schema(self, name: str) -> Iterator[Settings]:
        """A schema of its own, where the server is somebody else's."""
        app_url, owner_url = self.given or ("", "")
        settings = settings_for(app_url, owner_url, schema=f"zhuanban_{name}")
        drop_schema(settings)
        prepare(settings)
        yield settings
        drop_schema(settings)


SERVER: pytest.StashKey[Server] = pytest.StashKey()


def open_server() -> Server:
    """Start the embedded server with a prepared district to copy from, unless another is named."""
    if given := os.environ.get("ZHUANBAN_DATABASE_URL"):
        return Server(None, (given, os.environ.get("ZHUANBAN_OWNER_DATABASE_URL") or given))
    stack = ExitStack()
    folder = Path(mkdtemp(prefix="zhuanban-tests-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    stack.callback(erase, folder)
    cluster = stack.enter_context(running(folder, settings=HASTY))
    cluster.create(TEMPLATE)
    prepare(settings_for(cluster.url(TEMPLATE), cluster.owner_url(TEMPLATE)))
    return Server(cluster, stack=stack)


def server_of_worker(told: str) -> Server:
    """The server that the leading process started."""
    return Server(join(Path(told))) if told else open_server()


def settings_for(app_url: str, owner_url: str, schema: str = "zhuanban") -> Settings:
    """Settings as an operator would give them."""
    return Settings.from_env(
        {
            "ZHUANBAN_DATABASE_URL": app_url,
            "ZHUANBAN_OWNER_DATABASE_URL": owner_url,
            "ZHUANBAN_SCHEMA": schema,
            "ZHUANBAN_SECRET_KEY": "of-no-use-outside-the-tests-0123456789",
            "ZHUANBAN_VAULT_KEYS": KEYS,
            "ZHUANBAN_SEAL_KEYS": SEAL_KEYS,
            "ZHUANBAN_BASE_URL": "http://localhost",
            "ZHUANBAN_DEMO": "1",
        }
    )


def prepare(settings: Settings) -> None:
    """Migrate, and load rules, units and accounts."""
    owner_url = settings.owner_database_url or settings.database_url
    owner = make_engine(settings, owner_url, pool=2)
    role = "zhuanban" if owner_url != settings.database_url else None
    upgrade(owner, settings.schema_, role)
    with Session(owner) as session, session.begin():
        load_rules(session)
        keep_code_key(session, Vault.from_setting(settings.vault_keys))
        load_units(session)
        load_accounts(session, accounts.hash_password(PASSWORD))
        load_lists(session, Vault.from_setting(KEYS))
        load_library(session)
    owner.dispose()


@contextmanager
def unguarded(connection: Connection, table: str) -> Iterator[None]:
    """The guards of *table* asleep for its owner, until the block ends."""
    connection.execute(text(f"alter table {table} disable trigger user"))
    yield
    connection.execute(text(f"alter table {table} enable trigger user"))


def drop_schema(settings: Settings) -> None:
    """Remove a district from somebody else's server."""
    owner = make_engine(settings, settings.owner_database_url or settings.database_url, pool=1)
    with owner.begin() as connection:
        connection.execute(text(f'drop schema if exists "{settings.schema_}" cascade'))
    owner.dispose()
