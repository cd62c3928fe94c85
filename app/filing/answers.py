"""The answers of a filing, step by step, and the matter they make."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tickets.ground.words import Channel, Kind, Language
from tickets.intake.draft import Draft, Line, Phone, Place, Requester, Strict, Words, storable

#: Stands for the words of a matter that was only spoken.
SPOKEN = "（群众录音反映，请听附件里的录音。）"


class Contact(StrEnum):
    """Whether and how somebody can be reached."""

    #: The unit calls.
    OPEN = "open"
    #: Only the hotline knows who it is.
    SEALED = "sealed"
    #: Nobody knows.
    NONE = "none"


class WhatStep(Strict):
    """What happened."""

    text: Words


class PlaceStep(Strict):
    """Where exactly."""

    address: Line


class PhoneStep(Strict):
    """Which number to call, and whom to ask for."""

    phone: Phone
    name: Annotated[str, Field(max_length=50), AfterValidator(storable)] = ""


class Answers(BaseModel):
    """What was answered so far. None: not asked yet; an empty word: asked and left open."""

    model_config = ConfigDict(frozen=True)

    text: str | None = None
    subdistrict: str | None = None
    #: The community, or the subdistrict where it is not known.
    division: str | None = None
    address: str | None = None
    contact: Contact | None = None
    phone: str = ""
    name: str = ""

    @property
    def missing(self) -> str | None:
        """The first step without an answer."""
        asked = {
            "what": self.text is not None,
            "where": self.subdistrict is not None,
            "place": self.address is not None,
            "contact": self.contact is not None,
            "phone": self.contact is Contact.NONE or bool(self.phone),
        }
        return next((step for step, answered in asked.items() if not answered), None)

    def matter(self, language: Language) -> Draft:
        """The matter as it is registered. Its kind is the hotline's to say; nobody has to pick one."""
        known = self.contact is not Contact.NONE
        return Draft(
            channel=Channel.WEB,
            kind=Kind.HELP,
            text=self.text or SPOKEN,
            requester=Requester(
                name=self.name or None if known else None,
                phone=self.phone if known else None,
                anonymous=not known,
                confidential=self.contact is Contact.SEALED,
                language=language,
            ),
            place=Place(division=self.division or None, address=self.address or None),
        )


class Filed(BaseModel):
    """What stands in place of the answers once a matter is registered."""

    model_config = ConfigDict(frozen=True)

    ref: str
    code: str
    #: Number and code were sent by text, too.
    texted: bool
