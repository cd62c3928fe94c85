"""The forms of supervision: give a card, answer one."""

from flask_babel import lazy_gettext as _

from app.access.accounts import Viewer
from app.api import bodies
from app.language.words import LEVELS
from app.web.forms import FormKind, Offers, Shape
from tickets.ground.desk import Desk
from tickets.ground.flow import Move
from tickets.ticket import Ticket


def _levels(_desk: Desk, _viewer: Viewer, _ticket: Ticket) -> Offers:
    return {"level": list(LEVELS.items())}


FORMS = {
    Move.SUPERVISE: FormKind(
        bodies.SuperviseBody,
        {
            "level": _("督办级别"),
            "text": _("督办要求（单位可见）"),
            "due_at": _("答复期限"),
            "instruction": _("领导批示"),
        },
        does=_("单位必须按期答复。挂牌和约谈的，答复要由单位负责人签发。"),
        shapes={
            "level": Shape("choices", options="level"),
            "text": Shape("area"),
            "due_at": Shape("moment", optional=True, hint=_("不填就按时限规则。")),
            "instruction": Shape("area", optional=True, rows=2),
        },
        moments=frozenset({"due_at"}),
        offers=_levels,
    ),
    Move.ANSWER_SUPERVISION: FormKind(
        bodies.WordsBody,
        {"text": _("对督办的答复")},
        does=_("答复最先到期的那张督办单。"),
        shapes={"text": Shape("area")},
    ),
}
