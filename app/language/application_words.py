"""The words of applications for assistance."""

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _

from app.language.words import Words

SCHEMES_APPLIED = Words(
    dibao=_("低保"),
    dibao_delegated=_("低保（街道确认）"),
    tekun=_("特困"),
    rigid=_("刚性支出困难"),
    temporary=_("临时救助"),
    relief=_("急难小额救助"),
)

APPLICATION_STATES = Words(
    draft=lazy_pgettext("application", "草稿"),
    papers=lazy_pgettext("application", "待补材料"),
    accepted=lazy_pgettext("application", "已受理"),
    surveying=lazy_pgettext("application", "调查中"),
    investigated=lazy_pgettext("application", "已调查"),
    published=lazy_pgettext("application", "公示"),
    confirmed=lazy_pgettext("application", "已确认"),
    refused=lazy_pgettext("application", "不予确认"),
    ended=lazy_pgettext("application", "已归档"),
    withdrawn=lazy_pgettext("application", "已撤回"),
)

APPLICATION_MOVES = Words(
    ask_papers=_("一次性告知补正"),
    accept=lazy_pgettext("application", "受理"),
    survey=_("启动调查"),
    investigate=_("填调查结果"),
    publish=_("开始公示"),
    lengthen=_("按特殊情况延长"),
    complain=_("关联投诉"),
    file_visit=_("填入户走访"),
    confirm=_("确认给予救助"),
    refuse=_("不予确认"),
    end=_("归档"),
    withdraw=_("申请人撤回"),
)

HARD_GROUNDS = Words(
    objection=_("公示有异议"),
    lives_apart=_("人户分离"),
    from_elsewhere=_("异地申办"),
    hard_to_check=_("家庭经济状况难核实"),
)

VISIT_GROUNDS = Words(complaint=_("审核期间有投诉举报"), related=_("近亲属备案"))

TERMS = Words(
    survey=lazy_pgettext("term", "启动调查"),
    determination=lazy_pgettext("term", "审核确认"),
    determination_delegated=lazy_pgettext("term", "审核确认（权限下放）"),
    determination_hard=lazy_pgettext("term", "审核确认（特殊情况）"),
    first_judgement=lazy_pgettext("term", "初审"),
    publication=lazy_pgettext("term", "公示期"),
    confirmation=lazy_pgettext("term", "确认"),
    relief_contact=lazy_pgettext("term", "联系群众"),
    relief=lazy_pgettext("term", "先行救助"),
    relief_papers=lazy_pgettext("term", "补办手续"),
)

#: What the ledger of a household says of them.
APPLICATION_FACTS = {"application_step": lazy_pgettext("household", "救助申请")}

#: Work that `roles.yaml` gives to roles.
APPLICATION_WORK = {
    "draft_applications": _("登记救助申请"),
    "handle_applications": _("受理、调查、公示救助申请"),
    "decide_applications": _("确认或不予确认救助申请"),
}

APPLICATION_ERRORS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "no_such_application": (_("没有这件申请，或者不在您的辖区。"), _("请核对编号；列表里是您能看的申请。")),
    "application_moved_on": (
        _("这件申请刚有人办过，现在是第 %(version)s 版。"),
        _("请刷新页面，看看现在的情况。"),
    ),
    "application_not_so": (_("这件申请现在不能走这一步。"), _("请刷新页面，按页面上列出的步骤办。")),
    "no_term_in_table": (
        _("时限表里没有这一步的时限（%(clock)s）。"),
        _("请管理员在“时限”里补上，再办这一步。"),
    ),
    "no_longer_term": (_("这件申请不能再延长。"), _("只有低保和刚性支出困难可以延长，而且只能一次。")),
    "usual_term_over": (
        _("原来的期限 %(due)s 已经过了，不能再延长。"),
        _("请尽快作出决定；逾期的照逾期记。"),
    ),
    "visit_not_filed": (
        _("还有入户走访没有填报，不能确认。"),
        _("请先入户走访，在“填入户走访”里填报，再确认。"),
    ),
    "no_visit_owed": (_("这件申请没有要填报的入户走访。"), _("请刷新页面，看看是不是已经填过了。")),
    "still_published": (_("公示还没有结束，%(until)s 为止。"), _("请等公示期满，没有异议再确认。")),
}

APPLICATION_FIELDS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "applies_already": (_("这个人已经在申请这一项救助。"), _("请在列表里找到那件申请，接着办。")),
    "no_such_household_here": (_("没有这户救助家庭，或者不在您的辖区。"), _("请核对户号，或者留空。")),
    "no_complaint": (_("这张工单不是投诉或举报。"), _("请填投诉、举报工单的编号。")),
    "linked_before": (_("这张工单已经关联过了。"), _("不用再关联；请安排入户走访。")),
    "before_asked": (_("这次走访在提出走访之前。"), _("提出之后要再走访一次，请填那一次的日期。")),
}
