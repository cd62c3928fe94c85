"""The ticket as a row, with what hangs on it."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Column, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Relationship

from tickets.ground.canonical import canonical
from tickets.ground.clock import Clock
from tickets.ground.columns import Moment, Row, one_of, table_options
from tickets.ground.flow import OrderRole, Outcome, State
from tickets.ground.timeline import GENESIS, KeptElsewhere
from tickets.ground.vault import Vault
from tickets.ground.words import (
    Channel,
    Kind,
    Language,
    RequestState,
    SupervisionLevel,
    Urgency,
)
from tickets.ticket.identity import Identity
from tickets.ticket.order_rows import Order
from tickets.ticket.request_rows import Request

#: Reading several rows of a ticket with it; they are written through the desk, never through the relation.
ONLY_READ = {"viewonly": True, "lazy": "raise"}


class Ticket(Row, table=True):
    """One matter of one citizen, from the first word to the closed callback. It holds no identity."""

    __tablename__ = "ticket"
    __table_args__ = (
        one_of("state", State),
        one_of("outcome", Outcome),
        one_of("channel", Channel),
        one_of("kind", Kind),
        one_of("urgency", Urgency),
        one_of("supervised", SupervisionLevel),
        CheckConstraint("(call_from is null) = (call_to is null) and call_from < call_to", name="call_span"),
        Index("ticket_open", "state", "due_at", "id", postgresql_where=text("closed_at is null")),
        Index(
            "ticket_board",
            "rung",
            "due_at",
            "id",
            "warn_at",
            postgresql_where=text("closed_at is null and due_at is not null"),
        ),
        Index("ticket_due", "due_at", postgresql_where=text("closed_at is null and due_at is not null")),
        # The citizen said no: few, among many that wait for a call.
        Index("ticket_to_decide", "due_at", "id", postgresql_where=text("awaits_reviewer")),
        Index("ticket_external", "external_ref", postgresql_where=text("external_ref is not null")),
        Index("ticket_state", "state", text("id desc")),
        Index("ticket_channel", "channel", text("id desc")),
        Index(
            "ticket_petition_before",
            text("(petition ->> 'previous')"),
            postgresql_where=text("channel = 'petition'"),
        ),
        Index("ticket_follows", "follows", postgresql_where=text("follows is not null")),
        Index("ticket_wakes", "wakes_at", postgresql_where=text("wakes_at is not null")),
        Index("ticket_to_archive", "closed_at", postgresql_where=text("state = 'closed'")),
        Index(
            "ticket_supervised", "id", postgresql_where=text("supervised is not null and closed_at is null")
        ),
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
    language: str = Language.CHINESE
    #: No texts but those that must be.
    no_sms: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    #: When the citizen may be called, by the clocks of Shanghai: from, until before.
    call_from: time | None = None
    call_to: time | None = None
    division: str | None = None
    lat: float | None = None
    long: float | None = None
    external_system: str | None = None
    external_ref: str | None = None
    external_received_at: datetime | None = Field(default=None, sa_type=Moment)
    external_due_at: datetime | None = Field(default=None, sa_type=Moment)
    about_units: list[str] = Field(default_factory=list, sa_type=ARRAY(String))
    #: Accounts that must have nothing to do with it (济南市12345条例 第三十二条).
    recused: list[str] = Field(default_factory=list, sa_type=ARRAY(String))
    call_id: str | None = None
    petition: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    #: Number of the final answer to the same petitioner and matter, if there is one.
    final: str | None = None
    #: Who has it now.
    holder_unit: str | None = None
    holder_user: str | None = None
    #: Number of the ticket it was merged into, and what it was before.
    follows: str | None = None
    merged_from: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    #: Numbers of the tickets merged into this one.
    followers: list[str] = Field(default_factory=list, sa_type=ARRAY(String))
    #: Put aside until then.
    wakes_at: datetime | None = Field(default=None, sa_type=Moment)
    #: Times the citizen asked to hurry, and the day of the last one.
    urges: int = 0
    urged_on: date | None = None
    #: The hardest level of its supervision cards.
    supervised: str | None = None
    disputes: int = 0
    #: Earliest due of its running clocks and which clock that is, for lists.
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    due_clock: str | None = None
    #: When somebody is warned of that due.
    warn_at: datetime | None = Field(default=None, sa_type=Moment)
    #: How far the most chased of its broken clocks is chased: urged, listed, or not at all.
    rung: str | None = None
    #: Written notices to hurry (催办通知) so far; the newest has this number.
    urge_notices: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
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
    requests: list[Request] = Relationship(
        sa_relationship_kwargs={**ONLY_READ, "order_by": "Request.id"},
    )
    identity: Identity | None = Relationship(
        sa_relationship_kwargs={**ONLY_READ, "uselist": False},
    )

    @property
    def is_open(self) -> bool:
        """Somebody still owes the citizen something."""
        return self.closed_at is None

    def words(self, title: str | None = None) -> KeptElsewhere | None:
        """The matter as it was told, under another *title* if given; None for tickets older than this."""
        told = canonical({"title": self.title if title is None else title, "text": self.text}).decode()
        return None if self.words_salt is None else KeptElsewhere(told, bytes(self.words_salt))

    def names(self, vault: Vault) -> list[str | None]:
        """The name of who asks, which must not be told where the ticket is sealed."""
        return [self.identity.open(vault, "name")] if self.identity else []

    def lead_order(self) -> Order | None:
        """The lead unit's order of this round, open or ended."""
        found = [order for order in self.orders if order.role == OrderRole.LEAD and order.round == self.round]
        return found[-1] if found else None

    def open_orders(self) -> list[Order]:
        """Orders whose units still owe an answer."""
        return [order for order in self.orders if order.is_open]

    def orders_under(self, order: Order) -> list[Order]:
        """Open shares that *order*'s unit gave on, and those given on from them."""
        below = [one for one in self.open_orders() if one.parent == order.id]
        return [deep for one in below for deep in (one, *self.orders_under(one))]

    def open_requests(self) -> list[Request]:
        """What is asked and not yet decided."""
        return [request for request in self.requests if request.state == RequestState.OPEN]
