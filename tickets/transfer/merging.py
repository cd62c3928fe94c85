"""Two tickets of one matter: one follows the other; nothing moves, so it can be undone."""

from typing import Any

from tickets.ground import flow
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused
from tickets.ground.facts import FollowerJoined, Merged
from tickets.ground.flow import Move, Outcome, State
from tickets.ground.timeline import write_down
from tickets.ticket import Ticket, finish, go
from tickets.ticket.followers import restore
from tickets.ticket.steps import open_cards


def check_merge(ticket: Ticket, master: Ticket) -> None:
    """
    Hold two tickets against each other before one follows the other.

    :raises Refused: into itself, a closed one or one that follows another, a sealed one with an open one,
        or where different units are complained about or somebody is recused from one of them only.
    """
    if ticket.ref == master.ref:
        raise Refused("merge_into_itself")
    if master.follows is not None:
        raise Refused("merge_into_follower", master=master.follows)
    if not master.is_open:
        raise Refused("merge_into_closed")
    if ticket.sealed != master.sealed:
        raise Refused("merge_sealed")
    if set(ticket.about_units) != set(master.about_units):
        raise Refused("merge_about_others")
    if not set(ticket.recused) <= set(master.recused):
        raise Refused("merge_recused")


def merge(desk: Desk, ticket: Ticket, *, master: Ticket) -> None:
    """
    Let *ticket* follow *master* (国办函〔2025〕66号: duplicates are merged in principle).

    Each caller keeps number, texts and callback. Orders and clocks stand still and come back with `unmerge`.

    :raises Refused: the two do not belong together, or a supervision card waits for an answer.
    """
    flow.check(State(ticket.state), Move.MERGE)
    check_merge(ticket, master)
    if open_cards(desk, ticket):
        raise Refused("supervision_open")
    before = _as_it_is(ticket)
    go(ticket, Move.MERGE, State.CLOSED)
    at = desk.now()
    ticket.follows, ticket.merged_from = master.ref, before
    finish(desk, ticket, Outcome.MERGED, at)
    master.followers = [*master.followers, ticket.ref]

    fact = Merged(
        into=master.ref, was=before["state"], orders=tuple(before["orders"]), clocks=tuple(before["clocks"])
    )
    write_down(desk, ticket, fact, at=at)
    joined = FollowerJoined(follower=ticket.ref, count=len(master.followers))
    write_down(desk, master, joined, at=at)


def _as_it_is(ticket: Ticket) -> dict[str, Any]:
    """What must come back when the two are parted."""
    return {
        "state": ticket.state,
        "holder_unit": ticket.holder_unit,
        "holder_user": ticket.holder_user,
        "orders": {str(order.id): order.state for order in ticket.open_orders()},
        # What was asked falls with the merging, and with it the promise to decide.
        "clocks": [str(clock.id) for clock in ticket.clocks if clock.runs and clock.subject_id is None],
    }


def unmerge(desk: Desk, ticket: Ticket) -> None:
    """
    Let *ticket* go its own way again, from where it stood: state, round, orders and clocks.

    :raises Refused: it follows none.
    """
    flow.check(State(ticket.state), Move.UNMERGE)
    if ticket.merged_from is None:
        raise Refused("not_merged")
    restore(desk, ticket, at=desk.now())
