"""May a household apply for a policy? Facts against conditions: a hint whom to visit, never a decision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, String, and_, literal, true
from sqlmodel import col, select

from tickets.assistance.households import Household, Member, age_on
from tickets.assistance.words import HouseholdState
from tickets.ground.worktime.months import plus_months


@dataclass(frozen=True)
class Facts:
    """What a policy asks of a household and of one member of it; what is empty is not asked."""

    kinds: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()
    care: frozenset[str] = frozenset()
    age_from: int | None = None
    age_to: int | None = None

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> "Facts":
        """As they stand in the row of an item."""
        lists = {name: frozenset(written.get(name, ())) for name in ("kinds", "traits", "care")}
        return cls(**lists, age_from=written.get("age_from"), age_to=written.get("age_to"))

    def __bool__(self) -> bool:
        """Whether anything is asked: of nothing no hint can be made."""
        return bool(self.kinds or self._asks_of_member)

    @property
    def _asks_of_member(self) -> bool:
        return bool(self.traits or self.care or self.age_from is not None or self.age_to is not None)


@dataclass(frozen=True)
class Reason:
    """Why a household may apply: its group, and what is so of one member."""

    kind: str | None = None
    traits: tuple[str, ...] = ()
    care: str | None = None
    age: int | None = None


def reason_for(facts: Facts, household: Household, members: Iterable[Member], today: date) -> Reason | None:
    """Why *household* may apply; None where it may not, as far as is known."""
    if not facts or household.state == HouseholdState.ENDED:
        return None
    if facts.kinds and household.kind not in facts.kinds:
        return None
    kind = household.kind if facts.kinds else None
    if not facts._asks_of_member:
        return Reason(kind)
    here = (member for member in members if member.left_on is None)
    return next((one for member in here if (one := _of_member(facts, member, today, kind))), None)


def _of_member(facts: Facts, member: Member, today: date, kind: str | None) -> Reason | None:
    traits = tuple(trait for trait in member.traits if trait in facts.traits)
    asks_age = facts.age_from is not None or facts.age_to is not None
    age = age_on(member.born_in, today) if member.born_in else None
    fits = (
        (not facts.traits or bool(traits))
        and (not facts.care or member.care in facts.care)
        and (not asks_age or _in_span(facts, age))
    )
    care = member.care if facts.care else None
    return Reason(kind, traits, care, age if asks_age else None) if fits else None


def _in_span(facts: Facts, age: int | None) -> bool:
    return age is not None and (facts.age_from or 0) <= age <= (
        facts.age_to if facts.age_to is not None else age
    )


def may_apply(facts: Facts, today: date) -> ColumnElement[bool]:
    """The same as a condition for a list of households: those that may apply, as far as is known."""
    asked = [col(Household.state) != HouseholdState.ENDED]
    if facts.kinds:
        asked.append(col(Household.kind).in_(sorted(facts.kinds)))
    if facts._asks_of_member:
        asked.append(_has_member(facts, today))
    return and_(true(), *asked)


def _has_member(facts: Facts, today: date) -> ColumnElement[bool]:
    asked: list[ColumnElement[bool]] = [
        col(Member.household_id) == col(Household.id),
        col(Member.left_on).is_(None),
    ]
    if facts.traits:
        asked.append(col(Member.traits).bool_op("&&")(literal(sorted(facts.traits), ARRAY(String))))
    if facts.care:
        asked.append(col(Member.care).in_(sorted(facts.care)))
    if facts.age_from is not None:
        asked.append(col(Member.born_in) <= plus_months(today, -12 * facts.age_from))
    if facts.age_to is not None:
        asked.append(col(Member.born_in) > plus_months(today, -12 * (facts.age_to + 1)))
    return select(Member.id).where(*asked).exists()
