"""How names of places are typed quickly: by the first letters of their syllables, `azy` for 阿子营."""

from collections.abc import Iterable
from functools import lru_cache

from app.language.names import divisions
from tickets.ground.units import Units
from tickets.ground.words import UnitKind


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
