"""What the API tells of the statistics of social assistance."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from tickets.assistance.given import Team
from tickets.assistance.visit_words import VisitLevel
from tickets.assistance.words import HouseholdKind
from tickets.intake.draft import Strict

#: A month, or a day that stands for its month.
Month = Annotated[str, Field(max_length=10)]


class MonthsQuery(Strict):
    """
    From which month to which, both included: YYYY-MM or YYYY-MM-DD.

    Where nothing is said: up to the latest month that has figures, from January of that year.
    """

    from_: Month | None = Field(default=None, alias="from")
    to: Month | None = None


class GroupDocument(BaseModel):
    """A group of households: those there at the end, and how many came and left."""

    kind: HouseholdKind
    households: int
    persons: int
    started: int
    stopped: int


class TeamDocument(BaseModel):
    """A team that served: different persons (only told of one month), and person-times."""

    kind: Team
    team: str
    persons: int | None
    person_times: int


class VisitsDocument(BaseModel):
    """Visits of a level: owed, made, and those at which nobody was met yet; half-years as of the end."""

    level: VisitLevel
    owed: int
    done: int
    missed: int
    #: Percent made; null where none was owed.
    share: float | None


class PlaceVisitsDocument(VisitsDocument):
    """The same of one division."""

    division: str


class FiguresDocument(BaseModel):
    """Households and persons of 低保 and persons of 特困 as of the end; amounts in whole yuan."""

    households: int
    persons: int
    dibao_amount: int
    temporary_cases: int
    temporary_amount: int
    tekun_persons: int
    tekun_amount: int
    care_amount: int
    price_amount: int
    medical_person_times: int
    student_person_times: int
    groups: list[GroupDocument]
    teams: list[TeamDocument]
    visits: list[VisitsDocument]


class MonthFiguresDocument(FiguresDocument):
    """The figures of one month; those of a closed one never change."""

    month: str
    closed: bool


class AssistanceFiguresDocument(FiguresDocument):
    """The figures of all the months together, and of each by itself."""

    from_: str = Field(alias="from")
    to: str
    by_month: list[MonthFiguresDocument]
    visits_by_place: list[PlaceVisitsDocument]


class ClosedMonthDocument(BaseModel):
    """A month whose figures stand."""

    month: str
    closed_by: str
    closed_at: datetime
