"""Lists of clues and needs: whose they are, what stands open, which are overdue."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from app.access.accounts import Viewer
from app.access.doors import refs_seen
from app.assistance.area import area_of
from app.assistance.leads import leads_seen, told_household
from app.assistance.need_answers import where_they_stand
from tickets.assistance.households import Household, Member
from tickets.assistance.need_words import Channel, LeadState, NeedKind, NeedState, Severity, Way
from tickets.assistance.needs import Lead, Need
from tickets.clocks.words import Left, left
from tickets.ground.desk import Desk


@dataclass(frozen=True)
class LeadsWanted:
    """Which clues."""

    state: LeadState | None = None
    channel: Channel | None = None
    division: str | None = None
    overdue: bool = False


@dataclass(frozen=True)
class LeadLine:
    """A clue, how much time is left (None once it was checked in time), and where it leads."""

    lead: Lead
    left: Left | None
    #: The household and the need, where the viewer checks clues; nobody else hears of the register.
    household: int | None = None
    need: int | None = None


@dataclass(frozen=True)
class NeedsWanted:
    """Which needs."""

    state: NeedState | None = None
    kind: NeedKind | None = None
    severity: Severity | None = None
    division: str | None = None
    household: int | None = None
    member: UUID | None = None
    #: What answers it, and its number there.
    way: Way | None = None
    way_ref: str | None = None


@dataclass(frozen=True)
class NeedLine:
    """A need, where its household is, and whose it is, masked."""

    need: Need
    division: str
    member: Member | None
    #: Whether the viewer may know what it became: a ticket is not there for who may not know of it.
    open: bool
    #: Where that stands, by its own word.
    answer_state: str | None = None

    @property
    def answer(self) -> str | None:
        """Where what it became stands."""
        return self.answer_state if self.open else None

    @property
    def way(self) -> str | None:
        """What it became."""
        return self.need.way if self.open else None

    @property
    def way_ref(self) -> str | None:
        """Its number there."""
        return self.need.way_ref if self.open else None


def leads_for(
    desk: Desk, viewer: Viewer, wanted: LeadsWanted, *, before: int | None = None, limit: int
) -> list[LeadLine]:
    """Clues *viewer* may know of, newest first, one more than *limit* if there are more."""
    now = desk.now()
    asked: list[ColumnElement[bool]] = [leads_seen(desk, viewer)]
    if wanted.state:
        asked.append(col(Lead.state) == wanted.state)
    if wanted.channel:
        asked.append(col(Lead.channel) == wanted.channel)
    if wanted.division:
        asked.append(col(Lead.division).in_(desk.rules.units.at_or_below(wanted.division)))
    if wanted.overdue:
        asked += [col(Lead.state) == LeadState.OPEN, col(Lead.due_at) < now]
    if before is not None:
        asked.append(col(Lead.id) < before)
    query = select(Lead, Household).join(Household, col(Household.id) == Lead.household_id, isouter=True)
    rows = desk.session.exec(query.where(*asked).order_by(col(Lead.id).desc()).limit(limit + 1)).all()
    # The households stay at hand: each line asks for its own.
    return [lead_line(desk, viewer, lead) for lead, _household in rows]


def lead_line(desk: Desk, viewer: Viewer, lead: Lead) -> LeadLine:
    """How a clue stands for *viewer*: the time left or by how much it was late, and where it leads."""
    at = lead.checked_at or desk.now()
    late = lead.checked_at is None or lead.checked_at > lead.due_at
    household = told_household(desk, viewer, lead.household_id)
    need = lead.need_id if household is not None else None
    return LeadLine(lead, left(at, lead.due_at, desk.rules.calendar) if late else None, household, need)


def needs_for(
    desk: Desk, viewer: Viewer, wanted: NeedsWanted, *, before: int | None = None, limit: int
) -> list[NeedLine]:
    """Needs of the households of the viewer's area, newest first, one more than *limit* if there are more."""
    asked: list[ColumnElement[bool]] = [area_of(desk.rules, viewer).condition()]
    same = (
        (col(Need.state), wanted.state),
        (col(Need.kind), wanted.kind),
        (col(Need.severity), wanted.severity),
        (col(Need.household_id), wanted.household),
        (col(Need.member_id), wanted.member),
        (col(Need.way), wanted.way),
        (col(Need.way_ref), wanted.way_ref),
    )
    asked += [column == value for column, value in same if value is not None]
    asked += _not_told(desk, viewer, wanted)
    if wanted.division:
        asked.append(col(Household.division).in_(desk.rules.units.at_or_below(wanted.division)))
    if before is not None:
        asked.append(col(Need.id) < before)
    query = (
        select(Need, Household.division, Member)
        .join(Household, col(Household.id) == Need.household_id)
        .join(Member, col(Member.id) == Need.member_id, isouter=True)
        .where(*asked)
    )
    rows = desk.session.exec(query.order_by(col(Need.id).desc()).limit(limit + 1)).all()
    return _lines(desk, viewer, rows)


def _not_told(desk: Desk, viewer: Viewer, wanted: NeedsWanted) -> list[ColumnElement[bool]]:
    """Who asks by what answers a need hears nothing of tickets they may not know of."""
    if wanted.way is None and wanted.way_ref is None:
        return []
    if wanted.way in (None, Way.TICKET):
        seen = refs_seen(desk, viewer, [wanted.way_ref] if wanted.way_ref else [])
        return [or_(col(Need.way) != Way.TICKET, col(Need.way_ref).in_(sorted(seen)))]
    return []


def need_line(desk: Desk, viewer: Viewer, need: Need, household: Household) -> NeedLine:
    """A need of *household*, as *viewer* may know of it."""
    member = desk.session.get(Member, need.member_id) if need.member_id else None
    return _lines(desk, viewer, [(need, household.division, member)])[0]


def _lines(desk: Desk, viewer: Viewer, rows: Iterable[tuple[Need, str, Member | None]]) -> list[NeedLine]:
    found = list(rows)
    seen = refs_seen(desk, viewer, (need.way_ref for need, *_ in found if need.way == Way.TICKET))
    stand = where_they_stand(desk.session, (need for need, *_ in found))
    return [
        NeedLine(
            *row,
            open=row[0].way != Way.TICKET or row[0].way_ref in seen,
            answer_state=stand.get((row[0].way or "", row[0].way_ref or "")),
        )
        for row in found
    ]
