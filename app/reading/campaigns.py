"""Questions about campaigns: which there are, whom to call next, what came of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import and_, func, or_
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.relations import not_recused
from app.reading.desks import may_be_called
from tickets.callback.ask import SATISFIED_FROM
from tickets.callback.campaigns import Campaign, CampaignCall
from tickets.callback.sampling import may_be_surveyed
from tickets.callback.turns import HELD_FOR
from tickets.ground.desk import Desk
from tickets.ground.words import Verdict
from tickets.ticket import Ticket


@dataclass(frozen=True)
class Rate:
    """A share, with its part and its whole."""

    name: str
    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """In per cent; None where the whole is nothing."""
        return round(100 * self.part / self.whole, 1) if self.whole else None


@dataclass(frozen=True)
class Result:
    """What came of a campaign so far."""

    drawn: int
    reached: int
    #: Nobody answered three times.
    in_vain: int
    #: To be called, now or later; of these *blocked* cannot be called any more, as one that was opened again.
    waiting: int
    blocked: int
    rates: tuple[Rate, ...]

    @property
    def done(self) -> int:
        """Calls that are over."""
        return self.reached + self.in_vain


@dataclass(frozen=True)
class ToCall:
    """A running campaign, as the callback desk lists it."""

    campaign: Campaign
    #: Free to be called now, and all that wait.
    now: int
    waiting: int


def campaigns_of(desk: Desk, *, limit: int, before: UUID | None = None) -> list[Campaign]:
    """Campaigns, newest first, one more than *limit* if there are more."""
    query = select(Campaign)
    if before is not None:
        query = query.where(col(Campaign.id) < before)
    return list(desk.session.exec(query.order_by(col(Campaign.id).desc()).limit(limit + 1)).all())


def running(desk: Desk, viewer: Viewer, at: datetime) -> list[ToCall]:
    """Running campaigns with somebody still to call, oldest first. One query."""
    query = (
        select(
            Campaign,
            func.count().filter(_free(viewer, at)),
            func.count(),
        )
        .join(CampaignCall, col(CampaignCall.campaign_id) == col(Campaign.id))
        .join(Ticket, col(Ticket.id) == col(CampaignCall.ticket_id))
        .where(
            col(Campaign.ended_at).is_(None),
            col(CampaignCall.answered_at).is_(None),
            ~_is_over(),
            not_recused(viewer),
        )
        .group_by(col(Campaign.id))
        .order_by(col(Campaign.id))
    )
    return [ToCall(campaign, now, waiting) for campaign, now, waiting in desk.session.exec(query).all()]


def next_free(desk: Desk, viewer: Viewer, campaign: Campaign, at: datetime) -> CampaignCall | None:
    """
    Lock the first of the draw that nobody has in hand; agents who ask at once do not wait.

    The ticket is locked with it: it may be in two campaigns, of which one was ended and goes on.
    """
    first = (
        select(CampaignCall)
        .join(Ticket, col(Ticket.id) == col(CampaignCall.ticket_id))
        .where(
            CampaignCall.campaign_id == campaign.id,
            col(CampaignCall.answered_at).is_(None),
            ~_is_over(),
            not_recused(viewer),
            _free(viewer, at),
        )
        .order_by(col(CampaignCall.place))
        .limit(1)
        .with_for_update(skip_locked=True, of=(CampaignCall, Ticket))
        .execution_options(populate_existing=True)
    )
    return desk.session.exec(first).one_or_none()


def _free(viewer: Viewer, at: datetime) -> ColumnElement[bool]:
    held_by, held_at = col(CampaignCall.held_by), col(CampaignCall.held_at)
    nobody = or_(held_by.is_(None), held_by == viewer.username, held_at <= at - HELD_FOR)
    due = or_(col(CampaignCall.call_at).is_(None), col(CampaignCall.call_at) <= at)
    other = aliased(CampaignCall)
    return and_(nobody, due, may_be_called(at), ~_elsewhere(other, col(other.held_at) > at - HELD_FOR))


def _is_over() -> ColumnElement[bool]:
    """Calls not to be made any more: the ticket was opened again, say, or another campaign was quicker."""
    other = aliased(CampaignCall)
    return or_(~may_be_surveyed(), _elsewhere(other, col(other.answered_at).is_not(None)))


def _elsewhere(other: type[CampaignCall], holds: ColumnElement[bool]) -> ColumnElement[bool]:
    """Calls whose ticket has an *other* one in another campaign of which *holds* is true."""
    same = select(other.ticket_id).where(
        col(other.ticket_id) == col(CampaignCall.ticket_id),
        col(other.campaign_id) != col(CampaignCall.campaign_id),
        holds,
    )
    return same.correlate(CampaignCall).exists()


def result_of(desk: Desk, campaign: Campaign) -> Result:
    """Count what came of *campaign*. One query."""
    return results_of(desk, [campaign])[campaign.id]


def results_of(desk: Desk, campaigns: Sequence[Campaign]) -> dict[UUID, Result]:
    """The same of several, in one query, too."""
    number = col(CampaignCall.campaign_id)
    query = (
        sa.select(number, func.count(), *(func.count().filter(what) for what in _counted()))
        .select_from(CampaignCall)
        .join(Ticket, col(Ticket.id) == col(CampaignCall.ticket_id))
        .where(number.in_([one.id for one in campaigns]))
        .group_by(number)
    )
    found = {id_: _result(*counts) for id_, *counts in desk.session.connection().execute(query).all()}
    return {one.id: found.get(one.id) or _result(*[0] * 11) for one in campaigns}


def _counted() -> Sequence[ColumnElement[bool]]:
    reached, contacted = col(CampaignCall.reached), col(CampaignCall.contacted)
    solved, satisfaction = col(CampaignCall.solved), col(CampaignCall.satisfaction)
    waits = reached.is_(None)
    return (
        reached.is_(True),
        reached.is_(False),
        waits,
        and_(waits, _is_over()),
        contacted.is_(True),
        contacted.is_not(None),
        solved == Verdict.YES,
        solved.is_not(None),
        satisfaction >= SATISFIED_FROM,
        satisfaction.is_not(None),
    )


def _result(drawn: int, yes: int, vain: int, waiting: int, blocked: int, *rest: int) -> Result:
    names = ("contacted", "solved", "satisfied")
    asked = [Rate(name, rest[at * 2], rest[at * 2 + 1]) for at, name in enumerate(names)]
    return Result(drawn, yes, vain, waiting, blocked, (Rate("reached", yes, yes + vain), *asked))


def calls_of(desk: Desk, campaign: Campaign) -> list[tuple[CampaignCall, Ticket]]:
    """The whole sample in the order of the draw; not more than a campaign may have."""
    query = (
        select(CampaignCall, Ticket)
        .join(Ticket, col(Ticket.id) == col(CampaignCall.ticket_id))
        .where(CampaignCall.campaign_id == campaign.id)
        .order_by(col(CampaignCall.place))
    )
    return list(desk.session.exec(query).all())
