"""The routes of `/api/v1/assistance/payments`: sheets, what was paid, what differs."""

from base64 import b64decode
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from app.access.rules import RULES
from app.api.answers import cursor_of, json_response, read_cursor
from app.api.documents import moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.household_models import FaultDocument, of_base64
from app.api.idempotency import Answer
from app.assistance import payment_lists
from app.assistance.area import Area, area_of, household_for
from app.assistance.payment_lists import OfMonth, Settling
from app.assistance.payments import take_sheet
from app.language.sentences import field_sentence
from tickets.assistance.payments import Finding, Outcome
from tickets.assistance.words import Scheme
from tickets.ground.desk import Desk

payments_api = APIBlueprint(
    "payments_api", __name__, url_prefix="/api/v1/assistance/payments", tag="benefit payments"
)

#: Findings of one answer: what is open comes first.
MOST = 500


class PaidQuery(OfMonth):
    """Whose payments: of a month, under a scheme."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=100)] | None = None


class SheetBody(OfMonth):
    """A payment sheet as base64; a dry run reads and checks it and writes nothing."""

    content: Annotated[str, StringConstraints(min_length=1), AfterValidator(of_base64)]
    dry_run: bool = True


class PaymentSheetDocument(BaseModel):
    """What became of a payment sheet; with a fault anywhere nothing was written."""

    dry_run: bool
    written: bool
    lines: int
    fen: int
    households: int
    changed: int
    unknown: int
    unread: list[str]
    faults: list[FaultDocument]


class PaidDocument(BaseModel):
    """What a household was paid, in fen."""

    household: int
    division: str
    fen: int
    persons: int


class SheetTaken(BaseModel):
    """A payment sheet that was brought in."""

    id: UUID
    lines: int
    fen: int
    by: str
    at: str


class PaidPage(BaseModel):
    """The households paid, by number, with the totals of all of them, and the sheets."""

    month: date
    scheme: Scheme
    households: int
    fen: int
    #: Households that stand on a sheet.
    on_sheets: int
    sheets: list[SheetTaken]
    items: list[PaidDocument]
    next: str | None


class FindingDocument(BaseModel):
    """Where a payment differs from the register: a question to a person, never a decision."""

    finding: Finding
    household: int | None
    division: str | None
    sheet: UUID | None
    line: int | None
    expected: int | None
    paid: int
    outcome: Outcome | None
    by: str | None


class FindingPage(BaseModel):
    """What is open first."""

    items: list[FindingDocument]
    #: How many there are, shown or not, and how many of them are open.
    all: int
    open: int


def _area() -> Area:
    found = area_of(g.desk.rules, g.viewer, "keep_households")
    if not found:
        raise NotForYou
    return found


@payments_api.get("")
@staff_only
@payments_api.input(PaidQuery, location="query", arg_name="asked")
@payments_api.output(PaidPage, description="What was paid in the month, and to whom")
def list_payments(asked: PaidQuery) -> Response:
    """List what was paid in one's area for a month under a scheme."""
    desk: Desk = g.desk
    after = read_cursor(asked.cursor)
    area = _area()
    total = payment_lists.total_of(desk, area, asked.first, asked.scheme)
    rows = payment_lists.benefits_in(desk, area, asked, after=after, limit=asked.limit)
    shown = rows[: asked.limit]
    plain = ("id", "lines", "fen", "by")
    return json_response(
        {
            "month": asked.first.isoformat(),
            "scheme": asked.scheme,
            **vars(total),
            "sheets": [
                {**row.model_dump(mode="json", include=set(plain)), "at": moment(row.at)}
                for row in payment_lists.sheets_of(desk, area, g.viewer, asked)
            ],
            "items": [
                {"household": row.household_id, "division": at, "fen": row.fen, "persons": row.persons}
                for row, at in shown
            ],
            "next": cursor_of(shown[-1][0].household_id) if len(rows) > asked.limit else None,
        }
    )


@payments_api.post("")
@once
@staff_only
@payments_api.input(SheetBody, arg_name="body")
@payments_api.output(PaymentSheetDocument, description="What became of the sheet")
def take_payments(body: SheetBody) -> Response:
    """Bring in a payment sheet, whole or not at all; by itself a dry run."""

    def act() -> Answer:
        _area()
        taken = take_sheet(g.desk, g.viewer, b64decode(body.content), body, dry_run=body.dry_run)
        counts = ("written", "lines", "fen", "households", "changed", "unknown")
        faults = [
            {"line": fault.line, "column": fault.column, "message": said.message, "remedy": said.remedy}
            for fault, said in ((fault, field_sentence(fault.bad)) for fault in taken.faults)
        ]
        told: dict[str, Any] = {name: getattr(taken, name) for name in counts}
        return Answer(200, {"dry_run": body.dry_run, **told, "unread": [*taken.unread], "faults": faults})

    return answered(g.desk, key_of_request(), act)


@payments_api.get("/findings")
@staff_only
@payments_api.input(OfMonth, location="query", arg_name="asked")
@payments_api.output(FindingPage, description="Where payments differ from the register")
def list_payment_findings(asked: OfMonth) -> Response:
    """Hold the payments of a month against the register."""
    return json_response(_findings(asked))


@payments_api.post("/findings/settle")
@once
@staff_only
@payments_api.input(Settling, arg_name="body")
@payments_api.output(FindingPage, description="The findings after it")
def settle_payment_finding(body: Settling) -> Response:
    """Say what a finding was found to be; `reopened` takes it back."""
    if body.household is not None:
        household_for(g.desk, g.viewer, body.household)

    def act() -> Answer:
        if g.viewer.role not in RULES.assistance["keep_households"]:
            raise NotForYou
        _area()
        payment_lists.settle(g.desk, g.viewer, body)
        g.desk.clear()
        return Answer(200, _findings(body))

    return answered(g.desk, key_of_request(), act)


def _findings(asked: OfMonth) -> dict[str, Any]:
    found = payment_lists.findings(g.desk, _area(), g.viewer, asked)
    items = [{**vars(one), "sheet": str(one.sheet) if one.sheet else None} for one in found[:MOST]]
    return {"items": items, "all": len(found), "open": sum(one.outcome is None for one in found)}
