"""Messages left by voice: listen to them, add them to a ticket, take them down, or set them aside."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.access.accounts import Role, Viewer
from app.access.rules import RULES
from app.api.voice_routes import AddVoiceBody, VoiceAsideBody
from app.attachments.reading import asks_further, given_out
from app.language.names import unit_names
from app.language.voice_words import ASIDE
from app.reading.voice import count_voice, voice_aside, waiting_voice
from app.texts.strays import ticket_to_add_to
from app.voice import messages
from app.voice.rows import VoiceMessage
from app.web.forms import Done, Form, FormKind, new_key, once
from app.web.inbox import inbox
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError

voice_pages = blueprint("voice_messages", __name__)

SETTLERS = tuple(role for role in Role if role in RULES.texts["settle"])

ADD = FormKind(AddVoiceBody, {"ref": _("工单编号"), "text": _("留言说了什么")})
PUT_ASIDE = FormKind(VoiceAsideBody, {"reason": _("搁置的理由")})


@voice_pages.get("/voice-messages")
@staff_page(*SETTLERS)
def show() -> ResponseReturnValue:
    """What waits, the oldest first; or what was set aside."""
    return _page()


@voice_pages.get("/voice-messages/<voice_id>/sound")
@staff_page(*SETTLERS)
def sound(voice_id: str) -> ResponseReturnValue:
    """Listen to a message. Who did is written down."""
    desk: Desk = g.desk
    row = messages.voice_seen(desk, messages.voice_id_of(voice_id))
    return given_out(desk.session, desk.vault, messages.heard(desk, row, further=asks_further()))


def _again(refused: TicketError, voice_id: str, step: str) -> ResponseReturnValue:
    kind = ADD if step == "add" else PUT_ASIDE
    return _page(refused=(voice_id, Form.again(kind, request.form, refused)))


@voice_pages.post("/voice-messages/<voice_id>/<step>")
@staff_page(*SETTLERS, again=_again)
def settle(voice_id: str, step: str) -> ResponseReturnValue:
    """Say what becomes of a message."""
    if step not in STEPS:
        abort(404)
    desk: Desk = g.desk
    return once(
        desk, g.viewer, lambda: STEPS[step](desk, g.viewer, messages.voice_id_of(voice_id))
    ).response()


def _add(desk: Desk, viewer: Viewer, voice_id: UUID) -> Done:
    body: AddVoiceBody = ADD.read(request.form)
    known = messages.voice_seen(desk, voice_id).id
    # The ticket is locked before the message: every move takes the ticket first.
    ticket = ticket_to_add_to(desk, viewer, body.ref)
    messages.add_to_ticket(desk, viewer, messages.locked_voice(desk, known), ticket, body.text)
    return Done(url_for("voice_messages.show"), gettext("已补充到：%(title)s", title=ticket.title))


def _aside(desk: Desk, viewer: Viewer, voice_id: UUID) -> Done:
    body: VoiceAsideBody = PUT_ASIDE.read(request.form)
    messages.set_aside(desk, messages.locked_voice(desk, voice_id), body.reason)
    said = gettext("已搁置：%(reason)s。放错了可以在“已搁置”里放回。", reason=ASIDE[body.reason])
    return Done(url_for("voice_messages.show"), said)


def _back(desk: Desk, viewer: Viewer, voice_id: UUID) -> Done:
    messages.put_back(desk, messages.locked_voice(desk, voice_id))
    return Done(url_for("voice_messages.show", aside=1), gettext("已放回，等人处理。"))


STEPS: dict[str, Callable[[Desk, Viewer, UUID], Done]] = {"add": _add, "aside": _aside, "back": _back}


def _page(refused: tuple[str, Form] | None = None) -> str:
    desk: Desk = g.desk
    return render_template(
        "voice/list.html",
        inbox=inbox(
            "voice_messages.show",
            "aside",
            partial(waiting_voice, desk, g.viewer),
            partial(voice_aside, desk, g.viewer),
        ),
        waiting=count_voice(desk),
        reasons=ASIDE,
        units=unit_names(desk.rules.units),
        new_key=new_key,
        blank=Form.blank(ADD),
        refused=refused,
    )


def voice_to_register(desk: Desk, given: str | None) -> VoiceMessage | None:
    """
    Find the message that the form of a new matter was begun with, as *given* by the form, if it was.

    :raises TicketError: there is none.
    """
    return messages.voice_seen(desk, messages.voice_id_of(given)) if given else None
