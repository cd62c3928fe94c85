"""The routes of `/api/v1/campaigns`: samples of closed matters whose citizens are asked once more."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, g

from app.api import campaign_models as models
from app.api.answers import json_response, list_response
from app.api.documents import Document, moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.campaigns.acting import (
    CampaignBody,
    answer,
    campaign_for,
    check_answer,
    make_campaign,
    may,
    take_next,
)
from app.reading.campaigns import Result, calls_of, campaigns_of, result_of, results_of
from tickets.callback import campaigns as acts
from tickets.callback.campaigns import Campaign, CampaignCall
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound
from tickets.ground.refs import read_ref
from tickets.ticket import Ticket

campaigns_api = APIBlueprint("campaigns_api", __name__, url_prefix="/api/v1/campaigns", tag="campaigns")


@campaigns_api.get("")
@staff_only
@campaigns_api.input(models.CampaignsQuery, location="query", arg_name="asked")
@campaigns_api.output(models.CampaignPage, description="Campaigns, newest first")
def list_campaigns(asked: models.CampaignsQuery) -> Response:
    """List campaigns with what came of each."""
    _only("read")
    rows = campaigns_of(g.desk, limit=asked.limit, before=asked.cursor)
    results = results_of(g.desk, rows[: asked.limit])
    return list_response(
        rows,
        limit=asked.limit,
        document=lambda one: campaign_document(one, results[one.id]),
        key=lambda one: one.id,
    )


@campaigns_api.post("")
@once
@staff_only
@campaigns_api.input(CampaignBody, arg_name="body")
@campaigns_api.output(models.CampaignDocument, status_code=201, description="The campaign, its sample drawn")
def add_campaign(body: CampaignBody) -> Response:
    """Make a campaign: its sample is drawn here, once."""

    def act() -> Answer:
        _only("make")
        made = make_campaign(g.desk, body)
        return Answer(201, campaign_document(made, result_of(g.desk, made)))

    return answered(g.desk, key_of_request(), act)


@campaigns_api.get("/<uuid:number>")
@staff_only
@campaigns_api.output(models.WholeCampaignDocument, description="The campaign with each call")
def read_campaign(number: UUID) -> Response:
    """Read what came of one campaign, call by call."""
    _only("read")
    desk: Desk = g.desk
    campaign = campaign_for(desk, number)
    told = campaign_document(campaign, result_of(desk, campaign))
    return json_response({**told, "calls": [_call(*one) for one in calls_of(desk, campaign)]})


@campaigns_api.post("/<uuid:number>/end")
@once
@staff_only
@campaigns_api.output(models.CampaignDocument, description="The campaign, ended")
def end_campaign(number: UUID) -> Response:
    """Call nobody any more; what was answered stays, and a call in hand may still be written down."""
    return _change(number, ends=True)


@campaigns_api.post("/<uuid:number>/reopen")
@once
@staff_only
@campaigns_api.output(models.CampaignDocument, description="The campaign, running again")
def reopen_campaign(number: UUID) -> Response:
    """Go on with a campaign that was ended."""
    return _change(number, ends=False)


@campaigns_api.post("/<uuid:number>/next")
@once
@staff_only
@campaigns_api.output(models.SurveyDocument, description="Whom to call now")
def next_call(number: UUID) -> Response:
    """Take the next citizen of the sample in hand. The look at the number is a fact; no key repeats it."""
    _only("call")
    desk: Desk = g.desk
    found = take_next(desk, g.viewer, campaign_for(desk, number, calling=True))
    if found is None:
        return json_response({"ref": None, "phone": None, "tries": None})
    identity = found.ticket.identity
    phone = identity.open(desk.vault, "phone") if identity else None
    return json_response({"ref": found.ticket.ref, "phone": phone, "tries": found.call.tries})


@campaigns_api.post("/<uuid:number>/answer")
@once
@staff_only
@campaigns_api.input(models.SurveyBody, arg_name="body")
@campaigns_api.output(models.CampaignDocument, description="The campaign with this answer in it")
def note_answer(number: UUID, body: models.SurveyBody) -> Response:
    """Write down what the citizen one has in hand said. The ticket stays as it is."""
    desk: Desk = g.desk
    _only("call")
    campaign_for(desk, number)
    ref = read_ref(body.ref)
    if ref is None:
        raise NotFound
    check_answer(desk, body)

    def act() -> Answer:
        answer(desk, g.viewer, number, ref, body)
        desk.clear()
        campaign = campaign_for(desk, number)
        return Answer(200, campaign_document(campaign, result_of(desk, campaign)))

    return answered(desk, key_of_request(), act)


def _change(number: UUID, *, ends: bool) -> Response:
    desk: Desk = g.desk

    def act() -> Answer:
        _only("make")
        campaign = campaign_for(desk, number, lock=True)
        (acts.end if ends else acts.reopen)(desk, campaign)
        return Answer(200, campaign_document(campaign, result_of(desk, campaign)))

    return answered(desk, key_of_request(), act)


def _only(what: str) -> None:
    if not may(g.viewer, what):
        raise NotForYou


def campaign_document(campaign: Campaign, result: Result) -> Document:
    """A campaign as the API tells it."""
    return {
        "id": str(campaign.id),
        "purpose": campaign.purpose,
        "unit": campaign.unit,
        "category": campaign.category,
        "closed_from": campaign.closed_from.isoformat(),
        "closed_to": campaign.closed_to.isoformat(),
        "size": campaign.wanted,
        "seed": campaign.seed,
        "eligible": campaign.eligible,
        "left_out": dict(campaign.left_out),
        "made_by": campaign.made_by,
        "made_at": moment(campaign.made_at),
        "ended_by": campaign.ended_by,
        "ended_at": moment(campaign.ended_at) if campaign.ended_at else None,
        "drawn": result.drawn,
        "reached": result.reached,
        "in_vain": result.in_vain,
        "waiting": result.waiting,
        "blocked": result.blocked,
        "rates": [
            {"name": rate.name, "share": rate.share, "part": rate.part, "whole": rate.whole}
            for rate in result.rates
        ],
    }


def _call(call: CampaignCall, ticket: Ticket) -> Document:
    return {
        "ref": ticket.ref,
        "place": call.place,
        "tries": call.tries,
        "reached": call.reached,
        "contacted": call.contacted,
        "solved": call.solved,
        "satisfaction": call.satisfaction,
        "reason": call.reason,
        "by": call.answered_by,
        "at": moment(call.answered_at) if call.answered_at else None,
    }
