"""Filters somebody keeps: each a name and what narrows the list of tickets, with how many it holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from sqlalchemy import BigInteger, Column, ColumnElement, ForeignKey, UniqueConstraint, delete, func
from sqlalchemy import select as sa_select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, col, select

from app.access.accounts import Viewer
from app.reading.listing import Wanted, narrowing
from tickets.ground.columns import Row, new_id
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.ticket import Ticket

#: Views a person may keep, how long a name may be, and how far tickets are counted.
MOST_VIEWS, LONGEST_NAME, MOST_COUNTED = 12, 30, 100

#: Reads the address of a list.
WantedOf = Callable[[Mapping[str, str]], Wanted]


class SavedView(Row, table=True):
    """One filter of one account."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("account_id", "name", name="saved_view_name"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: int = Field(sa_column=Column(BigInteger, ForeignKey("account.id"), nullable=False))
    name: str
    #: As it stands in the address of the list.
    query: str


@dataclass(frozen=True)
class View:
    """A saved filter, with its tickets counted as far as `MOST_COUNTED`."""

    id: UUID
    name: str
    asked: Mapping[str, str]
    count: int

    @property
    def counted(self) -> str:
        """The number, or that there are more than anybody counts."""
        return str(self.count) if self.count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


def save(desk: Desk, viewer: Viewer, name: str, asked: Mapping[str, str]) -> None:
    """
    Keep a filter under *name*; one of the same name is replaced.

    :raises FieldsRefused: it has no name, too long a one, narrows nothing, or there are too many.
    """
    name = name.strip()
    if not name:
        raise bad_field("name", "missing")
    if len(name) > LONGEST_NAME:
        raise bad_field("name", "too_long", max_length=LONGEST_NAME)
    if not asked:
        raise bad_field("name", "narrows_nothing")
    mine = _mine(desk, viewer)
    if len(mine) >= MOST_VIEWS and all(one.name != name for one in mine):
        raise bad_field("name", "too_many_views", most=MOST_VIEWS)
    new = SavedView(account_id=viewer.account_id, name=name, query=urlencode(asked))
    kept = insert(SavedView).values(**new.model_dump())
    # Saved twice at the same moment, the later one counts.
    desk.session.connection().execute(
        kept.on_conflict_do_update(constraint="saved_view_name", set_={"query": kept.excluded.query})
    )


def remove(desk: Desk, viewer: Viewer, view_id: UUID) -> None:
    """Forget one filter; one that is not there, or somebody else's, is left alone."""
    mine = (col(SavedView.id) == view_id, col(SavedView.account_id) == viewer.account_id)
    desk.session.connection().execute(delete(SavedView).where(*mine))


def views_of(desk: Desk, viewer: Viewer, wanted_of: WantedOf) -> list[View]:
    """
    The filters of *viewer* with their counts: by the same conditions as the list itself.

    Two statements; a filter whose words are sought asks one more whether they are common.
    """
    rows = _mine(desk, viewer)
    asked = {row.id: dict(parse_qsl(row.query)) for row in rows}
    counts = [_count(narrowing(desk, viewer, wanted_of(asked[row.id]))) for row in rows]
    numbers = desk.session.connection().execute(sa_select(*counts)).one() if counts else ()
    return [View(row.id, row.name, asked[row.id], number) for row, number in zip(rows, numbers, strict=True)]


def _count(conditions: list[ColumnElement[bool]]) -> ColumnElement[int]:
    some = select(Ticket.id).where(*conditions).limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _mine(desk: Desk, viewer: Viewer) -> list[SavedView]:
    query = select(SavedView).where(SavedView.account_id == viewer.account_id).order_by(col(SavedView.id))
    return list(desk.session.exec(query).all())
