"""The routes of `/api/v1/policies`: the policy library, read by all of the staff, kept by its owners."""

from datetime import date
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g

from app.access.accounts import Viewer
from app.access.rules import RULES
from app.api import library_models as models
from app.api.answers import json_response, list_response, read_cursor
from app.api.documents import moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.assistance import policy_items
from app.assistance.policy_items import NewPolicy, NoSuchPolicy, PolicyAmendment
from app.reading import library as reading
from tickets.assistance.matching import matching
from tickets.assistance.policy_items import PolicyItem, versions_of
from tickets.ground.desk import Desk

library_api = APIBlueprint("library_api", __name__, url_prefix="/api/v1/policies", tag="policies")


@library_api.get("")
@staff_only
@library_api.input(models.LibraryQuery, location="query", arg_name="asked")
@library_api.output(models.PolicyItemPage, description="The items as they are now, newest first")
def list_policy_items(asked: models.LibraryQuery) -> Response:
    """List the policy library, or what of it has all words of `q`."""
    desk: Desk = g.desk
    rows = reading.found(
        desk.session,
        before=read_cursor(asked.cursor),
        **asked.model_dump(exclude={"cursor"}),
    )
    day = desk.today()
    return list_response(
        rows, limit=asked.limit, document=lambda row: item_document(row, day), key=lambda row: row.id or 0
    )


@library_api.get("/matching")
@staff_only
@library_api.input(models.MatchingQuery, location="query", arg_name="asked")
@library_api.output(models.PolicyMatchPage, description="What it may be about, the likeliest first")
def match_policies(asked: models.MatchingQuery) -> Response:
    """Say which items the words of a citizen may be about, and which words say so."""
    day = g.desk.today()
    found = matching(g.desk.session, asked.text, day, asked.limit)
    items = [{"policy": item_document(one.item, day), "reason": [*one.reason]} for one in found]
    return json_response({"items": items, "next": None})


@library_api.get("/ringing")
@staff_only
@library_api.output(models.RingingPage, description="What ends soon, has ended, or was long not confirmed")
def list_ringing() -> Response:
    """List what this account has to confirm or amend."""
    day = g.desk.today()
    rings = reading.rings_for(g.desk.session, g.viewer, day)
    items = [item_document(row, day) for row in rings.items]
    return json_response({"items": items, "next": None, "count": rings.count})


@library_api.get("/gaps")
@staff_only
@library_api.output(models.GapPage, description="Categories answered without an item, most first")
def list_gaps() -> Response:
    """List in which categories matters were answered within 90 days without an item of the library."""
    gaps = reading.gaps_for(g.desk, g.viewer)
    items = [
        {"category": gap.category, "owner": gap.owner, "count": gap.count, "last": moment(gap.last)}
        for gap in gaps
    ]
    return json_response({"items": items, "next": None})


@library_api.get("/<code>")
@staff_only
@library_api.output(models.PolicyItemPage, description="Every version of it, newest first")
def read_policy_item(code: str) -> Response:
    """Read one item and what it said before."""
    rows = [] if "\0" in code else versions_of(g.desk.session, code)
    if not rows:
        raise NoSuchPolicy
    day = g.desk.today()
    return json_response({"items": [item_document(row, day) for row in rows], "next": None})


@library_api.post("")
@once
@staff_only
@library_api.input(NewPolicy, arg_name="body")
@library_api.output(models.PolicyItemDocument, status_code=201, description="The new item")
def add_policy_item(body: NewPolicy) -> Response:
    """Add an item to the library."""

    def act() -> Answer:
        _keepers_only()
        return _answer(201, policy_items.add_policy(g.desk, g.viewer, body))

    return answered(g.desk, key_of_request(), act)


@library_api.post("/<code>/amend")
@once
@staff_only
@library_api.input(PolicyAmendment, arg_name="body")
@library_api.output(models.PolicyItemDocument, description="The new version")
def amend_policy_item(code: str, body: PolicyAmendment) -> Response:
    """Say what an item says from now on, as a new version."""

    def act() -> Answer:
        _keepers_only()
        return _answer(200, policy_items.amend_policy(g.desk, g.viewer, code, body))

    return answered(g.desk, key_of_request(), act)


@library_api.post("/<code>/confirm")
@once
@staff_only
@library_api.output(models.PolicyItemDocument, description="The item, confirmed")
def confirm_policy_item(code: str) -> Response:
    """Confirm that an item still holds unchanged."""

    def act() -> Answer:
        _keepers_only()
        return _answer(200, policy_items.confirm_policy(g.desk, g.viewer, code))

    return answered(g.desk, key_of_request(), act)


def _keepers_only() -> None:
    viewer: Viewer = g.viewer
    if viewer.role not in RULES.assistance["keep_policies"]:
        raise NotForYou


def _answer(status: int, item: PolicyItem) -> Answer:
    return Answer(status, item_document(item, g.desk.today()))


def item_document(item: PolicyItem, day: date) -> dict[str, Any]:
    """One version of an item, as it stands on *day*."""
    facts = policy_items.PolicyFacts.model_validate(item.facts).model_dump(mode="json")
    plain = ("code", "version", "owner", "theme", "title", "answer", "conditions", "materials", "channel")
    more = ("office", "phone", "source", "link", "keywords")
    return {
        **{name: getattr(item, name) for name in (*plain, *more)},
        "facts": facts,
        "valid_from": item.valid_from.isoformat(),
        "valid_to": item.valid_to.isoformat() if item.valid_to else None,
        "standing": item.standing(day),
        "made_at": moment(item.made_at),
        "confirmed_at": moment(item.confirmed_at),
    }
