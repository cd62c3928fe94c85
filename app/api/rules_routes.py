"""The routes of `/api/v1` that tell the rules: units, divisions, categories, policies, calendars."""

from apiflask import APIBlueprint
from flask import Response, g
from sqlmodel import col, select

from app.api import documents, rules_models
from app.api.answers import json_response
from app.api.doors import staff_only
from app.language.initials import divisions_found
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
@rules_api.input(rules_models.DivisionsQuery, location="query", arg_name="asked")
@rules_api.output(rules_models.DivisionPage, description="Every subdistrict and community, or those found")
def list_divisions(asked: rules_models.DivisionsQuery) -> Response:
    """
    List the divisions, or find some as the operator's screen does, the likeliest first.

    `q` is characters of a name, or the first letters of its syllables: `azy` is 阿子营街道, `azy my`
    its 牧羊村.
    A place that is closed is listed, but not found.
    """
    units = g.desk.rules.units
    kinds = (UnitKind.SUBDISTRICT, UnitKind.COMMUNITY)
    if asked.q is None:
        found = [unit for unit in units if unit.kind in kinds]
    else:
        found = [unit for code in divisions_found(units, asked.q) if (unit := units.get(code))]
    documented = [
        {"code": unit.code, "name": unit.name, "name_en": unit.name_en, "parent": unit.parent}
        for unit in found[: asked.limit]
    ]
    return json_response({"items": documented, "next": None})


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
