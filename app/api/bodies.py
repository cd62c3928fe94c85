"""What each move's request may hold. The names are the contract of `/api/v1`."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

from tickets.ground.flow import State
from tickets.ground.words import Channel, CloseGround, Told, Urgency, Verdict
from tickets.intake.draft import MOST_TEXT, Code, Strict, Words, storable

#: Words that may be missing.
Note = Annotated[str, Field(max_length=MOST_TEXT), AfterValidator(storable)]


class AnswerBody(Strict):
    """The answer given on the telephone."""

    text: Words
    policy_code: Code | None = None


class DispatchBody(Strict):
    """Who leads, who joins."""

    lead: Code
    joint: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)
    note: Note = ""
    urgency: Urgency | None = None


class SignBody(Strict):
    """Signing needs no words."""


class ContactBody(Strict):
    """A call to the citizen."""

    reached: bool
    at: AwareDatetime | None = None
    note: Note = ""


class ToldBody(Strict):
    """How and when the citizen was told."""

    how: Told
    at: AwareDatetime | None = None


class ReplyBody(Strict):
    """A unit's answer."""

    text: Words
    public_text: Words | None = None
    founded: Verdict
    solved: Verdict
    reason: Note | None = None
    told: ToldBody | None = None
    without_joint: Words | None = None


class ReviewBody(Strict):
    """Pass, or send back with a reason."""

    passed: Annotated[bool, Field(alias="pass")]
    text: Note = ""


class CallBackBody(Strict):
    """What the citizen said."""

    reached: bool
    contacted: bool | None = None
    solved: Verdict | None = None
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None
    reason: Note | None = None
    note: Note = ""


class ReworkBody(Strict):
    """Why once more, and by whom if not by the last lead."""

    text: Words
    unit: Code | None = None


class CloseBody(Strict):
    """Why it ends without the citizen's yes."""

    ground: CloseGround
    text: Words


class ListQuery(Strict):
    """Which tickets; every part narrows the list."""

    state: State | None = None
    unit: Code | None = None
    channel: Channel | None = None
    overdue: bool | None = None
    q: Annotated[str, Field(max_length=200)] | None = None
    external_ref: Annotated[str, Field(max_length=60)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=100)] | None = None


class PageQuery(Strict):
    """Where to go on, and how much at a time."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=100)] | None = None


class ReasonQuery(Strict):
    """Why somebody wants to see an identity."""

    reason: Words
