"""Tell a citizen on the telephone what no text could: the number, the words, and what came of the call."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlmodel import col

from app.access.accounts import Role, Viewer
from app.access.limits import check_looks
from app.access.rules import may_read_identity, to_tell_by
from app.reading.telling import one_call
from notifications.message import Message
from notifications.told import ToldAs
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, NotYours, Refused
from tickets.ground.facts import CitizenTold, IdentityRead
from tickets.ground.refs import read_ref
from tickets.ground.timeline import write_down
from tickets.ticket import Ticket, lock_ticket

#: Calls in vain after which nobody calls any more.
MOST_TRIES = 3
#: Why the number was shown; the program says so, the person need not.
REASON = "电话告知"


class Result(StrEnum):
    """What came of the call."""

    TOLD = "told"
    NOT_REACHED = "not_reached"
    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True)
class Call:
    """One citizen to call: the ticket, locked, and what to tell, oldest first."""

    ticket: Ticket
    messages: list[Message]


@dataclass(frozen=True)
class Opened:
    """What somebody who calls reads from the screen."""

    phone: str | None
    #: Template and words of each text.
    words: list[tuple[str, str]]


def call_for(desk: Desk, viewer: Viewer, ref: str) -> Call:
    """
    Lock what *viewer* may tell of the ticket *ref*.

    :raises NotFound: there is none this viewer may tell anything of.
    :raises Refused: nothing of it is to be told.
    """
    number = read_ref(ref)
    if number is None:
        raise NotFound
    ticket = lock_ticket(desk, col(Ticket.ref) == number, to_tell_by(viewer, desk.rules.units))
    messages = one_call(desk, ticket, lock=True)
    if not messages:
        raise Refused("nothing_to_tell")
    return Call(ticket, messages)


def open_call(desk: Desk, viewer: Viewer, call: Call, *, most: int | None) -> Opened:
    """
    Show number and words, and write down that the number was shown; *most* is how many looks an hour allows.

    :raises NotYours: the matter is sealed, and nobody granted this viewer to see who asks.
    :raises TooManyLooks: this viewer looked too often within the hour.
    """
    at, ticket = desk.now(), call.ticket
    if ticket.sealed and not may_read_identity(viewer, ticket, at):
        raise NotYours(move="identity")
    # Whoever calls all day has one number after the other to dial.
    if most is not None and viewer.role != Role.CALLER:
        check_looks(desk, viewer, most=most, at=at)
    phone = ticket.identity.open(desk.vault, "phone") if ticket.identity else None
    fact = IdentityRead(fields_shown=("phone",))
    write_down(desk, ticket, fact, at=at, note=REASON, visible_to="hotline")
    return Opened(phone, [(one.template, _words(desk, one)) for one in call.messages])


def _words(desk: Desk, message: Message) -> str:
    try:
        return message.words(desk.vault)
    except (InvalidTag, KeyError):
        return ""  # its key is gone; the name of the text says what it was about


def note_call(
    desk: Desk, call: Call, result: Result, *, note: str = "", only: list[UUID] | None = None
) -> None:
    """
    Write down what came of a call about *only* these texts, or all there are. Three calls in vain are enough.

    :raises Refused: one of them is not to be told any more.
    """
    about = [one for one in call.messages if only is None or one.id in only]
    if only is not None and len(about) != len(set(only)):
        raise Refused("told_other_texts")
    at = desk.now()
    attempt = max(one.tell_tries for one in about) + 1
    for one in about:
        one.told_as = _became(result, attempt)
        one.tell_tries, one.tell_tried_at = attempt, at
    fact = CitizenTold(
        result=result,
        attempt=attempt,
        templates=tuple(one.template for one in about),
        messages=tuple(str(one.id) for one in about),
    )
    write_down(desk, call.ticket, fact, at=at, note=note, visible_to="hotline")


def _became(result: Result, attempt: int) -> ToldAs | None:
    if result is Result.NOT_REACHED:
        return ToldAs.UNREACHED if attempt >= MOST_TRIES else None
    return ToldAs(result)
