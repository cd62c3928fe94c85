"""The orders of units: each given, signed, answered and ended as the facts say, and no other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.verify.dossier import Dossier, Finding, Known, said
from tickets.ground.clock import ClockKind
from tickets.ground.facts import (
    Answered,
    Closed,
    Decided,
    Declined,
    Dispatched,
    HandedOver,
    Merged,
    Recalled,
    Replied,
    Reviewed,
    Reworked,
    Signed,
    SubDispatched,
    Unmerged,
    Withdrawn,
)
from tickets.ground.flow import OrderRole, OrderState, State
from tickets.ground.timeline import Entry
from tickets.ground.words import RequestKind
from tickets.ticket import Order

#: States of an order that was taken back: another may lead in its place.
TAKEN_BACK = frozenset({OrderState.RETURNED, OrderState.RECALLED})


@dataclass
class Share:
    """One unit's part as the facts tell it. All fields but the first two are named like the order's."""

    #: The fact that told of it last.
    seq: int
    #: What it was when its ticket was merged, to come back to.
    parked: str | None
    role: str
    round: int
    state: str = OrderState.OPEN
    designated: bool = False
    signed_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """The unit still owes an answer."""
        return self.state in (OrderState.OPEN, OrderState.SIGNED)

    def end(self, state: OrderState, fact: Entry) -> None:
        """It ended in *state* by *fact*."""
        self.seq, self.state, self.ended_at = fact.seq, state, fact.at


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
    if fact.what in GIVES:
        _give(shares, fact)
    elif fact.what in (Signed.name, Replied.name, Decided.name) and data["order"]:
        share = _share_of(shares, dossier, data["order"])
        if share is None:
            return f"{fact.what!r} tells of an order that is not there"
        if trouble := _of_one(shares, dossier, share, fact):
            return trouble
    elif fact.what in OF_ALL:
        OF_ALL[fact.what](shares, fact)
    if _closes(fact):
        _end_all(shares, OrderState.LAPSED, fact, parks=fact.what == Merged.name)
    return None


def _of_one(shares: Shares, dossier: Dossier, share: Share, fact: Entry) -> str | None:
    data = fact.data
    if fact.what == Signed.name:
        share.seq, share.state, share.signed_at = fact.seq, OrderState.SIGNED, fact.at
    elif fact.what == Replied.name:
        return _answered(shares, share, fact, data["lapsed"])
    elif data["kind"] == RequestKind.SIGN_OFF and data["granted"]:
        return _answered(shares, share, fact, data["effect"]["lapsed"])
    elif data["kind"] == RequestKind.RETURN:
        share.designated = share.designated or data["designated"]
        if data["granted"]:
            _return(shares, dossier, share, fact)
    return None


def _share_of(shares: Shares, dossier: Dossier, order_id: str) -> Share | None:
    order = next((order for order in dossier.orders if str(order.id) == order_id), None)
    return shares.get((order.given_at, order.unit)) if order else None


def _closes(fact: Entry) -> bool:
    """Whether all that is open ends with *fact*."""
    ends = (Withdrawn.name, Merged.name, Answered.name, HandedOver.name, Declined.name, Closed.name)
    if fact.what in ends:
        return True
    decided = fact.what == Decided.name and fact.data["granted"] and fact.data["to"] == State.CLOSED
    return decided and fact.data["kind"] != RequestKind.UNSEAL


def _give(shares: Shares, fact: Entry) -> None:
    data = fact.data
    if fact.what == SubDispatched.name:
        round_ = max((share.round for share in shares.values()), default=1)
        shares[fact.at, data["unit"]] = Share(fact.seq, None, OrderRole.SUB, round_)
        return
    shares[fact.at, data.get("lead") or data["unit"]] = Share(fact.seq, None, OrderRole.LEAD, data["round"])
    for unit in data.get("joint", ()):
        shares[fact.at, unit] = Share(fact.seq, None, OrderRole.JOINT, data["round"])


def _answered(shares: Shares, share: Share, fact: Entry, lapsed: list[str]) -> str | None:
    share.end(OrderState.REPLIED, fact)
    if share.role != OrderRole.LEAD:
        return None
    for (_, unit), other in shares.items():
        if other.round == share.round and other.is_open:
            if unit not in lapsed:
                return f"the lead replied while {unit} still owed an answer"
            other.end(OrderState.LAPSED, fact)
    return None


def _return(shares: Shares, dossier: Dossier, share: Share, fact: Entry) -> None:
    if share.role == OrderRole.LEAD:
        _end_all(shares, OrderState.RETURNED, fact)
        return
    share.end(OrderState.RETURNED, fact)
    ended = {fact.data["order"]}
    for order in dossier.orders:
        below = _share_of(shares, dossier, str(order.id))
        if str(order.parent) in ended and below is not None and below.is_open:
            ended.add(str(order.id))
            below.end(OrderState.RETURNED, fact)


def _end_all(shares: Shares, state: OrderState, fact: Entry, *, parks: bool = False) -> None:
    for share in shares.values():
        if share.is_open:
            share.parked = share.state if parks else None
            share.end(state, fact)


def _unpark(shares: Shares, fact: Entry) -> None:
    for share in shares.values():
        if share.parked is not None:
            share.seq, share.state, share.ended_at, share.parked = fact.seq, share.parked, None, None


def _send_back(shares: Shares, fact: Entry) -> None:
    if fact.data["to"] != State.HANDLING:
        return
    leads = [share for share in shares.values() if share.role == OrderRole.LEAD]
    if leads:
        leads[-1].seq, leads[-1].state, leads[-1].ended_at = fact.seq, OrderState.SIGNED, None


def _recall(shares: Shares, fact: Entry) -> None:
    _end_all(shares, OrderState.RECALLED, fact)


#: Facts that give orders, and those that change several at once.
GIVES = frozenset({Dispatched.name, Reworked.name, SubDispatched.name})
OF_ALL: Mapping[str, Callable[[Shares, Entry], None]] = {
    Reviewed.name: _send_back,
    Recalled.name: _recall,
    Unmerged.name: _unpark,
}


def _differences(order: Order, share: Share | None, dossier: Dossier) -> Iterator[Finding]:
    if share is None:
        yield Finding(dossier.last, f"{order.unit} has an order nobody gave")
        return
    for name in ("role", "round", "state", "designated", "signed_at", "ended_at"):
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
