"""Read a digest: what it said that morning, and how the tickets stand now, as far as the reader may know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.rules import visible
from app.digest.making import LISTS
from app.digest.rows import Digest
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound
from tickets.ticket import Ticket


@dataclass(frozen=True)
class Told:
    """A line of a digest, with the ticket as it stands now."""

    ticket: Ticket
    kind: str
    unit: str
    due_at: datetime | None
    rung: str | None


@dataclass(frozen=True)
class Read:
    """A digest as its unit's head reads it."""

    day: date
    made_at: datetime
    next_day: date
    #: By the name of the list.
    lines: dict[str, list[Told]]
    #: How many there were, without those this reader may not know of.
    counts: dict[str, int]
    before: date | None
    after: date | None


def digest_of(desk: Desk, viewer: Viewer, day: date | None) -> Read | None:
    """
    The digest of *day* for the viewer's unit, or the newest; None where there never was one.

    :raises NotFound: there is none of *day*.
    """
    wanted = select(Digest).where(Digest.unit == viewer.unit)
    wanted = wanted.where(Digest.day == day) if day else wanted.order_by(col(Digest.day).desc()).limit(1)
    row = desk.session.exec(wanted).one_or_none()
    if row is None:
        if day:
            raise NotFound
        return None
    tickets = _tickets(desk, viewer, row.data)
    lines = {name: list(_lines(row.data[name]["lines"], tickets)) for name in LISTS}
    hidden = {name: len(row.data[name]["lines"]) - len(lines[name]) for name in LISTS}
    before, after = _beside(desk, row)
    return Read(
        day=row.day,
        made_at=datetime.fromisoformat(row.data["at"]),
        next_day=date.fromisoformat(row.data["next_day"]),
        lines=lines,
        counts={name: row.data[name]["count"] - hidden[name] for name in LISTS},
        before=before,
        after=after,
    )


def counts_of(desk: Desk, viewer: Viewer, day: date) -> dict[str, int] | None:
    """How much stood in each list of the digest of *day*; None where it is not made yet."""
    query = select(Digest.data).where(Digest.unit == viewer.unit, Digest.day == day)
    data = desk.session.exec(query).one_or_none()
    return None if data is None else {name: data[name]["count"] for name in LISTS}


def _tickets(desk: Desk, viewer: Viewer, data: dict[str, Any]) -> dict[str, Ticket]:
    refs = {line["ref"] for name in LISTS for line in data[name]["lines"]}
    if not refs:
        return {}
    query = select(Ticket).where(col(Ticket.ref).in_(refs), visible(viewer, desk.rules.units))
    return {ticket.ref: ticket for ticket in desk.session.exec(query).all()}


def _lines(lines: list[dict[str, Any]], tickets: dict[str, Ticket]) -> Iterator[Told]:
    for line in lines:
        if line["ref"] in tickets:
            due_at = datetime.fromisoformat(line["due_at"]) if line["due_at"] else None
            yield Told(tickets[line["ref"]], line["kind"], line["unit"], due_at, line["rung"])


def _beside(desk: Desk, row: Digest) -> tuple[date | None, date | None]:
    """The days of the digests just before and just after *row*."""
    mine, day = Digest.unit == row.unit, col(Digest.day)
    before = select(func.max(day)).where(mine, day < row.day)
    after = select(func.min(day)).where(mine, day > row.day)
    return desk.session.exec(before).one(), desk.session.exec(after).one()
