"""Pages of a list that goes on where it stopped, by what its rows are sorted by and not by their number."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from tickets.ground.errors import bad_field

T = TypeVar("T")

#: Rows of one desk list.
MOST = 20


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list, and where the next ones begin."""

    rows: list[T]
    next: str | None


def cut(rows: list[T], key: Callable[[T], tuple[datetime | None, int | UUID]]) -> Page[T]:
    """Give the first of *rows*, of which there is one more where the list goes on; *key* sorts them."""
    shown = rows[:MOST]
    return Page(shown, written(*key(shown[-1])) if len(rows) > MOST else None)


def written(due_at: datetime | None, row: int | UUID) -> str:
    """Write down after which row a list goes on."""
    return f"{due_at.isoformat() if due_at else ''}_{row}"


def read(after: str, number: type[int] | type[UUID], *, field: str = "after") -> tuple[datetime | None, Any]:
    """
    Read what `written` wrote.

    :raises FieldsRefused: it is something else.
    """
    due_at, _, row = after.rpartition("_")
    try:
        return (datetime.fromisoformat(due_at) if due_at else None), number(row)
    except ValueError:
        raise bad_field(field, "bad_cursor") from None


def read_id(given: str | None, field: str) -> UUID | None:
    """
    Read after which row a list goes on that is sorted by the numbers of its rows.

    :raises FieldsRefused: it is something else.
    """
    try:
        return UUID(given) if given else None
    except ValueError:
        raise bad_field(field, "bad_cursor") from None


def read_band(after: str, number: type[int] | type[UUID]) -> tuple[int, datetime, Any]:
    """
    Read after which row a list goes on whose rows stand in numbered bands.

    :raises FieldsRefused: it is something else.
    """
    band, _, rest = after.partition("~")
    due_at, row = read(rest, number)
    if not band.isdecimal() or due_at is None:
        raise bad_field("after", "bad_cursor")
    return int(band), due_at, row
