"""Take a call: who is it, what was asked before, what is it now; then register it, or settle it at once."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role, Viewer
from app.access.doors import ticket_for, ticket_seen
from app.access.rules import RULES
from app.api.bodies import WordsBody
from app.calling import drafts
from app.calling.people import name_chosen
from app.calling.policies import answer_of
from app.moves import make, take_down
from app.reading.due import next_due
from app.texts import strays
from app.uploads import takes_files
from app.voice import messages
from app.web.brought import brought, give, kept_for_next_try, names_of_kept
from app.web.forms import Done, Form, Typed, new_key, once
from app.web.intake_form import (
    CALL,
    DRAFT,
    SEAT,
    SETTLINGS,
    SUPPLEMENT,
    THEN,
    SeatBody,
    key_of,
    new_typed,
    to_keep,
    worth_keeping,
)
from app.web.intake_page import begun_with, matter_of, page_of
from app.web.staff import blueprint, staff_page
from app.web.texts import text_to_register
from app.web.voice_messages import voice_to_register
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.ground.flow import Move
from tickets.ground.phones import national_phone
from tickets.ground.words import Channel, Kind
from tickets.intake import calls
from tickets.intake.draft import Draft
from tickets.intake.register import check_draft

intake = blueprint("intake", __name__)

OPERATORS = tuple(role for role in Role if role in RULES.moves[Move.REGISTER])

#: Where what was just registered stands in the signed cookie, until it was shown.
JUST_MADE = "registered"


def _again(refused: TicketError) -> ResponseReturnValue:
    return page_of(Form.again(CALL, request.form, refused), kept=kept_for_next_try(g.desk, g.viewer))


@intake.get("/intake")
@staff_page(*OPERATORS)
def show() -> ResponseReturnValue:
    """A draft, or an empty form; or one begun with what a number texted or said, or with a number."""
    desk: Desk = g.desk
    if "draft" in request.args:
        return _draft(desk, g.viewer, drafts.draft_id_of(request.args["draft"]))
    if text := text_to_register(desk, request.args.get("from_text")):
        begun = {"text": strays.words_of(desk, text), "channel": str(Channel.SMS), "from_text": str(text.id)}
    elif voice := voice_to_register(desk, request.args.get("from_voice")):
        begun = {"channel": str(Channel.VOICE), "from_voice": str(voice.id)}
    else:
        phone, about = request.args.get("phone", ""), request.args.get("about", "")
        # A complaint about an agency is a report: sealed, and never its own.
        begun = {"kind": str(Kind.REPORT), "about_units": about} if about else {}
        begun |= {"requester.phone": phone} if phone else {}
    return page_of(Form(CALL, new_key(), new_typed(begun)))


def _draft(desk: Desk, viewer: Viewer, draft_id: UUID | None) -> ResponseReturnValue:
    typed = drafts.typed_in(desk, viewer, draft_id) if draft_id else None
    if typed is None:
        flash(gettext("这份草稿已经登记或丢弃了。"), "done")
        return redirect(url_for("intake.show"), 303)
    # A form begun by a call has only its number; then nothing was ticked or left so yet.
    key = key_of(typed)
    kept = names_of_kept(desk, viewer, key) if key else ()
    return page_of(Form(CALL, key or new_key(), typed, sent=bool(key)), kept=kept)


@intake.post("/intake")
@takes_files
@staff_page(*OPERATORS, again=_again)
def take() -> ResponseReturnValue:
    """Do what the button says with what stands in the form."""
    then, _colon, named = request.form.get(THEN, "").partition(":")
    if then in STEPS:
        # No browser sends chosen files again by itself.
        g.kept_files = kept_for_next_try(g.desk, g.viewer)
    return STEPS.get(then, _register)(g.desk, g.viewer, named)


def _look(desk: Desk, _viewer: Viewer, named: str) -> ResponseReturnValue:
    """Look up the number, or what helps; or take a suggestion over."""
    typed = MultiDict(list(request.form.items(multi=True)))
    field, _equals, value = named.partition("=")
    if field in ("kind", "category"):
        typed[field] = value
    elif field == "policy" and (answer := answer_of(desk, matter_of(typed).text, value)):
        typed["answer"], typed["policy_code"] = answer, value
    return page_of(
        Form(CALL, key_of(typed) or new_key(), typed, sent=True),
        helps=request.form[THEN] != "history",
        kept=g.kept_files,
    )


def _keep(desk: Desk, viewer: Viewer, _named: str) -> ResponseReturnValue:
    """Keep what was typed, and leave it."""
    if _kept(desk, viewer):
        flash(gettext("已暂存，可以从上面的标签接着写。"), "done")
    return redirect(url_for("intake.show"), 303)


def _kept(desk: Desk, viewer: Viewer) -> bool:
    draft_id = drafts.draft_id_of(request.form.get(DRAFT))
    if draft_id is None or not worth_keeping(request.form):
        return False
    return drafts.keep(desk, viewer, draft_id, to_keep(request.form)) is not None


def _switch(desk: Desk, viewer: Viewer, named: str) -> ResponseReturnValue:
    """Keep this draft and go on with another."""
    _kept(desk, viewer)
    return redirect(url_for("intake.show", draft=named) if named else url_for("intake.show"), 303)


def _sit(desk: Desk, viewer: Viewer, _named: str) -> ResponseReturnValue:
    """Say where one sits, so that calls of that seat come up here."""
    body: SeatBody = SEAT.read(request.form)
    calls.sit_down(desk, viewer.account_id, body.seat or "")
    said = gettext("座席已改为 %(seat)s。", seat=body.seat) if body.seat else gettext("已离开座席。")
    flash(said, "done")
    return _switch(desk, viewer, request.form[DRAFT] if _kept(desk, viewer) else "")


def _answer_call(desk: Desk, viewer: Viewer, named: str) -> ResponseReturnValue:
    """Keep this draft and begin another for the call that rings."""
    _kept(desk, viewer)
    seat = calls.seat_of(desk.session, viewer.account_id)
    call = calls.take(desk, seat, named) if seat else None
    if call is None:
        flash(gettext("这个来电不在这个座席，或者已经结束。"), "error")
        return redirect(url_for("intake.show"), 303)
    typed = new_typed({"call_id": call.call_id, "channel": str(Channel.PHONE)})
    if number := call.number_in_clear(desk.vault):
        typed["requester.phone"] = national_phone(number)
    drafts.keep(desk, viewer, UUID(typed[DRAFT]), to_keep(typed))
    return redirect(url_for("intake.show", draft=typed[DRAFT]), 303)


def _discard(desk: Desk, viewer: Viewer, _named: str) -> ResponseReturnValue:
    """Put the draft away; for a week it can be had again."""
    draft_id = drafts.draft_id_of(request.form.get(DRAFT))
    if draft_id is None or not _kept(desk, viewer):
        return redirect(url_for("intake.show"), 303)
    drafts.end(desk, viewer, draft_id, drafts.EndedAs.DISCARDED)
    return redirect(url_for("intake.show", discarded=draft_id), 303)


def _register(desk: Desk, viewer: Viewer, _named: str) -> ResponseReturnValue:
    """Register the matter, or register and settle it in one go."""
    settling = SETTLINGS.get(request.form.get(THEN, ""))
    body = settling.read(request.form) if settling else None
    draft = _matter(desk, viewer, request.form)
    check_draft(draft, desk.rules.units)
    text, voice = begun_with(desk, request.form)
    files = brought()

    def act() -> Done:
        if text is not None:
            made = strays.register_from(desk, viewer, strays.locked_text(desk, text.id), draft)
        elif voice is not None:
            made = messages.register_from(desk, messages.locked_voice(desk, voice.id), draft)
        else:
            made = take_down(desk, draft)
        give(desk, viewer, made.ticket, files)
        if settling is not None and body is not None:
            settling.check(desk, viewer, made.ticket, body)
            make(desk, made.ticket, viewer, settling.move, body)
        _ended(desk, viewer)
        ref = made.ticket.ref
        return Done(url_for("intake.registered", ref=ref), ref=ref, code=made.tracking_code)

    done = once(desk, viewer, act)
    session[JUST_MADE] = {"ref": done.ref, "code": done.code}
    return done.response()


def _matter(desk: Desk, viewer: Viewer, typed: Typed) -> Draft:
    """What was typed as a matter; a name that was not typed is that of the person who was chosen."""
    draft: Draft = CALL.read(typed)
    asks = draft.requester
    if (who := typed.get("who")) and asks.name is None:
        named = asks.model_copy(update={"name": name_chosen(desk, viewer, who, asks.phone)})
        draft = draft.model_copy(update={"requester": named})
    return draft


def _supplement(desk: Desk, viewer: Viewer, named: str) -> ResponseReturnValue:
    """Add what was typed to a ticket of the same citizen, instead of registering it again."""
    body: WordsBody = SUPPLEMENT.read(request.form)
    text, voice = begun_with(desk, request.form)

    def act() -> Done:
        ticket = ticket_for(desk, viewer, named)
        if text is not None:
            strays.add_to_ticket(desk, viewer, strays.locked_text(desk, text.id), ticket, body.text)
        elif voice is not None:
            messages.add_to_ticket(desk, viewer, messages.locked_voice(desk, voice.id), ticket, body.text)
        else:
            make(desk, ticket, viewer, Move.SUPPLEMENT, body)
        # Those that came with this try were kept with the form before.
        give(desk, viewer, ticket, ())
        _ended(desk, viewer)
        said = gettext("已补充到：%(title)s", title=ticket.title)
        return Done(url_for("tickets.show", ref=ticket.ref), said)

    return once(desk, viewer, act).response()


def _ended(desk: Desk, viewer: Viewer) -> None:
    drafts.end(desk, viewer, drafts.draft_id_of(request.form.get(DRAFT)), drafts.EndedAs.REGISTERED)


STEPS: dict[str, Callable[[Desk, Viewer, str], ResponseReturnValue]] = {
    "history": _look,
    "look": _look,
    "keep": _keep,
    "draft": _switch,
    "seat": _sit,
    "call": _answer_call,
    "discard": _discard,
    "supplement": _supplement,
}


@intake.get("/intake/registered/<ref>")
@staff_page(*OPERATORS)
def registered(ref: str) -> ResponseReturnValue:
    """Say the number and, this once, the tracking code."""
    ticket = ticket_seen(g.desk, g.viewer, ref)
    made = session.pop(JUST_MADE, {})
    return render_template(
        "intake/registered.html",
        ticket=ticket,
        code=made.get("code", "") if made.get("ref") == ticket.ref else "",
        due_next=next_due(ticket.clocks, g.desk.now(), g.desk.rules),
        tabs=drafts.tabs(g.desk, g.viewer),
    )
