"""Suggest kind, category and unit of a matter from words and earlier matters, each with its reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tickets.ground.categories import Categories
from tickets.ground.units import UnitRow, Units
from tickets.ground.words import Kind, UnitKind
from tickets.intake.alike import Near, subdistrict_of
from tickets.search import normal_text

#: Earlier matters that are asked, the likest ones.
ASKED = 10
#: As many are suggested of each.
MOST_SUGGESTED = 3
#: What words of the tables count beside earlier matters: one word may be chance, two are hardly.
BY_WORDS = 0.5
#: What a rule says, where no earlier matter says more.
BY_CATEGORY, BY_PLACE = 0.5, 0.25
#: A suggestion that is surer than this is said to be sure.
SURE = 0.5


@dataclass(frozen=True)
class Hints:
    """Words that tell what a matter is: by kind, and by code of a category."""

    kinds: Mapping[str, Sequence[str]] = field(default_factory=dict)
    categories: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Learnt:
    """What became of an earlier matter that is alike; None where it is not known yet."""

    near: Near
    kind: str | None = None
    category: str | None = None
    #: The lead unit whose answer stood, never one that gave it back.
    unit: str | None = None


@dataclass(frozen=True)
class Reason:
    """Why something is suggested: a code, and what its sentence needs."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Suggested:
    """One suggestion: how sure it is (0 to 1), and why."""

    value: str
    score: float
    reasons: tuple[Reason, ...]

    @property
    def is_sure(self) -> bool:
        """Whether it may be taken without a second look."""
        return self.score >= SURE


@dataclass(frozen=True)
class Suggestions:
    """What is suggested for a matter, the surest first."""

    kinds: tuple[Suggested, ...] = ()
    categories: tuple[Suggested, ...] = ()
    units: tuple[Suggested, ...] = ()


@dataclass(frozen=True)
class Matter:
    """What is known while somebody writes."""

    text: str
    division: str | None = None
    about_units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ground:
    """What suggestions stand on besides earlier matters."""

    units: Units
    categories: Categories
    hints: Hints


def suggest(matter: Matter, learnt: Sequence[Learnt], ground: Ground) -> Suggestions:
    """Suggest kind, category and unit for *matter*; what was *learnt* comes the likest first."""
    said = normal_text(matter.text)
    kinds = _by_both(said, learnt, "kind", ground.hints.kinds)
    offered = [one for one in kinds if one.value in set(Kind)]
    categories = [
        one
        for one in _by_both(said, learnt, "category", _words_of(ground))
        if ground.categories.is_offered(one.value)
    ]
    units = _units(matter, learnt, ground, categories[0].value if categories else None)
    return Suggestions(_first(offered), _first(categories), _first(units))


def _first(found: Iterable[Suggested]) -> tuple[Suggested, ...]:
    return tuple(sorted(found, key=lambda one: -one.score)[:MOST_SUGGESTED])


def _by_both(
    said: str, learnt: Sequence[Learnt], name: str, words: Mapping[str, Sequence[str]]
) -> list[Suggested]:
    """Suggest by earlier matters and by words; who is suggested by both is surer."""
    voted = _votes(learnt, name)
    hits = {value: [word for word in these if word in said] for value, these in words.items()}
    found = []
    for value in {*voted, *(value for value, hit in hits.items() if hit)}:
        share, reason = voted.get(value, (0.0, None))
        hit = hits.get(value, [])
        by_words = BY_WORDS * (1 - 0.5 ** sum(len(word) / 2 for word in hit))
        reasons = [
            *([reason] if reason else []),
            *([Reason("words", {"words": tuple(hit[:3])})] if hit else []),
        ]
        found.append(Suggested(value, round(1 - (1 - share) * (1 - by_words), 3), tuple(reasons)))
    return found


def _votes(learnt: Sequence[Learnt], name: str) -> dict[str, tuple[float, Reason]]:
    """For each value of *name*: its share, weighed by likeness, and how many of how many have it."""
    asked = [one for one in learnt if getattr(one, name)][:ASKED]
    # Few and far matters are no proof: what they lack to one near matter stays with nobody.
    whole = max(sum(_weight(one) for one in asked), 1.0)
    found: dict[str, tuple[float, Reason]] = {}
    for value in {getattr(one, name) for one in asked}:
        mine = [one for one in asked if getattr(one, name) == value]
        counted = {"alike": len(asked), "of_them": len(mine)}
        found[value] = (sum(_weight(one) for one in mine) / whole, Reason("alike", counted))
    return found


def _weight(one: Learnt) -> float:
    # What is twice as near says four times as much.
    return (2 * one.near.score) ** 2


def _words_of(ground: Ground) -> dict[str, list[str]]:
    """The words of each category that is offered: its hints, and those its name is made of."""
    return {
        row.code: list(dict.fromkeys((*ground.hints.categories.get(row.code, ()), *_parts(row.name))))
        for row in ground.categories
        if ground.categories.is_offered(row.code)
    }


def _parts(name: str) -> list[str]:
    parts = normal_text(name).replace("与", "、").replace("和", "、").split("、")
    return [part for part in parts if len(part) >= 2]


def _units(matter: Matter, learnt: Sequence[Learnt], ground: Ground, category: str | None) -> list[Suggested]:
    here = subdistrict_of(matter.division)
    same_place = [one for one in learnt if one.unit and one.near.same_place]
    # Who answers for one subdistrict need not answer for another: neighbours are asked first.
    asked, code = (same_place, "alike_here") if len(same_place) >= 2 else (learnt, "alike")
    found: dict[str, Suggested] = {
        value: Suggested(value, round(share, 3), (Reason(code, {**reason.params, "place": here}),))
        for value, (share, reason) in _votes(asked, "unit").items()
    }
    ways = [
        (ground.categories.unit_of(category), BY_CATEGORY, Reason("category_leads", {"category": category}))
    ]
    if here:
        ways.append((here, BY_PLACE, Reason("place", {"place": here})))
    for unit, score, reason in ways:
        if unit:
            found[unit] = _also(found.get(unit), unit, score, reason)
    return [one for one in found.values() if _may_lead(ground.units, one.value, matter.about_units)]


def _also(before: Suggested | None, unit: str, score: float, reason: Reason) -> Suggested:
    if before is None:
        return Suggested(unit, score, (reason,))
    return Suggested(unit, round(1 - (1 - before.score) * (1 - score), 3), (*before.reasons, reason))


def _may_lead(units: Units, code: str, about: Iterable[str]) -> bool:
    """Never a closed unit, the hotline, an agency, nor who is complained about or stands below."""
    row: UnitRow | None = units.get(code)
    leads = row is not None and row.active and row.kind not in (UnitKind.HOTLINE, UnitKind.AGENCY)
    return leads and not any(units.is_at_or_below(code, one) for one in about)
