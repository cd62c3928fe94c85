"""All rows of a district, read a ticket at a time: memory does not grow with their number."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, LiteralString, TypeVar

import psycopg
from psycopg import sql
from sqlalchemy import inspect
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from app.sealing.rows import SealLeaf, SealRoot
from app.verify.dossier import Dossier
from notifications.message import Message
from tickets.ground.clock import Clock, ClockEvent
from tickets.ground.columns import Moment
from tickets.ground.timeline import Entry, Note
from tickets.ticket import Identity, Order, Reply, Request, SupervisionCard, Ticket

Made = TypeVar("Made")

#: Rows of one table fetched in one visit.
BATCH = 1000

#: Columns that nothing is held against; not fetching them saves a third of the reading.
UNREAD: Mapping[str, str] = {
    "ticket": "channel category anonymous confidential sealed language division lat long"
    " external_system external_ref external_received_at about_units recused call_id petition holder_user"
    " merged_from urged_on warn_at",
    "request": "draft text",
    "supervision_card": "text instruction answer",
    "message": "language template_version sealed body params held_because at_once not_before attempts"
    " claimed_by first_tried_at provider error_code segments unit counted_on to_masked delivered_at",
    "clock": "warn_at paused_for",
    "reply": "public_text reason told_how told_at",
}


SEARCHABLE: LiteralString = (
    "select ticket_id from search_doc union select ticket_id from search_queue order by 1"
)
QUEUED: LiteralString = "select distinct ticket_id from seal_queue order by 1"


class Feed(Generic[Made]):
    """The rows of one table in the order of their tickets, taken from the front."""

    def __init__(self, name: str, rows: Iterator[tuple[int, Made]]) -> None:
        self.name = name
        self._rows = rows
        self._next = next(rows, None)
        #: The first row of each ticket that has rows here and is not there itself.
        self._strays: list[tuple[int, Made]] = []

    def of(self, ticket_id: int) -> list[Made]:
        """Take the rows of a ticket, and leave behind any that stand before it."""
        taken: list[Made] = []
        while self._next is not None and self._next[0] <= ticket_id:
            if self._next[0] == ticket_id:
                taken.append(self._next[1])
            elif not self._strays or self._next[0] != self._strays[-1][0]:
                self._strays.append(self._next)
            self._next = next(self._rows, None)
        return taken

    def left_over(self) -> list[tuple[int, Made]]:
        """After the last ticket: of each that is not there itself, the first row it has here."""
        self.of(2**63)
        return self._strays


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
        self._requests = self._feed(Request, order=("id",))
        self._cards = self._feed(SupervisionCard, order=("number",))
        self._clocks = self._feed(Clock, order=("id",))
        # Texts about service orders belong to no ticket.
        of_ticket = "select t.ticket_id, {columns} from {table} t where t.ticket_id is not null"
        self._messages = self._feed(Message, order=("seq", "id"), query=sql.SQL(of_ticket))
        self._identities = self._feed(Identity)
        of_clock = "select clock.ticket_id, {columns} from clock_event t join clock on clock.id = t.clock_id"
        self._events = self._feed(ClockEvent, order=("seq",), query=sql.SQL(of_clock))
        self._searchable = Feed("search_doc", self._listed("searchable", SEARCHABLE))
        self._queued = Feed("seal_queue", self._listed("queued", QUEUED))
        of_tickets = "select t.subject, {columns} from {table} t where t.ledger = 'ticket'"
        #: After the last root: roots that are gone and have leaves.
        self.rootless: list[int] = []
        self._leaves = self._feed(SealLeaf, order=("to_seq",), query=sql.SQL(of_tickets))

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
                requests=self._requests.of(ticket_id),
                cards=self._cards.of(ticket_id),
                clocks=self._clocks.of(ticket_id),
                events=self._events.of(ticket_id),
                messages=self._messages.of(ticket_id),
                identity=identities[0] if identities else None,
                is_searchable=bool(self._searchable.of(ticket_id)),
                leaves=self._leaves.of(ticket_id),
                is_queued=bool(self._queued.of(ticket_id)),
            )

    def strays(self) -> Iterator[tuple[str, str]]:
        """After the last dossier: tickets that are gone, and where something is left of them."""
        feeds: tuple[Feed[Any], ...] = (
            *(self._facts, self._notes, self._orders, self._replies, self._requests, self._cards),
            self._clocks,
            *(self._messages, self._identities, self._searchable),
        )
        for feed in feeds:
            for ticket_id, _ in feed.left_over():
                yield str(ticket_id), f"{feed.name} still has rows of it"
        for _, leaf in self._leaves.left_over():
            yield leaf.name, f"root {leaf.root} sealed facts of it"

    def roots(self) -> Iterator[tuple[SealRoot, list[SealLeaf]]]:
        """After the strays: each root with its leaves, in the order of their numbers."""
        leaves = Feed("seal_leaf", self._rows(SealLeaf, key="root", order=("position",)))
        for no, root in self._rows(SealRoot, key="no"):
            yield root, leaves.of(no)
        self.rootless = [no for no, _ in leaves.left_over()]

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
        columns = sql.SQL(", ").join(_readable(model, name) for name in names)
        plain = sql.SQL("select {key}, {columns} from {table} t")
        asked = (query or plain).format(
            key=sql.Identifier("t", key), columns=columns, table=sql.Identifier(table)
        )
        sort = sql.SQL(", ").join([sql.SQL("1"), *(sql.Identifier("t", name) for name in order)])
        yield from self._streamed(table, asked + sql.SQL(" order by ") + sort, _maker(model, names))

    def _listed(self, name: str, query: LiteralString) -> Iterator[tuple[int, None]]:
        yield from self._streamed(name, sql.SQL(query).format(), lambda values: (values[0], None))

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


def _readable(model: type[Any], name: str) -> sql.Composable:
    """A column; of moments no calendar of ours has, the nearest it has, so that they can be found wrong."""
    column = sql.Identifier("t", name)
    if not isinstance(inspect(model).columns[name].type, Moment):
        return column
    return sql.SQL(
        "case when {0} > '9999-12-30' then timestamptz '9999-12-30'"
        " when {0} < '0001-01-02' then timestamptz '0001-01-02' else {0} end"
    ).format(column)


def _table(model: type[Any]) -> str:
    return str(inspect(model).local_table.name)


def _columns(model: type[SQLModel] | type[Any]) -> list[str]:
    return [column.key for column in inspect(model).columns]
