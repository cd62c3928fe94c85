"""Draw a sample of closed matters, so that anybody with the seed draws the same once more."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import and_, case, func, literal, or_, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from tickets.callback.campaigns import Campaign, CampaignCall
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field
from tickets.ground.flow import OrderRole, OrderState, Outcome, State
from tickets.ground.refs import SHANGHAI
from tickets.ticket import Identity, Order, Ticket

#: How many may be drawn at most, and over how many days.
MOST, LONGEST = 500, timedelta(days=366)
#: Ends about which a citizen can be asked: not of those who withdrew or were handed on.
ASKED_ABOUT = (
    Outcome.SOLVED,
    Outcome.EXPLAINED,
    Outcome.ANSWERED,
    Outcome.DECLINED,
    Outcome.TERMINATED,
    Outcome.NO_FURTHER,
)
#: A unit whose order ended so did not answer.
NOT_ITS_OWN = (OrderState.RETURNED, OrderState.RECALLED)


class LeftOut(StrEnum):
    """Why nobody is asked."""

    SEALED = "sealed"
    NO_REPLY = "no_reply"
    NO_NUMBER = "no_number"
    BEING_ASKED = "being_asked"
    #: Another matter of the same number comes before it.
    SAME_CITIZEN = "same_citizen"


@dataclass(frozen=True)
class Wanted:
    """What a campaign is about."""

    purpose: str
    unit: str | None
    category: str | None
    closed_from: date
    closed_to: date
    size: int


def may_be_surveyed() -> ColumnElement[bool]:
    """Tickets whose citizens may be asked: closed, not sealed, with a number, and open to a word from us."""
    return and_(
        col(Ticket.state) == State.CLOSED,
        col(Ticket.sealed).is_(False),
        col(Ticket.reply_wanted),
        col(Ticket.reachable),
    )


def draw(desk: Desk, wanted: Wanted) -> Campaign:
    """
    Make the campaign and draw its sample, once.

    :raises FieldsRefused: it is about nothing, its days cannot be, or nobody is there to be asked.
    """
    _check(desk, wanted)
    asked = _asked(desk, wanted)
    eligible, left_out = _count(desk, asked)
    if not eligible:
        raise bad_field("closed_from", "nobody_to_survey")
    campaign = Campaign(
        purpose=wanted.purpose,
        unit=wanted.unit,
        category=wanted.category,
        closed_from=wanted.closed_from,
        closed_to=wanted.closed_to,
        wanted=wanted.size,
        seed=secrets.token_hex(8),
        eligible=eligible,
        left_out=left_out,
        made_by=desk.actor.username,
        made_at=desk.now(),
    )
    desk.add(campaign)
    desk.clear()
    _put_in(desk, campaign, asked)
    return campaign


def _count(desk: Desk, asked: Sequence[ColumnElement[bool]]) -> tuple[int, dict[str, int]]:
    """How many can be drawn, one for each citizen, and how many are left out for which reason."""
    why, citizens = _why_not().label("why"), func.count(_citizen().distinct())
    query = select(why, func.count(), citizens).where(*asked).group_by(text("why"))
    eligible, counted = 0, {}
    for reason, matters, people in desk.session.exec(query).all():
        if reason:
            counted[reason] = matters
            continue
        eligible = people
        if matters > people:
            counted[LeftOut.SAME_CITIZEN] = matters - people
    return eligible, {reason.value: counted[reason] for reason in LeftOut if reason in counted}


def _put_in(desk: Desk, campaign: Campaign, asked: Sequence[ColumnElement[bool]]) -> None:
    lot = func.sha256(func.convert_to(func.concat(campaign.seed, ":", Ticket.ref), "UTF8"))
    of_citizen = func.row_number().over(partition_by=_citizen(), order_by=lot)
    free = (
        select(col(Ticket.id), lot.label("lot"), of_citizen.label("of_citizen"))
        .where(*asked, _why_not() == "")
        .subquery()
    )
    drawn = (
        select(literal(campaign.id), free.c.id, func.row_number().over(order_by=free.c.lot), literal(0))
        .where(free.c.of_citizen == 1)
        .order_by(free.c.lot)
        .limit(campaign.wanted)
    )
    columns = ("campaign_id", "ticket_id", "place", "tries")
    desk.session.connection().execute(insert(CampaignCall).from_select(columns, drawn))


def _check(desk: Desk, wanted: Wanted) -> None:
    rules = desk.rules
    if wanted.unit is None and wanted.category is None:
        raise bad_field("unit", "campaign_about_nothing")
    if wanted.unit is not None and rules.units.get(wanted.unit) is None:
        raise bad_field("unit", "unknown_unit", unit=wanted.unit)
    if wanted.category is not None and rules.categories.get(wanted.category) is None:
        raise bad_field("category", "unknown_category", category=wanted.category)
    today = desk.now().astimezone(SHANGHAI).date()
    if wanted.closed_to > today:
        raise bad_field("closed_to", "day_to_come")
    if not timedelta() <= wanted.closed_to - wanted.closed_from < LONGEST:
        raise bad_field("closed_from", "campaign_days", days=LONGEST.days)


def _asked(desk: Desk, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The matters it is about, whether their citizens may be asked or not."""
    asked = [
        col(Ticket.state) == State.CLOSED,
        col(Ticket.outcome).in_(ASKED_ABOUT),
        col(Ticket.closed_at) >= _midnight(wanted.closed_from),
        col(Ticket.closed_at) < _midnight(wanted.closed_to + timedelta(days=1)),
    ]
    if wanted.category is not None:
        below = [row.code for row in desk.rules.categories.below(wanted.category)]
        asked.append(col(Ticket.category).in_([wanted.category, *below]))
    if wanted.unit is not None:
        ours = select(Order.ticket_id).where(
            Order.ticket_id == Ticket.id,
            col(Order.round) == col(Ticket.round),
            col(Order.role) == OrderRole.LEAD,
            col(Order.state).not_in(NOT_ITS_OWN),
            col(Order.unit).in_(desk.rules.units.at_or_below(wanted.unit)),
        )
        asked.append(ours.exists())
    return asked


def _citizen() -> ColumnElement[bytes]:
    """Whose matter it is: known by the blind index of the number; without one each stands for itself."""
    known = select(Identity.phone_index).where(Identity.ticket_id == Ticket.id).scalar_subquery()
    return func.coalesce(known, func.convert_to(Ticket.ref, "UTF8"))


def _why_not() -> ColumnElement[str]:
    """Why a matter is left out, the weightiest reason alone; empty where it may be drawn."""
    running = (
        select(CampaignCall.ticket_id)
        .join(Campaign, col(Campaign.id) == col(CampaignCall.campaign_id))
        .where(
            CampaignCall.ticket_id == Ticket.id,
            or_(col(CampaignCall.answered_at).is_not(None), col(Campaign.ended_at).is_(None)),
        )
    )
    return case(
        (col(Ticket.sealed), LeftOut.SEALED.value),
        (~col(Ticket.reply_wanted), LeftOut.NO_REPLY.value),
        (~col(Ticket.reachable), LeftOut.NO_NUMBER.value),
        (running.exists(), LeftOut.BEING_ASKED.value),
        else_="",
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
