"""A clock: one promise on one ticket, with the policy and the calendar it was made under."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, PrimaryKeyConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from tickets.ground.columns import Moment, Row, new_id, one_of, table_options


class ClockKind(StrEnum):
    """What is promised."""

    DISPATCH = "dispatch"
    SIGN = "sign"
    #: Until when a unit may say that a ticket is not its own.
    RETURN_WINDOW = "return_window"
    CONTACT = "contact"
    HANDLE = "handle"
    REVIEW = "review"
    CALLBACK = "callback"
    #: Until when a request is decided.
    DECISION = "decision"
    #: Until when a supervision card is answered.
    SUPERVISION = "supervision"
    #: Until when the citizen may send more; then it goes on as it is.
    SUPPLEMENT = "supplement"
    #: Of a critical matter: how it will be put right, once the first help was given.
    PLAN = "plan"
    #: A petition that came in is registered.
    REGISTRATION = "registration"
    #: Of an application for social assistance: the look into a family's means begins.
    SURVEY = "survey"
    #: It is decided: as usual, by the subdistrict where that was left to it, or where it is hard to find out.
    DETERMINATION = "determination"
    DETERMINATION_DELEGATED = "determination_delegated"
    DETERMINATION_HARD = "determination_hard"
    #: Decided in steps: looked into and judged first, hung out in public, confirmed.
    FIRST_JUDGEMENT = "first_judgement"
    PUBLICATION = "publication"
    CONFIRMATION = "confirmation"
    #: Help at once: somebody calls, it is given, its papers follow.
    RELIEF_CONTACT = "relief_contact"
    RELIEF = "relief"
    RELIEF_PAPERS = "relief_papers"
    #: A report on assistance: whoever reported is called, it is looked into and answered.
    INSPECTION_CONTACT = "inspection_contact"
    INSPECTION = "inspection"
    #: A household is visited, by its community and by its subdistrict.
    VISIT_COMMUNITY = "visit_community"
    VISIT_SUBDISTRICT = "visit_subdistrict"


#: Time somebody has, not time somebody owes: when it is over nothing is late.
ONLY_LIMITS = frozenset({ClockKind.RETURN_WINDOW, ClockKind.SUPPLEMENT, ClockKind.PUBLICATION})

#: Promises of social assistance, of the petitions' register, of a plan. No move of a ticket starts one.
NOT_BY_MOVES = frozenset(
    {
        ClockKind.PLAN,
        ClockKind.REGISTRATION,
        ClockKind.SURVEY,
        ClockKind.DETERMINATION,
        ClockKind.DETERMINATION_DELEGATED,
        ClockKind.DETERMINATION_HARD,
        ClockKind.FIRST_JUDGEMENT,
        ClockKind.PUBLICATION,
        ClockKind.CONFIRMATION,
        ClockKind.RELIEF_CONTACT,
        ClockKind.RELIEF,
        ClockKind.RELIEF_PAPERS,
        ClockKind.INSPECTION_CONTACT,
        ClockKind.INSPECTION,
        ClockKind.VISIT_COMMUNITY,
        ClockKind.VISIT_SUBDISTRICT,
    }
)


class ClockState(StrEnum):
    """Whether a promise runs."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    #: Past its due and noticed; it still runs until it is met.
    BREACHED = "breached"
    CANCELLED = "cancelled"


class Notice(StrEnum):
    """What the sweep says about a clock, once for each due moment; in the order of the ladder."""

    WARNED = "warned"
    BREACHED = "breached"
    #: Urged in writing (催办通知).
    URGED = "urged"
    #: On the list of who is late for long (通报).
    LISTED = "listed"


#: Steps that follow a breach while nobody answers.
RUNGS = (Notice.URGED, Notice.LISTED)


class Clock(Row, table=True):
    """One promise. Paused time and extensions lengthen it; they never replace it."""

    __tablename__ = "clock"
    __table_args__ = (
        one_of("kind", ClockKind),
        one_of("state", ClockState),
        CheckConstraint("rung in ('urged', 'listed')", name="rung_is_known"),
        Index("clock_next", "next_at", postgresql_where=text("next_at is not null")),
        Index("clock_of_ticket", "ticket_id"),
        Index(
            "clock_chased",
            "rung",
            "due_at",
            "id",
            postgresql_where=text("rung is not null and state = 'breached'"),
        ),
        table_options(),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    ticket_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ticket.id"), nullable=False))
    #: The order it times; None for the hotline's own promises.
    order_id: UUID | None = None
    #: The request or the supervision card it times.
    subject_id: UUID | None = None
    round: int = 1
    kind: str
    state: str = ClockState.RUNNING
    policy: str
    policy_version: int
    calendar: str
    calendar_version: int
    #: Touches a year whose holidays are not announced yet.
    provisional: bool = False
    started_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    #: A date somebody set stands in place of the counted one.
    fixed_at: datetime | None = Field(default=None, sa_type=Moment)
    #: A share of another order is never due after that one.
    latest_at: datetime | None = Field(default=None, sa_type=Moment)
    warn_at: datetime | None = Field(default=None, sa_type=Moment)
    #: When the sweep must look at it again; None when there is nothing left to say.
    next_at: datetime | None = Field(default=None, sa_type=Moment)
    #: How far it was chased after it broke at this due moment: urged, listed, or not yet.
    rung: str | None = None
    met_at: datetime | None = Field(default=None, sa_type=Moment)
    paused_since: datetime | None = Field(default=None, sa_type=Moment)
    paused_for: str | None = None
    #: Ended pauses: [{from, to, ground}].
    paused: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    #: Days granted on top, of the unit the policy counts in.
    extended: int = 0

    @property
    def runs(self) -> bool:
        """Somebody is being waited for."""
        return self.state in (ClockState.RUNNING, ClockState.BREACHED)

    @property
    def chased(self) -> str | None:
        """How far it is chased now: nobody is who has answered or need not."""
        return self.rung if self.state == ClockState.BREACHED else None


class ClockEvent(Row, table=True):
    """What was said about a clock. The key makes it said once, whatever crashes."""

    __tablename__ = "clock_event"
    __table_args__ = (
        PrimaryKeyConstraint("clock_id", "kind", "due_at"),
        one_of("kind", Notice),
        # How late were breaches of the last hour noticed?
        Index("clock_event_breached", "fired_at", postgresql_where=text("kind = 'breached'")),
    )

    clock_id: UUID = Field(foreign_key="clock.id")
    kind: str
    due_at: datetime = Field(sa_type=Moment)
    fired_at: datetime = Field(sa_type=Moment)
    #: Where the timeline tells it.
    seq: int
