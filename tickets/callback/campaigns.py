"""A campaign (专项回访): a sample of closed matters whose citizens are asked once more, beside the ticket."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import ColumnElement
from sqlmodel import Field, col, select

from tickets.callback.ask import TRIES, Answers, check_reason
from tickets.callback.turns import HELD_FOR, hours_of, next_try
from tickets.ground.columns import Moment, Row, new_id, one_of
from tickets.ground.desk import Desk
from tickets.ground.errors import Refused
from tickets.ground.facts import Surveyed
from tickets.ground.timeline import write_down
from tickets.ground.words import Verdict
from tickets.ticket import Ticket


class Campaign(Row, table=True):
    """Who is asked: a sample of the matters of a unit or category that closed within a span of days."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("unit is not null or category is not null", name="campaign_about"),
        CheckConstraint("closed_from <= closed_to", name="campaign_days"),
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="campaign_end"),
        Index("campaign_running", "id", postgresql_where=text("ended_at is null")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    purpose: str
    #: Each with all below it.
    unit: str | None = None
    category: str | None = None
    #: Days of closing in Shanghai, both included.
    closed_from: date
    closed_to: date
    #: How many were to be drawn; there may be fewer.
    wanted: int
    #: With it anybody can draw the same sample again: those whose SHA-256 of `seed:ref` is smallest,
    #: of each citizen one.
    seed: str
    #: How many could have been drawn, and how many were left out for which reason.
    eligible: int
    left_out: dict[str, int] = Field(sa_type=JSONB)
    made_by: str
    made_at: datetime = Field(sa_type=Moment)
    ended_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class CampaignCall(Row, table=True):
    """One citizen of the sample: whose turn it is to call, and what was said."""

    __tablename__ = "campaign_call"
    __table_args__ = (
        one_of("solved", Verdict),
        CheckConstraint("satisfaction between 1 and 5", name="campaign_satisfaction"),
        CheckConstraint("(answered_at is null) = (reached is null)", name="campaign_answered"),
        Index("campaign_call_place", "campaign_id", "place", unique=True),
        Index("campaign_call_ticket", "ticket_id"),
        # Which do I have in hand? Asked with every look of a callback agent at a ticket.
        Index("campaign_call_held", "held_by", postgresql_where=text("held_by is not null")),
    )

    campaign_id: UUID = Field(sa_column=Column(ForeignKey("campaign.id"), primary_key=True))
    ticket_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    )
    #: Where it stands in the order of the draw.
    place: int
    tries: int = 0
    #: Not before then; None is as soon as may be.
    call_at: datetime | None = Field(default=None, sa_type=Moment)
    held_by: str | None = None
    held_at: datetime | None = Field(default=None, sa_type=Moment)
    #: None while somebody still has to call; False after three tries in vain.
    reached: bool | None = None
    contacted: bool | None = None
    solved: str | None = None
    satisfaction: int | None = None
    #: The citizen's own words; they stand here and beside the fact, and can be erased.
    reason: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_type=Moment)


# Operations


def take(desk: Desk, call: CampaignCall, at: datetime) -> None:
    """
    Take a locked *call* in hand: whoever holds it may know of its ticket as long.

    Whoever held the same ticket for another campaign, and was silent for too long, does not any more.
    """
    let_go(desk)
    _let_go(desk, col(CampaignCall.ticket_id) == call.ticket_id)
    call.held_by, call.held_at = desk.actor.username, at
    desk.session.add(call)


def let_go(desk: Desk) -> None:
    """Hold nothing of any campaign any more."""
    _let_go(desk, col(CampaignCall.held_by) == desk.actor.username)


def _let_go(desk: Desk, which: ColumnElement[bool]) -> None:
    held = select(CampaignCall).where(which, col(CampaignCall.held_by).is_not(None))
    for call in desk.session.exec(held).all():
        call.held_by = call.held_at = None
        desk.session.add(call)


def survey(
    desk: Desk, campaign: Campaign, call: CampaignCall, ticket: Ticket, answers: Answers, *, note: str = ""
) -> None:
    """
    Write down what the citizen said, or that nobody answered. The ticket itself stays as it is.

    However long the call took, and though the campaign was ended meanwhile: it was made.

    :raises Refused: this agent does not hold the call any more.
    :raises FieldsRefused: a no was written down without its reason.
    """
    check_reason(answers)
    at = desk.now()
    if not is_held(desk, call):
        raise Refused("not_in_hand")
    call.tries += 1
    call.held_by = call.held_at = None
    given_up = not answers.reached and answers.again_at is None and call.tries >= TRIES
    if answers.reached or given_up:
        _keep(desk, call, answers, at)
    else:
        call.call_at = answers.again_at or next_try(desk.rules.calendar, at, hours_of(ticket))
    desk.session.add(call)
    fact = Surveyed(
        campaign=str(campaign.id),
        attempt=call.tries,
        reached=answers.reached,
        contacted=answers.contacted,
        solved=answers.solved,
        satisfaction=answers.satisfaction,
        again_at=None if call.answered_at else call.call_at,
    )
    words = "\n".join(said for said in (answers.reason, note) if said)
    write_down(desk, ticket, fact, at=at, note=words, visible_to="hotline")


def _keep(desk: Desk, call: CampaignCall, answers: Answers, at: datetime) -> None:
    call.reached, call.call_at = answers.reached, None
    if answers.reached:
        call.contacted, call.solved = answers.contacted, answers.solved
        call.satisfaction, call.reason = answers.satisfaction, answers.reason or None
    call.answered_by, call.answered_at = desk.actor.username, at


def end(desk: Desk, campaign: Campaign) -> None:
    """
    Call nobody any more; what was answered stays, and who is in a call may write down what came of it.

    :raises Refused: it was ended already.
    """
    if campaign.ended_at is not None:
        raise Refused("campaign_over")
    campaign.ended_by, campaign.ended_at = desk.actor.username, desk.now()
    desk.session.add(campaign)


def reopen(desk: Desk, campaign: Campaign) -> None:
    """
    Go on with a campaign that was ended.

    :raises Refused: it runs.
    """
    if campaign.ended_at is None:
        raise Refused("campaign_runs")
    campaign.ended_by = campaign.ended_at = None
    desk.session.add(campaign)


# Questions


def is_held(desk: Desk, call: CampaignCall) -> bool:
    """Whether whoever sits at the desk took it and nobody else did since, however long ago that was."""
    return call.held_by == desk.actor.username and call.answered_at is None


def is_mine(desk: Desk, call: CampaignCall, at: datetime) -> bool:
    """Whether whoever sits at the desk has it in hand, so that nobody else may take it."""
    fresh = call.held_at is not None and at - call.held_at < HELD_FOR
    return fresh and is_held(desk, call)
