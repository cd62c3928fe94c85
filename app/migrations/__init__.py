"""Bring the tables of a district up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

HERE = Path(__file__).parent


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def upgrade(engine: Engine, schema: str, application_role: str | None) -> None:
    """Migrate to the newest version, then give the application's role what it needs, and no more."""
    config = _config()
    with engine.connect() as connection:
        # Two that start at once wait for each other.
        connection.execute(text("select pg_advisory_lock(hashtext('zhuanban migrations'))"))
        connection.commit()
        config.attributes.update(connection=connection, schema=schema)
        command.upgrade(config, "head")
        connection.commit()
        if application_role:
            grant(engine, schema, application_role)
        connection.execute(text("select pg_advisory_unlock(hashtext('zhuanban migrations'))"))
        connection.commit()


def grant(engine: Engine, schema: str, role: str) -> None:
    """Let *role* work in *schema*; the timeline it may only read and add to, and lose no kept key."""
    granted = (
        f'grant usage on schema "{schema}" to "{role}"',
        f'grant select, insert, update, delete on all tables in schema "{schema}" to "{role}"',
        f'revoke update, delete, truncate on "{schema}".timeline from "{role}"',
        f'revoke update, delete, truncate on "{schema}".clock_event from "{role}"',
        f'revoke delete, truncate on "{schema}".vault_secret from "{role}"',
        f'revoke insert, update, delete on "{schema}".alembic_version from "{role}"',
        f'grant usage, select on all sequences in schema "{schema}" to "{role}"',
    )
    with engine.begin() as connection:
        for statement in granted:
            connection.execute(text(statement))


def is_current(engine: Engine, schema: str) -> bool:
    """Whether the tables are those this program was written for."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table_schema": schema})
        return context.get_current_revision() == ScriptDirectory.from_config(_config()).get_current_head()
