"""What figures and rates are called, and how each is counted."""

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from app.language.words import Words

TOPIC_NAMES = Words(
    overview=lazy_pgettext("statistics", "总览"),
    units=lazy_pgettext("statistics", "各单位"),
    kinds=lazy_pgettext("statistics", "诉求构成"),
    rates=lazy_pgettext("statistics", "三率与时效"),
    returns=lazy_pgettext("statistics", "退回与重办"),
    callers=lazy_pgettext("statistics", "重复来电"),
)

FIGURES = Words(
    received=lazy_pgettext("figure", "受理"),
    answered_directly=lazy_pgettext("figure", "直接答复"),
    repeated=lazy_pgettext("figure", "重复诉求"),
    dispatched=lazy_pgettext("figure", "派单"),
    signed_in_time=lazy_pgettext("figure", "按时签收"),
    due=lazy_pgettext("figure", "到期"),
    in_time=lazy_pgettext("figure", "按时答复"),
    closed=lazy_pgettext("figure", "办结"),
    unit_solved=lazy_pgettext("figure", "单位认定解决"),
    at_one_go=lazy_pgettext("figure", "一次办结"),
    unrated=lazy_pgettext("figure", "未评价"),
    asked_contacted=lazy_pgettext("figure", "回答了是否联系"),
    contacted=lazy_pgettext("figure", "联系过"),
    asked_solved=lazy_pgettext("figure", "回答了是否解决"),
    solved=lazy_pgettext("figure", "群众认为解决"),
    asked_satisfied=lazy_pgettext("figure", "作了评价"),
    satisfied=lazy_pgettext("figure", "基本满意以上"),
    return_asked=lazy_pgettext("figure", "申请退回"),
    return_granted=lazy_pgettext("figure", "同意退回"),
    return_refused=lazy_pgettext("figure", "不同意退回"),
    reworked=lazy_pgettext("figure", "重办"),
    disputed=lazy_pgettext("figure", "异议"),
    urged=lazy_pgettext("figure", "催办"),
)

#: How each is counted.
MEANS = Words(
    received=_("登记的每一件，并入别件的也算；按登记日。"),
    answered_directly=_("话务员当场答复的；按登记日。"),
    repeated=_("同一号码前三十天内来过的；按登记日。"),
    dispatched=_("给单位的每一份派单，主办、协办、二次派单都算，签收前收回的不算；按派单日。"),
    signed_in_time=_("在签收时限内签收的派单；按派单日。"),
    due=_("到期应答复的派单，时限取消的不算；按到期日。"),
    in_time=_("到期前答复了的；按到期日。"),
    closed=_("办结的工单，并入别件的不算；又重开的不再算；按办结日。"),
    unit_solved=_("主办单位自己认定已解决的；与群众的评价分开。"),
    at_one_go=_("没有退回、重办、异议，也不是重复诉求的办结。"),
    unrated=_("答复后办结而群众没有评价的；从不算作满意。"),
    asked_contacted=_("回访时回答了这一问的，每轮取最后一次；没有联系上的不算。"),
    contacted=_("说承办单位联系过的。"),
    asked_solved=_("回访时回答了这一问的，每轮取最后一次；没有联系上的不算。"),
    solved=_("说已经解决的；“部分解决”不算。"),
    asked_satisfied=_("给了满意度的，每轮取最后一次；没有评价的不算。"),
    satisfied=_("非常满意、满意、基本满意。"),
    return_asked=_("单位申请退回的次数；按申请日。"),
    return_granted=_("同意的退回；按决定日。"),
    return_refused=_("不同意的退回；按决定日。"),
    reworked=_("审核员开的新一轮；算在原来的主办单位。"),
    disputed=_("群众对办结提出的异议；算在主办单位。"),
    urged=_("群众催办的次数；算在当时的主办单位。"),
)

RATES = Words(
    response=_("响应率"),
    solution=_("解决率"),
    satisfaction=_("满意率"),
    in_time=_("按时办结率"),
    signed_in_time=_("及时签收率"),
    direct=_("直接答复率"),
    units_solution=_("单位认定解决率"),
    at_one_go=_("一次办结率"),
    reworked=_("重办率"),
    returned=_("退单率"),
    return_refused=_("退单被拒率"),
    repeated=_("重复诉求率"),
)

SORTED_BY = Words(
    unit=lazy_pgettext("statistics", "单位"),
    kind=lazy_pgettext("statistics", "类型"),
    category=lazy_pgettext("statistics", "分类"),
    division=lazy_pgettext("statistics", "地区"),
    channel=lazy_pgettext("statistics", "来源"),
)
