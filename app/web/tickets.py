"""One ticket: read it, make a move on it, decide on what was asked, see who asks."""

from collections.abc import Mapping, Sequence
from functools import partial

from flask import abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.access.accounts import Role, Viewer
from app.access.doors import clock_seen, ticket_for, ticket_seen
from app.access.rules import allowed_moves, decides_now, may_read_identity
from app.admin.phrases import phrases_for
from app.api.bodies import DecideBody, ReasonQuery
from app.assistance.need_answers import needs_answered
from app.house import most_looks
from app.identity import show_identity
from app.language import need_words
from app.language.shown import grouped_ref
from app.language.text_words import TEXTS
from app.language.words import MOVES, REQUESTS
from app.moves import DOORS, check_decision_body, decide, make, request_of, step
from app.reading.clock_page import told_of
from app.reading.ticket_page import progress_of, whole_of
from app.uploads import takes_files
from app.web.brought import brought, give, kept_for_next_try
from app.web.find import READERS
from app.web.forms import Done, Form, FormKind, once, version_read
from app.web.fresh import fresh_part
from app.web.moves import FORMS, STAYS
from app.web.staff import blueprint, staff_page
from app.web.ticket_files import files_on_page
from tickets.assistance.need_words import Way
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, TicketError
from tickets.ground.flow import Move
from tickets.ground.refs import read_ref
from tickets.ticket import Request, Ticket

tickets = blueprint("tickets", __name__)

#: Who calls the citizen gives no reason: the program says why, and shows no more than a call needs.
CALLING: Mapping[Role, tuple[tuple[str, ...], str]] = {
    Role.CALLER: (("phone",), "回访"),
    Role.HANDLER: (("name", "phone"), "联系群众"),
    Role.HEAD: (("name", "phone"), "联系群众"),
}
LOOK = FormKind(ReasonQuery, {"reason": _("查看理由")})
DECIDE = FormKind(
    DecideBody,
    {"grant": _("批复"), "text": _("批复意见"), "designate": _("指定由该单位承办，不能再退")},
    checks=frozenset({"designate"}),
)

#: A form on the page, by the move or the request it is for, and why it was refused.
Refusal = tuple[str, TicketError]


@tickets.get("/tickets/<ref>")
@staff_page(*READERS)
def show(ref: str) -> ResponseReturnValue:
    """Show one ticket with the moves this viewer may make."""
    return page_of(ticket_seen(g.desk, g.viewer, ref))


@tickets.get("/tickets/<ref>/parts/progress")
@staff_page(*READERS)
def progress(ref: str) -> ResponseReturnValue:
    """The part of the page that keeps itself fresh, and no more where nothing changed."""
    ticket = ticket_seen(g.desk, g.viewer, ref)
    told = progress_of(g.desk, g.viewer, ticket, g.desk.now())
    return fresh_part(render_template("tickets/_progress.html", **told, moved_on=_moved_on(ticket)))


@tickets.get("/tickets/<ref>/parts/look")
@staff_page(*READERS)
def look_quickly(ref: str) -> ResponseReturnValue:
    """Matter and answer, for who looks at a ticket from a list."""
    ticket = ticket_seen(g.desk, g.viewer, ref)
    return render_template("tickets/_look.html", **whole_of(g.desk, g.viewer, ticket, g.desk.now()))


def _moved_on(ticket: Ticket) -> bool:
    """The page this part belongs to was drawn before the last move."""
    return request.args.get("version", str(ticket.version)) != str(ticket.version)


def _again(refused: TicketError, ref: str, move: str = "", request_id: str = "") -> ResponseReturnValue:
    """The page once more, with the refused form filled in and the reason on top."""
    ticket = ticket_seen(g.desk, g.viewer, ref)
    if not (move or request_id):
        return page_of(ticket, look=Form.again(LOOK, request.form, refused))
    kept = kept_for_next_try(g.desk, g.viewer) if move else []
    return page_of(ticket, refused=(move or request_id, refused), kept=kept)


@tickets.get("/tickets/<ref>/clocks/<clock_id>")
@staff_page(*READERS)
def explain(ref: str, clock_id: str) -> ResponseReturnValue:
    """Why one clock is due when it is, to read out or to print."""
    desk: Desk = g.desk
    ticket, clock = clock_seen(desk, g.viewer, clock_id)
    if ticket.ref != read_ref(ref):
        abort(404)
    return render_template("tickets/why.html", ticket=ticket, **told_of(desk, g.viewer, ticket, clock))


