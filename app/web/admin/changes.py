"""The ledger of the house's own changes, newest first, for administrators and auditors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from app.access.accounts import Role
from app.admin.ledger import SECRET, HouseFact, facts_of_house
from app.api.answers import cursor_of, read_cursor
from app.language.names import unit_names, weekday_names
from app.language.need_words import CHANNELS, CLOSE_REASONS, NEED_KINDS
from app.language.wording_words import APPROVALS
from app.language.words import ROLES, UNIT_KINDS, Words
from app.web.admin.text_names import subject_of_text
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk

changes_page = blueprint("changes", __name__)

#: Changes on one page.
MOST = 50

FACTS = Words(
    unit_added=lazy_pgettext("change", "新增单位"),
    unit_changed=lazy_pgettext("change", "修改单位"),
    account_added=lazy_pgettext("change", "新增账号"),
    account_changed=lazy_pgettext("change", "修改账号"),
    account_closed=lazy_pgettext("change", "停用账号"),
    absence_changed=lazy_pgettext("change", "外出与代理"),
    category_added=lazy_pgettext("change", "新增分类"),
    category_changed=lazy_pgettext("change", "修改分类"),
    reason_changed=lazy_pgettext("change", "修改理由"),
    phrase_added=lazy_pgettext("change", "新增常用语"),
    phrase_changed=lazy_pgettext("change", "修改常用语"),
    phrase_removed=lazy_pgettext("change", "删去常用语"),
    duty_added=lazy_pgettext("change", "排班"),
    duty_changed=lazy_pgettext("change", "改班"),
    duty_removed=lazy_pgettext("change", "撤班"),
    calendar_made=lazy_pgettext("change", "生成日历地址"),
    calendar_renewed=lazy_pgettext("change", "换新日历地址"),
    calendar_revoked=lazy_pgettext("change", "作废日历地址"),
    text_budget_changed=lazy_pgettext("change", "改短信预算"),
    rules_submitted=lazy_pgettext("change", "提交规则改动"),
    rules_withdrawn=lazy_pgettext("change", "作废规则改动"),
    rules_approved=lazy_pgettext("change", "批准规则改动"),
    rules_refused=lazy_pgettext("change", "不批准规则改动"),
    clocks_recomputed=lazy_pgettext("change", "重算在办时限"),
    shares_moved=lazy_pgettext("change", "调整短信通道份额"),
    words_changed=lazy_pgettext("change", "改短信的话"),
    words_taken_back=lazy_pgettext("change", "用回短信原来的话"),
    text_switched=lazy_pgettext("change", "短信发不发"),
    approval_changed=lazy_pgettext("change", "记下通道审核"),
    month_closed=lazy_pgettext("change", "统计封账"),
    wall_link_made=lazy_pgettext("change", "生成大屏地址"),
    wall_link_revoked=lazy_pgettext("change", "作废大屏地址"),
    policy_added=lazy_pgettext("change", "新增政策"),
    policy_amended=lazy_pgettext("change", "修改政策"),
    lead_read=lazy_pgettext("change", "查看线索身份"),
    policy_confirmed=lazy_pgettext("change", "确认政策不变"),
    assistance_month_closed=lazy_pgettext("change", "给救助统计的月份关账"),
    payment_sheet_taken=lazy_pgettext("change", "导入发放表"),
    payment_settled=lazy_pgettext("change", "核实发放差异（查无此人）"),
    contract_made=lazy_pgettext("change", "签订服务合同"),
    lead_reported=lazy_pgettext("change", "报线索（未对上户）"),
    lead_checked=lazy_pgettext("change", "核查线索（未对上户）"),
    evidence_exported=lazy_pgettext("change", "导出工单证据"),
)

NAMES = Words(
    name=_("名称或姓名"),
    name_en=_("英文名称"),
    kind=_("种类"),
    parent=_("上级"),
    aliases=_("别名"),
    active=_("在用"),
    display_name=_("显示名"),
    role=_("角色"),
    unit=_("单位"),
    person=_("本人"),
    password=_("密码"),
    phone=_("电话"),
    deputy=_("代理人"),
    absent_until=_("外出到"),
    no_longer_deputy_of=_("不再代理"),
    unit_code=_("通常的主办单位"),
    position=_("次序"),
    label=_("名称"),
    label_en=_("英文名称"),
    hint=_("提示"),
    hint_en=_("英文提示"),
    basis=_("依据"),
    text=_("内容"),
    tries=_("输错密码后的等待"),
    totp=_("手机验证码"),
    calendar=_("日历地址"),
    weekdays=_("星期"),
    begins=_("开始"),
    ends=_("结束"),
    from_day=_("从哪天"),
    to_day=_("到哪天"),
    segments=_("每天最多几条（计费条数）"),
    recompute=_("重算在办工单"),
    version=_("版本"),
    moved=_("变动的时限"),
    digest=_("内容摘要"),
    shares=_("份额"),
    rest=_("常态份额"),
    reason=_("理由"),
    state=_("审核情况"),
    code=_("模板编号"),
    decided_on=_("日期"),
    note=_("备注"),
    agency=_("第三方机构"),
    title=_("合同名称"),
    starts_on=_("从哪天"),
    ends_on=_("到哪天"),
    quota=_("人次"),
    prices=_("单价"),
    channel=_("发现渠道"),
    division=_("社区或街道"),
)

RULES = Words(calendar=_("工作日历"), policies=_("时限规则"))

#: Values that are codes, and what says them in words.
CODES: Mapping[str, Mapping[str, Any]] = {"role": ROLES, "kind": UNIT_KINDS, "state": APPROVALS}
#: The same of clues: there a kind is that of a need.
CODES_OF_LEADS = {"kind": NEED_KINDS, "channel": CHANNELS, "reason": CLOSE_REASONS}
#: What stands for values the ledger does not hold.
HIDDEN = {
    "phone": _("已更换"),
    "password": _("已更换"),
    "tries": _("可以马上再试"),
    "totp": _("已取消"),
    "calendar": _("只有本人知道"),
}
ABOUT_LEADS = ("lead_reported", "lead_checked")
ABOUT_TEXTS = ("words_changed", "words_taken_back", "text_switched", "approval_changed")
UNIT_CODES = ("unit", "parent", "unit_code", "agency", "division")


@dataclass(frozen=True)
class Line:
    """One change as a page tells it: of what, and each value before and after."""

    fact: HouseFact
    what: Any
    subject: str
    values: list[tuple[Any, str, str]]


def told(fact: HouseFact, units: Mapping[str, str]) -> Line:
    """A change in words."""
    before, after = fact.data["before"], fact.data["after"]
    subject = fact.data["subject"]
    codes = CODES_OF_LEADS if fact.what in ABOUT_LEADS else CODES
    values = [(name, _value(name, before, units, codes), _value(name, after, units, codes)) for name in NAMES]
    return Line(
        fact,
        FACTS[fact.what],
        _subject(fact.what, subject, units),
        [(NAMES[name], was, becomes) for name, was, becomes in values if was or becomes],
    )


def _subject(what: str, subject: str, units: Mapping[str, str]) -> str:
    if what.startswith(("unit_", "duty_")):
        return units.get(subject, subject)
    if what in ABOUT_TEXTS:
        return subject_of_text(subject)
    return str(RULES.get(subject, subject)) if what.startswith(("rules_", "clocks_")) else subject


def _value(
    name: str, values: Mapping[str, Any], units: Mapping[str, str], codes: Mapping[str, Mapping[str, Any]]
) -> str:
    value = values.get(name)
    if name not in values or value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return str(gettext("是") if value else gettext("否"))
    if name in HIDDEN and value == SECRET:
        return str(HIDDEN[name])
    if name == "weekdays":
        days = weekday_names()
        return _listed(days[day - 1] for day in value)
    if isinstance(value, dict):
        return _listed(f"{item} {format_decimal(fen / 100, '#,##0.00')}" for item, fen in value.items())
    if isinstance(value, list):
        return _listed(map(str, value))
    if name in UNIT_CODES:
        return units.get(value, str(value))
    return str(codes.get(name, {}).get(value, value))


def _listed(words: Iterable[str]) -> str:
    return str(gettext("、")).join(words)


@changes_page.get("/changes")
@staff_page(Role.ADMIN, Role.AUDITOR)
def show() -> ResponseReturnValue:
    """What was changed, by whom, from what to what."""
    desk: Desk = g.desk
    what, by = (request.args.get(name, "").replace("\0", "").strip() for name in ("what", "by"))
    cursor = request.args.get("before") or None
    rows = facts_of_house(desk.session, what=what, by=by, before=read_cursor(cursor), limit=MOST)
    units = unit_names(desk.rules.units)
    narrowed: dict[str, Any] = {name: value for name, value in (("what", what), ("by", by)) if value}
    return render_template(
        "admin/changes.html",
        lines=[told(row, units) for row in rows[:MOST]],
        what=what,
        by=by,
        whats=[("", _("全部")), *FACTS.items()],
        next_url=url_for("changes.show", **narrowed, before=cursor_of(rows[MOST - 1].seq))
        if len(rows) > MOST
        else "",
        first_url=url_for("changes.show", **narrowed) if cursor else "",
    )
