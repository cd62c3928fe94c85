"""What was paid in a month, on which sheets, and differences from the register settled by a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import func
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.admin.ledger import write_house_fact
from app.assistance.area import Area, area_of, household_for
from app.reading.households import Month
from tickets.assistance.households import Benefit, Household
from tickets.assistance.ledger import write_fact
from tickets.assistance.payments import (
    Finding,
    Found,
    Outcome,
    PaymentLine,
    PaymentSettled,
    PaymentSheet,
    find,
)
from tickets.assistance.words import Scheme
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused
from tickets.intake.draft import Strict

#: Sheets of a month shown, the newest first.
MOST_SHEETS = 20


class OfMonth(Strict):
    """A month and a scheme."""

    month: Month
    scheme: Scheme

    @property
    def first(self) -> date:
        """The first day of the month."""
        return date.fromisoformat(f"{self.month}-01")


class Settling(OfMonth):
    """What a finding was found to be; it is named by household, or by sheet and line."""

    finding: Finding
    household: int | None = None
    sheet: UUID | None = None
    line: Annotated[int, Field(ge=1)] | None = None
    outcome: Outcome


@dataclass(frozen=True)
class Total:
    """What was paid in a month under a scheme: to how many, how much, and how much of it is on sheets."""

    households: int
    fen: int
    on_sheets: int


def total_of(desk: Desk, area: Area, first: date, scheme: Scheme) -> Total:
    """What was paid in *area*, by the benefits that the figures count, too."""
    on_sheet = (
        select(PaymentLine.household_id)
        .where(
            PaymentLine.month == first,
            PaymentLine.scheme == scheme,
            col(PaymentLine.stands),
            PaymentLine.household_id == Benefit.household_id,
        )
        .exists()
    )
    query = (
        select(func.count(), func.coalesce(func.sum(Benefit.fen), 0), func.count().filter(on_sheet))
        .select_from(Benefit)
        .join(Household, col(Household.id) == Benefit.household_id)
        .where(Benefit.month == first, Benefit.scheme == scheme, area.condition())
    )
    households, fen, on_sheets = desk.session.exec(query).one()
    return Total(households, int(fen), on_sheets)


def benefits_in(
    desk: Desk, area: Area, asked: OfMonth, *, after: int | None, limit: int
) -> list[tuple[Benefit, str]]:
    """Households paid in the month, by number, with their division; one more than *limit*."""
    query = (
        select(Benefit, Household.division)
        .join(Household, col(Household.id) == Benefit.household_id)
        .where(
            Benefit.month == asked.first,
            Benefit.scheme == asked.scheme,
            Benefit.household_id > (after or 0),
            area.condition(),
        )
        .order_by(col(Benefit.household_id))
        .limit(limit + 1)
    )
    return list(desk.session.exec(query).all())


def sheets_of(desk: Desk, area: Area, viewer: Viewer, asked: OfMonth) -> list[PaymentSheet]:
    """The sheets of a month, newest first: all of them for the bureau, else those of one's own unit."""
    query = select(PaymentSheet).where(PaymentSheet.month == asked.first, PaymentSheet.scheme == asked.scheme)
    if area.divisions is not None:
        query = query.where(PaymentSheet.unit == viewer.unit)
    newest = query.order_by(col(PaymentSheet.at).desc(), col(PaymentSheet.id)).limit(MOST_SHEETS)
    return list(desk.session.exec(newest).all())


def findings(desk: Desk, area: Area, viewer: Viewer, asked: OfMonth) -> list[Found]:
    """Where the month's payments differ from the register in *area*."""
    divisions: Collection[str] | None = area.divisions
    return find(desk.session, asked.first, asked.scheme, divisions=divisions, unit=viewer.unit)


def settle(desk: Desk, viewer: Viewer, wanted: Settling) -> None:
    """
    Write down what a finding was found to be, in the household's ledger or, about nobody, in the house's.

    :raises NoSuchHousehold: it is not of the viewer's area.
    :raises Refused: there is no such finding any more.
    """
    household = None
    if wanted.household is not None:
        household = household_for(desk, viewer, wanted.household, "keep_households", lock=True)
    area = area_of(desk.rules, viewer, "keep_households")
    place = (wanted.finding, wanted.household, wanted.sheet, wanted.line)
    for one in findings(desk, area, viewer, wanted):
        if (one.finding, one.household, one.sheet, one.line) == place:
            break
    else:
        raise Refused("finding_gone")
    at: datetime = desk.now()
    desk.add(
        PaymentSettled(
            month=wanted.first,
            scheme=wanted.scheme,
            finding=wanted.finding,
            household_id=wanted.household,
            sheet_id=wanted.sheet,
            line=wanted.line,
            paid=one.paid,
            outcome=wanted.outcome,
            by=viewer.username,
            at=at,
        )
    )
    told = {
        "month": wanted.month,
        "scheme": wanted.scheme,
        "finding": wanted.finding,
        "outcome": wanted.outcome,
    }
    if household is not None:
        household.version += 1
        write_fact(desk, household, "payment_settled", told, at=at)
    else:
        line = {"sheet": str(wanted.sheet), "line": wanted.line}
        write_house_fact(desk, "payment_settled", f"{wanted.month} {wanted.scheme}", {}, {**told, **line})
