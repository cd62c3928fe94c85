"""The applications desk: the list, one application with its next steps, and the receipt to print."""

from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.access.rules import RULES
from app.api.answers import cursor_of, read_cursor
from app.assistance import application_steps as steps
from app.assistance import applications as work
from app.assistance.area import PLACES, area_of
from app.assistance.need_answers import needs_answered
from app.house import most_looks
from app.language import application_words as words
from app.language import need_words
from app.language.names import options, place_names
from app.reading.applications import WantedApplications, applications_for, steps_of, visits_told
from app.web.admin.saving import Refusal, form_of
from app.web.assistance import application_forms as forms
from app.web.forms import Done, once
from app.web.staff import blueprint, staff_page
from tickets.assistance.application_words import ApplicationMove, ApplicationScheme, ApplicationState
from tickets.assistance.applications import Application
from tickets.assistance.need_words import Way
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError

applications_pages = blueprint("applications", __name__)

READERS = tuple(role for role in Role if role in RULES.assistance["draft_applications"])
#: Applications on one page.
MOST = 50


@applications_pages.get("/applications")
@staff_page(*READERS)
def show() -> ResponseReturnValue:
    """The applications of the viewer's area."""
    asked = {
        name: request.args.get(name, "").replace("\0", "")
        for name in ("scheme", "state", "late", "owes_visit")
    }
    wanted = WantedApplications(
        scheme=next((one for one in ApplicationScheme if one == asked["scheme"]), None),
        state=next((one for one in ApplicationState if one == asked["state"]), None),
        late=bool(asked["late"]),
        owes_visit=bool(asked["owes_visit"]),
    )
    cursor = request.args.get("before") or None
    lines = applications_for(g.desk, g.viewer, wanted, before=read_cursor(cursor), limit=MOST)
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    last = lines[MOST - 1].application.id if len(lines) > MOST else 0
    return render_template(
        "assistance/applications.html",
        rows=lines[:MOST],
        asked=asked,
        next_url=url_for("applications.show", **kept, before=cursor_of(last)) if last else "",
        first_url=url_for("applications.show", **kept) if cursor else "",
        **_words(),
    )


def _new_again(refused: TicketError) -> ResponseReturnValue:
    return _new_page(Refusal("new", refused))


@applications_pages.get("/applications/new")
@staff_page(*READERS)
def new() -> ResponseReturnValue:
    """An empty application, to fill in."""
    return _new_page()


@applications_pages.post("/applications")
@staff_page(*READERS, again=_new_again)
def add() -> ResponseReturnValue:
    """Begin an application."""
    wanted = forms.NEW.read(request.form)

    def act() -> Done:
        row = work.draft_application(g.desk, g.viewer, wanted)
        return Done(url_for("applications.read", number=row.id), gettext("已登记，核对材料后受理。"))

    return once(g.desk, g.viewer, act).response()


@applications_pages.get("/applications/<int:number>")
@staff_page(*READERS)
def read(number: int) -> ResponseReturnValue:
    """One application, its applicant masked."""
    return _page(work.application_for(g.desk, g.viewer, number))


@applications_pages.get("/applications/<int:number>/receipt")
@staff_page(*READERS)
def receipt(number: int) -> ResponseReturnValue:
    """What the applicant is given when it is accepted, or told once is missing; to print."""
    row = work.application_for(g.desk, g.viewer, number)
    terms = steps.terms_of(g.desk, row)
    return render_template("assistance/application_receipt.html", one=row, terms=terms, **_words())


def _look_again(refused: TicketError, number: int) -> ResponseReturnValue:
    return _page(work.application_for(g.desk, g.viewer, number), Refusal("look", refused))


@applications_pages.post("/applications/<int:number>/clear")
@staff_page(*READERS, again=_look_again)
def clear(number: int) -> ResponseReturnValue:
    """Show who applies, in clear; the look and its reason are written down."""
    reason = forms.LOOK.read(request.form)
    shown = steps.show_applicant(g.desk, g.viewer, number, reason.reason, most=most_looks(g.viewer))
    g.desk.clear()
    return _page(work.application_for(g.desk, g.viewer, number), shown=shown)


def _step_again(refused: TicketError, number: int, step: str) -> ResponseReturnValue:
    return _page(work.application_for(g.desk, g.viewer, number), Refusal(step, refused))


@applications_pages.post("/applications/<int:number>/steps/<step>")
@staff_page(*READERS, again=_step_again)
def take_step(number: int, step: str) -> ResponseReturnValue:
    """Take one step of the table."""
    if step not in list(ApplicationMove):
        raise work.NoSuchApplication
    form = forms.STEPS[ApplicationMove(step)]
    wanted = form.kind.read(request.form)

    def act() -> Done:
        form.act(g.desk, g.viewer, number, wanted)
        return Done(url_for("applications.read", number=number), gettext("已保存。"))

    return once(g.desk, g.viewer, act).response()


def _page(row: Application, refused: Refusal | None = None, shown: dict[str, Any] | None = None) -> str:
    desk: Desk = g.desk
    moves = work.moves_of(desk, g.viewer, row)
    typed = MultiDict({"version": str(row.version)})
    made = {
        move: form_of(forms.STEPS[move].kind, move, refused, typed=typed, offers={"ground": forms.GROUNDS})
        for move in moves
    }
    look = form_of(forms.LOOK, "look", refused)
    on_page = {str(move): form for move, form in made.items()} | {"look": look}
    return render_template(
        "assistance/application.html",
        one=row,
        moves=[(move, made[move], forms.STEPS[move].main) for move in moves],
        look=look,
        refused=refused if refused and refused.form in on_page else None,
        wrong=on_page[refused.form].wrong if refused and refused.form in on_page else (),
        shown=shown,
        terms=steps.terms_of(desk, row),
        visits=visits_told(desk, g.viewer, row),
        needs=needs_answered(desk, g.viewer, Way.APPLICATION, str(row.id)),
        need_words=need_words,
        steps=steps_of(desk, row),
        now=desk.now(),
        has_receipt=row.state in forms.HAS_RECEIPT or bool(row.papers),
        **_words(),
    )


def _new_page(refused: Refusal | None = None) -> str:
    area = area_of(g.desk.rules, g.viewer, "draft_applications")
    places = options(g.desk.rules.units, lambda unit: unit.kind in PLACES and area.has(unit.code))
    return render_template(
        "assistance/application_new.html",
        form=form_of(forms.NEW, "new", refused),
        divisions=places,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "schemes": words.SCHEMES_APPLIED,
        "states": words.APPLICATION_STATES,
        "move_words": words.APPLICATION_MOVES,
        "term_words": words.TERMS,
        "grounds": words.VISIT_GROUNDS,
        "hard_grounds": words.HARD_GROUNDS,
        "places": place_names(g.desk.rules.units),
    }
