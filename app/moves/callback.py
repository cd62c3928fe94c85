"""The doors of the citizen's word: asked, closed without a yes, withdrawn, disputed; and the sealed ones."""

from app.access.accounts import Viewer
from app.api import bodies
from app.moves.door import Door
from tickets import callback, unsealing
from tickets.callback import Answers
from tickets.ground.desk import Desk
from tickets.ground.flow import Move
from tickets.ticket import Ticket


def _call_back(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.CallBackBody) -> None:
    callback.call_back(desk, ticket, _answers(body), note=body.note)


def _check_call_back(desk: Desk, _viewer: Viewer, _ticket: Ticket, body: bodies.CallBackBody) -> None:
    callback.check_reason(_answers(body))
    callback.check_again(desk, _answers(body))


def _answers(body: bodies.CallBackBody) -> Answers:
    return Answers(
        reached=body.reached,
        contacted=body.contacted,
        solved=body.solved,
        satisfaction=body.satisfaction,
        reason=body.reason,
        again_at=body.again_at,
    )


def _close(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.CloseBody) -> None:
    callback.close(desk, ticket, ground=body.ground, text=body.text)


def _withdraw(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.WordsBody) -> None:
    callback.withdraw(desk, ticket, text=body.text)


def _dispute(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.WordsBody) -> None:
    callback.dispute(desk, ticket, text=body.text)


def _ask_unseal(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.WordsBody) -> None:
    unsealing.ask_unseal(desk, ticket, text=body.text)


DOORS = {
    Move.CALL_BACK: Door(bodies.CallBackBody, _call_back, _check_call_back),
    Move.CLOSE: Door(bodies.CloseBody, _close),
    Move.WITHDRAW: Door(bodies.WordsBody, _withdraw),
    Move.DISPUTE: Door(bodies.WordsBody, _dispute),
    Move.ASK_UNSEAL: Door(bodies.WordsBody, _ask_unseal),
}
