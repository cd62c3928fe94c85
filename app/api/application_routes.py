"""The routes of `/api/v1/assistance/applications`: the applications desk, step by step."""

from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g

from app.api import application_models as models
from app.api.answers import json_response, list_response, read_cursor
from app.api.documents import moment
from app.api.doors import answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.assistance import application_bodies as bodies
from app.assistance import application_steps as steps
from app.assistance import applications as desk_of
from app.house import most_looks
from app.reading.applications import (
    ApplicationLine,
    WantedApplications,
    applications_for,
    steps_of,
    visits_told,
)
from tickets.assistance.applications import Application
from tickets.ground.desk import Desk

applications_api = APIBlueprint(
    "applications_api", __name__, url_prefix="/api/v1/assistance/applications", tag="applications"
)

AFTER = "The application after it"


@applications_api.get("")
@staff_only
@applications_api.input(models.ApplicationsQuery, location="query", arg_name="asked")
@applications_api.output(models.ApplicationPage, description="Those of one's area, newest first")
def list_applications(asked: models.ApplicationsQuery) -> Response:
    """List the applications of one's own area."""
    wanted = WantedApplications(**asked.model_dump(exclude={"limit", "cursor"}))
    lines = applications_for(g.desk, g.viewer, wanted, before=read_cursor(asked.cursor), limit=asked.limit)
    return list_response(
        lines, limit=asked.limit, document=application_document, key=lambda line: line.application.id
    )


@applications_api.post("")
@once
@staff_only
@applications_api.input(bodies.NewApplication, arg_name="body")
@applications_api.output(models.WholeApplicationDocument, status_code=201, description="The new application")
def draft_application(body: bodies.NewApplication) -> Response:
    """Begin an application; its applicant's papers may follow."""

    def act() -> Answer:
        row = desk_of.draft_application(g.desk, g.viewer, body)
        g.desk.clear()
        return Answer(201, whole_application(g.desk, row))

    return answered(g.desk, key_of_request(), act)


@applications_api.get("/<int:number>")
@staff_only
@applications_api.output(models.WholeApplicationDocument, description="The application, masked")
def read_application(number: int) -> Response:
    """Read one application."""
    return json_response(whole_application(g.desk, desk_of.application_for(g.desk, g.viewer, number)))


@applications_api.post("/<int:number>/clear")
@staff_only
@applications_api.input(bodies.ReasonToLook, arg_name="body")
@applications_api.output(models.ApplicantDocument, description="Who applies, in clear")
def clear_application(number: int, body: bodies.ReasonToLook) -> Response:
    """Show who applies, what was found and decided. The look and its reason are written down."""
    # Never stored as the answer to a key: each look is written down.
    return json_response(
        steps.show_applicant(g.desk, g.viewer, number, body.reason, most=most_looks(g.viewer))
    )


@applications_api.post("/<int:number>/ask_papers")
@once
@staff_only
@applications_api.input(bodies.PapersAsked, arg_name="body")
@applications_api.output(models.WholeApplicationDocument, description=AFTER)
def ask_papers_of_application(number: int, body: bodies.PapersAsked) -> Response:
    """Tell the applicant once of all that is missing."""
    return _stepped(lambda: steps.ask_papers(g.desk, g.viewer, number, body))


@applications_api.post("/<int:number>/accept")
@once
@staff_only
@applications_api.input(bodies.ApplicationRead, arg_name="body")
@applications_api.output(models.WholeApplicationDocument, description=AFTER)
def accept_application(number: int, body: bodies.ApplicationRead) -> Response:
    """Take an application on; the promises of its scheme begin."""
    return _stepped(lambda: steps.accept(g.desk, g.viewer, number, body))


@applications_api.post("/<int:number>/survey")
@once
@staff_only
@applications_api.input(bodies.ApplicationRead, arg_name="body")
@applications_api.output(models.WholeApplicationDocument, description=AFTER)
def survey_application(number: int, body: bodies.ApplicationRead) -> Response:
    """Begin to look into the family's means."""
    return _stepped(lambda: steps.survey(g.desk, g.viewer, number, body))


@applications_api.post("/<int:number>/investigate")
@once
@staff_only
@applications_api.input(bodies.Findings, arg_name="body")
@applications_api.output(models.WholeApplicationDocument, description=AFTER)
def investigate_application(number: int, body: bodies.Findings) -> Response:
    """File what the survey found."""
    return _stepped(lambda: steps.investigate(g.desk, g.viewer, number, body))


@applications_api.post("/<int:number>/publish")
@once
@staff_only
@applications_api.input(bodies.ApplicationRead, arg_name="body")
@applications_api.output(models.WholeApplicationDocument, description=AFTER)
def publish_application(number: int, body: bodies.ApplicationRead) -> Response:
    """Hang an application out in public."""
    return _stepped(lambda: steps.publish(g.desk, g.viewer, number, body))


