"""The doors of intake: settle at once, put right, ask and hear the citizen, note, urge, a new code."""

from app.access.accounts import Viewer
from app.api import bodies
from app.assistance.policy_items import check_policy_code, note_use
from app.moves.door import Door
from tickets.ground.desk import Desk
from tickets.ground.flow import Move
from tickets.intake import afterwards, at_once, question
from tickets.intake.amend import amend, check_amendment
from tickets.ticket import Ticket


def _answer(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.AnswerBody) -> None:
    at_once.answer(desk, ticket, text=body.text, policy_code=body.policy_code)
    note_use(desk, ticket, body.policy_code)


def _check_answer(desk: Desk, _viewer: Viewer, _ticket: Ticket, body: bodies.AnswerBody) -> None:
    check_policy_code(desk, body.policy_code)


def _hand_over(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.HandOverBody) -> None:
    at_once.hand_over(desk, ticket, service=body.service, text=body.text)


def _decline(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.DeclineBody) -> None:
    at_once.decline(desk, ticket, ground=body.ground, route=body.route, text=body.text)


def _check_decline(_desk: Desk, _viewer: Viewer, _ticket: Ticket, body: bodies.DeclineBody) -> None:
    at_once.check_route(ground=body.ground, route=body.route)


def _amend(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.AmendBody) -> None:
    amend(desk, ticket, fields=body.fields_.given(), text=body.text)


def _check_amend(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.AmendBody) -> None:
    check_amendment(desk, ticket, body.fields_.given())


def _ask_citizen(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.WordsBody) -> None:
    question.ask_citizen(desk, ticket, text=body.text)


def _supplement(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.WordsBody) -> None:
    question.supplement(desk, ticket, text=body.text)


def _note(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.NoteBody) -> None:
    afterwards.note(desk, ticket, text=body.text, visible_to=body.visible_to)


def _urge(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.UrgeBody) -> None:
    afterwards.urge(desk, ticket, text=body.text)


def _reissue(desk: Desk, _viewer: Viewer, ticket: Ticket, _body: bodies.NothingBody) -> None:
    afterwards.reissue(desk, ticket)


DOORS = {
    Move.ANSWER: Door(bodies.AnswerBody, _answer, _check_answer),
    Move.HAND_OVER: Door(bodies.HandOverBody, _hand_over),
    Move.DECLINE: Door(bodies.DeclineBody, _decline, _check_decline),
    Move.AMEND: Door(bodies.AmendBody, _amend, _check_amend),
    Move.ASK_CITIZEN: Door(bodies.WordsBody, _ask_citizen),
    Move.SUPPLEMENT: Door(bodies.WordsBody, _supplement),
    Move.NOTE: Door(bodies.NoteBody, _note),
    Move.URGE: Door(bodies.UrgeBody, _urge),
    Move.REISSUE: Door(bodies.NothingBody, _reissue),
}
