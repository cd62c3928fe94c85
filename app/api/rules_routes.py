"""The routes of `/api/v1` that tell the rules of the house: units, divisions, policies, calendars."""

from apiflask import APIBlueprint
from flask import Response, g
from sqlmodel import col, select

from app.api import documents, models
from app.api.answers import json_response
from app.api.doors import staff_only
from tickets.ground.policy import CalendarVersion
from tickets.ground.words import UnitKind

rules_api = APIBlueprint("rules_api", __name__, url_prefix="/api/v1", tag="rules")


@rules_api.get("/units")
@staff_only
@rules_api.output(models.UnitPage, description="Every unit")
def list_units() -> Response:
    """List the units."""
    return json_response(
        {"items": [documents.unit_document(unit) for unit in g.desk.rules.units], "next": None}
    )


@rules_api.get("/divisions")
@staff_only
@rules_api.output(models.DivisionPage, description="Every subdistrict and community")
def list_divisions() -> Response:
    """List the divisions."""
    kinds = (UnitKind.SUBDISTRICT, UnitKind.COMMUNITY)
    found = [
        {"code": unit.code, "name": unit.name, "name_en": unit.name_en, "parent": unit.parent}
        for unit in g.desk.rules.units
        if unit.kind in kinds
    ]
    return json_response({"items": found, "next": None})


@rules_api.get("/sla/policies")
@staff_only
@rules_api.output(models.PolicyPage, description="Every policy in force")
def list_policies() -> Response:
    """List the promises and what they rest on."""
    in_force = [policy for policy in g.desk.rules.policies if policy.superseded_at is None]
    return json_response({"items": [documents.policy_document(policy) for policy in in_force], "next": None})


@rules_api.get("/sla/calendars")
@staff_only
@rules_api.output(models.CalendarPage, description="Every version of the calendar")
def list_calendars() -> Response:
    """List the calendars."""
    rows = g.desk.session.exec(select(CalendarVersion).order_by(col(CalendarVersion.version))).all()
    return json_response({"items": [documents.calendar_document(row) for row in rows], "next": None})
