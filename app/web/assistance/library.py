"""The policy library: searched by everybody, kept by the departments it belongs to."""

from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role, Viewer
from app.access.rules import RULES
from app.api.answers import cursor_of, read_cursor
from app.assistance.area import area_of
from app.assistance.policy_items import (
    NewPolicy,
    NoSuchPolicy,
    PolicyAmendment,
    PolicyWords,
    add_policy,
    amend_policy,
    confirm_policy,
    may_keep,
)
from app.language.assistance_words import (
    CARE_LEVELS,
    HOUSEHOLD_KINDS,
    POLICY_STANDINGS,
    POLICY_THEMES,
    TRAITS,
)
from app.language.names import category_name, options, unit_names
from app.reading import library as reading
from app.web.admin.saving import Refusal, form_of
from app.web.forms import Done, FormKind, Typed, once
from app.web.staff import blueprint, staff_page
from tickets.assistance.policy_items import LOOKED_BACK, PolicyItem, current_item, used_since, versions_of
from tickets.assistance.words import PolicyTheme
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.ground.words import UnitKind

library_pages = blueprint("library", __name__)

KEEPERS = tuple(role for role in Role if role in RULES.assistance["keep_policies"])
#: Items on one page.
MOST = 50

WORDS = {
    "title": _("名称"),
    "theme": _("类别"),
    "answer": _("答复口径（照着读给来电人）"),
    "conditions": _("条件"),
    "facts.kinds": _("家庭类别"),
    "facts.traits": _("成员情况"),
    "facts.care": _("自理能力"),
    "facts.age_from": _("最小年龄"),
    "facts.age_to": _("最大年龄"),
    "materials": _("材料"),
    "channel": _("怎么办理"),
    "office": _("办理单位"),
    "phone": _("咨询电话"),
    "valid_from": _("生效日"),
    "valid_to": _("到期日"),
    "source": _("依据文件和文号"),
    "link": _("文件网址"),
    "keywords": _("关键词"),
}
MANY = frozenset({"facts.kinds", "facts.traits", "facts.care"})
NEW = FormKind(NewPolicy, {"code": _("编号"), "owner": _("所属部门"), **WORDS}, many=MANY)
AMENDED = FormKind(PolicyAmendment, {**WORDS, "version": _("版本")}, many=MANY)


