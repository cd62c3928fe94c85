"""Change the units: add, rename, move, close one; never a circle, and never one that still owes an answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session, col, select

from app.admin.fields import Code, LongName, Name, Names
from app.admin.ledger import change, one_at_a_time, write_house_fact
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, bad_field
from tickets.ground.units import UnitRow, Units
from tickets.ground.words import UnitKind
from tickets.intake.draft import Strict

#: Bodies that are places: their codes are division codes, and a matter's place is one of them.
PLACES = (UnitKind.SUBDISTRICT, UnitKind.COMMUNITY)
#: There is one hotline, from the first day.
KINDS = tuple(kind for kind in UnitKind if kind is not UnitKind.HOTLINE)


class UnitNames(Strict):
    """What a unit is called."""

    name: Name
    name_en: LongName


class NewUnit(UnitNames):
    """A unit to be."""

    code: Code
    kind: UnitKind
    parent: Code | None = None
    aliases: Names = ()


class UnitAliases(Strict):
    """Other names of a unit."""

    aliases: Names = ()


class UnitParent(Strict):
    """Where a unit stands."""

    parent: Code | None = None


class UnitActive(Strict):
    """Whether a unit works."""

    active: bool


@dataclass(frozen=True)
class Burden:
    """What hangs on a unit: a change touches all of it."""

    open_orders: int = 0
    accounts: int = 0


# Operations


def add_unit(desk: Desk, wanted: NewUnit) -> bool:
    """
    Add a unit.

    :raises FieldsRefused: its code or name is taken, or it cannot stand there.
    """
    units = units_now(desk)
    if units.get(wanted.code) is not None:
        raise bad_field("code", "taken", given=wanted.code)
    if wanted.kind not in KINDS:
        raise bad_field("kind", "one_hotline")
    if wanted.kind in PLACES and not (wanted.code.isdigit() and 6 <= len(wanted.code) <= 12):
        raise bad_field("code", "division_code")
    row = UnitRow(**wanted.model_dump(exclude={"aliases"}), aliases=[*wanted.aliases])
    _check_parent(units, row, wanted.parent)
    _check_name(units, row, wanted.name, wanted.parent)
    desk.add(row)
    write_house_fact(desk, "unit_added", row.code, {}, row.model_dump(exclude={"code", "active"}))
    return True


def rename_unit(desk: Desk, unit: UnitRow, names: UnitNames) -> bool:
    """
    Call *unit* otherwise, in both languages.

    :raises FieldsRefused: a unit beside it has that name.
    """
    _check_name(units_now(desk), unit, names.name, unit.parent)
    return change(desk, "unit_changed", unit.code, unit, names.model_dump())


def set_aliases(desk: Desk, unit: UnitRow, wanted: UnitAliases) -> bool:
    """Say which other names people use for *unit*."""
    return change(desk, "unit_changed", unit.code, unit, {"aliases": [*wanted.aliases]})


def move_unit(desk: Desk, unit: UnitRow, wanted: UnitParent) -> bool:
    """
    Put *unit* under another one, or on top.

    :raises FieldsRefused: it would stand under itself, or such a unit cannot stand there.
    :raises Refused: it is the hotline.
    """
    check_moving(desk, unit, wanted)
    return change(desk, "unit_changed", unit.code, unit, {"parent": wanted.parent})


def check_moving(desk: Desk, unit: UnitRow, wanted: UnitParent) -> Units:
    """
    Hold a place for *unit* against the rules, and give all units as they are now.

    :raises FieldsRefused: it would stand under itself, or such a unit cannot stand there.
    :raises Refused: it is the hotline.
    """
    units = units_now(desk)
    if unit.kind == UnitKind.HOTLINE:
        raise Refused("hotline_stays")
    _check_parent(units, unit, wanted.parent)
    _check_name(units, unit, unit.name, wanted.parent)
    return units


def set_active(desk: Desk, unit: UnitRow, wanted: UnitActive) -> bool:
    """
    Close *unit*, or let it work again.

    :raises Refused: it is the hotline, owes answers, has others at work below, or the one above is closed.
    """
    units = units_now(desk)
    if not wanted.active:
        _check_closing(desk, units, unit)
    elif (above := units.get(unit.parent)) is not None and not above.active:
        raise Refused("unit_above_closed", unit=above.code)
    return change(desk, "unit_changed", unit.code, unit, {"active": wanted.active})


def _check_closing(desk: Desk, units: Units, unit: UnitRow) -> None:
    if unit.kind == UnitKind.HOTLINE:
        raise Refused("hotline_stays")
    if orders := burden_of(burdens(desk.session), [unit.code]).open_orders:
        raise Refused("unit_holds_orders", unit=unit.code, orders=orders)
    below = [row for row in units if row.parent == unit.code and row.active]
    if below:
        raise Refused("units_below", unit=unit.code, count=len(below))


def _check_parent(units: Units, unit: UnitRow, parent: str | None) -> None:
    above = units.get(parent)
    if parent is not None and (above is None or not above.active or above.kind == UnitKind.HOTLINE):
        raise bad_field("parent", "unknown_unit", unit=parent)
    if parent is not None and units.is_at_or_below(parent, unit.code):
        raise bad_field("parent", "under_itself", unit=parent)
    if unit.kind == UnitKind.COMMUNITY and (above is None or above.kind != UnitKind.SUBDISTRICT):
        raise bad_field("parent", "needs_subdistrict")


def _check_name(units: Units, unit: UnitRow, name: str, parent: str | None) -> None:
    # Two villages of different subdistricts may have one name; beside each other they may not.
    if any(row.name == name and row.parent == parent and row.code != unit.code for row in units):
        raise bad_field("name", "name_taken", given=name)


# Questions


def units_now(desk: Desk) -> Units:
    """All units as they are now that nobody else is changing the house."""
    one_at_a_time(desk)
    return all_units(desk.session)


def all_units(session: Session) -> Units:
    """All units as the database has them; the rulebook's may be a few seconds old."""
    query = select(UnitRow).order_by(col(UnitRow.code)).execution_options(populate_existing=True)
    return Units(session.exec(query).all())


def burdens(session: Session) -> Mapping[str, Burden]:
    """What hangs on each unit itself, at the price of the open orders, however many were closed."""
    rows = session.connection().execute(
        text(
            "select unit, sum(orders)::int, sum(accounts)::int from ("
            " select unit, 1 as orders, 0 as accounts from unit_order where state in ('open', 'signed')"
            " union all select unit, 0, 1 from account where active"
            ") held group by unit"
        )
    )
    return {unit: Burden(orders, accounts) for unit, orders, accounts in rows}


def burden_of(held: Mapping[str, Burden], codes: list[str]) -> Burden:
    """What hangs on all units of *codes* together."""
    found = [held[code] for code in codes if code in held]
    return Burden(sum(one.open_orders for one in found), sum(one.accounts for one in found))
