"""The list of whom to tell by telephone what could not be brought by text, and the page of one call."""

from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.access.accounts import Role, Viewer
from app.access.rules import RULES
from app.api.telling_routes import ToldBody
from app.house import most_looks
from app.language.shown import grouped_ref
from app.language.text_words import TELL_RESULTS, TEXTS
from app.reading.paging import MOST, written
from app.reading.telling import ToTell, calls_to_make
from app.texts import telling
from app.web.forms import Done, Form, FormKind, once
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused, TicketError

telling_pages = blueprint("telling", __name__)

TELLERS = tuple(role for role in Role if role in RULES.texts["tell"])

TOLD = FormKind(
    ToldBody,
    {"result": _("打电话的结果"), "note": _("内部备注"), "messages": _("告知的内容")},
    many=frozenset({"messages"}),
)


@telling_pages.get("/to-tell")
@staff_page(*TELLERS)
def show() -> ResponseReturnValue:
    """Whom to call now, and whom later."""
    desk: Desk = g.desk
    return render_template(
        "telling/list.html",
        ready=_list(desk, "after"),
        later=_list(desk, "later", later=True),
        templates=TEXTS,
        may_read=g.viewer.role in (Role.OPERATOR, Role.SUPERVISOR),
    )


def _list(desk: Desk, name: str, *, later: bool = False) -> tuple[list[ToTell], str, str]:
    """One of the two lists, and where it goes on and begins."""
    after = request.args.get(name)
    rows = calls_to_make(desk, g.viewer, later=later, limit=MOST, after=after)
    shown = rows[:MOST]
    following: dict[str, Any] = {}
    if len(rows) > MOST:
        following = {name: written(shown[-1].since, shown[-1].ticket.id)}
    next_url = url_for("telling.show", **following) if following else ""
    return shown, next_url, url_for("telling.show") if after else ""


def _again(refused: TicketError, ref: str) -> ResponseReturnValue:
    """The call once more. Number and words were shown already, so no look is counted."""
    try:
        call = telling.call_for(g.desk, g.viewer, ref)
    except Refused:
        # Somebody else told it meanwhile: there is no call to show.
        raise refused from None
    return _page(call, Form.again(TOLD, request.form, refused), None)


@telling_pages.get("/to-tell/<ref>/call")
@staff_page(*TELLERS)
def show_call(ref: str) -> ResponseReturnValue:
    """The call without number and words: who comes back to this page by its address has not looked yet."""
    return _page(telling.call_for(g.desk, g.viewer, ref), Form.blank(TOLD), None)


@telling_pages.post("/to-tell/<ref>/call")
@staff_page(*TELLERS)
def open_call(ref: str) -> ResponseReturnValue:
    """Show number and words to read out; the look is a fact."""
    desk: Desk = g.desk
    call = telling.call_for(desk, g.viewer, ref)
    opened = telling.open_call(desk, g.viewer, call, most=most_looks(g.viewer))
    return _page(call, Form.blank(TOLD), opened)


@telling_pages.post("/to-tell/<ref>")
@staff_page(*TELLERS, again=_again)
def note_call(ref: str) -> ResponseReturnValue:
    """Write down what came of the call."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    body: ToldBody = TOLD.read(request.form)

    def act() -> Done:
        call = telling.call_for(desk, viewer, ref)
        telling.note_call(desk, call, body.result, note=body.note, only=body.messages)
        said = gettext(
            "已记下：%(result)s（%(ref)s）", result=TELL_RESULTS[body.result], ref=grouped_ref(ref)
        )
        return Done(url_for("telling.show"), said)

    return once(desk, viewer, act).response()


def _page(call: telling.Call, form: Form, opened: telling.Opened | None) -> str:
    return render_template(
        "telling/call.html",
        ticket=call.ticket,
        messages=call.messages,
        form=form,
        opened=opened,
        templates=TEXTS,
        tries=max(one.tell_tries for one in call.messages),
    )
