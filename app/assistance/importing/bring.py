"""Bring the households of a file into the register, batch by batch; who is there is found by ID number."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from app.assistance.area import Area
from app.assistance.bodies import MemberWords, NewHousehold
from app.assistance.households import furnished
from app.assistance.importing.rows import Group, Read
from app.assistance.members import put_member, sealed_member
from app.sheets import Fault
from tickets.assistance.households import SEALED, Benefit, Household, Member, new_numbers, plain
from tickets.assistance.ledger import write_fact
from tickets.assistance.words import HouseholdState
from tickets.ground.desk import Desk
from tickets.ground.errors import BadField
from tickets.ground.refs import SHANGHAI

#: Households of one transaction: so much is locked at a time, and so much is lost when a machine falls over.
BATCH = 500

OpenDesk = Callable[[], AbstractContextManager[Desk]]
Progress = Callable[[int], None]


@dataclass
class Brought:
    """What became of a file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)


def bring(open_desk: OpenDesk, read: Read, area: Area, *, dry_run: bool, progress: Progress) -> Brought:
    """
    Bring what was *read* into the register, one transaction a batch; a dry run writes nothing.

    It may be broken off and run again: who is there is found by their ID number.
    """
    brought = Brought(faults=[*read.faults])
    for start in range(0, len(read.groups), BATCH):
        groups = read.groups[start : start + BATCH]
        with open_desk() as desk:
            _Batch(desk, area, brought, dry_run=dry_run).bring(groups)
        progress(len(groups))
    brought.faults.sort(key=lambda fault: fault.line)
    return brought


