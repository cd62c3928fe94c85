"""Take down clues and check them: each becomes a need of a household or is closed with a reason."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, text
from sqlmodel import col, select

from app.access.accounts import Role, Viewer
from app.access.limits import AN_HOUR, TooManyLooks
from app.access.rules import RULES
from app.admin.ledger import HouseFact, one_at_a_time, write_house_fact
from app.assistance.area import area_of, household_for
from app.assistance.households import PLACES
from app.assistance.members import member_of
from app.assistance.need_bodies import LeadClose, LeadNeed, LeadWords
from app.assistance.needs import note_need
from tickets.assistance.households import Household, Member
from tickets.assistance.ledger import write_fact
from tickets.assistance.need_words import Channel, LeadState, Source
from tickets.assistance.needs import LEADS, SEALED_OF_LEAD, Lead, check_lead_step, next_number
from tickets.clocks.seed_assistance import DIBAO
from tickets.ground.clock import ClockKind
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound, Refused, bad_field
from tickets.ground.policy import SlaPolicy
from tickets.ground.worktime import arithmetic
from tickets.ground.worktime.units import StartRule, Unit

#: A look at who a clue is about: it may be nobody's of the register, so it stands in the house's ledger.
LOOKED = "lead_read"


class NoSuchLead(NotFound):
    """There is no such clue for this viewer."""

    code = "no_such_lead"


@dataclass
class Matter:
    """What a promise asks of a clue: a look into a family's means, as for an application (3 working days)."""

    urgency: str = "normal"
    round: int = 1
    category: str | None = DIBAO
    channel: str = "unit"
    kind: str = "help"
    petition: dict[str, Any] | None = None


def report_lead(desk: Desk, viewer: Viewer, wanted: LeadWords, *, channel: Channel | None = None) -> Lead:
    """
    Take down a clue; the register is asked at once whether it knows the person.

    :raises Refused: somebody reported the same person, and it is not checked yet.
    :raises FieldsRefused: the place is none, or not the viewer's.
    """
    check_place(desk, viewer, wanted.division)
    # The house's ledger first, then the person: in one order for a list and for a single clue.
    one_at_a_time(desk)
    known = open_lead_of(desk, wanted)
    if known is not None:
        raise Refused("lead_known", number=known)
    lead = new_lead(desk, viewer, wanted, channel or _channel_of(viewer))
    desk.add(lead)
    member = member_with(desk, wanted.id_number)
    if member is not None:
        lead.household_id, lead.member_id = member.household_id, member.id
    _write(desk, lead, "lead_reported", {"channel": lead.channel, "kind": lead.kind})
    # The next row of a list must find this one.
    desk.clear()
    return lead


def new_lead(desk: Desk, viewer: Viewer, wanted: LeadWords, channel: Channel) -> Lead:
    """The row of a clue, sealed, with its due."""
    at = desk.now()
    policy = check_policy(desk)
    rule = StartRule(policy.start_rule) if policy.start_rule else None
    due = arithmetic.add(at, policy.length, Unit(policy.unit), desk.rules.calendar, rule, policy.roll)
    lead = Lead(
        id=next_number(desk.session, LEADS),
        channel=channel,
        source_unit=viewer.unit,
        division=wanted.division,
        kind=wanted.kind,
        due_at=due.at,
        policy=policy.code,
        policy_version=policy.version,
        calendar_version=desk.rules.calendar_version,
        reported_by=viewer.username,
        reported_at=at,
    )
    lead.seal(desk.vault, wanted.model_dump(include={"name", "phone", "id_number", "words"}))
    return lead


def check_policy(desk: Desk) -> SlaPolicy:
    """
    The promise a clue is checked under.

    :raises Refused: the house has none.
    """
    policy = desk.rules.policy_for(ClockKind.SURVEY, Matter(), None)
    if policy is None:
        raise Refused("no_promise_for_leads")
    return policy


def check_place(desk: Desk, viewer: Viewer, division: str) -> None:
    """
    Hold the place of a clue against the units; an agency works in the whole district.

    :raises FieldsRefused: it is no community or subdistrict, or not the viewer's.
    """
    unit = desk.rules.units.get(division)
    if unit is None or unit.kind not in PLACES or not unit.active:
        raise bad_field("division", "unknown_division")
    if viewer.role != Role.AGENCY and not area_of(desk.rules, viewer, "report_leads").has(division):
        raise bad_field("division", "division_not_yours")


def open_lead_of(desk: Desk, wanted: LeadWords) -> int | None:
    """The number of the open clue about the same person: by ID number, else by phone and name together."""
    vault = desk.vault
    own = ("id_number", wanted.id_number) if wanted.id_number else ("phone", wanted.phone or "")
    # Two reports of one person at the same moment wait for each other.
    desk.session.connection().execute(
        text("select pg_advisory_xact_lock(hashtextextended(:lock, 2))"), {"lock": vault.index(*own).hex()}
    )
    ways: list[ColumnElement[bool]] = []
    if wanted.id_number:
        ways.append(col(Lead.id_number_index).in_(vault.indexes("id_number", wanted.id_number)))
    if wanted.phone:
        same_phone = col(Lead.phone_index).in_(vault.indexes("phone", wanted.phone))
        ways.append(and_(same_phone, col(Lead.name_index).in_(vault.indexes("name", wanted.name))))
    query = select(Lead.id).where(Lead.state == LeadState.OPEN, or_(*ways))
    return desk.session.exec(query.order_by(col(Lead.id)).limit(1)).first()


