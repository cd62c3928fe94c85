"""What is handed in about clues and needs, checked: the same for pages, API and files."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.admin.fields import Name
from tickets.assistance.need_words import Agreed, CloseReason, NeedKind, Result, Severity, Signer, Way
from tickets.intake.draft import Code, IdNumber, Line, Phone, Strict, Words

HouseholdNumber = Annotated[int, Field(ge=1, lt=2**63)]


class LeadWords(Strict):
    """Somebody who may need help."""

    division: Code
    kind: NeedKind
    name: Name
    id_number: IdNumber | None = None
    phone: Phone | None = None
    words: Words

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if self.id_number is None and self.phone is None:
            raise PydanticCustomError("id_or_phone", "an ID number or a phone is needed")
        return self


class LeadNeed(Strict):
    """The check found a need of a household on the register."""

    household: HouseholdNumber
    member: UUID | None = None
    kind: NeedKind
    severity: Severity
    evidence: Words
    #: Who agreed that it is told to who can help.
    agreed: Agreed | None = None


class LeadClose(Strict):
    """The check found none."""

    reason: CloseReason
    words: Words


class NeedWords(Strict):
    """Something a household, or somebody of it, needs."""

    household: HouseholdNumber
    member: UUID | None = None
    kind: NeedKind
    severity: Severity
    evidence: Words
    #: Who agreed that it is told to who can help.
    agreed: Agreed | None = None


class NeedAgreement(Strict):
    """Somebody agreed that a need is told to departments and agencies that can help."""

    agreed: Agreed


class NeedWay(Strict):
    """What a need becomes, and its number there."""

    way: Way
    ref: Annotated[Line, Field(min_length=1, max_length=40)]


class NeedResult(Strict):
    """How it ended, as somebody signed; who did stands on the service order, where one was signed."""

    result: Result
    signer: Signer | None = None
    signature: Name | None = None
    words: Words
