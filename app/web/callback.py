"""The callback desk: one citizen after the other, three questions, one key an answer."""

from functools import partial

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access.accounts import Role, Viewer
from app.access.doors import ticket_for, ticket_seen
from app.admin.phrases import phrases_for
from app.campaigns.acting import in_hand as campaign_in_hand
from app.identity import show_identity
from app.language.names import place_names, unit_names
from app.language.shown import grouped_ref
from app.moves import DOORS, make, step
from app.reading.callbacks import in_hand, later, next_free, queue, tries_of
from app.reading.campaigns import running
from app.reading.ticket_page import whole_of
from app.web.campaigns import about
from app.web.forms import Done, Form, once, version_read
from app.web.moves import FORMS
from app.web.staff import blueprint, staff_page
from tickets.callback import turns
from tickets.callback.campaigns import let_go as let_go_of_campaigns
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, TicketError
from tickets.ground.flow import Move, State
from tickets.ticket import Ticket

callback = blueprint("callback", __name__)

#: In the session: the agent wants a break, the next citizen is not opened by itself.
PAUSED = "calls_paused"
#: Written with the look at a number; the agent gives no other reason.
REASON = "回访"


@callback.get("/callback")
@staff_page(Role.CALLER)
def show() -> ResponseReturnValue:
    """The queue, or the call in hand."""
    desk: Desk = g.desk
    mine = in_hand(desk, g.viewer, desk.now())
    if mine is not None:
        return redirect(url_for("callback.call", ref=mine))
    surveyed = campaign_in_hand(desk, g.viewer)
    if surveyed is not None:
        return redirect(url_for("campaign_calls.call", number=surveyed.campaign.id))
    found = [(one, about(desk, one.campaign)) for one in running(desk, g.viewer, desk.now())]
    return render_template("callback/queue.html", **_queue(), campaigns=found)


@callback.post("/callback/next")
@staff_page(Role.CALLER)
def take_next() -> ResponseReturnValue:
    """Take the first citizen nobody is calling."""
    session.pop(PAUSED, None)
    return redirect(_next_url(), 303)


@callback.post("/callback/pause")
@staff_page(Role.CALLER)
def pause() -> ResponseReturnValue:
    """Put the call in hand back, and open none by itself."""
    session[PAUSED] = True
    turns.let_go(g.desk)
    flash(gettext("已暂停。手里的这一件放回了队列。"), "done")
    return redirect(url_for("callback.show"), 303)


@callback.post("/callback/<ref>/open")
@staff_page(Role.CALLER)
def take(ref: str) -> ResponseReturnValue:
    """Take one citizen of the queue in hand."""
    desk: Desk = g.desk
    ticket = ticket_for(desk, g.viewer, ref)
    _take(desk, g.viewer, ticket)
    return redirect(url_for("callback.call", ref=ticket.ref), 303)


@callback.get("/callback/<ref>")
@staff_page(Role.CALLER)
def call(ref: str) -> ResponseReturnValue:
    """The call in hand: number, script, what it is about. Who does not hold it finds the way to take it."""
    return _page(ticket_seen(g.desk, g.viewer, ref))


def _again(refused: TicketError, ref: str) -> ResponseReturnValue:
    return _page(ticket_seen(g.desk, g.viewer, ref), refused)


@callback.post("/callback/<ref>")
@staff_page(Role.CALLER, again=_again)
def write_down(ref: str) -> ResponseReturnValue:
    """Write down what the citizen said, and open the next."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    ticket = ticket_for(desk, viewer, ref)
    body = FORMS[Move.CALL_BACK].read(request.form)
    DOORS[Move.CALL_BACK].check(desk, viewer, ticket, body)

    def act() -> Done:
        step(desk, viewer, ticket, version_read(), lambda: make(desk, ticket, viewer, Move.CALL_BACK, body))
        said = gettext("已记下：%(title)s（%(ref)s）", title=ticket.title, ref=grouped_ref(ticket.ref))
        return Done(url_for("callback.show") if session.get(PAUSED) else _next_url(), said)

    return once(desk, viewer, act).response()


def _next_url() -> str:
    """Where the next call is; the queue where there is none."""
    desk: Desk = g.desk
    turns.let_go(desk)
    # What was written down just now is no longer in the queue.
    desk.session.flush()
    while (ref := next_free(desk, g.viewer, desk.now())) is not None:
        try:
            _take(desk, g.viewer, ticket_for(desk, g.viewer, ref))
        except Refused:
            # Another agent took it while this one was waiting for nothing: the next look sees that.
            continue
        return url_for("callback.call", ref=ref)
    return url_for("callback.show")


def _take(desk: Desk, viewer: Viewer, ticket: Ticket) -> None:
    """
    Hold the ticket and look at its one number: a fact for each time it is taken in hand, and no limit.

    :raises Refused: somebody else has it in hand.
    """
    now = desk.now()
    before = turns.turn_of(desk, ticket)
    mine = before is not None and before.held_by == viewer.username and turns.is_held(before, now)
    let_go_of_campaigns(desk)
    turns.hold(desk, ticket, now)
    if not mine and not ticket.sealed:
        show_identity(desk, viewer, ticket, reason=REASON, only=("phone",))


def _page(ticket: Ticket, refused: TicketError | None = None) -> ResponseReturnValue:
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    now = desk.now()
    turn = turns.turn_of(desk, ticket)
    held = turn is not None and turns.is_held(turn, now)
    mine = held and turn is not None and turn.held_by == viewer.username
    kind = FORMS[Move.CALL_BACK]
    offers = kind.offers(desk, viewer, ticket) if kind.offers else {}
    form = Form.again(kind, request.form, refused, offers) if refused else Form.blank(kind, offers=offers)
    identity = ticket.identity
    return render_template(
        "callback/call.html",
        **{**whole_of(desk, viewer, ticket, now), **_queue()},
        form=form,
        wrong=form.wrong,
        mine=mine,
        held_by=turn.held_by if turn is not None and held and not mine else None,
        number=identity.open(desk.vault, "phone") if mine and identity and not ticket.sealed else None,
        tries=tries_of(desk, ticket),
        next_try=turns.next_try(desk.rules.calendar, now, turns.hours_of(ticket)),
        to_ask=_to_ask(ticket),
        said=partial(phrases_for, desk.rules, unit=viewer.unit),
    )


def _to_ask(ticket: Ticket) -> bool:
    return ticket.state == State.CALLBACK and not ticket.awaits_reviewer


def _queue() -> dict[str, object]:
    desk: Desk = g.desk
    now = desk.now()
    rows, following = queue(desk, g.viewer, now, after=request.args.get("after"))
    return {
        "rows": rows,
        "following": following,
        "later": later(desk, g.viewer, now),
        "paused": bool(session.get(PAUSED)),
        "units": unit_names(desk.rules.units),
        "places": place_names(desk.rules.units),
    }
