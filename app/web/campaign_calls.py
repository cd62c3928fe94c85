"""Campaigns at the callback desk: one citizen of the sample after the other, asked like all others."""

from functools import partial
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access.accounts import Role, Viewer
from app.access.rules import RULES
from app.admin.phrases import phrases_for
from app.campaigns.acting import answer, campaign_for, check_answer, in_hand, take_next
from app.language.shown import grouped_ref
from app.reading.campaigns import result_of
from app.reading.ticket_page import whole_of
from app.web.campaigns import about
from app.web.forms import Done, Form, once
from app.web.moves import FORMS
from app.web.moves.callback import questions
from app.web.staff import blueprint, staff_page
from tickets.callback import campaigns as acts
from tickets.callback import turns
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.ground.flow import Move

campaign_calls = blueprint("campaign_calls", __name__)

CALLERS = tuple(role for role in Role if role in RULES.campaigns["call"])


@campaign_calls.post("/callback/campaigns/<uuid:number>/next")
@staff_page(*CALLERS)
def take(number: UUID) -> ResponseReturnValue:
    """Take the next citizen of the sample in hand."""
    return redirect(_next_url(number), 303)


@campaign_calls.get("/callback/campaigns/<uuid:number>/call")
@staff_page(*CALLERS)
def call(number: UUID) -> ResponseReturnValue:
    """The call in hand: number, script, what it was about."""
    return _page(number)


def _again(refused: TicketError, number: UUID) -> ResponseReturnValue:
    return _page(number, refused)


@campaign_calls.post("/callback/campaigns/<uuid:number>/call")
@staff_page(*CALLERS, again=_again)
def write_down(number: UUID) -> ResponseReturnValue:
    """Write down what the citizen said, and open the next."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    body = FORMS[Move.CALL_BACK].read(request.form)
    check_answer(desk, body)
    ref = request.form.get("ref", "")

    def act() -> Done:
        answer(desk, viewer, number, ref, body)
        desk.clear()
        return Done(_next_url(number, after=True), gettext("已记下：%(ref)s", ref=grouped_ref(ref)))

    return once(desk, viewer, act).response()


@campaign_calls.post("/callback/campaigns/pause")
@staff_page(*CALLERS)
def pause() -> ResponseReturnValue:
    """Put the call in hand back."""
    acts.let_go(g.desk)
    flash(gettext("已暂停。手里的这一件放回了队列。"), "done")
    return redirect(url_for("callback.show"), 303)


def _next_url(number: UUID, *, after: bool = False) -> str:
    desk: Desk = g.desk
    campaign = campaign_for(desk, number, calling=True)
    # After the last call of a campaign that was ended meanwhile there is no next one, and no harm done.
    done = after and campaign.ended_at is not None
    if done or take_next(desk, g.viewer, campaign) is None:
        return url_for("callback.show")
    return url_for("campaign_calls.call", number=number)


def _page(number: UUID, refused: TicketError | None = None) -> ResponseReturnValue:
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    now = desk.now()
    found = in_hand(desk, viewer, writing=refused is not None)
    if found is None or found.campaign.id != number:
        return _kept(number, refused) if refused else redirect(url_for("callback.show"), 303)
    ticket, kind = found.ticket, FORMS[Move.CALL_BACK]
    if refused and request.form.get("ref") != ticket.ref:
        # What was typed is about another citizen.
        return _kept(number, refused)
    offers = kind.offers(desk, viewer, ticket) if kind.offers else {}
    form = Form.again(kind, request.form, refused, offers) if refused else Form.blank(kind, offers=offers)
    return render_template(
        "callback/campaign_call.html",
        **whole_of(desk, viewer, ticket, now),
        campaign=found.campaign,
        about=about(desk, found.campaign),
        result=result_of(desk, found.campaign),
        tries=found.call.tries,
        form=form,
        wrong=form.wrong,
        number=ticket.identity.open(desk.vault, "phone") if ticket.identity and not ticket.sealed else None,
        next_try=turns.next_try(desk.rules.calendar, now, turns.hours_of(ticket)),
        said=partial(phrases_for, desk.rules, unit=viewer.unit),
    )


def _kept(number: UUID, refused: TicketError) -> ResponseReturnValue:
    """The form with what was typed, of a call that somebody else has now: nothing of the ticket is shown."""
    desk: Desk = g.desk
    kind = FORMS[Move.CALL_BACK]
    return render_template(
        "callback/campaign_kept.html",
        campaign=campaign_for(desk, number),
        ref=request.form.get("ref", ""),
        form=Form.again(kind, request.form, refused, questions()),
        next_try=turns.next_try(desk.rules.calendar, desk.now()),
        said=partial(phrases_for, desk.rules, unit=g.viewer.unit),
    )
