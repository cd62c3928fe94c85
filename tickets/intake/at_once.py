"""Settle a matter while the citizen is on the telephone: answered, handed over, or not taken."""

from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.ground.facts import Answered, Declined, HandedOver
from tickets.ground.flow import Move, Outcome, State
from tickets.ground.originals import covered
from tickets.ground.timeline import write_down
from tickets.ground.words import DeclineGround, EmergencyService
from tickets.ticket import Reply, Ticket, finish, go, promises
from tickets.ticket.followers import tell_followers


def answer(desk: Desk, ticket: Ticket, *, text: str, policy_code: str | None = None) -> None:
    """Answer the citizen on the spot: nothing is dispatched and the ticket closes."""
    at = desk.now()
    go(ticket, Move.ANSWER, State.CLOSED)
    promises.meet(desk, ticket, ClockKind.DISPATCH, at=at)
    finish(desk, ticket, Outcome.ANSWERED, at)
    text = covered(desk, ticket, text)
    reply = Reply(ticket_id=ticket.id, round=ticket.round, text=text, at=at, by=desk.actor.username)
    desk.add(reply)
    write_down(desk, ticket, Answered(policy_code=policy_code), at=at, note=text)
    tell_followers(desk, ticket, Answered.name, to_callback=True, at=at)


def hand_over(desk: Desk, ticket: Ticket, *, service: EmergencyService, text: str) -> None:
    """
    Leave the matter to an emergency service (昆明: the receiving platform answers; we stop tracking).

    The record of the hand-over stays.
    """
    at = desk.now()
    go(ticket, Move.HAND_OVER, State.CLOSED)
    promises.meet(desk, ticket, ClockKind.DISPATCH, at=at)
    finish(desk, ticket, Outcome.HANDED_OVER, at)
    write_down(desk, ticket, HandedOver(service=service), at=at, note=text)
    tell_followers(desk, ticket, HandedOver.name, to_callback=False, at=at)


def decline(
    desk: Desk, ticket: Ticket, *, ground: DeclineGround, text: str, route: str | None = None
) -> None:
    """
    Refuse a matter on a *ground* of the closed list, with reasons in *text* (潍坊市12345条例 第十九条).

    :raises FieldsRefused: a matter of the courts is declined without saying where the citizen can turn.
    """
    check_route(ground=ground, route=route)
    at = desk.now()
    go(ticket, Move.DECLINE, State.CLOSED)
    promises.meet(desk, ticket, ClockKind.DISPATCH, at=at)
    finish(desk, ticket, Outcome.DECLINED, at)
    write_down(desk, ticket, Declined(ground=ground, route=route), at=at, note=text)
    tell_followers(desk, ticket, Declined.name, to_callback=False, at=at)


def check_route(*, ground: DeclineGround, route: str | None) -> None:
    """
    Who sends somebody to the courts names the legal route (潍坊市12345条例 第十九条).

    :raises FieldsRefused: the route is missing.
    """
    if ground is DeclineGround.LITIGATION and not (route or "").strip():
        raise bad_field("route", "route_needed")
