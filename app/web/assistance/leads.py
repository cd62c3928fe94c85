"""Clues: reported, listed with their due, checked; and lists of people matched with the register."""

from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.access.rules import RULES
from app.api.answers import cursor_of, read_cursor
from app.assistance import leads
from app.assistance.area import area_of
from app.assistance.households import PLACES
from app.assistance.lead_lists import Matching, match_list
from app.assistance.need_bodies import LeadClose, LeadNeed, LeadWords
from app.house import most_looks
from app.language import need_words as words
from app.language.names import options, place_names, unit_names
from app.language.sentences import field_sentence
from app.reading.needs import LeadsWanted, lead_line, leads_for
from app.web.admin.saving import Refusal, form_of
from app.web.assistance.household_forms import CLEAR
from app.web.forms import Done, FormKind, once, told_of
from app.web.staff import blueprint, staff_page
from tickets.assistance.need_words import Channel, LeadState, NeedKind
from tickets.assistance.needs import Lead
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError, bad_field
from tickets.ground.vault import masked_name
from tickets.intake.draft import Strict, Words

leads_pages = blueprint("leads", __name__)

REPORTERS = tuple(role for role in Role if role in RULES.assistance["report_leads"])
CHECKERS = tuple(role for role in Role if role in RULES.assistance["check_leads"])
MATCHERS = tuple(role for role in Role if role in RULES.assistance["keep_needs"])
#: Clues on one page; rows and faults of a list shown.
MOST, MOST_SHOWN = 50, 100

REPORT = FormKind(
    LeadWords,
    {
        "division": _("社区或街道"),
        "kind": _("可能的困难"),
        "name": _("姓名"),
        "id_number": _("身份证号"),
        "phone": _("电话"),
        "words": _("情况"),
    },
)
FOUND = FormKind(
    LeadNeed,
    {
        "household": _("户号"),
        "kind": _("什么需求"),
        "severity": _("轻重"),
        "evidence": _("核查看到的情况"),
    },
)
CLOSE = FormKind(LeadClose, {"reason": _("了结的理由"), "words": _("核查情况")})
ON_PAGE = {"need": FOUND, "close": CLOSE, "clear": CLEAR}


class ListWords(Strict):
    """What holds for every row of a list."""

    kind: NeedKind
    words: Words


LIST = FormKind(ListWords, {"kind": _("可能的困难"), "words": _("名单从哪里来、为什么比对")})


@leads_pages.get("/leads")
@staff_page(*REPORTERS)
def show() -> ResponseReturnValue:
    """The clues one may know of, with their due."""
    return _list()


def _report_again(refused: TicketError) -> ResponseReturnValue:
    return _list(Refusal("report", refused))


@leads_pages.post("/leads")
@staff_page(*REPORTERS, again=_report_again)
def report() -> ResponseReturnValue:
    """Report somebody who may need help."""
    wanted: LeadWords = REPORT.read(request.form)

    def act() -> Done:
        made = leads.report_lead(g.desk, g.viewer, wanted)
        return Done(url_for("leads.show"), gettext("已报线索，编号 %(number)s。", number=made.id))

    return once(g.desk, g.viewer, act).response()


@leads_pages.get("/leads/<int:number>")
@staff_page(*REPORTERS)
def read(number: int) -> ResponseReturnValue:
    """One clue; who it is about masked."""
    return _page(leads.lead_for(g.desk, g.viewer, number))


def _again(name: str) -> Any:
    def again(refused: TicketError, number: int) -> ResponseReturnValue:
        return _page(leads.lead_for(g.desk, g.viewer, number), Refusal(name, refused))

    return again


@leads_pages.post("/leads/<int:number>/clear")
@staff_page(*CHECKERS, again=_again("clear"))
def clear(number: int) -> ResponseReturnValue:
    """Show who it is about, in clear; the look and its reason are kept."""
    reason = CLEAR.read(request.form)
    lead = leads.lead_for(g.desk, g.viewer, number)
    shown = leads.show_lead(g.desk, lead, reason.reason, most=most_looks(g.viewer))
    return _page(lead, shown=shown)


@leads_pages.post("/leads/<int:number>/need")
@staff_page(*CHECKERS, again=_again("need"))
def find_need(number: int) -> ResponseReturnValue:
    """The check found a need."""
    wanted: LeadNeed = FOUND.read(request.form)
    return _checked(number, lambda lead: leads.find_need(g.desk, g.viewer, lead, wanted))


