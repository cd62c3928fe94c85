"""Texts that belong to no ticket: read them, add them to one, take them down, or set them aside."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.access.accounts import Role, Viewer
from app.access.rules import RULES
from app.api.text_models import AddTextBody, SetAsideBody
from app.language.names import unit_names
from app.language.text_words import SET_ASIDE
from app.language.words import Words
from app.reading.texts import count_waiting, texts_aside, waiting_texts
from app.texts import strays
from app.web.forms import Done, Form, FormKind, new_key, once
from app.web.inbox import inbox
from app.web.staff import blueprint, staff_page
from notifications.message import InboundText
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError

texts_pages = blueprint("texts", __name__)

SETTLERS = tuple(role for role in Role if role in RULES.texts["settle"])

ADD = FormKind(AddTextBody, {"ref": _("工单编号")})
ASIDE = FormKind(SetAsideBody, {"reason": _("搁置的理由")})

#: Why a text is here, by what it was taken for.
WHY_HERE = Words(
    words=_("没有唯一的未办结工单"),
    progress=_("问进度，但不是这个号码的工单"),
    answer=_("评价，但没有等着评价的工单"),
)


@texts_pages.get("/texts")
@staff_page(*SETTLERS)
def show() -> ResponseReturnValue:
    """What waits, the oldest first; or what was set aside."""
    return _page()


def _again(refused: TicketError, text_id: str, step: str) -> ResponseReturnValue:
    kind = ADD if step == "add" else ASIDE
    return _page(refused=(text_id, Form.again(kind, request.form, refused)))


@texts_pages.post("/texts/<text_id>/<step>")
@staff_page(*SETTLERS, again=_again)
def settle(text_id: str, step: str) -> ResponseReturnValue:
    """Say what becomes of a text."""
    if step not in STEPS:
        abort(404)
    desk: Desk = g.desk
    return once(desk, g.viewer, lambda: STEPS[step](desk, g.viewer, strays.text_id_of(text_id))).response()


def _add(desk: Desk, viewer: Viewer, text_id: UUID) -> Done:
    body: AddTextBody = ADD.read(request.form)
    known = strays.text_seen(desk, text_id).id
    # The ticket is locked before the text: every move takes the ticket first.
    ticket = strays.ticket_to_add_to(desk, viewer, body.ref)
    strays.add_to_ticket(desk, viewer, strays.locked_text(desk, known), ticket)
    return Done(url_for("texts.show"), gettext("已补充到：%(title)s", title=ticket.title))


def _aside(desk: Desk, viewer: Viewer, text_id: UUID) -> Done:
    body: SetAsideBody = ASIDE.read(request.form)
    strays.set_aside(desk, viewer, strays.locked_text(desk, text_id), body.reason)
    said = gettext("已搁置：%(reason)s。放错了可以在“已搁置”里放回。", reason=SET_ASIDE[body.reason])
    return Done(url_for("texts.show"), said)


def _back(desk: Desk, viewer: Viewer, text_id: UUID) -> Done:
    strays.put_back(desk, viewer, strays.locked_text(desk, text_id))
    return Done(url_for("texts.show", aside=1), gettext("已放回，等人处理。"))


STEPS: dict[str, Callable[[Desk, Viewer, UUID], Done]] = {"add": _add, "aside": _aside, "back": _back}


def _page(refused: tuple[str, Form] | None = None) -> str:
    desk: Desk = g.desk
    return render_template(
        "texts/list.html",
        inbox=inbox(
            "texts.show",
            "aside",
            partial(waiting_texts, desk, g.viewer),
            partial(texts_aside, desk, g.viewer),
        ),
        waiting=count_waiting(desk),
        reasons=SET_ASIDE,
        why_here=WHY_HERE,
        units=unit_names(desk.rules.units),
        new_key=new_key,
        blank=Form.blank(ADD),
        refused=refused,
    )


def text_to_register(desk: Desk, given: str | None) -> InboundText | None:
    """
    Find the text that the form of a new matter was begun with, as *given* by the form, if it was.

    :raises TicketError: there is none, or somebody settled it.
    """
    return strays.text_seen(desk, strays.text_id_of(given)) if given else None
