"""What the telephone says on a call we made, in two tongues. No word of what the matter is about."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _

from app.language.i18n import speaking
from app.language.words import Words
from app.outbound.script import OTHER, Line
from app.voice.verbs import Say
from tickets.ground.words import Language
from tickets.ticket import Ticket

#: What is heard before a key was pressed may be heard by anybody, and stay on an answering machine.
LINES = Words(
    greeting=_(
        "您好，这里是政务服务便民热线，想请您按键回答三个问题，大约一分钟。现在回答请按 1，改天再打请按 2。"
    ),
    other_tongue=_("中文请按 9。"),
    contacted=_("第一个问题：有没有人联系过您？联系了请按 1，没有联系请按 2。"),
    solved=_("第二个问题：事情解决得怎么样？已解决请按 1，部分解决请按 2，未解决请按 3。"),
    satisfaction=_(
        "第三个问题：对办理满意吗？非常满意请按 5，满意请按 4，"
        "基本满意请按 3，不满意请按 2，非常不满意请按 1。"
    ),
    not_understood=_("没有听清您的选择。"),
    thanks=_("您的回答已经记下，谢谢您。"),
    later=_("好的，我们改天再打给您。"),
    goodbye=_("再见。"),
)
ABOUT = _("想问的是您尾号 %(tail)s 的工单。")
#: Of a sealed matter nobody says that it has a number.
ABOUT_SEALED = _("想问的是您之前反映的事情。")


def say(ticket: Ticket, lines: Sequence[Line], tongue: Language) -> list[Say]:
    """Give *lines* in *tongue*."""
    return [_say(ticket, line, OTHER[tongue] if line is Line.OTHER_TONGUE else tongue) for line in lines]


def _say(ticket: Ticket, line: Line, tongue: Language) -> Say:
    with speaking(tongue):
        if line is not Line.ABOUT:
            return Say(str(LINES[line]), tongue)
        # Digit by digit, or it would be spoken as one number.
        about = str(ABOUT_SEALED) if ticket.sealed else str(ABOUT) % {"tail": " ".join(ticket.ref[-4:])}
        return Say(about, tongue)
