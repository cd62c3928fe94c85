"""Write down what was given to a household beside its monthly benefits: temporary aid, and services."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import Session, col, select

from app.assistance.members import member_of, members_of
from tickets.assistance.given import ServiceGiven, Team, TemporaryAid
from tickets.assistance.households import Household
from tickets.assistance.ledger import write_fact
from tickets.assistance.service_orders import ServiceOrder
from tickets.ground.columns import new_id
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.ground.refs import SHANGHAI
from tickets.intake.draft import Strict

#: A case of more than a million yuan is a slip.
AidFen = Annotated[int, Field(ge=1, le=100_000_000)]
LONGEST_TEAM = 40
#: Rows of each kind shown with a household, the newest first.
MOST = 50


class AidWords(Strict):
    """One case of temporary aid."""

    paid_on: date
    fen: AidFen
    persons: Annotated[int, Field(ge=1, le=99)]


class ServiceWords(Strict):
    """Somebody of the household was served once by a team."""

    member: UUID
    team_kind: Team
    team: Annotated[str, Field(min_length=1, max_length=LONGEST_TEAM)]
    served_on: date


def note_aid(desk: Desk, household: Household, wanted: AidWords) -> TemporaryAid:
    """
    Write down a case of temporary aid to a locked household.

    :raises FieldsRefused: the day lies ahead.
    """
    _check_day(desk, "paid_on", wanted.paid_on)
    row = TemporaryAid(id=new_id(), household_id=household.id, **wanted.model_dump())
    desk.add(row)
    household.version += 1
    said = {"aid": str(row.id), "fen": row.fen, "persons": row.persons, "on": row.paid_on.isoformat()}
    write_fact(desk, household, "aid_given", said, at=desk.now())
    return row


def note_service(desk: Desk, household: Household, wanted: ServiceWords) -> ServiceGiven:
    """
    Write down that a team served somebody of a locked household.

    :raises FieldsRefused: the day lies ahead, or somebody else is named.
    """
    _check_day(desk, "served_on", wanted.served_on)
    member_of(desk, household, wanted.member)
    row = ServiceGiven(
        id=new_id(),
        household_id=household.id,
        member_id=wanted.member,
        **wanted.model_dump(include={"team_kind", "team", "served_on"}),
    )
    desk.add(row)
    household.version += 1
    said = {"service": str(row.id), "team": row.team, "on": row.served_on.isoformat()}
    write_fact(desk, household, "service_given", said, at=desk.now())
    return row


def count_order(desk: Desk, household: Household, order: ServiceOrder) -> None:
    """Count an accepted order among the services of its agency; that it was accepted is a fact already."""
    served = order.member_id or next((row.id for row in members_of(desk, household) if not row.left_on), None)
    agency = desk.rules.units.get(order.agency or "")
    if served is None or agency is None:
        return
    at = order.checked_in_at or desk.now()
    desk.add(
        ServiceGiven(
            id=new_id(),
            household_id=household.id,
            member_id=served,
            team_kind=Team.AGENCY,
            team=agency.name[:LONGEST_TEAM],
            served_on=at.astimezone(SHANGHAI).date(),
        )
    )


def _check_day(desk: Desk, name: str, day: date) -> None:
    if day > desk.today():
        raise bad_field(name, "day_ahead")


def given_to(session: Session, household: Household) -> tuple[list[TemporaryAid], list[ServiceGiven]]:
    """Cases of aid and services of a household, the newest first."""
    aid = select(TemporaryAid).where(TemporaryAid.household_id == household.id)
    services = select(ServiceGiven).where(ServiceGiven.household_id == household.id)
    return (
        list(session.exec(aid.order_by(col(TemporaryAid.paid_on).desc(), col(TemporaryAid.id)).limit(MOST))),
        list(
            session.exec(
                services.order_by(col(ServiceGiven.served_on).desc(), col(ServiceGiven.id)).limit(MOST)
            )
        ),
    )
