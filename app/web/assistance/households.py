"""The register of households: a list, one household, and the forms that change it."""

from typing import Any
from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.access.rules import RULES
from app.api.answers import cursor_of, read_cursor
from app.assistance import households as register
from app.assistance import members as people
from app.assistance.area import NoSuchHousehold, area_of, household_for
from app.assistance.bodies import (
    EventWords,
    HouseholdAmendment,
    MemberAmendment,
    MemberLeft,
    MemberWords,
    NewHousehold,
    StateChange,
)
from app.assistance.referrals import may_send
from app.house import most_looks
from app.language import assistance_words as words
from app.language.names import options, place_names
from app.reading.households import Wanted, hints_for, households_for
from app.web.admin.saving import Refusal, form_of
from app.web.assistance import household_forms as forms
from app.web.forms import Done, FormKind, once
from app.web.staff import blueprint, staff_page
from tickets.assistance.households import Household
from tickets.assistance.ledger import facts_of
from tickets.assistance.policy_items import EXPIRES_SOON, current_item
from tickets.assistance.words import HouseholdKind, HouseholdState
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError

households_pages = blueprint("households", __name__)

READERS = tuple(role for role in Role if role in RULES.assistance["read_households"])
KEEPERS = tuple(role for role in Role if role in RULES.assistance["keep_households"])
#: Households on one page.
MOST = 50


@households_pages.get("/households")
@staff_page(*READERS)
def show() -> ResponseReturnValue:
    """The households of the viewer's area."""
    desk: Desk = g.desk
    asked = {
        name: request.args.get(name, "").replace("\0", "").strip()
        for name in ("q", "division", "kind", "state", "recheck", "policy")
    }
    item = current_item(desk.session, asked["policy"]) if asked["policy"] else None
    wanted = Wanted(
        division=asked["division"] or None,
        kind=next((one for one in HouseholdKind if one == asked["kind"]), None),
        state=next((one for one in HouseholdState if one == asked["state"]), None),
        q=asked["q"],
        recheck_by=desk.today() + EXPIRES_SOON if asked["recheck"] else None,
        policy=item,
    )
    cursor = request.args.get("before") or None
    lines = households_for(desk, g.viewer, wanted, before=read_cursor(cursor), limit=MOST)
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    last = lines[MOST - 1].household.id if len(lines) > MOST else 0
    return render_template(
        "assistance/households.html",
        rows=lines[:MOST],
        asked=asked,
        item=item,
        next_url=url_for("households.show", **kept, before=cursor_of(last)) if last else "",
        first_url=url_for("households.show", **kept) if cursor else "",
        keeps=_keeps(),
        divisions=[("", "—"), *_divisions()],
        **_words(),
    )


def _new_again(refused: TicketError) -> ResponseReturnValue:
    return _new_page(Refusal("household", refused))


@households_pages.get("/households/new")
@staff_page(*KEEPERS)
def new() -> ResponseReturnValue:
    """An empty household, to fill in."""
    return _new_page()


@households_pages.post("/households")
@staff_page(*KEEPERS, again=_new_again)
def add() -> ResponseReturnValue:
    """Put a household on the register, with its head; others are added on its page."""
    wanted: NewHousehold = forms.read_new(request.form)

    def act() -> Done:
        made = register.add_household(g.desk, g.viewer, wanted)
        said = gettext("已建档，户号 %(number)s。", number=made.id)
        return Done(url_for("households.read", number=made.id), said)

    return once(g.desk, g.viewer, act).response()


@households_pages.get("/households/<int:number>")
@staff_page(*READERS)
def read(number: int) -> ResponseReturnValue:
    """One household; its people masked."""
    return _page(household_for(g.desk, g.viewer, number))


def _again(name: str) -> Any:
    def again(refused: TicketError, number: int, **_more: Any) -> ResponseReturnValue:
        return _page(household_for(g.desk, g.viewer, number), Refusal(name, refused))

    return again


@households_pages.post("/households/<int:number>/clear")
@staff_page(*READERS, again=_again("clear"))
def clear(number: int) -> ResponseReturnValue:
    """Show who they are, in clear; the look and its reason are a fact."""
    reason: forms.ReasonWords = forms.CLEAR.read(request.form)
    household = household_for(g.desk, g.viewer, number, "clear_households", lock=True)
    most = most_looks(g.viewer)
    shown = register.show_household(g.desk, g.viewer, household, reason.reason, most=most)
    return _page(household, shown=shown)


@households_pages.post("/households/<int:number>/amend")
@staff_page(*KEEPERS, again=_again("amend"))
def amend(number: int) -> ResponseReturnValue:
    """Change what is known of a household."""
    wanted: HouseholdAmendment = forms.AMEND.read(request.form)
    return _taken(number, lambda one: register.amend_household(g.desk, g.viewer, one, wanted))


@households_pages.post("/households/<int:number>/state")
@staff_page(*KEEPERS, again=_again("state"))
def state(number: int) -> ResponseReturnValue:
    """Let a household fade out, end, or be taken up again."""
    wanted: StateChange = forms.STATE.read(request.form)
    return _taken(number, lambda one: register.change_state(g.desk, one, wanted))


@households_pages.post("/households/<int:number>/members")
@staff_page(*KEEPERS, again=_again("member"))
def add_member(number: int) -> ResponseReturnValue:
    """Take somebody into a household."""
    wanted: MemberWords = forms.MEMBER.read(request.form)
    return _taken(number, lambda one: people.add_member(g.desk, one, wanted))


