"""The demo's units: bureaus, subdistricts and their communities, read from `units.toml` beside this file."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from tickets.ground.units import UnitRow
from tickets.ground.words import UnitKind

#: The last three digits of a division code: from here on they name a village, below a neighbourhood.
FIRST_VILLAGE = 200


def demo_units() -> list[UnitRow]:
    """Make the rows of all units, each after the one it stands under."""
    written = tomllib.loads(files(__package__).joinpath("units.toml").read_text("utf-8"))
    bodies = [UnitRow(**body) for body in written["body"]]
    return bodies + [row for subdistrict in written["subdistrict"] for row in _subdistrict(subdistrict)]


def _subdistrict(written: dict[str, Any]) -> Iterator[UnitRow]:
    code, name = written["code"], f"{written['name']}街道"
    yield UnitRow(
        code=code,
        name=name,
        name_en=f"{written['name_en']} Subdistrict",
        kind=UnitKind.SUBDISTRICT,
        aliases=[f"{name}办", f"{name}办事处"],
    )
    for number, names in written["communities"].items():
        yield _community(code, number, *names.split())


def _community(parent: str, number: str, name: str, name_en: str) -> UnitRow:
    if int(number) >= FIRST_VILLAGE:
        full, sort, aliases = f"{name}村", "Village", [f"{name}村委会", f"{name}村民委员会"]
    else:
        full, sort, aliases = f"{name}社区", "Community", [f"{name}社区居委会", f"{name}居委会"]
    return UnitRow(
        code=parent + number,
        name=full,
        name_en=f"{name_en} {sort}",
        kind=UnitKind.COMMUNITY,
        parent=parent,
        aliases=aliases,
    )
