"""What was given beside the monthly benefits: temporary aid by the case, services by the person."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index
from sqlmodel import Field

from tickets.ground.columns import Row, new_id, one_of


class Team(StrEnum):
    """Who serves: the medical teams and the students of the founding article, agencies and others."""

    MEDICAL = "medical"
    STUDENT = "student"
    AGENCY = "agency"
    VOLUNTEER = "volunteer"


class TemporaryAid(Row, table=True):
    """One case of temporary aid (临时救助) to a household; a household may have several in a month."""

    __tablename__ = "household_temporary_aid"
    __table_args__ = (
        CheckConstraint("fen > 0", name="an_aid_is_something"),
        CheckConstraint("persons > 0", name="an_aid_is_for_somebody"),
        Index("household_temporary_aid_paid", "paid_on"),
        Index("household_temporary_aid_of", "household_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    household_id: int = Field(sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=False))
    paid_on: date
    fen: int = Field(sa_column=Column(BigInteger, nullable=False))
    persons: int


class ServiceGiven(Row, table=True):
    """Somebody of a household was served once by a team: one person-time (人次)."""

    __tablename__ = "household_service"
    __table_args__ = (
        one_of("team_kind", Team),
        Index("household_service_day", "served_on"),
        Index("household_service_of", "household_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    household_id: int = Field(sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=False))
    member_id: UUID = Field(foreign_key="household_member.id")
    team_kind: str
    #: What the team is called.
    team: str
    served_on: date
