"""Who tries every door: each role, the units around the tickets, and people recused from some."""

from dataclasses import dataclass

from app.wiring import House
from tests.makers import COMMUNITY, JOINT, LEAD, newcomer

#: What the tables call a unit, and which of the demo's units it is. The community lies below the subdistrict
#: `joint`; nobody gave anything to `other`.
UNITS = {
    "lead": LEAD,
    "joint": JOINT,
    "community": COMMUNITY,
    "other": "housing",
    "office": "petition-office",
}
HOTLINE = ("operator", "dispatcher", "reviewer", "caller", "supervisor", "auditor", "admin")


@dataclass(frozen=True)
class Person:
    """Somebody of the staff."""

    name: str
    username: str
    role: str
    #: What the tables call their unit; empty for the hotline's own people.
    unit: str = ""
    #: They are recused from the tickets that recuse anybody.
    recused: bool = False


def names() -> list[str]:
    """Everybody, by the name the tests give them."""
    units = [f"{role} of {unit}" for unit in UNITS for role in ("handler", "head")]
    return [*HOTLINE, "second operator", "second caller", *units, *RECUSED]


#: One of each role that could otherwise have to do with a ticket, and the unit they work in.
RECUSED = {
    "recused operator": ("operator", ""),
    "recused dispatcher": ("dispatcher", ""),
    "recused reviewer": ("reviewer", ""),
    "recused supervisor": ("supervisor", ""),
    "recused auditor": ("auditor", ""),
    "recused handler": ("handler", "lead"),
    "recused head": ("head", "lead"),
}


def people(house: House) -> dict[str, Person]:
    """The demo's people, a second one of some, and those who are recused."""
    found = {role: Person(role, role, role) for role in HOTLINE}
    for name, role in (("second operator", "operator"), ("second caller", "caller")):
        found[name] = Person(name, newcomer(house, role, "hotline"), role)
    for unit, code in UNITS.items():
        for role in ("handler", "head"):
            name = f"{role} of {unit}"
            found[name] = Person(name, f"{role}@{code}", role, unit)
    for name, (role, unit) in RECUSED.items():
        username = newcomer(house, role, UNITS[unit] if unit else "hotline")
        found[name] = Person(name, username, role, unit, recused=True)
    return found
