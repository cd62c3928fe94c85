"""Makers of tickets, news and phones for the tests of messages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import false, text
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from notifications.delivery import deliver_due
from notifications.message import Message
from notifications.outbox import put_in_outbox
from notifications.providers import Provider
from notifications.rules import Rules
from notifications.wording import Wording
from tickets.assistance.service_orders import ServiceOrder
from tickets.ground.facts import Fact, News, Registered
from tickets.ground.vault import Vault
from tickets.ticket.rows import Ticket

WORDS = Path(__file__).parents[2] / "templates" / "messages"
SIGNATURES = {"zh_Hans": "【盘龙热线】", "en": "[Panlong Hotline] "}

TICKET = 7
REF = "26112300041270"
#: A Monday, 09:12 in Shanghai.
MONDAY = datetime(2026, 11, 23, 1, 12, tzinfo=UTC)
#: The Monday after, 17:00 in Shanghai.
DUE = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)

REGISTERED = Registered(channel="phone", kind="help", urgency="normal", tracking_code="380614", due_at=DUE)

#: A number Twilio's rules allow and no provider abroad is barred from.
FOREIGN = "+15005550123"
MAINLAND = "+8613800138000"


def a_ticket(id_: int = TICKET) -> Ticket:
    return Ticket(
        id=id_,
        ref=f"{int(REF) + id_}",
        kind="help",
        channel="phone",
        title="路灯",
        text="路灯不亮",
        registered_at=MONDAY,
    )


def news(
    fact: Fact = REGISTERED,
    *,
    seq: int = 1,
    at: datetime = MONDAY,
    language: str = "zh_Hans",
    reachable: bool = True,
    sealed: bool = False,
    urgency: str = "normal",
    ticket: int = TICKET,
) -> News:
    return News(
        fact=fact,
        ticket_id=ticket,
        ref=REF,
        seq=seq,
        at=at,
        language=language,
        reachable=reachable,
        sealed=sealed,
        urgency=urgency,
    )


@dataclass
class Phones:
    """The numbers of the citizens, by ticket."""

    known: dict[int, str | None] = field(default_factory=lambda: {TICKET: FOREIGN})
    units: dict[int, str] = field(default_factory=dict)
    #: Tickets whose citizens want no courtesies.
    no_texts: set[int] = field(default_factory=set)

    def phone_of(self, session: Session, ticket_id: int) -> str | None:
        return self.known.get(ticket_id)

    def phone_of_order(self, session: Session, order_id: int) -> str | None:
        return None

    def orders_of(self, phone: str) -> SelectOfScalar[int]:
        return select(ServiceOrder.id).where(false())

    def tickets_of(self, phone: str) -> SelectOfScalar[int]:
        theirs = [ticket for ticket, number in self.known.items() if number == phone]
        return select(Ticket.id).where(col(Ticket.id).in_(theirs))

    def unit_of(self, session: Session, ticket_id: int) -> str | None:
        return self.units.get(ticket_id)

    def wants_no_texts(self, session: Session, ticket_id: int) -> bool:
        return ticket_id in self.no_texts


@dataclass
class Post:
    """An outbox with a provider behind it, and the clock hands of its rows."""

    sessions: Callable[[], Session]
    vault: Vault
    wording: Wording
    phones: Phones
    provider: Provider
    rules: Rules = field(default_factory=lambda: Rules(grace=timedelta(seconds=30)))

    def lay_in(self, *facts: Fact, first_seq: int = 1, urgency: str = "normal", ticket: int = TICKET) -> None:
        """Put messages about *facts* into the outbox, as of now."""
        with self.sessions() as session, session.begin():
            rows: list[SQLModel] = []
            now = session.connection().execute(text("select clock_timestamp()")).scalar_one()
            for seq, fact in enumerate(facts, first_seq):
                told = news(fact, seq=seq, at=now, urgency=urgency, ticket=ticket)
                put_in_outbox(rows.append, self.vault, self.wording, told)
            session.add_all(rows)

    def deliver(self, *providers: Provider, most: int = 200) -> int:
        """Let a worker go through what is due, with these providers, else with the one there is."""
        return deliver_due(
            self.sessions,
            providers={one.name: one for one in providers or (self.provider,)},
            numbers=self.phones,
            vault=self.vault,
            rules=self.rules,
            most=most,
        )

    def pass_time(self, length: timedelta) -> None:
        """Move every moment of every message back, as if *length* had passed."""
        moments = ("not_before", "valid_until", "lease_until", "first_tried_at", "created_at", "sent_at")
        moved = ", ".join(f"{name} = {name} - :length" for name in moments)
        moved += ", counted_on = counted_on - extract(day from :length)::int"
        with self.sessions() as session, session.begin():
            session.connection().execute(text(f"update message set {moved}"), {"length": length})  # noqa: S608

    def messages(self) -> list[Message]:
        with self.sessions() as session:
            return list(session.exec(select(Message).order_by(col(Message.seq), col(Message.id))).all())

    def only(self) -> Message:
        (message,) = self.messages()
        return message
