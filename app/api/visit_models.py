"""What the API tells of visits, and what it is asked."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from app.reading.households import Month
from tickets.assistance.visit_words import (
    Living,
    Met,
    VisitChange,
    VisitFileKind,
    VisitGround,
    VisitLevel,
    VisitNeed,
    VisitState,
)
from tickets.intake.draft import Code, Strict


class CoverageQuery(Strict):
    """Which coverage: by itself that of this month, by subdistrict for who sees the whole district."""

    month: Month | None = None
    division: Code | None = None
    level: VisitLevel = VisitLevel.COMMUNITY


class VisitsQuery(Strict):
    """Which visits: `month` lies in their period, `division` with all below it."""

    month: Month | None = None
    division: Code | None = None
    level: VisitLevel | None = None
    state: VisitState | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=100)] | None = None


class VisitDocument(BaseModel):
    """A visit owed to a household."""

    id: int
    household: int
    #: Masked.
    head: str | None
    division: str
    level: VisitLevel
    #: The first day of the month or half-year.
    period: date
    state: VisitState
    due_at: datetime
    #: From then on it is near its due.
    warn_at: datetime | None
    policy: str
    policy_version: int
    calendar: str
    calendar_version: int
    tries: int
    next_on: date | None
    done_by: str | None
    done_at: datetime | None


class VisitPage(BaseModel):
    """Visits, newest first."""

    items: list[VisitDocument]
    next: str | None


class VisitFileDocument(BaseModel):
    """A photo or signature: why it may be kept, who agreed, until when."""

    id: UUID
    kind: VisitFileKind
    ground: VisitGround
    agreed: Met
    keep_until: date
    erased_at: datetime | None


class VisitReportDocument(BaseModel):
    """What was found at one try."""

    id: UUID
    met: Met
    at: datetime
    by: str
    present: list[UUID]
    health: Living | None
    food: Living | None
    home: Living | None
    mood: Living | None
    changes: list[VisitChange]
    needs: list[VisitNeed]
    #: They let their needs be told to departments and agencies that can help.
    may_share: bool
    words: str | None
    files: list[VisitFileDocument]


class WholeVisitDocument(VisitDocument):
    """A visit with what was found there, newest first."""

    reports: list[VisitReportDocument]


class TallyDocument(BaseModel):
    """How many visits were owed, made, and made in vain; percent made, null where none was owed."""

    period: date
    owed: int
    done: int
    not_reached: int
    share: float | None


class CoverageRowDocument(BaseModel):
    """One division, the period that is asked for last."""

    division: str
    periods: list[TallyDocument]


class CoverageDocument(BaseModel):
    """How far the visits are."""

    level: VisitLevel
    #: Percent of the period that has passed.
    passed: float
    rows: list[CoverageRowDocument]
    totals: list[TallyDocument]


class AlertDocument(BaseModel):
    """A household that could not be reached twice in a row."""

    id: int
    household: int
    visit: int
    unit: str
    misses: int
    raised_at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None


class AlertPage(BaseModel):
    """Oldest first."""

    items: list[AlertDocument]
    next: str | None
