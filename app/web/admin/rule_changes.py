"""What calendar and policies share: a change on its way to a second person, and what it would do."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role, Viewer
from app.access.rules import RULES
from app.admin.fields import Sentence
from app.language.words import Words
from app.rulemaking import changing
from app.rulemaking.changing import DECIDERS
from app.rulemaking.preview import preview
from app.rulemaking.rows import UNFINISHED, ChangeState, RuleChange, RuleKind
from app.web.admin.saving import Refusal, form_of, taken
from app.web.forms import Done, FormKind
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.intake.draft import Strict

rule_changes = blueprint("rule_changes", __name__)

PAGES = {RuleKind.CALENDAR: "admin_calendars.show", RuleKind.POLICIES: "admin_policies.show"}

#: What shows the page of a kind once more with a form that was refused; each page says so of itself.
SHOWS: dict[RuleKind, Callable[[Refusal], str]] = {}

STATES = Words(
    draft=_("草稿"),
    submitted=_("待批准"),
    approved=_("已批准"),
    refused=_("未批准"),
    withdrawn=_("已作废"),
)

#: Earlier changes a page lists.
MOST = 20


class Submission(Strict):
    """What goes with a draft that is laid before a second person."""

    basis: Sentence = ""
    recompute: bool = False


class Word(Strict):
    """What is said with a decision."""

    grant: bool
    text: Sentence = ""


SUBMIT = FormKind(
    Submission,
    {"basis": _("依据"), "recompute": _("同时重算在办工单的时限（每一条都记入工单）")},
    checks=frozenset({"recompute"}),
)
DECIDE = FormKind(Word, {"grant": _("决定"), "text": _("意见")})


def panel_of(desk: Desk, viewer: Viewer, kind: RuleKind, refused: Refusal | None) -> Mapping[str, Any]:
    """What a page shows of the change under way and of earlier ones."""
    history = changing.changes_of(desk.session, kind, most=MOST)
    change = next((one for one in history if one.state in UNFINISHED), None)
    if change is None:
        return {"change": None, "history": history, "states": STATES}
    mine = change.made_by_person == (desk.actor.person or desk.actor.username)
    return {
        "change": change,
        "history": [one for one in history if one is not change],
        "states": STATES,
        "is_mine": mine,
        "may_submit": change.state == ChangeState.DRAFT and viewer.role == Role.ADMIN,
        "may_withdraw": viewer.role == Role.ADMIN,
        "may_decide": change.state == ChangeState.SUBMITTED and viewer.role in DECIDERS and not mine,
        "preview": preview(desk.session, desk.rules, change, now=desk.now()),
        # Whoever may read no ticket is told how many move, not which.
        "names_tickets": RULES.reads[viewer.role] != "none",
        "submit": form_of(SUBMIT, "submit", refused, typed=MultiDict({"basis": change.basis})),
        "decide": form_of(DECIDE, "decide", refused),
    }


def _again(refused: TicketError, change_id: str) -> ResponseReturnValue:
    name = "decide" if request.path.endswith("/decide") else "submit"
    return SHOWS[RuleKind(_found(change_id).kind)](Refusal(name, refused))


@rule_changes.post("/admin/rules/<change_id>/submit")
@staff_page(Role.ADMIN, again=_again)
def submit(change_id: str) -> ResponseReturnValue:
    """Lay a draft before a second person."""
    wanted: Submission = SUBMIT.read(request.form)
    change = _found(change_id)

    def act() -> Done:
        changing.submit(g.desk, change, basis=wanted.basis, recompute=wanted.recompute)
        return Done(_page_of(change), gettext("已提交，请另一位管理员或督办员批准。"))

    return taken(act).response()


@rule_changes.post("/admin/rules/<change_id>/withdraw")
@staff_page(Role.ADMIN, again=_again)
def withdraw(change_id: str) -> ResponseReturnValue:
    """Give up a change."""
    change = _found(change_id)

    def act() -> Done:
        changing.withdraw(g.desk, change)
        return Done(_page_of(change), gettext("已作废，规则没有变。"))

    return taken(act).response()


@rule_changes.post("/admin/rules/<change_id>/try")
@staff_page(*DECIDERS, again=_again)
def try_out(change_id: str) -> ResponseReturnValue:
    """Count a year of tickets under a change."""
    change = _found(change_id)

    def act() -> Done:
        changing.try_out(g.desk, change)
        return Done(_page_of(change) + "#simulation")

    return taken(act).response()


@rule_changes.post("/admin/rules/<change_id>/decide")
@staff_page(*DECIDERS, again=_again)
def decide(change_id: str) -> ResponseReturnValue:
    """Put a change in force, or refuse it."""
    word: Word = DECIDE.read(request.form)
    change = _found(change_id)

    def act() -> Done:
        changing.decide(g.desk, change, grant=word.grant, text=word.text)
        said = gettext("已批准，新规则生效。") if word.grant else gettext("没有批准，规则没有变。")
        return Done(_page_of(change), said)

    return taken(act).response()


def _found(change_id: str) -> RuleChange:
    return changing.by_id(g.desk, change_id) or abort(404)


def _page_of(change: RuleChange) -> str:
    return url_for(PAGES[RuleKind(change.kind)])
