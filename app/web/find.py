"""Find tickets by number, telephone or words, and narrow the list."""

from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from app.access.accounts import Role
from app.access.rules import RULES
from app.api.answers import cursor_of, read_cursor
from app.api.bodies import ListQuery
from app.language.names import place_names, unit_names
from app.language.words import CHANNELS, STATES
from app.reading.due import next_due
from app.reading.listing import Wanted, tickets_for
from app.reading.one_ticket import HOTLINE_ROLES
from app.web.forms import Form, FormKind
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk

find = blueprint("find", __name__)

FIND = FormKind(
    ListQuery,
    {
        "q": _("编号、电话、字词"),
        "state": _("状态"),
        "channel": _("来源"),
        "overdue": _("只看逾期"),
        "external_ref": _("外部编号"),
        "holder": _("现在在哪家"),
        "in_hand": _("在办"),
        "due_today": _("今日到期"),
        "supervised": _("督办中"),
        "cursor": _("翻页"),
    },
)

#: Who has tickets to read.
READERS = tuple(role for role in Role if RULES.reads[role] != "none")


@find.get("/tickets")
@staff_page(*READERS)
def search() -> ResponseReturnValue:
    """Find tickets by number, telephone or words, and narrow the list."""
    desk: Desk = g.desk
    asked = FIND.read(request.args)
    wanted = Wanted(**asked.model_dump(exclude={"limit", "cursor"}))
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
    )


def _list_url(cursor: str | None) -> str:
    arguments: dict[str, Any] = {name: request.args.get(name) for name in FIND.labels}
    return url_for("find.search", **{**arguments, "cursor": cursor})
