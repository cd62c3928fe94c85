"""What one person asks and another decides: asked once at a time, decided with four eyes, or needless."""

from datetime import datetime
from typing import Any

from tickets.ground.clock import ClockKind, ClockState
from tickets.ground.columns import new_id
from tickets.ground.desk import Desk
from tickets.ground.errors import OwnRequest, Refused, bad_field
from tickets.ground.facts import RequestLapsed
from tickets.ground.originals import covered
from tickets.ground.timeline import write_down
from tickets.ground.words import RequestKind, RequestState
from tickets.ticket import promises
from tickets.ticket.order_rows import Order
from tickets.ticket.request_rows import Request
from tickets.ticket.rows import Ticket

#: Who decides what, where it is not for the policy to say.
DECIDERS = {
    RequestKind.RETURN: "dispatcher",
    RequestKind.SHELVING: "supervisor",
    RequestKind.TERMINATION: "reviewer",
    RequestKind.WITHDRAWAL: "reviewer",
    RequestKind.SIGN_OFF: "head",
    RequestKind.UNSEAL: "auditor",
}


def check_not_asked(ticket: Ticket, kind: RequestKind, order: Order | None) -> None:
    """
    One open request of a kind for an order.

    :raises Refused: it is asked already and not decided.
    """
    order_id = order.id if order else None
    if any(one.kind == kind and one.order_id == order_id for one in ticket.open_requests()):
        raise Refused("already_asked", request=kind)


def ask(
    desk: Desk,
    ticket: Ticket,
    kind: RequestKind,
    *,
    at: datetime,
    order: Order | None,
    text: str,
    **more: Any,
) -> Request:
    """
    Lay *kind* before whoever decides it, with a promise until when; *more* are columns of the request.

    The decider is the table's unless *more* names one.
    """
    request = Request(
        id=new_id(),
        ticket_id=ticket.id,
        order_id=order.id if order else None,
        kind=kind,
        round=ticket.round,
        asked_by=desk.actor.username,
        asked_person=desk.actor.person or desk.actor.username,
        asked_unit=desk.actor.unit,
        asked_at=at,
        text=covered(desk, ticket, text),
        **{"decider": DECIDERS.get(kind, ""), **more},
    )
    desk.add(request)
    ticket.requests.append(request)
    promises.start(desk, ticket, ClockKind.DECISION, at=at, order=order, subject=request.id)
    return request


def check_decision(desk: Desk, request: Request, *, grant: bool, text: str) -> None:
    """
    Nobody decides on what they asked themselves, with whichever account, nor twice; a refusal has words.

    :raises OwnRequest: the same human being asked it.
    :raises Refused: it is decided already.
    :raises FieldsRefused: a refusal without its reason.
    """
    if request.state != RequestState.OPEN:
        raise Refused("already_decided", by=request.decided_by)
    if request.asked_person == (desk.actor.person or desk.actor.username):
        raise OwnRequest
    check_refusal(grant=grant, text=text)


def check_refusal(*, grant: bool, text: str) -> None:
    """
    Who refuses says why.

    :raises FieldsRefused: the reason is missing.
    """
    if not grant and not text.strip():
        raise bad_field("text", "reason_needed")


def settle_request(
    desk: Desk, ticket: Ticket, request: Request, *, granted: bool, text: str, at: datetime
) -> None:
    """Write into *request* how it was decided, and meet the promise to decide."""
    request.state = RequestState.GRANTED if granted else RequestState.REFUSED
    request.decided_by = desk.actor.username
    request.decided_at = at
    request.decision = text
    for clock in promises.of_subject(ticket, request.id):
        promises.keep(desk, ticket, clock, at=at)


def lapse_requests(desk: Desk, ticket: Ticket, *, at: datetime, order: Order | None = None) -> None:
    """Let open requests of *order*, or of the whole ticket, fall: there is nothing left to decide."""
    for request in ticket.open_requests():
        if order is not None and request.order_id != order.id:
            continue
        # A closed ticket can still be unsealed.
        if order is None and request.kind == RequestKind.UNSEAL:
            continue
        request.state = RequestState.REFUSED
        request.decided_by = desk.actor.username
        request.decided_at = at
        for clock in ticket.clocks:
            if clock.subject_id == request.id and clock.state != ClockState.CANCELLED:
                promises.cancel(desk, ticket, clock, at=at)
        fact = RequestLapsed(request=str(request.id), kind=request.kind, unit=request.asked_unit)
        write_down(desk, ticket, fact, at=at)
