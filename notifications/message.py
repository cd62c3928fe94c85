"""A message to a citizen and where it stands, what providers told of it, and what citizens text us."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from notifications.settling_rows import WAITING, SettledAs
from notifications.told import TO_TELL, ToldAs
from tickets.ground.columns import Moment, Row, new_id, one_of, table_options
from tickets.ground.vault import Place, Vault


class Audience(StrEnum):
    """To whom a message speaks."""

    CITIZEN = "citizen"


class Fate(StrEnum):
    """Where a message stands."""

    #: Waiting for its time, or for another try after a refusal: the provider certainly does not have it.
    QUEUED = "queued"
    #: A worker has it. With a lease run out nobody knows whether the provider took it.
    SENDING = "sending"
    #: The provider took it.
    SENT = "sent"
    DELIVERED = "delivered"
    #: The provider took it and could not bring it to the phone.
    UNDELIVERABLE = "undeliverable"
    #: We stopped trying.
    GIVEN_UP = "given_up"
    #: A rule forbids it for good.
    WITHHELD = "withheld"
    #: Its time passed before it could be sent.
    EXPIRED = "expired"


#: What a provider proves. A receipt may overtake the answer to our own request, and it may come for a message
#: whose worker died or that we had stopped trying to send: whatever we believed, the text is out.
PROVEN = frozenset({Fate.SENT, Fate.DELIVERED, Fate.UNDELIVERABLE})

NEXT: dict[Fate, frozenset[Fate]] = {
    Fate.QUEUED: PROVEN | {Fate.SENDING, Fate.WITHHELD, Fate.EXPIRED},
    Fate.SENDING: PROVEN | {Fate.QUEUED, Fate.GIVEN_UP, Fate.EXPIRED},
    Fate.SENT: frozenset({Fate.DELIVERED, Fate.UNDELIVERABLE}),
    Fate.DELIVERED: frozenset(),
    Fate.UNDELIVERABLE: frozenset(),
    Fate.GIVEN_UP: PROVEN,
    Fate.WITHHELD: frozenset(),
    Fate.EXPIRED: PROVEN,
}


class Message(Row, table=True):
    """One text about one fact to one reader. It holds no phone number: that is read when it is sent."""

    __tablename__ = "message"
    __table_args__ = (
        one_of("audience", Audience),
        one_of("fate", Fate),
        one_of("told_as", ToldAs),
        UniqueConstraint("ticket_id", "seq", "audience", "template", name="message_of_fact"),
        Index(
            "message_waiting",
            text("coalesce(lease_until, not_before)"),
            postgresql_where=text("fate in ('queued', 'sending')"),
        ),
        Index("message_worded", "id", postgresql_where=text("body is not null")),
        Index("message_counted", "ticket_id", postgresql_where=text("counted_on is not null")),
        Index("message_to_tell", "created_at", "ticket_id", postgresql_where=text(TO_TELL)),
        CheckConstraint("(ticket_id is null) <> (service_order_id is null)", name="it_is_about_one_thing"),
        Index("message_of_order", "service_order_id", postgresql_where=text("service_order_id is not null")),
        Index("message_sid", "provider_sid", postgresql_where=text("provider_sid is not null")),
        table_options(),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    #: What it is about: a ticket, or a service order.
    ticket_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("ticket.id"), nullable=True)
    )
    service_order_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("service_order.id"), nullable=True)
    )
    #: Number of the fact within its ticket, or within the household of its order; both name the fact.
    seq: int
    fact: str
    audience: str = Audience.CITIZEN
    template: str
    #: Digest of the template's words, so that it can be shown which ones a citizen got.
    template_version: str
    language: str
    #: It is in the words for sealed tickets.
    sealed: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false"))
    )
    #: The rendered text, sealed: it may carry the tracking code. None once it was kept long enough.
    body: bytes | None = Field(sa_type=LargeBinary)
    #: What fills its template, as JSON, sealed; None before these were kept, and once they were long enough.
    params: bytes | None = Field(default=None, sa_type=LargeBinary)
    fate: str = Fate.QUEUED
    #: The rule that holds it back or forbids it.
    held_because: str | None = None
    #: It does not wait for the morning.
    at_once: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false"))
    )
    not_before: datetime = Field(sa_type=Moment)
    valid_until: datetime = Field(sa_type=Moment)
    #: Times a worker took it to send it.
    attempts: int = 0
    #: The claim of the worker that has it, made anew for each try.
    claimed_by: UUID | None = None
    #: Set only while it is being sent; when it runs out, the worker is taken for dead.
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    #: Since when a provider may have it.
    first_tried_at: datetime | None = Field(default=None, sa_type=Moment)
    provider: str | None = None
    provider_sid: str | None = None
    #: Our word for what went wrong last.
    error_code: str | None = None
    segments: int | None = None
    #: The lead unit as it was handed to a provider, which its cost is counted for; None for the hotline.
    unit: str | None = None
    #: The day on which it counts for its number and its unit; None while no provider has it.
    counted_on: date | None = None
    to_masked: str | None = None
    created_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)
    #: What came of it where it could not be brought.
    told_as: str | None = None
    #: Times somebody called to tell it and reached nobody, and when last.
    tell_tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    tell_tried_at: datetime | None = Field(default=None, sa_type=Moment)

    def turn(self, fate: Fate) -> bool:
        """Move to *fate* if that is still possible. A late or doubled receipt changes nothing."""
        if fate not in NEXT[Fate(self.fate)]:
            return False
        self.fate = fate
        if fate is not Fate.SENDING:
            self.claimed_by = self.lease_until = None
        return True

    @property
    def body_place(self) -> Place:
        """Where the seal of its text belongs."""
        return self.place("body")

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        return Place("message", column, str(self.id))

    def words(self, vault: Vault) -> str:
        """
        What the citizen reads.

        :raises InvalidTag: it was changed.
        :raises KeyError: the key that sealed it is not at hand, or it was erased.
        """
        if self.body is None:
            raise KeyError(self.id)
        return vault.open(self.body, self.body_place)


class Receipt(Row, table=True):
    """A provider told once what became of a text. The key makes a repeated receipt nothing new."""

    __tablename__ = "receipt"
    __table_args__ = (
        PrimaryKeyConstraint("provider", "sid", "status"),
        one_of("fate", Fate),
        Index("receipt_of_message", "message_id", postgresql_where=text("message_id is not null")),
    )

    provider: str
    sid: str
    #: The provider's own word.
    status: str
    #: What that word means to us; None where it tells nothing new.
    fate: str | None = None
    #: None while no message of ours is known to have this sid.
    message_id: UUID | None = Field(default=None, foreign_key="message.id")
    error_code: str | None = None
    at: datetime = Field(sa_type=Moment)


class HandledAs(StrEnum):
    """What a citizen's text was taken for."""

    ANSWER = "answer"
    #: No more texts than must be.
    STOP = "stop"
    #: All texts again.
    START = "start"
    PROGRESS = "progress"
    #: A machine's: an automatic reply, our own text come back, or the same again and again.
    AUTOMATIC = "automatic"
    #: A polite word and nothing else: nobody need do anything about it.
    COURTESY = "courtesy"
    WORDS = "words"


