"""Answer: the lead to the citizen, others to who gave them their share; some are signed first."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from tickets.ground import flow
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused
from tickets.ground.facts import Decided, Replied, SignOffAsked
from tickets.ground.flow import Move, OrderRole, OrderState, State
from tickets.ground.timeline import write_down
from tickets.ground.words import RequestKind, SupervisionLevel, Told, Verdict
from tickets.ticket import Order, Reply, Request, Ticket, end_order, go, order_of, promises
from tickets.ticket.orders import handle_policy_of, order_by_id
from tickets.ticket.requests import ask, check_decision, check_not_asked, lapse_requests, settle_request

#: Cards of these levels want the signature of the unit's head under the answer.
SIGNED_LEVELS = frozenset({SupervisionLevel.LISTED, SupervisionLevel.SUMMONED})


@dataclass(frozen=True)
class Answer:
    """What a unit answers."""

    text: str
    founded: Verdict
    solved: Verdict
    #: What the citizen reads, where it differs from the internal text.
    public_text: str | None = None
    #: Why it is not solved.
    reason: str | None = None
    told_how: Told | None = None
    told_at: datetime | None = None
    #: Why the lead does not wait for joint units.
    without_joint: str | None = None

    def to_data(self) -> dict[str, Any]:
        """Plain JSON values, for an answer that waits for a signature."""
        return {**asdict(self), "told_at": self.told_at.isoformat() if self.told_at else None}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """What `to_data` gave."""
        told_at = data["told_at"]
        return cls(
            **{
                **data,
                "founded": Verdict(data["founded"]),
                "solved": Verdict(data["solved"]),
                "told_how": Told(data["told_how"]) if data["told_how"] else None,
                "told_at": datetime.fromisoformat(told_at) if told_at else None,
            }
        )


def reply(desk: Desk, ticket: Ticket, answer: Answer) -> None:
    """
    Answer for the actor's unit. The lead's answer goes to review, or first to the unit's head to be signed.

    :raises Refused: the order is not signed, shares given on are open, joint units owe an answer and
        `without_joint` is missing, or an answer waits for its signature already.
    """
    flow.check(State(ticket.state), Move.REPLY)
    order = order_of(ticket, desk.actor.unit)
    if order.state != OrderState.SIGNED:
        raise Refused("sign_first")
    check_not_asked(ticket, RequestKind.SIGN_OFF, order)
    waiting = _waits_for(ticket, order, answer)
    if _wants_signature(desk, ticket, order):
        _ask_signature(desk, ticket, order, answer)
        return
    leads = order.role == OrderRole.LEAD
    go(ticket, Move.REPLY, State.REPLIED if leads else State(ticket.state))
    at = desk.now()
    _answer(desk, ticket, order, answer, waiting, at)
    _keep(desk, ticket, order, answer, at=at, by=desk.actor.username)
    fact = Replied(
        unit=order.unit,
        order_role=order.role,
        order=str(order.id),
        founded=answer.founded,
        solved=answer.solved,
        without_joint=answer.without_joint if waiting else None,
        lapsed=tuple(other.unit for other in waiting),
    )
    write_down(desk, ticket, fact, at=at, note=answer.text)


def _waits_for(ticket: Ticket, order: Order, answer: Answer) -> list[Order]:
    """Find whose shares end with this answer; refuse it while shares given on from *order* are open."""
    below = ticket.orders_under(order)
    if below:
        raise Refused("open_sub_orders", units=[other.unit for other in below])
    if order.role != OrderRole.LEAD:
        return []
    waiting = [other for other in ticket.open_orders() if other is not order]
    if waiting and not answer.without_joint:
        raise Refused("open_joint_orders", units=[other.unit for other in waiting])
    return waiting


def _wants_signature(desk: Desk, ticket: Ticket, order: Order) -> bool:
    """Reports, critical matters, petitions and supervised ones are signed; a head signs by answering."""
    if order.role != OrderRole.LEAD or desk.actor.role == "head":
        return False
    if ticket.supervised in SIGNED_LEVELS or handle_policy_of(desk, ticket, order).sign_off:
        return True
    return ticket.round > 1 and desk.rules.signed_by_head(ticket, order.unit)


def _ask_signature(desk: Desk, ticket: Ticket, order: Order, answer: Answer) -> None:
    go(ticket, Move.REPLY, State.HANDLING)
    at = desk.now()
    request = ask(
        desk,
        ticket,
        RequestKind.SIGN_OFF,
        at=at,
        order=order,
        text=answer.text,
        draft=answer.to_data(),
        decider_unit=order.unit,
    )
    promises.settle(ticket)
    fact = SignOffAsked(request=str(request.id), order=str(order.id), order_role=order.role, unit=order.unit)
    write_down(desk, ticket, fact, at=at, note=answer.text)


def decide_sign_off(desk: Desk, ticket: Ticket, request: Request, *, grant: bool, text: str) -> None:
    """
    Sign a waiting answer, so that it leaves the unit, or give it back with a reason.

    :raises OwnRequest: the same human being wrote it.
    :raises Refused: it is decided already, or other units owe an answer by now.
    :raises FieldsRefused: a refusal without its reason.
    """
    check_decision(desk, request, grant=grant, text=text)
    order = order_by_id(ticket, request.order_id)
    if order is None or request.draft is None:
        raise LookupError(f"{ticket.ref} has an answer to sign without its order")
    answer = Answer.from_data(request.draft)
    waiting = _waits_for(ticket, order, answer) if grant else []
    to = State.REPLIED if grant else State(ticket.state)
    go(ticket, Move.DECIDE, to)
    at = desk.now()
    settle_request(desk, ticket, request, granted=grant, text=text, at=at)
    effect: dict[str, Any] = {"drafted_by": request.asked_by}
    if grant:
        _answer(desk, ticket, order, answer, waiting, at)
        _keep(desk, ticket, order, answer, at=at, by=request.asked_by, signed_off_by=desk.actor.username)
        lapsed = [other.unit for other in waiting]
        effect |= {"founded": answer.founded, "solved": answer.solved, "lapsed": lapsed}
    fact = Decided(
        request=str(request.id),
        kind=request.kind,
        granted=grant,
        to=to,
        order=str(order.id),
        order_role=order.role,
        unit=order.unit,
        effect=effect,
    )
    promises.settle(ticket)
    write_down(desk, ticket, fact, at=at, note=text)


def _answer(
    desk: Desk, ticket: Ticket, order: Order, answer: Answer, waiting: list[Order], at: datetime
) -> None:
    """End *order* with its answer, and the shares it does not wait for."""
    order.state = OrderState.REPLIED
    order.ended_at = at
    promises.meet(desk, ticket, ClockKind.HANDLE, at=at, order=order.id)
    # Whether the citizen was called before the answer is the reviewer's question now.
    promises.cancel_of_order(desk, ticket, order, at=at)
    lapse_requests(desk, ticket, at=at, order=order)
    for other in waiting:
        end_order(desk, ticket, other, OrderState.LAPSED, at=at)
    if order.role == OrderRole.LEAD:
        ticket.unit_solved = answer.solved
        promises.start(desk, ticket, ClockKind.REVIEW, at=at)
    promises.settle(ticket)


def _keep(  # noqa: PLR0913 - whose answer it is, to what, when, by whom and signed by whom
    desk: Desk,
    ticket: Ticket,
    order: Order,
    answer: Answer,
    *,
    at: datetime,
    by: str,
    signed_off_by: str | None = None,
) -> None:
    desk.add(
        Reply(
            ticket_id=ticket.id,
            order_id=order.id,
            unit=order.unit,
            round=ticket.round,
            text=answer.text,
            public_text=answer.public_text,
            founded=answer.founded,
            solved=answer.solved,
            reason=answer.reason,
            told_how=answer.told_how,
            told_at=answer.told_at,
            at=at,
            by=by,
            signed_off_by=signed_off_by,
        )
    )
