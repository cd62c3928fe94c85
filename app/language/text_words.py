"""Words of texts, those to citizens and theirs to us: what each is about, and what became of it."""

from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.language.words import Words
from notifications.table import TABLE
from tickets.ground.facts import ProgressAsked
from tickets.ground.refs import SHANGHAI

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

#: What is spoken on a call.
TONGUES = Words(zh_Hans=_("中文"), en=_("英文"))

#: What came of a call the house made by itself.
RUNG = Words(
    going_on=_("正在打"),
    answered=_("已按键回答"),
    later=_("群众要求改天再打"),
    hung_up=_("没有答完就挂断"),
    no_key=_("接通后没有按键"),
    busy=_("占线"),
    no_answer=_("无人接听"),
    failed=_("打不通"),
    refused=_("通道不拨这个号码，转人工"),
    not_taken=_("通道没有受理，过后再试"),
    withheld=_("按规定不用语音外呼，转人工"),
    unknown=_("不知道有没有打通，转人工"),
    called_off=_("不用再打，已取消"),
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
    quiet_day=_("除夕和初一不打扰"),
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

#: Why a call was not made, or not taken.
NOT_RUNG = Words({**HELD, **TROUBLES, "takes_texts": _("这个号码能收短信")})


def why_said(fate: str, because: str | None, until: datetime | None = None) -> str:
    """
    Say in one sentence where a text stands and why, in the language of who asked.

    *because* is the rule that holds it back or what went wrong with it; *until* is when a text that waits
    goes at the earliest.
    """
    stands = FATES[fate]
    if because is None:
        return str(gettext("%(fate)s。", fate=stands))
    why = HELD.get(because) or TROUBLES[because]
    if until is not None:
        when = f"{until.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        return str(gettext("%(fate)s：%(why)s，最早 %(when)s 发出。", fate=stands, why=why, when=when))
    return str(gettext("%(fate)s：%(why)s。", fate=stands, why=why))
