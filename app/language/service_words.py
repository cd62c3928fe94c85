"""The words of service orders, and what is refused there."""

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _

from app.language.words import Words

SERVICE_KINDS = Words(
    living=_("生活帮扶"),
    social=_("社会融入"),
    ability=_("能力提升"),
    mind=_("心理疏导"),
    company=_("温情陪伴"),
)

SERVICE_STATES = Words(
    proposed=_("待批准"),
    approved=_("待组织"),
    organised=_("待排期"),
    scheduled=_("待上门"),
    serving=_("服务中"),
    delivered=_("待验收"),
    accepted=_("已验收"),
    refused=_("不批准"),
    cancelled=lazy_pgettext("service", "已取消"),
)

SERVICE_STEPS = Words(
    approve=_("批准"),
    refuse=_("不批准"),
    organise=_("交给机构"),
    schedule=_("排期"),
    check_in=_("到场签到"),
    no_show=_("记没有到场"),
    deliver=_("签字交单"),
    accept=_("验收"),
    send_back=_("退回重做"),
    cancel=lazy_pgettext("service", "取消"),
)

SIGNED_HOW = Words(drawn=_("屏幕上手写"), paper=_("纸上签字或手印"), typed=_("只写了姓名"))

RATED_HOW = Words(door=_("机构交单时"), text=_("服务对象短信"), visit=_("走访时问的"))

MISSING = Words(recipient=_("服务对象不在"), worker=_("服务人员没有来"))

SERVICE_FACTS = Words(
    service_proposed=lazy_pgettext("household", "下服务订单"),
    service_approve=lazy_pgettext("household", "批准服务"),
    service_refuse=lazy_pgettext("household", "不批准服务"),
    service_organise=lazy_pgettext("household", "服务交给机构"),
    service_schedule=lazy_pgettext("household", "服务排期"),
    service_check_in=lazy_pgettext("household", "服务人员到场"),
    service_no_show=lazy_pgettext("household", "服务没有到场"),
    service_deliver=lazy_pgettext("household", "服务签字交单"),
    service_rated=lazy_pgettext("household", "服务评分"),
    service_file_read=lazy_pgettext("household", "查看服务照片或签字"),
    service_accept=lazy_pgettext("household", "服务验收"),
    service_send_back=lazy_pgettext("household", "服务退回重做"),
    service_cancel=lazy_pgettext("household", "取消服务"),
)

SERVICE_ERRORS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "no_such_service_order": (_("没有这张服务订单，或者不归您看。"), _("请回到服务订单列表核对编号。")),
    "no_such_contract": (_("没有这份服务合同，或者不归您看。"), _("请回到合同列表核对。")),
    "service_step_not_allowed": (
        _("服务订单现在是“%(service_state)s”，不能“%(service_step)s”。"),
        _("请刷新页面，看看现在可以做什么。"),
    ),
    "own_service_order": (_("这张订单是您自己提出的。"), _("请另一位同事来批准。")),
    "quota_used_up": (_("合同的 %(quota)s 人次已经用完。"), _("请换一份合同，或先签补充合同。")),
    "too_early_to_check_in": (_("离约定的时间还早。"), _("约定时间前一小时起才能签到；改了时间先改排期。")),
    "too_soon_for_no_show": (_("约定时间后还没有过 15 分钟。"), _("请再等一等，打个电话。")),
    "worker_was_there": (_("服务人员已经签到了。"), _("如果是服务对象不在，请选服务对象不在。")),
    "not_served_yet": (_("服务还没有交单，不能评分。"), _("请等机构交单以后再评。")),
    "rated_already": (_("服务对象已经评过分。"), _("不用再评，以本人的评分为准。")),
    "no_agency_yet": (_("这张订单还没有交给机构。"), _("投诉请打 12345。")),
    "recipient_not_now": (_("现在看不到服务对象是谁。"), _("排期以后、交单以前才能看。")),
}

SERVICE_FIELDS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "unknown_service": (_("没有这个服务项目。"), _("请从服务项目里选。")),
    "unknown_contract": (_("没有这份合同。"), _("请从合同里选。")),
    "contract_not_in_force": (_("这份合同今天不在有效期内。"), _("请选有效的合同。")),
    "item_not_in_contract": (_("这份合同里没有这个项目。"), _("请选有这个项目的合同。")),
    "contract_backward": (_("合同的结束早于开始。"), _("请改好日期。")),
    "no_agency": (_("不是第三方机构。"), _("请从第三方机构里选。")),
    "day_over": (_("这一天已经过了。"), _("请填今天或以后的日期。")),
    "time_over": (_("这个时间已经过了。"), _("请填以后的时间。")),
    "after_serve_by": (_("晚于街道定的最后一天（%(day)s）。"), _("请提早，或请街道重新组织。")),
    "not_of_the_contract": (_("不在合同的服务人员名单里。"), _("请从名单里选；换人先改合同。")),
    "not_on_the_checklist": (_("不是这个项目的服务内容。"), _("请从这个项目的清单里勾选。")),
}
