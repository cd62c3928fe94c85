"""How names of places are typed quickly: by the first letters of their syllables, `azy` for 阿子营."""

from collections.abc import Iterable
from functools import lru_cache

from app.language.names import divisions
from tickets.ground.units import Units
from tickets.ground.words import UnitKind

#: The rank of a place that a word is nothing of.
NOT_MEANT = 9


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """The first letters of the syllables of *name*; other letters and digits stay."""
    from pypinyin import Style, lazy_pinyin  # its dictionary takes longest of all to read; few processes ask

    letters: Iterable[str] = lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default")
    return "".join(letters).lower()


def divisions_to_type(units: Units) -> list[tuple[str, str, str]]:
    """
    Every subdistrict and community: code, name, and the letters it is found by.

    A community is found by those of its subdistrict, too, which stand in front of its own.
    """
    return [(code, name, _letters(units, code)) for code, name in divisions(units)]


def _letters(units: Units, code: str) -> str:
    unit = units.get(code)
    if unit is None:
        return ""
    above = units.get(unit.parent) if unit.kind == UnitKind.COMMUNITY else None
    return " ".join(initials(one.name) for one in (above, unit) if one)


def divisions_found(units: Units, q: str) -> list[str]:
    """
    Codes of the places that *q* may mean, the likeliest first: every word of it is begun or contained.

    The rule of the operator's screen: `rank` in `operator.js` is it once more, as there every key is answered
    without asking the server. Change both.
    """
    parts = q.lower().split()
    if not parts:
        return []
    ranked = []
    for code, name, letters in divisions_to_type(units):
        ranks = [_rank(name.lower(), letters.split(" "), part) for part in parts]
        if NOT_MEANT not in ranks:
            ranked.append((sum(ranks), code))
    # Places of one rank stay in the order of the list.
    return [code for _rank_of_all, code in sorted(ranked, key=lambda one: one[0])]


def _rank(name: str, letters: list[str], part: str) -> int:
    own = name.split(" ")[-1]
    if own.startswith(part) or letters[-1].startswith(part):
        return 0
    if part in name:
        return 1
    return 2 if any(one.startswith(part) for one in letters) else NOT_MEANT
