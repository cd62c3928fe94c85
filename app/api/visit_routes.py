"""The routes of `/api/v1/assistance/visits`: who is owed one, what was found, how far each place is."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response, g

from app.access.rules import RULES
from app.api import visit_models as models
from app.api.answers import json_response, list_response, read_cursor
from app.api.documents import moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.household_models import ReasonBody
from app.api.idempotency import Answer
from app.assistance.members import members_of
from app.assistance.signing import Keeping, Pictures
from app.assistance.visit_bodies import LIVING, VisitBody
from app.assistance.visits import Opened, acknowledge, look_at_file, report_visit, visit_for
from app.attachments.reading import given_out
from app.house import house
from app.reading.visits import (
    Tally,
    VisitLine,
    VisitsWanted,
    alerts_for,
    coverage_for,
    visits_for,
)
from app.uploads import takes_files
from tickets.assistance.visit_plan import period_of
from tickets.assistance.visits import Visit, VisitAlert, VisitFile, VisitReport, files_of, reports_of
from tickets.ground.desk import Desk
from tickets.ground.refs import SHANGHAI

visits_api = APIBlueprint("visits_api", __name__, url_prefix="/api/v1/assistance/visits", tag="visits")

#: Alerts told at one time; they are few, and each waits for somebody.
MOST_ALERTS = 200


@visits_api.get("")
@staff_only
@visits_api.input(models.VisitsQuery, location="query", arg_name="asked")
@visits_api.output(models.VisitPage, description="The visits of one's area, newest first")
def list_visits(asked: models.VisitsQuery) -> Response:
    """List the visits of one's own area."""
    wanted = VisitsWanted(
        level=asked.level,
        day=_first(asked.month) if asked.month else None,
        division=asked.division,
        states=(asked.state,) if asked.state else (),
    )
    lines = visits_for(g.desk, g.viewer, wanted, before=read_cursor(asked.cursor), limit=asked.limit)
    return list_response(
        lines, limit=asked.limit, document=_line_document, key=lambda line: line.visit.id or 0
    )


@visits_api.get("/coverage")
@staff_only
@visits_api.input(models.CoverageQuery, location="query", arg_name="asked")
@visits_api.output(models.CoverageDocument, description="By division, this period and eleven before it")
def read_coverage(asked: models.CoverageQuery) -> Response:
    """Read how far the visits are."""
    desk: Desk = g.desk
    day = _first(asked.month) if asked.month else desk.today()
    now = desk.now().astimezone(SHANGHAI)
    period = period_of(day, asked.level)
    found = coverage_for(desk, g.viewer, asked.level, period, now, division=asked.division)
    rows = [{"division": row.division, "periods": _tallies(found.periods, row.tallies)} for row in found.rows]
    totals = _tallies(found.periods, found.totals)
    return json_response(
        {"level": found.level, "passed": round(found.passed, 1), "rows": rows, "totals": totals}
    )


@visits_api.get("/alerts")
@staff_only
@visits_api.output(models.AlertPage, description="Those nobody took note of, oldest first")
def list_visit_alerts() -> Response:
    """List the households that could not be reached twice in a row."""
    lines = alerts_for(g.desk, g.viewer, limit=MOST_ALERTS)
    return json_response({"items": [_alert_document(line.alert) for line in lines], "next": None})


@visits_api.post("/alerts/<int:number>/acknowledge")
@once
@staff_only
@visits_api.output(models.AlertDocument, description="The alert after it")
def acknowledge_visit_alert(number: int) -> Response:
    """Take note, for the subdistrict, of a household that could not be reached."""

    def act() -> Answer:
        _only("settle_visits")
        return Answer(200, _alert_document(acknowledge(g.desk, g.viewer, number)))

    return answered(g.desk, key_of_request(), act)


@visits_api.get("/<int:number>")
@staff_only
@visits_api.output(models.WholeVisitDocument, description="The visit, with what was found there")
def read_visit(number: int) -> Response:
    """Read one visit."""
    return json_response(_whole_document(g.desk, visit_for(g.desk, g.viewer, number)))


