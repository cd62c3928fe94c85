"""The forms that give a ticket to units, take it back, put two together, and open another round."""

from flask_babel import lazy_gettext as _

from app.access.accounts import Viewer
from app.api import bodies
from app.language.names import options, reason_options
from app.language.suggesting import name_of, why
from app.language.words import URGENCIES
from app.reading.suggesting import help_for
from app.web.forms import FormKind, Offers, Shape
from tickets.ground.desk import Desk
from tickets.ground.flow import Move
from tickets.ground.units import UnitRow
from tickets.ground.words import ReasonList, UnitKind
from tickets.intake.suggest import Matter
from tickets.ticket import Ticket
from tickets.ticket.orders import trouble_with
from tickets.transfer.sub_dispatch import may_give

#: As many joint units as the form has room for.
MOST_JOINT = 3


def _units(desk: Desk, _viewer: Viewer, ticket: Ticket) -> Offers:
    """Who may be given this ticket: no agency, not the unit complained about, none below it."""
    units = desk.rules.units

    def wanted(unit: UnitRow) -> bool:
        return unit.kind != UnitKind.HOTLINE and trouble_with(units, ticket, unit.code) is None

    return {
        "units": [("", "—"), *options(units, wanted)],
        "urgencies": list(URGENCIES.items()),
        "joint": range(MOST_JOINT),
    }


def _dispatch(desk: Desk, viewer: Viewer, ticket: Ticket) -> Offers:
    """Besides, which of them matters like this one went to, with the reasons; chosen is none of them."""
    offers = _units(desk, viewer, ticket)
    offered = dict(offers["units"])
    matter = Matter(f"{ticket.title}\n{ticket.text}", ticket.division, tuple(ticket.about_units))
    found = help_for(desk, viewer, matter).suggestions.units
    rules = desk.rules
    suggested = [
        (one.value, name_of("unit", one.value, rules), why("unit", one, rules))
        for one in found
        if one.value in offered
    ]
    return {**offers, "suggested": suggested}


def _return(desk: Desk, viewer: Viewer, ticket: Ticket) -> Offers:
    return {**_units(desk, viewer, ticket), "reason": reason_options(desk.rules.reasons, ReasonList.RETURN)}


def _below(desk: Desk, viewer: Viewer, ticket: Ticket) -> Offers:
    units = desk.rules.units
    taken = {order.unit for order in ticket.open_orders()}

    def wanted(unit: UnitRow) -> bool:
        fits = may_give(units, viewer.unit, unit.code) and unit.code not in taken
        return fits and trouble_with(units, ticket, unit.code) is None

    return {"units": [("", "—"), *options(units, wanted)]}


FORMS = {
    Move.DISPATCH: FormKind(
        bodies.DispatchBody,
        {
            "lead": _("主办单位"),
            "joint": _("协办单位"),
            "note": _("派单说明（单位可见）"),
            "urgency": _("紧急程度"),
        },
        part="transfer/_dispatch.html",
        many=frozenset({"joint"}),
        offers=_dispatch,
        main=True,
    ),
    Move.RECALL: FormKind(
        bodies.WordsBody,
        {"text": _("收回的理由（单位可见）")},
        does=_("主办签收之前可以收回，收回后重新派单。"),
        shapes={"text": Shape("area", rows=2)},
    ),
    Move.ASK_RETURN: FormKind(
        bodies.AskReturnBody,
        {"reason": _("退回的理由"), "text": _("说明和依据"), "suggested_unit": _("应由谁办")},
        does=_("由派单员决定。不同意并指定承办的，不能再退。"),
        shapes={
            "reason": Shape("choices", options="reason"),
            "text": Shape("area"),
            "suggested_unit": Shape("select", options="units", optional=True),
        },
        offers=_return,
        shortcut="F7",
    ),
    Move.SUB_DISPATCH: FormKind(
        bodies.SubDispatchBody,
        {"unit": _("派给下级"), "note": _("要求"), "due_at": _("最晚答复")},
        does=_("下级单位签收、答复后，本单位才能答复；期限不晚于本单位的期限。"),
        shapes={
            "unit": Shape("select", options="units"),
            "note": Shape("area", optional=True, rows=2),
            "due_at": Shape("moment", optional=True, hint=_("不填就按时限规则。")),
        },
        moments=frozenset({"due_at"}),
        offers=_below,
    ),
    Move.MERGE: FormKind(
        bodies.MergeBody,
        {"into": _("并入哪张工单")},
        does=_("同一件事才并单。来电人的编号、短信、回访都保留；并错了可以取消。"),
        shapes={"into": Shape(hint=_("填另一张工单的 14 位编号。"))},
    ),
    Move.UNMERGE: FormKind(
        bodies.NothingBody,
        {},
        does=_("回到并单之前的状态，派单和时限照旧。"),
    ),
    Move.REWORK: FormKind(
        bodies.ReworkBody,
        {"text": _("重办理由（单位可见）"), "unit": _("交给")},
        does=_("开始新的一轮，时限重新计算；上一轮的答复原样保留。"),
        shapes={
            "text": Shape("area"),
            "unit": Shape("select", options="units", optional=True, hint=_("不选就交给上一轮的主办单位。")),
        },
        offers=_units,
        main=True,
    ),
}
