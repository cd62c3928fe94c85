"""The duty list (值班表): who of a unit is called outside its hours, in which order, and who it is now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import ARRAY, Index, LargeBinary, SmallInteger, delete
from sqlmodel import Field as Stored
from sqlmodel import Session, col, select

from app.access.accounts import Role, Viewer
from app.admin.fields import Name, Phone
from app.admin.ledger import SECRET, one_at_a_time, write_house_fact
from app.reading.one_ticket import HOTLINE_ROLES
from tickets.ground.columns import Row, new_id
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.ground.refs import SHANGHAI
from tickets.ground.units import Units
from tickets.ground.vault import Place, Vault
from tickets.intake.draft import Strict

#: Whose lists somebody may read: everybody who sends matters out by night, and each unit its own.
READERS = (Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN, Role.HANDLER, Role.HEAD)

ONE_DAY = timedelta(days=1)


class DutyRow(Row, table=True):
    """One person's turn, again and again on some weekdays, or within some days."""

    __tablename__ = "duty"
    __table_args__ = (Index("duty_of_unit", "unit"),)

    id: UUID = Stored(default_factory=new_id, primary_key=True)
    unit: str = Stored(foreign_key="unit.code")
    name: str
    #: The work number, sealed in the vault.
    phone: bytes = Stored(sa_type=LargeBinary)
    #: 1 Monday to 7 Sunday: the days a turn begins on; none of them is every day.
    weekdays: list[int] = Stored(default_factory=list, sa_type=ARRAY(SmallInteger))
    begins: time
    #: Not after *begins*: it ends on the day after.
    ends: time
    #: First and last day a turn begins on; None has no such limit.
    from_day: date | None = None
    to_day: date | None = None
    #: Who is called first.
    position: int = 1

    def place(self) -> Place:
        """Where the number is sealed."""
        return Place("duty", "phone", str(self.id))


class Turn(Strict):
    """A row of the list, as somebody fills it in."""

    name: Name
    phone: Phone
    weekdays: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(max_length=7)] = ()
    begins: time
    ends: time
    from_day: date | None = None
    to_day: date | None = None
    position: Annotated[int, Field(ge=1, le=99)] = 1


@dataclass(frozen=True)
class Duty:
    """Somebody to call now."""

    unit: str
    name: str
    #: E.164; None for who may not read it.
    phone: str | None
    position: int
    #: When this turn is over.
    until: datetime


# Rules


def turn_at(row: DutyRow | Turn, at: datetime) -> datetime | None:
    """When the turn of *row* that covers the moment *at* is over; None where none does."""
    here = at.astimezone(SHANGHAI)
    # A turn that began yesterday may still run.
    for day in (here.date(), here.date() - ONE_DAY):
        begins, ends = _moments(row, day)
        if _begins_on(row, day) and begins <= here < ends:
            return ends
    return None


def _begins_on(row: DutyRow | Turn, day: date) -> bool:
    return (
        (not row.weekdays or day.isoweekday() in row.weekdays)
        and (row.from_day is None or row.from_day <= day)
        and (row.to_day is None or day <= row.to_day)
    )


def _moments(row: DutyRow | Turn, day: date) -> tuple[datetime, datetime]:
    last = day if row.ends > row.begins else day + ONE_DAY
    return datetime.combine(day, row.begins, SHANGHAI), datetime.combine(last, row.ends, SHANGHAI)


def responsible(units: Units, unit: str) -> list[str]:
    """*unit* and those above it, nearest first: where nobody of it is on duty, the unit above is called."""
    found: list[str] = []
    row = units.get(unit)
    while row is not None and row.code not in found:
        found.append(row.code)
        row = units.get(row.parent)
    return found


def on_duty_among(
    rows: Iterable[DutyRow], units: Units, unit: str, at: datetime
) -> list[tuple[DutyRow, datetime]]:
    """Those of *rows* to call for *unit* at the moment *at*, first one first, and when each turn is over."""
    known = list(rows)
    for code in responsible(units, unit):
        found = [(row, until) for row in known if row.unit == code and (until := turn_at(row, at))]
        if found:
            return sorted(found, key=lambda one: (one[0].position, one[0].name))
    return []


