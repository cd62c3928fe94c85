"""Words of calls that nobody picked up for: whom to call back, and messages left behind."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.language.words import Words

#: Why somebody is to be called back.
CAUSES = Words(missed=_("来电未接"), wish=_("要求回电"))

#: When somebody wants to be called.
HOURS = Words(any=_("什么时候都可以"), morning=_("上午"), afternoon=_("下午"))

#: What is spoken with whoever is called back.
TONGUES = Words(zh_Hans=_("中文"), en=_("英文"))

#: Why nothing need come of a message.
ASIDE = Words(
    silence=_("没有说话"),
    spam=_("骚扰"),
    wrong_number=_("打错了"),
    called=_("已电话处理"),
    lost=_("录音没有取到"),
)

REFUSALS: dict[str, tuple[LazyString | str, LazyString | str]] = {
    "no_such_call_back": (_("没有这条待回电。"), _("请回到待回电的清单，看下一条。")),
    "no_such_voice": (_("没有这条留言。"), _("请回到语音留言的列表，看看它是不是已经处理了。")),
    "voice_settled": (_("这条留言已经处理过了。"), _("请刷新页面，看看它去了哪里。")),
    "voice_not_aside": (_("这条留言没有搁置，不用放回。"), _("请刷新页面，看看现在的情况。")),
    "call_back_done": (_("这个电话已经有人回过了。"), _("请刷新页面，看下一条。")),
    "call_back_open": (_("这条还在待回电里，不用放回。"), _("请刷新页面，看看现在的情况。")),
    "call_back_anew": (_("这个号码后来又来过电话，已经在待回电里。"), _("请处理新的那一条。")),
}
