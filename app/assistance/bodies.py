"""What is handed in about households, checked: the same for pages, API and files."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from app.admin.fields import Name
from tickets.assistance.households import care_level
from tickets.assistance.words import (
    CareLevel,
    HouseholdKind,
    HouseholdState,
    Indicator,
    Kinship,
    LifeEvent,
    Recheck,
    Scheme,
    Trait,
)
from tickets.intake.draft import Code, IdNumber, Phone, Strict, Words, storable

Address = Annotated[str, Field(max_length=200), AfterValidator(storable)]
Version = Annotated[int, Field(ge=1)]
#: A billion fen is ten million yuan: more is a slip.
Fen = Annotated[int, Field(ge=0, le=1_000_000_000)]


class MemberWords(Strict):
    """Somebody of a household."""

    kinship: Kinship
    name: Name
    id_number: IdNumber | None = None
    phone: Phone | None = None
    traits: tuple[Trait, ...] = ()
    care: CareLevel | None = None
    #: What of the six cannot be done; then the level follows from it.
    lost: tuple[Indicator, ...] = ()
    joined_on: date | None = None

    @model_validator(mode="after")
    def _care_fits(self) -> Self:
        if self.lost and self.care is not None and self.care != care_level(self.lost):
            raise PydanticCustomError("care_differs", "level and indicators differ")
        return self

    @property
    def level(self) -> CareLevel | None:
        """How far they look after themselves: from the six where they were written down."""
        return care_level(self.lost) if self.lost else self.care


class MemberAmendment(MemberWords):
    """What is known of somebody from now on; a name, ID number or phone left out stays as it is."""

    name: Name | None = None  # type: ignore[assignment] # who amends need not know it


class HouseholdWords(Strict):
    """What is known of a household as a whole."""

    division: Code
    kind: HouseholdKind
    started_on: date
    recheck: Recheck = Recheck.YEARLY
    #: By itself a year or half a year after the start, or after today where that has passed.
    recheck_on: date | None = None
    related: bool = False
    address: Address | None = None


class NewHousehold(HouseholdWords):
    """A household with everybody in it."""

    members: Annotated[tuple[MemberWords, ...], Field(max_length=30)]

    @field_validator("members")
    @classmethod
    def _one_head(cls, members: tuple[MemberWords, ...]) -> tuple[MemberWords, ...]:
        if sum(member.kinship == Kinship.HEAD for member in members) != 1:
            raise PydanticCustomError("one_head", "a household has one head")
        return members


class HouseholdAmendment(HouseholdWords):
    """What is known of it from now on; an address left out stays as it is."""

    version: Version


class StateChange(Strict):
    """A household fades out, ends, or is taken up again."""

    state: HouseholdState
    on: date
    reason: Words
    version: Version


class MemberLeft(Strict):
    """Somebody moved out, married away or died."""

    on: date


class EventWords(Strict):
    """Something that happened in the life of a household."""

    kind: LifeEvent
    happened_on: date
    member: UUID | None = None
    words: Words | None = None


class BenefitWords(Strict):
    """What was paid for one month under one scheme, in fen."""

    month: date
    scheme: Scheme
    fen: Fen
    persons: Annotated[int, Field(ge=0, le=99)]
