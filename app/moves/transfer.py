"""The doors of transfer: to units and back, on to units below, together with another ticket, once more."""

from app.access.accounts import Viewer
from app.access.doors import ticket_for
from app.api import bodies
from app.moves.door import Door
from tickets import transfer
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, bad_field
from tickets.ground.flow import Move
from tickets.ticket import Ticket


def _dispatch(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.DispatchBody) -> None:
    transfer.dispatch(desk, ticket, lead=body.lead, joint=body.joint, note=body.note, urgency=body.urgency)


def _check_dispatch(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.DispatchBody) -> None:
    transfer.check_units(desk.rules.units, ticket, lead=body.lead, joint=body.joint)


def _recall(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.WordsBody) -> None:
    transfer.recall(desk, ticket, text=body.text)


def _ask_return(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.AskReturnBody) -> None:
    transfer.ask_return(desk, ticket, reason=body.reason, text=body.text, suggested_unit=body.suggested_unit)


def _check_return(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.AskReturnBody) -> None:
    transfer.check_return(desk, ticket, suggested_unit=body.suggested_unit)


def _sub_dispatch(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.SubDispatchBody) -> None:
    transfer.sub_dispatch(desk, ticket, unit=body.unit, note=body.note, due_at=body.due_at)


def _check_sub_dispatch(desk: Desk, viewer: Viewer, ticket: Ticket, body: bodies.SubDispatchBody) -> None:
    transfer.check_sub_unit(desk.rules.units, ticket, giver=viewer.unit, unit=body.unit)


def _rework(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.ReworkBody) -> None:
    transfer.rework(desk, ticket, text=body.text, unit=body.unit)


def _check_rework(desk: Desk, _viewer: Viewer, ticket: Ticket, body: bodies.ReworkBody) -> None:
    transfer.check_rework(desk.rules.units, ticket, unit=body.unit)


def _merge(desk: Desk, viewer: Viewer, ticket: Ticket, body: bodies.MergeBody) -> None:
    transfer.merge(desk, ticket, master=_master(desk, viewer, ticket, body))


def _check_merge(desk: Desk, viewer: Viewer, ticket: Ticket, body: bodies.MergeBody) -> None:
    _master(desk, viewer, ticket, body)


def _master(desk: Desk, viewer: Viewer, ticket: Ticket, body: bodies.MergeBody) -> Ticket:
    """The other ticket, through the one door; what may not be known of is not there."""
    try:
        found = ticket_for(desk, viewer, body.into)
    except NotFound:
        raise bad_field("into", "unknown_ticket", ref=body.into) from None
    return ticket if found.id == ticket.id else found


def _unmerge(desk: Desk, _viewer: Viewer, ticket: Ticket, _body: bodies.NothingBody) -> None:
    transfer.unmerge(desk, ticket)


DOORS = {
    Move.DISPATCH: Door(bodies.DispatchBody, _dispatch, _check_dispatch),
    Move.RECALL: Door(bodies.WordsBody, _recall),
    Move.ASK_RETURN: Door(bodies.AskReturnBody, _ask_return, _check_return),
    Move.SUB_DISPATCH: Door(bodies.SubDispatchBody, _sub_dispatch, _check_sub_dispatch),
    Move.REWORK: Door(bodies.ReworkBody, _rework, _check_rework),
    Move.MERGE: Door(bodies.MergeBody, _merge, _check_merge),
    Move.UNMERGE: Door(bodies.NothingBody, _unmerge),
}
