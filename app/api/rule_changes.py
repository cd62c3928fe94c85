"""What the API tells of a change of the rules."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from app.api.documents import Document, moment
from app.rulemaking import policies
from app.rulemaking.rows import RuleChange, RuleKind


class RuleChangeDocument(BaseModel):
    """A change of the calendar or of the table of promises, on its way or decided."""

    id: str
    #: calendar or policies.
    kind: str
    #: draft, submitted, approved, refused or withdrawn.
    state: str
    basis: str
    #: Open clocks are counted anew; otherwise it holds for those that start from then on.
    recompute: bool
    made_by: str
    made_at: datetime
    submitted_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    #: What was said with the decision.
    said: str
    #: The version of the calendar that came of it.
    calendar_version: int | None
    #: When the last clock it may move had been looked at, and how many moved.
    done_at: datetime | None
    moved: int


class FaultDocument(BaseModel):
    """What is wrong with a table as a whole: ambiguous, gap or unreachable."""

    fault: str
    clock: str
    codes: list[str]


class WholeRuleChangeDocument(RuleChangeDocument):
    """A change with all it says."""

    #: The calendar as it would be, or {policies: [rows]}.
    data: dict[str, Any]
    #: Of a table: what nobody could put in force.
    faults: list[FaultDocument]


class RuleChangePage(BaseModel):
    """A page of changes, newest first."""

    items: list[RuleChangeDocument]
    next: str | None


def change_document(change: RuleChange) -> Document:
    """A change, without what it says."""
    return {
        "id": str(change.id),
        "kind": change.kind,
        "state": change.state,
        "basis": change.basis,
        "recompute": change.recompute,
        "made_by": change.made_by,
        "made_at": moment(change.made_at),
        "submitted_at": moment(change.submitted_at),
        "decided_by": change.decided_by,
        "decided_at": moment(change.decided_at),
        "said": change.said,
        "calendar_version": change.version,
        "done_at": moment(change.done_at),
        "moved": change.moved,
    }


def whole_document(change: RuleChange) -> Document:
    """A change with all it says, and what is wrong with it as a whole."""
    is_table = change.kind == RuleKind.POLICIES
    faults = policies.faults_of(policies.of_data(change.data)) if is_table else []
    told = [{"fault": one.fault, "clock": one.clock, "codes": list(one.codes)} for one in faults]
    return {**change_document(change), "data": change.data, "faults": told}