def member_with(desk: Desk, id_number: str | None) -> Member | None:
    """Whom the register knows by this ID number."""
    if id_number is None:
        return None
    indexes = desk.vault.indexes("id_number", id_number)
    query = select(Member).where(col(Member.id_number_index).in_(indexes), col(Member.left_on).is_(None))
    return desk.session.exec(query).first()


def find_need(desk: Desk, viewer: Viewer, lead: Lead, wanted: LeadNeed) -> None:
    """
    The check of a locked clue found a need.

    :raises Refused: it was checked before.
    :raises NoSuchHousehold: the household is not in the viewer's area.
    """
    check_lead_step(lead, "need")
    household = household_for(desk, viewer, wanted.household, "check_leads", lock=True)
    if wanted.member:
        member_of(desk, household, wanted.member)
    need = note_need(desk, household, wanted, Source.LEAD, str(lead.id))
    # The clue's row points at it.
    desk.clear()
    lead.household_id, lead.member_id, lead.need_id = household.id, wanted.member, need.id
    _checked(desk, viewer, lead, LeadState.NEED)
    write_fact(desk, household, "lead_checked", {"lead": lead.id, "need": need.id}, at=desk.now())


def close_lead(desk: Desk, viewer: Viewer, lead: Lead, wanted: LeadClose) -> None:
    """
    The check of a locked clue found none; the reason stands on it, the words are sealed with it.

    :raises Refused: it was checked before.
    """
    check_lead_step(lead, "close")
    lead.close_reason = wanted.reason
    before = lead.open(desk.vault, "words") or ""
    lead.words = desk.vault.seal(f"{before}\n— {wanted.words}", lead.place("words"))
    _checked(desk, viewer, lead, LeadState.CLOSED)
    _write(desk, lead, "lead_checked", {"reason": wanted.reason})


def _checked(desk: Desk, viewer: Viewer, lead: Lead, state: LeadState) -> None:
    lead.state, lead.checked_by, lead.checked_at = state, viewer.username, desk.now()


def _write(desk: Desk, lead: Lead, what: str, said: dict[str, Any]) -> None:
    """On the ledger of the household it is about; on the house's where there is none."""
    if lead.household_id is None:
        write_house_fact(desk, what, str(lead.id), {}, {"division": lead.division, **said})
        return
    locked = select(Household).where(Household.id == lead.household_id).with_for_update()
    write_fact(desk, desk.session.exec(locked).one(), what, {"lead": lead.id, **said}, at=desk.now())


def _channel_of(viewer: Viewer) -> Channel:
    return Channel.AGENCY if viewer.role == Role.AGENCY else Channel.COMMUNITY


# Questions


def leads_seen(desk: Desk, viewer: Viewer) -> ColumnElement[bool]:
    """Which clues *viewer* may know of: those of the own area, an agency those it reported."""
    if RULES.assistance["report_leads"].get(viewer.role) == "own":
        return col(Lead.source_unit) == viewer.unit
    area = area_of(desk.rules, viewer, "report_leads")
    return area.condition_on(col(Lead.division))


def lead_for(desk: Desk, viewer: Viewer, number: int, *, lock: bool = False) -> Lead:
    """
    The clue with this number, locked or only read.

    :raises NoSuchLead: there is none for this viewer.
    """
    query = select(Lead).where(Lead.id == number, leads_seen(desk, viewer))
    found = (
        desk.session.exec(query.with_for_update() if lock else query).one_or_none()
        if number < 2**63
        else None
    )
    if found is None:
        raise NoSuchLead
    return found


def told_household(desk: Desk, viewer: Viewer, number: int | None) -> int | None:
    """The household a clue leads to, for who checks clues where it lives; others hear of none."""
    household = desk.session.get(Household, number) if number is not None else None
    area = area_of(desk.rules, viewer, "check_leads")
    return household.id if household is not None and area.has(household.division) else None


def show_lead(desk: Desk, lead: Lead, reason: str, *, most: int | None) -> dict[str, str | None]:
    """
    Show who a clue is about, in clear; the look and its reason stand in the house's ledger.

    :raises TooManyLooks: this person looked at too many within the hour; None is no limit.
    """
    looks = select(func.count()).where(
        HouseFact.what == LOOKED, HouseFact.by == desk.actor.username, HouseFact.at > desk.now() - AN_HOUR
    )
    write_house_fact(desk, LOOKED, str(lead.id), {}, {"reason": reason})
    if most is not None and desk.session.exec(looks).one() > most:
        raise TooManyLooks(most=most)
    return {column: lead.open(desk.vault, column) for column in SEALED_OF_LEAD}
