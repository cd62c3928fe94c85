"""The application's role: made where it is missing, and given what it needs, and no more."""

import psycopg
from psycopg import sql
from sqlalchemy import Engine, text
from sqlalchemy.engine import Connection

#: Tables the application may only read and add to.
APPEND_ONLY = (
    "timeline",
    "clock_event",
    "house_fact",
    "household_fact",
    "assistance_month",
    "assistance_figure",
    "seal_root",
    "seal_leaf",
    "provider_shift",
)
#: And these: figures of closed months. The ledger has their digest.
FROZEN = ("figure_frozen", "figure_frozen_total", "figure_month")

#: What the role must not be, or every grant below would be in vain.
ABOVE = text(
    "select rolsuper, pg_has_role(rolname, current_user, 'member') from pg_roles where rolname = :role"
)
MAY_MAKE_ROLES = text("select rolsuper or rolcreaterole from pg_roles where rolname = current_user")

MAY_CONNECT = text("select has_database_privilege(:role, current_database(), 'connect')")


class RoleRefused(Exception):
    """The application's role cannot be made, or would stand above what guards the timeline."""


def make_role(engine: Engine, role: str, password: str | None) -> bool:
    """
    Make the *role* of the application with its *password* where there is none; whether it was made.

    :raises RoleRefused: the owner may not make it, or there is one that could do whatever the owner can.
    """
    with engine.begin() as connection:
        there = connection.execute(ABOVE, {"role": role}).one_or_none()
        if there is None:
            _make(connection, role, password)
        elif any(there):
            raise RoleRefused(
                f"{role} is a superuser or a member of the owner, so nothing would keep it from rewriting"
                " the timeline; give the application a role of its own in ZHUANBAN_DATABASE_URL"
            )
    return there is None


def _make(connection: Connection, role: str, password: str | None) -> None:
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("roles are made over psycopg 3")
    if not connection.execute(MAY_MAKE_ROLES).scalar_one():
        raise RoleRefused(
            f"there is no role {role}, and the owner may not make one;"
            f" let an administrator run: create role {sql.Identifier(role).as_string(driver)} login"
        )
    secret = None
    if password:
        # Encrypted here, so that no log of the server ever shows it.
        encrypted = driver.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
        secret = encrypted.decode()
    create = sql.SQL("create role {} login nosuperuser nocreatedb nocreaterole password {}")
    driver.execute(create.format(sql.Identifier(role), secret))
    if not connection.execute(MAY_CONNECT, {"role": role}).scalar_one():
        database = sql.Identifier(driver.info.dbname)
        driver.execute(sql.SQL("grant connect on database {} to {}").format(database, sql.Identifier(role)))


def grant(engine: Engine, schema: str, role: str) -> None:
    """Let *role* work in *schema*; what happened it may only read and add to, and lose no kept key."""
    granted = (
        # Whatever it was given before: rights of an older version must not stay.
        f'revoke all on all tables in schema "{schema}" from "{role}"',
        f'revoke all on all sequences in schema "{schema}" from "{role}"',
        f'revoke all on schema "{schema}" from "{role}", public',
        f'grant usage on schema "{schema}" to "{role}"',
        f'grant select, insert, update, delete on all tables in schema "{schema}" to "{role}"',
        *(f'revoke update, delete on "{schema}".{table} from "{role}"' for table in (*APPEND_ONLY, *FROZEN)),
        f'revoke delete on "{schema}".vault_secret from "{role}"',
        f'revoke insert, update, delete on "{schema}".alembic_version from "{role}"',
        f'grant usage, select on all sequences in schema "{schema}" to "{role}"',
    )
    with engine.begin() as connection:
        for statement in granted:
            connection.execute(text(statement))
