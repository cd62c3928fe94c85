"""Write many changed rows back in one statement a table, where one statement a row would take its time."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ARRAY, Table, bindparam, column, func, inspect, update
from sqlalchemy.orm import InstanceState
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session

#: Fewer changed rows than this are written one by one.
MANY = 20

#: A mapped class, and the names of what changed in a row of it.
Group = tuple[type[Any], tuple[str, ...]]


def write_changes(session: Session) -> None:
    """Write every changed row of *session* back; many that changed alike, together."""
    if len(session.dirty) >= MANY:
        for (model, names), rows in _alike(session).items():
            if len(rows) >= MANY and not _has_lists(model, names):
                _update(session, model, names, rows)
    session.flush()


def _alike(session: Session) -> dict[Group, list[Any]]:
    """Changed rows by their table and by what changed."""
    found: dict[Group, list[Any]] = {}
    for row in session.dirty:
        names = tuple(_changed(inspect(row)))
        if names:
            found.setdefault((type(row), names), []).append(row)
    return found


def _changed(state: InstanceState[Any]) -> Iterator[str]:
    columns = state.mapper.column_attrs
    for name, before in state.committed_state.items():
        if name in columns and state.dict.get(name) != before:
            yield name


def _has_lists(model: type[Any], names: tuple[str, ...]) -> bool:
    """A column of lists cannot be taken apart row by row."""
    table: Table = inspect(model).local_table
    return any(isinstance(table.c[name].type, ARRAY) for name in names)


def _update(session: Session, model: type[Any], names: tuple[str, ...], rows: list[Any]) -> None:
    table: Table = inspect(model).local_table
    keys = [key.name for key in table.primary_key]
    told = [*keys, *names]
    values = {f"new_{name}": [row.__dict__[name] for row in rows] for name in told}
    arrays = [bindparam(f"new_{name}", type_=ARRAY(table.c[name].type)) for name in told]
    new = (
        func.unnest(*arrays)
        .table_valued(*(column(name, table.c[name].type) for name in told))
        .render_derived(name="new")
    )
    statement = (
        update(table)
        .values({name: new.c[name] for name in names})
        .where(*(table.c[key] == new.c[key] for key in keys))
    )
    session.connection().execute(statement, values)
    for row in rows:
        for name in names:
            set_committed_value(row, name, row.__dict__[name])
