"""The forms of the units: sign, take, call, ask for time, answer; and the reviewer's word on the answer."""

from flask_babel import lazy_gettext as _
from sqlmodel import col, select

from app.access.accounts import Account, Role, Viewer
from app.api import bodies
from app.language.clock_words import PAUSE_GROUNDS
from app.language.names import reason_options, unit_names
from app.language.words import FOUNDED, SOLVED, TOLD
from app.web.forms import FormKind, Offers, Shape
from app.web.ticket_files import BESIDE
from tickets.ground.desk import Desk
from tickets.ground.flow import Move, OrderRole
from tickets.ground.words import SHELVING_GROUNDS, ReasonList
from tickets.ticket import Ticket
from tickets.ticket.orders import handle_policy_of


def _reply(desk: Desk, viewer: Viewer, ticket: Ticket) -> Offers:
    names = unit_names(desk.rules.units)
    leads = any(order.unit == viewer.unit and order.role == OrderRole.LEAD for order in ticket.open_orders())
    joint = [order for order in ticket.open_orders() if order.role == OrderRole.JOINT]
    return {
        "founded": list(FOUNDED.items()),
        "solved": list(SOLVED.items()),
        "told": [("", _("还没有告知")), *TOLD.items()],
        "waiting": [names[order.unit] for order in joint] if leads else [],
    }


def _colleagues(desk: Desk, viewer: Viewer, ticket: Ticket) -> Offers:
    found = desk.session.exec(
        select(Account.username, Account.display_name)
        .where(
            Account.unit == viewer.unit,
            col(Account.active),
            col(Account.role).in_((Role.HANDLER, Role.HEAD)),
            col(Account.username).not_in(ticket.recused),
        )
        .order_by(col(Account.username))
    ).all()
    others = [(name, f"{shown} {name}") for name, shown in found if name != viewer.username]
    return {"colleagues": [("", _("我自己")), *others]}


def _days(desk: Desk, viewer: Viewer, ticket: Ticket) -> Offers:
    mine = next((order for order in ticket.open_orders() if order.unit == viewer.unit), None)
    policy = handle_policy_of(desk, ticket, mine) if mine else None
    return {"most": {"days": policy.extension_cap if policy else 0}}


def _grounds(desk: Desk, _viewer: Viewer, _ticket: Ticket) -> Offers:
    return {"ground": reason_options(desk.rules.reasons, ReasonList.TERMINATION)}


def _pauses(desk: Desk, viewer: Viewer, ticket: Ticket) -> Offers:
    mine = next((order for order in ticket.open_orders() if order.unit == viewer.unit), None)
    policy = handle_policy_of(desk, ticket, mine) if mine else None
    grounds = [ground for ground in SHELVING_GROUNDS if policy and policy.pauses_for(ground)]
    return {"ground": [(ground, PAUSE_GROUNDS[ground]) for ground in grounds]}


FORMS = {
    Move.SIGN: FormKind(
        bodies.NothingBody,
        {},
        does=_("签收后由本单位办理，签收时限到此为止。"),
        shortcut="F4",
        main=True,
    ),
    Move.TAKE: FormKind(
        bodies.TakeBody,
        {"username": _("由谁办理")},
        does=_("记下本单位谁在办；请假的人，由指定的代理人接手。"),
        shapes={"username": Shape("select", options="colleagues")},
        offers=_colleagues,
    ),
    Move.CONTACT: FormKind(
        bodies.ContactBody,
        {"reached": _("联系结果"), "at": _("联系时间"), "note": _("说了什么")},
        part="handling/_contact.html",
        moments=frozenset({"at"}),
        main=True,
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
        beside=BESIDE,
        part="handling/_reply.html",
        moments=frozenset({"told.at"}),
        offers=_reply,
        main=True,
    ),
    Move.ASK_EXTENSION: FormKind(
        bodies.AskExtensionBody,
        {"days": _("延长几天"), "text": _("理由（群众看得到）")},
        does=_("到期之前申请，每轮一次；同意后群众会收到新的日期。"),
        shapes={"days": Shape("number"), "text": Shape("area")},
        offers=_days,
    ),
    Move.ASK_SHELVING: FormKind(
        bodies.AskShelvingBody,
        {"ground": _("暂停原因"), "until": _("挂账到哪天"), "text": _("措施和承诺（群众看得到）")},
        does=_("客观上一时办不成的，写明措施和日期，由督办员决定；到期自动恢复办理。"),
        shapes={
            "ground": Shape("choices", options="ground", optional=True),
            "until": Shape("moment"),
            "text": Shape("area"),
        },
        moments=frozenset({"until"}),
        offers=_pauses,
    ),
    Move.RESUME: FormKind(
        bodies.NothingBody,
        {},
        does=_("从挂账回到办理中，时限接着走。"),
        main=True,
    ),
    Move.ASK_TERMINATION: FormKind(
        bodies.AskTerminationBody,
        {"ground": _("依据"), "text": _("书面说明")},
        does=_("不再办下去，由审核员决定；同意后办结，群众会收到短信。"),
        shapes={"ground": Shape("choices", options="ground"), "text": Shape("area")},
        offers=_grounds,
    ),
    Move.REVIEW: FormKind(
        bodies.ReviewBody,
        {"pass": _("审核结论"), "text": _("审核意见或退回理由")},
        part="handling/_review.html",
        main=True,
    ),
}
