"""The operator's one screen as it stands: who is calling, what is written, what helps."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from flask import g, render_template, request

from app.access.accounts import Viewer
from app.admin.phrases import phrases_for
from app.calling import drafts
from app.calling.people import Caller, caller_of
from app.calling.policies import matching_policies
from app.language.initials import divisions_to_type
from app.language.names import category_options, options, place_names, reason_options, unit_names
from app.language.sentences import FieldSentence
from app.language.suggesting import name_of, why
from app.language.words import CHANNELS, KINDS, LANGUAGES, SERVICES, URGENCIES
from app.reading.due import first_promises, next_due
from app.reading.suggesting import help_for
from app.reading.voice import shown_voice
from app.texts import strays
from app.voice import messages
from app.voice.rows import VoiceMessage
from app.web.forms import Form, Typed, sentences_of
from app.web.intake_form import CALL, DRAFT
from app.web.texts import text_to_register
from app.web.ticket_files import LIMITS
from app.web.voice_messages import voice_to_register
from notifications.inbox import number_opted_out
from notifications.message import InboundText
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError, bad_field
from tickets.ground.phones import NotAPhone, is_mobile, normal_phone
from tickets.ground.vault import masked_phone
from tickets.ground.words import Channel, ReasonList
from tickets.intake.calls import call_for
from tickets.intake.suggest import Matter

#: Nobody asked yet.
NO_HELP: dict[str, Any] = {"helped": None, "suggested": [], "policies": []}

#: How a matter can come to an operator; the other channels have doors of their own.
BY_HAND = (Channel.PHONE, Channel.WALK_IN, Channel.LETTER, Channel.EMAIL, Channel.SUPERIOR)


def page_of(form: Form, *, helps: bool = False, kept: Sequence[str] = ()) -> str:
    """
    The whole screen; *helps* where somebody without JavaScript asked for suggestions.

    *kept* are the names of files that were handed in with the form and wait for it to be good.
    """
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    now = desk.now()
    phone, wrong = _phone_of(form)
    text, voice = _still_waiting(desk, form.typed)
    number = phone or _number_of(desk, text, voice)
    came_by = (Channel.SMS,) if text else (Channel.VOICE,) if voice else ()
    caller = caller_of(desk, viewer, number)
    indexes = desk.vault.indexes("phone", number) if number else ()
    opted_out = number_opted_out(desk.session, indexes) if number else False
    return render_template(
        "intake/call.html",
        form=replace(form, wrong=form.wrong or wrong),
        phone=phone,
        text=text,
        voice=shown_voice(desk, viewer, voice) if voice else None,
        text_from=masked_phone(number) if text or voice else None,
        channels=[(code, CHANNELS[code]) for code in (*came_by, *BY_HAND)],
        known=bool(number),
        # What the number wished the last time, for whoever talks to it now.
        last=max(caller.tickets, key=lambda ticket: ticket.id, default=None),
        opted_out=opted_out,
        limits=LIMITS,
        kept=kept,
        texts_to=masked_phone(number) if number and is_mobile(number) and not opted_out else None,
        said=partial(phrases_for, desk.rules, unit=viewer.unit),
        tabs=drafts.tabs(desk, viewer),
        this_draft=form.typed.get(DRAFT, ""),
        discarded=drafts.draft_id_of(request.args.get("discarded")),
        **offers(desk, now),
        **shown(desk, caller, now),
        **ringing(desk, viewer),
        **(help_shown(desk, viewer, matter_of(form.typed)) if helps else NO_HELP),
    )


def offers(desk: Desk, now: datetime) -> dict[str, Any]:
    """What the fields offer to choose from."""
    units = desk.rules.units
    return {
        "kinds": list(KINDS.items()),
        "categories": [("", "—"), *category_options(desk.rules.categories)],
        "urgencies": list(URGENCIES.items()),
        "languages": list(LANGUAGES.items()),
        "due": [(URGENCIES[code], at) for code, at in first_promises(now, desk.rules).items()],
        "divisions": divisions_to_type(units),
        "about": [("", "—"), *options(units, lambda unit: True)],
        "services": list(SERVICES.items()),
        "grounds": [
            ("", "—"),
            *((code, name) for code, name, _hint in reason_options(desk.rules.reasons, ReasonList.DECLINE)),
        ],
    }


def shown(desk: Desk, caller: Caller, now: datetime) -> dict[str, Any]:
    """What is known of a caller, as the page shows it."""
    return {
        "calling": caller,
        "history": [(ticket, next_due(ticket.clocks, now, desk.rules)) for ticket in caller.tickets],
        "units": unit_names(desk.rules.units),
        "places": place_names(desk.rules.units),
    }


def ringing(desk: Desk, viewer: Viewer) -> dict[str, Any]:
    """The call that rings at the viewer's seat, and what its number asked before."""
    seat, call = call_for(desk.session, viewer.account_id)
    number = call.number_in_clear(desk.vault) if call else None
    rings = {"seat": seat, "call": call, "number": number}
    return {"rings": {**rings, **shown(desk, caller_of(desk, viewer, number), desk.now())} if call else rings}


def matter_of(typed: Typed) -> Matter:
    """What was typed so far, for suggestions."""
    said = "\n".join(filter(None, (typed.get("title", ""), typed.get("text", ""))))
    about = tuple(code for code in typed.getlist("about_units") if code)
    return Matter(said, typed.get("place.division") or None, about)


def help_shown(desk: Desk, viewer: Viewer, matter: Matter) -> dict[str, Any]:
    """What helps with *matter*, as the page shows it."""
    helped = help_for(desk, viewer, matter)
    found = helped.suggestions
    rows = [
        *(("kind", one) for one in found.kinds[:1]),
        *(("category", one) for one in found.categories),
        *(("unit", one) for one in found.units),
    ]
    rules = desk.rules
    told = [(what, one, name_of(what, one.value, rules), why(what, one, rules)) for what, one in rows]
    return {"helped": helped, "suggested": told, "policies": matching_policies(desk, matter.text)}


def begun_with(desk: Desk, typed: Typed) -> tuple[InboundText | None, VoiceMessage | None]:
    """
    What the form was begun with: a text, a message left by voice, or neither.

    :raises TicketError: there is no such one, or somebody settled it.
    """
    text = text_to_register(desk, typed.get("from_text"))
    return text, voice_to_register(desk, typed.get("from_voice"))


def _still_waiting(desk: Desk, typed: Typed) -> tuple[InboundText | None, VoiceMessage | None]:
    """The same for showing the form: what was settled meanwhile is left out, and what was typed stays."""
    try:
        return begun_with(desk, typed)
    except TicketError:
        return None, None


def _number_of(desk: Desk, text: InboundText | None, voice: VoiceMessage | None) -> str | None:
    """The number that texted or called, where the form was begun with what it said."""
    if text is not None:
        return strays.number_of(desk, text)
    return messages.caller_of(desk, voice) if voice is not None else None


def _phone_of(form: Form) -> tuple[str, tuple[FieldSentence, ...]]:
    """The number as the blind index knows it, and what to say where it is none."""
    written = form.typed.get("requester.phone", "")
    try:
        return (normal_phone(written) if written else ""), ()
    except NotAPhone:
        return "", sentences_of(CALL, bad_field("requester.phone", "bad_phone"))
