"""Referrals: a need goes to the department that can help, with as little as it takes, and is answered."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    and_,
    or_,
    text,
)
from sqlmodel import Field, Session, col

from tickets.assistance.words import PolicyTheme
from tickets.ground.columns import Moment, Row, one_of, table_options
from tickets.ground.errors import Refused
from tickets.ground.policy import Rulebook
from tickets.ground.refs import SHANGHAI
from tickets.ground.vault import Place, Vault
from tickets.ground.worktime.arithmetic import add
from tickets.ground.worktime.months import plus_months
from tickets.ground.worktime.units import Unit

#: Working days after it was sent: a slow receipt wins no time for the result.
RECEIPT_DAYS, RESULT_DAYS = 5, 15
#: A hand-over is kept three years (个人信息保护法 第五十六条), then what was handed over is erased.
KEPT_MONTHS = 36


class ReferralState(StrEnum):
    """Where a referral stands."""

    SENT = "sent"
    RECEIVED = "received"
    REFUSED = "refused"
    ANSWERED = "answered"


class ReferralMove(StrEnum):
    """What the receiving department does with it."""

    RECEIVE = "receive"
    REFUSE = "refuse"
    ANSWER = "answer"


#: Move to the states it is made in, and the one it leads to. What is not here is refused.
REFERRAL_MOVES: Mapping[ReferralMove, tuple[frozenset[ReferralState], ReferralState]] = {
    ReferralMove.RECEIVE: (frozenset({ReferralState.SENT}), ReferralState.RECEIVED),
    ReferralMove.REFUSE: (
        frozenset({ReferralState.SENT, ReferralState.RECEIVED}),
        ReferralState.REFUSED,
    ),
    ReferralMove.ANSWER: (frozenset({ReferralState.RECEIVED}), ReferralState.ANSWERED),
}

#: While it is so, the department has use for what was handed over.
IN_USE = frozenset({ReferralState.SENT, ReferralState.RECEIVED})


class Referral(Row, table=True):
    """A need of somebody of a household, sent to a department. What is handed over is sealed."""

    __tablename__ = "referral"
    __table_args__ = (
        one_of("theme", PolicyTheme),
        one_of("state", ReferralState),
        CheckConstraint(
            "(state in ('refused', 'answered')) = (ended_at is not null)", name="an_end_has_a_moment"
        ),
        CheckConstraint("erased_at is null or package is null", name="erased_is_gone"),
        Index("referral_to", "to_unit", "id"),
        Index("referral_from", "from_unit", "id"),
        Index("referral_of", "household_id"),
        Index("referral_kept", "sent_at", postgresql_where=text("erased_at is null")),
        table_options(),
    )

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    household_id: int = Field(sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=False))
    member_id: UUID = Field(foreign_key="household_member.id")
    #: Where the household is, for who may follow it.
    division: str = Field(foreign_key="unit.code")
    from_unit: str = Field(foreign_key="unit.code")
    to_unit: str = Field(foreign_key="unit.code")
    theme: str
    #: Which fields were handed over: names only, kept when what stood in them is erased.
    fields: list[str] = Field(sa_type=ARRAY(String))
    basis: str
    state: str = ReferralState.SENT
    version: int = 1
    #: What was handed over with the need in words, and what came back: sealed.
    package: bytes | None = Field(default=None, sa_type=LargeBinary)
    answer: bytes | None = Field(default=None, sa_type=LargeBinary)
    sent_by: str
    sent_at: datetime = Field(sa_type=Moment)
    receipt_due: datetime = Field(sa_type=Moment)
    result_due: datetime = Field(sa_type=Moment)
    #: The calendar the due moments were counted on.
    calendar_code: str
    calendar_version: int
    #: How often the department opened the package, each time a fact of the household.
    opened: int = 0
    received_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    erased_at: datetime | None = Field(default=None, sa_type=Moment)

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        return Place("referral", column, str(self.id))

    def put_package(self, vault: Vault, handed: Mapping[str, Any], need: str) -> None:
        """Seal what is handed over."""
        said = json.dumps({"need": need, "fields": dict(handed)}, ensure_ascii=False)
        self.package = vault.seal(said, self.place("package"))

    def open_package(self, vault: Vault) -> dict[str, Any]:
        """
        What was handed over, in clear: the need, and the fields.

        :raises Refused: its time is over and it was erased.
        """
        if self.package is None:
            raise Refused("referral_erased")
        opened: dict[str, Any] = json.loads(vault.open(bytes(self.package), self.place("package")))
        return opened

    def answer_in(self, vault: Vault) -> str | None:
        """What the department said; None while it said nothing, or when that was erased."""
        return None if self.answer is None else vault.open(bytes(self.answer), self.place("answer"))

    def is_late(self, at: datetime) -> bool:
        """Whether something is owed at *at* that should have been done before."""
        owed = {
            ReferralState.SENT: min(self.receipt_due, self.result_due),
            ReferralState.RECEIVED: self.result_due,
        }
        due = owed.get(ReferralState(self.state))
        return due is not None and at > due

    @property
    def next_due(self) -> datetime | None:
        """Until when the next thing is owed; None where nothing is."""
        return {ReferralState.SENT: self.receipt_due, ReferralState.RECEIVED: self.result_due}.get(
            ReferralState(self.state)
        )


# Rules


def due_moments(rules: Rulebook, sent: datetime) -> tuple[datetime, datetime]:
    """Until when a referral *sent* then is received, and until when it is answered."""
    receipt, result = (
        add(sent, days, Unit.WORKING_DAY, rules.calendar).at for days in (RECEIPT_DAYS, RESULT_DAYS)
    )
    return receipt, result


def next_state(state: str, move: ReferralMove) -> ReferralState:
    """
    Where *move* leads from *state*.

    :raises Refused: the table does not have this step.
    """
    begins, leads_to = REFERRAL_MOVES[move]
    if state not in begins:
        raise Refused("referral_not_so", state=state)
    return leads_to


def kept_since(now: datetime) -> datetime:
    """What was sent before this moment has been kept long enough."""
    day = now.astimezone(SHANGHAI)
    first = plus_months(day.date(), -KEPT_MONTHS)
    return day.replace(year=first.year, month=first.month, day=first.day)


# Questions


def late(at: datetime) -> ColumnElement[bool]:
    """Referrals of which something is owed at *at* that should have been done before."""
    state = col(Referral.state)
    return or_(
        and_(state == ReferralState.SENT, col(Referral.receipt_due) < at),
        and_(state.in_(sorted(IN_USE)), col(Referral.result_due) < at),
    )


def new_referral_number(session: Session) -> int:
    """A number for a new referral."""
    number: int = session.connection().execute(text("select nextval('referral_number')")).scalar_one()
    return number
