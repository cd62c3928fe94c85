"""What a code is called on the screen and in the API documents: states, kinds, roles, moves."""

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _


class Words(dict[str, LazyString | str]):
    """Words by code. A code nobody has named yet shows itself, so a page never breaks over a word."""

    def __missing__(self, code: object) -> LazyString | str:
        return self.get(str(code), str(code))


STATES = Words(
    registered=_("待派单"),
    awaiting_information=_("待补充"),
    dispatched=_("待签收"),
    handling=_("办理中"),
    long_term=_("挂账"),
    replied=_("待审核"),
    callback=_("待回访"),
    closed=_("已办结"),
    archived=_("已归档"),
)

ORDER_STATES = Words(
    open=_("待签收"),
    signed=_("已签收"),
    replied=_("已答复"),
    returned=_("已退回"),
    recalled=_("已收回"),
    lapsed=_("已失效"),
)

ORDER_ROLES = Words(lead=_("主办"), joint=_("协办"), sub=_("二次派单"))

OUTCOMES = Words(
    solved=_("已解决"),
    explained=_("解释说明"),
    answered=_("直接答复"),
    handed_over=_("已转紧急服务"),
    declined=_("不予受理"),
    merged=_("已并单"),
    withdrawn=_("群众撤回"),
    terminated=_("终止办理"),
    no_further=_("不再办理"),
)

KINDS = Words(
    consultation=_("咨询"),
    help=_("求助"),
    complaint=_("投诉"),
    report=_("举报"),
    suggestion=_("建议"),
    praise=_("表扬"),
)

CHANNELS = Words(
    phone=_("电话"),
    web=_("网上"),
    sms=_("短信"),
    voice=_("语音"),
    email=_("电子邮件"),
    walk_in=_("来访"),
    letter=_("来信"),
    petition=_("信访"),
    open311="Open311",
    superior=_("上级转来"),
    visit=_("走访"),
)

URGENCIES = Words(normal=_("一般"), urgent=_("紧急"), critical=_("特急"))


SOLVED = Words(yes=_("已解决"), partly=_("部分解决"), no=_("未解决"))

FOUNDED = Words(yes=_("属实"), partly=_("部分属实"), no=_("不属实"))

TOLD = Words(
    phone=_("电话"),
    visit=_("上门"),
    sms=_("短信"),
    letter=_("信函"),
    not_reached=_("没有联系上"),
)

SATISFACTION = Words(
    {
        "5": _("非常满意"),
        "4": _("满意"),
        "3": _("基本满意"),
        "2": _("不满意"),
        "1": _("非常不满意"),
    }
)

ROLES = Words(
    operator=_("话务员"),
    dispatcher=_("派单员"),
    handler=_("承办人"),
    head=_("单位负责人"),
    reviewer=_("审核员"),
    caller=_("回访员"),
    supervisor=_("督办员"),
    auditor=_("监督员"),
    admin=_("管理员"),
    visitor=_("走访员"),
    agency=_("服务人员"),
    citizen=_("群众"),
    system=_("系统"),
)

UNIT_KINDS = Words(
    hotline=_("热线"),
    bureau=_("部门"),
    subdistrict=_("街道"),
    community=_("社区（村）"),
    agency=_("第三方机构"),
)

#: The context keeps a verb apart from the noun that looks the same in Chinese.
MOVES = Words(
    register=lazy_pgettext("move", "登记"),
    answer=lazy_pgettext("move", "直接答复"),
    hand_over=lazy_pgettext("move", "转紧急服务"),
    decline=lazy_pgettext("move", "不予受理"),
    amend=lazy_pgettext("move", "更正"),
    ask_citizen=lazy_pgettext("move", "请群众补充"),
    supplement=lazy_pgettext("move", "补充"),
    note=lazy_pgettext("move", "内部备注"),
    dispatch=lazy_pgettext("move", "转办"),
    recall=lazy_pgettext("move", "收回派单"),
    sign=lazy_pgettext("move", "签收"),
    take=lazy_pgettext("move", "由我办理"),
    ask_return=lazy_pgettext("move", "申请退回"),
    sub_dispatch=lazy_pgettext("move", "二次派单"),
    contact=lazy_pgettext("move", "联系群众"),
    ask_extension=lazy_pgettext("move", "申请延期"),
    ask_shelving=lazy_pgettext("move", "申请挂账"),
    resume=lazy_pgettext("move", "恢复办理"),
    reply=lazy_pgettext("move", "答复"),
    review=lazy_pgettext("move", "审核"),
    call_back=lazy_pgettext("move", "回访"),
    rework=lazy_pgettext("move", "重办"),
    close=lazy_pgettext("move", "办结"),
    ask_termination=lazy_pgettext("move", "申请终止办理"),
    withdraw=lazy_pgettext("move", "撤回"),
    merge=lazy_pgettext("move", "并单"),
    unmerge=lazy_pgettext("move", "取消并单"),
    urge=lazy_pgettext("move", "催办"),
    supervise=lazy_pgettext("move", "督办"),
    answer_supervision=lazy_pgettext("move", "答复督办"),
    dispute=lazy_pgettext("move", "提出异议"),
    archive=lazy_pgettext("move", "归档"),
    reissue=lazy_pgettext("move", "补发查询码"),
    ask_unseal=lazy_pgettext("move", "申请查看密件"),
    decide=lazy_pgettext("move", "批复"),
    stop_waiting=lazy_pgettext("move", "不再等补充"),
    follow=lazy_pgettext("move", "随主单"),
)

REQUESTS = Words(
    {
        "return": _("退回"),
        "extension": _("延期"),
        "shelving": _("挂账"),
        "termination": _("终止办理"),
        "sign_off": _("签发"),
        "withdrawal": _("撤回"),
        "unseal": _("查看密件"),
    }
)

REQUEST_STATES = Words(open=_("待批复"), granted=_("已同意"), refused=_("未同意"))

SERVICES = Words({"110": _("110 公安"), "119": _("119 消防"), "120": _("120 急救"), "122": _("122 交通事故")})

LEVELS = Words(日常=_("日常督办"), 挂牌=_("挂牌督办"), 约谈=_("约谈督办"))

NOTE_FOR = Words(unit=_("本单位"), hotline=_("热线"), all=_("各方"))

#: Fields that can be put right.
CORRECTED = Words(
    kind=_("类型"),
    category=_("分类"),
    urgency=_("紧急程度"),
    title=_("标题"),
    division=_("区划"),
    about_units=_("被反映的单位"),
    recused=_("须回避的人"),
    language=_("短信语言"),
    reply_wanted=_("需要答复"),
    no_sms=_("不发短信"),
    call_from=_("可来电，从"),
    call_to=_("可来电，到"),
)

YES_NO = Words({"True": _("是"), "False": _("否")})

LANGUAGES = Words(zh_Hans=_("中文"), en=_("英文"))

PETITION_STAGES = Words(first=_("初次"), review=_("复查"), re_review=_("复核"))

PETITION_CONTENTS = Words(suggestion=_("建议意见"), accusation=_("检举控告"), appeal=_("申诉求决"))

#: What a person's identity is made of.
IDENTITY = Words(
    name=_("姓名"),
    phone=_("电话号码"),
    id_number=_("身份证号"),
    address=_("详细地址"),
    title=_("标题（原样）"),
    text=_("事项（原样）"),
)
