"""The words of social assistance: themes, groups of households, standings, and what is refused there."""

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _

from app.language.words import Words

POLICY_THEMES = Words(
    civil=_("民政"),
    medical=_("医疗"),
    housing=_("住房"),
    education=_("教育"),
    employment=_("就业"),
    justice=_("司法"),
)

POLICY_STANDINGS = Words(
    in_force=lazy_pgettext("policy", "有效"),
    not_yet=lazy_pgettext("policy", "尚未生效"),
    expiring=lazy_pgettext("policy", "即将到期"),
    expired=lazy_pgettext("policy", "已到期"),
    stale=lazy_pgettext("policy", "一年没有确认"),
    replaced=lazy_pgettext("policy", "旧版本"),
)

HOUSEHOLD_KINDS = Words(
    dibao=_("低保"),
    tekun=_("特困"),
    temporary=_("临时救助"),
    marginal=_("低保边缘"),
    rigid=_("刚性支出困难"),
)

CARE_LEVELS = Words(self=_("能自理"), partly=_("部分丧失自理能力"), fully=_("完全丧失自理能力"))

TRAITS = Words(
    student=_("在校学生"),
    disabled=_("残疾"),
    severely_disabled=_("重度残疾"),
    seriously_ill=_("重病"),
    unemployed=_("有劳动能力未就业"),
    child_in_need=_("困境儿童"),
)

#: Work of social assistance that `roles.yaml` gives to roles.
ASSISTANCE_WORK = Words(keep_policies=_("维护政策库"))

#: What went wrong with a whole request, as in `refusals.py`.
ASSISTANCE_ERRORS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "no_such_policy": (_("没有这条政策，或者不归您维护。"), _("请在政策库里查；维护归所属部门的负责人。")),
    "policy_moved_on": (
        _("%(by)s 刚改过这条政策，现在是第 %(version)s 版。"),
        _("请看过最新内容后再改。"),
    ),
    "policy_ended": (
        _("这条政策 %(day)s 已到期，不能只确认不变。"),
        _("还在执行就修改有效期，成为新的一版。"),
    ),
}

#: What is wrong with one field.
ASSISTANCE_FIELDS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "other_department": (_("不是您的部门。"), _("只能新增本部门的政策；别的部门由它的负责人来写。")),
    "unknown_policy": (_("政策库里没有“%(given)s”。"), _("请从政策库里选，或者不写政策编号。")),
    "ages_backward": (_("最大年龄小于最小年龄。"), _("请改其中一个年龄。")),
}