@tickets.post("/tickets/<ref>/<move>")
@takes_files
@staff_page(*READERS, again=_again)
def make_move(ref: str, move: str) -> ResponseReturnValue:
    """Make one move."""
    if move not in FORMS:
        abort(404)
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    # Looked at before the ticket is locked: drawing pictures anew takes its time.
    files = brought()
    ticket = ticket_for(desk, viewer, ref)
    made, body = Move(move), FORMS[Move(move)].read(request.form)
    DOORS[made].check(desk, viewer, ticket, body)

    def move_with_files() -> None:
        make(desk, ticket, viewer, made, body)
        give(desk, viewer, ticket, files)

    def act() -> Done:
        step(desk, viewer, ticket, version_read(), move_with_files)
        said = gettext(
            "已%(move)s：%(title)s（%(ref)s）",
            move=MOVES[made],
            title=ticket.title,
            ref=grouped_ref(ticket.ref),
        )
        return Done(url_for("tickets.show", ref=ticket.ref) if made in STAYS else url_for("desks.show"), said)

    return once(desk, viewer, act).response()


@tickets.post("/tickets/<ref>/requests/<request_id>")
@staff_page(*READERS, again=_again)
def decide_request(ref: str, request_id: str) -> ResponseReturnValue:
    """Grant or refuse what somebody else asked."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    ticket = ticket_for(desk, viewer, ref)
    asked = request_of(ticket, request_id)
    body: DecideBody = DECIDE.read(request.form)
    check_decision_body(body)

    def act() -> Done:
        step(desk, viewer, ticket, version_read(), lambda: decide(desk, viewer, ticket, asked, body))
        said = (
            gettext("已同意：%(what)s（%(ref)s）") if body.grant else gettext("没有同意：%(what)s（%(ref)s）")
        )
        return Done(
            url_for("desks.show"), said % {"what": REQUESTS[asked.kind], "ref": grouped_ref(ticket.ref)}
        )

    return once(desk, viewer, act).response()


@tickets.post("/tickets/<ref>/identity")
@staff_page(*READERS, again=_again)
def look(ref: str) -> ResponseReturnValue:
    """Show who asks, in clear: a right, a reason, a limit, and a fact for each look."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    ticket = ticket_for(desk, viewer, ref)
    if viewer.role in CALLING and not ticket.sealed:
        only, reason = CALLING[viewer.role]
        # Whoever calls the citizen back has one number to dial, and no limit.
        most = None if viewer.role == Role.CALLER else most_looks(viewer)
        shown = show_identity(desk, viewer, ticket, reason=reason, only=only, most=most)
    else:
        reason = LOOK.read(request.form).reason
        shown = show_identity(desk, viewer, ticket, reason=reason, most=most_looks(viewer))
    desk.clear()
    return page_of(ticket, identity=shown)


def page_of(
    ticket: Ticket,
    *,
    refused: Refusal | None = None,
    look: Form | None = None,
    identity: Mapping[str, str | None] | None = None,
    upload: Form | None = None,
    kept: Sequence[str] = (),
) -> str:
    """
    The page of *ticket*, perhaps with a form that was *refused*.

    *upload* is the refused form about files; *kept* are names of files that came with another refused form.
    """
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    now = desk.now()
    forms, decisions = _forms(desk, viewer, ticket, refused), _decisions(viewer, ticket, refused)
    all_forms = {**forms, **{str(one.id): form for one, form in decisions}}
    form = all_forms.get(refused[0]) if refused else upload or look
    if refused and form is None:
        raise NotFound
    return render_template(
        "tickets/show.html",
        **whole_of(desk, viewer, ticket, now),
        forms=forms,
        decisions=decisions,
        wrong=form.wrong if form else (),
        wrong_at=refused[0] if refused else "upload" if upload else "look",
        **files_on_page(desk, viewer, ticket, now, upload),
        kept=kept,
        may_look=identity is None and may_read_identity(viewer, ticket, now),
        calls=viewer.role in CALLING and not ticket.sealed,
        look=look or Form.blank(LOOK),
        identity=identity,
        templates=TEXTS,
        needs=needs_answered(desk, viewer, Way.TICKET, ticket.ref),
        need_words=need_words,
        said=partial(phrases_for, desk.rules, unit=viewer.unit),
    )


def _forms(desk: Desk, viewer: Viewer, ticket: Ticket, refused: Refusal | None) -> dict[str, Form]:
    """The forms of the moves this viewer could make now, and of the refused one: nothing typed is lost."""
    forms: dict[str, Form] = {}
    allowed = allowed_moves(viewer, ticket)
    for move, kind in FORMS.items():
        is_refused = refused is not None and refused[0] == move
        if not is_refused and move not in allowed:
            continue
        offers = kind.offers(desk, viewer, ticket) if kind.offers else {}
        if refused and is_refused:
            forms[move] = Form.again(kind, request.form, refused[1], offers)
        else:
            forms[move] = Form.blank(kind, offers=offers)
    return dict(sorted(forms.items(), key=lambda pair: not pair[1].kind.main))


def _decisions(viewer: Viewer, ticket: Ticket, refused: Refusal | None) -> list[tuple[Request, Form]]:
    """What waits for this viewer's word, and what was refused just now."""
    found = []
    waiting = decides_now(viewer, ticket)
    for one in ticket.requests:
        if refused and refused[0] == str(one.id):
            found.append((one, Form.again(DECIDE, request.form, refused[1])))
        elif one in waiting:
            found.append((one, Form.blank(DECIDE)))
    return found
