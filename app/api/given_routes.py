"""The routes of `/api/v1` for temporary aid and services given to a household."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import BaseModel

from app.access.rules import RULES
from app.api.answers import json_response
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.assistance.area import household_for
from app.assistance.given import AidWords, ServiceWords, given_to, note_aid, note_service
from tickets.assistance.given import Team
from tickets.assistance.households import Household
from tickets.ground.desk import Desk

given_api = APIBlueprint("given_api", __name__, url_prefix="/api/v1/assistance/households", tag="given aid")


class AidDocument(BaseModel):
    """A case of temporary aid."""

    id: UUID
    paid_on: date
    fen: int
    persons: int


class ServiceDocument(BaseModel):
    """A service of a team to somebody of the household."""

    id: UUID
    member: UUID
    team_kind: Team
    team: str
    served_on: date


class GivenDocument(BaseModel):
    """What was given to a household beside its monthly benefits, the newest first."""

    household: int
    temporary_aid: list[AidDocument]
    services: list[ServiceDocument]


def _document(household: Household) -> dict[str, Any]:
    aid, services = given_to(g.desk.session, household)
    return {
        "household": household.id,
        "temporary_aid": [row.model_dump(mode="json", exclude={"household_id"}) for row in aid],
        "services": [
            {
                "member": str(row.member_id),
                **row.model_dump(mode="json", exclude={"household_id", "member_id"}),
            }
            for row in services
        ],
    }


@given_api.get("/<int:number>/given")
@staff_only
@given_api.output(GivenDocument, description="Temporary aid and services")
def read_given(number: int) -> Response:
    """Read what was given to a household beside its monthly benefits."""
    return json_response(_document(household_for(g.desk, g.viewer, number)))


@given_api.post("/<int:number>/temporary-aid")
@once
@staff_only
@given_api.input(AidWords, arg_name="body")
@given_api.output(GivenDocument, description="What was given to the household, with this")
def give_aid(number: int, body: AidWords) -> Response:
    """Write down a case of temporary aid."""
    return _done(number, "keep_households", lambda desk, one: note_aid(desk, one, body))


@given_api.post("/<int:number>/services")
@once
@staff_only
@given_api.input(ServiceWords, arg_name="body")
@given_api.output(GivenDocument, description="What was given to the household, with this")
def give_service(number: int, body: ServiceWords) -> Response:
    """Write down that a team served somebody of the household: one person-time."""
    return _done(number, "note_events", lambda desk, one: note_service(desk, one, body))


def _done(number: int, work: str, act: Callable[[Desk, Household], object]) -> Response:
    desk: Desk = g.desk
    # First whether it is there for this viewer (404), then whether they may (403).
    household_for(desk, g.viewer, number)

    def once_more() -> Answer:
        if g.viewer.role not in RULES.assistance[work]:
            raise NotForYou
        household = household_for(desk, g.viewer, number, work, lock=True)
        act(desk, household)
        desk.clear()
        return Answer(200, _document(household))

    return answered(desk, key_of_request(), once_more)
