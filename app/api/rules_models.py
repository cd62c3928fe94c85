"""What the API tells of the rules of the house: units, places, categories, promises, calendars."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from tickets.intake.draft import Strict


class UnitDocument(BaseModel):
    """A unit."""

    code: str
    name: str
    name_en: str
    kind: str
    parent: str | None


class DivisionDocument(BaseModel):
    """A subdistrict or community."""

    code: str
    name: str
    name_en: str
    parent: str | None


class CategoryDocument(BaseModel):
    """What a matter can be about, and who usually leads it."""

    code: str
    name: str
    name_en: str
    parent: str | None
    unit: str | None


class PauseRuleDocument(BaseModel):
    """A ground on which a promise stands still."""

    ground: str
    most: int | None


class StepDocument(BaseModel):
    """A step of the ladder: what is said, so many working days after the step before, and whom it tells."""

    step: str
    working_days: int
    tells: list[str]


class PolicyDocument(BaseModel):
    """A promise for a group of matters."""

    code: str
    clock: str
    version: int
    applies_to: dict[str, Any]
    length: int
    unit: str
    start_rule: str
    #: next_working_day or none: what becomes of a last day off; None where the unit never ends on one.
    roll_rule: str | None
    extension_cap: int
    extension_by: str | None
    #: Days of an extension the unit's own head may grant.
    head_grants: int
    #: The unit's head signs the answer.
    sign_off: bool
    #: Working days kept before the date an outer platform set.
    buffer_days: int
    #: What it stands still for, and for how many days at most.
    pauses: list[PauseRuleDocument]
    ladder: list[StepDocument]
    basis: str
    basis_url: str | None


class CalendarDocument(BaseModel):
    """A version of the working hours and holidays."""

    code: str
    version: int
    basis: str
    in_force: bool
    data: dict[str, Any]


class UnitPage(BaseModel):
    """All units."""

    items: list[UnitDocument]
    next: str | None


class DivisionsQuery(Strict):
    """Which divisions: by characters or by the first letters of syllables, and how many at most."""

    q: Annotated[str, Field(max_length=100)] | None = None
    #: All where it is not said: a district has a few hundred.
    limit: Annotated[int, Field(ge=1, le=200)] | None = None


class DivisionPage(BaseModel):
    """All divisions, or those that were found."""

    items: list[DivisionDocument]
    next: str | None


class CategoryPage(BaseModel):
    """All categories that are offered, in the order of the tree."""

    items: list[CategoryDocument]
    next: str | None


class PolicyPage(BaseModel):
    """All policies in force."""

    items: list[PolicyDocument]
    next: str | None


class CalendarPage(BaseModel):
    """All versions of the calendar."""

    items: list[CalendarDocument]
    next: str | None
