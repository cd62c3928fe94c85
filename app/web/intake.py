"""Take a call: who is it, what was asked before, what is it now; then register it, or answer at once."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from flask import g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role, Viewer
from app.access.doors import ticket_seen
from app.access.rules import RULES
from app.admin.phrases import phrases_for
from app.api import bodies
from app.language.names import category_options, divisions, options, place_names, unit_names
from app.language.sentences import FieldSentence
from app.language.words import CHANNELS, KINDS, LANGUAGES, URGENCIES
from app.moves import make, take_down
from app.reading.desks import history_of
from app.reading.due import first_promises, next_due
from app.reading.voice import shown_voice
from app.texts import strays
from app.uploads import takes_files
from app.voice import messages
from app.voice.rows import VoiceMessage
from app.web.brought import brought, give, kept_for_next_try
from app.web.forms import KEY, Done, Form, FormKind, Typed, new_key, once, sentences_of
from app.web.moves.intake import ANSWER
from app.web.staff import blueprint, staff_page
from app.web.texts import text_to_register
from app.web.ticket_files import LIMITS
from app.web.voice_messages import voice_to_register
from notifications.inbox import number_opted_out
from notifications.message import InboundText
from tickets.ground.desk import Desk
from tickets.ground.errors import FieldsRefused, TicketError, bad_field
from tickets.ground.flow import Move
from tickets.ground.phones import NotAPhone, normal_phone
from tickets.ground.vault import masked_phone
from tickets.ground.words import Channel
from tickets.intake.draft import Draft
from tickets.intake.register import check_draft

intake = blueprint("intake", __name__)

#: How a matter can come to an operator; the other channels have doors of their own.
BY_HAND = (Channel.PHONE, Channel.WALK_IN, Channel.LETTER, Channel.EMAIL, Channel.SUPERIOR)

CALL = FormKind(
    Draft,
    {
        "requester.phone": _("来电号码"),
        "text": _("事项（来电人原话）"),
        "title": _("标题"),
        "kind": _("类型"),
        "category": _("分类"),
        "urgency": _("紧急程度"),
        "place.division": _("区划"),
        "place.address": _("详细地址"),
        "requester.name": _("来电人姓名"),
        "requester.reply_wanted": _("需要答复"),
        "requester.no_sms": _("不发短信"),
        "requester.language": _("短信语言"),
        "requester.call_from": _("可来电，从"),
        "requester.call_to": _("可来电，到"),
        "requester.confidential": _("要求保密"),
        "requester.anonymous": _("匿名"),
        "channel": _("来源"),
        "about_units": _("被反映的单位"),
        "external.system": _("外部平台"),
        "external.ref": _("外部编号"),
    },
    beside={"answer": _("当场给的答复"), "files": _("附件")},
    many=frozenset({"about_units"}),
    checks=frozenset(f"requester.{name}" for name in ("reply_wanted", "no_sms", "confidential", "anonymous")),
)

OPERATORS = tuple(role for role in Role if role in RULES.moves[Move.REGISTER])

#: Where what was just registered stands in the signed cookie, until it was shown.
JUST_MADE = "registered"


def _again(refused: TicketError) -> ResponseReturnValue:
    kept = kept_for_next_try(g.desk, g.viewer)
    return _page(Form.again(CALL, request.form, refused), kept)


@intake.get("/intake")
@staff_page(*OPERATORS)
def show() -> ResponseReturnValue:
    """An empty form, or one begun with what a number texted or said; and what it asked before."""
    desk: Desk = g.desk
    if text := text_to_register(desk):
        return _page(Form.blank(CALL, {"text": strays.words_of(desk, text), "channel": Channel.SMS}))
    phone = request.args.get("phone", "")
    return _page(Form.blank(CALL, {"requester.phone": phone} if phone else {}))


@intake.post("/intake")
@takes_files
@staff_page(*OPERATORS, again=_again)
def take() -> ResponseReturnValue:
    """Look up the number, register the matter, or register and answer it in one go."""
    if request.form.get("then") == "history":
        kept = kept_for_next_try(g.desk, g.viewer)
        return _page(Form(CALL, request.form.get(KEY) or new_key(), request.form, sent=True), kept)
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    answer = _answer_of(request.form) if request.form.get("then") == "answer" else None
    draft: Draft = CALL.read(request.form)
    check_draft(draft, desk.rules.units)
    text, voice = text_to_register(desk), voice_to_register(desk)
    files = brought()

    def act() -> Done:
        if text is not None:
            made = strays.register_from(desk, viewer, strays.locked_text(desk, text.id), draft)
        elif voice is not None:
            made = messages.register_from(desk, messages.locked_voice(desk, voice.id), draft)
        else:
            made = take_down(desk, draft)
        give(desk, viewer, made.ticket, files)
        if answer is not None:
            make(desk, made.ticket, viewer, Move.ANSWER, answer)
        ref = made.ticket.ref
        return Done(url_for("intake.registered", ref=ref), ref=ref, code=made.tracking_code)

    done = once(desk, viewer, act)
    session[JUST_MADE] = {"ref": done.ref, "code": done.code}
    return done.response()


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
    )


def _answer_of(typed: Typed) -> bodies.AnswerBody:
    try:
        answer: bodies.AnswerBody = ANSWER.read(MultiDict({"text": typed.get("answer", "")}))
    except FieldsRefused as wrong:
        raise FieldsRefused(*(replace(bad, field="answer") for bad in wrong.fields)) from None
    return answer


def _page(form: Form, kept: Sequence[str] = ()) -> str:
    desk: Desk = g.desk
    units, now = desk.rules.units, desk.now()
    phone, wrong = _phone_of(form)
    text, voice = text_to_register(desk), voice_to_register(desk)
    number = phone or _number_of(desk, text, voice)
    history = history_of(desk, g.viewer, number) if number else []
    due = first_promises(now, desk.rules)
    indexes = desk.vault.indexes("phone", number) if number else ()
    return render_template(
        "intake/call.html",
        form=replace(form, wrong=form.wrong or wrong),
        phone=phone,
        history=[(ticket, next_due(ticket.clocks, now, desk.rules)) for ticket in history],
        kinds=list(KINDS.items()),
        categories=[("", "—"), *category_options(desk.rules.categories)],
        urgencies=list(URGENCIES.items()),
        languages=list(LANGUAGES.items()),
        due=[(URGENCIES[code], at) for code, at in due.items()],
        channels=[(code, CHANNELS[code]) for code in (*((Channel.SMS,) if text else ()), *BY_HAND)],
        text=text,
        limits=LIMITS,
        kept=kept,
        voice=shown_voice(desk, g.viewer, voice) if voice else None,
        text_from=masked_phone(number) if text or voice else None,
        known=bool(number),
        # What the number wished the last time, for whoever talks to it now.
        last=max(history, key=lambda ticket: ticket.id, default=None),
        opted_out=number_opted_out(desk.session, indexes) if number else False,
        divisions=[("", "—"), *divisions(units)],
        about=[("", "—"), *options(units, lambda unit: True)],
        units=unit_names(units),
        places=place_names(units),
        said=partial(phrases_for, desk.rules, unit=g.viewer.unit),
    )


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
