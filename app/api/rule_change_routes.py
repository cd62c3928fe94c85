"""The routes of `/api/v1` on which rules are changed: drafted by one, decided by another, none silently."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, after_this_request, g
from pydantic import AfterValidator, Field

from app.access.accounts import Role, Viewer
from app.admin.fields import Sentence
from app.api import rule_changes
from app.api.answers import json_response, list_response, read_cursor
from app.api.bodies import Note, PageQuery
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.house import house
from app.rulemaking import calendars, changing, policies
from app.rulemaking.changing import DECIDERS, READERS
from app.rulemaking.rows import ChangeState, RuleChange, RuleKind
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound
from tickets.intake.draft import Strict, storable
from tickets.ticket.requests import check_refusal

rule_changes_api = APIBlueprint(
    "rule_changes_api", __name__, url_prefix="/api/v1/sla/changes", tag="rule changes"
)

#: A whole table of promises is longer than any matter.
MOST_FILE = 400_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class NoSuchChange(NotFound):
    """There is no such change for this viewer."""

    code = "no_such_change"


class ChangesQuery(PageQuery):
    """Which changes."""

    kind: RuleKind | None = None
    state: ChangeState | None = None


class DraftBody(Strict):
    """A whole table or calendar as `sla export` writes it, or a year's notice that goes into the calendar."""

    kind: RuleKind
    text: Annotated[str, Field(min_length=1, max_length=MOST_FILE), AfterValidator(storable)]
    #: Of a notice that does not name it.
    year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    basis: Sentence = ""


class SubmitBody(Strict):
    """What it rests on, and whether open clocks are counted anew."""

    basis: Sentence = ""
    recompute: bool


class WithdrawBody(Strict):
    """Nothing to say."""


class DecideChangeBody(Strict):
    """Granted or refused, a refusal with words."""

    grant: bool
    text: Note = ""


@rule_changes_api.get("")
@staff_only
@rule_changes_api.input(ChangesQuery, location="query", arg_name="asked")
@rule_changes_api.output(rule_changes.RuleChangePage, description="Changes of the rules, newest first")
def list_changes(asked: ChangesQuery) -> Response:
    """List changes of the calendar and of the table of promises, newest first."""
    _only(READERS)
    cursor = read_cursor(asked.cursor)
    rows = changing.changes_before(
        g.desk.session,
        kind=asked.kind,
        state=asked.state,
        before=None if cursor is None else _moment_of(cursor),
        most=asked.limit + 1,
    )
    return list_response(
        rows,
        limit=asked.limit,
        document=rule_changes.change_document,
        key=lambda row: (row.made_at - _EPOCH) // _MICROSECOND,
    )


@rule_changes_api.get("/<change_id>")
@staff_only
@rule_changes_api.output(rule_changes.WholeRuleChangeDocument, description="The change and all it says")
def read_change(change_id: str) -> Response:
    """Read one change."""
    try:
        found = g.desk.session.get(RuleChange, UUID(change_id))
    except ValueError:
        found = None
    return json_response(rule_changes.whole_document(_known(found)))


@rule_changes_api.post("")
@once
@staff_only
@rule_changes_api.input(DraftBody, arg_name="body")
@rule_changes_api.output(rule_changes.WholeRuleChangeDocument, status_code=201, description="The draft")
def draft_change(body: DraftBody) -> Response:
    """Draft a change; it replaces one's own draft of the kind."""
    desk: Desk = g.desk
    if body.kind is RuleKind.POLICIES:
        data = policies.to_data(policies.of_toml(body.text))
    else:
        data = calendars.read_calendar(body.text, changing.calendar_to_change(desk), body.year).to_data()

    def act() -> Answer:
        _only((Role.ADMIN,))
        made = changing.draft(desk, body.kind, data, basis=body.basis, source=body.text)
        return Answer(201, rule_changes.whole_document(made))

    return answered(desk, key_of_request(), act)


@rule_changes_api.post("/<change_id>/submit")
@once
@staff_only
@rule_changes_api.input(SubmitBody, arg_name="body")
@rule_changes_api.output(rule_changes.WholeRuleChangeDocument, description="The change, submitted")
def submit_change(change_id: str, body: SubmitBody) -> Response:
    """Lay a draft before a second person."""
    change = _locked(change_id)

    def act() -> Answer:
        _only((Role.ADMIN,))
        changing.submit(g.desk, change, basis=body.basis or change.basis, recompute=body.recompute)
        return Answer(200, rule_changes.whole_document(change))

    return answered(g.desk, key_of_request(), act)


@rule_changes_api.post("/<change_id>/withdraw")
@once
@staff_only
@rule_changes_api.input(WithdrawBody, arg_name="body")
@rule_changes_api.output(rule_changes.WholeRuleChangeDocument, description="The change, withdrawn")
def withdraw_change(change_id: str, body: WithdrawBody) -> Response:
    """Give up a change that was not decided yet."""
    change = _locked(change_id)

    def act() -> Answer:
        _only((Role.ADMIN,))
        changing.withdraw(g.desk, change)
        return Answer(200, rule_changes.whole_document(change))

    return answered(g.desk, key_of_request(), act)


@rule_changes_api.post("/<change_id>/decide")
@once
@staff_only
@rule_changes_api.input(DecideChangeBody, arg_name="body")
@rule_changes_api.output(rule_changes.WholeRuleChangeDocument, description="The change, decided")
def decide_change(change_id: str, body: DecideChangeBody) -> Response:
    """Put a submitted change in force, or refuse it. Nobody decides on what they drafted themselves."""
    change = _locked(change_id)
    check_refusal(grant=body.grant, text=body.text)

    @after_this_request
    def forget(response: Response) -> Response:
        house().shelf.forget()
        return response

    def act() -> Answer:
        _only(DECIDERS)
        changing.decide(g.desk, change, grant=body.grant, text=body.text)
        return Answer(200, rule_changes.whole_document(change))

    return answered(g.desk, key_of_request(), act)


def _only(roles: Sequence[Role]) -> None:
    viewer: Viewer = g.viewer
    if viewer.role not in roles:
        raise NotForYou


def _known(change: RuleChange | None) -> RuleChange:
    viewer: Viewer = g.viewer
    if change is None or viewer.role not in READERS:
        raise NoSuchChange
    return change


def _locked(change_id: str) -> RuleChange:
    return _known(changing.by_id(g.desk, change_id))


def _moment_of(cursor: int) -> datetime | None:
    try:
        return _EPOCH + cursor * _MICROSECOND
    except OverflowError:
        return None
