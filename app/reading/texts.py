"""Questions about texts that belong to no ticket: which wait, and which tickets their numbers have."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, cast, func, text
from sqlmodel import col, select, true

from app.access.accounts import Viewer
from app.access.rules import visible
from app.texts.strays import number_of, words_of
from notifications.message import InboundText
from notifications.settling import last_steps
from notifications.settling_rows import WAITING, TextStep
from tickets.ground.desk import Desk
from tickets.ground.vault import masked_phone
from tickets.ticket import Identity, Ticket

#: Tickets of one number that are shown with its text: open ones first, then the newest.
MOST_TICKETS = 5

#: How many wait, as a question.
WAIT = select(func.count()).select_from(InboundText).where(text(WAITING))


@dataclass(frozen=True)
class ShownText:
    """A text as the list shows it: its number masked, its words opened."""

    row: InboundText
    phone_masked: str | None
    words: str
    #: What this number asked before, as far as the viewer may know; never a sealed matter.
    tickets: list[Ticket]
    #: Who settled it, if anybody.
    step: TextStep | None


def waiting_texts(desk: Desk, viewer: Viewer, *, limit: int, after: UUID | None = None) -> list[ShownText]:
    """Texts that wait for a person, the oldest first; one more than *limit* if there are more."""
    query = select(InboundText).where(text(WAITING))
    if after:
        query = query.where(col(InboundText.id) > after)
    found = desk.session.exec(query.order_by(col(InboundText.id)).limit(limit + 1)).all()
    return _shown(desk, viewer, list(found))


def texts_aside(desk: Desk, viewer: Viewer, *, limit: int, after: UUID | None = None) -> list[ShownText]:
    """Texts that were set aside and not erased, the newest first; one more than *limit* if there are more."""
    query = select(InboundText).where(text("settled_as = 'set_aside' and text is not null"))
    if after:
        query = query.where(col(InboundText.id) < after)
    found = desk.session.exec(query.order_by(col(InboundText.id).desc()).limit(limit + 1)).all()
    return _shown(desk, viewer, list(found))


def shown_text(desk: Desk, viewer: Viewer, row: InboundText) -> ShownText:
    """One text as the list shows it."""
    return _shown(desk, viewer, [row])[0]


def count_waiting(desk: Desk) -> int:
    """How many texts wait for a person."""
    return desk.session.exec(WAIT).one()


def _shown(desk: Desk, viewer: Viewer, rows: list[InboundText]) -> list[ShownText]:
    numbers = {row.id: number_of(desk, row) for row in rows}
    # While keys are rotated a number may stand under an index of any of them.
    indexes = {
        row.id: desk.vault.indexes("phone", number) if (number := numbers[row.id]) else (row.from_index,)
        for row in rows
    }
    tickets = tickets_of_numbers(desk, viewer, {index for own in indexes.values() for index in own})
    steps = last_steps(desk.session, [row.id for row in rows if row.settled_as])
    return [
        ShownText(
            row=row,
            phone_masked=masked_phone(numbers[row.id]),
            words=words_of(desk, row),
            tickets=[ticket for index in indexes[row.id] for ticket in tickets[index]][:MOST_TICKETS],
            step=steps.get(row.id),
        )
        for row in rows
    ]


def tickets_of_numbers(desk: Desk, viewer: Viewer, indexes: set[bytes]) -> dict[bytes, list[Ticket]]:
    """The tickets of each number the viewer may know of, open ones first, in one question for all."""
    found: defaultdict[bytes, list[Ticket]] = defaultdict(list)
    if not indexes:
        return found
    each = select(func.unnest(cast(list(indexes), ARRAY(LargeBinary))).label("index")).subquery()
    own = (
        select(Ticket.id)
        .join(Identity, col(Identity.ticket_id) == col(Ticket.id))
        .where(
            col(Identity.phone_index) == each.c.index,
            col(Ticket.sealed).is_(False),
            visible(viewer, desk.rules.units),
        )
        .order_by(col(Ticket.closed_at).is_not(None), col(Ticket.id).desc())
        .limit(MOST_TICKETS)
        .lateral()
    )
    pairs = desk.session.exec(
        select(each.c.index, Ticket)
        .select_from(each)
        .join(own, true())
        .join(Ticket, col(Ticket.id) == own.c.id)
        .order_by(col(Ticket.closed_at).is_not(None), col(Ticket.id).desc())
    ).all()
    for index, ticket in pairs:
        found[bytes(index)].append(ticket)
    return found