def may_read_number(viewer: Viewer, units: Units, unit: str) -> bool:
    """Whether *viewer* is shown the numbers of *unit*: the hotline, the unit, and those it stands in for."""
    return viewer.role in HOTLINE_ROLES or units.is_at_or_below(viewer.unit, unit)


def may_edit(viewer: Viewer, unit: str) -> bool:
    """Whether *viewer* keeps the list of *unit*: an administrator any, a head the own one."""
    return viewer.role == Role.ADMIN or (viewer.role == Role.HEAD and viewer.unit == unit)


# Operations


def add_turn(desk: Desk, unit: str, turn: Turn) -> bool:
    """
    Put *turn* on the list of *unit*.

    :raises FieldsRefused: its last day is before the first.
    """
    one_at_a_time(desk)
    _check_days(turn)
    row = DutyRow(unit=unit, phone=b"", **turn.model_dump(exclude={"phone", "weekdays"}))
    row.weekdays = sorted(set(turn.weekdays))
    row.phone = desk.vault.seal(turn.phone, row.place())
    desk.add(row)
    write_house_fact(desk, "duty_added", unit, {}, told(row))
    return True


def change_turn(desk: Desk, row: DutyRow, turn: Turn) -> bool:
    """
    Change *row*, read while nobody else changes the house, into *turn*; False where it already is.

    :raises FieldsRefused: its last day is before the first.
    """
    _check_days(turn)
    before, old_phone = told(row), desk.vault.open(row.phone, row.place())
    for name, value in turn.model_dump(exclude={"phone", "weekdays"}).items():
        setattr(row, name, value)
    row.weekdays = sorted(set(turn.weekdays))
    after = told(row)
    differ = {name for name in after if after[name] != before[name]}
    was, becomes = {name: before[name] for name in differ}, {name: after[name] for name in differ}
    if turn.phone != old_phone:
        row.phone = desk.vault.seal(turn.phone, row.place())
        becomes["phone"] = SECRET
    if not becomes:
        return False
    write_house_fact(desk, "duty_changed", row.unit, {"name": before["name"], **was}, becomes)
    return True


def remove_turn(desk: Desk, row: DutyRow) -> bool:
    """Take *row* off its list."""
    desk.session.connection().execute(delete(DutyRow).where(col(DutyRow.id) == row.id))
    write_house_fact(desk, "duty_removed", row.unit, told(row), {})
    return True


def _check_days(turn: Turn) -> None:
    if turn.from_day and turn.to_day and turn.to_day < turn.from_day:
        raise bad_field("to_day", "days_in_disorder")


def told(row: DutyRow) -> dict[str, object]:
    """What the ledger holds of a row: everything but the number."""
    names = ("name", "weekdays", "begins", "ends", "from_day", "to_day", "position")
    return {name: getattr(row, name) for name in names}


# Questions


def duty_list(session: Session, units: Sequence[str] | None) -> list[DutyRow]:
    """The rows of *units*, or of all where it is None, in the order of calling."""
    query = select(DutyRow)
    if units is not None:
        query = query.where(col(DutyRow.unit).in_(units))
    return list(session.exec(query.order_by(col(DutyRow.position), col(DutyRow.name), col(DutyRow.id))).all())


def on_duty(session: Session, vault: Vault, units: Units, unit: str, at: datetime) -> list[Duty]:
    """
    Who is to be called for *unit* at the moment *at*, first one first, with their numbers in clear.

    Where nobody of the unit has a turn it is those of the unit above. One query. Whether a viewer is shown
    the numbers is `may_read_number`'s to say.
    """
    rows = duty_list(session, responsible(units, unit))
    return [
        Duty(row.unit, row.name, vault.open(row.phone, row.place()), row.position, until)
        for row, until in on_duty_among(rows, units, unit, at)
    ]


def as_shown(viewer: Viewer, units: Units, found: Iterable[Duty]) -> list[Duty]:
    """Those of *found*, without the numbers *viewer* may not read."""
    return [one if may_read_number(viewer, units, one.unit) else replace(one, phone=None) for one in found]
