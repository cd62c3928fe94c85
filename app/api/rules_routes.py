"""The routes of `/api/v1` that tell the rules: units, divisions, categories, policies, calendars."""

from apiflask import APIBlueprint
from flask import Response, g
from sqlmodel import col, select

from app.api import documents, rules_models
from app.api.answers import json_response
from app.api.doors import staff_only
from tickets.ground.policy import CalendarVersion
from tickets.ground.words import UnitKind

rules_api = APIBlueprint("rules_api", __name__, url_prefix="/api/v1", tag="rules")


@rules_api.get("/units")
@staff_only
@rules_api.output(rules_models.UnitPage, description="Every unit")
def list_units() -> Response:
    """List the units."""
    return json_response(
        {"items": [documents.unit_document(unit) for unit in g.desk.rules.units], "next": None}
    )


@rules_api.get("/divisions")
@staff_only
@rules_api.output(rules_models.DivisionPage, description="Every subdistrict and community")
def list_divisions() -> Response:
    """List the divisions."""
    kinds = (UnitKind.SUBDISTRICT, UnitKind.COMMUNITY)
    found = [
        {"code": unit.code, "name": unit.name, "name_en": unit.name_en, "parent": unit.parent}
        for unit in g.desk.rules.units
        if unit.kind in kinds
    ]
    return json_response({"items": found, "next": None})


@rules_api.get("/categories")
@staff_only
@rules_api.output(rules_models.CategoryPage, description="Every category that is offered")
def list_categories() -> Response:
    """List what a matter can be about; the unit is the one that usually leads it, its own or inherited."""
    rules = g.desk.rules
    found = [row for row in rules.categories if rules.categories.is_offered(row.code)]
    leads = {row.code: rules.units.get(rules.categories.unit_of(row.code)) for row in found}
    documented = [
        documents.category_document(row, unit.code if (unit := leads[row.code]) and unit.active else None)
        for row in found
    ]
    return json_response({"items": documented, "next": None})


@rules_api.get("/sla/policies")
@staff_only
@rules_api.output(rules_models.PolicyPage, description="Every policy in force")
def list_policies() -> Response:
    """List the promises and what they rest on."""
    in_force = [policy for policy in g.desk.rules.policies if policy.superseded_at is None]
    return json_response({"items": [documents.policy_document(policy) for policy in in_force], "next": None})


@rules_api.get("/sla/calendars")
@staff_only
@rules_api.output(rules_models.CalendarPage, description="Every version of the calendar")
def list_calendars() -> Response:
    """List the calendars."""
    rows = g.desk.session.exec(select(CalendarVersion).order_by(col(CalendarVersion.version))).all()
    return json_response({"items": [documents.calendar_document(row) for row in rows], "next": None})
