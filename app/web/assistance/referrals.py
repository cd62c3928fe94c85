"""Referrals: sent from a household, taken by a department, counted from where to where."""

from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.access.rules import RULES
from app.api.answers import cursor_of, read_cursor
from app.assistance import referrals as work
from app.assistance.area import household_for
from app.assistance.members import members_of
from app.assistance.need_answers import needs_answered
from app.assistance.referrals import NewReferral, ReferralRead, ReferralWords
from app.language import assistance_words as words
from app.language import need_words, referral_words
from app.language.names import options, place_names
from app.reading.referrals import WantedReferrals, crossings, name_of, referrals_for
from app.web.admin.saving import Refusal, form_of
from app.web.forms import Done, FormKind, once
from app.web.staff import blueprint, staff_page
from tickets.assistance.households import Household
from tickets.assistance.need_words import Way
from tickets.assistance.packages import PACKAGES
from tickets.assistance.referrals import RECEIPT_DAYS, RESULT_DAYS, Referral, ReferralMove, ReferralState
from tickets.assistance.words import PolicyTheme
from tickets.ground.desk import Desk
from tickets.ground.errors import NotYours, TicketError

referrals_pages = blueprint("referrals", __name__)

SENDERS = tuple(role for role in Role if role in RULES.assistance["send_referrals"])
TAKERS = tuple(role for role in Role if role in RULES.assistance["take_referrals"])
READERS = tuple(dict.fromkeys((*SENDERS, *TAKERS)))
#: Referrals on one page.
MOST = 50

SEND = FormKind(
    NewReferral,
    {
        "member": _("哪位成员"),
        "theme": _("哪类救助"),
        "to_unit": _("转给哪个部门"),
        "fields": _("移交的资料"),
        "need": _("需要什么帮助"),
    },
    many=frozenset({"fields"}),
)
RECEIVE = FormKind(ReferralRead, {"version": _("版本")})
REFUSE = FormKind(ReferralWords, {"text": _("退回的理由"), "version": _("版本")})
ANSWER = FormKind(ReferralWords, {"text": _("办理结果"), "version": _("版本")})
OF_MOVE = {ReferralMove.RECEIVE: RECEIVE, ReferralMove.REFUSE: REFUSE, ReferralMove.ANSWER: ANSWER}


@referrals_pages.get("/referrals")
@staff_page(*READERS)
def show() -> ResponseReturnValue:
    """The matrix, and the referrals behind a number of it."""
    desk: Desk = g.desk
    plain = {name: request.args.get(name, "").replace("\0", "") for name in ("from_unit", "to_unit", "state")}
    ticked = {name: bool(request.args.get(name)) for name in ("received", "late")}
    wanted = WantedReferrals(
        from_unit=plain["from_unit"] or None,
        to_unit=plain["to_unit"] or None,
        state=next((one for one in ReferralState if one == plain["state"]), None),
        **ticked,
    )
    cursor = request.args.get("before") or None
    lines = referrals_for(desk, g.viewer, wanted, before=read_cursor(cursor), limit=MOST)
    kept: dict[str, Any] = {name: value for name, value in (plain | ticked).items() if value}
    last = lines[MOST - 1].referral.id if len(lines) > MOST else 0
    return render_template(
        "assistance/referrals.html",
        rows=lines[:MOST],
        matrix=crossings(desk, g.viewer),
        asked=plain | ticked,
        next_url=url_for("referrals.show", **kept, before=cursor_of(last)) if last else "",
        first_url=url_for("referrals.show", **kept) if cursor else "",
        **_words(),
    )


@referrals_pages.get("/referrals/<int:number>")
@staff_page(*READERS)
def read(number: int) -> ResponseReturnValue:
    """One referral, without what was handed over."""
    return _page(work.referral_for(g.desk, g.viewer, number))


def _again(name: str) -> Any:
    def again(refused: TicketError, number: int) -> ResponseReturnValue:
        return _page(work.referral_for(g.desk, g.viewer, number), Refusal(name, refused))

    return again


@referrals_pages.post("/referrals/<int:number>/open")
@staff_page(*TAKERS, again=_again("open"))
def open_package(number: int) -> ResponseReturnValue:
    """Show the department what was handed over; the look is a fact."""
    row, opened = work.open_package(g.desk, g.viewer, number)
    return _page(row, opened=opened)


@referrals_pages.post("/referrals/<int:number>/receive")
@staff_page(*TAKERS, again=_again("receive"))
def receive(number: int) -> ResponseReturnValue:
    """Say that it was received."""
    return _moved(number, ReferralMove.RECEIVE)


