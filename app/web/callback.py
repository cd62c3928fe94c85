"""The forms that ask the citizen, and the one that ends a ticket without the citizen's yes."""

from flask_babel import lazy_gettext as _

from app.api import bodies
from app.language.words import CLOSE_GROUNDS, SATISFACTION, SOLVED
from app.web.forms import FormKind, Offers
from tickets.ground.flow import Move
from tickets.ground.units import Units
from tickets.ticket import Ticket

NOT_ASKED = ("", _("未问"))


def _questions(_units: Units, _ticket: Ticket) -> Offers:
    return {
        "contacted": [("true", _("联系了")), ("false", _("没有联系")), NOT_ASKED],
        "solved": [*SOLVED.items(), NOT_ASKED],
        "satisfaction": [*SATISFACTION.items(), NOT_ASKED],
    }


def _grounds(_units: Units, _ticket: Ticket) -> Offers:
    return {"grounds": list(CLOSE_GROUNDS.items())}


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
        },
        part="callback/_call_back.html",
        offers=_questions,
    ),
    Move.CLOSE: FormKind(
        bodies.CloseBody,
        {"ground": _("办结依据"), "text": _("说明")},
        part="callback/_close.html",
        offers=_grounds,
    ),
}
