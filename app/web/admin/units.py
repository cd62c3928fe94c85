"""The units: the tree, and one unit with everything a change would touch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlmodel import func, select
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.admin import effects
from app.admin.absence import people_of
from app.admin.duty import duty_list, on_duty
from app.admin.effects import Effect
from app.admin.ledger import fresh
from app.admin.units import (
    KINDS,
    NewUnit,
    UnitActive,
    UnitAliases,
    UnitNames,
    UnitParent,
    add_unit,
    all_units,
    burden_of,
    burdens,
    check_moving,
    move_unit,
    rename_unit,
    set_active,
    set_aliases,
)
from app.language.names import Option, options, unit_names
from app.language.shown import in_shanghai
from app.language.words import UNIT_KINDS
from app.web.admin.saving import Asked, Held, Refusal, asks, form_of, saved
from app.web.forms import FormKind
from app.web.staff import blueprint, staff_page
from tickets.ground.categories import CategoryRow
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.ground.units import UnitRow, Units
from tickets.ground.words import UnitKind

units_pages = blueprint("admin_units", __name__)

ADD = FormKind(
    NewUnit,
    {
        "code": _("代码"),
        "name": _("名称"),
        "name_en": _("英文名称"),
        "kind": _("种类"),
        "parent": _("上级单位"),
        "aliases": _("别名"),
    },
)


@dataclass(frozen=True)
class Change:
    """One small form of a unit's page, and what it does."""

    kind: FormKind
    act: Callable[[Desk, UnitRow, Any], bool]


CHANGES = {
    "names": Change(
        FormKind(UnitNames, {"name": _("名称"), "name_en": _("英文名称")}),
        rename_unit,
    ),
    "aliases": Change(FormKind(UnitAliases, {"aliases": _("别名")}), set_aliases),
    "parent": Change(FormKind(UnitParent, {"parent": _("上级单位")}), move_unit),
    "active": Change(FormKind(UnitActive, {"active": _("使用")}), set_active),
}


@units_pages.get("/admin/units")
@staff_page(Role.ADMIN)
def tree() -> ResponseReturnValue:
    """The units as a tree: bureaus beside subdistricts, communities below."""
    return _tree()


def _add_again(refused: TicketError) -> ResponseReturnValue:
    return _tree(Refusal("add", refused))


@units_pages.post("/admin/units")
@staff_page(Role.ADMIN, again=_add_again)
def add() -> ResponseReturnValue:
    """Add a unit."""
    wanted: NewUnit = ADD.read(request.form)
    said = gettext("已新增单位：%(name)s", name=wanted.name)
    return saved(lambda: add_unit(g.desk, wanted), url_for("admin_units.show", code=wanted.code), said)


@units_pages.get("/admin/units/<code>")
@staff_page(Role.ADMIN)
def show(code: str) -> ResponseReturnValue:
    """One unit: its names, its place, its people, its duty list, and what hangs on it."""
    return _page(code)


def _change_again(refused: TicketError, code: str, change: str) -> ResponseReturnValue:
    return _page(code, Refusal(change, refused))


@units_pages.post("/admin/units/<code>/<change>")
@staff_page(Role.ADMIN, again=_change_again)
def change(code: str, change: str) -> ResponseReturnValue:
    """Change one thing about a unit."""
    desk: Desk = g.desk
    wanted = CHANGES.get(change) or abort(404)
    unit = fresh(desk, UnitRow, code) or abort(404)
    body = wanted.kind.read(request.form)
    if asks():
        return _page(code, Asked(change, _effects(desk, unit, body)))
    said = gettext("已保存：%(name)s", name=getattr(body, "name", unit.name))
    return saved(lambda: wanted.act(desk, unit, body), url_for("admin_units.show", code=code), said)


def _effects(desk: Desk, unit: UnitRow, body: Any) -> list[Effect]:
    """What one of the changes would touch; one that cannot be is refused as if it were made."""
    if isinstance(body, UnitParent):
        units = check_moving(desk, unit, body)
        return effects.of_unit_moved(desk.session, units, unit, body.parent)
    if isinstance(body, UnitNames):
        return effects.of_unit_named(desk.session, unit)
    if isinstance(body, UnitActive) and not body.active:
        return effects.of_unit_closed(desk.session, unit, desk.today())
    return []


def _tree(refused: Refusal | None = None) -> str:
    desk: Desk = g.desk
    units, held = all_units(desk.session), burdens(desk.session)
    below: dict[str | None, list[UnitRow]] = {}
    for unit in units:
        below.setdefault(unit.parent, []).append(unit)
    return render_template(
        "admin/units.html",
        form=form_of(ADD, "add", refused),
        below=below,
        bodies=[row for row in below.get(None, []) if row.kind != UnitKind.SUBDISTRICT],
        subdistricts=[row for row in below.get(None, []) if row.kind == UnitKind.SUBDISTRICT],
        total=sum(1 for _unit in units),
        held={code: burden_of(held, [code]) for code in held},
        kinds=[(kind, UNIT_KINDS[kind]) for kind in KINDS],
        parents=_parents(units, None),
        units=unit_names(units),
    )


def _page(code: str, refused: Held | None = None) -> str:
    desk: Desk = g.desk
    units = all_units(desk.session)
    unit = units.get(code) or abort(404)
    now, held, people = desk.now(), burdens(desk.session), people_of(desk.session, code)
    suggested = select(func.count()).select_from(CategoryRow).where(CategoryRow.unit_code == code)
    return render_template(
        "admin/unit.html",
        unit=unit,
        units=unit_names(units),
        forms=_forms(unit, refused),
        refused=refused.form if refused else "",
        asked=refused if isinstance(refused, Asked) else None,
        parents=_parents(units, unit),
        own=burden_of(held, [code]),
        whole=burden_of(held, list(units.at_or_below(code))),
        below=[row for row in units if row.parent == code],
        categories=desk.session.exec(suggested).one(),
        people=people,
        day=in_shanghai(now).date(),
        turns=duty_list(desk.session, [code]),
        on_duty=on_duty(desk.session, desk.vault, units, code, now),
    )


def _forms(unit: UnitRow, refused: Held | None) -> dict[str, Any]:
    typed = {
        "names": {"name": unit.name, "name_en": unit.name_en},
        "aliases": {"aliases": "、".join(unit.aliases)},
        "parent": {"parent": unit.parent or ""},
        "active": {"active": "" if unit.active else "true"},
    }
    return {
        name: form_of(one.kind, name, refused, typed=MultiDict(typed[name])) for name, one in CHANGES.items()
    }


def _parents(units: Units, unit: UnitRow | None) -> list[Option]:
    """Where a unit could stand: nowhere below itself, and nothing stands below the hotline."""

    def wanted(row: UnitRow) -> bool:
        below = unit is not None and units.is_at_or_below(row.code, unit.code)
        return row.kind != UnitKind.HOTLINE and row.kind != UnitKind.COMMUNITY and not below

    return [("", gettext("（没有上级，直接属于区）")), *options(units, wanted)]
