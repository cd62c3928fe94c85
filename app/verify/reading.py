"""All rows of a district, read a ticket at a time: memory does not grow with their number."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import psycopg
from psycopg import sql
from sqlalchemy import inspect
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from app.verify.dossier import Dossier
from notifications.message import Message
from tickets.ground.clock import Clock, ClockEvent
from tickets.ground.timeline import Entry, Note
from tickets.ticket import Identity, Order, Reply, Ticket

Made = TypeVar("Made")

#: Rows of one table fetched in one visit.
BATCH = 1000

#: Columns that nothing is held against; not fetching them saves a third of the reading.
UNREAD: Mapping[str, str] = {
    "ticket": "kind channel category urgency anonymous confidential sealed language division"
    " lat long external_system external_ref external_received_at about_units call_id petition holder_user"
    " follows",
    "message": "language template_version body held_because not_before attempts claimed_by first_tried_at"
    " provider error_code segments to_masked delivered_at",
    "clock": "warn_at paused_for",
    "reply": "public_text reason told_how told_at",
}


class Feed(Generic[Made]):
    """The rows of one table in the order of their tickets, taken from the front."""

    def __init__(self, name: str, rows: Iterator[tuple[int, Made]]) -> None:
        self.name = name
        self._rows = rows
        self._next = next(rows, None)
        #: Tickets that have rows here and are not there themselves.
        self.strays: list[int] = []

    def of(self, ticket_id: int) -> list[Made]:
        """Take the rows of a ticket, and leave behind any that stand before it."""
        taken: list[Made] = []
        while self._next is not None and self._next[0] <= ticket_id:
            if self._next[0] == ticket_id:
                taken.append(self._next[1])
            elif self._next[0] not in self.strays[-1:]:
                self.strays.append(self._next[0])
            self._next = next(self._rows, None)
        return taken


class Archive:
    """Every table that has to do with tickets, seen at one moment."""

    def __init__(self, connection: Connection) -> None:
        driver = connection.connection.driver_connection
        if not isinstance(driver, psycopg.Connection):
            raise TypeError("rows are read over psycopg 3")
        self._driver = driver
        self._facts = self._feed(Entry, order=("seq",))
        self._notes = self._feed(Note, order=("seq",))
        self._orders = self._feed(Order, order=("id",))
        self._replies = self._feed(Reply, order=("id",))
        self._clocks = self._feed(Clock, order=("id",))
        self._messages = self._feed(Message, order=("seq", "id"))
        self._identities = self._feed(Identity)
        of_clock = "select clock.ticket_id, {columns} from clock_event t join clock on clock.id = t.clock_id"
        self._events = self._feed(ClockEvent, order=("seq",), query=sql.SQL(of_clock))
        self._searchable = Feed("search_doc", self._searchable_tickets())

    def dossiers(self) -> Iterator[Dossier]:
        """Each ticket with everything that belongs to it, oldest ticket first."""
        for ticket_id, ticket in self._rows(Ticket, key="id"):
            identities = self._identities.of(ticket_id)
            yield Dossier(
                ticket=ticket,
                facts=self._facts.of(ticket_id),
                notes=self._notes.of(ticket_id),
                orders=self._orders.of(ticket_id),
                replies=self._replies.of(ticket_id),
                clocks=self._clocks.of(ticket_id),
                events=self._events.of(ticket_id),
                messages=self._messages.of(ticket_id),
                identity=identities[0] if identities else None,
                is_searchable=bool(self._searchable.of(ticket_id)),
            )

    def strays(self) -> Iterator[tuple[int, str]]:
        """After the last dossier: tickets that are gone, and the table where something is left of them."""
        feeds: tuple[Feed[Any], ...] = (
            *(self._facts, self._notes, self._orders, self._replies, self._clocks),
            *(self._messages, self._identities, self._searchable),
        )
        for feed in feeds:
            feed.of(2**63)
            yield from ((ticket_id, feed.name) for ticket_id in feed.strays)

    def _feed(
        self, model: type[Made], *, order: Sequence[str] = (), query: sql.SQL | None = None
    ) -> Feed[Made]:
        return Feed(_table(model), self._rows(model, order=order, query=query))

    def _rows(
        self,
        model: type[Made],
        *,
        key: str = "ticket_id",
        order: Sequence[str] = (),
        query: sql.SQL | None = None,
    ) -> Iterator[tuple[int, Made]]:
        table = _table(model)
        unread = UNREAD.get(table, "").split()
        names = [name for name in _columns(model) if name not in unread]
        columns = sql.SQL(", ").join(sql.Identifier("t", name) for name in names)
        plain = sql.SQL("select {key}, {columns} from {table} t")
        asked = (query or plain).format(
            key=sql.Identifier("t", key), columns=columns, table=sql.Identifier(table)
        )
        sort = sql.SQL(", ").join([sql.SQL("1"), *(sql.Identifier("t", name) for name in order)])
        yield from self._streamed(table, asked + sql.SQL(" order by ") + sort, _maker(model, names))

    def _searchable_tickets(self) -> Iterator[tuple[int, None]]:
        union = "select ticket_id from search_doc union select ticket_id from search_queue order by 1"
        yield from self._streamed("searchable", sql.SQL(union).format(), lambda values: (values[0], None))

    def _streamed(
        self, name: str, query: sql.Composed, make: Callable[[Sequence[Any]], tuple[int, Made]]
    ) -> Iterator[tuple[int, Made]]:
        with self._driver.cursor(f"verify_{name}") as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(BATCH):
                yield from map(make, rows)


def _maker(model: type[Made], names: Sequence[str]) -> Callable[[Sequence[Any]], tuple[int, Made]]:
    # Past the constructor, which would enter each row into the books of a session that there is not.
    blank = object.__new__

    def make(values: Sequence[Any]) -> tuple[int, Made]:
        made = blank(model)
        made.__dict__.update(zip(names, values[1:], strict=True))
        return values[0], made

    return make


def _table(model: type[Any]) -> str:
    return str(inspect(model).local_table.name)


def _columns(model: type[SQLModel] | type[Any]) -> list[str]:
    return [column.key for column in inspect(model).columns]
