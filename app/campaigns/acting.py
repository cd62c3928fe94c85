"""The doors of campaigns: make one, take the next citizen in hand, write down what was said, end it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.doors import ticket_for, ticket_seen
from app.access.rules import RULES
from app.api.bodies import CallBackBody
from app.reading.campaigns import next_free
from tickets.callback import campaigns
from tickets.callback.ask import Answers, check_again, check_reason
from tickets.callback.campaigns import Campaign, CampaignCall
from tickets.callback.sampling import MOST, Wanted, draw
from tickets.callback.turns import let_go as let_go_of_turns
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, Refused
from tickets.ground.facts import IdentityRead
from tickets.ground.timeline import write_down
from tickets.intake.draft import Code, Strict, Words
from tickets.ticket import Ticket

#: Written with the look at the number; the agent gives no other reason.
REASON = "专项回访"


class CampaignBody(Strict):
    """A campaign to be: about a unit, a category or both, each with all below, closed within some days."""

    purpose: Annotated[Words, Field(max_length=500)]
    unit: Code | None = None
    category: Code | None = None
    closed_from: date
    closed_to: date
    size: Annotated[int, Field(ge=1, le=MOST)]


@dataclass(frozen=True)
class InHand:
    """The call somebody makes now."""

    campaign: Campaign
    call: CampaignCall
    ticket: Ticket


def may(viewer: Viewer, what: str) -> bool:
    """Whether *viewer* may `make`, `read` or `call`."""
    return viewer.role in RULES.campaigns[what]


def make_campaign(desk: Desk, body: CampaignBody) -> Campaign:
    """
    Make a campaign and draw its sample.

    :raises FieldsRefused: it is about nothing, its days cannot be, or nobody is there to be asked.
    """
    return draw(
        desk,
        Wanted(body.purpose, body.unit, body.category, body.closed_from, body.closed_to, body.size),
    )


def campaign_for(desk: Desk, number: UUID, *, lock: bool = False, calling: bool = False) -> Campaign:
    """
    Read the campaign with this number, locked for a change, or for *calling*: then nobody ends it meanwhile.

    :raises NotFound: there is none.
    """
    query = select(Campaign).where(col(Campaign.id) == number)
    if lock or calling:
        query = query.with_for_update(read=calling).execution_options(populate_existing=True)
    found = desk.session.exec(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def take_next(desk: Desk, viewer: Viewer, campaign: Campaign) -> InHand | None:
    """
    Take the next citizen in hand and look at the number, which is a fact; None where none is left for now.

    :raises Refused: the campaign is over.
    """
    if campaign.ended_at is not None:
        raise Refused("campaign_over")
    let_go_of_turns(desk)
    at = desk.now()
    call = next_free(desk, viewer, campaign, at)
    if call is None:
        campaigns.let_go(desk)
        return None
    new = not campaigns.is_mine(desk, call, at)
    campaigns.take(desk, call, at)
    desk.clear()
    found = in_hand(desk, viewer, lock=True)
    if found is not None and new:
        fact = IdentityRead(fields_shown=("phone",))
        write_down(desk, found.ticket, fact, at=desk.now(), note=REASON, visible_to="hotline")
    return found


def in_hand(desk: Desk, viewer: Viewer, *, lock: bool = False, writing: bool = False) -> InHand | None:
    """
    The call *viewer* has in hand; with *lock* the ticket is locked for a fact.

    For *writing* down what was said it may have been in hand for longer than a call is kept for an agent,
    as long as nobody else took it.
    """
    mine = (
        select(CampaignCall, Campaign, Ticket.ref)
        .join(Campaign, col(Campaign.id) == col(CampaignCall.campaign_id))
        .join(Ticket, col(Ticket.id) == col(CampaignCall.ticket_id))
        .where(CampaignCall.held_by == viewer.username)
    )
    if lock:
        mine = mine.with_for_update(of=CampaignCall).execution_options(populate_existing=True)
    found = desk.session.exec(mine).first()
    if found is None:
        return None
    call, campaign, ref = found
    kept = campaigns.is_held(desk, call) if writing else campaigns.is_mine(desk, call, desk.now())
    if not kept:
        return None
    read = ticket_for if lock else ticket_seen
    return InHand(campaign, call, read(desk, viewer, ref))


def check_answer(desk: Desk, body: CallBackBody) -> None:
    """
    Hold what was said against itself, whoever holds which call.

    :raises FieldsRefused: a no has no reason, or the time of the next try cannot be.
    """
    check_reason(_answers(body))
    check_again(desk, _answers(body))


def answer(desk: Desk, viewer: Viewer, number: UUID, ref: str, body: CallBackBody) -> None:
    """
    Write down what the citizen of the ticket *ref* said.

    :raises Refused: this viewer has not got it in hand.
    """
    campaign = campaign_for(desk, number, calling=True)
    found = in_hand(desk, viewer, lock=True, writing=True)
    if found is None or found.ticket.ref != ref or found.campaign.id != number:
        raise Refused("campaign_over" if campaign.ended_at is not None else "not_in_hand")
    campaigns.survey(desk, campaign, found.call, found.ticket, _answers(body), note=body.note)


def _answers(body: CallBackBody) -> Answers:
    return Answers(
        reached=body.reached,
        contacted=body.contacted,
        solved=body.solved,
        satisfaction=body.satisfaction,
        reason=body.reason,
        again_at=body.again_at,
    )
