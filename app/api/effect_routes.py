"""The route of `/api/v1` that says what a change of the house would touch; it changes nothing."""

from collections.abc import Callable
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, g

from app.access.accounts import Account, Role, Viewer
from app.admin import effects
from app.admin.accounts import account_named
from app.admin.categories import all_categories
from app.admin.duty import DutyRow, may_edit
from app.admin.effects import Effect
from app.admin.phrases import may_change
from app.admin.reasons import all_reasons
from app.admin.units import UnitParent, all_units, check_moving
from app.api.answers import json_response
from app.api.doors import NotForYou, staff_only
from app.api.effect_models import ChangeKind, EffectPage, EffectsQuery
from app.language.effect_words import EFFECTS
from tickets.ground.desk import Desk
from tickets.ground.errors import NotFound
from tickets.ground.phrases import PhraseRow
from tickets.ground.reasons import ReasonRow
from tickets.ground.units import UnitRow

effects_api = APIBlueprint("effects_api", __name__, url_prefix="/api/v1/effects", tag="effects")


class NoSuchSetting(NotFound):
    """There is nothing of this kind that this viewer may change."""

    code = "no_such_setting"


@effects_api.get("")
@staff_only
@effects_api.input(EffectsQuery, location="query", arg_name="asked")
@effects_api.output(EffectPage, description="What it would touch")
def list_effects(asked: EffectsQuery) -> Response:
    """Say what a change would touch, before it is made. Heads may ask of phrases and turns of their unit."""
    viewer: Viewer = g.viewer
    if viewer.role != Role.ADMIN and (viewer.role, asked.kind) not in OF_HEADS:
        raise NotForYou
    items = [
        {"code": one.code, "count": one.count, "warns": one.warns, "message": str(EFFECTS[one.code])}
        for one in QUESTIONS[asked.kind](g.desk, asked)
    ]
    return json_response({"items": items})


OF_HEADS = {(Role.HEAD, ChangeKind.PHRASE), (Role.HEAD, ChangeKind.TURN)}


def _unit(desk: Desk, asked: EffectsQuery) -> UnitRow:
    found = all_units(desk.session).get(asked.subject)
    if found is None:
        raise NoSuchSetting
    return found


def _account(desk: Desk, asked: EffectsQuery) -> Account:
    found = account_named(desk.session, asked.subject.replace("\0", ""))
    if found is None:
        raise NoSuchSetting
    return found


def _moved(desk: Desk, asked: EffectsQuery) -> list[Effect]:
    unit = _unit(desk, asked)
    units = check_moving(desk, unit, UnitParent(parent=asked.parent))
    return effects.of_unit_moved(desk.session, units, unit, asked.parent)


def _post(desk: Desk, asked: EffectsQuery) -> list[Effect]:
    account = _account(desk, asked)
    role, unit = asked.role or account.role, asked.unit or account.unit
    return effects.of_post(desk.session, account, role=role, unit=unit)


def _category(desk: Desk, asked: EffectsQuery) -> list[Effect]:
    known = all_categories(desk.session)
    row = known.get(asked.subject)
    if row is None:
        raise NoSuchSetting
    return effects.of_category(desk.session, known, row, active=asked.active)


def _reason(desk: Desk, asked: EffectsQuery) -> list[Effect]:
    name, _, code = asked.subject.partition("/")
    row: ReasonRow | None = all_reasons(desk.session).get(name, code)
    if row is None:
        raise NoSuchSetting
    return effects.of_reason(desk.session, row, active=asked.active)


def _phrase(desk: Desk, asked: EffectsQuery) -> list[Effect]:
    row = desk.session.get(PhraseRow, _id(asked))
    if row is None or not may_change(g.viewer, row):
        raise NoSuchSetting
    return effects.of_phrase(desk.session, row)


def _turn(desk: Desk, asked: EffectsQuery) -> list[Effect]:
    row = desk.session.get(DutyRow, _id(asked))
    if row is None or not may_edit(g.viewer, row.unit):
        raise NoSuchSetting
    return effects.of_turn(desk.session, row.unit, row.id)


def _id(asked: EffectsQuery) -> UUID:
    try:
        return UUID(asked.subject)
    except ValueError:
        raise NoSuchSetting from None


QUESTIONS: dict[ChangeKind, Callable[[Desk, EffectsQuery], list[Effect]]] = {
    ChangeKind.UNIT_MOVED: _moved,
    ChangeKind.UNIT_CLOSED: lambda desk, asked: effects.of_unit_closed(
        desk.session, _unit(desk, asked), desk.today()
    ),
    ChangeKind.UNIT_NAMED: lambda desk, asked: effects.of_unit_named(desk.session, _unit(desk, asked)),
    ChangeKind.ACCOUNT_POST: _post,
    ChangeKind.ACCOUNT_CLOSED: lambda desk, asked: effects.of_account(
        desk.session, _account(desk, asked), closed=True
    ),
    ChangeKind.ACCOUNT_AWAY: lambda desk, asked: effects.of_account(
        desk.session, _account(desk, asked), leaves=False
    ),
    ChangeKind.CATEGORY: _category,
    ChangeKind.REASON: _reason,
    ChangeKind.PHRASE: _phrase,
    ChangeKind.TURN: _turn,
    ChangeKind.ROUTE: lambda desk, _asked: effects.of_route(desk.session),
}