class InboundText(Row, table=True):
    """A citizen's text, kept as received; number and words are sealed or indexed, never in clear."""

    __tablename__ = "inbound_text"
    __table_args__ = (
        one_of("handled_as", HandledAs),
        one_of("settled_as", SettledAs),
        UniqueConstraint("provider", "sid", name="inbound_text_once"),
        Index("inbound_text_from", "from_index", text("at desc")),
        Index("inbound_text_of_ticket", "ticket_id", postgresql_where=text("ticket_id is not null")),
        Index("inbound_text_waiting", "id", postgresql_where=text(WAITING)),
        Index("inbound_text_aside", "id", postgresql_where=text("settled_as = 'set_aside'")),
        Index("inbound_text_worded", "id", postgresql_where=text("text is not null")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    provider: str
    sid: str
    #: Blind index of the number, the same as in the vault; empty once the number was erased.
    from_index: bytes = Field(sa_type=LargeBinary)
    #: Number of the key the index was made with; None before these were kept.
    index_key: str | None = None
    #: The number itself, sealed; None before it was kept, and once it was erased.
    phone: bytes | None = Field(default=None, sa_type=LargeBinary)
    #: None once they were kept long enough.
    text: bytes | None = Field(default=None, sa_type=LargeBinary)
    at: datetime = Field(sa_type=Moment)
    handled_as: str | None = None
    ticket_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("ticket.id"), nullable=True)
    )
    #: The service order whose question it answers.
    service_order_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("service_order.id"), nullable=True)
    )
    #: What a person did with it, where it found no ticket by itself.
    settled_as: str | None = None

    def words(self, vault: Vault) -> str:
        """
        Open its words.

        :raises KeyError: they were erased, or the key that sealed them is gone.
        :raises cryptography.exceptions.InvalidTag: they were changed.
        """
        if self.text is None:
            raise KeyError("erased")
        return vault.open(self.text, self.place("text"))

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        return Place("inbound_text", column, str(self.id))


class Direction(StrEnum):
    """Which way a text of the phone simulator went, seen from us."""

    IN = "in"
    OUT = "out"


class SimulatedText(Row, table=True):
    """A text on a phone of the simulator, which stands in for a provider in the demo."""

    __tablename__ = "simulated_text"
    __table_args__ = (
        one_of("direction", Direction),
        Index("simulated_text_phone", "phone_index", "at"),
        Index("simulated_text_ours", "our_id", postgresql_where=text("our_id is not null")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    phone_index: bytes = Field(sa_type=LargeBinary)
    #: Number of the key the index was made with; None before these were kept.
    index_key: str | None = None
    phone: bytes = Field(sa_type=LargeBinary)
    body: bytes = Field(sa_type=LargeBinary)
    direction: str
    #: Our message, on the way out.
    our_id: UUID | None = None
    at: datetime = Field(sa_type=Moment)

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        return Place("simulated_text", column, str(self.id))
