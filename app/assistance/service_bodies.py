"""What is handed in about service orders and contracts, checked: the same for pages and API."""

from datetime import date
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator
from pydantic_core import PydanticCustomError

from app.admin.fields import LongName, Name
from app.assistance.bodies import Fen
from app.assistance.need_bodies import HouseholdNumber
from app.assistance.signing import MOST_PHOTOS, Picture, Strokes
from tickets.assistance.need_words import Result, Signer
from tickets.assistance.service_words import Missing
from tickets.intake.draft import Code, Line, Strict, Words


class NewOrder(Strict):
    """A service ordered for a need."""

    need: HouseholdNumber
    item: Code
    words: Words | None = None


class Approval(Strict):
    """The bureau approves it under a contract."""

    contract: HouseholdNumber


class Why(Strict):
    """Refused, sent back or cancelled: why."""

    reason: Annotated[Line, Field(min_length=1)]


class Organised(Strict):
    """The subdistrict hands it to the agency: served by that day."""

    serve_by: date


class Scheduled(Strict):
    """The agency says who comes when."""

    worker: Name
    planned_at: AwareDatetime


class Nothing(Strict):
    """A step that needs no words."""


class NoShow(Strict):
    """Who was not there."""

    missing: Missing


Rating = Annotated[int, Field(ge=1, le=5)]


class Delivered(Strict):
    """What was done, and who signed for it by name; a rating may wait for the text or the visit."""

    done: Annotated[tuple[Line, ...], Field(min_length=1, max_length=30)]
    signer: Signer
    signature: Name
    rating: Rating | None = None
    #: Whoever was served was asked, and let itself be photographed.
    photo_consent: bool = False


class DeliveredBody(Delivered):
    """The same with the signature as strokes or as a picture of it on paper, and photos."""

    strokes: Strokes | None = None
    signed_paper: Picture | None = None
    photos: Annotated[tuple[Picture, ...], Field(max_length=MOST_PHOTOS)] = ()


class Rated(Strict):
    """What whoever was served said of it, asked without the agency."""

    rating: Rating


class Complaint(Strict):
    """What is said against the agency."""

    text: Words


class Accepted(Strict):
    """The subdistrict accepts it; with a result the need is closed by the same signature."""

    result: Result | None = None


class ContractWords(Strict):
    """A contract with an agency, without its prices: a form has those as fields of their own."""

    agency: Code
    title: LongName
    starts_on: date
    ends_on: date
    quota: Annotated[int, Field(ge=1, le=1_000_000)]
    workers: Annotated[tuple[Name, ...], Field(min_length=1, max_length=500)]

    @model_validator(mode="after")
    def _ends_later(self) -> Self:
        if self.starts_on > self.ends_on:
            raise PydanticCustomError("contract_backward", "ends before it starts")
        return self


class NewContract(ContractWords):
    """A contract with an agency."""

    #: Item to its price in fen for one time.
    prices: Annotated[dict[Code, Fen], Field(min_length=1, max_length=200)]
