"""What the pages about texts say: when each is sent, how much it weighs, and why words are refused."""

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from app.language.provider_words import PROVIDERS as NAMES
from app.language.words import Words

#: When a text is sent, by the fact and the template.
WHEN = Words(
    {
        "registered received": _("登记了一件事"),
        "code_reissued code_again": _("补发了查询码"),
        "declined ended": _("决定不予受理"),
        "citizen_asked asked": _("请群众补充情况"),
        "dispatched transferred": _("第一次派给单位"),
        "dispatched transferred_again": _("后一轮又派给单位"),
        "reworked transferred_again": _("审核员开了新一轮重办"),
        "merged merged": _("并入另一张工单"),
        "followed answered": _("并入的主单答复了"),
        "followed survey": _("并入的主单答复了，等回访"),
        "followed ended": _("并入的主单没有答复就结束了"),
        "clock_breached late": _("主办单位没有按期答复"),
        "reviewed answered": _("答复通过审核"),
        "reviewed survey": _("答复通过审核，等回访"),
        "decided extended": _("同意延期"),
        "decided shelved": _("同意挂账"),
        "decided ended": _("同意终止办理"),
        "decided withdrawn": _("同意撤回"),
        "withdrawn withdrawn": _("群众撤回"),
        "disputed disputed": _("群众提出异议"),
        "progress_asked progress_received": _("群众发编号问进度，还没有派单"),
        "progress_asked progress_in_hand": _("群众发编号问进度，单位在办"),
        "progress_asked progress_late": _("群众发编号问进度，单位逾期了"),
        "progress_asked progress_waiting": _("群众发编号问进度，在等群众补充"),
        "progress_asked progress_put_aside": _("群众发编号问进度，挂账中"),
        "progress_asked progress_going": _("群众发编号问进度，在办而没有日期"),
        "progress_asked progress_answered": _("群众发编号问进度，有答复了"),
        "progress_asked progress_ended": _("群众发编号问进度，办结了"),
    }
)

#: What happens without a text.
SILENT = Words(
    answered=_("话务员当场答复"),
    handed_over=_("转给紧急服务"),
    amended=_("更正登记"),
    supplemented=_("群众补充了情况"),
    not_supplemented=_("到期没有补充"),
    noted=_("内部备注"),
    urged=_("群众催办"),
    recalled=_("收回派单"),
    return_asked=_("单位申请退回"),
    sub_dispatched=_("二次派单"),
    unmerged=_("取消并单"),
    follower_joined=_("有工单并进来"),
    follower_left=_("并进来的工单分开了"),
    signed=_("单位签收"),
    taken=_("承办人接手"),
    contacted=_("单位联系了群众"),
    extension_asked=_("单位申请延期"),
    shelving_asked=_("单位申请挂账"),
    resumed=_("挂账恢复办理"),
    termination_asked=_("单位申请终止"),
    sign_off_asked=_("答复等负责人签发"),
    replied=_("单位答复，等审核"),
    unseal_asked=_("申请查看密件"),
    request_lapsed=_("申请失效"),
    called_back=_("回访"),
    closed=_("审核员办结"),
    withdrawal_asked=_("申请撤回"),
    supervised=_("发督办单"),
    supervision_answered=_("答复督办"),
    clock_warned=_("时限将到"),
    clock_urged=_("书面催办单位"),
    clock_listed=_("通报单位"),
    clock_recomputed=_("重算时限"),
    archived=_("归档"),
    identity_read=_("查看身份"),
    surveyed=_("专项回访"),
    citizen_told=_("打电话告诉了群众"),
    text_repeated=_("没送到的短信再发一次"),
    attached=_("收到附件"),
    attachment_removed=_("移除附件"),
    attachment_restored=_("恢复附件"),
    attachment_refused=_("附件查出病毒"),
)

#: Why nobody hears of it by text, by the reason the table gives.
WHY_SILENT = Words(
    {
        "the citizen heard it on the telephone": _("群众在电话里听到了"),
        "the citizen is on the telephone with whoever takes over": _("群众正和接手的人通话"),
        "the citizen told us, or will see it": _("群众告诉我们的，或者会看到"),
        "the citizen told us": _("群众告诉我们的"),
        "it goes on as it is; the date of the answer says so": _("照常办，答复日期已经告诉过"),
        "of the house": _("内部的事"),
        "of the house; the next transfer is told": _("内部的事，再派时会告诉"),
        "of the house; the lead answers": _("内部的事，由主办答复"),
        "it goes on as if nothing had been": _("照常办，和没并过一样"),
        "told to the follower": _("告诉并进来的那位"),
        "of the house; the unit's call follows": _("内部的事，单位会打电话"),
        "the citizen was on the telephone": _("刚通过电话"),
        "of the house until it is granted": _("内部的事，同意了才告诉"),
        "the unit's call follows": _("单位会打电话"),
        "not an answer before the reviewer passed it": _("审核通过才算答复"),
        "the citizen was asked or told us": _("刚问过群众"),
        "the callback desk explains it": _("回访员会说明"),
        "the reviewer calls first": _("审核员先打电话"),
        "of the house; the citizen heard of it when it broke": _("内部的事，超期时已经告诉"),
        "the text that did not arrive goes once more, in its own words": _("原来的短信再发一次，话不变"),
        "the next text says the new date": _("下一条短信会说新的日期"),
    }
)

