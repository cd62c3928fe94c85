"""A row of the table of promises as a form: its labels, its choices, its boxes, and what stands in them."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from pydantic import model_validator
from werkzeug.datastructures import MultiDict

from app.language.clock_words import CLOCKS, PAUSE_GROUNDS, ROLL_RULES, START_RULES, UNITS_OF_TIME
from app.language.names import category_name, options
from app.language.words import CHANNELS, KINDS, PETITION_STAGES, URGENCIES, Words
from app.rulemaking.policy_rows import PolicyRow
from app.web.forms import FormKind
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.ladder import USUAL
from tickets.ground.words import PauseGround
from tickets.ground.worktime.units import ROLLING_UNITS, RollRule, Unit
from tickets.ground.worktime.warning import FOR_WARNING

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


def choices(desk: Desk) -> dict[str, list[tuple[str, Any]]]:
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


def typed_of(row: PolicyRow | None) -> MultiDict[str, str]:
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
