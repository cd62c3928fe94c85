"""One ticket: read it, make a move on it, see who asks; and the list to find it in."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import abort, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.access.accounts import Role, Viewer
from app.access.doors import ticket_for, ticket_seen
from app.access.rules import RULES, allowed_moves, may_read_identity
from app.admin.phrases import phrases_for
from app.api.answers import cursor_of, read_cursor
from app.api.bodies import ListQuery, ReasonQuery
from app.identity import show_identity
from app.language.i18n import grouped_ref
from app.language.names import place_names, unit_names
from app.language.words import CHANNELS, MOVES, STATES, Words
from app.moves import DOORS, check_version, make
from app.reading.due import next_due
from app.reading.listing import Wanted, tickets_for
from app.reading.one_ticket import HOTLINE_ROLES
from app.reading.ticket_page import progress_of, whole_of
from app.web import callback, handling, intake, transfer
from app.web.forms import Done, Form, FormKind, once, version_read
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.ground.flow import Move
from tickets.ticket import Ticket

tickets = blueprint("tickets", __name__)

FORMS: Mapping[Move, FormKind] = {
    Move.ANSWER: intake.ANSWER,
    **transfer.FORMS,
    **handling.FORMS,
    **callback.FORMS,
}
#: After these there is more to do on the same ticket; after all others the desk has the next one.
STAYS = frozenset({Move.SIGN, Move.CONTACT})

#: Who calls the citizen gives no reason: the program says why, and shows no more than a call needs.
CALLING: Mapping[Role, tuple[tuple[str, ...], str]] = {
    Role.CALLER: (("phone",), "回访"),
    Role.HANDLER: (("name", "phone"), "联系群众"),
    Role.HEAD: (("name", "phone"), "联系群众"),
}
LOOK = FormKind(ReasonQuery, {"reason": _("查看理由")})
FIND = FormKind(
    ListQuery,
    {
        "q": _("编号、电话、字词"),
        "state": _("状态"),
        "channel": _("来源"),
        "overdue": _("只看逾期"),
        "cursor": _("翻页"),
    },
)

#: Who has tickets to read.
READERS = tuple(role for role in Role if RULES.reads[role] != "none")

#: What a text to the citizen is about, by its template.
TEMPLATES = Words(
    received=_("登记，编号与查询码"),
    transferred=_("已转办"),
    transferred_again=_("再次转办"),
    answered=_("答复"),
    late=_("逾期说明"),
    survey=_("满意度调查"),
)


@tickets.get("/tickets")
@staff_page(*READERS)
def search() -> ResponseReturnValue:
    """Find tickets by number, telephone or words, and narrow the list."""
    desk: Desk = g.desk
    asked = FIND.read(request.args)
    wanted = Wanted(**asked.model_dump(include={"state", "channel", "overdue", "q"}))
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
    return url_for("tickets.search", **{**arguments, "cursor": cursor})


@tickets.get("/tickets/<ref>")
@staff_page(*READERS)
def show(ref: str) -> ResponseReturnValue:
    """Show one ticket with the moves this viewer may make."""
    return _page(ticket_seen(g.desk, g.viewer, ref))


@tickets.get("/tickets/<ref>/parts/progress")
@staff_page(*READERS)
def progress(ref: str) -> ResponseReturnValue:
    """The part of the page that keeps itself fresh, and no more where nothing changed."""
    ticket = ticket_seen(g.desk, g.viewer, ref)
    part = render_template(
        "tickets/_progress.html", **progress_of(g.desk, g.viewer, ticket), moved_on=_moved_on(ticket)
    )
    response = make_response(part)
    response.add_etag()
    return response.make_conditional(request)


def _moved_on(ticket: Ticket) -> bool:
    """The page this part belongs to was drawn before the last move."""
    return request.args.get("version", str(ticket.version)) != str(ticket.version)


def _again(refused: TicketError, ref: str, move: str = "") -> ResponseReturnValue:
    """The page once more, with the refused form filled in and the reason on top."""
    ticket = ticket_seen(g.desk, g.viewer, ref)
    if not move:
        return _page(ticket, look=Form.again(LOOK, request.form, refused))
    return _page(ticket, refused=(Move(move), refused))


@tickets.post("/tickets/<ref>/<move>")
@staff_page(*READERS, again=_again)
def make_move(ref: str, move: str) -> ResponseReturnValue:
    """Make one move."""
    if move not in FORMS:
        abort(404)
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    ticket = ticket_for(desk, viewer, ref)
    made, body = Move(move), FORMS[Move(move)].read(request.form)
    DOORS[made].check(desk, ticket, body)

    def act() -> Done:
        check_version(ticket, version_read())
        make(desk, ticket, viewer, made, body)
        said = gettext(
            "已%(move)s：%(title)s（%(ref)s）",
            move=MOVES[made],
            title=ticket.title,
            ref=grouped_ref(ticket.ref),
        )
        return Done(url_for("tickets.show", ref=ticket.ref) if made in STAYS else url_for("desks.show"), said)

    return once(desk, viewer, act).response()


@tickets.post("/tickets/<ref>/identity")
@staff_page(*READERS, again=_again)
def look(ref: str) -> ResponseReturnValue:
    """Show who asks, in clear: a right, a reason, and a fact for each look."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    ticket = ticket_for(desk, viewer, ref)
    if viewer.role in CALLING:
        only, reason = CALLING[viewer.role]
        shown = show_identity(desk, viewer, ticket, reason=reason, only=only)
    else:
        shown = show_identity(desk, viewer, ticket, reason=LOOK.read(request.form).reason)
    desk.clear()
    return _page(ticket, identity=shown)


def _page(
    ticket: Ticket,
    *,
    refused: tuple[Move, TicketError] | None = None,
    look: Form | None = None,
    identity: Mapping[str, str | None] | None = None,
) -> str:
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    forms = _forms(desk, viewer, ticket, refused)
    wrong = forms[refused[0]].wrong if refused else look.wrong if look else ()
    return render_template(
        "tickets/show.html",
        **whole_of(desk, viewer, ticket),
        forms=forms,
        wrong=wrong,
        wrong_at=refused[0] if refused else "look",
        may_look=identity is None and may_read_identity(viewer, ticket),
        calls=viewer.role in CALLING,
        look=look or Form.blank(LOOK),
        identity=identity,
        templates=TEMPLATES,
        said=partial(phrases_for, desk.rules, unit=viewer.unit),
    )


def _forms(
    desk: Desk, viewer: Viewer, ticket: Ticket, refused: tuple[Move, TicketError] | None
) -> dict[Move, Form]:
    """The forms of the moves this viewer could make now, and of the refused one: nothing typed is lost."""
    forms = {}
    for move, kind in FORMS.items():
        offers = kind.offers(desk.rules.units, ticket) if kind.offers else {}
        if refused and refused[0] is move:
            forms[move] = Form.again(kind, request.form, refused[1], offers)
        elif move in allowed_moves(viewer, ticket):
            forms[move] = Form.blank(kind, offers=offers)
    return forms
