"""The words of payment sheets, and of what is found when they are held against the register."""

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _

from app.language.words import Words

FINDINGS = Words(
    stopped=_("已停保或已离开，仍在发"),
    early=_("纳入当月就发了"),
    category=_("类别不符"),
    unpaid=_("该发没发"),
    amount=_("金额和上月不同"),
    twice=_("同一人发了几次"),
    unknown=_("台账里没有这个人"),
)

OUTCOMES = Words(
    right=lazy_pgettext("payment", "核对无误"),
    made_up=lazy_pgettext("payment", "已补发"),
    recovered=lazy_pgettext("payment", "已追回"),
    register_mended=lazy_pgettext("payment", "台账已更正"),
    next_month=lazy_pgettext("payment", "下月发放表更正"),
    reopened=lazy_pgettext("payment", "重新打开"),
)

PAYMENT_FACTS = {
    "payment_taken": lazy_pgettext("household", "导入发放表"),
    "payment_settled": lazy_pgettext("household", "核实发放差异"),
}

PAYMENT_ERRORS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "finding_gone": (_("这条差异已经没有了。"), _("台账或发放表已经变了，请刷新页面，看看现在的差异。")),
}
PAYMENT_FIELDS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "no_payment_heads": (
        _("没有找到发放表的表头。"),
        _("前 10 行里要有一行表头，至少有身份证号、发放金额两列。"),
    ),
    "other_month": (_("这一行是另一个月的。"), _("一份发放表只写一个月；请改月份，或放到那个月的表里。")),
}
