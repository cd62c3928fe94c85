"""The routes of `/api/v1` on which providers of texts are read, and their shares moved by hand."""

from collections.abc import Sequence
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, g
from pydantic import Field

from app.access.accounts import Role, Viewer
from app.admin.providers import RouteWanted, move_shares
from app.api import provider_models
from app.api.answers import json_response
from app.api.documents import moment
from app.api.doors import NotForYou, answered, key_of_request, once, staff_only
from app.api.idempotency import Answer
from app.house import house
from app.reading import providers as reading
from notifications.routes import ShiftRow, shifts_of
from tickets.intake.draft import Strict

providers_api = APIBlueprint("providers_api", __name__, url_prefix="/api/v1/providers", tag="providers")

READERS = (Role.ADMIN, Role.AUDITOR)


class ShiftsQuery(Strict):
    """How many."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50


@providers_api.get("")
@staff_only
@providers_api.output(provider_models.ProviderPage, description="Every provider that is set up")
def list_providers() -> Response:
    """List the providers and how they did in the last minutes."""
    _only(READERS)
    found = reading.standings(g.desk.session, house())
    return json_response({"items": [_provider(one) for one in found], "next": None})


@providers_api.get("/routes")
@staff_only
@providers_api.output(provider_models.RoutePage, description="Every route")
def list_routes() -> Response:
    """List which numbers lead to which providers."""
    _only(READERS)
    found = reading.routes(g.desk.session, house())
    return json_response({"items": [_route(one) for one in found], "next": None})


@providers_api.get("/shifts")
@staff_only
@providers_api.input(ShiftsQuery, location="query", arg_name="asked")
@providers_api.output(provider_models.ShiftPage, description="The newest moves of shares")
def list_shifts(asked: ShiftsQuery) -> Response:
    """List the newest moves of shares and why they were made."""
    _only(READERS)
    found = shifts_of(g.desk.session, most=asked.limit)
    return json_response({"items": [_shift(row) for row in found], "next": None})


@providers_api.post("/routes")
@once
@staff_only
@providers_api.input(RouteWanted, arg_name="body")
@providers_api.output(provider_models.RoutePage, description="Every route after it")
def move_route(body: RouteWanted) -> Response:
    """Move the shares of one prefix by hand, make a route, or take one away by naming no shares."""

    def act() -> Answer:
        _only((Role.ADMIN,))
        move_shares(g.desk, house().providers, body)
        found = reading.routes(g.desk.session, house())
        return Answer(200, {"items": [_route(one) for one in found], "next": None})

    return answered(g.desk, key_of_request(), act)


def _only(roles: Sequence[Role]) -> None:
    viewer: Viewer = g.viewer
    if viewer.role not in roles:
        raise NotForYou


def _provider(one: reading.Standing) -> dict[str, Any]:
    pulse, ill = one.pulse, one.ill
    return {
        "name": one.provider.name,
        "abroad": one.provider.abroad,
        "takes_upstream": one.provider.takes_upstream,
        "tells": one.provider.tells,
        "pulse": {
            "tried": pulse.tried,
            "failed": pulse.failed,
            "slow": pulse.slow,
            "sent": pulse.sent,
            "unheard": pulse.unheard,
        },
        "ill": {"reason": str(ill.reason), "bad": ill.bad, "seen": ill.seen} if ill else None,
    }


def _route(route: reading.Route) -> dict[str, Any]:
    return {
        "prefix": route.prefix,
        "ways": [
            {
                "provider": way.provider,
                "share": way.share,
                "rest": way.rest,
                "may_carry": way.provider not in route.barred,
            }
            for way in route.ways
        ],
    }


def _shift(row: ShiftRow) -> dict[str, Any]:
    return {**row.model_dump(exclude={"id", "at"}), "at": moment(row.at)}
