"""The promises in force, row by row; what somebody drafts of them, and what that would do."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.access.accounts import Role
from app.language.clock_words import LADDER, PAUSE_GROUNDS
from app.language.names import category_name, unit_names
from app.reading.simulation import chart_of, rows_of
from app.rulemaking import changing, policies
from app.rulemaking.changing import READERS
from app.rulemaking.policy_rows import PolicyRow, Rows
from app.rulemaking.rows import RuleKind
from app.web.admin.calendars import Handed, as_file, with_file
from app.web.admin.policy_form import CODES, KIND, NAMES, choices, typed_of
from app.web.admin.rule_changes import SHOWS, panel_of
from app.web.admin.saving import Refusal, form_of, taken
from app.web.forms import Done, FormKind
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError, bad_field

policies_page = blueprint("admin_policies", __name__)


IMPORT = FormKind(Handed, {"text": _("规则文件（TOML）"), "basis": _("依据")}, beside={"file": _("文件")})


@policies_page.get("/admin/policies")
@staff_page(*READERS)
def show() -> ResponseReturnValue:
    """The table in force, a change under way, and earlier ones."""
    return page()


@policies_page.get("/admin/policies.toml")
@staff_page(*READERS)
def export() -> ResponseReturnValue:
    """The table in force as a file; with `?draft` the one that is drafted."""
    rows = _base(g.desk) if "draft" in request.args else policies.rows_in_force(g.desk.rules.policies)
    return as_file(policies.to_toml(rows), "policies.toml")


@policies_page.get("/admin/policies/new")
@staff_page(Role.ADMIN)
def blank() -> ResponseReturnValue:
    """A row to be."""
    return _row_page(None)


@policies_page.get("/admin/policies/<code>/<clock>")
@staff_page(Role.ADMIN)
def edit(code: str, clock: str) -> ResponseReturnValue:
    """One row, to change."""
    return _row_page(_row(code, clock))


def _again_row(refused: TicketError, code: str = "", clock: str = "") -> ResponseReturnValue:
    return _row_page(_row(code, clock) if code else None, Refusal("row", refused))


@policies_page.post("/admin/policies/new")
@staff_page(Role.ADMIN, again=_again_row)
def add() -> ResponseReturnValue:
    """Draft one row more."""
    wanted = _wanted()
    rows = _base(g.desk)
    if any(row.key == wanted.key for row in rows):
        raise bad_field("code", "taken", given=wanted.code)
    return _drafted((*rows, wanted))


@policies_page.post("/admin/policies/<code>/<clock>")
@staff_page(Role.ADMIN, again=_again_row)
def change(code: str, clock: str) -> ResponseReturnValue:
    """Draft one row otherwise."""
    before, wanted = _row(code, clock), _wanted()
    rows = _base(g.desk)
    if wanted.key != before.key and any(row.key == wanted.key for row in rows):
        raise bad_field("code", "taken", given=wanted.code)
    return _drafted(tuple(wanted if row.key == before.key else row for row in rows))


@policies_page.post("/admin/policies/<code>/<clock>/remove")
@staff_page(Role.ADMIN, again=_again_row)
def remove(code: str, clock: str) -> ResponseReturnValue:
    """Draft the table without a row."""
    before = _row(code, clock)
    return _drafted(tuple(row for row in _base(g.desk) if row.key != before.key))


def _again_import(refused: TicketError) -> ResponseReturnValue:
    return page(Refusal("import", refused))


@policies_page.post("/admin/policies/import")
@staff_page(Role.ADMIN, again=_again_import)
def hand_in() -> ResponseReturnValue:
    """Take a whole table from a file as a draft."""
    handed: Handed = IMPORT.read(with_file(request.form))
    return _drafted(policies.of_toml(handed.text), handed.basis, handed.text)


def _wanted() -> PolicyRow:
    wanted: PolicyRow = KIND.read(request.form)
    desk: Desk = g.desk
    if wanted.unit_code and desk.rules.units.get(wanted.unit_code) is None:
        raise bad_field("unit_code", "unknown_unit", unit=wanted.unit_code)
    return PolicyRow.model_validate(wanted.model_dump())


def _drafted(rows: Rows, basis: str = "", source: str = "") -> ResponseReturnValue:
    def act() -> Done:
        data = policies.to_data(rows)
        changing.draft(g.desk, RuleKind.POLICIES, data, basis=basis, source=source)
        return Done(url_for("admin_policies.show"), gettext("已写入草稿。看过影响以后再提交批准。"))

    return taken(act).response()


def _base(desk: Desk) -> Rows:
    """What a change is made to: the draft under way, or the table in force."""
    under_way = changing.unfinished(desk.session, RuleKind.POLICIES)
    return policies.of_data(under_way.data) if under_way else policies.rows_in_force(desk.rules.policies)


def _row(code: str, clock: str) -> PolicyRow:
    return next((row for row in _base(g.desk) if row.key == (code, clock)), None) or abort(404)


def page(refused: Refusal | None = None) -> str:
    """The page, perhaps with a form that was refused."""
    desk: Desk = g.desk
    under_way = panel_of(desk, g.viewer, RuleKind.POLICIES, refused)
    in_force, change = policies.rows_in_force(desk.rules.policies), under_way["change"]
    would_be = policies.of_data(change.data) if change else in_force
    units, tree = unit_names(desk.rules.units), desk.rules.categories
    categories = {row.code: category_name(tree, row.code) for row in tree}
    codes = {**CODES, "unit_code": units, "category": categories}
    tried = rows_of(change.simulation, units) if change and change.simulation else []
    return render_template(
        "admin/policies.html",
        **under_way,
        units=units,
        categories=categories,
        policies=in_force,
        versions={(p.code, p.clock): p.version for p in desk.rules.policies if p.superseded_at is None},
        changed=[(one, _told(one, codes)) for one in policies.compare(in_force, would_be)],
        faults=policies.faults_of(would_be),
        tried=tried,
        chart=b64encode(chart_of(tried).encode()).decode() if tried else "",
        names=NAMES,
        codes=codes,
        imported=form_of(IMPORT, "import", refused),
    )


SHOWS[RuleKind.POLICIES] = page


def _told(one: policies.RowChange, codes: Mapping[str, Mapping[str, Any]]) -> list[tuple[Any, str, str]]:
    return [
        (NAMES[name], _in_words(name, before, codes), _in_words(name, after, codes))
        for name, before, after in one.values()
    ]


def _in_words(name: str, value: Any, codes: Mapping[str, Mapping[str, Any]]) -> str:
    if value in (None, "", []):
        return ""
    if name == "pauses":
        return str(gettext("、")).join(_pause_in_words(pause) for pause in value)
    if name == "ladder":
        return str(gettext("、")).join(_step_in_words(step) for step in value)
    if isinstance(value, bool):
        return str(gettext("是") if value else gettext("否"))
    return str(codes.get(name, {}).get(value, value))


def _step_in_words(step: Mapping[str, Any]) -> str:
    word = str(LADDER[step["step"]])
    days = step.get("working_days")
    return gettext("%(step)s（再过 %(days)s 个工作日）", step=word, days=days) if days else word


def _pause_in_words(pause: Mapping[str, Any]) -> str:
    ground = str(PAUSE_GROUNDS[pause["ground"]])
    return (
        gettext("%(ground)s（最多 %(days)s 天）", ground=ground, days=pause["most"])
        if pause.get("most")
        else ground
    )


def _row_page(row: PolicyRow | None, refused: Refusal | None = None) -> str:
    desk: Desk = g.desk
    return render_template(
        "admin/policy.html",
        row=row,
        form=form_of(KIND, "row", refused, typed=typed_of(row)),
        options=choices(desk),
        grounds=PAUSE_GROUNDS.items(),
    )
