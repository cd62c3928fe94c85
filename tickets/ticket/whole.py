"""What hangs on tickets, read in one visit to the database: orders, requests, clocks, masked identity."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Integer, bindparam, case, column, func, true
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, select

from tickets.ground.clock import Clock
from tickets.ticket.identity import Identity
from tickets.ticket.order_rows import Order
from tickets.ticket.request_rows import Request
from tickets.ticket.rows import Ticket

#: The tables, and the relation of the ticket that each fills.
TABLES: tuple[tuple[Any, str], ...] = ((Order, "orders"), (Request, "requests"), (Clock, "clocks"))


def _statement() -> Any:
    """Each row holds one thing that hangs on one of the tickets `ids`; the places of all others are empty."""
    asked = bindparam("ids", type_=ARRAY(BigInteger))
    ticket = func.unnest(asked).table_valued(column("id", BigInteger)).render_derived(name="ticket")
    models = (*(model for model, _ in TABLES), Identity)
    numbers = func.generate_series(0, len(models) - 1)
    table = numbers.table_valued(column("number", Integer)).render_derived(name="part")
    found: Any = select(*models).select_from(ticket).join(table, true())
    for number, model in enumerate(models):
        # Looked up by its index, and for a row that is another table's not at all.
        found = found.outerjoin(model, model.ticket_id == case((table.c.number == number, ticket.c.id)))
    return found


HANGING = _statement()


def read_whole(session: Session, tickets: Collection[Ticket], *, anew: bool = False) -> None:
    """Fill orders, requests, clocks and identity of *tickets*; *anew*, what was read of them before too."""
    if not tickets:
        return
    hanging: dict[tuple[type, int], list[Any]] = {}
    options = {"populate_existing": anew}
    for row in session.execute(HANGING, {"ids": [one.id for one in tickets]}, execution_options=options):
        for one in row:
            if one is not None:
                hanging.setdefault((type(one), one.ticket_id), []).append(one)
    for ticket in tickets:
        for model, relation in TABLES:
            found = hanging.get((model, ticket.id), [])
            set_committed_value(ticket, relation, sorted(found, key=lambda one: one.id))
        set_committed_value(ticket, "identity", next(iter(hanging.get((Identity, ticket.id), [])), None))
