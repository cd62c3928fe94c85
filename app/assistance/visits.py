"""Report home visits: what was found is sealed, its pictures kept for a reason and a time, misses told."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from app.access.accounts import Viewer
from app.assistance.area import NoSuchHousehold, area_of, household_for
from app.assistance.members import members_of
from app.assistance.needs import needs_from_visit
from app.assistance.signing import GROUNDS, Pictures
from app.assistance.visit_bodies import LIVING, VisitWords
from app.attachments.keeping import lay_all
from app.attachments.reading import ready
from tickets.assistance.households import Household
from tickets.assistance.ledger import write_fact
from tickets.assistance.need_words import Agreed
from tickets.assistance.visit_plan import told
from tickets.assistance.visit_words import OPEN, Met, VisitFileKind, VisitLevel, VisitState
from tickets.assistance.visits import (
    MISSES,
    Visit,
    VisitAlert,
    VisitFile,
    VisitReport,
    misses_of,
    open_alert,
)
from tickets.ground.desk import Desk
from tickets.ground.errors import BadField, FieldsRefused, NotFound, Refused, bad_field
from tickets.ground.files import Attachment, FileAudience, Holder
from tickets.ground.policy import Rulebook
from tickets.ground.refs import SHANGHAI
from tickets.ground.words import UnitKind


class NoSuchVisit(NotFound):
    """There is no such visit in this viewer's area."""

    code = "no_such_visit"


@dataclass(frozen=True)
class Opened:
    """A visit and the household it is owed to."""

    visit: Visit
    household: Household
    #: Whether this viewer may report it.
    reports: bool = field(default=False)


# Rights


def visit_for(
    desk: Desk, viewer: Viewer, number: int, work: str = "read_households", *, lock: bool = False
) -> Opened:
    """
    The visit with this number and its household, locked for a change or only read.

    :raises NoSuchVisit: there is none in the area where *viewer* may do *work*.
    """
    visit = desk.session.get(Visit, number) if 0 < number < 2**63 else None
    if visit is None:
        raise NoSuchVisit
    try:
        household = household_for(desk, viewer, visit.household_id, work, lock=lock)
    except NoSuchHousehold:
        raise NoSuchVisit from None
    if visit.level not in levels_of(desk.rules, viewer):
        raise NoSuchVisit
    if lock:
        desk.session.refresh(visit, with_for_update=True)
    return Opened(visit, household, may_report(desk.rules, viewer, visit))


def may_report(rules: Rulebook, viewer: Viewer, visit: Visit) -> bool:
    """Whether *viewer* visits at the level of *visit*: what a subdistrict owes is not its communities'."""
    if not area_of(rules, viewer, "report_visits").has(visit.division):
        return False
    unit = rules.units.get(viewer.unit)
    may = visit.level == VisitLevel.COMMUNITY or (unit is not None and unit.kind != UnitKind.COMMUNITY)
    return may and visit.level in levels_of(rules, viewer)


def levels_of(rules: Rulebook, viewer: Viewer) -> list[VisitLevel]:
    """Levels *viewer* hears of: whose relative is visited by the bureau is not told that it comes."""
    whole = area_of(rules, viewer).divisions is None
    return [level for level in VisitLevel if whole or level != VisitLevel.BUREAU]


# Operations


def report_visit(desk: Desk, viewer: Viewer, number: int, wanted: VisitWords, pictures: Pictures) -> Visit:
    """
    Write down what was found at a visit, or that nobody was met.

    :raises NoSuchVisit: there is none in the viewer's area.
    :raises Refused: it is done or over, or owed by the subdistrict.
    :raises FieldsRefused: something is missing, or a picture came without consent.
    """
    opened = visit_for(desk, viewer, number, "report_visits", lock=True)
    visit, household = opened.visit, opened.household
    if not opened.reports:
        raise Refused("visit_of_subdistrict")
    if visit.state not in OPEN:
        raise Refused("visit_over")
    at = desk.now()
    _check(desk, household, wanted, pictures, at.astimezone(SHANGHAI).date())
    report = _sealed(desk, visit, wanted, at)
    desk.add(report)
    if wanted.met == Met.NOBODY:
        _missed(desk, visit, household, wanted.next_on, at)
    else:
        _done(desk, visit, household, report, agreed=Agreed(wanted.met) if wanted.may_share else None)
        _keep(desk, report, pictures, at.astimezone(SHANGHAI).date())
    return visit


def _check(desk: Desk, household: Household, wanted: VisitWords, pictures: Pictures, day: date) -> None:
    if wanted.met == Met.NOBODY:
        if pictures:
            raise bad_field("files", "nobody_agreed")
        if wanted.next_on is not None and wanted.next_on < day:
            raise bad_field("next_on", "day_over")
        return
    missing = [BadField(name, "missing", {}) for name in LIVING if getattr(wanted, name) is None]
    if missing:
        raise FieldsRefused(*missing)
    if pictures.photos and not wanted.photo_consent:
        raise bad_field("photo_consent", "no_photo_consent")
    here = {member.id for member in members_of(desk, household) if member.left_on is None}
    if not set(wanted.present) <= here:
        raise bad_field("present", "no_such_member")


