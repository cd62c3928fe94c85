"""Payments of a month: the list and its totals, a sheet handed in, and what differs from the register."""

from collections import Counter
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.access.rules import RULES
from app.api.doors import NotForYou
from app.assistance import payment_lists
from app.assistance.area import Area, area_of
from app.assistance.payment_lists import OfMonth, Settling
from app.assistance.payments import Taken, take_sheet
from app.language.assistance_words import SCHEMES
from app.language.names import place_names
from app.language.payment_words import FINDINGS, OUTCOMES
from app.language.sentences import field_sentence
from app.web.forms import Done, FormKind, new_key, once, sentences_of
from app.web.staff import blueprint, staff_page
from tickets.assistance.households import first_of_month
from tickets.assistance.payments import Outcome
from tickets.assistance.words import Scheme
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError, bad_field

payments_pages = blueprint("payments", __name__)

KEEPERS = tuple(role for role in Role if role in RULES.assistance["keep_households"])
#: Rows shown; the counts say how many there are.
MOST = 100
MOST_FAULTS = 100

ASKED = FormKind(OfMonth, {"month": _("月份"), "scheme": _("待遇")}, beside={"file": _("表格文件")})
SETTLING = FormKind(
    Settling,
    {
        "month": _("月份"),
        "scheme": _("待遇"),
        "finding": _("差异"),
        "household": _("户号"),
        "sheet": _("发放表"),
        "line": _("行"),
        "outcome": _("核实结果"),
    },
)


def _asked() -> OfMonth:
    """The month and scheme of the address; what is not said is this month's 低保."""
    desk: Desk = g.desk
    said = request.form if request.method == "POST" else request.args
    typed = {name: said.get(name) or "" for name in ASKED.labels}
    typed["month"] = typed["month"] or f"{first_of_month(desk.today()):%Y-%m}"
    typed["scheme"] = typed["scheme"] or Scheme.DIBAO
    read: OfMonth = ASKED.read(MultiDict(typed))
    return read


def _area() -> Area:
    found = area_of(g.desk.rules, g.viewer, "keep_households")
    if not found:
        raise NotForYou
    return found


def _page(taken: Taken | None = None, refused: TicketError | None = None) -> ResponseReturnValue:
    desk: Desk = g.desk
    area = _area()
    try:
        asked = _asked()
    except TicketError as error:
        # What was typed stays in the form; the list is that of this month.
        refused = refused or error
        asked = OfMonth(month=f"{first_of_month(desk.today()):%Y-%m}", scheme=Scheme.DIBAO)
    typed: Any = request.form if request.method == "POST" else request.args
    after = typed.get("after", "")
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
    rows = payment_lists.benefits_in(desk, area, asked, after=number, limit=MOST)
    found = payment_lists.findings(desk, area, g.viewer, asked)
    return render_template(
        "assistance/payments.html",
        asked=asked,
        typed=typed,
        total=payment_lists.total_of(desk, area, asked.first, asked.scheme),
        rows=rows[:MOST],
        more=rows[MOST - 1][0].household_id if len(rows) > MOST else None,
        sheets=payment_lists.sheets_of(desk, area, g.viewer, asked),
        taken=taken,
        faults=[(fault, field_sentence(fault.bad)) for fault in taken.faults[:MOST_FAULTS]] if taken else [],
        found=found[:MOST],
        counts=Counter(one.finding for one in found if one.outcome is None),
        open_ones=sum(one.outcome is None for one in found),
        schemes=SCHEMES,
        findings=FINDINGS,
        outcomes=OUTCOMES,
        choices=[(one.value, OUTCOMES[one]) for one in Outcome if one != Outcome.REOPENED],
        places=place_names(desk.rules.units),
        key=new_key(),
        wrong=sentences_of(ASKED, refused) if refused else (),
    )


def _again(refused: TicketError) -> ResponseReturnValue:
    return _page(refused=refused)


@payments_pages.get("/assistance/payments")
@staff_page(*KEEPERS, again=_again)
def show() -> ResponseReturnValue:
    """What was paid in a month under a scheme, and where that differs from the register."""
    return _page()


@payments_pages.post("/assistance/payments")
@staff_page(*KEEPERS, again=_again)
def bring_in() -> ResponseReturnValue:
    """Try a payment sheet out, or bring it in."""
    _area()
    asked = _asked()
    handed_in = request.files.get("file")
    content = handed_in.read() if handed_in else b""
    if not content:
        raise bad_field("file", "missing")
    dry_run = request.form.get("do") != "bring"
    return _page(take_sheet(g.desk, g.viewer, content, asked, dry_run=dry_run))


@payments_pages.post("/assistance/payments/settle")
@staff_page(*KEEPERS, again=_again)
def settle() -> ResponseReturnValue:
    """Say what a finding was found to be."""
    wanted: Settling = SETTLING.read(request.form)

    def act() -> Done:
        _area()
        payment_lists.settle(g.desk, g.viewer, wanted)
        url = url_for("payments.show", month=wanted.month, scheme=wanted.scheme)
        return Done(f"{url}#findings", gettext("已记下。"))

    return once(g.desk, g.viewer, act).response()
