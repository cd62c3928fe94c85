"""What the API tells of campaigns, and what it is asked."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from app.api.bodies import CallBackBody
from tickets.intake.draft import Strict


class CampaignsQuery(Strict):
    """Which part of the list."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: UUID | None = None


class SurveyBody(CallBackBody):
    """What the citizen said, and of which ticket."""

    ref: Annotated[str, Field(min_length=1, max_length=40)]


class ShareDocument(BaseModel):
    """A share in per cent, with its part and its whole; null where the whole is nothing."""

    name: str
    share: float | None
    part: int
    whole: int


class CampaignDocument(BaseModel):
    """A campaign, how its sample was drawn, and what came of it so far."""

    id: UUID
    purpose: str
    unit: str | None
    category: str | None
    closed_from: date
    closed_to: date
    size: int
    seed: str
    eligible: int
    #: sealed, no_reply, no_number, being_asked, same_citizen: how many were left out for it.
    left_out: dict[str, int]
    made_by: str
    made_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    drawn: int
    reached: int
    in_vain: int
    waiting: int
    blocked: int
    rates: list[ShareDocument]


class CampaignPage(BaseModel):
    """Campaigns, newest first."""

    items: list[CampaignDocument]
    next: str | None


class SurveyDocument(BaseModel):
    """The citizen to call now; null where nobody is left for the moment."""

    ref: str | None
    phone: str | None
    tries: int | None


class AnswerDocument(BaseModel):
    """What was said in one call of the sample; null where nobody has said anything yet."""

    ref: str
    place: int
    tries: int
    reached: bool | None
    contacted: bool | None
    solved: str | None
    satisfaction: int | None
    reason: str | None
    by: str | None
    at: datetime | None


class WholeCampaignDocument(CampaignDocument):
    """The same, with each call."""

    calls: list[AnswerDocument]
