"""Find tickets by number, telephone or words, and narrow the list."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.access.rules import RULES
from app.api.answers import cursor_of, read_cursor
from app.api.bodies import ListQuery
from app.language.names import place_names, unit_names
from app.language.words import CHANNELS, STATES
from app.reading.due import next_due
from app.reading.listing import Wanted, tickets_for
from app.reading.one_ticket import HOTLINE_ROLES
from app.reading.saved_views import remove, save, views_of
from app.web.forms import Form, FormKind
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.intake.draft import Strict

find = blueprint("find", __name__)


class SavedBody(Strict):
    """Under which name a filter is kept."""

    name: str


FIND = FormKind(
    ListQuery,
    {
        "q": _("编号、电话、字词"),
        "state": _("状态"),
        "channel": _("来源"),
        "overdue": _("只看逾期"),
        "external_ref": _("外部编号"),
        "cursor": _("翻页"),
    },
)

#: The parts that narrow the list.
NARROWS = ("q", "state", "channel", "overdue", "external_ref")
SAVE = FormKind(SavedBody, {"name": _("给这个筛选起个名字")})

#: Who has tickets to read.
READERS = tuple(role for role in Role if RULES.reads[role] != "none")


@find.get("/tickets")
@staff_page(*READERS)
def search() -> ResponseReturnValue:
    """Find tickets by number, telephone or words, and narrow the list."""
    return _page()


def _page(refused: TicketError | None = None) -> str:
    desk: Desk = g.desk
    asked = FIND.read(request.args)
    wanted = _wanted(request.args)
    rows = tickets_for(desk, g.viewer, wanted, limit=asked.limit, before=read_cursor(asked.cursor))
    shown, now = rows[: asked.limit], desk.now()
    following = cursor_of(shown[-1].id) if len(rows) > asked.limit else None
    return render_template(
        "tickets/list.html",
        rows=[(ticket, next_due(ticket.clocks, now, desk.rules)) for ticket in shown],
        next_url=_list_url(following) if following else "",
        first_url=_list_url(None) if asked.cursor else "",
        form=Form.blank(FIND, request.args),
        states=[("", _("全部")), *STATES.items()],
        channels=[("", _("全部")), *CHANNELS.items()],
        units=unit_names(desk.rules.units),
        places=place_names(desk.rules.units),
        viewer_is_unit=g.viewer.role not in HOTLINE_ROLES,
        views=views_of(desk, g.viewer, _wanted),
        narrowed=_asked(request.args),
        save=Form.again(SAVE, request.form, refused) if refused else Form.blank(SAVE),
    )


def _again(refused: TicketError) -> str:
    return _page(refused)


@find.post("/tickets/views")
@staff_page(*READERS, again=_again)
def keep_view() -> ResponseReturnValue:
    """Keep the filter of the list under a name."""
    asked = _asked(request.args)
    FIND.read(MultiDict(asked))
    save(g.desk, g.viewer, request.form.get("name", ""), asked)
    flash(gettext("已保存这个筛选。"), "done")
    return redirect(f"{url_for('find.search')}?{urlencode(asked)}", 303)


@find.post("/tickets/views/<uuid:view_id>/remove")
@staff_page(*READERS)
def remove_view(view_id: UUID) -> ResponseReturnValue:
    """Forget a filter."""
    remove(g.desk, g.viewer, view_id)
    flash(gettext("已删去这个筛选。"), "done")
    return redirect(url_for("find.search"), 303)


def _wanted(given: Mapping[str, str]) -> Wanted:
    asked = FIND.read(MultiDict(_asked(given)))
    return Wanted(**asked.model_dump(include=set(NARROWS)))


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    """What narrows the list, and nothing of where one is in it."""
    return {name: value for name in NARROWS if (value := given.get(name, ""))}


def _list_url(cursor: str | None) -> str:
    arguments: dict[str, Any] = {name: request.args.get(name) for name in FIND.labels}
    return url_for("find.search", **{**arguments, "cursor": cursor})
