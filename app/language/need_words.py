"""The words of clues and needs, and what is refused there."""

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _

from app.language.application_words import APPLICATION_STATES
from app.language.referral_words import REFERRAL_STATES
from app.language.service_words import SERVICE_STATES
from app.language.words import Words

CHANNELS = Words(community=_("社区发现"), agency=_("第三方机构"), data=_("数据比对"))

LEAD_STATES = Words(open=_("待核查"), need=_("已转需求"), closed=_("已了结"))

CLOSE_REASONS = Words(
    no_need=_("核查没有困难"),
    helped=_("已在帮扶"),
    declined=_("本人不愿意"),
    not_found=_("找不到人"),
    elsewhere=_("不在本区"),
    duplicate=_("重复线索"),
)

NEED_KINDS = Words(
    living=_("生活困难"),
    medical=_("医疗"),
    care=_("照料护理"),
    housing=_("住房"),
    education=_("教育"),
    employment=_("就业"),
    justice=_("司法"),
    mind=_("心理疏导"),
    social=_("社会融入"),
    company=_("陪伴"),
)

SEVERITIES = Words(light=_("一般"), serious=_("较重"), urgent=_("紧急"))

SOURCES = Words(
    lead=lazy_pgettext("need", "线索"),
    visit=lazy_pgettext("need", "走访"),
    ticket=lazy_pgettext("need", "工单"),
    staff=lazy_pgettext("need", "工作人员"),
)

NEED_STATES = Words(open=_("待安排"), arranged=_("已安排"), closed=lazy_pgettext("need", "已签字了结"))

WAYS = Words(
    service_order=_("服务订单"),
    application=_("申请救助"),
    referral=lazy_pgettext("need", "转介部门"),
    ticket=lazy_pgettext("need", "工单"),
)

RESULTS = Words(met=_("已满足"), partly=_("部分满足"), not_met=_("没有满足"), no_longer=_("不再需要"))

SIGNERS = Words(self=_("本人"), family=_("家人"), guardian=_("监护人"), witness=_("见证人（本人不便签字）"))

AGREED = Words(self=_("本人"), family=_("家人"), guardian=_("监护人"))

#: Where what answers a need stands; a ticket is open or closed, whoever asks.
ANSWER_STATES = {
    "service_order": SERVICE_STATES,
    "application": APPLICATION_STATES,
    "referral": REFERRAL_STATES,
    "ticket": Words(open=lazy_pgettext("need", "在办"), closed=lazy_pgettext("need", "已办结")),
}

#: What is done to a household on its ledger.
NEED_FACTS = Words(
    lead_reported=lazy_pgettext("household", "报线索"),
    lead_checked=lazy_pgettext("household", "核查线索"),
    need_noted=lazy_pgettext("household", "记需求"),
    need_agreed=lazy_pgettext("household", "同意告诉帮忙的部门和机构"),
    need_arranged=lazy_pgettext("household", "安排需求"),
    need_closed=lazy_pgettext("household", "需求签字了结"),
)

NEED_ERRORS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "no_such_lead": (_("没有这条线索，或者不归您看。"), _("请回到线索列表核对编号。")),
    "no_such_need": (_("没有这条需求，或者不在您的辖区。"), _("请回到需求清单核对编号。")),
    "lead_known": (
        _("这个人已经有一条还没核查的线索，编号 %(number)s。"),
        _("不用再报；要补充情况，请联系核查那一条的社区。"),
    ),
    "lead_checked": (_("%(by)s 已经核查了这条线索。"), _("请刷新页面，看看结果。")),
    "no_promise_for_leads": (_("时限表里没有“入户调查”的时限。"), _("请管理员先在时限页补上。")),
    "need_answer_open": (
        _("为这条需求办的事还没有结果。"),
        _("等它有了结果再了结；不办了，先在那边取消或撤回。"),
    ),
    "need_without_result": (
        _("还没有签过字的结果，不能说已经满足。"),
        _("请先安排，等结果签了字再了结；不用办了，请选“不再需要”。"),
    ),
    "need_closed": (_("%(by)s 已经了结了这条需求。"), _("又有困难，请记一条新的需求。")),
}

NEED_FIELDS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "id_or_phone": (_("身份证号和电话都没有填。"), _("至少填一样，不然找不到人。")),
    "no_such_answer": (_("没有这个编号，或者不归您看。"), _("请到那边的页面核对编号，只写数字。")),
    "of_another_household": (_("这个编号不是这户人家的。"), _("请填为这户人家办的那一件。")),
    "signed_on_the_order": (_("服务订单上已经签过字。"), _("不用再签，结果用订单上的签字。")),
    "order_by_its_form": (_("服务订单不在这里写编号。"), _("请在需求页填“下服务订单”。")),
}
