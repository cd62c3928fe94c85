"""A change of the calendar or of the table of promises, from its first draft to the last clock it moved."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, PrimaryKeyConstraint, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from tickets.ground.columns import Moment, Row, new_id, one_of


class RuleKind(StrEnum):
    """Which of the two it changes."""

    CALENDAR = "calendar"
    POLICIES = "policies"


class ChangeState(StrEnum):
    """How far it has come."""

    #: Somebody is still writing it.
    DRAFT = "draft"
    #: It waits for a second person.
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


#: Nobody can begin another one of the kind meanwhile.
UNFINISHED = (ChangeState.DRAFT, ChangeState.SUBMITTED)


class RuleChange(Row, table=True):
    """One proposal: the whole calendar or the whole table as it would be."""

    __tablename__ = "rule_change"
    __table_args__ = (
        one_of("kind", RuleKind),
        one_of("state", ChangeState),
        Index(
            "rule_change_unfinished",
            "kind",
            unique=True,
            postgresql_where=text("state in ('draft', 'submitted')"),
        ),
        Index("rule_change_made", "kind", "made_at"),
        Index(
            "rule_change_at_work",
            "decided_at",
            postgresql_where=text("state = 'approved' and done_at is null"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str
    state: str = ChangeState.DRAFT
    #: The calendar's data, or {"policies": [rows]}.
    data: dict[str, Any] = Field(sa_type=JSONB)
    #: What was pasted or handed in as a file, to the letter.
    source: str | None = Field(default=None, sa_type=Text)
    #: The notice, law or decision it rests on.
    basis: str = ""
    #: Open clocks are counted anew; otherwise it holds for those that start from then on.
    recompute: bool = True
    made_by: str
    #: The human being behind the account: nobody approves what they asked for with another one.
    made_by_person: str
    made_at: datetime = Field(sa_type=Moment)
    submitted_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    #: What was said with the decision.
    said: str = ""
    #: The version of the calendar that came of it.
    version: int | None = None
    #: When the tickets it may move were written down; None while that is still to do.
    listed_at: datetime | None = Field(default=None, sa_type=Moment)
    #: When the last of them had been looked at.
    done_at: datetime | None = Field(default=None, sa_type=Moment)
    #: Clocks that are due at another moment because of it.
    moved: int = 0
    #: What a year of tickets would have been under it, when somebody asked: {at, tickets, rows}.
    simulation: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))


class RuleWork(Row, table=True):
    """A ticket whose open clocks an approved change has still to look at."""

    __tablename__ = "rule_work"
    __table_args__ = (PrimaryKeyConstraint("change_id", "ticket_id"),)

    change_id: UUID = Field(foreign_key="rule_change.id")
    ticket_id: int = Field(sa_column=Column(BigInteger, ForeignKey("ticket.id"), nullable=False))
