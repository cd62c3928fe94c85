"""What the telephone says, in Chinese and in English."""

from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_skeleton
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.language.i18n import speaking
from app.language.words import Words
from app.voice.menus import Line
from app.voice.rows import Tongue
from app.voice.verbs import Say
from tickets.ground.refs import SHANGHAI
from tickets.ground.words import Stage

#: Said in both tongues, one after the other: nobody has chosen yet.
IN_BOTH = frozenset({Line.WELCOME})

LINES = Words(
    welcome=_("您好，这里是政务服务便民热线。中文请按 1。"),
    closed=_("现在是非工作时间。"),
    busy=_("现在来电较多，暂时无人接听。"),
    menu=_("查询办理进度请按 1，留言请按 2，要我们给您回电话请按 3，重新选择语言请按 9。"),
    menu_no_number=_("查询办理进度请按 1，留言请按 2，重新选择语言请按 9。"),
    ask_ref=_("请输入十四位工单编号。"),
    ask_code=_("请输入六位查询码。"),
    ask_hours=_("希望我们什么时候打给您？上午请按 1，下午请按 2，都可以请按 3。"),
    speak=_("请在嘀声后说出您的事情和地点，说完按井号键，最长三分钟。录音只用来办理您的事情。"),
    not_found=_("编号和查询码对不上。"),
    too_many=_("试的次数太多了，今天不能再查。可以留言，或者在工作时间打来。"),
    not_understood=_("没有听清您的选择。"),
    not_heard=_("没有录到声音。"),
    promised=_("好的，我们会给您回电话。"),
    kept=_("您的留言收到了，工作人员会听。"),
    goodbye=_("再见。"),
)

STAGES = Words(
    received=_("您的事情已经收到，正在转给单位。"),
    in_hand=_("您的事情正在办理。"),
    waiting=_("您的事情在等您补充情况，请在工作时间打来说明。"),
    put_aside=_("您的事情一时办不成，我们记着，到时接着办。"),
    answered=_("您的事情有答复了，想听答复请在工作时间打来。"),
    ended=_("您的事情已经办结。"),
)


#: What happens by the day that is told, where there is one.
DUE = Words(
    received=_("最晚 %(day)s 转给单位。"),
    in_hand=_("最晚 %(day)s 答复您。"),
    waiting=_("请在 %(day)s 前补充。"),
    put_aside=_("%(day)s 接着办。"),
)


def say(lines: Sequence[Line], tongue: str) -> list[Say]:
    """Give *lines* in the *tongue* of the call; what comes before a choice in both."""
    said: list[Say] = []
    for line in lines:
        for one in Tongue if line in IN_BOTH else (Tongue(tongue),):
            with speaking(one):
                said.append(Say(str(LINES[line]), one))
    return said


def say_progress(stage: Stage, due_at: datetime | None, *, late: bool, tongue: str) -> list[Say]:
    """Tell where a matter stands, and by when somebody hears of it. No word of what it is about."""
    with speaking(tongue):
        said = [str(STAGES[stage])]
        if late:
            said.append(gettext("已经超过原定的日期，对不起，我们正在催办。"))
        elif due_at is not None and stage in DUE:
            day = format_skeleton("MMMMd", due_at.astimezone(SHANGHAI), locale=tongue)
            said.append(str(DUE[stage]) % {"day": day})
        return [Say(" ".join(said), tongue)]
