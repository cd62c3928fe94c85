"""The duty list: who is called now in every unit; one unit's list, edited by its head or administrators."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role, Viewer
from app.admin.duty import (
    READERS,
    DutyRow,
    Turn,
    add_turn,
    as_shown,
    change_turn,
    duty_list,
    may_edit,
    may_read_number,
    on_duty,
    on_duty_among,
    remove_turn,
)
from app.admin.effects import of_turn
from app.admin.ledger import fresh
from app.admin.units import all_units
from app.language.names import place_names, weekday_names
from app.reading.one_ticket import HOTLINE_ROLES
from app.web.admin.saving import Asked, Held, Refusal, asks, form_of, saved
from app.web.forms import Form, FormKind, Typed
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.ground.units import UnitRow

duty_pages = blueprint("duty", __name__)

EDITORS = (Role.ADMIN, Role.HEAD)

KIND = FormKind(
    Turn,
    {
        "name": _("姓名"),
        "phone": _("值班电话"),
        "weekdays": _("星期"),
        "begins": _("开始"),
        "ends": _("结束"),
        "from_day": _("从哪天"),
        "to_day": _("到哪天"),
        "position": _("呼叫顺序"),
    },
    many=frozenset({"weekdays"}),
)


@dataclass(frozen=True)
class Line:
    """One row of a list; its number only for who may read it."""

    row: DutyRow
    phone: str | None


@duty_pages.get("/duty")
@staff_page(*READERS)
def now() -> ResponseReturnValue:
    """The hotline sees who is on duty everywhere; a unit its own list."""
    if g.viewer.role not in HOTLINE_ROLES:
        return _page(g.viewer.unit)
    desk: Desk = g.desk
    units, at = all_units(desk.session), desk.now()
    turns = duty_list(desk.session, None)
    listed = sorted({row.unit for row in turns if (unit := units.get(row.unit)) and unit.active})
    found = [(code, on_duty_among(turns, units, code, at)) for code in listed]
    return render_template(
        "admin/duty_now.html",
        rows=[
            (code, [(row, desk.vault.open(row.phone, row.place()), until) for row, until in called])
            for code, called in found
        ],
        at=at,
        units=place_names(units),
        edits=g.viewer.role == Role.ADMIN,
    )


@duty_pages.get("/duty/<unit>")
@staff_page(*READERS)
def show(unit: str) -> ResponseReturnValue:
    """The list of one unit."""
    return _page(unit)


def _again(refused: TicketError, unit: str, turn: UUID | None = None) -> ResponseReturnValue:
    return _page(unit, turn, Refusal("turn", refused))


@duty_pages.post("/duty/<unit>")
@staff_page(*EDITORS, again=_again)
def add(unit: str) -> ResponseReturnValue:
    """Put somebody on the list."""
    desk: Desk = g.desk
    _editable(unit)
    turn: Turn = KIND.read(request.form)
    said = gettext("已排班：%(name)s", name=turn.name)
    return saved(lambda: add_turn(desk, unit, turn), url_for("duty.show", unit=unit), said)


@duty_pages.get("/duty/<unit>/<uuid:turn>")
@staff_page(*EDITORS)
def edit(unit: str, turn: UUID) -> ResponseReturnValue:
    """One row of the list, to change."""
    return _page(unit, turn)


@duty_pages.post("/duty/<unit>/<uuid:turn>")
@staff_page(*EDITORS, again=_again)
def change(unit: str, turn: UUID) -> ResponseReturnValue:
    """Change one row of the list."""
    row = _row(unit, turn)
    wanted: Turn = KIND.read(request.form)
    if asks():
        return _page(unit, turn, Asked("turn", of_turn(g.desk.session, unit, turn)))
    said = gettext("已排班：%(name)s", name=wanted.name)
    return saved(lambda: change_turn(g.desk, row, wanted), url_for("duty.show", unit=unit), said)


@duty_pages.post("/duty/<unit>/<uuid:turn>/remove")
@staff_page(*EDITORS, again=_again)
def remove(unit: str, turn: UUID) -> ResponseReturnValue:
    """Take somebody off the list."""
    # Looked for inside, so that a second click finds the answer of the first and not an empty place.
    return saved(
        lambda: remove_turn(g.desk, _row(unit, turn)),
        url_for("duty.show", unit=unit),
        gettext("已从值班表中去掉。"),
    )


def _row(unit: str, turn: UUID) -> DutyRow:
    _editable(unit)
    row = fresh(g.desk, DutyRow, turn)
    if row is None or row.unit != unit:
        abort(404)
    return row


def _editable(unit: str) -> None:
    # Not asked of the rulebook: the unit may have been added a second ago, at another process.
    if not may_edit(g.viewer, unit) or g.desk.session.get(UnitRow, unit) is None:
        abort(404)


def _page(code: str, turn: UUID | None = None, refused: Held | None = None) -> str:
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    units = all_units(desk.session)
    unit = units.get(code)
    if unit is None or not (viewer.role in HOTLINE_ROLES or viewer.unit == code):
        abort(404)
    rows = duty_list(desk.session, [code])
    reads = may_read_number(viewer, units, code)
    lines = [Line(row, desk.vault.open(row.phone, row.place()) if reads else None) for row in rows]
    chosen = next((line for line in lines if line.row.id == turn), None)
    if turn is not None and chosen is None:
        abort(404)
    return render_template(
        "admin/duty.html",
        unit=unit,
        units=place_names(units),
        lines=lines,
        chosen=chosen,
        asked=refused if isinstance(refused, Asked) else None,
        form=_form(chosen, refused) if may_edit(viewer, code) else None,
        on_duty=as_shown(viewer, units, on_duty(desk.session, desk.vault, units, code, desk.now())),
        weekdays=weekday_names(),
        is_unit=viewer.role not in HOTLINE_ROLES,
    )


def _form(chosen: Line | None, refused: Held | None) -> Form:
    if chosen is None:
        typed: Typed = MultiDict({"begins": "17:00", "ends": "09:00", "position": "1"})
        return form_of(KIND, "turn", refused, typed=typed)
    row = chosen.row
    typed = MultiDict(
        {
            "name": row.name,
            "phone": (chosen.phone or "").removeprefix("+86"),
            "begins": f"{row.begins:%H:%M}",
            "ends": f"{row.ends:%H:%M}",
            "from_day": row.from_day.isoformat() if row.from_day else "",
            "to_day": row.to_day.isoformat() if row.to_day else "",
            "position": str(row.position),
        }
    )
    typed.setlist("weekdays", [str(day) for day in row.weekdays])
    return form_of(KIND, "turn", refused, typed=typed)
