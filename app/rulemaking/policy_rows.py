"""A row of the table of promises as people write it: which values there are, and which go together."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from app.access.accounts import Role
from app.admin.fields import Sentence
from tickets.ground.clock import RUNGS, ClockKind, Notice
from tickets.ground.policy import SlaPolicy
from tickets.ground.words import Channel, Kind, PauseGround, PetitionStage, Urgency
from tickets.ground.worktime.units import (
    CALENDAR_PERIODS,
    DAY_UNITS,
    ROLLING_UNITS,
    RollRule,
    StartRule,
    Unit,
)
from tickets.ground.worktime.warning import FOR_WARNING
from tickets.intake.draft import Code, Strict

#: Longer promises are slips of the pen: ten years in days.
LONGEST = 3660


def _http(url: str) -> str:
    if url and not url.startswith(("https://", "http://")):
        raise PydanticCustomError("bad_url", "not an address")
    return url


class PauseRow(Strict):
    """A ground on which the promise stands still, and for how many calendar days at most."""

    ground: PauseGround
    most: Annotated[int, Field(ge=1, le=LONGEST)] | None = None


class StepRow(Strict):
    """A step of the ladder: what is said, so many working days after the step before, and whom it tells."""

    step: Notice
    working_days: Annotated[int, Field(ge=1, le=365)] | None = None
    tells: Annotated[tuple[Role, ...], Field(min_length=1, max_length=len(Role))]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.step in RUNGS) != (self.working_days is not None):
            raise PydanticCustomError("step_days", "a later step has its days, an early one none")
        return self


class PolicyRow(Strict):
    """One promise, as it stands in a file or a form. The order of the fields is that of the file."""

    code: Code
    clock: ClockKind
    channel: Channel | None = None
    kind: Kind | None = None
    urgency: Urgency | None = None
    category: Code | None = None
    unit_code: Code | None = None
    petition_stage: PetitionStage | None = None
    from_round: Annotated[int, Field(ge=2, le=99)] | None = None
    length: Annotated[int, Field(ge=1, le=LONGEST)]
    unit: Unit
    start_rule: StartRule
    roll_rule: RollRule | None = None
    warn_length: Annotated[int, Field(ge=1, le=LONGEST)] | None = None
    warn_unit: Unit | None = None
    warn_share: Annotated[int, Field(ge=1, le=99)] | None = None
    extension_cap: Annotated[int, Field(ge=0, le=LONGEST)] = 0
    extension_by: Literal["unit_head"] | None = None
    head_grants: Annotated[int, Field(ge=0, le=LONGEST)] = 0
    sign_off: bool = False
    buffer_days: Annotated[int, Field(ge=0, le=60)] = 0
    pauses: Annotated[tuple[PauseRow, ...], Field(max_length=len(PauseGround))] = ()
    ladder: Annotated[tuple[StepRow, ...], Field(max_length=len(Notice))] = ()
    basis: Annotated[Sentence, Field(min_length=1)]
    basis_url: Annotated[Sentence, AfterValidator(_http)] = ""

    @model_validator(mode="before")
    @classmethod
    def _rolls_as_the_law_has_it(cls, given: Any) -> Any:
        """Fill in what a file of earlier days does not say: 民法典 第二百零三条."""
        if isinstance(given, dict) and given.get("unit") in ROLLING_UNITS and not given.get("roll_rule"):
            return {**given, "roll_rule": RollRule.NEXT_WORKING_DAY}
        return given

    @model_validator(mode="after")
    def _fits_the_unit(self) -> Self:
        if (self.roll_rule is None) == (self.unit in ROLLING_UNITS):
            raise PydanticCustomError("roll_rule_of_unit", "only calendar days and months end on a day off")
        if (self.start_rule is StartRule.EVENT) == (self.unit in DAY_UNITS):
            raise PydanticCustomError(
                "start_rule_of_unit", "days begin with the next day, hours with the event"
            )
        if self.pauses and self.unit in CALENDAR_PERIODS:
            raise PydanticCustomError("period_not_paused", "a period of the calendar is not put off")
        if self.extension_cap and self.unit not in DAY_UNITS:
            raise PydanticCustomError("hours_not_extended", "only days and months are extended")
        return self

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.warn_length is None) != (self.warn_unit is None) or (self.warn_length and self.warn_share):
            raise PydanticCustomError("one_warning", "a length with its unit, or a share")
        if self.warn_unit is not None and self.warn_unit not in FOR_WARNING:
            raise PydanticCustomError("warning_in_months", "a warning is given in days or hours")
        if self.head_grants > self.extension_cap:
            raise PydanticCustomError("head_over_cap", "the head grants no more than there is")
        if len({pause.ground for pause in self.pauses}) < len(self.pauses):
            raise PydanticCustomError("pause_twice", "a ground named twice")
        if [step.step for step in self.ladder] != [
            n for n in Notice if any(s.step == n for s in self.ladder)
        ]:
            raise PydanticCustomError("ladder_in_disorder", "each step once, in their order")
        return self

    @property
    def key(self) -> tuple[str, str]:
        """What names it."""
        return self.code, self.clock

    def plain(self) -> dict[str, Any]:
        """Plain JSON values, without what is not said."""
        return self.model_dump(mode="json", exclude_defaults=True, exclude_none=True)

    def as_policy(self, version: int = 1) -> SlaPolicy:
        """The row of the database."""
        values = self.model_dump(mode="json")
        values["ladder"] = [step.model_dump(mode="json", exclude_none=True) for step in self.ladder]
        return SlaPolicy(**values, version=version)


Rows = tuple[PolicyRow, ...]


def row_of(policy: SlaPolicy) -> PolicyRow:
    """*policy* as a row."""
    return PolicyRow.model_validate({name: getattr(policy, name) for name in PolicyRow.model_fields})
