"""Column types and constraints: aware moments, closed lists of words, keys made in the program."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from uuid_utils.compat import uuid7


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


def table_options(**options: Any) -> dict[str, Any]:
    """Options of tables whose rows change often: room on the page keeps updates out of the indexes."""
    return {"postgresql_with": {"fillfactor": 85}, **options}
