"""The table of promises as data: rows that are read, checked, compared, written as TOML and put in force."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

import tomli_w
from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import func
from sqlmodel import Session, select

from app.access.accounts import Role
from app.admin.fields import Sentence
from app.language.sentences import fields_of
from tickets.clocks.table_checks import Fault, TableFault, check_table
from tickets.ground.clock import RUNGS, ClockKind, Notice
from tickets.ground.errors import FieldsRefused, Refused, bad_field
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

MOST_ROWS = 300
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


def rows_in_force(policies: Iterable[SlaPolicy]) -> Rows:
    """The table in force, in the order people look for a row."""
    return _ordered(row_of(policy) for policy in policies if policy.superseded_at is None)


def _ordered(rows: Iterable[PolicyRow]) -> Rows:
    clocks = list(ClockKind)
    return tuple(sorted(rows, key=lambda row: (clocks.index(row.clock), row.code)))


def to_data(rows: Iterable[PolicyRow]) -> dict[str, Any]:
    """What a change keeps of the table."""
    return {"policies": [row.plain() for row in _ordered(rows)]}


def of_data(data: Mapping[str, Any]) -> Rows:
    """
    Read what `to_data` gave, or a file.

    :raises FieldsRefused: names the row and the field, as `policies.3.length`.
    """
    given = data.get("policies")
    if not isinstance(given, list) or set(data) - {"policies"} or not given:
        raise bad_field("text", "not_a_table")
    if len(given) > MOST_ROWS:
        raise bad_field("text", "too_many_rows", most=MOST_ROWS)
    rows, wrong = [], []
    for number, one in enumerate(given, 1):
        try:
            rows.append(PolicyRow.model_validate(one))
        except ValidationError as found:
            wrong += fields_of(found, prefix=f"policies.{number}.")
    if wrong:
        raise FieldsRefused(*wrong)
    twice = next((row for row in rows if [one.key for one in rows].count(row.key) > 1), None)
    if twice is not None:
        raise bad_field("text", "row_twice", policy=twice.code, clock=twice.clock)
    return tuple(rows)


def to_toml(rows: Iterable[PolicyRow]) -> str:
    """The table as a file people can read, change and hand in again."""
    return tomli_w.dumps(to_data(rows))


def of_toml(text: str) -> Rows:
    """
    Read a file.

    :raises FieldsRefused: it is no TOML, no table, or a row has something wrong.
    """
    try:
        return of_data(tomllib.loads(text))
    except tomllib.TOMLDecodeError as wrong:
        raise bad_field("text", "not_toml", problem=str(wrong)) from None


@dataclass(frozen=True)
class RowChange:
    """A row that is new, gone, or says something else: each value before and after."""

    code: str
    clock: str
    before: PolicyRow | None
    after: PolicyRow | None

    def values(self) -> Iterator[tuple[str, Any, Any]]:
        """Name, before and after of each value that differs."""
        before, after = ({} if row is None else row.plain() for row in (self.before, self.after))
        for name in PolicyRow.model_fields:
            if before.get(name) != after.get(name):
                yield name, before.get(name), after.get(name)


def compare(before: Rows, after: Rows) -> list[RowChange]:
    """What the table *after* says that *before* did not, and the other way round."""
    old, new = ({row.key: row for row in rows} for rows in (before, after))
    keys = [row.key for row in _ordered((*before, *(row for row in after if row.key not in old)))]
    return [RowChange(*key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]


def faults_of(rows: Iterable[PolicyRow]) -> list[TableFault]:
    """What is wrong with the table as a whole."""
    return check_table(row.as_policy() for row in rows)


def check_whole(data: Mapping[str, Any]) -> None:
    """
    Let only a table through in which one row holds for every matter.

    :raises Refused: two rows are equally specific, or a matter has none.
    """
    faults = {fault.fault for fault in faults_of(of_data(data))}
    for fault in (Fault.AMBIGUOUS, Fault.GAP):
        if fault in faults:
            raise Refused(f"table_{fault}")


def as_if_in_force(policies: Iterable[SlaPolicy], rows: Rows) -> tuple[SlaPolicy, ...]:
    """The policies as a rulebook would have them if *rows* were the table, to try out; nothing is changed."""
    old = list(policies)
    wanted, newest = {row.key: row for row in rows}, _newest(old)
    kept = [one for one in old if one.superseded_at is None and wanted.get(_key(one)) == row_of(one)]
    gone = [
        SlaPolicy(**{**one.model_dump(), "superseded_at": datetime.max.replace(tzinfo=UTC)})
        if one.superseded_at is None
        else one
        for one in old
        if one not in kept
    ]
    known = {_key(one) for one in kept}
    new = [row.as_policy(version=newest.get(key, 0) + 1) for key, row in wanted.items() if key not in known]
    return (*kept, *gone, *new)


def put_in_force(session: Session, data: Mapping[str, Any]) -> int:
    """
    Make *data* the table from now on: a row that differs is a new version, one that is gone is superseded.

    Clocks keep the versions they pinned. How many rows changed.
    """
    wanted = {row.key: row for row in of_data(data)}
    rows = session.exec(select(SlaPolicy).execution_options(populate_existing=True)).all()
    newest = _newest(rows)
    changed = 0
    for policy in rows:
        if policy.superseded_at is None and wanted.get(_key(policy)) != row_of(policy):
            policy.superseded_at = session.exec(select(func.clock_timestamp())).one()
            changed += 1
    session.flush()
    in_force = {_key(policy) for policy in rows if policy.superseded_at is None}
    for key, row in wanted.items():
        if key not in in_force:
            session.add(row.as_policy(version=newest.get(key, 0) + 1))
            changed += 1
    session.flush()
    return changed


def _newest(rows: Sequence[SlaPolicy]) -> dict[tuple[str, str], int]:
    newest: dict[tuple[str, str], int] = {}
    for policy in rows:
        key = _key(policy)
        newest[key] = max(newest.get(key, 0), policy.version)
    return newest


def _key(policy: SlaPolicy) -> tuple[str, str]:
    return policy.code, policy.clock
