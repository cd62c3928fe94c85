"""Visits for who makes them: the list, the form at the door, and a recorded look at pictures."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access.accounts import Role
from app.access.rules import RULES
from app.api.answers import cursor_of, read_cursor
from app.assistance.members import members_of
from app.assistance.signing import Keeping
from app.assistance.visit_bodies import LIVING, VisitWords
from app.assistance.visit_drafts import draft_of, end_draft, keep_draft, with_draft
from app.assistance.visits import (
    Opened,
    acknowledge,
    levels_of,
    look_at_file,
    report_visit,
    visit_for,
)
from app.attachments.reading import given_out
from app.house import house
from app.language import assistance_words, visit_words
from app.language.names import place_names
from app.reading.visits import VisitsWanted, alerts_for, counts_for, visits_for
from app.uploads import takes_files
from app.web.admin.saving import Refusal, form_of
from app.web.assistance.signed import pictures_sent
from app.web.assistance.visit_form import LOOK, VISIT, choices, typed_so_far
from app.web.forms import KEY, Done, Form, new_key, once
from app.web.staff import blueprint, staff_page
from tickets.assistance.visit_words import OPEN, VisitLevel, VisitState
from tickets.assistance.visits import VisitFile, files_of, reports_of
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.ground.units import UnitRow
from tickets.ground.words import UnitKind

visits_pages = blueprint("visits", __name__)

READERS = tuple(role for role in Role if role in RULES.assistance["report_visits"])
SETTLERS = tuple(role for role in Role if role in RULES.assistance["settle_visits"])
#: Visits on one page, and alerts.
MOST = 50
MOST_ALERTS = 20
#: What is shown of them, and which states that is.
SHOWS: dict[str, tuple[VisitState, ...]] = {
    "open": tuple(state for state in VisitState if state in OPEN),
    "not_reached": (VisitState.NOT_REACHED,),
    "done": (VisitState.DONE,),
    "lapsed": (VisitState.LAPSED,),
}


def level_asked() -> VisitLevel:
    """The level that is looked at: by itself that of the viewer's own unit."""
    unit: UnitRow | None = g.desk.rules.units.get(g.viewer.unit)
    own = VisitLevel.SUBDISTRICT if unit and unit.kind == UnitKind.SUBDISTRICT else VisitLevel.COMMUNITY
    mine = levels_of(g.desk.rules, g.viewer)
    return next((one for one in mine if one == request.args.get("level")), own)


@visits_pages.get("/visits")
@staff_page(*READERS)
def mine() -> ResponseReturnValue:
    """Whom to visit in this month or half-year, those not visited yet first."""
    desk: Desk = g.desk
    level = level_asked()
    show = request.args.get("show", "")
    show = show if show in SHOWS else "open"
    wanted = VisitsWanted(level=level, day=desk.today())
    counts = counts_for(desk, g.viewer, wanted)
    cursor = request.args.get("after") or None
    narrowed = VisitsWanted(level=level, day=desk.today(), states=SHOWS[show])
    lines = visits_for(desk, g.viewer, narrowed, after=read_cursor(cursor) or 0, limit=MOST)
    last = lines[MOST - 1].visit.id if len(lines) > MOST else None
    kept: dict[str, Any] = {"level": level.value, "show": show}
    return render_template(
        "assistance/visits.html",
        lines=lines[:MOST],
        level=level,
        show=show,
        shows={name: sum(counts[state] for state in states) for name, states in SHOWS.items()},
        alerts=alerts_for(desk, g.viewer, limit=MOST_ALERTS),
        due_on=lines[0].visit.last_day if lines else None,
        drafts=with_draft(desk, g.viewer, (line.visit for line in lines if line.is_open)),
        now=desk.now(),
        next_url=url_for("visits.mine", **kept, after=cursor_of(last)) if last else "",
        first_url=url_for("visits.mine", **kept) if cursor else "",
        **words(),
    )


@visits_pages.get("/visits/<int:number>")
@staff_page(*READERS)
def read(number: int) -> ResponseReturnValue:
    """One visit: the form at the door, or what was found there."""
    return _page(visit_for(g.desk, g.viewer, number))


def _again(name: str) -> Any:
    def again(refused: TicketError, number: int, **_more: Any) -> ResponseReturnValue:
        return _page(visit_for(g.desk, g.viewer, number), Refusal(name, refused))

    return again


