"""SLA policies and calendars: versioned rows that say how long a promise is, for which matters, and why."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import CheckConstraint, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from tickets.ground.categories import Categories
from tickets.ground.clock import ClockKind
from tickets.ground.columns import Moment, Row, one_of
from tickets.ground.phrases import PhraseRow
from tickets.ground.reasons import Reasons
from tickets.ground.units import Units
from tickets.ground.words import Channel, Kind, PetitionStage, Urgency
from tickets.ground.worktime.calendar import Calendar
from tickets.ground.worktime.units import RollRule, StartRule, Unit


class SlaPolicy(Row, table=True):
    """One promise for a group of matters. A change is a new version; old clocks keep the one they pinned."""

    __tablename__ = "sla_policy"
    __table_args__ = (
        PrimaryKeyConstraint("code", "clock", "version"),
        one_of("clock", ClockKind),
        one_of("unit", Unit),
        one_of("start_rule", StartRule),
        one_of("roll_rule", RollRule),
        # Hours end at a moment and working days on a working day: there is nothing to roll.
        CheckConstraint("roll_rule is null or unit in ('calendar_day', 'calendar_month')", name="unit_rolls"),
        one_of("kind", Kind),
        one_of("channel", Channel),
        one_of("urgency", Urgency),
        one_of("petition_stage", PetitionStage),
    )

    #: Name in the table of promises, as H-HLP.
    code: str
    version: int = 1
    clock: str
    #: What it applies to; None applies to all.
    urgency: str | None = None
    #: Only from this round on.
    from_round: int | None = None
    unit_code: str | None = None
    category: str | None = None
    channel: str | None = None
    petition_stage: str | None = None
    kind: str | None = None
    length: int
    unit: str
    start_rule: str
    #: What becomes of a last day on which nobody works; None where the unit never ends on one.
    roll_rule: str | None = None
    #: When to warn: this much before it is due, or after this share of it (percent).
    warn_length: int | None = None
    warn_unit: str | None = None
    warn_share: int | None = None
    #: Most days an extension may add, and who grants it.
    extension_cap: int = 0
    extension_by: str | None = None
    #: Days the unit's own head may grant; beyond them the supervisor decides.
    head_grants: int = 0
    #: The unit's head signs the answer before it leaves the unit.
    sign_off: bool = False
    #: Working days kept between our due and the one an outer platform set.
    buffer_days: int = 0
    #: What it stands still for, and for how many calendar days at most (None: no end): [{ground, most}].
    pauses: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    #: What is said when it comes near, breaks, stays broken; when; to whom. `ground/ladder.py` reads it.
    ladder: list[dict[str, Any]] = Field(
        default_factory=list,
        sa_type=JSONB,
        nullable=False,
        sa_column_kwargs={"server_default": text("'[]'")},
    )
    #: Law, article or local rule it rests on, and where that can be read.
    basis: str
    basis_url: str = ""
    valid_from: datetime | None = Field(
        default=None,
        nullable=False,
        sa_type=Moment,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )
    superseded_at: datetime | None = Field(default=None, sa_type=Moment)

    @property
    def roll(self) -> RollRule | None:
        """What becomes of a last day off, for the arithmetic."""
        return RollRule(self.roll_rule) if self.roll_rule else None

    def pauses_for(self, ground: str) -> bool:
        """Whether it stands still for *ground*."""
        return any(one["ground"] == ground for one in self.pauses)

    def longest_pause(self, ground: str) -> timedelta | None:
        """How long it may stand still for *ground* at most; None where the policy sets no end."""
        most = next((one["most"] for one in self.pauses if one["ground"] == ground), None)
        return None if most is None else timedelta(days=most)

    @property
    def rank(self) -> tuple[bool, bool, bool, int, bool, bool, bool]:
        """How specific it is, the weightiest ground first; the highest matching rank wins."""
        return (
            self.urgency is not None,
            self.from_round is not None,
            self.unit_code is not None,
            len(self.category or ""),
            self.channel is not None,
            self.petition_stage is not None,
            self.kind is not None,
        )


class CalendarVersion(Row, table=True):
    """One version of the working hours and holidays, as plain data that `worktime.calendar` compiles."""

    __tablename__ = "calendar_version"
    __table_args__ = (PrimaryKeyConstraint("code", "version"),)

    code: str = "default"
    version: int = 1
    data: dict[str, Any] = Field(sa_type=JSONB)
    basis: str
    valid_from: datetime | None = Field(
        default=None,
        nullable=False,
        sa_type=Moment,
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )
    superseded_at: datetime | None = Field(default=None, sa_type=Moment)


class Matched(Protocol):
    """What a policy asks of a ticket."""

    urgency: str
    round: int
    category: str | None
    channel: str
    kind: str
    petition: dict[str, Any] | None


@dataclass(frozen=True)
class Rulebook:
    """The policies, the calendar, the units and the house's lists in force, read together."""

    policies: tuple[SlaPolicy, ...]
    calendar: Calendar
    calendar_code: str
    calendar_version: int
    #: Earlier versions too, for clocks that pinned them.
    calendars: dict[tuple[str, int], Calendar]
    units: Units
    categories: Categories = field(default_factory=Categories)
    reasons: Reasons = field(default_factory=Reasons)
    phrases: tuple[PhraseRow, ...] = ()

    def policy_for(self, clock: ClockKind, matter: Matched, unit: str | None) -> SlaPolicy | None:
        """Pick the most specific policy of *clock* that covers *matter*; None where nothing is promised."""
        return max(
            (policy for policy in self.policies if policy.clock == clock and covers(policy, matter, unit)),
            key=lambda policy: policy.rank,
            default=None,
        )

    def signed_by_head(self, matter: Matched, unit: str | None) -> bool:
        """Whether answers to a matter of this sort are signed: what a further round changes is its time."""
        usual = [
            policy
            for policy in self.policies
            if policy.clock == ClockKind.HANDLE and policy.from_round is None and covers(policy, matter, unit)
        ]
        return bool(usual) and max(usual, key=lambda policy: policy.rank).sign_off

    def pinned(self, code: str, clock: str, version: int) -> SlaPolicy:
        """The version of a policy a clock was started under."""
        return next(p for p in self.policies if (p.code, p.clock, p.version) == (code, clock, version))


def covers(policy: SlaPolicy, matter: Matched, unit: str | None) -> bool:
    """Whether *policy* is in force and is about *matter* while *unit* has it."""
    return (
        policy.superseded_at is None
        and policy.urgency in (None, matter.urgency)
        and policy.unit_code in (None, unit)
        and policy.channel in (None, matter.channel)
        and policy.petition_stage in (None, (matter.petition or {}).get("stage"))
        and policy.kind in (None, matter.kind)
        and matter.round >= (policy.from_round or 1)
        and (matter.category or "").startswith(policy.category or "")
    )
