"""Service orders (订单式服务): items, contracts, orders, and the one table of their steps."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from tickets.assistance.need_words import Signer
from tickets.assistance.service_words import RatedHow, ServiceKind, ServiceState, ServiceStep, SignedHow
from tickets.assistance.visit_words import VisitFileKind, VisitGround
from tickets.ground.columns import Moment, Row, one_of, table_options
from tickets.ground.errors import Refused
from tickets.ground.vault import Opens, Place

#: Sequences that number them.
ORDERS, CONTRACTS = "service_order_number", "service_contract_number"

#: A worker is late from so long after the planned time on; before that nobody has missed anybody.
GRACE = timedelta(minutes=15)
#: Nobody checks in longer before the planned time.
EARLY = timedelta(hours=1)
#: So many times nobody was at home: the subdistrict talks to them before anybody goes again.
MISSED_TOO_OFTEN = 2


class ServiceItem(Row, table=True):
    """Something that can be ordered, as data: a district adds its own."""

    __tablename__ = "service_item"
    __table_args__ = (one_of("kind", ServiceKind),)

    code: str = Field(primary_key=True)
    kind: str
    name: str
    #: What is done each time, ticked off one by one.
    checklist: list[str] = Field(sa_type=ARRAY(String))
    active: bool = True


class ServiceContract(Row, table=True):
    """Under which an agency serves: how many times at most, at which prices, with which people."""

    __tablename__ = "service_contract"
    __table_args__ = (
        CheckConstraint("used between 0 and quota", name="the_quota_holds"),
        CheckConstraint("starts_on <= ends_on", name="it_ends_after_its_start"),
        table_options(),
    )

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    agency: str = Field(foreign_key="unit.code")
    title: str
    starts_on: date
    ends_on: date
    #: Times of service in all, and how many of them orders have taken.
    quota: int
    used: int = 0
    #: Item to its price in fen for one time.
    prices: dict[str, int] = Field(sa_type=JSONB)
    #: Who serves, by the names the households are told.
    workers: list[str] = Field(sa_type=ARRAY(String))
    made_by: str
    made_at: datetime = Field(sa_type=Moment)


class ServiceOrder(Opens, Row, table=True):
    """One time of service for a household, ordered for a need."""

    __tablename__ = "service_order"
    __table_args__ = (
        one_of("state", ServiceState),
        one_of("signer", Signer),
        one_of("signed_how", SignedHow),
        one_of("rated_how", RatedHow),
        CheckConstraint("(rating is null) = (rated_how is null)", name="a_rating_came_somehow"),
        CheckConstraint("rating between 1 and 5", name="a_rating_is_one_to_five"),
        CheckConstraint(
            "state not in ('delivered', 'accepted') or signature is not null",
            name="a_delivered_one_is_signed",
        ),
        Index("service_order_household", "household_id"),
        Index("service_order_need", "need_id"),
        Index("service_order_contract", "contract_id", "accepted_at"),
        Index("service_order_agency", "agency", "id"),
        table_options(),
    )

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    need_id: int = Field(sa_column=Column(BigInteger, ForeignKey("assistance_need.id"), nullable=False))
    household_id: int = Field(sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=False))
    member_id: UUID | None = Field(default=None, foreign_key="household_member.id")
    item: str = Field(foreign_key="service_item.code")
    state: str = ServiceState.PROPOSED
    version: int = 1
    #: What the worker must know, sealed.
    words: bytes | None = Field(default=None, sa_type=LargeBinary)
    #: From the approval on.
    contract_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("service_contract.id"), nullable=True)
    )
    agency: str | None = Field(default=None, foreign_key="unit.code")
    price: int | None = None
    #: The last day to serve, as the subdistrict organised it.
    serve_by: date | None = None
    worker: str | None = None
    planned_at: datetime | None = Field(default=None, sa_type=Moment)
    checked_in_at: datetime | None = Field(default=None, sa_type=Moment)
    late_minutes: int = 0
    recipient_missed: int = 0
    worker_missed: int = 0
    #: What of the checklist was done.
    done: list[str] = Field(default_factory=list, sa_type=ARRAY(String))
    signer: str | None = None
    signature: bytes | None = Field(default=None, sa_type=LargeBinary)
    signed_how: str | None = None
    rating: int | None = None
    rated_how: str | None = None
    #: Why it was refused, sent back or cancelled, sealed.
    reason: bytes | None = Field(default=None, sa_type=LargeBinary)
    proposed_by: str
    #: The person behind the account, who does not approve it with another one.
    proposed_person: str
    proposed_at: datetime = Field(sa_type=Moment)
    approved_by: str | None = None
    accepted_by: str | None = None
    accepted_at: datetime | None = Field(default=None, sa_type=Moment)

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        return Place("service_order", column, str(self.id))


class ServiceFile(Row, table=True):
    """A picture of a service or its signature: sensitive, so it says why and how long it is kept."""

    __tablename__ = "service_file"
    __table_args__ = (
        one_of("kind", VisitFileKind),
        one_of("ground", VisitGround),
        one_of("agreed", Signer),
        Index("service_file_of_order", "order_id"),
        Index("service_file_to_erase", "keep_until", postgresql_where=text("erased_at is null")),
    )

    attachment_id: UUID = Field(foreign_key="attachment.id", primary_key=True)
    order_id: int = Field(sa_column=Column(BigInteger, ForeignKey("service_order.id"), nullable=False))
    kind: str
    ground: str
    #: Who agreed or signed.
    agreed: str
    keep_until: date
    erased_at: datetime | None = Field(default=None, sa_type=Moment)


_S = ServiceState

#: Step to the states it is taken from, and the one it leads to. What is not here is refused.
STEPS: Mapping[ServiceStep, tuple[frozenset[ServiceState], ServiceState]] = {
    ServiceStep.APPROVE: (frozenset({_S.PROPOSED}), _S.APPROVED),
    ServiceStep.REFUSE: (frozenset({_S.PROPOSED}), _S.REFUSED),
    # Once more where its last day went by before anybody came.
    ServiceStep.ORGANISE: (frozenset({_S.APPROVED, _S.ORGANISED}), _S.ORGANISED),
    ServiceStep.SCHEDULE: (frozenset({_S.ORGANISED, _S.SCHEDULED}), _S.SCHEDULED),
    ServiceStep.CHECK_IN: (frozenset({_S.SCHEDULED}), _S.SERVING),
    ServiceStep.NO_SHOW: (frozenset({_S.SCHEDULED, _S.SERVING}), _S.ORGANISED),
    ServiceStep.DELIVER: (frozenset({_S.SERVING}), _S.DELIVERED),
    ServiceStep.ACCEPT: (frozenset({_S.DELIVERED}), _S.ACCEPTED),
    ServiceStep.SEND_BACK: (frozenset({_S.DELIVERED}), _S.ORGANISED),
    ServiceStep.CANCEL: (frozenset({_S.PROPOSED, _S.APPROVED, _S.ORGANISED, _S.SCHEDULED}), _S.CANCELLED),
}
#: Nothing more comes of them.
ENDED = (_S.ACCEPTED, _S.REFUSED, _S.CANCELLED)
#: It was done, so it can be rated.
SERVED = (_S.DELIVERED, _S.ACCEPTED)
#: States in which the agency knows of an order, and in which it knows whom it serves.
WITH_AGENCY = (_S.ORGANISED, _S.SCHEDULED, _S.SERVING, _S.DELIVERED, _S.ACCEPTED)
NAMED = frozenset({_S.SCHEDULED, _S.SERVING})


def take_step(order: ServiceOrder, step: ServiceStep) -> None:
    """
    Take a locked order one step on.

    :raises Refused: the table does not have the step.
    """
    before, after = STEPS[step]
    if order.state not in before:
        raise Refused("service_step_not_allowed", service_state=order.state, service_step=step)
    order.state = after
    order.version += 1


def steps_from(state: str) -> frozenset[ServiceStep]:
    """The steps the table has from *state*."""
    return frozenset(step for step, (before, _after) in STEPS.items() if state in before)
