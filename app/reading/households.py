"""Lists of households: whose they are, found by a number, a phone or a name, and who may apply for what."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, func, literal, or_, union_all
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.assistance.area import area_of
from tickets.assistance.hints import Facts, Reason, may_apply, reason_for
from tickets.assistance.households import Household, Member
from tickets.assistance.policy_items import PolicyItem, in_force
from tickets.assistance.words import HouseholdKind, HouseholdState, Kinship
from tickets.ground.desk import Desk
from tickets.ground.phones import NotAPhone, normal_phone
from tickets.ground.vault import Vault
from tickets.ground.worktime.months import plus_months

#: A month of three centuries: months before and after it are reckoned with, so the ends of time are none.
MONTH = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"
Month = Annotated[str, StringConstraints(pattern=MONTH)]
#: So many hints stand on the page of one household.
MOST_HINTS = 200


@dataclass(frozen=True)
class Wanted:
    """Which households."""

    division: str | None = None
    kind: HouseholdKind | None = None
    state: HouseholdState | None = None
    #: On the register in that month.
    month: str | None = None
    q: str = ""
    #: To be checked again within thirty days.
    recheck_by: date | None = None
    policy: PolicyItem | None = field(default=None)


@dataclass(frozen=True)
class Line:
    """A household and its head, masked."""

    household: Household
    head: Member | None


@dataclass(frozen=True)
class Hint:
    """A policy a household may apply for, and why."""

    item: PolicyItem
    reason: Reason


def households_for(
    desk: Desk, viewer: Viewer, wanted: Wanted, *, before: int | None = None, limit: int
) -> list[Line]:
    """Households of the viewer's area, newest first, one more than *limit* if there are more."""
    query = select(Household).where(area_of(desk.rules, viewer).condition(), *_conditions(desk, wanted))
    if before is not None:
        query = query.where(col(Household.id) < before)
    rows = desk.session.exec(query.order_by(col(Household.id).desc()).limit(limit + 1)).all()
    heads = desk.session.exec(
        select(Member).where(
            col(Member.household_id).in_([row.id for row in rows]),
            Member.kinship == Kinship.HEAD,
            col(Member.left_on).is_(None),
        )
    ).all()
    by_household = {head.household_id: head for head in heads}
    return [Line(row, by_household.get(row.id)) for row in rows]


def _conditions(desk: Desk, wanted: Wanted) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.division:
        asked.append(col(Household.division).in_(desk.rules.units.at_or_below(wanted.division)))
    if wanted.kind:
        asked.append(col(Household.kind) == wanted.kind)
    if wanted.state:
        asked.append(col(Household.state) == wanted.state)
    if wanted.month:
        first = date.fromisoformat(f"{wanted.month}-01")
        ended = col(Household.ended_on)
        asked += [
            col(Household.started_on) < plus_months(first, 1),
            or_(ended.is_(None), ended >= first),
        ]
    if wanted.recheck_by:
        asked += [
            col(Household.recheck_on) <= wanted.recheck_by,
            col(Household.state) != HouseholdState.ENDED,
        ]
    if wanted.policy is not None:
        facts = Facts.of(wanted.policy.facts)
        asked.append(may_apply(facts, desk.today()) if facts else col(Household.id) < 0)
    if q := wanted.q.replace("\0", "\ufffd").strip():
        asked.append(sought(desk.vault, q))
    return asked


def sought(vault: Vault, q: str) -> ColumnElement[bool]:
    """Households with *q* as number, or with somebody of exactly that ID number, phone or name."""
    of_member = [col(Member.name_index).in_(vault.indexes("name", q))]
    written = q.replace(" ", "").upper()
    of_member.append(col(Member.id_number_index).in_(vault.indexes("id_number", written)))
    with suppress(NotAPhone):
        of_member.append(col(Member.phone_index).in_(vault.indexes("phone", normal_phone(q))))
    ways = [select(col(Member.household_id)).where(one) for one in of_member]
    if written.isascii() and written.isdigit() and len(written) < 11:
        ways.append(select(literal(int(written), BigInteger)))
    # As a list that is read once, so that the planner must begin with it: an "or" would read every member.
    return col(Household.id) == any_(func.array(union_all(*ways).scalar_subquery(), type_=ARRAY(BigInteger)))


def hints_for(desk: Desk, household: Household, members: list[Member]) -> list[Hint]:
    """What a household may apply for: whom to ask about it at the next visit, never a decision."""
    day = desk.today()
    items = desk.session.exec(
        select(PolicyItem).where(in_force(day)).order_by(PolicyItem.code).limit(MOST_HINTS)
    ).all()
    reasons = ((item, reason_for(Facts.of(item.facts), household, members, day)) for item in items)
    return [Hint(item, reason) for item, reason in reasons if reason is not None]
