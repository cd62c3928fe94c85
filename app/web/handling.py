"""The forms of the units: sign, call the citizen, answer; and the reviewer's word on the answer."""

from flask_babel import lazy_gettext as _

from app.api import bodies
from app.language.names import unit_names
from app.language.words import FOUNDED, SOLVED, TOLD
from app.web.forms import FormKind, Offers
from tickets.ground.flow import Move, OrderRole
from tickets.ground.units import Units
from tickets.ticket import Ticket


def _reply(units: Units, ticket: Ticket) -> Offers:
    names = unit_names(units)
    waiting = [names[order.unit] for order in ticket.open_orders() if order.role == OrderRole.JOINT]
    return {
        "founded": list(FOUNDED.items()),
        "solved": list(SOLVED.items()),
        "told": [("", _("还没有告知")), *TOLD.items()],
        "waiting": waiting,
    }


FORMS = {
    Move.SIGN: FormKind(bodies.SignBody, {}, part="handling/_sign.html"),
    Move.CONTACT: FormKind(
        bodies.ContactBody,
        {"reached": _("联系结果"), "at": _("联系时间"), "note": _("说了什么")},
        part="handling/_contact.html",
        moments=frozenset({"at"}),
    ),
    Move.REPLY: FormKind(
        bodies.ReplyBody,
        {
            "text": _("办理情况"),
            "public_text": _("给群众的答复"),
            "founded": _("是否属实"),
            "solved": _("是否解决"),
            "reason": _("没有解决的原因"),
            "told.how": _("怎样告知群众"),
            "told.at": _("告知时间"),
            "without_joint": _("不等协办的原因"),
        },
        part="handling/_reply.html",
        moments=frozenset({"told.at"}),
        offers=_reply,
    ),
    Move.REVIEW: FormKind(
        bodies.ReviewBody,
        {"pass": _("审核结论"), "text": _("审核意见或退回理由")},
        part="handling/_review.html",
    ),
}
