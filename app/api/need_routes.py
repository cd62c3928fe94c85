"""The routes of `/api/v1/assistance/leads` and `/needs`: clues are checked, needs arranged and signed off."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g

from app.access.accounts import Viewer
from app.access.rules import RULES
from app.api import need_models as models
from app.api.answers import json_response, list_response, read_cursor
from app.api.documents import moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.household_models import ReasonBody
from app.api.idempotency import Answer
from app.assistance import leads, needs
from app.assistance.lead_lists import match_list
from app.assistance.need_bodies import (
    LeadClose,
    LeadNeed,
    LeadWords,
    NeedAgreement,
    NeedResult,
    NeedWay,
    NeedWords,
)
from app.house import most_looks
from app.language.sentences import field_sentence
from app.reading.needs import (
    LeadLine,
    LeadsWanted,
    NeedLine,
    NeedsWanted,
    lead_line,
    leads_for,
    need_line,
    needs_for,
)
from tickets.assistance.households import Household
from tickets.assistance.need_words import LeadState
from tickets.assistance.needs import Lead, Need
from tickets.ground.desk import Desk

leads_api = APIBlueprint("leads_api", __name__, url_prefix="/api/v1/assistance/leads", tag="leads")
needs_api = APIBlueprint("needs_api", __name__, url_prefix="/api/v1/assistance/needs", tag="needs")


@leads_api.get("")
@staff_only
@leads_api.input(models.LeadsQuery, location="query", arg_name="asked")
@leads_api.output(models.LeadPage, description="The clues one may know of, newest first")
def list_leads(asked: models.LeadsQuery) -> Response:
    """List clues of one's own area; an agency lists those it reported."""
    wanted = LeadsWanted(**asked.model_dump(exclude={"limit", "cursor"}))
    rows = leads_for(g.desk, g.viewer, wanted, before=read_cursor(asked.cursor), limit=asked.limit)
    return list_response(
        rows,
        limit=asked.limit,
        document=lambda line: lead_document(g.desk, line),
        key=lambda line: line.lead.id,
    )


@leads_api.post("")
@once
@staff_only
@leads_api.input(LeadWords, arg_name="body")
@leads_api.output(models.LeadDocument, status_code=201, description="The new clue")
def report_lead(body: LeadWords) -> Response:
    """Report somebody who may need help; it is checked within three working days."""

    def act() -> Answer:
        only("report_leads")
        made = leads.report_lead(g.desk, g.viewer, body)
        return Answer(201, lead_document(g.desk, lead_line(g.desk, g.viewer, made)))

    return answered(g.desk, key_of_request(), act)


@leads_api.post("/import")
@once
@staff_only
@leads_api.input(models.LeadListBody, arg_name="body")
@leads_api.output(models.LeadListDocument, description="What became of the list")
def import_leads(body: models.LeadListBody) -> Response:
    """Match a list of people (data matching): each row a clue; by itself a dry run."""

    def act() -> Answer:
        only("keep_needs")
        said = body.model_dump(include={"kind", "words", "dry_run"})
        outcome = match_list(g.desk, g.viewer, b64decode(body.content), **said)
        told = [(fault, field_sentence(fault.bad)) for fault in outcome.faults]
        return Answer(
            200,
            {
                "dry_run": outcome.dry_run,
                "lines": outcome.lines,
                "found": len(outcome.found),
                "on_register": sum(one.household is not None for one in outcome.found),
                "known": outcome.known,
                "faults": [
                    {
                        "line": fault.line,
                        "column": fault.column,
                        "message": one.message,
                        "remedy": one.remedy,
                    }
                    for fault, one in told
                ],
            },
        )

    return answered(g.desk, key_of_request(), act)


@leads_api.get("/<int:number>")
@staff_only
@leads_api.output(models.LeadDocument, description="The clue, masked")
def read_lead(number: int) -> Response:
    """Read one clue."""
    lead = leads.lead_for(g.desk, g.viewer, number)
    return json_response(lead_document(g.desk, lead_line(g.desk, g.viewer, lead)))


@leads_api.post("/<int:number>/clear")
@staff_only
@leads_api.input(ReasonBody, arg_name="body")
@leads_api.output(models.LeadClearDocument, description="Who it is about, in clear")
def clear_lead(number: int, body: ReasonBody) -> Response:
    """Show who a clue is about. The look and its reason stand in the house's ledger."""
    lead = leads.lead_for(g.desk, g.viewer, number)
    only("check_leads")
    return json_response(leads.show_lead(g.desk, lead, body.reason, most=most_looks(g.viewer)))


@leads_api.post("/<int:number>/need")
@once
@staff_only
@leads_api.input(LeadNeed, arg_name="body")
@leads_api.output(models.LeadDocument, description="The clue after it")
def find_lead_need(number: int, body: LeadNeed) -> Response:
    """Say that the check found a need of a household on the register."""
    return _checked(number, lambda lead: leads.find_need(g.desk, g.viewer, lead, body))


@leads_api.post("/<int:number>/close")
@once
@staff_only
@leads_api.input(LeadClose, arg_name="body")
@leads_api.output(models.LeadDocument, description="The clue after it")
def close_lead(number: int, body: LeadClose) -> Response:
    """Say that the check found no need, and why."""
    return _checked(number, lambda lead: leads.close_lead(g.desk, g.viewer, lead, body))


