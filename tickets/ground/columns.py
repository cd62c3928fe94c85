"""The base of all rows, and their columns: aware moments, closed lists of words, keys made here."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel
from uuid_utils.compat import uuid7

#: How far the clock of a machine that makes keys may be from the database's.
CLOCKS_DIFFER = timedelta(minutes=5)


class Row(SQLModel):
    """
    The base of all rows: SQLModel, without its slow way of setting fields through a session's bookkeeping.

    A new row is only ever inserted, and an insert reads its values as they lie. A registration makes seven
    rows; this takes a quarter off its cost. Like any SQLModel table it does not validate: a Draft did.
    """

    def __init__(self, **values: Any) -> None:
        plain, made = _defaults(type(self))
        kept = self.__dict__
        kept.update(plain)
        for name, make in made:
            kept[name] = make()
        kept.update(values)


@lru_cache
def _defaults(model: type[Row]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    plain: dict[str, Any] = {}
    made: list[tuple[str, Callable[[], Any]]] = []
    for name, field in model.model_fields.items():
        if field.default_factory is not None:
            made.append((name, cast("Callable[[], Any]", field.default_factory)))
        elif not field.is_required():
            plain[name] = field.default
    return plain, made


class Moment(TypeDecorator[datetime]):
    """An aware moment going in, the same moment in UTC coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: it would be read in the zone of whatever server runs."""
        if value is not None and value.utcoffset() is None:
            raise ValueError("a moment needs a time zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give every moment in UTC, whatever zone the session has."""
        return None if value is None else value.astimezone(UTC)


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Let the database refuse any value of *column* that is not one of *words*."""
    allowed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} in ({allowed})", name=f"{column}_is_known")


def new_id() -> UUID:
    """Make a key that sorts by the time it was made, so indexes grow at one end."""
    return uuid7()


def first_id_of(moment: datetime) -> UUID:
    """The smallest key made at *moment* or later, give or take how far machines' clocks differ."""
    return UUID(int=int((moment - CLOCKS_DIFFER).timestamp() * 1000) << 80)


def table_options(**options: Any) -> dict[str, Any]:
    """Options of tables whose rows change often: room on the page keeps updates out of the indexes."""
    return {"postgresql_with": {"fillfactor": 85}, **options}
