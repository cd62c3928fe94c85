"""What the API tells of households, and what it is asked."""

from base64 import b64decode
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.assistance.bodies import HouseholdAmendment, HouseholdWords, MemberWords, NewHousehold
from app.reading.households import Month
from tickets.assistance.words import HouseholdKind, HouseholdState
from tickets.intake.draft import Code, Strict, Words

__all__ = ["HouseholdAmendment", "HouseholdWords", "MemberWords", "NewHousehold"]


class HouseholdsQuery(Strict):
    """Which households: `division` with all below it, `month` on the register in that month."""

    month: Month | None = None
    division: Code | None = None
    state: HouseholdState | None = None
    kind: HouseholdKind | None = None
    #: A number, or somebody's whole ID number, phone or name.
    q: Annotated[str, Field(max_length=60)] = ""
    #: The code of a policy they may apply for.
    policy: Code | None = None
    #: To be checked again by that day.
    recheck_by: date | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=100)] | None = None


class ReasonBody(Strict):
    """Why somebody must see who it is."""

    reason: Words


def encoded(written: str) -> str:
    """
    What was written, if it is base64.

    :raises PydanticCustomError: it is none.
    """
    try:
        b64decode(written, validate=True)
    except ValueError:
        raise PydanticCustomError("not_base64", "no base64") from None
    return written


class ImportBody(Strict):
    """A spreadsheet, as base64; a dry run reads and checks it and writes nothing."""

    content: Annotated[str, StringConstraints(min_length=1), AfterValidator(encoded)]
    kind: HouseholdKind | None = None
    dry_run: bool = True


class MemberDocument(BaseModel):
    """Somebody of a household, masked."""

    id: str
    kinship: str
    name: str | None
    phone: str | None
    born_in: date | None
    traits: list[str]
    care: str | None
    lost: list[str]
    left_on: date | None


class HouseholdDocument(BaseModel):
    """A household as lists have it."""

    id: int
    version: int
    division: str
    kind: str
    state: str
    started_on: date
    ended_on: date | None
    recheck: str
    recheck_on: date
    related: bool
    persons: int
    #: Masked.
    head: str | None


class HintDocument(BaseModel):
    """A policy it may apply for, and why; never a decision."""

    policy: str
    title: str
    kind: str | None
    traits: list[str]
    care: str | None
    age: int | None


class BenefitDocument(BaseModel):
    """What was paid for a month under a scheme, in fen."""

    month: str
    scheme: str
    fen: int
    persons: int


class WholeHouseholdDocument(HouseholdDocument):
    """A household with everybody in it."""

    members: list[MemberDocument]
    hints: list[HintDocument]
    benefits: list[BenefitDocument]


class HouseholdPage(BaseModel):
    """Households, newest first."""

    items: list[HouseholdDocument]
    next: str | None


class PersonDocument(BaseModel):
    """Who somebody is, in clear."""

    id: str
    name: str | None
    phone: str | None
    id_number: str | None


class EventDocument(BaseModel):
    """What happened in the life of a household, with what was said of it."""

    id: str
    kind: str
    happened_on: date
    words: str | None


class ClearDocument(BaseModel):
    """Who they are, where they live and what was said of their life, in clear."""

    address: str | None
    members: list[PersonDocument]
    events: list[EventDocument]


class HouseholdFactDocument(BaseModel):
    """Something that was done to a household."""

    seq: int
    at: str
    what: str
    by: str
    role: str
    unit: str | None
    data: dict[str, Any]


class HouseholdFactPage(BaseModel):
    """Newest first."""

    items: list[HouseholdFactDocument]
    next: str | None


class FaultDocument(BaseModel):
    """What is wrong with a row of a file."""

    line: int
    column: str
    message: str
    remedy: str


class ImportDocument(BaseModel):
    """What became of a file."""

    dry_run: bool
    lines: int
    added: int
    changed: int
    unchanged: int
    unread: list[str]
    faults: list[FaultDocument]
