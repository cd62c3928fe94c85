"""What is asked of others about a ticket: requests that somebody decides, cards that a unit answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from tickets.ground.columns import Moment, Row, new_id, one_of, table_options
from tickets.ground.words import RequestKind, RequestState, SupervisionLevel


class Request(Row, table=True):
    """What one person asks and another decides."""

    __tablename__ = "request"
    __table_args__ = (
        one_of("kind", RequestKind),
        one_of("state", RequestState),
        Index("request_of_ticket", "ticket_id"),
        # One open request of a kind for an order, and one for the ticket itself.
        Index(
            "request_open_once",
            "ticket_id",
            "kind",
            text("coalesce(order_id, '00000000-0000-0000-0000-000000000000')"),
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("request_to_decide", "decider", "decider_unit", "id", postgresql_where=text("state = 'open'")),
        table_options(),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    ticket_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ticket.id"), nullable=False))
    order_id: UUID | None = Field(default=None, foreign_key="unit_order.id")
    kind: str
    state: str = RequestState.OPEN
    round: int
    asked_by: str
    #: The human being behind the account that asked.
    asked_person: str
    asked_unit: str | None = None
    asked_at: datetime = Field(sa_type=Moment)
    text: str
    #: Why a unit returns it, or on what ground it is to be terminated.
    reason: str | None = None
    suggested_unit: str | None = None
    days: int | None = None
    until: datetime | None = Field(default=None, sa_type=Moment)
    #: An answer that waits for a signature.
    draft: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    #: The role that decides, and of which unit where it is a unit's own.
    decider: str
    decider_unit: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decision: str | None = None


class SupervisionCard(Row, table=True):
    """A supervisor demands an answer by a moment, perhaps with a leader's instruction (批示)."""

    __tablename__ = "supervision_card"
    __table_args__ = (
        one_of("level", SupervisionLevel),
        Index("card_of_ticket", "ticket_id"),
        Index("card_open", "due_at", postgresql_where=text("answered_at is null and ended_at is null")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    ticket_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ticket.id"), nullable=False))
    #: Number of the card within its ticket.
    number: int
    level: str
    text: str
    instruction: str | None = None
    unit: str | None = Field(default=None, foreign_key="unit.code")
    given_by: str
    given_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    answered_by: str | None = None
    answered_unit: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    answer: str | None = None
    #: The ticket ended before it was answered.
    ended_at: datetime | None = Field(default=None, sa_type=Moment)

    @property
    def is_open(self) -> bool:
        """Somebody still owes an answer to it."""
        return self.answered_at is None and self.ended_at is None
