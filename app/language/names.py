"""What units and places are called in the language of who reads, and which of them a form offers."""

from collections.abc import Callable

from babel import Locale
from flask_babel import get_locale

from app.access.accounts import Role
from app.language.i18n import LANGUAGES, language, speaking
from app.language.words import ROLES
from tickets.ground.categories import Categories
from tickets.ground.phones import is_mobile, national_phone
from tickets.ground.reasons import Reasons
from tickets.ground.units import UnitRow, Units
from tickets.ground.words import ReasonList, UnitKind

#: In which order a form offers them.
KINDS = (UnitKind.BUREAU, UnitKind.SUBDISTRICT, UnitKind.COMMUNITY, UnitKind.HOTLINE, UnitKind.AGENCY)

#: A code and the words for it.
Option = tuple[str, str]


def unit_names(units: Units) -> dict[str, str]:
    """Every unit's name by its code."""
    english = language() == "en"
    return {unit.code: unit.name_en if english else unit.name for unit in units}


def place_names(units: Units) -> dict[str, str]:
    """The same, a community with its subdistrict: two villages may have one name."""
    names = unit_names(units)
    return {
        unit.code: f"{names[unit.parent]} {names[unit.code]}"
        if unit.kind == UnitKind.COMMUNITY and unit.parent in names
        else names[unit.code]
        for unit in units
    }


def options(units: Units, wanted: Callable[[UnitRow], bool], *, always: str = "") -> list[Option]:
    """
    The *wanted* units that are active: bureaus, subdistricts, then communities by their subdistrict.

    *always* is offered in any case: it is what was chosen before the unit was closed.
    """
    names = place_names(units)
    found = [unit for unit in units if (unit.active and wanted(unit)) or unit.code == always]
    found.sort(key=lambda unit: (KINDS.index(UnitKind(unit.kind)), unit.code))
    return [(unit.code, names[unit.code]) for unit in found]


def divisions(units: Units) -> list[Option]:
    """Every subdistrict, each followed by its communities."""
    names = place_names(units)
    places = (UnitKind.SUBDISTRICT, UnitKind.COMMUNITY)
    found = sorted(unit.code for unit in units if unit.kind in places and unit.active)
    return [(code, names[code]) for code in found]


def category_name(categories: Categories, code: str | None) -> str:
    """A category with those above it: `民政 / 养老服务 / 老年助餐`; its code alone where nobody knows it."""
    english = language() == "en"
    path = [row.name_en if english else row.name for row in categories.path(code)]
    return " / ".join(path) or code or ""


def category_options(categories: Categories, *, always: str | None = None) -> list[Option]:
    """The categories that are offered, in the order of the tree, and *always*, which was chosen before."""
    found = [row.code for row in categories if categories.is_offered(row.code) or row.code == always]
    found = [*found, always] if always and always not in found else found
    return [(code, category_name(categories, code)) for code in found]


def reason_name(reasons: Reasons, name: ReasonList, code: str) -> str:
    """A reason of the closed list *name*, offered or not; its code alone where nobody knows it."""
    row = reasons.get(name, code)
    return (row.label_en if language() == "en" else row.label) if row else code


def reason_options(reasons: Reasons, name: ReasonList) -> list[tuple[str, str, str]]:
    """The reasons of the closed list *name* that are offered: code, words, and when it is the right one."""
    english = language() == "en"
    return [
        (row.code, row.label_en, row.hint_en) if english else (row.code, row.label, row.hint)
        for row in reasons.offered(name)
    ]


def roles_by_name() -> dict[str, Role]:
    """Roles by their codes and their names in every language we speak, in small letters without blanks."""
    found = {str(role): role for role in Role}
    for catalogue in LANGUAGES.values():
        with speaking(catalogue):
            found |= {"".join(str(ROLES[role]).casefold().split()): role for role in Role}
    return found


def weekday_names() -> list[str]:
    """The days of a week from Monday on, short."""
    days = (get_locale() or Locale("zh")).days["stand-alone"]["abbreviated"]
    return [days[number] for number in range(7)]


def spoken(phone: str) -> str:
    """A number as it is read aloud and dialled: `138 0000 0001`, `0871 6533 0000`."""
    if is_mobile(phone):
        number = phone.removeprefix("+86")
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    return national_phone(phone)
