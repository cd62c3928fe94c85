"""The list of needs by household and member, and one need: set going, closed by a signed result."""

from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.access.rules import RULES
from app.api.answers import cursor_of, read_cursor
from app.assistance import need_answers, needs
from app.assistance.area import area_of
from app.assistance.need_bodies import NeedAgreement, NeedResult, NeedWay, NeedWords
from app.language import need_words as words
from app.language.names import place_names
from app.reading.needs import NeedsWanted, need_line, needs_for
from app.web.admin.saving import Refusal, form_of
from app.web.forms import Done, FormKind, once
from app.web.staff import blueprint, staff_page
from tickets.assistance.households import Household
from tickets.assistance.need_words import NeedKind, NeedState, Result, Severity, Way
from tickets.assistance.needs import Need
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError

needs_pages = blueprint("needs", __name__)

READERS = tuple(role for role in Role if role in RULES.assistance["read_households"])
KEEPERS = tuple(role for role in Role if role in RULES.assistance["keep_needs"])
MOST = 50

NEW = FormKind(
    NeedWords,
    {
        "household": _("户号"),
        "kind": _("什么需求"),
        "severity": _("轻重"),
        "evidence": _("依据（看到的、材料）"),
        "agreed": _("谁同意告诉帮忙的部门和机构"),
    },
)
AGREEMENT = FormKind(NeedAgreement, {"agreed": _("谁同意的")})
WAY = FormKind(NeedWay, {"way": _("转成什么"), "ref": _("那边的编号")})
RESULT = FormKind(
    NeedResult,
    {"result": _("结果"), "signer": _("谁签字"), "signature": _("签字人姓名"), "words": _("结果说明")},
)
#: Where what answers a need is read.
ANSWER_PAGES = {
    Way.SERVICE_ORDER: "services.read",
    Way.APPLICATION: "applications.read",
    Way.REFERRAL: "referrals.read",
    Way.TICKET: "tickets.show",
}
ON_PAGE = {"agree": AGREEMENT, "arrange": WAY, "close": RESULT}


@needs_pages.get("/needs")
@staff_page(*READERS)
def show() -> ResponseReturnValue:
    """The needs of the households of the viewer's area."""
    return _list()


def _new_again(refused: TicketError) -> ResponseReturnValue:
    return _list(Refusal("add", refused))


@needs_pages.post("/needs")
@staff_page(*KEEPERS, again=_new_again)
def add() -> ResponseReturnValue:
    """Put a need on the list."""
    wanted: NeedWords = NEW.read(request.form)

    def act() -> Done:
        made = needs.add_need(g.desk, g.viewer, wanted)
        return Done(
            url_for("needs.read", number=made.id), gettext("已记需求，编号 %(number)s。", number=made.id)
        )

    return once(g.desk, g.viewer, act).response()


@needs_pages.get("/needs/<int:number>")
@staff_page(*READERS)
def read(number: int) -> ResponseReturnValue:
    """One need."""
    return _page(*needs.need_for(g.desk, g.viewer, number))


def _again(name: str) -> Any:
    def again(refused: TicketError, number: int) -> ResponseReturnValue:
        return _page(*needs.need_for(g.desk, g.viewer, number), Refusal(name, refused))

    return again


@needs_pages.post("/needs/<int:number>/agree")
@staff_page(*KEEPERS, again=_again("agree"))
def agree(number: int) -> ResponseReturnValue:
    """Write down who agreed that it is told to who can help."""
    wanted: NeedAgreement = AGREEMENT.read(request.form)
    return _taken(number, lambda need, home: needs.agree(g.desk, need, home, wanted))


@needs_pages.post("/needs/<int:number>/arrange")
@staff_page(*KEEPERS, again=_again("arrange"))
def arrange(number: int) -> ResponseReturnValue:
    """Say what it became."""
    wanted: NeedWay = WAY.read(request.form)
    return _taken(number, lambda need, home: needs.arrange(g.desk, g.viewer, need, home, wanted))


