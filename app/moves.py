"""Every move behind one door: what its request holds, what is checked before, and the operation it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.access.accounts import Viewer
from app.access.rules import may
from app.api import bodies
from tickets import callback, handling, transfer
from tickets.callback import Answers
from tickets.ground import flow
from tickets.ground.desk import Desk
from tickets.ground.errors import NotYours, Stale
from tickets.ground.flow import Move, State
from tickets.intake import register as intake
from tickets.intake.draft import Strict
from tickets.ticket import Ticket


def _answer(desk: Desk, ticket: Ticket, body: bodies.AnswerBody) -> None:
    intake.answer(desk, ticket, text=body.text, policy_code=body.policy_code)


def _dispatch(desk: Desk, ticket: Ticket, body: bodies.DispatchBody) -> None:
    transfer.dispatch(desk, ticket, lead=body.lead, joint=body.joint, note=body.note, urgency=body.urgency)


def _check_dispatch(desk: Desk, ticket: Ticket, body: bodies.DispatchBody) -> None:
    transfer.check_units(desk.rules.units, ticket, lead=body.lead, joint=body.joint)


def _sign(desk: Desk, ticket: Ticket, _body: bodies.SignBody) -> None:
    handling.sign(desk, ticket)


def _contact(desk: Desk, ticket: Ticket, body: bodies.ContactBody) -> None:
    handling.contact(desk, ticket, reached=body.reached, called_at=body.at, note=body.note)


def _reply(desk: Desk, ticket: Ticket, body: bodies.ReplyBody) -> None:
    handling.reply(
        desk,
        ticket,
        text=body.text,
        founded=body.founded,
        solved=body.solved,
        public_text=body.public_text,
        reason=body.reason,
        told_how=body.told.how if body.told else None,
        told_at=body.told.at if body.told else None,
        without_joint=body.without_joint,
    )


def _review(desk: Desk, ticket: Ticket, body: bodies.ReviewBody) -> None:
    handling.review(desk, ticket, passed=body.passed, text=body.text)


def _check_review(_desk: Desk, _ticket: Ticket, body: bodies.ReviewBody) -> None:
    handling.check_reason(passed=body.passed, text=body.text)


def _call_back(desk: Desk, ticket: Ticket, body: bodies.CallBackBody) -> None:
    callback.call_back(desk, ticket, _answers(body), note=body.note)


def _check_call_back(_desk: Desk, _ticket: Ticket, body: bodies.CallBackBody) -> None:
    callback.check_reason(_answers(body))


def _answers(body: bodies.CallBackBody) -> Answers:
    return Answers(
        reached=body.reached,
        contacted=body.contacted,
        solved=body.solved,
        satisfaction=body.satisfaction,
        reason=body.reason,
    )


def _rework(desk: Desk, ticket: Ticket, body: bodies.ReworkBody) -> None:
    transfer.rework(desk, ticket, text=body.text, unit=body.unit)


def _check_rework(desk: Desk, ticket: Ticket, body: bodies.ReworkBody) -> None:
    transfer.check_rework(desk.rules.units, ticket, unit=body.unit)


def _close(desk: Desk, ticket: Ticket, body: bodies.CloseBody) -> None:
    callback.close(desk, ticket, ground=body.ground, text=body.text)


def _nothing(_desk: Desk, _ticket: Ticket, _body: Any) -> None:
    """Nothing in this body can be wrong once its shape is right."""


@dataclass(frozen=True)
class Door:
    """One move: the shape of its request, what to hold against the house before, and the operation."""

    body: type[Strict]
    act: Callable[[Desk, Ticket, Any], None]
    check: Callable[[Desk, Ticket, Any], None] = _nothing


DOORS: dict[Move, Door] = {
    Move.ANSWER: Door(bodies.AnswerBody, _answer),
    Move.DISPATCH: Door(bodies.DispatchBody, _dispatch, _check_dispatch),
    Move.SIGN: Door(bodies.SignBody, _sign),
    Move.CONTACT: Door(bodies.ContactBody, _contact),
    Move.REPLY: Door(bodies.ReplyBody, _reply),
    Move.REVIEW: Door(bodies.ReviewBody, _review, _check_review),
    Move.CALL_BACK: Door(bodies.CallBackBody, _call_back, _check_call_back),
    Move.REWORK: Door(bodies.ReworkBody, _rework, _check_rework),
    Move.CLOSE: Door(bodies.CloseBody, _close),
}


def check_version(ticket: Ticket, expected: int | None) -> None:
    """
    Hold the version somebody read against the one there is.

    :raises Stale: the ticket was changed since.
    """
    if expected is not None and expected != ticket.version:
        raise Stale(version=ticket.version, expected=expected)


def make(desk: Desk, ticket: Ticket, viewer: Viewer, move: Move, body: Strict) -> None:
    """
    Make *move* for *viewer*: first whether the moment is right (409), then whether the person is (403).

    :raises TicketError: it is refused; the error says why.
    """
    flow.check(State(ticket.state), move)
    if not may(viewer, move, ticket):
        raise NotYours(move=move)
    DOORS[move].act(desk, ticket, body)
