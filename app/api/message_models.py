"""What the API tells of all texts together: how they fare, what became of them, what they cost."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tickets.intake.draft import Strict

#: A day or a month.
Day = Annotated[str, Field(max_length=10)]


class PeriodQuery(Strict):
    """From which day or month to which, both included; this month where nothing is said."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")


class FatesDocument(BaseModel):
    """Texts of one day that went to one provider, by what became of them."""

    day: date
    #: None where none was asked.
    provider: str | None
    fates: dict[str, int]


class CostDocument(BaseModel):
    """What texts about one unit's tickets cost in a month; hotline where no unit had the matter."""

    #: YYYY-MM.
    month: str
    unit: str
    texts: int
    segments: int


class MessagesDocument(BaseModel):
    """What became of the texts of a period, as far as it is known now, and what they cost."""

    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    texts: int
    fates: dict[str, int]
    by_day: list[FatesDocument]
    costs: list[CostDocument]


class WaitingDocument(BaseModel):
    """Texts that wait for one reason."""

    #: None where they only wait for their turn.
    held_because: str | None
    sentence: str
    texts: int
    #: When the first of them is due.
    since: datetime
    #: Of them, those a provider was given and nothing was heard of.
    stuck: int
    #: Since when the oldest that should be gone is due.
    due: datetime | None


class HourDocument(BaseModel):
    """Texts of one hour that went to one provider, by what became of them."""

    hour: datetime
    provider: str | None
    fates: dict[str, int]


class BudgetDocument(BaseModel):
    """What a unit, the hotline or the whole district may spend a day, in segments."""

    whose: str
    segments_a_day: int
    spent_today: int


class AlarmDocument(BaseModel):
    """What rings: backlog, stuck, silence, refused or budget."""

    alarm: str
    #: A provider, or whose budget it is.
    about: str | None
    #: So many texts, or percent.
    figure: int
    since: datetime | None


class RungDocument(BaseModel):
    """Calls the house made in the last week that ended in one way."""

    #: A result as on a ticket's calls, or going_on.
    result: str
    sentence: str
    calls: int
    newest: datetime


class StandingDocument(BaseModel):
    """How texts fare now, and the calls the house makes where no text can go."""

    at: datetime
    #: How long the oldest that should be gone has waited; 0 where none does.
    queue_age_seconds: int
    waiting: list[WaitingDocument]
    #: The last 24 hours, newest first.
    hours: list[HourDocument]
    budgets: list[BudgetDocument]
    alarms: list[AlarmDocument]
    #: The last week, the most frequent first.
    calls: list[RungDocument]


class LostDocument(BaseModel):
    """Texts of one sort that did not arrive for one reason, and are not told otherwise."""

    template: str
    fate: str
    #: Our word for what went wrong; None where the provider gave no reason.
    trouble: str | None
    sentence: str
    texts: int
    newest: datetime


class LostPage(BaseModel):
    """All that did not arrive within a week."""

    items: list[LostDocument]
    next: str | None


class RepeatedDocument(BaseModel):
    """What came of it."""

    texts: int
    #: Their words cannot be opened, or their citizens take no texts any more.
    left_out: int
    #: There are more; ask again.
    is_more: bool


class BudgetPage(BaseModel):
    """All budgets."""

    items: list[BudgetDocument]
    next: str | None
