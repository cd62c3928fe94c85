"""The promises in force, row by row; what somebody drafts of them, and what that would do."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from pydantic import model_validator
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.language.names import category_name, options, unit_names
from app.language.words import (
    CHANNELS,
    CLOCKS,
    KINDS,
    LADDER,
    PAUSE_GROUNDS,
    PETITION_STAGES,
    ROLL_RULES,
    START_RULES,
    UNITS_OF_TIME,
    URGENCIES,
    Words,
)
from app.reading.simulation import chart_of, rows_of
from app.rulemaking import changing, policies
from app.rulemaking.changing import READERS
from app.rulemaking.policies import PolicyRow
from app.rulemaking.rows import RuleKind
from app.web.admin.calendars import Handed, as_file, with_file
from app.web.admin.rule_changes import SHOWS, panel_of
from app.web.admin.saving import Refusal, form_of, taken
from app.web.forms import Done, FormKind
from app.web.staff import blueprint, staff_page
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError, bad_field
from tickets.ground.ladder import USUAL
from tickets.ground.words import PauseGround
from tickets.ground.worktime.units import ROLLING_UNITS, RollRule, Unit
from tickets.ground.worktime.warning import FOR_WARNING

policies_page = blueprint("admin_policies", __name__)

NAMES = Words(
    code=_("规则代码"),
    clock=_("时限"),
    channel=_("渠道"),
    kind=_("类型"),
    urgency=_("紧急程度"),
    category=_("分类"),
    unit_code=_("承办单位"),
    petition_stage=_("信访环节"),
    from_round=_("从第几轮起"),
    length=_("长度"),
    unit=_("单位（时间）"),
    start_rule=_("怎样起算"),
    roll_rule=_("最后一天不上班时"),
    warn_length=_("提前多少提醒"),
    warn_unit=_("提醒的时间单位"),
    warn_share=_("或用掉百分之几时提醒"),
    extension_cap=_("最多延期几天"),
    extension_by=_("谁批延期"),
    head_grants=_("其中负责人可批几天"),
    sign_off=_("答复要单位负责人签发"),
    buffer_days=_("比上级平台期限提前几个工作日"),
    pauses=_("可以暂停的原因"),
    ladder=_("督办阶梯"),
    basis=_("依据"),
    basis_url=_("依据的网址"),
)

#: Values that are codes, and what says them in words.
CODES: Mapping[str, Mapping[str, Any]] = {
    "clock": CLOCKS,
    "channel": CHANNELS,
    "kind": KINDS,
    "urgency": URGENCIES,
    "petition_stage": PETITION_STAGES,
    "unit": UNITS_OF_TIME,
    "warn_unit": UNITS_OF_TIME,
    "start_rule": START_RULES,
    "roll_rule": ROLL_RULES,
    "extension_by": {"unit_head": _("单位负责人")},
}


class PolicyForm(PolicyRow):
    """A row as a form sends it: each ground of a pause is a box, with its days beside."""

    @model_validator(mode="before")
    @classmethod
    def _from_boxes(cls, given: Any) -> Any:
        if not isinstance(given, dict) or "pauses" in given:
            return given
        values = dict(given)
        paused, most = values.pop("paused", []), values.pop("most", {})
        values["pauses"] = [{"ground": ground, "most": most.get(ground)} for ground in paused]
        after = {name: values.pop(f"{name}_after", None) for name in ("urged", "listed")}
        values["ladder"] = [
            {**step, "working_days": after[step["step"]]} if step["step"] in after else step
            for step in USUAL
            if any(after.values()) and (step["step"] not in after or after[step["step"]])
        ]
        if values.get("unit") not in ROLLING_UNITS and values.get("roll_rule") == RollRule.NEXT_WORKING_DAY:
            # What stood there for days, before somebody chose hours.
            values["roll_rule"] = None
        values["extension_by"] = "unit_head" if values.get("extension_cap", "0") != "0" else None
        return values


KIND = FormKind(
    PolicyForm,
    {
        **{name: label for name, label in NAMES.items() if name not in ("pauses", "extension_by", "ladder")},
        "paused": NAMES["pauses"],
        "urged_after": _("超期后第几个工作日书面催办"),
        "listed_after": _("再过几个工作日列入通报"),
        **{f"most.{ground}": PAUSE_GROUNDS[ground] for ground in PauseGround},
    },
    many=frozenset({"paused"}),
    checks=frozenset({"sign_off"}),
)
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


def _drafted(rows: policies.Rows, basis: str = "", source: str = "") -> ResponseReturnValue:
    def act() -> Done:
        data = policies.to_data(rows)
        changing.draft(g.desk, RuleKind.POLICIES, data, basis=basis, source=source)
        return Done(url_for("admin_policies.show"), gettext("已写入草稿。看过影响以后再提交批准。"))

    return taken(act).response()


def _base(desk: Desk) -> policies.Rows:
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
    units = unit_names(desk.rules.units)
    tried = rows_of(change.simulation, units) if change and change.simulation else []
    return render_template(
        "admin/policies.html",
        **under_way,
        units=units,
        policies=in_force,
        versions={(p.code, p.clock): p.version for p in desk.rules.policies if p.superseded_at is None},
        changed=[(one, _told(one, units)) for one in policies.compare(in_force, would_be)],
        faults=policies.faults_of(would_be),
        tried=tried,
        chart=b64encode(chart_of(tried).encode()).decode() if tried else "",
        names=NAMES,
        codes=CODES,
        imported=form_of(IMPORT, "import", refused),
    )


SHOWS[RuleKind.POLICIES] = page


def _told(one: policies.RowChange, units: Mapping[str, str]) -> list[tuple[Any, str, str]]:
    return [
        (NAMES[name], _in_words(name, before, units), _in_words(name, after, units))
        for name, before, after in one.values()
    ]


def _in_words(name: str, value: Any, units: Mapping[str, str]) -> str:
    if value in (None, "", []):
        return ""
    if name == "pauses":
        return str(gettext("、")).join(_pause_in_words(pause) for pause in value)
    if name == "ladder":
        return str(gettext("、")).join(_step_in_words(step) for step in value)
    if isinstance(value, bool):
        return str(gettext("是") if value else gettext("否"))
    if name == "unit_code":
        return units.get(value, str(value))
    return str(CODES.get(name, {}).get(value, value))


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
        form=form_of(KIND, "row", refused, typed=_typed(row)),
        options=_options(desk),
        grounds=PAUSE_GROUNDS.items(),
    )


def _options(desk: Desk) -> dict[str, list[tuple[str, Any]]]:
    anything: list[tuple[str, Any]] = [("", _("全部"))]
    categories = desk.rules.categories
    return {
        "clock": [(clock, CLOCKS[clock]) for clock in ClockKind],
        "channel": anything + list(CHANNELS.items()),
        "kind": anything + list(KINDS.items()),
        "urgency": anything + list(URGENCIES.items()),
        "petition_stage": anything + list(PETITION_STAGES.items()),
        "category": anything + [(row.code, category_name(categories, row.code)) for row in categories],
        "unit_code": [*anything, *options(desk.rules.units, lambda unit: True)],
        "unit": list(UNITS_OF_TIME.items()),
        "warn_unit": [
            ("", _("（不用）")),
            *((u, UNITS_OF_TIME[u]) for u in Unit if u in FOR_WARNING),
        ],
        "start_rule": list(START_RULES.items()),
        "roll_rule": [("", _("（用不着）")), *ROLL_RULES.items()],
    }


def _typed(row: PolicyRow | None) -> MultiDict[str, str]:
    if row is None:
        return MultiDict({"start_rule": "next_day", "unit": "working_day", "clock": "handle"})
    values = {
        name: str(value)
        for name, value in row.plain().items()
        if name not in ("pauses", "sign_off", "ladder")
    }
    typed: MultiDict[str, str] = MultiDict(values)
    for step in row.ladder:
        typed.add(f"{step.step}_after", str(step.working_days or ""))
    for pause in row.pauses:
        typed.add("paused", pause.ground)
        typed.add(f"most.{pause.ground}", str(pause.most or ""))
    if row.sign_off:
        typed.add("sign_off", "1")
    return typed
