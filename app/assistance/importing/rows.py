"""Rows of a register as households: each cell read, each fault named with its line and column."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from app.assistance.area import Area
from app.assistance.bodies import BenefitWords, HouseholdWords, MemberWords
from app.assistance.importing import values
from app.assistance.importing.values import NotRead
from app.language.sentences import fields_of
from app.sheets import Fault, Heads, Table
from tickets.assistance.households import first_of_month
from tickets.assistance.words import HouseholdKind, Kinship, Recheck
from tickets.ground.errors import BadField
from tickets.ground.units import Units
from tickets.ground.words import UnitKind
from tickets.intake.draft import Strict

Body = TypeVar("Body", bound=Strict)


@dataclass
class Group:
    """A household of the file: its own words, and everybody in it with the line they stand on."""

    line: int
    whole: HouseholdWords
    members: list[tuple[int, MemberWords]]
    benefit: BenefitWords | None = None
    #: What its first row has a word for; of the rest a new household gets the default, a known one nothing.
    said: frozenset[str] = frozenset()

    @property
    def head(self) -> MemberWords:
        """Its head: the first row."""
        return self.members[0][1]


@dataclass
class Read:
    """A file, read: its households, what is wrong with rows, columns nobody reads."""

    groups: list[Group] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reader:
    """What a file is read with: the units, whose households they may be, the day, a group for all rows."""

    units: Units
    area: Area
    today: date
    kind: HouseholdKind | None = None

    def read(self, table: Table) -> Read:
        """Read every row; a household with a fault in its head is left out with everybody in it."""
        found = Read(lines=len(table.rows), unread=table.heads.unread)
        places = places_of(self.units)
        seen: dict[str, int] = {}
        heads: dict[str, Group] = {}
        last: Group | None = None
        for line, row in table.rows:
            cells = Cells(table.heads, row, line, found.faults)
            member = cells.member()
            head_id = cells.text("head_id_number").upper()
            if member is None:
                last = None if cells.is_head else last
                continue
            if member.id_number in seen:
                cells.fault("id_number", "twice_in_sheet", first=seen[member.id_number])
                continue
            seen[member.id_number or ""] = line
            if member.kinship == Kinship.HEAD:
                last = self._group(cells, member, places)
                if last is not None:
                    found.groups.append(last)
                    heads[member.id_number or ""] = last
                continue
            group = heads.get(head_id) if head_id else last
            if group is None:
                cells.fault("kinship", "no_head_in_sheet")
            else:
                group.members.append((line, member))
        return found

    def _group(self, cells: "Cells", head: MemberWords, places: Mapping[str, str]) -> Group | None:
        division = cells.division(places, self.area)
        whole = cells.whole(division, self.kind, self.today) if division else None
        if whole is None:
            return None
        # The group for all rows was said, too.
        said = cells.said | ({"kind"} if self.kind else set())
        return Group(cells.line, whole, [(cells.line, head)], cells.benefit(whole.kind, self.today), said)


def places_of(units: Units) -> dict[str, str]:
    """Codes of places by code, name and aliases; a name that two places have needs its subdistrict."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for unit in units:
        if unit.kind not in (UnitKind.SUBDISTRICT, UnitKind.COMMUNITY) or not unit.active:
            continue
        above = units.get(unit.parent)
        for name in _called(unit.code, unit.name, unit.aliases):
            twice |= {name} if name in found else set()
            found[name] = unit.code
            for parent in _called(above.code, above.name, above.aliases) if above else ():
                found[f"{parent}/{name}"] = unit.code
    return {name: code for name, code in found.items() if name not in twice}


