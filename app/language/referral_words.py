"""The words of referrals between departments."""

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _

from app.language.words import Words

HANDED = Words(
    name=_("姓名"),
    id_number=_("身份证号"),
    phone=_("电话"),
    address=_("住址"),
    born_in=_("出生年月"),
    kind=_("救助类别"),
    traits=_("成员情况"),
    care=_("自理能力"),
    persons=_("家庭人数"),
)

REFERRAL_STATES = Words(
    sent=lazy_pgettext("referral", "待签收"),
    received=lazy_pgettext("referral", "办理中"),
    refused=lazy_pgettext("referral", "已退回"),
    answered=lazy_pgettext("referral", "已反馈"),
)

#: What the ledger of a household says of them.
REFERRAL_FACTS = {
    "referral_sent": lazy_pgettext("household", "转介部门"),
    "referral_opened": lazy_pgettext("household", "部门查看转介资料"),
    "referral_received": lazy_pgettext("household", "部门签收转介"),
    "referral_refused": lazy_pgettext("household", "部门退回转介"),
    "referral_answered": lazy_pgettext("household", "部门反馈结果"),
    "referral_erased": lazy_pgettext("household", "转介资料满三年删除"),
}

#: Work that `roles.yaml` gives to roles.
REFERRAL_WORK = {
    "send_referrals": _("把困难转介给部门"),
    "take_referrals": _("签收、反馈转介"),
}

REFERRAL_ERRORS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "no_such_referral": (_("没有这件转介，或者不归您看。"), _("请核对编号；转介列表里是您能看的。")),
    "referral_moved_on": (
        _("这件转介刚有人办过，现在是第 %(version)s 版。"),
        _("请刷新页面，看看现在的情况。"),
    ),
    "referral_not_so": (_("这件转介现在不能这样办。"), _("请刷新页面，看看现在可以做什么：先签收，再反馈。")),
    "referral_refused_package": (
        _("这件转介已经退回，资料不再提供。"),
        _("确需办理请联系转介的单位重新转介。"),
    ),
    "referral_erased": (_("转介资料满三年，已经删除。"), _("需要资料请联系转介的单位。")),
}

REFERRAL_FIELDS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "no_department": (_("“%(unit)s”不接收转介。"), _("请选在用的部门或街道，不能选本单位。")),
    "not_in_package": (_("“%(given)s”不在这类救助可以移交的资料里。"), _("请只选清单里的项目。")),
}
