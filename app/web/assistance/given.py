"""Temporary aid and services of one household: a list, and a form for each."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from pydantic import Field
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.access.rules import RULES
from app.assistance.area import area_of, household_for
from app.assistance.given import AidWords, ServiceWords, given_to, note_aid, note_service
from app.assistance.members import members_of
from app.language.assistance_figure_words import TEAMS
from app.language.assistance_words import KINSHIPS
from app.web.admin.saving import Refusal, form_of
from app.web.forms import Done, FormKind, once
from app.web.staff import blueprint, staff_page
from tickets.assistance.households import Household
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.intake.draft import Strict

given_pages = blueprint("given", __name__)

READERS = tuple(role for role in Role if role in RULES.assistance["read_households"])
KEEPERS = tuple(role for role in Role if role in RULES.assistance["keep_households"])
FEN = 100


class AidInYuan(Strict):
    """One case of temporary aid, as people write it."""

    paid_on: date
    yuan: Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=2)]
    persons: Annotated[int, Field(ge=1, le=99)]


AID = FormKind(AidInYuan, {"paid_on": _("发放日"), "yuan": _("发放多少元"), "persons": _("救助几人")})
SERVICE = FormKind(
    ServiceWords,
    {
        "member": _("服务了谁"),
        "team_kind": _("哪类队伍"),
        "team": _("队伍名称"),
        "served_on": _("服务日"),
    },
)


def _page(household: Household, refused: Refusal | None = None) -> str:
    desk: Desk = g.desk
    aid, services = given_to(desk.session, household)
    members = members_of(desk, household)
    day = desk.today().isoformat()
    here = {row.id: f"{KINSHIPS[row.kinship]} {row.name_masked or ''}" for row in members}
    return render_template(
        "assistance/given.html",
        one=household,
        aid=aid,
        services=services,
        people=here,
        teams=TEAMS,
        fen=FEN,
        choices={
            "member": [(row.id, here[row.id]) for row in members if row.left_on is None],
            "team_kind": list(TEAMS.items()),
        },
        aid_form=form_of(AID, "aid", refused, typed=MultiDict({"paid_on": day})),
        service_form=form_of(SERVICE, "service", refused, typed=MultiDict({"served_on": day})),
        keeps=bool(area_of(desk.rules, g.viewer, "keep_households")),
    )


def _again(name: str) -> Any:
    def again(refused: TicketError, number: int) -> ResponseReturnValue:
        return _page(household_for(g.desk, g.viewer, number), Refusal(name, refused))

    return again


@given_pages.get("/households/<int:number>/given")
@staff_page(*READERS)
def show(number: int) -> ResponseReturnValue:
    """What was given to a household beside its monthly benefits."""
    return _page(household_for(g.desk, g.viewer, number))


@given_pages.post("/households/<int:number>/temporary-aid")
@staff_page(*KEEPERS, again=_again("aid"))
def aid(number: int) -> ResponseReturnValue:
    """Write down a case of temporary aid."""
    typed: AidInYuan = AID.read(request.form)
    wanted = AidWords(paid_on=typed.paid_on, fen=int(typed.yuan * FEN), persons=typed.persons)
    return _taken(number, "keep_households", lambda one: note_aid(g.desk, one, wanted))


@given_pages.post("/households/<int:number>/services")
@staff_page(*READERS, again=_again("service"))
def service(number: int) -> ResponseReturnValue:
    """Write down that a team served somebody."""
    wanted: ServiceWords = SERVICE.read(request.form)
    return _taken(number, "note_events", lambda one: note_service(g.desk, one, wanted))


def _taken(number: int, work: str, note: Callable[[Household], object]) -> ResponseReturnValue:
    def act() -> Done:
        note(household_for(g.desk, g.viewer, number, work, lock=True))
        return Done(url_for("given.show", number=number), gettext("已记下。"))

    return once(g.desk, g.viewer, act).response()
