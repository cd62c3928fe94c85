"""The routes of `/api/v1/assistance/households`: the register, each within the own area."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, g

from app.access.accounts import Viewer
from app.access.rules import RULES
from app.api import household_models as models
from app.api.answers import json_response, list_response, read_cursor
from app.api.documents import moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.assistance import households as register
from app.assistance import members as people
from app.assistance.area import household_for
from app.assistance.bodies import (
    BenefitWords,
    EventWords,
    HouseholdAmendment,
    MemberAmendment,
    MemberLeft,
    MemberWords,
    NewHousehold,
    StateChange,
)
from app.assistance.importing.upload import take
from app.house import most_looks
from app.language.sentences import field_sentence
from app.reading.households import Line, Wanted, hints_for, households_for
from tickets.assistance.households import Household, Member
from tickets.assistance.ledger import facts_of
from tickets.assistance.policy_items import current_item
from tickets.assistance.words import Kinship
from tickets.ground.desk import Desk
from tickets.ground.errors import bad_field

households_api = APIBlueprint(
    "households_api", __name__, url_prefix="/api/v1/assistance/households", tag="households"
)


@households_api.get("")
@staff_only
@households_api.input(models.HouseholdsQuery, location="query", arg_name="asked")
@households_api.output(models.HouseholdPage, description="The households of one's area, newest first")
def list_households(asked: models.HouseholdsQuery) -> Response:
    """List the households of one's own area."""
    desk: Desk = g.desk
    item = current_item(desk.session, asked.policy) if asked.policy else None
    if asked.policy and item is None:
        raise bad_field("policy", "unknown_policy", given=asked.policy)
    said = asked.model_dump(exclude={"limit", "cursor", "policy"})
    before = read_cursor(asked.cursor)
    lines = households_for(desk, g.viewer, Wanted(**said, policy=item), before=before, limit=asked.limit)
    return list_response(
        lines, limit=asked.limit, document=household_document, key=lambda line: line.household.id
    )


@households_api.post("")
@once
@staff_only
@households_api.input(NewHousehold, arg_name="body")
@households_api.output(models.WholeHouseholdDocument, status_code=201, description="The new household")
def add_household(body: NewHousehold) -> Response:
    """Put a household on the register."""

    def act() -> Answer:
        _only("keep_households")
        made = register.add_household(g.desk, g.viewer, body)
        g.desk.clear()
        return Answer(201, whole_document(g.desk, made))

    return answered(g.desk, key_of_request(), act)


@households_api.post("/import")
@once
@staff_only
@households_api.input(models.ImportBody, arg_name="body")
@households_api.output(models.ImportDocument, description="What became of the file")
def import_households(body: models.ImportBody) -> Response:
    """Bring a spreadsheet into the register; by itself a dry run."""

    def act() -> Answer:
        _only("keep_households")
        outcome = take(g.desk, g.viewer, b64decode(body.content), kind=body.kind, dry_run=body.dry_run)
        brought, read = outcome.brought, outcome.read
        said = [(fault, field_sentence(fault.bad)) for fault in brought.faults]
        faults = [
            {"line": fault.line, "column": fault.column, "message": one.message, "remedy": one.remedy}
            for fault, one in said
        ]
        counts = {name: getattr(brought, name) for name in ("added", "changed", "unchanged")}
        told = {"dry_run": outcome.dry_run, "lines": read.lines, "unread": [*read.unread]}
        return Answer(200, {**told, **counts, "faults": faults})

    return answered(g.desk, key_of_request(), act)


@households_api.get("/<int:number>")
@staff_only
@households_api.output(models.WholeHouseholdDocument, description="The household, its people masked")
def read_household(number: int) -> Response:
    """Read one household."""
    return json_response(whole_document(g.desk, household_for(g.desk, g.viewer, number)))


@households_api.get("/<int:number>/facts")
@staff_only
@households_api.output(models.HouseholdFactPage, description="What was done to it, newest first")
def read_household_facts(number: int) -> Response:
    """Read what was done to a household."""
    rows = facts_of(g.desk.session, household_for(g.desk, g.viewer, number).id)
    items = [{**row.model_dump(exclude={"household_id", "hash"}), "at": moment(row.at)} for row in rows]
    return json_response({"items": items, "next": None})


@households_api.post("/<int:number>/clear")
@staff_only
@households_api.input(models.ReasonBody, arg_name="body")
@households_api.output(models.ClearDocument, description="Who they are, in clear")
def clear_household(number: int, body: models.ReasonBody) -> Response:
    """Show who the people of a household are. The look and its reason are a fact."""
    household = household_for(g.desk, g.viewer, number, "clear_households", lock=True)
    most = most_looks(g.viewer)
    # Never stored as the answer to a key: it must be asked for anew, and each look is a fact.
    return json_response(register.show_household(g.desk, g.viewer, household, body.reason, most=most))


