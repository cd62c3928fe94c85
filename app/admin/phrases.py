"""Common phrases (常用语): everybody's are the administrator's to change, a unit's its head's."""

from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.access.accounts import Role, Viewer
from app.admin.fields import Code, Name, PhraseText, Position
from app.admin.ledger import change, one_at_a_time, write_house_fact
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.ground.phrases import PhraseRow
from tickets.ground.policy import Rulebook
from tickets.ground.units import UnitRow
from tickets.intake.draft import Strict

#: Fields that show phrases below them, by form and field; `templates/components/phrases.html` is put there.
FIELDS = (
    "answer.text",
    "decline.text",
    "ask_citizen.text",
    "dispatch.note",
    "contact.note",
    "ask_return.text",
    "ask_extension.text",
    "ask_shelving.text",
    "ask_termination.text",
    "reply.text",
    "review.text",
    "call_back.note",
    "rework.text",
    "close.text",
)
OF_UNITS = (
    "contact.note",
    "ask_return.text",
    "ask_extension.text",
    "ask_shelving.text",
    "ask_termination.text",
    "reply.text",
)


class PhraseWords(Strict):
    """A phrase, as somebody fills it in."""

    field: Code
    label: Name
    text: PhraseText
    position: Position = 0
    active: bool = False
    #: Whose it is; a head's phrases are always the unit's.
    unit: Code | None = None


# Rules


def fields_for(viewer: Viewer) -> tuple[str, ...]:
    """The fields *viewer* may keep phrases for."""
    return FIELDS if viewer.role == Role.ADMIN else OF_UNITS


def may_change(viewer: Viewer, row: PhraseRow) -> bool:
    """Whether *viewer* may change this phrase: an administrator any, a head those of the own unit."""
    return viewer.role == Role.ADMIN or (viewer.role == Role.HEAD and row.unit == viewer.unit)


# Operations


def add_phrase(desk: Desk, wanted: PhraseWords, viewer: Viewer) -> bool:
    """
    Keep a new phrase.

    :raises FieldsRefused: no such field shows phrases to these people, or there is no such unit.
    """
    one_at_a_time(desk)
    row = PhraseRow(**_values(desk.session, wanted, viewer))
    desk.add(row)
    write_house_fact(desk, "phrase_added", row.field, {}, _told(row))
    return True


def change_phrase(desk: Desk, row: PhraseRow, wanted: PhraseWords, viewer: Viewer) -> bool:
    """
    Change a phrase.

    :raises FieldsRefused: no such field shows phrases to these people, or there is no such unit.
    """
    return change(desk, "phrase_changed", row.field, row, _values(desk.session, wanted, viewer))


def remove_phrase(desk: Desk, row: PhraseRow) -> bool:
    """Remove a phrase; what was written with it stays."""
    desk.session.connection().execute(delete(PhraseRow).where(col(PhraseRow.id) == row.id))
    write_house_fact(desk, "phrase_removed", row.field, _told(row), {})
    return True


def _values(session: Session, wanted: PhraseWords, viewer: Viewer) -> dict[str, Any]:
    values = wanted.model_dump()
    if wanted.field not in fields_for(viewer):
        raise bad_field("field", "not_in_list", expected="、".join(fields_for(viewer)))
    if viewer.role != Role.ADMIN:
        return {**values, "unit": viewer.unit}
    unit = session.get(UnitRow, wanted.unit, populate_existing=True) if wanted.unit else None
    if wanted.unit and (unit is None or not unit.active):
        raise bad_field("unit", "unknown_unit", unit=wanted.unit)
    return values


def _told(row: PhraseRow) -> dict[str, Any]:
    return row.model_dump(include={"unit", "label", "text", "position", "active"})


# Questions


def phrases_for(rules: Rulebook, field: str, unit: str | None) -> list[PhraseRow]:
    """The phrases to show under *field* to somebody of *unit*: the unit's own first, then everybody's."""
    found = [row for row in rules.phrases if row.field == field and row.unit in (None, unit)]
    return sorted(found, key=lambda row: row.unit is None)


def phrases_of(session: Session, viewer: Viewer) -> list[PhraseRow]:
    """The phrases *viewer* keeps, in the order they are shown."""
    query = select(PhraseRow)
    if viewer.role != Role.ADMIN:
        query = query.where(PhraseRow.unit == viewer.unit)
    order = (col(PhraseRow.field), col(PhraseRow.unit), col(PhraseRow.position), col(PhraseRow.label))
    return list(session.exec(query.order_by(*order)).all())
