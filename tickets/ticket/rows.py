"""The ticket, the orders of its units, their replies and the citizen's verdicts, as rows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Relationship

from tickets.ground.canonical import canonical
from tickets.ground.clock import Clock
from tickets.ground.columns import Moment, Row, new_id, one_of, table_options
from tickets.ground.flow import OrderRole, OrderState, Outcome, State
from tickets.ground.timeline import GENESIS, KeptElsewhere
from tickets.ground.words import Channel, Kind, Told, Urgency, Verdict
from tickets.ticket.identity import Identity

#: Reading several rows of a ticket with it; they are written through the desk, never through the relation.
ONLY_READ = {"viewonly": True, "lazy": "raise"}


class Order(Row, table=True):
    """One unit's share of a ticket in one round."""

    __tablename__ = "unit_order"
    __table_args__ = (
        one_of("role", OrderRole),
        one_of("state", OrderState),
        Index("order_of_ticket", "ticket_id"),
        Index(
            "order_open_at_unit",
            "unit",
            "state",
            "due_at",
            postgresql_where=text("state in ('open', 'signed')"),
        ),
        Index("order_at_unit", "unit", text("ticket_id desc")),
        table_options(),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    ticket_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ticket.id"), nullable=False))
    unit: str = Field(foreign_key="unit.code")
    role: str
    parent: UUID | None = Field(default=None, foreign_key="unit_order.id")
    round: int = 1
    state: str = OrderState.OPEN
    #: A dispatched order always has a due time and the policy it rests on (Beijing rules, article 13).
    due_at: datetime = Field(sa_type=Moment)
    policy: str
    #: Given by binding decision; it cannot be returned again.
    designated: bool = False
    given_at: datetime = Field(sa_type=Moment)
    signed_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)

    @property
    def is_open(self) -> bool:
        """The unit still owes an answer."""
        return self.state in (OrderState.OPEN, OrderState.SIGNED)


class Ticket(Row, table=True):
    """One matter of one citizen, from the first word to the closed callback. It holds no identity."""

    __tablename__ = "ticket"
    __table_args__ = (
        one_of("state", State),
        one_of("outcome", Outcome),
        one_of("channel", Channel),
        one_of("kind", Kind),
        one_of("urgency", Urgency),
        Index("ticket_open", "state", "due_at", "id", postgresql_where=text("closed_at is null")),
        Index("ticket_due", "due_at", postgresql_where=text("closed_at is null and due_at is not null")),
        # The citizen said no: few, among many that wait for a call.
        Index("ticket_to_decide", "due_at", "id", postgresql_where=text("awaits_reviewer")),
        Index("ticket_external", "external_ref", postgresql_where=text("external_ref is not null")),
        Index("ticket_state", "state", text("id desc")),
        Index("ticket_channel", "channel", text("id desc")),
        table_options(),
    )

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    ref: str = Field(unique=True)
    #: Counts moves, and only moves.
    version: int = 0
    #: Counts facts.
    seq: int = 0
    chain_head: bytes = Field(default=GENESIS, sa_type=LargeBinary)
    state: str = State.REGISTERED
    outcome: str | None = None
    round: int = 1
    kind: str
    channel: str
    title: str
    text: str
    #: Goes before title and text into the digest that the first fact holds of them.
    words_salt: bytes | None = Field(default=None, sa_type=LargeBinary)
    category: str | None = None
    urgency: str = Urgency.NORMAL
    anonymous: bool = False
    confidential: bool = False
    reply_wanted: bool = True
    sealed: bool = False
    #: The citizen left a number and wants to hear from us.
    reachable: bool = False
    language: str = "zh_Hans"
    division: str | None = None
    lat: float | None = None
    long: float | None = None
    external_system: str | None = None
    external_ref: str | None = None
    external_received_at: datetime | None = Field(default=None, sa_type=Moment)
    external_due_at: datetime | None = Field(default=None, sa_type=Moment)
    about_units: list[str] = Field(default_factory=list, sa_type=ARRAY(String))
    call_id: str | None = None
    petition: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    #: Who has it now.
    holder_unit: str | None = None
    holder_user: str | None = None
    #: Number of the ticket it was merged into.
    follows: str | None = None
    #: Earliest due of its running clocks and which clock that is, for lists.
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    due_clock: str | None = None
    registered_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    #: The unit's verdict of the last reply.
    unit_solved: str | None = None
    #: The citizen's verdict of this round; never overwritten by the unit's.
    citizen_solved: str | None = None
    satisfaction: int | None = None
    callback_attempts: int = 0
    #: In callback: the citizen said no, so the reviewer decides and the agent need not call.
    awaits_reviewer: bool = False

    orders: list[Order] = Relationship(
        sa_relationship_kwargs={**ONLY_READ, "order_by": "Order.id"},
    )
    clocks: list[Clock] = Relationship(
        sa_relationship_kwargs={**ONLY_READ, "order_by": "Clock.id"},
    )
    identity: Identity | None = Relationship(
        sa_relationship_kwargs={**ONLY_READ, "uselist": False},
    )

    @property
    def is_open(self) -> bool:
        """Somebody still owes the citizen something."""
        return self.closed_at is None

    def words(self) -> KeptElsewhere | None:
        """The matter as it was told, for the chain; None for tickets older than this."""
        told = canonical({"title": self.title, "text": self.text}).decode()
        return None if self.words_salt is None else KeptElsewhere(told, bytes(self.words_salt))

    def lead_order(self) -> Order | None:
        """The lead unit's order of this round, open or ended."""
        found = [order for order in self.orders if order.role == OrderRole.LEAD and order.round == self.round]
        return found[-1] if found else None

    def open_orders(self) -> list[Order]:
        """Orders whose units still owe an answer."""
        return [order for order in self.orders if order.is_open]


class Reply(Row, table=True):
    """What a unit answered. A later round adds one; none is ever changed."""

    __tablename__ = "reply"
    __table_args__ = (
        one_of("founded", Verdict),
        one_of("solved", Verdict),
        one_of("told_how", Told),
        Index("reply_of_ticket", "ticket_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    ticket_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ticket.id"), nullable=False))
    order_id: UUID | None = Field(default=None, foreign_key="unit_order.id")
    unit: str | None = None
    round: int
    #: What the citizen reads, when it is given apart from the internal text.
    public_text: str | None = None
    text: str
    founded: str | None = None
    solved: str | None = None
    reason: str | None = None
    told_how: str | None = None
    told_at: datetime | None = Field(default=None, sa_type=Moment)
    at: datetime = Field(sa_type=Moment)
    by: str