def _called(code: str, name: str, aliases: Iterable[str]) -> Iterator[str]:
    yield from (code, name, *aliases)
    for ending in ("街道", "社区", "村"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            yield name.removesuffix(ending)


@dataclass
class Cells:
    """One row, asked by field; what is wrong with it goes on the list."""

    heads: Heads
    row: Sequence[str]
    line: int
    faults: list[Fault]

    @property
    def is_head(self) -> bool:
        """Whether the row begins a household: it says so, or says nothing else."""
        said = self.text("kinship")
        return not said or any(word in said for word in ("户主", "本人", "申请人", "head"))

    def text(self, name: str) -> str:
        """What stands there."""
        return self.heads.value(self.row, name)

    @property
    def said(self) -> frozenset[str]:
        """The fields it has a word for."""
        return frozenset(name for name in self.heads.at if self.text(name))

    def fault(self, name: str, code: str, **params: Any) -> None:
        """Put on the list what is wrong; never what stands there, for that may be somebody's number."""
        self.faults.append(Fault(self.line, self.heads.called.get(name, name), BadField(name, code, params)))

    def division(self, places: Mapping[str, str], area: Area) -> str | None:
        """The code of the place the row names; None where there is none, or it is not of *area*."""
        community, subdistrict = self.text("division"), self.text("subdistrict")
        code = places.get(f"{subdistrict}/{community}") or places.get(community or subdistrict)
        if code is None:
            self.fault("division" if community else "subdistrict", "unknown_place")
        elif not area.has(code):
            self.fault("division" if community else "subdistrict", "division_not_yours")
            return None
        return code

    def member(self) -> MemberWords | None:
        """Who it is; None where a cell cannot be used."""
        own = self.text("id_number") or (self.text("head_id_number") if self.is_head else "")
        if not own:
            self.fault("id_number" if "id_number" in self.heads.at else "head_id_number", "missing")
            return None
        try:
            kinship = Kinship.HEAD
            if not self.is_head:
                kinship = values.one_of_words(self.text("kinship"), values.KINSHIPS, "unknown_kinship")
            care = self.text("care")
            level = values.one_of_words(care, values.CARE, "unknown_care") if care else None
        except NotRead as unread:
            self.fault("care" if unread.code == "unknown_care" else "kinship", unread.code)
            return None
        said = {
            "kinship": kinship,
            "name": self.text("name"),
            "id_number": own,
            "phone": self.text("phone") or None,
            "care": level,
            "traits": values.traits(
                *(self.text(name) for name in ("disability", "illness", "student", "unemployed"))
            ),
        }
        return self._made(MemberWords, said)

    def whole(self, division: str, kind: HouseholdKind | None, today: date) -> HouseholdWords | None:
        """What the row says of the household; None where a cell cannot be used."""
        at = "kind"
        try:
            if kind is None or self.text("kind"):
                kind = values.one_of_words(self.text("kind"), values.KINDS, "unknown_kind")
            at, started = "started_on", self.text("started_on")
            started_on = values.day(started) if started else first_of_month(today)
            at, cycle = "recheck", self.text("recheck")
            recheck = (
                values.one_of_words(cycle, values.RECHECKS, "unknown_recheck") if cycle else Recheck.YEARLY
            )
        except NotRead as unread:
            self.fault(at, unread.code)
            return None
        said = {
            "division": division,
            "kind": kind,
            "started_on": started_on,
            "recheck": recheck,
            "related": values.is_yes(self.text("related")),
            "address": self.text("address") or None,
        }
        return self._made(HouseholdWords, said)

    def benefit(self, kind: HouseholdKind, today: date) -> BenefitWords | None:
        """What is paid; None where the row says nothing of it, or it cannot be used."""
        written = self.text("amount")
        if not written or kind not in values.SCHEMES:
            return None
        at = "amount"
        try:
            fen = values.fen(written)
            at, month = "month", self.text("month")
            first = first_of_month(values.day(month) if month else today)
        except NotRead as unread:
            self.fault(at, unread.code)
            return None
        persons = self.text("persons")
        said = {"month": first, "scheme": values.SCHEMES[kind], "fen": fen}
        return self._made(BenefitWords, {**said, "persons": persons if persons.isdigit() else 1})

    def _made(self, body: type[Body], said: Mapping[str, Any]) -> Body | None:
        try:
            return body.model_validate(said)
        except ValidationError as wrong:
            for bad in fields_of(wrong):
                name = bad.field.partition(".")[0]
                called = self.heads.called.get(name, name)
                if name == "id_number" and "id_number" not in self.heads.called:
                    called = self.heads.called.get("head_id_number", name)
                self.faults.append(Fault(self.line, called, bad))
            return None
