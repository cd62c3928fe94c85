"""A matter as it was handed in, checked. Whoever holds a Draft need not check it again."""

import re
from datetime import time
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from stdnum.cn import ric
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as BadNumber

from tickets.ground.phones import NotAPhone, normal_phone
from tickets.ground.words import Channel, Kind, Language, PetitionContent, PetitionStage, Urgency

MOST_TEXT = 20_000

_ID_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")


def _said(text: str) -> str:
    """Texts are stored to the letter, so nothing is trimmed; but blanks alone say nothing."""
    if not text.strip():
        raise PydanticCustomError("empty", "empty text")
    return storable(text)


def storable(text: str) -> str:
    """Refuse what no database can keep: NUL, and half a surrogate pair, which is no text at all."""
    if "\0" in text or not _is_utf8(text):
        raise PydanticCustomError("bad_character", "a character that is no text")
    return text


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _phone(written: str) -> str:
    try:
        return normal_phone(written)
    except NotAPhone:
        raise PydanticCustomError("bad_phone", "not a phone number") from None


def _id_number(written: str) -> str:
    """
    Eighteen digits, a day of birth and a right check digit.

    Not `ric.validate`: that refuses whoever was born before their county had its code. Numbers were given out
    from 1984 on by where people lived then, so in a young district it would refuse everybody who is old.
    """
    number: str = ric.compact(written).upper()
    try:
        if not _ID_NUMBER.fullmatch(number) or ric.calc_check_digit(number) != number[-1]:
            raise InvalidChecksum
        ric.get_birth_date(number)
    except BadNumber:
        raise PydanticCustomError("bad_id_number", "not an ID number") from None
    return number


Phone = Annotated[str, Field(max_length=40), AfterValidator(_phone)]
IdNumber = Annotated[str, Field(max_length=30), AfterValidator(_id_number)]
Words = Annotated[str, Field(max_length=MOST_TEXT), AfterValidator(_said)]
Line = Annotated[str, Field(max_length=200), AfterValidator(storable)]
Code = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9._:@-]+$")]


def _clock_time(at: time) -> time:
    if at.tzinfo is not None or at.second or at.microsecond:
        raise PydanticCustomError("bad_clock_time", "a time of day is hours and minutes")
    return at


def trouble_with_span(begins: time | None, ends: time | None) -> str | None:
    """What is wrong with a span of the day: one end is missing, or it ends before it begins."""
    if begins is None and ends is None:
        return None
    if begins is None or ends is None:
        return "half_span"
    return None if begins < ends else "backward_span"


#: Hours and minutes by the clocks of Shanghai.
ClockTime = Annotated[time, AfterValidator(_clock_time)]


class Strict(BaseModel):
    """A body with a closed list of fields: an unknown one is a mistake somebody wants to hear of."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Requester(Strict):
    """Who asks."""

    name: Annotated[str, Field(max_length=50), AfterValidator(storable)] | None = None
    phone: Phone | None = None
    id_number: IdNumber | None = None
    anonymous: bool = False
    confidential: bool = False
    reply_wanted: bool = True
    language: Language = Language.CHINESE
    #: No texts but those that must be.
    no_sms: bool = False
    #: When the citizen may be called.
    call_from: ClockTime | None = None
    call_to: Annotated[ClockTime | None, Field(validate_default=True)] = None

    @field_validator("call_to")
    @classmethod
    def _ends_the_span(cls, ends: time | None, given: ValidationInfo) -> time | None:
        # A beginning that could not be read has a sentence of its own.
        trouble = trouble_with_span(given.data["call_from"], ends) if "call_from" in given.data else None
        if trouble:
            raise PydanticCustomError(trouble, "the span of the day is none")
        return ends


class Place(Strict):
    """Where it is about."""

    division: Annotated[str, Field(pattern=r"^[0-9]{6,12}$")] | None = None
    address: Line | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    long: Annotated[float, Field(ge=-180, le=180)] | None = None


class External(Strict):
    """Number and dates it has on the platform it came from."""

    system: Code
    ref: Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_said)]
    received_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None


class Petition(Strict):
    """What the petition rules ask of a matter of channel `petition` (信访工作条例)."""

    content: PetitionContent
    stage: PetitionStage = PetitionStage.FIRST
    previous: Annotated[str, Field(max_length=20)] | None = None
    petitioners: Annotated[int, Field(ge=1, le=100_000)] = 1


class Draft(Strict):
    """A matter, checked: the body of a registration."""

    channel: Channel
    kind: Kind
    text: Words
    title: Annotated[str, Field(max_length=100), AfterValidator(storable)] | None = None
    category: Code | None = None
    urgency: Urgency = Urgency.NORMAL
    requester: Requester = Requester()
    place: Place = Place()
    external: External | None = None
    about_units: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)
    call_id: Annotated[str, Field(max_length=100), AfterValidator(storable)] | None = None
    petition: Petition | None = None

    @model_validator(mode="after")
    def _petition_fits_channel(self) -> Self:
        if self.petition is not None and self.channel is not Channel.PETITION:
            raise PydanticCustomError("petition_channel", "petition data needs channel petition")
        return self

    @property
    def sealed(self) -> bool:
        """Reports, accusations and confidential matters are sealed: units never see who asks."""
        accuses = self.petition is not None and self.petition.content is PetitionContent.ACCUSATION
        return self.kind is Kind.REPORT or self.requester.confidential or accuses
