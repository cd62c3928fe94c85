"""What the API takes and tells of calls, and what it suggests for a matter."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from app.api.documents import Document, moment
from app.language.suggesting import name_of, why
from app.reading.suggesting import Helped
from tickets.ground.policy import Rulebook
from tickets.ground.vault import Vault, masked_phone
from tickets.intake.calls import Call, CallEvent
from tickets.intake.draft import Code, Phone, Strict, storable
from tickets.intake.suggest import Suggested

Seat = Annotated[str, Field(max_length=20, pattern=r"^[A-Za-z0-9._-]+$")]


class CallBody(Strict):
    """What a telephone switch tells of a call."""

    call_id: Annotated[str, Field(min_length=1, max_length=100), AfterValidator(storable)]
    event: CallEvent
    #: Null where the caller withholds it.
    number: Phone | None = None
    seat: Seat
    at: AwareDatetime


class CallDocument(BaseModel):
    """A call, and what was told of it so far."""

    call_id: str
    seat: str
    number_masked: str | None
    ringing_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    missed_at: datetime | None


class SuggestionsQuery(Strict):
    """A matter as far as it is known."""

    #: Its beginning; more than this is not compared, and no address takes a whole matter.
    text: Annotated[str, Field(min_length=1, max_length=400)]
    division: Annotated[str, Field(pattern=r"^[0-9]{6,12}$")] | None = None
    #: The unit complained about, which is never suggested.
    about_unit: Code | None = None


class SuggestionDocument(BaseModel):
    """One suggestion: how sure it is, 0 to 1, and why."""

    value: str
    name: str
    score: float
    reason: str


class NearDocument(BaseModel):
    """An open ticket that may be of the same matter."""

    ref: str
    title: str
    state: str
    division: str | None
    score: float
    same_place: bool
    #: The words both have.
    shared: list[str]


class SuggestionsDocument(BaseModel):
    """What is suggested, the surest first, and the nearest open tickets."""

    kind: list[SuggestionDocument]
    category: list[SuggestionDocument]
    units: list[SuggestionDocument]
    near: list[NearDocument]


def call_document(call: Call, vault: Vault) -> Document:
    """A call as it is told."""
    times = {f"{event}_at": moment(getattr(call, f"{event}_at")) for event in CallEvent}
    number = masked_phone(call.number_in_clear(vault))
    return {"call_id": call.call_id, "seat": call.seat, "number_masked": number, **times}


def suggestions_document(helped: Helped, rules: Rulebook) -> Document:
    """What helps who writes a matter."""
    found = helped.suggestions
    return {
        "kind": [_suggestion("kind", one, rules) for one in found.kinds],
        "category": [_suggestion("category", one, rules) for one in found.categories],
        "units": [_suggestion("unit", one, rules) for one in found.units],
        "near": [
            {
                "ref": one.ticket.ref,
                "title": one.ticket.title,
                "state": one.ticket.state,
                "division": one.ticket.division,
                "score": round(one.near.score, 3),
                "same_place": one.near.same_place,
                "shared": list(one.near.shared),
            }
            for one in helped.near
        ],
    }


def _suggestion(what: str, one: Suggested, rules: Rulebook) -> Document:
    return {
        "value": one.value,
        "name": name_of(what, one.value, rules),
        "score": one.score,
        "reason": why(what, one, rules),
    }
