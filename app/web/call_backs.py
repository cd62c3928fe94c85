"""Whom to call back: callers nobody picked up for, and those who asked for it."""

from functools import partial
from uuid import UUID

from flask import abort, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access.accounts import Role
from app.access.rules import RULES
from app.language.voice_words import CAUSES, HOURS, TONGUES
from app.reading.call_backs import call_backs_done, count_call_backs, waiting_call_backs
from app.voice import whom
from app.web.forms import Done, new_key, once
from app.web.inbox import inbox
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk

call_backs = blueprint("call_backs", __name__)

CALLERS = tuple(role for role in Role if role in RULES.texts["settle"])


@call_backs.get("/to-call-back")
@staff_page(*CALLERS)
def show() -> ResponseReturnValue:
    """Whom to call back, the oldest first; or who was called back."""
    return _page()


@call_backs.post("/to-call-back/<call_back_id>/open")
@staff_page(*CALLERS)
def open_number(call_back_id: str) -> ResponseReturnValue:
    """Show the number to dial. Who saw it is written down."""
    row = whom.call_back_for(g.desk, call_back_id)
    return _page(opened={row.id: whom.number_shown(g.desk, row)})


@call_backs.post("/to-call-back/<call_back_id>/<step>")
@staff_page(*CALLERS)
def settle(call_back_id: str, step: str) -> ResponseReturnValue:
    """Say that somebody called, or take that back."""
    if step not in ("done", "undo"):
        abort(404)
    desk: Desk = g.desk

    def act() -> Done:
        row = whom.call_back_for(desk, call_back_id)
        if step == "done":
            whom.given_back(desk, row)
            said = gettext("已记下：回过电话了。记错了可以在“已回电”里放回。")
            return Done(url_for("call_backs.show"), said)
        whom.take_up_again(desk, row)
        return Done(url_for("call_backs.show", done=1), gettext("已放回待回电。"))

    return once(desk, g.viewer, act).response()


def _page(opened: dict[UUID, str] | None = None) -> str:
    desk: Desk = g.desk
    return render_template(
        "call_backs/list.html",
        inbox=inbox(
            "call_backs.show", "done", partial(waiting_call_backs, desk), partial(call_backs_done, desk)
        ),
        opened=opened or {},
        waiting=count_call_backs(desk),
        causes=CAUSES,
        hours=HOURS,
        tongues=TONGUES,
        new_key=new_key,
    )