def _member_again(refused: TicketError, number: int, member: UUID) -> ResponseReturnValue:
    return _member_page(number, member, Refusal("member", refused))


@households_pages.get("/households/<int:number>/members/<uuid:member>")
@staff_page(*KEEPERS)
def edit_member(number: int, member: UUID) -> ResponseReturnValue:
    """Somebody of a household, to amend."""
    return _member_page(number, member)


@households_pages.post("/households/<int:number>/members/<uuid:member>")
@staff_page(*KEEPERS, again=_member_again)
def amend_member(number: int, member: UUID) -> ResponseReturnValue:
    """Change what is known of somebody of a household."""
    wanted: MemberAmendment = forms.MEMBER_AMENDED.read(request.form)

    def act(one: Household) -> None:
        people.amend_member(g.desk, one, people.member_of(g.desk, one, member), wanted)

    return _taken(number, act)


def _member_page(number: int, member: UUID, refused: Refusal | None = None) -> str:
    household = household_for(g.desk, g.viewer, number, "keep_households")
    row = next((one for one in people.members_of(g.desk, household) if one.id == member), None)
    if row is None:
        raise NoSuchHousehold
    return render_template(
        "assistance/member.html",
        one=household,
        row=row,
        form=form_of(forms.MEMBER_AMENDED, "member", refused, typed=forms.typed_member(row)),
        choices=forms.choices(()),
    )


@households_pages.post("/households/<int:number>/benefits")
@staff_page(*KEEPERS, again=_again("benefit"))
def benefit(number: int) -> ResponseReturnValue:
    """Say what was paid for one month under one scheme."""
    wanted: forms.PaidWords = forms.BENEFIT.read(request.form)
    return _taken(number, lambda one: register.put_benefit(g.desk, one, wanted.in_fen()))


@households_pages.post("/households/<int:number>/members/<uuid:member>/left")
@staff_page(*KEEPERS, again=_again("left"))
def left(number: int, member: UUID) -> ResponseReturnValue:
    """Say that somebody is no longer of a household."""
    wanted: MemberLeft = forms.LEFT.read(request.form)

    def act(one: Household) -> None:
        people.member_left(g.desk, one, people.member_of(g.desk, one, member), wanted)

    return _taken(number, act)


@households_pages.post("/households/<int:number>/events")
@staff_page(*READERS, again=_again("event"))
def event(number: int) -> ResponseReturnValue:
    """Write down what happened in the life of a household."""
    wanted: EventWords = forms.EVENT.read(request.form)
    return _taken(number, lambda one: register.note_event(g.desk, one, wanted), "note_events")


def _taken(number: int, act: Any, work: str = "keep_households") -> ResponseReturnValue:
    def change() -> Done:
        act(household_for(g.desk, g.viewer, number, work, lock=True))
        return Done(url_for("households.read", number=number), gettext("已保存。"))

    return once(g.desk, g.viewer, change).response()


def _page(household: Household, refused: Refusal | None = None, shown: dict[str, Any] | None = None) -> str:
    desk: Desk = g.desk
    members = people.members_of(desk, household)
    clear_of = {one["id"]: one for one in shown["members"]} if shown else {}
    return render_template(
        "assistance/household.html",
        one=household,
        people=[(row, clear_of.get(str(row.id))) for row in members],
        address=shown["address"] if shown else None,
        shown=shown is not None,
        told={one["id"]: one["words"] for one in shown["events"]} if shown else {},
        facts=facts_of(desk.session, household.id, limit=30),
        benefits=register.benefits_of(desk, household),
        hints=hints_for(desk, household, members),
        keeps=_keeps(),
        refers=may_send(desk.rules, g.viewer),
        refused=refused.form if refused else "",
        forms={name: _form(name, kind, household, refused) for name, kind in forms.ON_PAGE.items()},
        choices=forms.choices(members),
        divisions=_divisions(household.division),
        day=desk.today().isoformat(),
        **_words(),
    )


def _form(name: str, kind: FormKind, household: Household, refused: Refusal | None) -> Any:
    return form_of(kind, name, refused, typed=MultiDict(forms.typed(name, household, g.desk.today())))


def _new_page(refused: Refusal | None = None) -> str:
    typed = MultiDict({"started_on": g.desk.today().isoformat()})
    return render_template(
        "assistance/household_new.html",
        form=form_of(forms.NEW, "household", refused, typed=typed),
        divisions=_divisions(),
        choices=forms.choices(()),
    )


def _keeps() -> bool:
    return bool(area_of(g.desk.rules, g.viewer, "keep_households"))


def _divisions(always: str = "") -> list[tuple[str, str]]:
    area = area_of(g.desk.rules, g.viewer)
    return options(
        g.desk.rules.units,
        lambda unit: unit.kind in register.PLACES and area.has(unit.code),
        always=always,
    )


def _words() -> dict[str, Any]:
    return {
        "kinds": words.HOUSEHOLD_KINDS,
        "states": words.HOUSEHOLD_STATES,
        "rechecks": words.RECHECKS,
        "kinships": words.KINSHIPS,
        "traits": words.TRAITS,
        "care_levels": words.CARE_LEVELS,
        "schemes": words.SCHEMES,
        "events": words.LIFE_EVENTS,
        "fact_words": words.HOUSEHOLD_FACTS,
        "places": place_names(g.desk.rules.units),
    }
