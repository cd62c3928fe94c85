"""Home visits: what is owed to a household in a period, what was seen there, and who could not be reached."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, Session, col, select

from tickets.assistance.visit_words import Met, VisitFileKind, VisitGround, VisitLevel, VisitState
from tickets.ground.columns import Moment, Row, new_id, one_of, table_options
from tickets.ground.refs import SHANGHAI
from tickets.ground.vault import Place, Vault

#: So many days on end without meeting anybody tell the subdistrict (2023 意见: two missed in a row).
MISSES = 2


class Visit(Row, table=True):
    """A visit owed to a household by one level in one period."""

    __tablename__ = "visit"
    __table_args__ = (
        one_of("level", VisitLevel),
        one_of("state", VisitState),
        UniqueConstraint("household_id", "level", "period", name="visit_once_a_period"),
        CheckConstraint("(state = 'done') = (done_at is not null)", name="done_has_its_moment"),
        # Coverage is counted from this alone.
        Index("visit_coverage", "level", "period", "division", "state", "tries"),
        Index("visit_open", "due_at", postgresql_where=text("state in ('planned', 'not_reached')")),
        table_options(),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    household_id: int = Field(sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=False))
    #: Where the household belonged while the visit was owed.
    division: str = Field(foreign_key="unit.code")
    level: str
    #: The first day of the month or half-year.
    period: date
    state: str = VisitState.PLANNED
    #: By which promise and calendar it is due then.
    policy: str
    policy_version: int
    calendar: str
    calendar_version: int
    due_at: datetime = Field(sa_type=Moment)
    warn_at: datetime | None = Field(default=None, sa_type=Moment)
    #: When it was noticed that it comes near its due.
    warned_at: datetime | None = Field(default=None, sa_type=Moment)
    #: How often somebody went and met nobody.
    tries: int = 0
    #: When somebody means to go again.
    next_on: date | None = None
    done_by: str | None = None
    done_at: datetime | None = Field(default=None, sa_type=Moment)

    @property
    def last_day(self) -> date:
        """The last day on which it is made in time: 24:00 of a day is the midnight the next begins with."""
        return (self.due_at - timedelta(microseconds=1)).astimezone(SHANGHAI).date()


class VisitReport(Row, table=True):
    """What somebody found at the door: whom, how they live, what changed; sealed but for the needs."""

    __tablename__ = "visit_report"
    __table_args__ = (
        one_of("met", Met),
        Index("visit_report_of_household", "household_id", "at"),
        Index("visit_report_of_visit", "visit_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    visit_id: int = Field(sa_column=Column(BigInteger, ForeignKey("visit.id"), nullable=False))
    household_id: int = Field(sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=False))
    met: str
    #: Needs ticked, as codes.
    needs: list[str] = Field(default_factory=list, sa_type=ARRAY(String))
    #: Who was there, how they live, what changed, and words, as JSON.
    said: bytes = Field(sa_type=LargeBinary)
    by: str
    role: str
    unit: str | None = None
    at: datetime = Field(sa_type=Moment)

    @property
    def place(self) -> Place:
        """Where the seal of what was said belongs."""
        return Place("visit_report", "said", str(self.id))

    def seal(self, vault: Vault, said: dict[str, Any]) -> None:
        """Seal what was found."""
        self.said = vault.seal(json.dumps(said, ensure_ascii=False), self.place)

    def open(self, vault: Vault) -> dict[str, Any]:
        """What was found, in clear."""
        found: dict[str, Any] = json.loads(vault.open(self.said, self.place))
        return found


class VisitFile(Row, table=True):
    """A picture of a visit: faces and signatures are sensitive, so it says why and how long it is kept."""

    __tablename__ = "visit_file"
    __table_args__ = (
        one_of("kind", VisitFileKind),
        one_of("ground", VisitGround),
        one_of("agreed", Met),
        CheckConstraint("agreed <> 'nobody'", name="somebody_agreed"),
        Index("visit_file_of_report", "report_id"),
        Index("visit_file_to_erase", "keep_until", postgresql_where=text("erased_at is null")),
    )

    attachment_id: UUID = Field(foreign_key="attachment.id", primary_key=True)
    report_id: UUID = Field(foreign_key="visit_report.id")
    kind: str
    ground: str
    #: Who agreed or signed.
    agreed: str
    keep_until: date
    erased_at: datetime | None = Field(default=None, sa_type=Moment)


class VisitAlert(Row, table=True):
    """A household that could not be reached twice in a row, on the desk of its subdistrict."""

    __tablename__ = "visit_alert"
    __table_args__ = (
        Index(
            "visit_alert_open",
            "household_id",
            unique=True,
            postgresql_where=text("acknowledged_at is null and reached_at is null"),
        ),
        Index(
            "visit_alert_of_unit",
            "unit",
            "id",
            postgresql_where=text("acknowledged_at is null and reached_at is null"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    household_id: int = Field(sa_column=Column(BigInteger, ForeignKey("household.id"), nullable=False))
    visit_id: int = Field(sa_column=Column(BigInteger, ForeignKey("visit.id"), nullable=False))
    #: The subdistrict that is told.
    unit: str = Field(foreign_key="unit.code")
    misses: int
    raised_at: datetime = Field(sa_type=Moment)
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = Field(default=None, sa_type=Moment)
    #: Somebody met them before the subdistrict had taken note.
    reached_at: datetime | None = Field(default=None, sa_type=Moment)


# Questions

#: Days on which somebody went in vain since they were last met.
_MISSED = text("""
    select count(distinct (at at time zone 'Asia/Shanghai')::date) from visit_report
    where household_id = :household and met = 'nobody' and at > coalesce(
        (select max(at) from visit_report where household_id = :household and met <> 'nobody'), '-infinity')
""")


def misses_of(session: Session, household_id: int) -> int:
    """On how many days somebody went to a household in vain since anybody there was last met."""
    found: int = session.connection().execute(_MISSED, {"household": household_id}).scalar_one()
    return found


def open_alert(session: Session, household_id: int) -> VisitAlert | None:
    """The alert about a household its subdistrict has not yet taken note of, locked."""
    return session.exec(
        select(VisitAlert)
        .where(
            VisitAlert.household_id == household_id,
            col(VisitAlert.acknowledged_at).is_(None),
            col(VisitAlert.reached_at).is_(None),
        )
        .with_for_update()
    ).one_or_none()


def reports_of(session: Session, visit: Visit) -> list[VisitReport]:
    """What was found at each try, newest first."""
    rows = select(VisitReport).where(VisitReport.visit_id == visit.id)
    return list(session.exec(rows.order_by(col(VisitReport.at).desc())).all())


def files_of(session: Session, reports: list[VisitReport]) -> list[VisitFile]:
    """The pictures that came with *reports*."""
    ids = [report.id for report in reports]
    return list(session.exec(select(VisitFile).where(col(VisitFile.report_id).in_(ids))).all())
