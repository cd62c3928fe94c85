"""Payment sheets: read, tried out, brought in whole or not at all; and what was found settled by a person."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.admin.ledger import write_house_fact
from app.assistance.area import Area, area_of
from app.assistance.importing import values
from app.assistance.importing.columns import heads_of
from app.assistance.importing.values import NotRead
from app.assistance.payment_lists import OfMonth
from app.language.sentences import fields_of
from app.sheets import Fault, Heads, Table, read_sheet
from tickets.assistance.households import Benefit, Household, Member, first_of_month
from tickets.assistance.ledger import write_fact
from tickets.assistance.payments import (
    PaymentLine,
    PaymentSheet,
)
from tickets.assistance.words import Scheme
from tickets.ground.columns import new_id
from tickets.ground.desk import Desk
from tickets.ground.errors import BadField, bad_field
from tickets.intake.draft import IdNumber

#: Rows asked for, and households locked and written, at a time.
BATCH = 2000

T = TypeVar("T")

_ID = TypeAdapter(IdNumber)
#: Two sheets of one month and scheme come one after the other.
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:lock, 2))")


@dataclass(frozen=True)
class Paid:
    """One line of a sheet, read."""

    line: int
    id_number: str
    fen: int


@dataclass
class Taken:
    """What became of a sheet: with a fault anywhere nothing is written."""

    lines: int
    fen: int = 0
    households: int = 0
    #: Households for which another sum, or none, was known.
    changed: int = 0
    unknown: int = 0
    faults: list[Fault] = field(default_factory=list)
    unread: tuple[str, ...] = ()
    written: bool = False


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    left = iter(rows)
    while some := list(islice(left, BATCH)):
        yield some


def _heads_of(row: Sequence[str]) -> Heads | None:
    heads = heads_of(row)
    is_sheet = "amount" in heads.at and bool({"id_number", "head_id_number"} & heads.at.keys())
    return heads if is_sheet else None


def take_sheet(desk: Desk, viewer: Viewer, content: bytes, asked: OfMonth, *, dry_run: bool) -> Taken:
    """
    Bring in a payment sheet, or only try it out: all of it in one transaction, or nothing.

    Whose a line is is found by the blind index of the ID number. What a sheet says of a household stands in
    the place of what an earlier one of the month said; the benefits, which the figures count, follow.

    :raises FieldsRefused: it is no spreadsheet, has no heads, or its month lies ahead.
    """
    first = asked.first
    if first > desk.today():
        raise bad_field("month", "day_ahead")
    table = read_sheet(content, _heads_of, no_heads="no_payment_heads")
    desk.session.connection().execute(_LOCK, {"lock": f"payments|{first}|{asked.scheme}"})
    taken = Taken(len(table.rows), unread=table.heads.unread)
    paid = list(_read(table, first, taken.faults))
    taken.fen = sum(one.fen for one in paid)
    whose = _whose(desk, area_of(desk.rules, viewer, "keep_households"), [one.id_number for one in paid])
    sums = _sums(paid, whose)
    taken.households = len(sums)
    taken.unknown = sum(one.id_number not in whose for one in paid)
    before = _benefits(desk, list(sums), first, asked.scheme)
    news = {number: now for number, now in sums.items() if before.get(number) != now}
    taken.changed = len(news)
    if dry_run or taken.faults or not paid:
        return taken
    sheet = PaymentSheet(
        id=new_id(),
        month=first,
        scheme=asked.scheme,
        unit=viewer.unit,
        lines=taken.lines,
        fen=taken.fen,
        digest=hashlib.sha256(content).digest(),
        by=viewer.username,
        at=desk.now(),
    )
    _supersede(desk, sheet, list(sums))
    _write(desk, sheet, paid, whose)
    _put(desk, sheet, before, news)
    told = {"sheet": str(sheet.id), "lines": sheet.lines, "fen": sheet.fen, "sha256": sheet.digest.hex()}
    write_house_fact(desk, "payment_sheet_taken", f"{asked.month} {asked.scheme}", {}, told)
    taken.written = True
    return taken


def _read(table: Table, first: date, faults: list[Fault]) -> Iterator[Paid]:
    heads = table.heads
    for line, row in table.rows:

        def wrong(name: str, bad: BadField, line: int = line) -> None:
            faults.append(Fault(line, heads.called.get(name, name), bad))

        number = "id_number" if heads.value(row, "id_number") else "head_id_number"
        shown = number if number in heads.at else "id_number"
        written = heads.value(row, number)
        if not written:
            wrong(shown, BadField(shown, "missing", {}))
            continue
        at = shown
        try:
            who = _ID.validate_python(written)
            at = "amount"
            fen = values.fen(heads.value(row, at))
            at = "month"
            month = heads.value(row, at)
            if month and first_of_month(values.day(month)) != first:
                wrong(at, BadField(at, "other_month", {}))
                continue
        except ValidationError as unread:
            wrong(at, BadField(at, fields_of(unread)[0].code, {}))
        except NotRead as unread:
            wrong(at, BadField(at, unread.code, {}))
        else:
            yield Paid(line, who, fen)


def _whose(desk: Desk, area: Area, numbers: Sequence[str]) -> dict[str, tuple[int, UUID]]:
    """Household and member of each ID number that is, or was, on the register of *area*."""
    found: dict[str, tuple[int, UUID]] = {}
    for some in _batches(dict.fromkeys(numbers)):
        by_index = {index: one for one in some for index in desk.vault.indexes("id_number", one)}
        query = (
            select(Member.id_number_index, Member.household_id, Member.id)
            .join(Household, col(Household.id) == Member.household_id)
            .where(col(Member.id_number_index).in_(list(by_index)), area.condition())
            # Where they are now comes before where they were.
            .order_by(col(Member.left_on).desc().nulls_first(), col(Member.id))
        )
        for index, household, member in desk.session.exec(query):
            found.setdefault(by_index[bytes(index or b"")], (household, member))
    return found


def _sums(paid: Sequence[Paid], whose: dict[str, tuple[int, UUID]]) -> dict[int, tuple[int, int]]:
    """Fen and persons of each household, in the order of their numbers."""
    fen: Counter[int] = Counter()
    persons: defaultdict[int, set[UUID]] = defaultdict(set)
    for one in paid:
        if one.id_number in whose:
            household, member = whose[one.id_number]
            fen[household] += one.fen
            persons[household].add(member)
    return {number: (fen[number], len(persons[number])) for number in sorted(fen)}


def _benefits(
    desk: Desk, households: Sequence[int], first: date, scheme: Scheme
) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for some in _batches(households):
        query = select(Benefit.household_id, Benefit.fen, Benefit.persons).where(
            col(Benefit.household_id).in_(some), Benefit.month == first, Benefit.scheme == scheme
        )
        found |= {number: (fen, persons) for number, fen, persons in desk.session.exec(query)}
    return found


def _supersede(desk: Desk, sheet: PaymentSheet, households: Sequence[int]) -> None:
    """Earlier lines about these households, and this unit's about nobody, stand no more."""
    connection = desk.session.connection()
    earlier = (
        update(PaymentLine)
        .where(
            col(PaymentLine.month) == sheet.month,
            col(PaymentLine.scheme) == sheet.scheme,
            col(PaymentLine.stands),
        )
        .values(stands=False)
    )
    for some in _batches(households):
        connection.execute(earlier.where(col(PaymentLine.household_id).in_(some)))
    theirs = select(PaymentSheet.id).where(
        PaymentSheet.month == sheet.month,
        PaymentSheet.scheme == sheet.scheme,
        col(PaymentSheet.unit).is_not_distinct_from(sheet.unit),
    )
    connection.execute(
        earlier.where(col(PaymentLine.household_id).is_(None), col(PaymentLine.sheet_id).in_(theirs))
    )