@households_api.post("/<int:number>/amend")
@once
@staff_only
@households_api.input(HouseholdAmendment, arg_name="body")
@households_api.output(models.WholeHouseholdDocument, description="The household after it")
def amend_household(number: int, body: HouseholdAmendment) -> Response:
    """Change what is known of a household as a whole."""
    return _done(number, lambda one: register.amend_household(g.desk, g.viewer, one, body))


@households_api.post("/<int:number>/state")
@once
@staff_only
@households_api.input(StateChange, arg_name="body")
@households_api.output(models.WholeHouseholdDocument, description="The household after it")
def change_household_state(number: int, body: StateChange) -> Response:
    """Let a household fade out, end, or be taken up again."""
    return _done(number, lambda one: register.change_state(g.desk, one, body))


@households_api.post("/<int:number>/members")
@once
@staff_only
@households_api.input(MemberWords, arg_name="body")
@households_api.output(models.WholeHouseholdDocument, description="The household after it")
def add_household_member(number: int, body: MemberWords) -> Response:
    """Take somebody into a household."""
    return _done(number, lambda one: people.add_member(g.desk, one, body))


@households_api.post("/<int:number>/members/<uuid:member>/amend")
@once
@staff_only
@households_api.input(MemberAmendment, arg_name="body")
@households_api.output(models.WholeHouseholdDocument, description="The household after it")
def amend_household_member(number: int, member: UUID, body: MemberAmendment) -> Response:
    """Change what is known of somebody of a household."""

    def act(one: Household) -> None:
        people.amend_member(g.desk, one, people.member_of(g.desk, one, member), body)

    return _done(number, act)


@households_api.post("/<int:number>/members/<uuid:member>/left")
@once
@staff_only
@households_api.input(MemberLeft, arg_name="body")
@households_api.output(models.WholeHouseholdDocument, description="The household after it")
def leave_household(number: int, member: UUID, body: MemberLeft) -> Response:
    """Say that somebody is no longer of a household."""

    def act(one: Household) -> None:
        people.member_left(g.desk, one, people.member_of(g.desk, one, member), body)

    return _done(number, act)


@households_api.post("/<int:number>/events")
@once
@staff_only
@households_api.input(EventWords, arg_name="body")
@households_api.output(models.WholeHouseholdDocument, description="The household after it")
def note_household_event(number: int, body: EventWords) -> Response:
    """Write down what happened in the life of a household."""
    return _done(number, lambda one: register.note_event(g.desk, one, body), "note_events")


@households_api.post("/<int:number>/benefits")
@once
@staff_only
@households_api.input(BenefitWords, arg_name="body")
@households_api.output(models.WholeHouseholdDocument, description="The household after it")
def put_household_benefit(number: int, body: BenefitWords) -> Response:
    """Say what was paid to a household for one month under one scheme."""
    return _done(number, lambda one: register.put_benefit(g.desk, one, body))


def _done(number: int, act: Callable[[Household], object], work: str = "keep_households") -> Response:
    # First whether it is there for this viewer (404), then whether they may (403).
    household_for(g.desk, g.viewer, number)

    def once_more() -> Answer:
        _only(work)
        household = household_for(g.desk, g.viewer, number, work, lock=True)
        act(household)
        g.desk.clear()
        return Answer(200, whole_document(g.desk, household))

    return answered(g.desk, key_of_request(), once_more)


def _only(work: str) -> None:
    viewer: Viewer = g.viewer
    if viewer.role not in RULES.assistance[work]:
        raise NotForYou


def household_document(line: Line) -> dict[str, Any]:
    """A household as lists have it."""
    one = line.household
    plain = ("id", "version", "division", "kind", "state", "recheck", "related", "persons")
    return {
        **{name: getattr(one, name) for name in plain},
        "started_on": one.started_on.isoformat(),
        "ended_on": one.ended_on.isoformat() if one.ended_on else None,
        "recheck_on": one.recheck_on.isoformat(),
        "head": line.head.name_masked if line.head else None,
    }


def whole_document(desk: Desk, household: Household) -> dict[str, Any]:
    """A household with everybody in it, masked, and what it may apply for."""
    members = people.members_of(desk, household)
    head = next((row for row in members if row.kinship == Kinship.HEAD and row.left_on is None), None)
    return {
        **household_document(Line(household, head)),
        "members": [_member(row) for row in members],
        "hints": [
            {
                "policy": hint.item.code,
                "title": hint.item.title,
                "kind": hint.reason.kind,
                "traits": [*hint.reason.traits],
                "care": hint.reason.care,
                "age": hint.reason.age,
            }
            for hint in hints_for(desk, household, members)
        ],
        "benefits": [
            {"month": f"{row.month:%Y-%m}", "scheme": row.scheme, "fen": row.fen, "persons": row.persons}
            for row in register.benefits_of(desk, household)
        ],
    }


def _member(row: Member) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kinship": row.kinship,
        "name": row.name_masked,
        "phone": row.phone_masked,
        "born_in": row.born_in.isoformat() if row.born_in else None,
        "traits": row.traits,
        "care": row.care,
        "lost": row.lost,
        "left_on": row.left_on.isoformat() if row.left_on else None,
    }
