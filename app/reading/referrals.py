"""Lists of referrals, and how many went from where to where, were received, answered and are late."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.assistance.referrals import visible_referrals
from tickets.assistance.households import Member
from tickets.assistance.referrals import Referral, ReferralState, late
from tickets.ground.desk import Desk


@dataclass(frozen=True)
class WantedReferrals:
    """Which referrals; empty is not asked."""

    from_unit: str | None = None
    to_unit: str | None = None
    state: ReferralState | None = None
    household: int | None = None
    #: Received at some time, whatever came of it.
    received: bool = False
    late: bool = False


@dataclass(frozen=True)
class ReferralLine:
    """A referral and about whom it is, masked."""

    referral: Referral
    name: str | None
    late: bool


@dataclass(frozen=True)
class Crossing:
    """From one unit to another: how many were sent, received, refused, answered, and are late now."""

    from_unit: str
    to_unit: str
    sent: int
    received: int
    refused: int
    answered: int
    late: int


def referrals_for(
    desk: Desk, viewer: Viewer, wanted: WantedReferrals, *, before: int | None = None, limit: int
) -> list[ReferralLine]:
    """Referrals *viewer* may know of, newest first, one more than *limit* if there are more."""
    at = desk.now()
    asked = [visible_referrals(desk.rules, viewer), *_conditions(wanted, at)]
    if before is not None:
        asked.append(col(Referral.id) < before)
    rows = desk.session.exec(
        select(Referral, Member.name_masked)
        .join(Member, col(Member.id) == col(Referral.member_id))
        .where(*asked)
        .order_by(col(Referral.id).desc())
        .limit(limit + 1)
    ).all()
    return [ReferralLine(row, name, row.is_late(at)) for row, name in rows]


def name_of(desk: Desk, row: Referral) -> str | None:
    """About whom it is, masked."""
    return desk.session.exec(select(Member.name_masked).where(Member.id == row.member_id)).one()


def crossings(desk: Desk, viewer: Viewer) -> list[Crossing]:
    """The matrix: each way referrals went that *viewer* may know of, with its counts."""
    state, counted = col(Referral.state), func.count()
    rows = desk.session.exec(
        select(
            Referral.from_unit,
            Referral.to_unit,
            counted,
            counted.filter(col(Referral.received_at).is_not(None)),
            counted.filter(state == ReferralState.REFUSED),
            counted.filter(state == ReferralState.ANSWERED),
            counted.filter(late(desk.now())),  # type: ignore[call-overload] # SQLModel types four columns
        )
        .where(visible_referrals(desk.rules, viewer))
        .group_by(Referral.from_unit, Referral.to_unit)
        .order_by(Referral.from_unit, Referral.to_unit)
    ).all()
    return [Crossing(*row) for row in rows]


def _conditions(wanted: WantedReferrals, at: datetime) -> list[ColumnElement[bool]]:
    exact = {
        Referral.from_unit: wanted.from_unit,
        Referral.to_unit: wanted.to_unit,
        Referral.state: wanted.state,
        Referral.household_id: wanted.household,
    }
    asked = [col(column) == value for column, value in exact.items() if value is not None]
    if wanted.received:
        asked.append(col(Referral.received_at).is_not(None))
    if wanted.late:
        asked.append(late(at))
    return asked
