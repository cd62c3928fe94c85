"""What a code is called on the screen and in the API documents: states, kinds, roles, moves."""

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _

from notifications.table import TABLE
from tickets.ground.facts import ProgressAsked


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

#: Where a matter stands, as a text tells its citizen.
STAGES = Words(
    received=_("已收到"),
    in_hand=_("正在办"),
    waiting=_("等群众补充"),
    put_aside=_("暂时挂账"),
    answered=_("有答复了"),
    ended=_("已办结"),
)

#: What a citizen's text was taken for, and what came of it.
HEARD = Words(
    answer=_("评价"),
    stop=_("要求不再发短信"),
    start=_("要求恢复短信"),
    progress=_("问进度"),
    automatic=_("机器发来的，没有处理"),
    courtesy=_("客气话，不用办"),
    words=_("补充，已记入办理过程"),
)

#: Why nothing need come of a text.
SET_ASIDE = Words(
    spam=_("垃圾短信"),
    wrong_number=_("发错了"),
    courtesy=_("客气话"),
    called=_("已电话处理"),
)

#: What came of a call that tells what a text could not.
TELL_RESULTS = Words(told=_("告知了"), not_reached=_("没有接通"), wrong_number=_("号码不对"))

TOLD_AS = Words(
    told=_("已电话告知"),
    unreached=_("电话也没有接通"),
    wrong_number=_("号码不对，请更正"),
    sent_anew=_("号码更正后已重发"),
)

FATES = Words(
    queued=_("待发送"),
    sending=_("发送中"),
    sent=_("已发出"),
    delivered=_("已送达"),
    undeliverable=_("无法送达"),
    given_up=_("已放弃发送"),
    withheld=_("按规定不发"),
    expired=_("过期未发"),
)

#: Why a text waits or never went.
HELD = Words(
    no_number=_("没有电话号码"),
    not_a_mobile=_("号码收不了短信"),
    abroad=_("未评估，不经境外通道发送"),
    one_way=_("通道收不到回复"),
    not_approved=_("模板未经通道审核"),
    no_way=_("没有通道可发这个号码"),
    opted_out=_("群众要求不再发短信"),
    unreadable=_("等待密钥"),
    quiet_hours=_("夜间不打扰"),
    enough_today=_("这个号码当天短信已够"),
    no_budget=_("当天短信预算已用完"),
    overtaken=_("同一工单有了更新的短信"),
    stale=_("等得太久，已无意义"),
)

#: What a text to the citizen is about, by its template.
TEXTS = Words(
    received=_("登记，编号与查询码"),
    transferred=_("已转办"),
    transferred_again=_("再次转办"),
    asked=_("请补充情况"),
    extended=_("延期，新的日期"),
    shelved=_("挂账，接着办的日期"),
    merged=_("已并单"),
    answered=_("答复"),
    late=_("逾期说明"),
    survey=_("满意度调查"),
    ended=_("不再办理"),
    withdrawn=_("已撤回"),
    disputed=_("再次办理"),
    code_again=_("新的查询码"),
    **dict.fromkeys((rule.template for rule in TABLE[ProgressAsked]), _("回复进度")),
)

#: What went wrong with a text that did not arrive.
TROUBLES = Words(
    busy=_("通道繁忙"),
    too_many=_("短时间内发给这个号码的太多"),
    unreachable=_("连不上通道"),
    misconfigured=_("通道账号或签名有误"),
    bad_number=_("号码有误"),
    opted_out=_("群众已退订"),
    not_allowed=_("通道不发这个地区"),
    filtered=_("被运营商拦截"),
    phone_off=_("关机或不在服务区"),
    rejected=_("内容被拒"),
    not_approved=_("模板未经通道审核"),
    outcome_unknown=_("不知是否已发出"),
    unknown=_("原因不明"),
)
