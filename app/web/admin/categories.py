"""The tree of categories: what it has, one more, and the words and lead of one."""

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.admin.categories import (
    CategoryWords,
    NewCategory,
    add_category,
    all_categories,
    change_category,
)
from app.admin.effects import of_category
from app.admin.ledger import fresh
from app.admin.units import all_units
from app.language.names import category_name, options, unit_names
from app.web.admin.saving import Asked, Held, Refusal, asks, form_of, saved
from app.web.forms import FormKind
from app.web.staff import blueprint, staff_page
from tickets.ground.categories import CategoryRow
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError

categories_pages = blueprint("admin_categories", __name__)

WORDS = {
    "name": _("名称"),
    "name_en": _("英文名称"),
    "unit_code": _("通常的主办单位"),
    "position": _("次序"),
    "active": _("在用：登记时可以选"),
}
CHECKS = frozenset({"active"})
CHANGE = FormKind(CategoryWords, WORDS, checks=CHECKS)
ADD = FormKind(NewCategory, {"code": _("代码"), "parent": _("上级分类"), **WORDS}, checks=CHECKS)


@categories_pages.get("/admin/categories")
@staff_page(Role.ADMIN)
def tree() -> ResponseReturnValue:
    """The tree, and a form for one more."""
    return _page()


def _again(refused: TicketError, code: str = "") -> ResponseReturnValue:
    return _page(code, Refusal("category", refused))


@categories_pages.post("/admin/categories")
@staff_page(Role.ADMIN, again=_again)
def add() -> ResponseReturnValue:
    """Add a category."""
    wanted: NewCategory = ADD.read(request.form)
    said = gettext("已新增分类：%(name)s", name=wanted.name)
    return saved(lambda: add_category(g.desk, wanted), url_for("admin_categories.tree"), said)


@categories_pages.get("/admin/categories/<code>")
@staff_page(Role.ADMIN)
def edit(code: str) -> ResponseReturnValue:
    """One category, to change."""
    return _page(code)


@categories_pages.post("/admin/categories/<code>")
@staff_page(Role.ADMIN, again=_again)
def change(code: str) -> ResponseReturnValue:
    """Change the words, the lead or the place of a category, or whether it is offered."""
    row = fresh(g.desk, CategoryRow, code) or abort(404)
    wanted: CategoryWords = CHANGE.read(request.form)
    if asks():
        touched = of_category(g.desk.session, all_categories(g.desk.session), row, active=wanted.active)
        return _page(code, Asked("category", touched))
    said = gettext("已保存：%(name)s", name=wanted.name)
    return saved(lambda: change_category(g.desk, row, wanted), url_for("admin_categories.tree"), said)


def _page(code: str = "", refused: Held | None = None) -> str:
    desk: Desk = g.desk
    categories, units = all_categories(desk.session), all_units(desk.session)
    chosen = categories.get(code)
    if code and chosen is None:
        abort(404)
    typed = MultiDict(_typed(chosen)) if chosen else MultiDict({"position": "0"})
    return render_template(
        "admin/categories.html",
        rows=[(row, len(categories.path(row.code)) - 1) for row in categories],
        chosen=chosen,
        asked=refused if isinstance(refused, Asked) else None,
        form=form_of(CHANGE if chosen else ADD, "category", refused, typed=typed),
        parents=[
            ("", gettext("（没有上级）")),
            *((row.code, category_name(categories, row.code)) for row in categories),
        ],
        leads=[
            ("", gettext("（随上级分类）")),
            *options(units, lambda unit: True, always=typed.get("unit_code", "")),
        ],
        units=unit_names(units),
    )


def _typed(row: CategoryRow) -> dict[str, str]:
    return {
        "name": row.name,
        "name_en": row.name_en,
        "unit_code": row.unit_code or "",
        "position": str(row.position),
    }
