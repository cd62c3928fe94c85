"""A spreadsheet of people as rows about accounts: each fault is named with its line and column."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from app.access.accounts import Role
from app.admin.accounts import Person
from app.admin.fields import Code, Name
from app.language.sentences import fields_of
from app.sheets import Fault, Heads, Table, heads_among, read_sheet
from tickets.ground.errors import BadField
from tickets.ground.units import UnitRow, Units
from tickets.intake.draft import Strict

#: More people than a district's hotline has, and few enough for one transaction.
MOST_PEOPLE = 3_000

#: Field to what its column is called, without brackets and blanks.
NAMES: Mapping[str, tuple[str, ...]] = {
    "username": ("账号", "用户名", "登录名", "Username", "Account"),
    "display_name": ("显示名", "姓名", "名称", "Name", "Displayname", "Shownname"),
    "role": ("角色", "岗位", "职责", "Role"),
    "unit": ("单位", "所在单位", "部门", "单位代码", "Unit"),
    "person": ("本人", "本人账号", "Person"),
}
BY_NAME = {name: column for column, names in NAMES.items() for name in (column, *names)}


class PersonRow(Strict):
    """What a row says of somebody; None where its cell is empty."""

    username: Code
    display_name: Name | None = None
    role: Role | None = None
    unit: Code | None = None
    person: Person | None = None


@dataclass
class Read:
    """A file, read: its people, what is wrong with rows, columns nobody reads."""

    people: list[tuple[int, PersonRow]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0
    unread: tuple[str, ...] = ()
    #: What each column is called in the file, for faults found later.
    called: Mapping[str, str] = field(default_factory=dict)

    def fault(self, line: int, bad: BadField) -> None:
        """Put on the list what is wrong with a row."""
        self.faults.append(Fault(line, self.called.get(bad.field, bad.field), bad))


def read_people(content: bytes) -> Table:
    """
    Read a spreadsheet in which a row names the columns.

    :raises FieldsRefused: it is none, or no row of it does.
    """
    return read_sheet(content, _heads, no_heads="no_heads_of_accounts", most=MOST_PEOPLE)


def _heads(row: Sequence[str]) -> Heads | None:
    heads = heads_among(row, BY_NAME)
    # A list of changes may say no more than who it is about and one thing more.
    return heads if "username" in heads.at and len(heads.at) > 1 else None


def read_accounts(table: Table, units: Units, roles: Mapping[str, Role]) -> Read:
    """
    Read every row. Units are known by code, name and other names, *roles* by the names in small letters.

    Who is there already, and what is missing of who is not, is for whoever has the accounts.
    """
    found = Read(lines=len(table.rows), unread=table.heads.unread, called=table.heads.called)
    places = units_by_name(units)
    seen: dict[str, int] = {}
    for line, row in table.rows:
        said = {name: value for name in NAMES if (value := table.heads.value(row, name))}
        one = _person(found, line, said, places, roles)
        if one is None:
            continue
        if one.username in seen:
            found.fault(line, BadField("username", "username_twice", {"first": seen[one.username]}))
            continue
        seen[one.username] = line
        found.people.append((line, one))
    return found


def _person(
    found: Read, line: int, said: dict[str, str], places: Mapping[str, str], roles: Mapping[str, Role]
) -> PersonRow | None:
    wrong = []
    for name, known, code in (("role", roles, "unknown_role"), ("unit", places, "unit_not_found")):
        if name in said:
            meant = known.get(_plain(said[name]))
            wrong += [] if meant else [BadField(name, code)]
            said[name] = meant or ""
    try:
        one = PersonRow.model_validate({name: value for name, value in said.items() if value})
    except ValidationError as refused:
        one = None
        wrong += fields_of(refused)
    for bad in wrong:
        found.fault(line, bad)
    return None if wrong else one


def units_by_name(units: Units) -> dict[str, str]:
    """Codes of units at work by all their names; one that two of them have needs the unit above before it."""
    called = Counter(name for unit in units if unit.active for name in set(_names(unit)))
    found: dict[str, str] = {}
    for unit in units:
        if not unit.active:
            continue
        above = units.get(unit.parent)
        for name in _names(unit):
            if called[name] == 1:
                found[name] = unit.code
            for parent in _names(above) if above else ():
                found[f"{parent}{name}"] = unit.code
        found[_plain(unit.code)] = unit.code
    return found


def _names(unit: UnitRow) -> Iterator[str]:
    return (_plain(name) for name in (unit.code, unit.name, unit.name_en, *unit.aliases))


def _plain(written: str) -> str:
    """A name without what people write between the parts of it."""
    return "".join(sign for sign in written.casefold() if not sign.isspace() and sign not in "/／-－—")
