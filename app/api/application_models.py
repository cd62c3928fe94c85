"""What the API tells of applications, and what it is asked."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from tickets.assistance.application_words import ApplicationScheme, ApplicationState
from tickets.intake.draft import Code, Strict


class ApplicationsQuery(Strict):
    """Which: `division` with all below it, `late` something of it is, `owes_visit` a visit is to be filed."""

    scheme: ApplicationScheme | None = None
    state: ApplicationState | None = None
    division: Code | None = None
    late: bool = False
    owes_visit: bool = False
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=100)] | None = None


class ApplicationDocument(BaseModel):
    """An application, its applicant masked."""

    id: int
    scheme: str
    division: str
    household: int | None
    related: bool
    state: str
    version: int
    name: str | None
    phone: str | None
    papers: list[str]
    hard_ground: str | None
    made_at: str
    accepted_at: str | None
    published_until: str | None
    decided_at: str | None
    #: When the next thing is owed.
    due_at: str | None
    late: bool


class TermDocument(BaseModel):
    """A promise on it, and by which row of the table."""

    clock: str
    policy: str
    policy_version: int
    started_at: str
    due_at: str
    met_at: str | None


class ApplicationVisitDocument(BaseModel):
    """A visit that must be filed before it is confirmed; why, only for who may read the ticket."""

    ground: str | None
    ticket: str | None
    asked_at: str
    visited_on: date | None
    filed_at: str | None


class StepDocument(BaseModel):
    """Something that was done with it."""

    move: str | None
    at: str
    by: str
    unit: str | None
    data: dict[str, Any]


class WholeApplicationDocument(ApplicationDocument):
    """An application with its promises, visits and steps."""

    remedy: str | None
    terms: list[TermDocument]
    visits: list[ApplicationVisitDocument]
    steps: list[StepDocument]
    #: What this account may do with it now.
    moves: list[str]


class ApplicationPage(BaseModel):
    """Applications, newest first."""

    items: list[ApplicationDocument]
    next: str | None


class ApplicantDocument(BaseModel):
    """Who applies, what was found and decided, in clear."""

    name: str | None
    id_number: str | None
    phone: str | None
    address: str | None
    findings: str | None
    decision: str | None
    visits: list[str]
