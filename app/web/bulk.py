"""One move on several tickets: a preview of each, then each by itself, so that one refusal stops no other."""

from dataclasses import dataclass, replace
from functools import partial

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue

from app.access.accounts import Role, Viewer
from app.access.doors import ticket_for, ticket_seen
from app.access.rules import may
from app.api.idempotency import Answer, Key
from app.house import house
from app.language.names import place_names, unit_names
from app.language.sentences import FieldSentence
from app.moves import DOORS, make, step
from app.web.forms import KEY, Form, new_key, sentences_of
from app.web.moves import FORMS
from app.web.staff import blueprint, staff_page
from tickets.ground import flow
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import NotYours, TicketError
from tickets.ground.flow import Move, State
from tickets.intake.draft import Strict
from tickets.ticket import Ticket, promises

bulk = blueprint("bulk", __name__)

#: Which moves can be made on several tickets at once, and by whom.
BULK: dict[Move, Role] = {Move.DISPATCH: Role.DISPATCHER, Move.REVIEW: Role.REVIEWER}
#: As many as a desk shows.
MOST = 50


@dataclass(frozen=True)
class Line:
    """One ticket: what will happen or happened to it, or why not."""

    ref: str
    #: None where this viewer may know of no such ticket.
    title: str | None = None
    reachable: bool = False
    due_at: object = None
    trouble: tuple[FieldSentence, ...] = ()

    @classmethod
    def about(cls, ticket: Ticket) -> "Line":
        """A line about *ticket*, which is gone with its desk when the page is drawn."""
        return cls(ticket.ref, ticket.title, ticket.reachable)


@bulk.post("/desk/bulk/<move>")
@staff_page(Role.DISPATCHER, Role.REVIEWER)
def preview(move: str) -> ResponseReturnValue:
    """Say what would happen to each of the chosen tickets, and change nothing."""
    viewer: Viewer = g.viewer
    made = _bulk_move(viewer, move)
    kind = FORMS[made]
    refs = request.form.getlist("ref")[:MOST]
    try:
        body: Strict = kind.read(request.form)
        lines, form = [_look_ahead(g.desk, viewer, made, body, ref) for ref in refs], Form.blank(kind)
    except TicketError as refused:
        lines, form = [], Form.again(kind, request.form, refused)
    return _page(made, lines, form, status=422 if form.wrong else 200)


@bulk.post("/desk/bulk/<move>/do")
@staff_page(Role.DISPATCHER, Role.REVIEWER)
def do(move: str) -> ResponseReturnValue:
    """Make the move on each chosen ticket in a transaction of its own, and say what became of each."""
    viewer: Viewer = g.viewer
    made = _bulk_move(viewer, move)
    body: Strict = FORMS[made].read(request.form)
    lines = [_make_one(viewer, made, body, ref) for ref in request.form.getlist("ref")[:MOST]]
    return _page(made, lines, Form.blank(FORMS[made]), done=True)


def _bulk_move(viewer: Viewer, move: str) -> Move:
    made = next((one for one, role in BULK.items() if one == move and role == viewer.role), None)
    if made is None:
        abort(404)
    return made


def _page(
    move: Move, lines: list[Line], form: Form, *, done: bool = False, status: int = 200
) -> ResponseReturnValue:
    units = g.desk.rules.units
    page = render_template(
        "desks/bulk.html",
        move=move,
        lines=lines,
        form=form,
        done=done,
        key=new_key(),
        sent=[pair for pair in request.form.items(multi=True) if pair[0] in (*form.kind.labels, "pass")],
        units=unit_names(units),
        places=place_names(units),
    )
    return page, status


def _look_ahead(desk: Desk, viewer: Viewer, move: Move, body: Strict, ref: str) -> Line:
    line = Line(ref)
    try:
        ticket = ticket_seen(desk, viewer, ref)
        line = Line.about(ticket)
        DOORS[move].check(desk, viewer, ticket, body)
        flow.check(State(ticket.state), move)
        if not may(viewer, move, ticket):
            raise NotYours(move=move)
    except TicketError as refused:
        return replace(line, trouble=sentences_of(FORMS[move], refused))
    return replace(line, due_at=_due(desk, ticket, move, body))


def _due(desk: Desk, ticket: Ticket, move: Move, body: Strict) -> object:
    """When the lead's answer would be due."""
    lead = getattr(body, "lead", None)
    policy = desk.rules.policy_for(ClockKind.HANDLE, ticket, lead) if move is Move.DISPATCH else None
    return promises.promise(desk.rules, policy, desk.now(), ticket).at if policy else None


def _make_one(viewer: Viewer, move: Move, body: Strict, ref: str) -> Line:
    """Make the move once, whatever is clicked twice; a refusal leaves this ticket as it was, and no other."""
    line = Line(ref)
    try:
        with house().open_desk(viewer.actor()) as desk:
            ticket = ticket_for(desk, viewer, ref)
            line = Line.about(ticket)
            key = _key(viewer, ref)
            if key is None or key.earlier_answer(desk) is None:
                DOORS[move].check(desk, viewer, ticket, body)
                step(desk, viewer, ticket, None, partial(make, desk, ticket, viewer, move, body))
                if key is not None:
                    key.store(desk, Answer(303, {}))
    except TicketError as refused:
        return replace(line, trouble=sentences_of(FORMS[move], refused))
    return line


def _key(viewer: Viewer, ref: str) -> Key | None:
    given = request.form.get(KEY, "")[:200]
    if not given:
        return None
    said = repr(sorted(request.form.items(multi=True))).encode()
    return Key.of(viewer.account_id, f"bulk:{given}:{ref}", method="POST", path=request.path, body=said)
