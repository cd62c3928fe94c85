"""How to reach a cluster: its roles, its databases, and the URLs to them."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote

import psycopg
from psycopg import sql

from app.embedded.errors import CannotStart
from app.embedded.home import PORT

ADMINISTRATOR = "postgres"
#: Owns the databases and migrates them. Not a superuser.
OWNER = "zhuanban_owner"
#: What web and worker are: reads and writes what the owner grants, and can create nothing.
APPLICATION = "zhuanban"
DATABASE = "zhuanban"


@dataclass(frozen=True)
class Cluster:
    """Where a cluster lives and how to reach it."""

    folder: Path
    sockets: Path
    passwords: Mapping[str, str] = field(repr=False)

    def url(self, database: str = DATABASE, role: str = APPLICATION) -> str:
        """The SQLAlchemy URL of *database*, for the application role unless another is named."""
        password = self.passwords[role]
        where = quote(str(self.sockets), safe="")
        return f"postgresql+psycopg://{role}:{password}@/{quote(database)}?host={where}&port={PORT}"

    def owner_url(self, database: str = DATABASE) -> str:
        """The URL of the role that migrates *database*."""
        return self.url(database, OWNER)

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the administrator; nothing of the application uses it."""
        return psycopg.connect(
            host=str(self.sockets),
            port=PORT,
            dbname=database,
            user=ADMINISTRATOR,
            password=self.passwords[ADMINISTRATOR],
            connect_timeout=3,
            autocommit=True,
        )

    def create(self, database: str, *, template: str | None = None) -> None:
        """Create *database*, owned by the owner, if it is not there yet."""
        with self.connect() as connection:
            there = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(there, [database]).fetchone() is None:
                # Its files are copied: through the log, page by page, it takes twice as long.
                create = "CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY"
                _run(connection, create, database, OWNER, template or "template1")
            # Else everybody may connect, and make temporary tables.
            _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", database)
            _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", database, APPLICATION)

    def drop(self, database: str) -> None:
        """Drop *database* and whoever is connected to it; one that is not there is fine."""
        with self.connect() as connection:
            _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def settle(self) -> None:
        """See that our roles and our database are there, however far an earlier start came."""
        with self.connect() as connection:
            for role in (OWNER, APPLICATION):
                if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
                    # Encrypted here, so that no log ever shows it.
                    secret = connection.pgconn.encrypt_password(
                        self.passwords[role].encode(), role.encode(), b"scram-sha-256"
                    )
                    create = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                    connection.execute(create.format(sql.Identifier(role), secret.decode()))
        self.create(DATABASE)


def _run(connection: psycopg.Connection[tuple[object, ...]], words: LiteralString, *names: str) -> None:
    connection.execute(sql.SQL(words).format(*map(sql.Identifier, names)))


def new_passwords(path: Path) -> None:
    """Draw a password for each role and keep them in *path*, for our eyes only."""
    drawn = {role: secrets.token_urlsafe(24) for role in (ADMINISTRATOR, OWNER, APPLICATION)}
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(drawn, file)


def read_passwords(path: Path) -> Mapping[str, str]:
    try:
        drawn = json.loads(path.read_text(encoding="utf-8"))
        return {role: str(drawn[role]) for role in (ADMINISTRATOR, OWNER, APPLICATION)}
    except (OSError, ValueError, KeyError) as trouble:
        raise CannotStart(
            f"the passwords of the database in {path} cannot be read; start with FRESH=1 to begin anew."
        ) from trouble
