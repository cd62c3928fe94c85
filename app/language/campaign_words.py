"""What campaigns are told in: who may do what, why somebody is not asked, and each rate."""

from flask_babel import lazy_gettext as _

from app.language.words import Words
from tickets.callback.sampling import LeftOut

CAMPAIGN_WORK = Words(
    make=_("发起、结束专项回访"),
    read=_("看专项回访的结果"),
    call=_("打专项回访的电话"),
)

WHY_LEFT_OUT = Words(
    {
        LeftOut.SEALED: _("封存件"),
        LeftOut.NO_REPLY: _("群众不要回复"),
        LeftOut.NO_NUMBER: _("没有留号码"),
        LeftOut.BEING_ASKED: _("别的专项回访问过或正在问"),
        LeftOut.SAME_CITIZEN: _("同一号码的其余几件"),
    }
)

RATE_NAMES = Words(
    reached=_("接通率"),
    contacted=_("联系率"),
    solved=_("解决率"),
    satisfied=_("满意率"),
)

#: What is divided by what.
RATE_MEANS = Words(
    reached=_("接通的 ÷ 打完的"),
    contacted=_("答“联系了”的 ÷ 答了这一问的"),
    solved=_("答“已解决”的 ÷ 答了这一问的"),
    satisfied=_("3 分以上的 ÷ 打了分的"),
)
