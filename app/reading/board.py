"""The supervisor's board: open tickets by step of the ladder and lateness, and how many stand on each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, and_, cast, func, literal, or_, tuple_, union_all
from sqlalchemy.sql import ColumnElement
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.doors import row_of_a_list
from app.access.rules import visible
from app.reading.paging import MOST, Page, read_band, written
from tickets.ground.clock import ClockKind, Notice
from tickets.ground.desk import Desk
from tickets.ground.ladder import Step, steps_of
from tickets.ticket import Ticket

#: The steps as the board has them from the top: what is chased hardest first.
STEPS = (Notice.LISTED, Notice.URGED, Notice.BREACHED, Notice.WARNED)


def bands(now: datetime) -> Mapping[Notice | None, ColumnElement[bool]]:
    """
    Which open tickets stand on which step at *now*, from the top; None holds those that are in good time.

    That one is near its due or past it is read from its due, worker or none; that it was urged or listed is
    what a worker said.
    """
    due_at, warn_at, rung = col(Ticket.due_at), col(Ticket.warn_at), col(Ticket.rung)
    is_late, is_near = due_at < now, warn_at <= now
    return {
        Notice.LISTED: rung == Notice.LISTED,
        Notice.URGED: rung == Notice.URGED,
        Notice.BREACHED: and_(rung.is_(None), is_late),
        Notice.WARNED: and_(rung.is_(None), due_at >= now, is_near),
        None: and_(rung.is_(None), due_at >= now, or_(warn_at.is_(None), warn_at > now)),
    }


def board(
    desk: Desk, viewer: Viewer, *, after: str | None = None, only: Notice | None = None
) -> Page[tuple[Notice | None, Ticket]]:
    """
    The tickets *viewer* may know of with their steps, hardest chased and longest late first; *only* one step.

    One query that takes a page of each step from the index: its cost does not grow with what is open.
    """
    now = desk.now()
    band, last_due, last = read_band(after, int) if after else (-1, now, 0)
    steps = bands(now)
    parts = []
    for number, (step, holds) in enumerate(steps.items()):
        if number < band or (only is not None and step != only):
            continue
        beyond = [tuple_(col(Ticket.due_at), col(Ticket.id)) > (last_due, last)] if number == band else []
        part: Any = (
            select(cast(literal(number), Integer).label("band"), col(Ticket.id).label("row"))
            .where(*_open(), holds, visible(viewer, desk.rules.units), *beyond)
            .order_by(col(Ticket.due_at), col(Ticket.id))
            .limit(MOST + 1)
        )
        parts.append(select(part.subquery()))
    if not parts:
        return Page([], None)
    found = union_all(*parts).subquery()
    query = (
        select(found.c.band, Ticket)
        .join(found, found.c.row == col(Ticket.id))
        .order_by(found.c.band, col(Ticket.due_at), col(Ticket.id))
        .limit(MOST + 1)
        .options(*row_of_a_list(with_orders=True))
    )
    rows: list[tuple[int, Ticket]] = [(number, ticket) for number, ticket in desk.session.exec(query).all()]
    shown, named = rows[:MOST], list(steps)
    last_band, last_ticket = shown[-1] if shown else (0, None)
    following = (
        f"{last_band}~{written(last_ticket.due_at, last_ticket.id)}"
        if last_ticket is not None and len(rows) > MOST
        else None
    )
    return Page([(named[number], ticket) for number, ticket in shown], following)


def count_steps(desk: Desk, viewer: Viewer) -> dict[Notice, int]:
    """How many tickets stand on each step, of those *viewer* may know of; one query."""
    steps = bands(desk.now())
    query = select(*(func.count().filter(steps[step]) for step in STEPS)).where(
        *_open(),
        or_(*(steps[step] for step in STEPS)),
        visible(viewer, desk.rules.units),
    )
    counted: Any = desk.session.exec(query).one()
    return dict(zip(STEPS, counted, strict=True))


def usual_steps(desk: Desk) -> dict[Notice, Step]:
    """The steps the promises of an answer have, where all in force have the same; else none."""
    ladders = {
        steps_of(policy)
        for policy in desk.rules.policies
        if policy.clock == ClockKind.HANDLE and policy.superseded_at is None
    }
    return {step.notice: step for step in ladders.pop()} if len(ladders) == 1 else {}


def _open() -> tuple[ColumnElement[bool], ...]:
    return col(Ticket.closed_at).is_(None), col(Ticket.due_at).is_not(None)
