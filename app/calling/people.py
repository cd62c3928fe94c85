"""Who may be calling: everybody who asked something from the number before. Asked, never guessed."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.doors import ticket_seen
from app.reading.desks import history_of
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, bad_field
from tickets.ticket import Identity, Ticket

#: Characters of an answer that a list shows.
MOST_ANSWER = 120

#: What was said last to each citizen. An answer that nobody reviewed yet is not theirs to hear.
_LAST_ANSWERS = text("""
    select distinct on (reply.ticket_id) reply.ticket_id, coalesce(nullif(public_text, ''), reply.text)
    from reply join ticket on ticket.id = reply.ticket_id
    where reply.ticket_id = any(:ids)
        and (ticket.state in ('callback', 'closed', 'archived') or reply.round < ticket.round)
    order by reply.ticket_id, reply.at desc
""")


@dataclass(frozen=True)
class Person:
    """Somebody who asked from this number, shown masked; *ref* is what they asked last."""

    ref: str
    masked: str
    title: str


@dataclass(frozen=True)
class Caller:
    """What is known of a number: its tickets, open ones first, who asked, and what was answered last."""

    tickets: tuple[Ticket, ...] = ()
    people: tuple[Person, ...] = ()
    #: By id of the ticket.
    answers: dict[int, str] | None = None
    names: dict[int, str] | None = None

    @property
    def open_ones(self) -> int:
        """How many tickets are not closed."""
        return sum(ticket.is_open for ticket in self.tickets)

    @property
    def urges(self) -> int:
        """How often they asked to hurry."""
        return sum(ticket.urges for ticket in self.tickets)

    @property
    def last_word(self) -> int | None:
        """How content somebody of this number was the last time they said."""
        newest = sorted(self.tickets, key=lambda ticket: -ticket.id)
        return next((ticket.satisfaction for ticket in newest if ticket.satisfaction), None)


def caller_of(desk: Desk, viewer: Viewer, phone: str | None) -> Caller:
    """What is known of *phone* (E.164), without anything sealed."""
    tickets = history_of(desk, viewer, phone) if phone else []
    if not tickets:
        return Caller()
    ids = [ticket.id for ticket in tickets]
    rows = desk.session.exec(select(Identity).where(col(Identity.ticket_id).in_(ids))).all()
    by_ticket = {row.ticket_id: row for row in rows}
    said = desk.session.connection().execute(_LAST_ANSWERS, {"ids": ids})
    return Caller(
        tickets=tuple(tickets),
        people=tuple(_people(desk, tickets, by_ticket)),
        answers={ticket_id: _short(words) for ticket_id, words in said},
        names={row.ticket_id: row.name_masked for row in rows if row.name_masked},
    )


def _people(desk: Desk, tickets: Iterable[Ticket], rows: dict[int, Identity]) -> Iterable[Person]:
    """Each name once, with the newest ticket of theirs: two people may look the same when masked."""
    known: set[str] = set()
    for ticket in sorted(tickets, key=lambda one: -one.id):
        row = rows.get(ticket.id)
        name = (row.open(desk.vault, "name") or "").strip() if row else ""
        if row and name and name not in known:
            known.add(name)
            yield Person(ticket.ref, row.name_masked or "", ticket.title)


def _short(words: str) -> str:
    return words if len(words) <= MOST_ANSWER else words[: MOST_ANSWER - 1] + "…"


def name_chosen(desk: Desk, viewer: Viewer, ref: str, phone: str | None) -> str | None:
    """
    The name of the person the operator chose, who asked *ref* from the same *phone*; it is never shown.

    :raises FieldsRefused: it is no ticket of this number.
    """
    try:
        ticket = ticket_seen(desk, viewer, ref)
    except NotFound:
        raise bad_field("who", "unknown_ticket", ref=ref) from None
    row = ticket.identity
    if ticket.sealed or row is None or not phone or row.phone_index not in desk.vault.indexes("phone", phone):
        raise bad_field("who", "unknown_ticket", ref=ref)
    return row.open(desk.vault, "name")
