"""The orders of units and their replies: each given, signed and answered as the facts say, and no other."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.verify.dossier import Dossier, Finding, Known, said
from tickets.ground.clock import ClockKind
from tickets.ground.facts import Answered, Dispatched, Replied, Reviewed, Reworked, Signed
from tickets.ground.flow import OrderRole, OrderState, State
from tickets.ground.timeline import Entry
from tickets.ticket import Order, Reply

#: States of an order that was taken back: another may lead in its place.
TAKEN_BACK = frozenset({OrderState.RETURNED, OrderState.RECALLED})


@dataclass
class Share:
    """One unit's part as the facts tell it. All fields but the first are named like the order's."""

    #: The fact that told of it last.
    seq: int
    role: str
    round: int
    state: str = OrderState.OPEN
    signed_at: datetime | None = None
    ended_at: datetime | None = None


#: Shares by when they were given, and to whom.
Shares = dict[tuple[datetime, str], Share]


def check_orders(dossier: Dossier, known: Known) -> Iterator[Finding]:
    """Hold the orders against what the facts tell of them."""
    shares: Shares = {}
    for fact in dossier.facts:
        trouble = _follow(shares, dossier, fact)
        if trouble:
            yield Finding(fact.seq, trouble)
            return
    given = {(order.given_at, order.unit): order for order in dossier.orders}
    for key, share in shares.items():
        if key not in given:
            yield Finding(share.seq, f"the order of {key[1]} is missing")
    for key, order in given.items():
        yield from _differences(order, shares.get(key), dossier)
    yield from _whole(dossier, known)


def _follow(shares: Shares, dossier: Dossier, fact: Entry) -> str | None:
    """Change the *shares* as *fact* tells; give the trouble, if there is any."""
    data = fact.data
    if fact.what in (Dispatched.name, Reworked.name):
        _give(shares, fact)
    elif fact.what in (Signed.name, Replied.name):
        order = next((order for order in dossier.orders if str(order.id) == data["order"]), None)
        share = shares.get((order.given_at, order.unit)) if order else None
        if share is None:
            return f"{fact.what!r} tells of an order that is not there"
        if fact.what == Signed.name:
            share.seq, share.state, share.signed_at = fact.seq, OrderState.SIGNED, fact.at
        else:
            return _answered(shares, share, fact)
    elif fact.what == Reviewed.name and data["to"] == State.HANDLING:
        _send_back(shares, fact)
    return None


def _give(shares: Shares, fact: Entry) -> None:
    data = fact.data
    shares[fact.at, data.get("lead") or data["unit"]] = Share(fact.seq, OrderRole.LEAD, data["round"])
    for unit in data.get("joint", ()):
        shares[fact.at, unit] = Share(fact.seq, OrderRole.JOINT, data["round"])


def _answered(shares: Shares, share: Share, fact: Entry) -> str | None:
    share.seq, share.state, share.ended_at = fact.seq, OrderState.REPLIED, fact.at
    if share.role != OrderRole.LEAD:
        return None
    for (_, unit), other in shares.items():
        if other.round == share.round and other.state in (OrderState.OPEN, OrderState.SIGNED):
            if unit not in fact.data["lapsed"]:
                return f"the lead replied while {unit} still owed an answer"
            other.seq, other.state, other.ended_at = fact.seq, OrderState.LAPSED, fact.at
    return None


def _send_back(shares: Shares, fact: Entry) -> None:
    leads = [share for share in shares.values() if share.role == OrderRole.LEAD]
    if leads:
        leads[-1].seq, leads[-1].state, leads[-1].ended_at = fact.seq, OrderState.SIGNED, None


def _differences(order: Order, share: Share | None, dossier: Dossier) -> Iterator[Finding]:
    if share is None:
        yield Finding(dossier.last, f"{order.unit} has an order nobody gave")
        return
    for name in ("role", "round", "state", "signed_at", "ended_at"):
        stands, told = getattr(order, name), getattr(share, name)
        if stands != told:
            words = f"the order of {order.unit} has {name} {said(stands)}, but the facts say {said(told)}"
            yield Finding(share.seq, words)


def _whole(dossier: Dossier, known: Known) -> Iterator[Finding]:
    """What must hold of the orders together, whatever the facts say."""
    leads = [
        order.round
        for order in dossier.orders
        if order.role == OrderRole.LEAD and order.state not in TAKEN_BACK
    ]
    for round_ in sorted({number for number in leads if leads.count(number) > 1}):
        yield Finding(dossier.last, f"round {round_} has more than one lead")
    dues = {clock.order_id: clock.due_at for clock in dossier.clocks if clock.kind == ClockKind.HANDLE}
    for order in dossier.orders:
        if dossier.ticket.closed_at is not None and order.is_open:
            yield Finding(dossier.last, f"the ticket is closed, but the order of {order.unit} is open")
        if (order.policy, ClockKind.HANDLE) not in known.promises:
            yield Finding(dossier.last, f"the order of {order.unit} rests on a policy nobody knows")
        if order.due_at != dues.get(order.id):
            yield Finding(dossier.last, f"the order of {order.unit} is due at another time than its clock")


def check_replies(dossier: Dossier, _known: Known) -> Iterator[Finding]:
    """Each reply is told by one fact whose note, as long as it is kept, has the same words."""
    kept = {reply.at: reply for reply in dossier.replies}
    if len(kept) < len(dossier.replies):
        yield Finding(dossier.last, "two replies were given at one moment")
    for fact in dossier.facts:
        if fact.what in (Replied.name, Answered.name):
            reply = kept.pop(fact.at, None)
            yield from _reply_differs(dossier, fact, reply) if reply else _reply_missing(fact)
    for _ in kept:
        yield Finding(dossier.last, "there is a reply nobody gave")


def _reply_missing(fact: Entry) -> Iterator[Finding]:
    yield Finding(fact.seq, "the reply is missing")


def _reply_differs(dossier: Dossier, fact: Entry, reply: Reply) -> Iterator[Finding]:
    note = dossier.note_of.get(fact.seq)
    if note is not None and note.text != reply.text:
        yield Finding(fact.seq, "the reply has other words than its fact")
    if reply.by != fact.by:
        yield Finding(fact.seq, "the reply names somebody else than its fact")
    if fact.what == Replied.name and _of_reply(reply) != _of_fact(fact.data):
        yield Finding(fact.seq, "the reply has another order or verdict than its fact")


def _of_reply(reply: Reply) -> tuple[Any, ...]:
    return (str(reply.order_id), reply.unit, reply.founded, reply.solved)


def _of_fact(data: dict[str, Any]) -> tuple[Any, ...]:
    return (data["order"], data["unit"], data["founded"], data["solved"])
