"""Insert rows of several tables in one visit to the database."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import count, islice
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

#: Name of a table, its columns, and how many rows of it.
Shape = tuple[str, tuple[str, ...], int]

#: PostgreSQL takes at most 65,535 values in one statement; with our widest row this stays well below.
MOST_ROWS = 500


def insert_all(session: Session, rows: Sequence[SQLModel]) -> None:
    """
    Insert *rows*, whatever their tables, in one statement.

    Foreign keys are checked at its end, so the order of the rows does not matter. A value that is None is
    left to the column's default.
    """
    for start in range(0, len(rows), MOST_ROWS):
        _insert(session, rows[start : start + MOST_ROWS])


def _insert(session: Session, rows: Sequence[SQLModel]) -> None:
    groups: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}
    for row in rows:
        values = _values(row)
        groups.setdefault((_table(type(row)), tuple(values)), []).append(values)
    shapes = tuple((table, columns, len(found)) for (table, columns), found in groups.items())
    parameters = [value for found in groups.values() for values in found for value in values.values()]
    _execute(session, _statement(shapes), parameters, prepare=_is_usual(shapes))


def _execute(session: Session, statement: str, parameters: Sequence[Any], *, prepare: bool | None) -> None:
    connection = session.connection()
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("rows are inserted over psycopg 3")
    try:
        # Numbered places, as the server has them: others would be looked for anew in every long statement.
        psycopg.RawCursor(driver).execute(statement, parameters, prepare=prepare)
    except psycopg.Error as refused:
        if driver.closed:
            connection.invalidate()
        # As any other statement's errors, but without the values: they may be what a citizen said.
        raise DBAPIError.instance("insert", None, refused, psycopg.Error, hide_parameters=True) from refused


def _is_usual(shapes: tuple[Shape, ...]) -> bool | None:
    """Whether so few rows are inserted that the same statement will come again."""
    return None if sum(count for _, _, count in shapes) <= 20 else False


def _values(row: SQLModel) -> dict[str, Any]:
    columns = _columns(type(row))
    known = row.__dict__
    return {name: _checked(known[name], is_json) for name, is_json in columns if known.get(name) is not None}


def _checked(value: Any, is_json: bool) -> Any:
    if is_json:
        return Jsonb(value)
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return value


@lru_cache
def _columns(model: type[SQLModel]) -> tuple[tuple[str, bool], ...]:
    return tuple((column.key, isinstance(column.type, JSONB)) for column in inspect(model).columns)


@lru_cache
def _table(model: type[SQLModel]) -> str:
    return str(inspect(model).local_table.name)


@lru_cache(maxsize=2048)
def _statement(shapes: tuple[Shape, ...]) -> str:
    """Build the text once for each combination of tables; the names come from our own models."""
    places = count(1)
    parts = [_insert_into(*shape, places) for shape in shapes]
    head = ", ".join(f"i{n} as ({part})" for n, part in enumerate(parts[:-1]))
    return f"with {head} {parts[-1]}" if head else parts[-1]


def _insert_into(table: str, columns: tuple[str, ...], rows: int, places: Iterator[int]) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(
        "(" + ", ".join(f"${place}" for place in islice(places, len(columns))) + ")" for _ in range(rows)
    )
    return f'insert into "{table}" ({names}) values {values}'  # noqa: S608 names are our models', values are bound