@visits_api.post("/<int:number>/report")
@takes_files
@once
@staff_only
@visits_api.input(VisitBody, arg_name="body")
@visits_api.output(models.WholeVisitDocument, description="The visit after it")
def report_one_visit(number: int, body: VisitBody) -> Response:
    """Write down what was found at a visit, or that nobody was met."""
    # First whether it is there for this viewer (404), then whether they may (403).
    visit_for(g.desk, g.viewer, number)
    pictures = Pictures.sent(Keeping.of(house().settings), body.photos, body.signature, body.strokes)

    def act() -> Answer:
        _only("report_visits")
        report_visit(g.desk, g.viewer, number, body, pictures)
        g.desk.clear()
        return Answer(200, _whole_document(g.desk, visit_for(g.desk, g.viewer, number)))

    return answered(g.desk, key_of_request(), act)


@visits_api.post("/<int:number>/files/<uuid:file>/look")
@staff_only
@visits_api.input(ReasonBody, arg_name="body")
@visits_api.output(
    FileSchema(type="string", format="binary"), content_type="image/*", description="The picture"
)
def look_at_visit_file(number: int, file: UUID, body: ReasonBody) -> Response:
    """Look at a photo or signature of a visit. The look and its reason are a fact."""
    visit_for(g.desk, g.viewer, number)
    _only("settle_visits")
    row = look_at_file(g.desk, g.viewer, number, file, body.reason)
    return given_out(g.desk.session, g.desk.vault, row)


def _only(work: str) -> None:
    if g.viewer.role not in RULES.assistance[work]:
        raise NotForYou


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _tallies(periods: Sequence[date], tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    return [
        {
            "period": period.isoformat(),
            "owed": tally.owed,
            "done": tally.done,
            "not_reached": tally.not_reached,
            "share": tally.share,
        }
        for period, tally in zip(periods, tallies, strict=True)
    ]


def _line_document(line: VisitLine) -> dict[str, Any]:
    return _document(line.visit, line.head.name_masked if line.head else None)


def _document(visit: Visit, head: str | None) -> dict[str, Any]:
    plain = ("id", "division", "level", "state", "policy", "policy_version", "calendar", "calendar_version")
    return {
        **{name: getattr(visit, name) for name in (*plain, "tries", "done_by")},
        "household": visit.household_id,
        "head": head,
        "period": visit.period.isoformat(),
        "due_at": moment(visit.due_at),
        "warn_at": moment(visit.warn_at) if visit.warn_at else None,
        "next_on": visit.next_on.isoformat() if visit.next_on else None,
        "done_at": moment(visit.done_at) if visit.done_at else None,
    }


def _whole_document(desk: Desk, opened: Opened) -> dict[str, Any]:
    members = members_of(desk, opened.household)
    reports = reports_of(desk.session, opened.visit)
    files = files_of(desk.session, reports)
    return {
        **_document(opened.visit, members[0].name_masked if members else None),
        "reports": [
            _report_document(desk, row, [file for file in files if file.report_id == row.id])
            for row in reports
        ],
    }


def _report_document(desk: Desk, report: VisitReport, files: Sequence[VisitFile]) -> dict[str, Any]:
    said = report.open(desk.vault)
    return {
        "id": str(report.id),
        "met": report.met,
        "at": moment(report.at),
        "by": report.by,
        **{name: said.get(name) for name in (*LIVING, "words")},
        **{name: said.get(name) or [] for name in ("present", "changes")},
        "may_share": bool(said.get("may_share")),
        "needs": report.needs,
        "files": [
            {
                **{name: getattr(file, name) for name in ("kind", "ground", "agreed")},
                "id": str(file.attachment_id),
                "keep_until": file.keep_until.isoformat(),
                "erased_at": moment(file.erased_at) if file.erased_at else None,
            }
            for file in files
        ],
    }


def _alert_document(alert: VisitAlert) -> dict[str, Any]:
    return {
        **{name: getattr(alert, name) for name in ("id", "unit", "misses", "acknowledged_by")},
        "household": alert.household_id,
        "visit": alert.visit_id,
        "raised_at": moment(alert.raised_at),
        "acknowledged_at": moment(alert.acknowledged_at) if alert.acknowledged_at else None,
    }