@visits_pages.post("/visits/<int:number>")
@takes_files
@staff_page(*READERS, again=_again("visit"))
def report(number: int) -> ResponseReturnValue:
    """Write down what was found, or that nobody was met."""
    wanted: VisitWords = VISIT.read(request.form)
    # Drawing pictures anew takes its time; nobody waits for the household meanwhile.
    pictures = pictures_sent()

    def act() -> Done:
        visit = report_visit(g.desk, g.viewer, number, wanted, pictures)
        end_draft(g.desk, g.viewer, visit, visit.tries - (visit.state == VisitState.NOT_REACHED))
        to = url_for("visits.mine", level=visit.level)
        if visit.state == VisitState.DONE:
            return Done(to, gettext("走访已记好。"))
        return Done(to, gettext("已记下没有见到人。"))

    return once(g.desk, g.viewer, act).response()


@visits_pages.post("/visits/<int:number>/draft")
@staff_page(*READERS, again=_again("visit"))
def keep(number: int) -> ResponseReturnValue:
    """Keep what was typed so far; the form asks for it on every pause, or somebody by its button."""
    at = keep_draft(g.desk, g.viewer, number, typed_so_far(request.form))
    if "X-Draft" in request.headers:
        # Handed in meanwhile: there is nothing more to keep.
        return "", 204 if at else 409
    flash(gettext("草稿已存好，可以接着填。"), "done")
    return redirect(url_for("visits.read", number=number), 303)


@visits_pages.post("/visits/<int:number>/files/<uuid:file>")
@staff_page(*SETTLERS, again=_again("look"))
def look(number: int, file: UUID) -> ResponseReturnValue:
    """Show a photo or a signature; the look and its reason are a fact."""
    wanted = LOOK.read(request.form)
    row = look_at_file(g.desk, g.viewer, number, file, wanted.reason)
    return given_out(g.desk.session, g.desk.vault, row)


@visits_pages.post("/visits/alerts/<int:number>")
@staff_page(*SETTLERS)
def note(number: int) -> ResponseReturnValue:
    """Take note of a household that could not be reached twice in a row."""

    def act() -> Done:
        acknowledge(g.desk, g.viewer, number)
        return Done(url_for("visits.mine", _anchor="alerts"), gettext("已记下，街道知道了。"))

    return once(g.desk, g.viewer, act).response()


def _page(opened: Opened, refused: Refusal | None = None) -> str:
    desk: Desk = g.desk
    members = members_of(desk, opened.household)
    reports = reports_of(desk.session, opened.visit)
    of_report: dict[UUID, list[VisitFile]] = {}
    for row in files_of(desk.session, reports):
        of_report.setdefault(row.report_id, []).append(row)
    fills = opened.reports and opened.visit.state in OPEN
    draft = draft_of(desk, g.viewer, opened.visit) if fills and refused is None else None
    form = form_of(VISIT, "visit", refused)
    if draft is not None:
        form = Form(VISIT, draft.get(KEY) or new_key(), draft, sent=True)
    return render_template(
        "assistance/visit.html",
        visit=opened.visit,
        one=opened.household,
        head=members[0] if members else None,
        fills=fills,
        goes_on=draft is not None,
        settles=g.viewer.role in RULES.assistance["settle_visits"],
        reports=[(row, row.open(desk.vault), of_report.get(row.id, [])) for row in reports],
        form=form,
        look=form_of(LOOK, "look", refused),
        refused=refused.form if refused else "",
        choices=choices(members),
        living=LIVING,
        day=desk.today().isoformat(),
        now=desk.now(),
        kept=Keeping.of(house().settings).days,
        **words(),
    )


def words() -> dict[str, Any]:
    """The words the templates of visits need."""
    return {
        "levels": {one: visit_words.VISIT_LEVELS[one] for one in levels_of(g.desk.rules, g.viewer)},
        "states": visit_words.VISIT_STATES,
        "mets": visit_words.METS,
        "questions": visit_words.ASKED,
        "living_words": visit_words.LIVING,
        "changes": visit_words.VISIT_CHANGES,
        "needs": visit_words.VISIT_NEEDS,
        "file_kinds": visit_words.VISIT_FILES,
        "grounds": visit_words.VISIT_GROUNDS,
        "kinds": assistance_words.HOUSEHOLD_KINDS,
        "places": place_names(g.desk.rules.units),
    }
