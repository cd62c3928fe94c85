"""Applications for assistance: the rows, whose identity is sealed, with their terms, visits and steps."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session

from tickets.assistance.application_words import (
    ApplicationMove,
    ApplicationScheme,
    ApplicationState,
    HardGround,
    VisitGround,
)
from tickets.ground.columns import Moment, Row, new_id, one_of, table_options
from tickets.ground.vault import Opens, Place, Vault, masked_name, masked_phone

#: What the row keeps sealed of the applicant, and what was found and decided.
OF_APPLICANT = ("name", "id_number", "phone", "address")
SEALED = (*OF_APPLICANT, "findings", "decision")


def _of_application(*, primary: bool = False) -> Any:
    return Column(
        BigInteger, ForeignKey("application.id"), primary_key=primary, nullable=False, autoincrement=False
    )


class Application(Opens, Row, table=True):
    """Somebody applies for assistance. Who it is is sealed; lists show it masked."""

    __tablename__ = "application"
    __table_args__ = (
        one_of("scheme", ApplicationScheme),
        one_of("state", ApplicationState),
        one_of("hard_ground", HardGround),
        Index("application_division", "division", "id"),
        Index("application_id_number", "id_number_index"),
        table_options(),
    )

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    scheme: str
    division: str = Field(foreign_key="unit.code")
    #: On the register already, where it is.
    household_id: int | None = Field(
        default=None, sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=True)
    )
    related: bool = False
    state: str = ApplicationState.DRAFT
    version: int = 1
    name: bytes | None = Field(default=None, sa_type=LargeBinary)
    id_number: bytes | None = Field(default=None, sa_type=LargeBinary)
    phone: bytes | None = Field(default=None, sa_type=LargeBinary)
    address: bytes | None = Field(default=None, sa_type=LargeBinary)
    id_number_index: bytes | None = Field(default=None, sa_type=LargeBinary)
    index_key: str | None = None
    name_masked: str | None = None
    phone_masked: str | None = None
    #: What is missing, told once.
    papers: list[str] = Field(default_factory=list, sa_type=ARRAY(String))
    findings: bytes | None = Field(default=None, sa_type=LargeBinary)
    decision: bytes | None = Field(default=None, sa_type=LargeBinary)
    #: Where who was refused can go.
    remedy: str | None = None
    hard_ground: str | None = None
    made_at: datetime = Field(sa_type=Moment)
    accepted_at: datetime | None = Field(default=None, sa_type=Moment)
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    published_until: datetime | None = Field(default=None, sa_type=Moment)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)

    def place(self, column: str) -> Place:
        """Where the seal of one of its columns belongs."""
        return Place("application", column, str(self.id))

    def put(self, vault: Vault, column: str, value: str | None) -> None:
        """Seal *value* in one of its columns."""
        setattr(self, column, vault.seal(value, self.place(column)) if value else None)

    def seal(self, vault: Vault, known: dict[str, str | None]) -> None:
        """Seal who applies, with the index of the ID number and what lists show."""
        for column, value in known.items():
            self.put(vault, column, value)
        number = known["id_number"]
        self.id_number_index = vault.index("id_number", number) if number else None
        self.index_key = vault.current
        self.name_masked, self.phone_masked = masked_name(known["name"]), masked_phone(known["phone"])


class ApplicationTerm(Row, table=True):
    """A promise on an application, with the policy and the calendar it was made under."""

    __tablename__ = "application_term"
    __table_args__ = (
        Index("application_term_due", "due_at", postgresql_where=text("met_at is null")),
        table_options(),
    )

    application_id: int = Field(sa_column=_of_application(primary=True))
    clock: str = Field(primary_key=True)
    policy: str
    policy_version: int
    calendar_code: str
    calendar_version: int
    started_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    met_at: datetime | None = Field(default=None, sa_type=Moment)


class ApplicationVisit(Row, table=True):
    """A household that must be visited before it is decided; what was seen is sealed."""

    __tablename__ = "application_visit"
    __table_args__ = (
        one_of("ground", VisitGround),
        Index("application_visit_of", "application_id"),
        Index("application_visit_owed", "application_id", postgresql_where=text("visit_filed_at is null")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    application_id: int = Field(sa_column=_of_application())
    ground: str
    #: The complaint it is for.
    ticket_ref: str | None = None
    asked_at: datetime = Field(sa_type=Moment)
    visited_on: date | None = None
    #: At least two go.
    visitors: int | None = None
    seen: bytes | None = Field(default=None, sa_type=LargeBinary)
    visit_filed_at: datetime | None = Field(default=None, sa_type=Moment)
    filed_by: str | None = None

    @property
    def place(self) -> Place:
        """Where the seal of what was seen belongs."""
        return Place("application_visit", "seen", str(self.id))


class ApplicationStep(Row, table=True):
    """What was done with an application, by whom; in plain values, never an identity."""

    __tablename__ = "application_step"
    __table_args__ = (
        one_of("move", ApplicationMove),
        # How often did I look at who applies within the hour? No look is a move.
        Index("application_step_looks", "by", "at", postgresql_where=text("move is null")),
    )

    application_id: int = Field(sa_column=_of_application(primary=True))
    #: The version it led to.
    seq: int = Field(primary_key=True)
    move: str | None = None
    at: datetime = Field(sa_type=Moment)
    by: str
    unit: str | None = None
    data: dict[str, Any] = Field(sa_type=JSONB)


def new_application_number(session: Session) -> int:
    """A number for a new application; it says nothing about who applies."""
    number: int = session.connection().execute(text("select nextval('application_number')")).scalar_one()
    return number