def _sealed(desk: Desk, visit: Visit, wanted: VisitWords, at: datetime) -> VisitReport:
    report = VisitReport(
        visit_id=visit.id or 0,
        household_id=visit.household_id,
        met=wanted.met,
        needs=[] if wanted.met == Met.NOBODY else [*dict.fromkeys(wanted.needs)],
        said=b"",
        by=desk.actor.username,
        role=desk.actor.role,
        unit=desk.actor.unit,
        at=at,
    )
    found = {"words": wanted.words}
    if wanted.met != Met.NOBODY:
        kept = {*LIVING, "present", "changes", "may_share", "words"}
        found = wanted.model_dump(mode="json", include=kept)
    report.seal(desk.vault, found)
    return report


def _done(
    desk: Desk, visit: Visit, household: Household, report: VisitReport, *, agreed: Agreed | None
) -> None:
    at = report.at
    visit.state, visit.done_by, visit.done_at, visit.next_on = VisitState.DONE, report.by, at, None
    alert = open_alert(desk.session, household.id)
    if alert is not None:
        alert.reached_at = at
    said = {**told(visit), "met": report.met, "needs": [*report.needs]}
    write_fact(desk, household, "visit_done", said, at=at)
    needs_from_visit(desk, household, report.needs, report.id, agreed)


def _missed(desk: Desk, visit: Visit, household: Household, next_on: date | None, at: datetime) -> None:
    visit.state, visit.next_on = VisitState.NOT_REACHED, next_on
    visit.tries += 1
    write_fact(desk, household, "visit_missed", {**told(visit), "tries": visit.tries}, at=at)
    # What lies on the desk is counted, too.
    desk.clear()
    misses = misses_of(desk.session, household.id)
    unit = _subdistrict(desk.rules, visit.division)
    if misses < MISSES or unit is None or open_alert(desk.session, household.id) is not None:
        return
    desk.add(
        VisitAlert(household_id=household.id, visit_id=visit.id or 0, unit=unit, misses=misses, raised_at=at)
    )
    write_fact(desk, household, "visit_alert", {**told(visit), "misses": misses, "unit": unit}, at=at)


def _subdistrict(rules: Rulebook, division: str) -> str | None:
    above = (rules.units.get(code) for code in rules.units.at_or_above(division))
    return next((unit.code for unit in above if unit and unit.kind == UnitKind.SUBDISTRICT), None)


def _keep(desk: Desk, report: VisitReport, pictures: Pictures, day: date) -> None:
    holder = Holder("visit", str(report.id))
    for kind, named in (
        (VisitFileKind.PHOTO, pictures.photos),
        (VisitFileKind.SIGNATURE, pictures.signature),
    ):
        # What we wrote ourselves waits for no scanner.
        scans = pictures.keeping.scans and named is not pictures.strokes
        for row in lay_all(desk, holder, named, audience=FileAudience.INTERNAL, scans=scans):
            desk.add(
                VisitFile(
                    attachment_id=row.id,
                    report_id=report.id,
                    kind=kind,
                    ground=GROUNDS[kind],
                    agreed=report.met,
                    keep_until=pictures.keeping.until(kind, day),
                )
            )


def acknowledge(desk: Desk, viewer: Viewer, number: int) -> VisitAlert:
    """
    Take note, for the subdistrict, of a household that could not be reached.

    :raises NoSuchVisit: there is no such alert in the viewer's area.
    :raises Refused: somebody took note of it already, or the household was met since.
    """
    found = desk.session.get(VisitAlert, number) if 0 < number < 2**63 else None
    if found is None:
        raise NoSuchVisit
    opened = visit_for(desk, viewer, found.visit_id, "settle_visits", lock=True)
    desk.session.refresh(found, with_for_update=True)
    if found.acknowledged_at is not None or found.reached_at is not None:
        raise Refused("alert_over")
    found.acknowledged_at, found.acknowledged_by = desk.now(), desk.actor.username
    said = {**told(opened.visit), "misses": found.misses}
    write_fact(desk, opened.household, "visit_alert_noted", said, at=found.acknowledged_at)
    return found


def look_at_file(desk: Desk, viewer: Viewer, number: int, file: UUID, reason: str) -> Attachment:
    """
    Give a photo or signature of a visit to be looked at; the look and its reason are a fact.

    :raises NoSuchVisit: there is no such visit or picture in the viewer's area.
    :raises NotFound: its bytes were erased after their time.
    """
    opened = visit_for(desk, viewer, number, "settle_visits", lock=True)
    found = desk.session.exec(
        select(VisitFile, Attachment)
        .join(Attachment, col(Attachment.id) == col(VisitFile.attachment_id))
        .join(VisitReport, col(VisitReport.id) == col(VisitFile.report_id))
        .where(VisitFile.attachment_id == file, VisitReport.visit_id == opened.visit.id)
    ).one_or_none()
    if found is None:
        raise NoSuchVisit
    kept, row = found
    said: dict[str, Any] = {**told(opened.visit), "file": str(file), "kind": kept.kind, "reason": reason}
    write_fact(desk, opened.household, "visit_file_read", said, at=desk.now())
    return ready(row)
