"""The routes of `/api/v1/assistance/referrals`: needs sent to departments, and what came of them."""

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g

from app.api import referral_models as models
from app.api.answers import json_response, list_response, read_cursor
from app.api.documents import moment
from app.api.doors import answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.assistance import referrals as work
from app.assistance.area import household_for
from app.assistance.referrals import NewReferral, ReferralRead, ReferralWords
from app.reading.referrals import ReferralLine, WantedReferrals, crossings, name_of, referrals_for
from tickets.assistance.packages import PACKAGES
from tickets.assistance.referrals import Referral, ReferralMove
from tickets.ground.desk import Desk

referrals_api = APIBlueprint(
    "referrals_api", __name__, url_prefix="/api/v1/assistance/referrals", tag="referrals"
)


class NewReferralBody(NewReferral):
    """A need of somebody of a household."""

    household: int


@referrals_api.get("")
@staff_only
@referrals_api.input(models.ReferralsQuery, location="query", arg_name="asked")
@referrals_api.output(models.ReferralPage, description="Those this account may know of, newest first")
def list_referrals(asked: models.ReferralsQuery) -> Response:
    """List referrals sent to one's own unit, or of households of one's area."""
    wanted = WantedReferrals(**asked.model_dump(exclude={"limit", "cursor"}))
    lines = referrals_for(g.desk, g.viewer, wanted, before=read_cursor(asked.cursor), limit=asked.limit)
    return list_response(
        lines, limit=asked.limit, document=referral_document, key=lambda line: line.referral.id
    )


@referrals_api.get("/matrix")
@staff_only
@referrals_api.output(models.MatrixPage, description="From where to where, how many, what became of them")
def referral_matrix() -> Response:
    """Count the referrals this account may know of by the way they went."""
    return json_response({"items": [asdict(one) for one in crossings(g.desk, g.viewer)], "next": None})


@referrals_api.get("/packages")
@staff_only
@referrals_api.output(models.OfferedPackagePage, description="For each sort of help the fields it may have")
def list_packages() -> Response:
    """List what may be handed over at most for each sort of help, and the law it rests on."""
    items = [
        {"theme": theme, "fields": [*package.fields], "basis": package.basis}
        for theme, package in PACKAGES.items()
    ]
    return json_response({"items": items, "next": None})


@referrals_api.post("")
@once
@staff_only
@referrals_api.input(NewReferralBody, arg_name="body")
@referrals_api.output(models.ReferralDocument, status_code=201, description="The new referral")
def send_referral(body: NewReferralBody) -> Response:
    """Send a need of somebody of a household to a department."""

    def act() -> Answer:
        household = household_for(g.desk, g.viewer, body.household, "send_referrals", lock=True)
        row = work.send_referral(g.desk, g.viewer, household, body)
        g.desk.clear()
        return Answer(201, _whole(g.desk, row))

    return answered(g.desk, key_of_request(), act)


@referrals_api.get("/<int:number>")
@staff_only
@referrals_api.output(models.ReferralDocument, description="The referral, without what was handed over")
def read_referral(number: int) -> Response:
    """Read one referral."""
    return json_response(_whole(g.desk, work.referral_for(g.desk, g.viewer, number)))


@referrals_api.post("/<int:number>/open")
@staff_only
@referrals_api.output(models.PackageDocument, description="What was handed over, in clear")
def open_referral(number: int) -> Response:
    """Open what was handed over. Each look is a hand-over and a fact of the household."""
    row, opened = work.open_package(g.desk, g.viewer, number)
    # Never stored as the answer to a key: each look is a fact.
    return json_response({**opened, "basis": row.basis})


@referrals_api.post("/<int:number>/receive")
@once
@staff_only
@referrals_api.input(ReferralRead, arg_name="body")
@referrals_api.output(models.ReferralDocument, description="The referral after it")
def receive_referral(number: int, body: ReferralRead) -> Response:
    """Say that a referral was received."""
    return _moved(number, ReferralMove.RECEIVE, body.version)


@referrals_api.post("/<int:number>/refuse")
@once
@staff_only
@referrals_api.input(ReferralWords, arg_name="body")
@referrals_api.output(models.ReferralDocument, description="The referral after it")
def refuse_referral(number: int, body: ReferralWords) -> Response:
    """Refuse a referral with a reason."""
    return _moved(number, ReferralMove.REFUSE, body.version, body.text)


@referrals_api.post("/<int:number>/answer")
@once
@staff_only
@referrals_api.input(ReferralWords, arg_name="body")
@referrals_api.output(models.ReferralDocument, description="The referral after it")
def answer_referral(number: int, body: ReferralWords) -> Response:
    """Say what came of a referral."""
    return _moved(number, ReferralMove.ANSWER, body.version, body.text)


def _moved(number: int, move: ReferralMove, version: int, words: str | None = None) -> Response:
    def act() -> Answer:
        row = work.move_referral(g.desk, g.viewer, number, move, version, words)
        return Answer(200, _whole(g.desk, row))

    return answered(g.desk, key_of_request(), act)


def _whole(desk: Desk, row: Referral) -> dict[str, Any]:
    return referral_document(ReferralLine(row, name_of(desk, row), row.is_late(desk.now())))


def referral_document(line: ReferralLine) -> dict[str, Any]:
    """A referral as the API tells it."""
    row = line.referral
    kept = ("from_unit", "to_unit", "theme", "basis", "state", "version", "opened")
    moments = ("sent_at", "receipt_due", "result_due", "received_at", "ended_at", "erased_at")
    return {
        "id": row.id,
        "household": row.household_id,
        "member": str(row.member_id),
        "name": line.name,
        "fields": [*row.fields],
        **{name: getattr(row, name) for name in kept},
        **{name: moment(getattr(row, name)) for name in moments},
        "late": line.late,
        "answer": row.answer_in(g.desk.vault),
        "moves": [*work.moves_of(g.viewer, row)],
    }
