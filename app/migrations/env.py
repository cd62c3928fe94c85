"""Run the migrations as the owner of the tables, in the schema of the district."""

from alembic import context
from sqlalchemy import text
from sqlmodel import SQLModel

from app.tables import every_row

every_row()
target_metadata = SQLModel.metadata


def run() -> None:
    """Migrate over the connection that `app.migrations.upgrade` opened."""
    connection = context.config.attributes["connection"]
    schema = context.config.attributes["schema"]
    connection.execute(text(f'create schema if not exists "{schema}"'))
    connection.execute(text(f'set search_path to "{schema}"'))
    context.configure(
        connection=connection,
        target_metadata=target_metadata,
        version_table_schema=schema,
        compare_type=True,
        compare_server_default=True,
        include_object=lambda _object, name, kind, _reflected, _compare: (
            not (kind == "table" and name == "alembic_version")
        ),
    )
    with context.begin_transaction():
        context.run_migrations()


run()