def _write(desk: Desk, sheet: PaymentSheet, paid: Sequence[Paid], whose: dict[str, tuple[int, UUID]]) -> None:
    connection = desk.session.connection()
    connection.execute(insert(PaymentSheet).values(**sheet.model_dump()))
    of_all = {"sheet_id": sheet.id, "month": sheet.month, "scheme": sheet.scheme, "stands": True}
    for some in _batches(paid):
        rows = []
        for one in some:
            household, member = whose.get(one.id_number, (None, None))
            told = {"line": one.line, "household_id": household, "member_id": member, "fen": one.fen}
            rows.append({**of_all, **told})
        connection.execute(insert(PaymentLine), rows)


def _put(
    desk: Desk,
    sheet: PaymentSheet,
    before: dict[int, tuple[int, int]],
    news: dict[int, tuple[int, int]],
) -> None:
    """Let the benefits follow, with a fact for each household whose sum is another one now."""
    put = insert(Benefit)
    upsert = put.on_conflict_do_update(
        index_elements=["household_id", "month", "scheme"],
        set_={"fen": put.excluded.fen, "persons": put.excluded.persons},
    )
    for some in _batches(news):
        query = select(Household).where(col(Household.id).in_(some)).order_by(col(Household.id))
        rows = desk.session.exec(query.with_for_update()).all()
        for household in rows:
            fen, persons = news[household.id]
            was = before.get(household.id)
            told: dict[str, Any] = {
                "sheet": str(sheet.id),
                "month": sheet.month.isoformat(),
                "scheme": sheet.scheme,
                "before": {"fen": was[0], "persons": was[1]} if was else None,
                "after": {"fen": fen, "persons": persons},
            }
            household.version += 1
            write_fact(desk, household, "payment_taken", told, at=sheet.at)
        desk.clear()
        of_all = {"month": sheet.month, "scheme": sheet.scheme}
        desk.session.connection().execute(
            upsert,
            [{**of_all, "household_id": one, "fen": news[one][0], "persons": news[one][1]} for one in some],
        )