def _checked(number: int, act: Callable[[Lead], None]) -> Response:
    leads.lead_for(g.desk, g.viewer, number)

    def once_more() -> Answer:
        only("check_leads")
        lead = leads.lead_for(g.desk, g.viewer, number, lock=True)
        act(lead)
        g.desk.clear()
        return Answer(200, lead_document(g.desk, lead_line(g.desk, g.viewer, lead)))

    return answered(g.desk, key_of_request(), once_more)


@needs_api.get("")
@staff_only
@needs_api.input(models.NeedsQuery, location="query", arg_name="asked")
@needs_api.output(models.NeedPage, description="Needs of the households of one's area, newest first")
def list_needs(asked: models.NeedsQuery) -> Response:
    """List needs."""
    wanted = NeedsWanted(**asked.model_dump(exclude={"limit", "cursor"}))
    rows = needs_for(g.desk, g.viewer, wanted, before=read_cursor(asked.cursor), limit=asked.limit)
    return list_response(rows, limit=asked.limit, document=need_document, key=lambda line: line.need.id)


@needs_api.post("")
@once
@staff_only
@needs_api.input(NeedWords, arg_name="body")
@needs_api.output(models.NeedDocument, status_code=201, description="The new need")
def add_need(body: NeedWords) -> Response:
    """Put a need of a household, or of somebody of it, on the list."""

    def act() -> Answer:
        only("keep_needs")
        made = needs.add_need(g.desk, g.viewer, body)
        g.desk.clear()
        return Answer(201, document_of(g.desk, *needs.need_for(g.desk, g.viewer, made.id)))

    return answered(g.desk, key_of_request(), act)


@needs_api.get("/<int:number>")
@staff_only
@needs_api.output(models.NeedDocument, description="The need")
def read_need(number: int) -> Response:
    """Read one need."""
    return json_response(document_of(g.desk, *needs.need_for(g.desk, g.viewer, number)))


@needs_api.post("/<int:number>/agree")
@once
@staff_only
@needs_api.input(NeedAgreement, arg_name="body")
@needs_api.output(models.NeedDocument, description="The need after it")
def agree_to_need(number: int, body: NeedAgreement) -> Response:
    """Write down who agreed that a need is told to departments and agencies that can help."""
    return _done(number, lambda need, home: needs.agree(g.desk, need, home, body))


@needs_api.post("/<int:number>/arrange")
@once
@staff_only
@needs_api.input(NeedWay, arg_name="body")
@needs_api.output(models.NeedDocument, description="The need after it")
def arrange_need(number: int, body: NeedWay) -> Response:
    """Say which application, referral or ticket a need became."""
    return _done(number, lambda need, home: needs.arrange(g.desk, g.viewer, need, home, body))


@needs_api.post("/<int:number>/close")
@once
@staff_only
@needs_api.input(NeedResult, arg_name="body")
@needs_api.output(models.NeedDocument, description="The need after it")
def close_need(number: int, body: NeedResult) -> Response:
    """Close a need by a signed result, once what answers it is over."""
    return _done(number, lambda need, home: needs.close_need(g.desk, need, home, body))


def _done(number: int, act: Callable[[Need, Household], None]) -> Response:
    needs.need_for(g.desk, g.viewer, number)

    def once_more() -> Answer:
        only("keep_needs")
        need, household = needs.need_for(g.desk, g.viewer, number, "keep_needs", lock=True)
        act(need, household)
        g.desk.clear()
        return Answer(200, document_of(g.desk, need, household))

    return answered(g.desk, key_of_request(), once_more)


def only(work: str) -> None:
    """
    Hold the role of who asks against `roles.yaml`.

    :raises NotForYou: it may not do *work* anywhere.
    """
    viewer: Viewer = g.viewer
    if viewer.role not in RULES.assistance[work]:
        raise NotForYou


def lead_document(desk: Desk, line: LeadLine) -> dict[str, Any]:
    """A clue, masked; where it leads only as far as its line tells."""
    lead = line.lead
    plain = (
        "id",
        "channel",
        "source_unit",
        "division",
        "kind",
        "state",
        "policy",
        "reported_by",
        "checked_by",
    )
    return {
        **{name: getattr(lead, name) for name in (*plain, "close_reason")},
        "name": lead.name_masked,
        "phone": lead.phone_masked,
        "household": line.household,
        "need": line.need,
        "due_at": moment(lead.due_at),
        "overdue": lead.state == LeadState.OPEN and lead.due_at < desk.now(),
        "reported_at": moment(lead.reported_at),
        "checked_at": moment(lead.checked_at) if lead.checked_at else None,
    }


def document_of(desk: Desk, need: Need, household: Household) -> dict[str, Any]:
    """A need of *household*."""
    return need_document(need_line(desk, g.viewer, need, household))


def need_document(line: NeedLine) -> dict[str, Any]:
    """A need as lists have it."""
    need = line.need
    plain = ("id", "kind", "severity", "source", "source_ref", "agreed", "state", "result", "signer")
    return {
        **{name: getattr(need, name) for name in (*plain, "noted_by", "closed_by")},
        "way": line.way,
        "way_ref": line.way_ref,
        "answer_state": line.answer,
        "household": need.household_id,
        "division": line.division,
        "member": str(need.member_id) if need.member_id else None,
        "name": line.member.name_masked if line.member else None,
        "noted_at": moment(need.noted_at),
        "closed_at": moment(need.closed_at) if need.closed_at else None,
    }