@applications_api.post("/<int:number>/lengthen")
@once
@staff_only
@applications_api.input(bodies.Lengthening, arg_name="body")
@applications_api.output(models.WholeApplicationDocument, description=AFTER)
def lengthen_application(number: int, body: bodies.Lengthening) -> Response:
    """Say that it is one of the hard cases, with a longer term."""
    return _stepped(lambda: steps.lengthen(g.desk, g.viewer, number, body))


@applications_api.post("/<int:number>/complain")
@once
@staff_only
@applications_api.input(bodies.Complaint, arg_name="body")
@applications_api.output(models.WholeApplicationDocument, description=AFTER)
def complain_of_application(number: int, body: bodies.Complaint) -> Response:
    """Link a complaint: a visit is owed before it is confirmed."""
    return _stepped(lambda: steps.complain(g.desk, g.viewer, number, body))


@applications_api.post("/<int:number>/file_visit")
@once
@staff_only
@applications_api.input(bodies.VisitFiled, arg_name="body")
@applications_api.output(models.WholeApplicationDocument, description=AFTER)
def file_visit_of_application(number: int, body: bodies.VisitFiled) -> Response:
    """File that the household was visited."""
    return _stepped(lambda: steps.file_visit(g.desk, g.viewer, number, body))


@applications_api.post("/<int:number>/confirm")
@once
@staff_only
@applications_api.input(bodies.ApplicationText, arg_name="body")
@applications_api.output(models.WholeApplicationDocument, description=AFTER)
def confirm_application(number: int, body: bodies.ApplicationText) -> Response:
    """Grant it."""
    return _stepped(lambda: steps.confirm(g.desk, g.viewer, number, body))


@applications_api.post("/<int:number>/refuse")
@once
@staff_only
@applications_api.input(bodies.Refusal, arg_name="body")
@applications_api.output(models.WholeApplicationDocument, description=AFTER)
def refuse_application(number: int, body: bodies.Refusal) -> Response:
    """Refuse it, with the reason and where the applicant can go."""
    return _stepped(lambda: steps.refuse(g.desk, g.viewer, number, body))


@applications_api.post("/<int:number>/end")
@once
@staff_only
@applications_api.input(bodies.ApplicationRead, arg_name="body")
@applications_api.output(models.WholeApplicationDocument, description=AFTER)
def end_application(number: int, body: bodies.ApplicationRead) -> Response:
    """Close the case."""
    return _stepped(lambda: steps.end(g.desk, g.viewer, number, body))


@applications_api.post("/<int:number>/withdraw")
@once
@staff_only
@applications_api.input(bodies.ApplicationText, arg_name="body")
@applications_api.output(models.WholeApplicationDocument, description=AFTER)
def withdraw_application(number: int, body: bodies.ApplicationText) -> Response:
    """The applicant takes it back."""
    return _stepped(lambda: steps.withdraw(g.desk, g.viewer, number, body))


def _stepped(act: Callable[[], Application]) -> Response:
    def step() -> Answer:
        row = act()
        g.desk.clear()
        return Answer(200, whole_application(g.desk, row))

    return answered(g.desk, key_of_request(), step)


def application_document(line: ApplicationLine) -> dict[str, Any]:
    """An application as lists of the API tell it."""
    row = line.application
    kept = ("id", "scheme", "division", "related", "state", "version", "hard_ground")
    moments = ("made_at", "accepted_at", "published_until", "decided_at")
    return {
        **{name: getattr(row, name) for name in kept},
        **{name: moment(getattr(row, name)) for name in moments},
        "household": row.household_id,
        "name": row.name_masked,
        "phone": row.phone_masked,
        "papers": [*row.papers],
        "due_at": moment(line.term.due_at) if line.term else None,
        "late": line.late,
    }


def whole_application(desk: Desk, row: Application) -> dict[str, Any]:
    """An application with all that hangs on it."""
    term = steps.next_term(desk, row)
    line = ApplicationLine(row, term, term is not None and term.due_at < desk.now())
    kept = ("clock", "policy", "policy_version")
    moments = ("started_at", "due_at", "met_at")
    return {
        **application_document(line),
        "remedy": row.remedy,
        "terms": [
            {name: getattr(one, name) for name in kept}
            | {name: moment(getattr(one, name)) for name in moments}
            for one in steps.terms_of(desk, row)
        ],
        "visits": [
            {
                "ground": one.ground,
                "ticket": one.ticket,
                "asked_at": moment(one.visit.asked_at),
                "visited_on": one.visit.visited_on.isoformat() if one.visit.visited_on else None,
                "filed_at": moment(one.visit.visit_filed_at),
            }
            for one in visits_told(desk, g.viewer, row)
        ],
        "steps": [
            {**one.model_dump(include={"move", "by", "unit", "data"}), "at": moment(one.at)}
            for one in steps_of(desk, row)
        ],
        "moves": [*desk_of.moves_of(desk, g.viewer, row)],
    }