@needs_pages.post("/needs/<int:number>/close")
@staff_page(*KEEPERS, again=_again("close"))
def close(number: int) -> ResponseReturnValue:
    """Close it by a signed result."""
    wanted: NeedResult = RESULT.read(request.form)
    return _taken(number, lambda need, home: needs.close_need(g.desk, need, home, wanted))


def _taken(number: int, act: Any) -> ResponseReturnValue:
    def change() -> Done:
        act(*needs.need_for(g.desk, g.viewer, number, "keep_needs", lock=True))
        return Done(url_for("needs.read", number=number), gettext("已保存。"))

    return once(g.desk, g.viewer, change).response()


def _list(refused: Refusal | None = None) -> str:
    desk: Desk = g.desk
    asked = {name: request.args.get(name, "") for name in ("state", "kind", "severity", "household")}
    number = asked["household"].strip()
    wanted = NeedsWanted(
        state=next((one for one in NeedState if one == asked["state"]), None),
        kind=next((one for one in NeedKind if one == asked["kind"]), None),
        severity=next((one for one in Severity if one == asked["severity"]), None),
        household=int(number) if number.isascii() and number.isdigit() and len(number) < 18 else None,
    )
    cursor = request.args.get("before") or None
    rows = needs_for(desk, g.viewer, wanted, before=read_cursor(cursor), limit=MOST)
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    last = rows[MOST - 1].need.id if len(rows) > MOST else 0
    return render_template(
        "assistance/needs.html",
        rows=rows[:MOST],
        asked=asked,
        form=form_of(NEW, "add", refused, typed=MultiDict({"household": number})),
        keeps=_keeps(),
        next_url=url_for("needs.show", **kept, before=cursor_of(last)) if last else "",
        first_url=url_for("needs.show", **kept) if cursor else "",
        **_words(),
    )


def _page(need: Need, household: Household, refused: Refusal | None = None) -> str:
    desk: Desk = g.desk
    signed = needs.signed_by_order(desk, need)
    return render_template(
        "assistance/need.html",
        one=need,
        line=need_line(desk, g.viewer, need, household),
        household=household,
        evidence=need.open(desk.vault, "evidence"),
        result_words=need.open(desk.vault, "words"),
        forms={name: form_of(kind, name, refused) for name, kind in ON_PAGE.items()},
        orders=need_answers.orders_of(desk.session, need),
        signed_on_order=signed,
        **_closing(desk, need, signed=signed),
        answer_pages=ANSWER_PAGES,
        ways_here=[(way, words.WAYS[way]) for way in Way if way != Way.SERVICE_ORDER],
        refused=refused.form if refused else "",
        keeps=_keeps(),
        **_words(),
    )


def _closing(desk: Desk, need: Need, *, signed: bool) -> dict[str, Any]:
    """What closing needs now, and which results there can be, so that nobody fills the form in vain."""
    every = list(words.RESULTS.items())
    if need_answers.is_under_way(desk.session, need):
        return {"closing": gettext("那边还没有结果，现在不能了结。"), "results_here": []}
    if signed:
        return {"closing": gettext("服务订单已经验收，用订单上的签字了结。"), "results_here": every}
    answer = need_answers.stands(desk.session, need)
    if answer is not None and answer.is_signed:
        return {"closing": gettext("那边已经有结果。没有签字的结果不能了结。"), "results_here": every}
    said = gettext("还没有结果，只能按“不再需要”了结，也要签字。")
    return {"closing": said, "results_here": [one for one in every if one[0] == Result.NO_LONGER]}


def _keeps() -> bool:
    return bool(area_of(g.desk.rules, g.viewer, "keep_needs"))


def _words() -> dict[str, Any]:
    return {
        "kinds": words.NEED_KINDS,
        "severities": words.SEVERITIES,
        "states": words.NEED_STATES,
        "sources": words.SOURCES,
        "ways": words.WAYS,
        "answer_states": words.ANSWER_STATES,
        "results": words.RESULTS,
        "signers": words.SIGNERS,
        "agreed_words": words.AGREED,
        "places": place_names(g.desk.rules.units),
    }