STANDINGS = Words(
    notice=lazy_pgettext("text", "告知"),
    helpful=lazy_pgettext("text", "便民"),
    courtesy=lazy_pgettext("text", "礼节"),
    asked_for=lazy_pgettext("text", "有问才答"),
)

#: Why a notice must be told; for the others, what nobody misses.
TELLS = Words(
    received=_("告知受理和编号"),
    asked=_("告知缺什么、什么时候截止"),
    extended=_("告知新的日期，可以问原因"),
    shelved=_("告知为什么久、到什么时候"),
    answered=_("告知有了答复"),
    ended=_("告知不再办理，可以问原因"),
    disputed=_("告知异议已经记下"),
    withdrawn=_("确认是群众自己的决定"),
    transferred=_("知道在谁手里、什么时候有答复"),
    transferred_again=_("知道又在办了"),
    merged=_("知道编号和查询码照用"),
    code_again=_("新查询码只有这一条路"),
    survey=_("不想回就不回，回访员还会打电话"),
    late=_("道一声歉"),
    progress_received=_("群众刚发短信问的"),
    progress_in_hand=_("群众刚发短信问的"),
    progress_late=_("群众刚发短信问的"),
    progress_waiting=_("群众刚发短信问的"),
    progress_put_aside=_("群众刚发短信问的"),
    progress_going=_("群众刚发短信问的"),
    progress_answered=_("群众刚发短信问的"),
    progress_ended=_("群众刚发短信问的"),
)

AUDIENCES = Words(citizen=_("群众"))

#: What a variable stands for.
VARIABLES = Words(
    {
        "ref | grouped": _("完整编号"),
        "ref | tail": _("编号后四位"),
        "fact.tracking_code": _("查询码"),
        "fact.due_at | day": _("答复日期"),
        "fact.until | day": _("补充的截止日期"),
        "fact.effect.due_at | day": _("延期后的日期"),
        "fact.effect.until | day": _("接着办的日期"),
    }
)

#: Those that approve words before they send them.
PROVIDERS = Words({name: NAMES[name] for name in ("aliyun", "twilio")})

APPROVALS = Words(
    not_submitted=_("未送审"), submitted=_("审核中"), approved=_("已通过"), rejected=_("未通过")
)

#: Why a word is forbidden, by its sort.
FORBIDDEN = Words(
    report=_("旁人一看就知道有人被举报。"),
    complaint=_("运营商会拦，也让旁人知道有人投诉。"),
    welfare=_("旁人一看就知道这家人靠救助。"),
    matter=_("说出了是什么事。"),
    fraud=_("像诈骗短信；我们从不问这些。"),
    politics=_("运营商会拦。"),
    person=_("短信里不点任何人。"),
    sealed=_("密件的短信不说是什么事、哪个单位。"),
)

#: What can be wrong with the words of a text: the sentence, the remedy.
REFUSALS = {
    "wording_empty": (_("内容是空的。"), _("请写明内容，只有空格不算。")),
    "wording_forbidden": (_("不能写“%(word)s”：%(why)s"), _("请换个说法。")),
    "wording_unit": (_("点了“%(name)s”的名。"), _("同一段话发给所有单位的群众，请删去。")),
    "wording_link": (_("有网址“%(link)s”。"), _("运营商会拦，请改成“打12345”；句号后面请空一格。")),
    "wording_number": (_("有号码“%(number)s”。"), _("只能写 12345，请删去别的号码。")),
    "wording_bracket": (_("有“%(sign)s”。"), _("这种括号只给签名用，签名会自动加上，请删去。")),
    "wording_sign": (_("有网关不收的符号：%(signs)s。"), _("请删去表情、换行和看不见的符号。")),
    "wording_brace": (_("有多出来的花括号。"), _("变量请照“可用的变量”里的样子写，一个字符都不差。")),
    "wording_personal": (
        _("变量“%(variable)s”是个人信息，短信里不能有。"),
        _("可用的只有：%(allowed)s。"),
    ),
    "wording_variable": (_("这条短信没有变量“%(variable)s”。"), _("可用的只有：%(allowed)s。")),
    "wording_twice": (_("变量“%(variable)s”用了两种写法。"), _("一条短信里只用一种。")),
    "wording_untold": (_("少了这条短信必须告诉群众的：%(variables)s。"), _("请补上。")),
    "wording_not_gsm": (
        _("这些字符会让整条英文短信变成 UCS-2，贵一倍多：%(signs)s。"),
        _("请改成键盘上的普通引号、短横和省略号。"),
    ),
    "wording_too_long": (
        _("最长会到 %(length)s 字，要算 %(segments)s 条；最多 %(most)s 条，%(room)s 字（连签名）。"),
        _("请缩短。"),
    ),
    "text_must_be_told": (
        _("这条不能关：%(tells)s%(law)s"),
        _("不合适的话，可以改它的说法。"),
    ),
    "approval_without_code": (_("“已通过”要有模板编号。"), _("请照通道后台抄写编号。")),
    "approval_in_the_future": (_("日期还没有到。"), _("请填今天或以前的日期。")),
}