@library_pages.get("/policies")
@staff_page()
def show() -> ResponseReturnValue:
    """The library, what of it rings, and what it lacks."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    day = desk.today()
    q, department = (request.args.get(name, "").strip() for name in ("q", "department"))
    theme = next((one for one in PolicyTheme if one == request.args.get("theme")), None)
    cursor = request.args.get("before") or None
    rows = reading.found(
        desk.session,
        q=q,
        department=department.replace("\0", "") or None,
        theme=theme,
        before=read_cursor(cursor),
        limit=MOST,
    )
    asked = {"q": q, "department": department, "theme": theme or ""}
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    rings = reading.rings_for(desk.session, viewer, day)
    gaps = reading.gaps_for(desk, viewer)
    return render_template(
        "assistance/policies.html",
        rows=[(row, row.standing(day)) for row in rows[:MOST]],
        asked=asked,
        next_url=url_for("library.show", **kept, before=cursor_of(rows[MOST - 1].id or 0))
        if len(rows) > MOST
        else "",
        first_url=url_for("library.show", **kept) if cursor else "",
        ringing=[(row, row.standing(day)) for row in rings.items],
        count=rings.count,
        gaps=[(gap, category_name(desk.rules.categories, gap.category)) for gap in gaps],
        keeps=viewer.role in KEEPERS,
        departments=[("", gettext("全部部门")), *_departments(desk)],
        themes=[("", gettext("全部类别")), *POLICY_THEMES.items()],
        standings=POLICY_STANDINGS,
        theme_words=POLICY_THEMES,
        units=unit_names(desk.rules.units),
    )


def _new_again(refused: TicketError) -> ResponseReturnValue:
    return _form_page(None, Refusal("policy", refused))


@library_pages.get("/policies/new")
@staff_page(*KEEPERS)
def new() -> ResponseReturnValue:
    """An empty item, to fill in."""
    return _form_page(None)


@library_pages.post("/policies")
@staff_page(*KEEPERS, again=_new_again)
def add() -> ResponseReturnValue:
    """Add an item."""
    wanted: NewPolicy = NEW.read(request.form)

    def act() -> Done:
        made = add_policy(g.desk, g.viewer, wanted)
        said = gettext("已新增政策：%(name)s", name=made.title)
        return Done(url_for("library.read", code=made.code), said)

    return once(g.desk, g.viewer, act).response()


@library_pages.get("/policies/<code>")
@staff_page()
def read(code: str) -> ResponseReturnValue:
    """One item, and what it said before."""
    desk: Desk = g.desk
    versions = [] if "\0" in code else versions_of(desk.session, code)
    if not versions:
        raise NoSuchPolicy
    asked = request.args.get("version", "")
    item = next((row for row in versions if str(row.version) == asked), versions[0])
    day = desk.today()
    return render_template(
        "assistance/policy.html",
        item=item,
        standing=item.standing(day),
        facts=_facts_told(item),
        versions=versions,
        used=used_since(desk.session, code, desk.now() - LOOKED_BACK),
        keeps=may_keep(g.viewer, item.owner) and item is versions[0],
        visits=bool(area_of(desk.rules, g.viewer)),
        standings=POLICY_STANDINGS,
        theme_words=POLICY_THEMES,
        units=unit_names(desk.rules.units),
    )


def _amend_again(refused: TicketError, code: str) -> ResponseReturnValue:
    return _form_page(_item(code), Refusal("policy", refused))


@library_pages.get("/policies/<code>/amend")
@staff_page(*KEEPERS)
def edit(code: str) -> ResponseReturnValue:
    """One item, to amend."""
    return _form_page(_item(code))


@library_pages.post("/policies/<code>/amend")
@staff_page(*KEEPERS, again=_amend_again)
def amend(code: str) -> ResponseReturnValue:
    """Amend an item: a new version."""
    wanted: PolicyAmendment = AMENDED.read(request.form)

    def act() -> Done:
        made = amend_policy(g.desk, g.viewer, code, wanted)
        said = gettext("现在是第 %(version)s 版。", version=made.version)
        return Done(url_for("library.read", code=made.code), said)

    return once(g.desk, g.viewer, act).response()


@library_pages.post("/policies/<code>/confirm")
@staff_page(*KEEPERS)
def confirm(code: str) -> ResponseReturnValue:
    """Confirm that an item still holds unchanged."""

    def act() -> Done:
        made = confirm_policy(g.desk, g.viewer, code)
        return Done(url_for("library.show"), gettext("已确认不变：%(name)s", name=made.title))

    return once(g.desk, g.viewer, act).response()


def _item(code: str) -> PolicyItem:
    item = None if "\0" in code else current_item(g.desk.session, code)
    if item is None or not may_keep(g.viewer, item.owner):
        raise NoSuchPolicy
    return item


def _departments(desk: Desk) -> list[tuple[str, str]]:
    return options(desk.rules.units, lambda unit: unit.kind == UnitKind.BUREAU)


def _facts_told(item: PolicyItem) -> list[tuple[Any, str]]:
    """What of its conditions can be checked, in words."""
    facts = item.facts
    between = str(gettext("、"))
    listed = (("kinds", HOUSEHOLD_KINDS), ("traits", TRAITS), ("care", CARE_LEVELS))
    told = [
        (WORDS[f"facts.{name}"], between.join(str(words[code]) for code in facts[name]))
        for name, words in listed
        if facts.get(name)
    ]
    ages = [(WORDS[f"facts.{name}"], str(facts[name])) for name in ("age_from", "age_to") if name in facts]
    return [*told, *ages]


def _form_page(item: PolicyItem | None, refused: Refusal | None = None) -> str:
    desk: Desk = g.desk
    typed: Typed = _typed(item) if item else MultiDict({"valid_from": desk.today().isoformat()})
    form = form_of(AMENDED if item else NEW, "policy", refused, typed=typed)
    every = options(desk.rules.units, lambda unit: unit.kind != UnitKind.AGENCY)
    return render_template(
        "assistance/policy_form.html",
        item=item,
        form=form,
        themes=list(POLICY_THEMES.items()),
        offices=[("", "—"), *every],
        owners=_departments(desk) if g.viewer.role == Role.ADMIN else [],
        boxes={
            "facts.kinds": list(HOUSEHOLD_KINDS.items()),
            "facts.traits": list(TRAITS.items()),
            "facts.care": list(CARE_LEVELS.items()),
        },
    )


def _typed(item: PolicyItem) -> Typed:
    """What stands in the form of an item before anybody typed."""
    plain = item.model_dump(mode="json", include=set(PolicyWords.model_fields) - {"facts"})
    typed: Typed = MultiDict({"version": str(item.version)})
    for name, value in plain.items():
        lines = "、" if name == "keywords" else "\n"
        typed[name] = lines.join(value) if isinstance(value, list) else str(value or "")
    for name, value in item.facts.items():
        typed.setlist(
            f"facts.{name}", [str(one) for one in value] if isinstance(value, list) else [str(value)]
        )
    return typed
