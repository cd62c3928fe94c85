"""The forms that ask the citizen, hear them out, and end a ticket without the citizen's yes."""

from flask_babel import lazy_gettext as _

from app.access.accounts import Viewer
from app.api import bodies
from app.language.names import reason_options
from app.language.words import SATISFACTION, SOLVED
from app.web.forms import FormKind, Offers, Shape
from tickets.ground.desk import Desk
from tickets.ground.flow import Move
from tickets.ground.words import ReasonList
from tickets.ticket import Ticket

NOT_ASKED = ("", _("未问"))


def questions() -> Offers:
    """What there is to choose from for each of the three questions; it is the same for every ticket."""
    return {
        "contacted": [("true", _("联系了")), ("false", _("没有联系")), NOT_ASKED],
        "solved": [*SOLVED.items(), NOT_ASKED],
        "satisfaction": [*SATISFACTION.items(), NOT_ASKED],
    }


def _questions(_desk: Desk, _viewer: Viewer, _ticket: Ticket) -> Offers:
    return questions()


def _grounds(desk: Desk, _viewer: Viewer, _ticket: Ticket) -> Offers:
    return {"ground": reason_options(desk.rules.reasons, ReasonList.CLOSE)}


FORMS = {
    Move.CALL_BACK: FormKind(
        bodies.CallBackBody,
        {
            "reached": _("是否接通"),
            "contacted": _("有没有人联系过您？"),
            "solved": _("事情解决得怎么样？"),
            "satisfaction": _("对办理满意吗？"),
            "reason": _("群众原话"),
            "note": _("内部备注"),
            "again_at": _("什么时候再打"),
        },
        moments=frozenset({"again_at"}),
        part="callback/_call_back.html",
        offers=_questions,
        main=True,
    ),
    Move.CLOSE: FormKind(
        bodies.CloseBody,
        {"ground": _("办结依据"), "text": _("说明")},
        does=_("没有群众的“解决”而办结；群众的评价照样计入。"),
        shapes={"ground": Shape("choices", options="ground"), "text": Shape("area")},
        offers=_grounds,
        main=True,
    ),
    Move.WITHDRAW: FormKind(
        bodies.WordsBody,
        {"text": _("群众怎么说的")},
        does=_("群众自己不想办了才撤回。举报和督办中的事，由审核员问过群众再定。"),
        shapes={"text": Shape("area", rows=2)},
    ),
    Move.DISPUTE: FormKind(
        bodies.WordsBody,
        {"text": _("群众不认可什么")},
        does=_("办结 10 天内可提一次；开始新的一轮，由派单员派单。"),
        shapes={"text": Shape("area")},
    ),
    Move.ASK_UNSEAL: FormKind(
        bodies.WordsBody,
        {"text": _("为什么要看")},
        does=_("由监督员决定；同意后 24 小时内可以查看，每次查看都会记录。"),
        shapes={"text": Shape("area", rows=2)},
    ),
}