@dataclass
class _Batch:
    """One batch at one desk."""

    desk: Desk
    area: Area
    brought: Brought
    dry_run: bool
    known: dict[str, Member] = field(default_factory=dict)
    benefits: list[dict[str, Any]] = field(default_factory=list)
    paid: dict[tuple[int, date, str], tuple[int, int]] = field(default_factory=dict)

    def bring(self, groups: Sequence[Group]) -> None:
        at = self.desk.now()
        day = at.astimezone(SHANGHAI).date()
        self.known = self._known(groups)
        households = self._households()
        self.paid = self._paid(list(households), groups)
        fresh: list[Group] = []
        for group in groups:
            head = self.known.get(group.head.id_number or "")
            if head is None:
                fresh.append(group)
            elif (household := households[head.household_id]) and not self.area.has(household.division):
                self._fault(group.line, "id_number", "in_a_household")
            elif household.state == HouseholdState.ENDED:
                self._fault(group.line, "id_number", "household_has_ended")
            else:
                self._change(household, group, at, day)
        self._add([group for group in fresh if self._is_free(group)], at, day)
        if self.dry_run:
            return
        # Benefits refer to households, which must be there.
        self.desk.clear()
        if self.benefits:
            self._put_benefits()

    def _known(self, groups: Sequence[Group]) -> dict[str, Member]:
        """Members on the register with an ID number of the batch, by that number."""
        vault = self.desk.vault
        numbers = {one.id_number for group in groups for _line, one in group.members if one.id_number}
        by_index = {index: number for number in numbers for index in vault.indexes("id_number", number)}
        query = select(Member).where(
            col(Member.id_number_index).in_(list(by_index)), col(Member.left_on).is_(None)
        )
        rows = self.desk.session.exec(query).all()
        return {by_index[bytes(row.id_number_index or b"")]: row for row in rows}

    def _households(self) -> dict[int, Household]:
        ids = sorted({row.household_id for row in self.known.values()})
        if not ids:
            return {}
        query = select(Household).where(col(Household.id).in_(ids)).order_by(col(Household.id))
        return {row.id: row for row in self.desk.session.exec(query.with_for_update()).all()}

    def _paid(
        self, households: Sequence[int], groups: Sequence[Group]
    ) -> dict[tuple[int, date, str], tuple[int, int]]:
        months = {group.benefit.month for group in groups if group.benefit}
        query = select(Benefit).where(
            col(Benefit.household_id).in_(households), col(Benefit.month).in_(months)
        )
        rows = self.desk.session.exec(query).all() if households and months else []
        return {(row.household_id, row.month, row.scheme): (row.fen, row.persons) for row in rows}

    def _news(self, household: Household, group: Group) -> dict[str, Any] | None:
        """What the file says of a month, where another sum or nothing is known for it; as facts tell it."""
        one = group.benefit
        if one is None:
            return None
        was = self.paid.get((household.id, one.month, one.scheme))
        if was is not None and "persons" not in group.said:
            one = one.model_copy(update={"persons": was[1]})
        if was == (one.fen, one.persons):
            return None
        self.benefits.append({**one.model_dump(), "household_id": household.id})
        before = {"fen": was[0], "persons": was[1]} if was else None
        after = {"fen": one.fen, "persons": one.persons}
        return {"month": one.month.isoformat(), "scheme": one.scheme, "before": before, "after": after}

    def _is_free(self, group: Group) -> bool:
        """Nobody of a new household may be in another one."""
        taken = [line for line, one in group.members if (one.id_number or "") in self.known]
        for line in taken:
            self._fault(line, "id_number", "in_a_household")
        return not taken

    def _add(self, groups: Sequence[Group], at: datetime, day: date) -> None:
        self.brought.added += len(groups)
        if self.dry_run or not groups:
            return
        for number, group in zip(new_numbers(self.desk.session, len(groups)), groups, strict=True):
            said = NewHousehold.model_construct(
                **{**vars(group.whole), "members": tuple(one for _line, one in group.members)}
            )
            household, members = furnished(self.desk.vault, number, said, day, at)
            self.desk.add_all([household, *members])
            told = {**plain(household), "persons": len(members)}
            if paid := self._news(household, group):
                told["benefit"] = paid
            write_fact(self.desk, household, "imported", told, at=at)

    def _change(self, household: Household, group: Group, at: datetime, day: date) -> None:
        was = _told(household)
        changed = [*self._changed_whole(household, group), *self._changed_members(household, group, day)]
        paid = self._news(household, group)
        if paid:
            changed.append("benefit")
        if not changed:
            self.brought.unchanged += 1
            return
        self.brought.changed += 1
        if self.dry_run:
            return
        household.version += 1
        now = _told(household)
        differ = [name for name, value in now.items() if was[name] != value]
        told: dict[str, Any] = {
            "changed": sorted(set(changed)),
            "before": {name: was[name] for name in differ},
            "after": {name: now[name] for name in differ},
        }
        write_fact(self.desk, household, "imported", {**told, "benefit": paid} if paid else told, at=at)

    def _changed_whole(self, household: Household, group: Group) -> Iterator[str]:
        for name in ("division", "kind", "recheck", "related"):
            value = getattr(group.whole, name)
            if self._is_said(household, group, name) and getattr(household, name) != value:
                if not self.dry_run:
                    setattr(household, name, value)
                yield name
        address = group.whole.address
        vault = self.desk.vault
        was = vault.open(household.address, household.place()) if household.address else None
        if address and address != was:
            if not self.dry_run:
                household.address = vault.seal(address, household.place())
            yield "address"

    def _is_said(self, household: Household, group: Group, name: str) -> bool:
        """Whether the file has a word for it; a subdistrict alone says nothing of a community in it."""
        if name == "division" and name not in group.said:
            return not self.desk.rules.units.is_at_or_below(household.division, group.whole.division)
        return name in group.said

    def _changed_members(self, household: Household, group: Group, day: date) -> Iterator[str]:
        for line, wanted in group.members:
            row = self.known.get(wanted.id_number or "")
            if row is None:
                yield "members"
                if not self.dry_run:
                    self.desk.add(sealed_member(self.desk.vault, household.id, wanted, day))
                    household.persons += 1
            elif row.household_id != household.id:
                self._fault(line, "id_number", "in_a_household")
            elif self._differs(row, wanted):
                yield "members"
                if not self.dry_run:
                    put_member(self.desk.vault, row, _kept(self.desk, row, wanted))

    def _differs(self, row: Member, wanted: MemberWords) -> bool:
        vault = self.desk.vault
        said = [name for name in SEALED if getattr(wanted, name)]
        return (
            any(row.open(vault, name) != getattr(wanted, name) for name in said)
            or row.kinship != wanted.kinship
            or not set(wanted.traits) <= set(row.traits)
            or (wanted.care is not None and row.care != wanted.care)
        )

    def _put_benefits(self) -> None:
        put = insert(Benefit).values(self.benefits)
        told = {"fen": put.excluded.fen, "persons": put.excluded.persons}
        keys = ["household_id", "month", "scheme"]
        self.desk.session.connection().execute(put.on_conflict_do_update(index_elements=keys, set_=told))

    def _fault(self, line: int, column: str, code: str) -> None:
        self.brought.faults.append(Fault(line, column, BadField(column, code)))


def _told(household: Household) -> dict[str, Any]:
    return {**plain(household), "persons": household.persons}


def _kept(desk: Desk, row: Member, wanted: MemberWords) -> MemberWords:
    """What the file says, and where it says nothing, what is there."""
    phone = wanted.phone or row.open(desk.vault, "phone")
    traits = tuple(dict.fromkeys([*row.traits, *wanted.traits]))
    care = wanted.care or row.care
    lost = () if wanted.care is not None and wanted.care != row.care else tuple(row.lost)
    return wanted.model_copy(update={"phone": phone, "traits": traits, "care": care, "lost": lost})
