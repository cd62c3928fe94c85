"""What each desk holds: its lists, in which order, and what stands in a row of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy.sql import ColumnElement
from sqlmodel import col

from app.access.accounts import Role, Viewer
from app.reading.board import board
from app.reading.callbacks import TO_ASK, may_be_asked
from app.reading.chasing import UrgeNotice, chased_in_unit
from app.reading.desks import (
    cards_due,
    has_clock,
    in_state,
    orders_due,
    requests_due,
    tickets_due,
)
from app.reading.due import Standing, next_due, standing
from app.reading.paging import Page
from tickets.ground.clock import ONLY_LIMITS, Clock, Notice
from tickets.ground.desk import Desk
from tickets.ground.flow import Move, OrderState, State
from tickets.ticket import Order, Request, SupervisionCard, Ticket


@dataclass(frozen=True)
class Row:
    """One line of a desk."""

    ticket: Ticket
    due: Standing | None
    unit: str | None
    order: Order | None = None
    #: What somebody asks for, or what is demanded of the unit.
    request: Request | None = None
    card: SupervisionCard | None = None
    #: How far it is on the ladder.
    step: Notice | None = None
    #: The written notice to hurry.
    notice: UrgeNotice | None = None

    @property
    def is_late(self) -> bool:
        """What is due next should have been done."""
        return self.due is not None and self.due.left is not None and self.due.left.overdue


@dataclass(frozen=True)
class Asked:
    """Which desk is asked for, from where on, and when: all its lists are of one moment."""

    desk: Desk
    viewer: Viewer
    after: str | None
    now: datetime


Rows = Page[Row]
Ask = Callable[[Asked], Rows]


@dataclass(frozen=True)
class Section:
    """One list of a desk: its name in addresses, its head, what is said where it is empty, its rows."""

    name: str
    title: LazyString
    empty: LazyString
    ask: Ask
    #: The move that can be made on several rows at once.
    bulk: Move | None = None
    #: Nothing is said of it where it is empty: it is not there on most days.
    rare: bool = False


def _tickets(*conditions: ColumnElement[bool], known: bool = False) -> Ask:
    def ask(asked: Asked) -> Rows:
        desk = asked.desk
        found = tickets_due(desk, asked.viewer, *conditions, after=asked.after, known=known)
        rows = [
            Row(ticket, next_due(ticket.clocks, asked.now, desk.rules), _unit_of(ticket))
            for ticket in found.rows
        ]
        return Page(rows, found.next)

    return ask


def _unit_of(ticket: Ticket) -> str | None:
    lead = ticket.lead_order()
    return lead.unit if lead else None


def _orders(state: OrderState) -> Ask:
    def ask(asked: Asked) -> Rows:
        found = orders_due(asked.desk, asked.viewer, state, after=asked.after, mine="mine" in request.args)
        rows = [_order_row(asked, order, ticket) for order, ticket in found.rows]
        # The list comes by the date of the answer; on the page what presses first, a signature, is on top.
        rows.sort(key=lambda row: row.due.due_at if row.due else row.ticket.registered_at)
        return Page(rows, found.next)

    return ask


def _requests(asked: Asked) -> Rows:
    found = requests_due(asked.desk, asked.viewer, after=asked.after)
    rows = [
        Row(ticket, _of_subject(asked, ticket, one.id), one.asked_unit, request=one)
        for one, ticket in found.rows
    ]
    return Page(rows, found.next)


def _cards(asked: Asked) -> Rows:
    found = cards_due(asked.desk, asked.viewer, after=asked.after)
    rows = [
        Row(ticket, _of_subject(asked, ticket, card.id), card.unit, card=card) for card, ticket in found.rows
    ]
    return Page(rows, found.next)


def _of_subject(asked: Asked, ticket: Ticket, subject: UUID) -> Standing | None:
    its = [clock for clock in ticket.clocks if clock.subject_id == subject]
    return next_due(its, asked.now, asked.desk.rules)


def _board(asked: Asked) -> Rows:
    wanted = request.args.get("step", "")
    only = Notice(wanted) if wanted in set(Notice) else None
    found = board(asked.desk, asked.viewer, after=asked.after, only=only)
    rows = [
        Row(ticket, next_due(_owed(ticket), asked.now, asked.desk.rules), _unit_of(ticket), step=step)
        for step, ticket in found.rows
    ]
    return Page(rows, found.next)


def _owed(ticket: Ticket) -> list[Clock]:
    """The clocks somebody can be late by; the board counts no others."""
    return [clock for clock in ticket.clocks if clock.kind not in ONLY_LIMITS]


def _chased(asked: Asked) -> Rows:
    found = chased_in_unit(asked.desk, asked.viewer, asked.after)
    rows = [
        Row(
            one.ticket,
            standing(one.clock, asked.now, asked.desk.rules),
            one.order.unit,
            step=Notice(one.clock.rung or ""),
            notice=one.notice,
        )
        for one in found.rows
    ]
    return Page(rows, found.next)


def _order_row(asked: Asked, order: Order, ticket: Ticket) -> Row:
    mine = [clock for clock in ticket.clocks if clock.order_id == order.id]
    return Row(ticket, next_due(mine, asked.now, asked.desk.rules), order.unit, order)


#: In callback: the citizen said no, or is still to be asked.
SAID_NO = (in_state(State.CALLBACK), col(Ticket.awaits_reviewer).is_(True))


def _to_call(asked: Asked) -> Rows:
    return _tickets(*TO_ASK, may_be_asked(asked.now), known=True)(asked)


def _to_call_later(asked: Asked) -> Rows:
    return _tickets(*TO_ASK, ~may_be_asked(asked.now), known=True)(asked)


REGISTERED = Section(
    "registered", _("待派单"), _("没有等着派单的工单。"), _tickets(in_state(State.REGISTERED))
)
TO_DISPATCH = replace(REGISTERED, bulk=Move.DISPATCH)
AWAITING = Section(
    "awaiting", _("等群众补充"), _("没有等着群众补充的工单。"), _tickets(in_state(State.AWAITING_INFORMATION))
)
REQUESTS = Section("requests", _("待您批复"), _("没有等着批复的申请。"), _requests)
CARDS = Section("cards", _("督办单，未答复"), _("没有等着答复的督办单。"), _cards)
PUT_ASIDE = Section("put_aside", _("挂账中"), _("没有挂账的工单。"), _tickets(in_state(State.LONG_TERM)))
CHASED = Section("chased", _("催办通知，请当日答复"), _("没有催办通知。"), _chased, rare=True)
UNIT = (
    Section("to_sign", _("待签收"), _("没有等着签收的派单。"), _orders(OrderState.OPEN)),
    Section("to_answer", _("办理中"), _("没有正在办理的派单。"), _orders(OrderState.SIGNED)),
    CARDS,
)
OPEN = Section("open", _("未办结，先到期的在前"), _("没有未办结的工单。"), _tickets(has_clock()))

BOARD = Section("board", _("未办结，最急的在前"), _("没有这样的工单。"), _board)

DESKS: dict[Role, tuple[Section, ...]] = {
    Role.OPERATOR: (REGISTERED, AWAITING),
    Role.DISPATCHER: (TO_DISPATCH, REQUESTS),
    Role.HANDLER: (CHASED, *UNIT),
    Role.HEAD: (CHASED, REQUESTS, *UNIT),
    Role.REVIEWER: (
        Section(
            "replied",
            _("待审核"),
            _("没有等着审核的答复。"),
            _tickets(in_state(State.REPLIED)),
            bulk=Move.REVIEW,
        ),
        Section("to_decide", _("群众不满意，待您决定"), _("没有等着决定的回访。"), _tickets(*SAID_NO)),
        REQUESTS,
    ),
    # That it waits for the citizen's word is what makes a ticket visible to who calls.
    Role.CALLER: (
        Section("to_call", _("待回访"), _("没有等着回访的工单。"), _to_call),
        Section("later", _("约了别的时段或改天再打的"), _("没有要稍后再打的。"), _to_call_later, rare=True),
    ),
    Role.SUPERVISOR: (REQUESTS, BOARD, CARDS, PUT_ASIDE),
    Role.AUDITOR: (REQUESTS, OPEN),
}