@referrals_pages.post("/referrals/<int:number>/refuse")
@staff_page(*TAKERS, again=_again("refuse"))
def refuse(number: int) -> ResponseReturnValue:
    """Refuse it with a reason."""
    return _moved(number, ReferralMove.REFUSE)


@referrals_pages.post("/referrals/<int:number>/answer")
@staff_page(*TAKERS, again=_again("answer"))
def answer(number: int) -> ResponseReturnValue:
    """Say what came of it."""
    return _moved(number, ReferralMove.ANSWER)


def _moved(number: int, move: ReferralMove) -> ResponseReturnValue:
    wanted = OF_MOVE[move].read(request.form)

    def act() -> Done:
        work.move_referral(g.desk, g.viewer, number, move, wanted.version, getattr(wanted, "text", None))
        return Done(url_for("referrals.read", number=number), gettext("已保存。"))

    return once(g.desk, g.viewer, act).response()


def _form_again(refused: TicketError, number: int) -> ResponseReturnValue:
    return _form(household_for(g.desk, g.viewer, number, "send_referrals"), Refusal("send", refused))


@referrals_pages.get("/households/<int:number>/refer")
@staff_page(*SENDERS)
def new(number: int) -> ResponseReturnValue:
    """What would be handed over, shown before it is sent."""
    return _form(household_for(g.desk, g.viewer, number, "send_referrals"))


@referrals_pages.post("/households/<int:number>/refer")
@staff_page(*SENDERS, again=_form_again)
def send(number: int) -> ResponseReturnValue:
    """Send a need to a department."""
    wanted: NewReferral = SEND.read(request.form)

    def act() -> Done:
        household = household_for(g.desk, g.viewer, number, "send_referrals", lock=True)
        row = work.send_referral(g.desk, g.viewer, household, wanted)
        return Done(url_for("referrals.read", number=row.id), gettext("已转介，等待部门签收。"))

    return once(g.desk, g.viewer, act).response()


def _page(row: Referral, refused: Refusal | None = None, opened: dict[str, Any] | None = None) -> str:
    desk: Desk = g.desk
    typed = MultiDict({"version": str(row.version)})
    moves = work.moves_of(g.viewer, row)
    return render_template(
        "assistance/referral.html",
        one=row,
        name=name_of(desk, row),
        late=row.is_late(desk.now()),
        answer=row.answer_in(desk.vault),
        opened=opened,
        opens=work.may_open(g.viewer, row),
        moves=moves,
        needs=needs_answered(desk, g.viewer, Way.REFERRAL, str(row.id)),
        need_words=need_words,
        follows=work.may_send(desk.rules, g.viewer) and row.to_unit != g.viewer.unit,
        forms={str(move): form_of(OF_MOVE[move], move, refused, typed=typed) for move in OF_MOVE},
        refused=refused.form if refused and refused.form in moves else "",
        **_words(),
    )


def _form(household: Household, refused: Refusal | None = None) -> str:
    desk: Desk = g.desk
    if not work.may_send(desk.rules, g.viewer):
        raise NotYours
    given = request.values.get("theme", "")
    theme = next((one for one in PolicyTheme if one == given), PolicyTheme.MEDICAL)
    members = [row for row in members_of(desk, household) if row.left_on is None]
    takers = work.departments(desk.rules, g.viewer.unit)
    typed = MultiDict({"theme": theme.value, "to_unit": theme.value if theme.value in takers else ""})
    for name in PACKAGES[theme].fields:
        typed.add("fields", name)
    return render_template(
        "assistance/refer.html",
        one=household,
        members=members,
        theme=theme,
        package=PACKAGES[theme],
        takers=options(desk.rules.units, lambda unit: unit.code in takers),
        people=[(row.id, f"{words.KINSHIPS[row.kinship]} {row.name_masked}") for row in members],
        form=form_of(SEND, "send", refused, typed=typed),
        handed_options=[(name.value, referral_words.HANDED[name]) for name in PACKAGES[theme].fields],
        handed_heads=[referral_words.HANDED[name] for name in PACKAGES[theme].fields],
        days=(RECEIPT_DAYS, RESULT_DAYS),
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "handed": referral_words.HANDED,
        "states": referral_words.REFERRAL_STATES,
        "themes": words.POLICY_THEMES,
        "kinds": words.HOUSEHOLD_KINDS,
        "traits": words.TRAITS,
        "care_levels": words.CARE_LEVELS,
        "places": place_names(g.desk.rules.units),
    }
