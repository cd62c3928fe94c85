"""What the API tells of the policy library."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from tickets.assistance.words import CareLevel, HouseholdKind, PolicyTheme, Trait
from tickets.intake.draft import Code, Strict


class LibraryQuery(Strict):
    """Which items, and how many."""

    q: Annotated[str, Field(max_length=200)] = ""
    department: Code | None = None
    theme: PolicyTheme | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=100)] | None = None


class MatchingQuery(Strict):
    """What a citizen says."""

    text: Annotated[str, Field(min_length=1, max_length=4_000)]
    limit: Annotated[int, Field(ge=1, le=20)] = 5


class PolicyFactsDocument(BaseModel):
    """What can be checked of a household; what is empty is not asked."""

    kinds: list[HouseholdKind]
    traits: list[Trait]
    care: list[CareLevel]
    age_from: int | None
    age_to: int | None


class PolicyItemDocument(BaseModel):
    """One version of an item of the library."""

    code: str
    version: int
    #: The department that answers for it.
    owner: str
    theme: str
    title: str
    #: What is read out during a call.
    answer: str
    conditions: list[str]
    facts: PolicyFactsDocument
    materials: list[str]
    channel: str
    office: str | None
    phone: str
    valid_from: date
    valid_to: date | None
    source: str
    link: str
    keywords: list[str]
    #: in_force, not_yet, expiring, expired, stale or replaced.
    standing: str
    made_at: str
    confirmed_at: str


class PolicyItemPage(BaseModel):
    """Items, newest first."""

    items: list[PolicyItemDocument]
    next: str | None


class PolicyMatchDocument(BaseModel):
    """An item a matter may be about, and the words of the matter that say so."""

    policy: PolicyItemDocument
    reason: list[str]


class PolicyMatchPage(BaseModel):
    """The likeliest first."""

    items: list[PolicyMatchDocument]
    next: str | None


class RingingPage(BaseModel):
    """What this account has to confirm or amend: the first of them, and how many there are."""

    items: list[PolicyItemDocument]
    next: str | None
    count: int


class GapDocument(BaseModel):
    """A category in which matters were answered without an item, within 90 days."""

    category: str | None
    owner: str | None
    count: int
    last: str


class GapPage(BaseModel):
    """The most frequent first."""

    items: list[GapDocument]
    next: str | None
