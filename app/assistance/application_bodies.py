"""What is handed in about applications, checked: the same for pages and API."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.admin.fields import Name
from app.assistance.bodies import Address, Version
from app.assistance.policy_items import Lines
from tickets.assistance.application_words import ApplicationScheme, HardGround
from tickets.intake.draft import Code, IdNumber, Phone, Strict, Words

Said = Annotated[Words, Field(max_length=1_000)]


class NewApplication(Strict):
    """Somebody applies."""

    scheme: ApplicationScheme
    division: Code
    #: Its number, where it is on the register.
    household: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    name: Name
    id_number: IdNumber
    phone: Phone | None = None
    address: Address | None = None
    #: A near relative works for the village or the assistance.
    related: bool = False


class ApplicationRead(Strict):
    """The version that was read."""

    version: Version


class PapersAsked(ApplicationRead):
    """All that is missing, told once."""

    papers: Annotated[Lines, Field(min_length=1)]


class Findings(ApplicationRead):
    """What the survey found, and what whoever surveyed proposes."""

    surveyors: Annotated[int, Field(ge=2, le=20)]
    text: Said


class Lengthening(ApplicationRead):
    """Why it takes longer than usual."""

    ground: HardGround


class Complaint(ApplicationRead):
    """A citizen complains about this application: the ticket."""

    ticket: Annotated[str, Field(pattern=r"^[0-9]{14}$")]


class VisitFiled(ApplicationRead):
    """The household was visited."""

    visited_on: date
    visitors: Annotated[int, Field(ge=2, le=20)]
    text: Said


class ApplicationText(ApplicationRead):
    """What was decided, or why somebody withdraws."""

    text: Said


class Refusal(ApplicationText):
    """Why it is refused, and where the applicant can go."""

    remedy: Said


class ReasonToLook(Strict):
    """Why somebody must see who applies."""

    reason: Words
