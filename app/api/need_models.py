"""What the API tells of clues and needs, and what it is asked."""

from base64 import b64decode
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.api.household_models import FaultDocument
from app.assistance.need_bodies import HouseholdNumber
from tickets.assistance.need_words import Channel, LeadState, NeedKind, NeedState, Severity, Way
from tickets.intake.draft import Code, Strict, Words


class PageQuery(Strict):
    """How much of a list."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=100)] | None = None


class LeadsQuery(PageQuery):
    """Which clues: `division` with all below it, `overdue` those not checked in time."""

    state: LeadState | None = None
    channel: Channel | None = None
    division: Code | None = None
    overdue: bool = False


class NeedsQuery(PageQuery):
    """Which needs."""

    state: NeedState | None = None
    kind: NeedKind | None = None
    severity: Severity | None = None
    division: Code | None = None
    household: HouseholdNumber | None = None
    member: UUID | None = None
    #: Those that a service order, application, referral or ticket answers; both say which.
    way: Way | None = None
    way_ref: Annotated[str, Field(max_length=40)] | None = None


def _bytes(written: str) -> str:
    try:
        b64decode(written, validate=True)
    except ValueError:
        raise PydanticCustomError("not_base64", "no base64") from None
    return written


class LeadListBody(Strict):
    """A list of people as base64, and what holds for all of them; a dry run writes nothing."""

    content: Annotated[str, StringConstraints(min_length=1), AfterValidator(_bytes)]
    kind: NeedKind
    words: Words
    dry_run: bool = True


class LeadDocument(BaseModel):
    """A clue, masked."""

    id: int
    channel: str
    source_unit: str
    division: str
    kind: str
    name: str | None
    phone: str | None
    #: The household the register knows the person in.
    household: int | None
    state: str
    due_at: str
    overdue: bool
    policy: str
    reported_by: str
    reported_at: str
    checked_by: str | None
    checked_at: str | None
    close_reason: str | None
    need: int | None


class LeadPage(BaseModel):
    """Clues, newest first."""

    items: list[LeadDocument]
    next: str | None


class LeadClearDocument(BaseModel):
    """Who a clue is about, in clear."""

    name: str | None
    phone: str | None
    id_number: str | None
    words: str | None


class LeadListDocument(BaseModel):
    """What became of a list."""

    dry_run: bool
    lines: int
    #: Rows that became a clue, or would.
    found: int
    #: Of these, people the register knows.
    on_register: int
    #: Lines of people with an open clue.
    known: list[int]
    faults: list[FaultDocument]


class NeedDocument(BaseModel):
    """A need; evidence and signature only on its own page."""

    id: int
    household: int
    division: str
    member: str | None
    #: Masked.
    name: str | None
    kind: str
    severity: str
    source: str
    source_ref: str
    #: Who agreed that it is told to who can help.
    agreed: str | None
    state: str
    #: What it became, and its number there; a ticket only for who may read it.
    way: str | None
    way_ref: str | None
    #: Where that stands, by its own word; null where nothing has that number.
    answer_state: str | None
    result: str | None
    signer: str | None
    noted_by: str
    noted_at: str
    closed_by: str | None
    closed_at: str | None


class NeedPage(BaseModel):
    """Needs, newest first."""

    items: list[NeedDocument]
    next: str | None