@leads_pages.post("/leads/<int:number>/close")
@staff_page(*CHECKERS, again=_again("close"))
def close(number: int) -> ResponseReturnValue:
    """The check found none."""
    wanted: LeadClose = CLOSE.read(request.form)
    return _checked(number, lambda lead: leads.close_lead(g.desk, g.viewer, lead, wanted))


def _checked(number: int, act: Any) -> ResponseReturnValue:
    def change() -> Done:
        act(leads.lead_for(g.desk, g.viewer, number, lock=True))
        return Done(url_for("leads.read", number=number), gettext("已保存。"))

    return once(g.desk, g.viewer, change).response()


def _match_again(refused: TicketError) -> ResponseReturnValue:
    return _match_page(refused=refused)


@leads_pages.get("/leads/matching")
@staff_page(*MATCHERS)
def matching() -> ResponseReturnValue:
    """Where a list of people is handed in."""
    return _match_page()


@leads_pages.post("/leads/matching")
@staff_page(*MATCHERS, again=_match_again)
def match() -> ResponseReturnValue:
    """Try a list out, or report each of its people."""
    handed_in = request.files.get("file")
    content = handed_in.read() if handed_in else b""
    if not content:
        raise bad_field("file", "missing")
    said: ListWords = LIST.read(request.form)
    dry_run = request.form.get("do") != "bring"
    return _match_page(
        match_list(g.desk, g.viewer, content, kind=said.kind, words=said.words, dry_run=dry_run)
    )


def _match_page(outcome: Matching | None = None, refused: TicketError | None = None) -> str:
    found = outcome.found[:MOST_SHOWN] if outcome else []
    faults = outcome.faults[:MOST_SHOWN] if outcome else []
    return render_template(
        "assistance/lead_matching.html",
        outcome=outcome,
        shown=[(one, masked_name(one.wanted.name)) for one in found],
        faults=[(fault, field_sentence(fault.bad)) for fault in faults],
        wrong=told_of(refused) if refused else [],
        form=form_of(LIST, "match", None, typed=request.form),
        **_words(),
    )


def _list(refused: Refusal | None = None) -> str:
    desk: Desk = g.desk
    asked = {name: request.args.get(name, "") for name in ("state", "channel", "overdue")}
    wanted = LeadsWanted(
        state=next((one for one in LeadState if one == asked["state"]), None),
        channel=next((one for one in Channel if one == asked["channel"]), None),
        overdue=bool(asked["overdue"]),
    )
    cursor = request.args.get("before") or None
    rows = leads_for(desk, g.viewer, wanted, before=read_cursor(cursor), limit=MOST)
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    last = rows[MOST - 1].lead.id if len(rows) > MOST else 0
    return render_template(
        "assistance/leads.html",
        rows=rows[:MOST],
        asked=asked,
        form=form_of(REPORT, "report", refused),
        divisions=_divisions(),
        matches=g.viewer.role in MATCHERS and bool(area_of(desk.rules, g.viewer, "keep_needs")),
        next_url=url_for("leads.show", **kept, before=cursor_of(last)) if last else "",
        first_url=url_for("leads.show", **kept) if cursor else "",
        **_words(),
    )


def _page(lead: Lead, refused: Refusal | None = None, shown: dict[str, str | None] | None = None) -> str:
    line = lead_line(g.desk, g.viewer, lead)
    typed = MultiDict({"kind": lead.kind, "household": str(line.household or "")})
    forms = {name: form_of(kind, name, refused, typed=typed) for name, kind in ON_PAGE.items()}
    return render_template(
        "assistance/lead.html",
        one=lead,
        line=line,
        shown=shown,
        forms=forms,
        refused=refused.form if refused else "",
        checks=g.viewer.role in CHECKERS,
        **_words(),
    )


def _divisions() -> list[tuple[str, str]]:
    rules = g.desk.rules
    area = area_of(rules, g.viewer, "report_leads")
    anywhere = g.viewer.role == Role.AGENCY
    return options(rules.units, lambda unit: unit.kind in PLACES and (anywhere or area.has(unit.code)))


def _words() -> dict[str, Any]:
    return {
        "kinds": words.NEED_KINDS,
        "severities": words.SEVERITIES,
        "channels": words.CHANNELS,
        "states": words.LEAD_STATES,
        "reasons": words.CLOSE_REASONS,
        "places": place_names(g.desk.rules.units),
        "units": unit_names(g.desk.rules.units),
    }
