"""The shares of a ticket: the orders of its units, and what the units answered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, text
from sqlmodel import Field

from tickets.ground.columns import Moment, Row, new_id, one_of, table_options
from tickets.ground.flow import OrderRole, OrderState
from tickets.ground.words import Told, Verdict


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
    #: Who of the unit works on it.
    taken_by: str | None = None
    given_at: datetime = Field(sa_type=Moment)
    signed_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)

    @property
    def is_open(self) -> bool:
        """The unit still owes an answer."""
        return self.state in (OrderState.OPEN, OrderState.SIGNED)


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
    #: The unit's head who signed it before it left the unit.
    signed_off_by: str | None = None
