"""The doors of handling: a unit signs, takes, calls, asks for time, answers; the reviewer reads; cards."""

from sqlmodel import col, select

from app.access.accounts import Account, Role, Viewer
from app.admin.absence import is_away
from app.api import bodies
from app.moves.door import Door
from tickets import handling, supervision
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.ground.flow import Move
from tickets.handling import Answer
from tickets.ticket import Ticket


def _sign(desk: Desk, _viewer: Viewer, ticket: Ticket, _body: bodies.NothingBody) -> None:
    handling.sign(desk, ticket)


def _take(desk: Desk, viewer: Viewer, ticket: Ticket, body: bodies.TakeBody) -> None:
    wanted = body.username or viewer.username
    username = stands_in_for(desk, viewer.unit, wanted)
    handling.take(desk, ticket, username=username, instead_of=wanted if username != wanted else None)


def _check_take(desk: Desk, viewer: Viewer, _ticket: Ticket, body: bodies.TakeBody) -> None:
    if body.username is not None:
        stands_in_for(desk, viewer.unit, body.username)


def stands_in_for(desk: Desk, unit: str, username: str) -> str:
    """
    Who of *unit* works on what is meant for *username*: that person, or the deputy of one who is absent.

    :raises FieldsRefused: there is no such colleague.
    """
    found = desk.session.exec(
        select(Account).where(
            Account.username == username,
            Account.unit == unit,
            col(Account.active),
            col(Account.role).in_((Role.HANDLER, Role.HEAD)),
        )
    ).one_or_none()
    if found is None:
        raise bad_field("username", "unknown_colleague", username=username)
    return found.deputy if found.deputy and is_away(found, desk.today()) else found.username


def _contact(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.ContactBody) -> None:
    handling.contact(desk, ticket, reached=body.reached, called_at=body.at, note=body.note)


def _ask_extension(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.AskExtensionBody) -> None:
    handling.ask_extension(desk, ticket, days=body.days, text=body.text)


def _ask_shelving(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.AskShelvingBody) -> None:
    handling.ask_shelving(desk, ticket, until=body.until, text=body.text, ground=body.ground)


def _resume(desk: Desk, _viewer: Viewer, ticket: Ticket, _body: bodies.NothingBody) -> None:
    handling.resume(desk, ticket)


def _reply(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.ReplyBody) -> None:
    answer = Answer(
        text=body.text,
        founded=body.founded,
        solved=body.solved,
        public_text=body.public_text,
        reason=body.reason,
        told_how=body.told.how if body.told else None,
        told_at=body.told.at if body.told else None,
        without_joint=body.without_joint,
    )
    handling.reply(desk, ticket, answer)


def _review(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.ReviewBody) -> None:
    handling.review(desk, ticket, passed=body.passed, text=body.text)


def _check_review(_desk: Desk, _viewer: Viewer, _ticket: Ticket, body: bodies.ReviewBody) -> None:
    handling.check_reason(passed=body.passed, text=body.text)


def _ask_termination(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.AskTerminationBody) -> None:
    handling.ask_termination(desk, ticket, ground=body.ground, text=body.text)


def _supervise(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.SuperviseBody) -> None:
    supervision.supervise(
        desk, ticket, level=body.level, text=body.text, due_at=body.due_at, instruction=body.instruction
    )


def _answer_supervision(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.WordsBody) -> None:
    supervision.answer_supervision(desk, ticket, text=body.text)


DOORS = {
    Move.SIGN: Door(bodies.NothingBody, _sign),
    Move.TAKE: Door(bodies.TakeBody, _take, _check_take),
    Move.CONTACT: Door(bodies.ContactBody, _contact),
    Move.ASK_EXTENSION: Door(bodies.AskExtensionBody, _ask_extension),
    Move.ASK_SHELVING: Door(bodies.AskShelvingBody, _ask_shelving),
    Move.RESUME: Door(bodies.NothingBody, _resume),
    Move.REPLY: Door(bodies.ReplyBody, _reply),
    Move.REVIEW: Door(bodies.ReviewBody, _review, _check_review),
    Move.ASK_TERMINATION: Door(bodies.AskTerminationBody, _ask_termination),
    Move.SUPERVISE: Door(bodies.SuperviseBody, _supervise),
    Move.ANSWER_SUPERVISION: Door(bodies.WordsBody, _answer_supervision),
}
