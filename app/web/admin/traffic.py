"""How texts fare, what they cost, and two handles: a budget, and once more what did not arrive."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from babel.dates import format_skeleton
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.language.names import options, unit_names
from app.language.provider_words import name_of
from app.reading.outbound import how_calls_fared
from app.texts import state
from app.texts.alarms import ringing
from app.texts.budgets import Spend, set_budget
from app.texts.repeating import AT_MOST, Again, Repeated, repeat
from app.web.admin.saving import Refusal, form_of, saved, taken
from app.web.forms import Done, FormKind
from app.web.staff import blueprint, staff_page
from notifications.message import Fate
from notifications.spending import DISTRICT, HOTLINE
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.ground.units import Units
from tickets.ground.words import UnitKind

traffic_page = blueprint("traffic", __name__)

READERS = (Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR)

SPEND = FormKind(Spend, {"whose": _("哪个单位"), "segments": _("每天最多几条（计费条数）")})
AGAIN = FormKind(
    Again,
    {"template": _("短信"), "fate": _("送达情况"), "trouble": _("原因"), "reason": _("再发的理由")},
)

#: The fates that have a column of their own.
SHOWN = (Fate.DELIVERED, Fate.SENT, Fate.UNDELIVERABLE, Fate.GIVEN_UP)


@dataclass(frozen=True)
class Month:
    """What texts cost in one month, unit by unit, the dearest first."""

    month: date
    units: list[state.Cost]

    @property
    def name(self) -> str:
        """`2026年11月`, `Nov 2026`."""
        return format_skeleton("yMMM", self.month, locale=get_locale())

    @property
    def texts(self) -> int:
        """Of all units together."""
        return sum(one.texts for one in self.units)

    @property
    def segments(self) -> int:
        """Of all units together."""
        return sum(one.segments for one in self.units)


@traffic_page.get("/admin/messages")
@staff_page(*READERS)
def show() -> ResponseReturnValue:
    """How texts fare now."""
    return _page()


def _again(name: str) -> Callable[[TicketError], ResponseReturnValue]:
    def show_form(refused: TicketError) -> ResponseReturnValue:
        return _page(Refusal(name, refused))

    return show_form


@traffic_page.post("/admin/messages/budget")
@staff_page(Role.ADMIN, again=_again("budget"))
def budget() -> ResponseReturnValue:
    """Set or lift a budget."""
    wanted: Spend = SPEND.read(request.form)
    return saved(lambda: set_budget(g.desk, wanted), url_for("traffic.show"), gettext("预算已保存。"))


@traffic_page.post("/admin/messages/again")
@staff_page(Role.ADMIN, again=_again("again"))
def again() -> ResponseReturnValue:
    """Send again what did not arrive."""
    wanted: Again = AGAIN.read(request.form)
    return taken(lambda: Done(url_for("traffic.show"), _told(repeat(g.desk, wanted)))).response()


def _told(done: Repeated) -> str:
    said = [ngettext("%(num)s 条短信再发一次。", "%(num)s 条短信再发一次。", done.texts)]
    if done.left_out:
        said.append(
            ngettext(
                "%(num)s 条没有再发：群众已不收短信，或内容已打不开。",
                "%(num)s 条没有再发：群众已不收短信，或内容已打不开。",
                done.left_out,
            )
        )
    if done.is_more:
        said.append(gettext("还有没发的，一次最多 %(num)s 条。", num=AT_MOST))
    return "".join(said)


def _page(refused: Refusal | None = None) -> str:
    desk: Desk = g.desk
    session, now = desk.session, desk.now()
    waits, hours, budgets = (
        state.waiting(session, now),
        state.hours(session, now),
        state.budgets(session, now),
    )
    units: dict[str, Any] = {**unit_names(desk.rules.units), DISTRICT: _("全区")}
    return render_template(
        "admin/traffic.html",
        now=now,
        alarms=ringing(now, waits, hours, budgets),
        waits=waits,
        hours=hours,
        shown=SHOWN,
        lost=state.not_arrived(session, now),
        rung=how_calls_fared(session, now),
        months=[Month(month, list(rows)) for month, rows in _by_month(state.costs(session, now))],
        budgets=budgets,
        units=units,
        name_of=name_of,
        is_admin=g.viewer.role == Role.ADMIN,
        budget=form_of(SPEND, "budget", refused),
        whose=_payers(desk.rules.units),
        repeated=form_of(AGAIN, "again", refused, typed=MultiDict()),
    )


def _by_month(costs: list[state.Cost]) -> Any:
    return groupby(costs, key=lambda cost: cost.month)


def _payers(units: Units) -> list[tuple[str, Any]]:
    others = options(units, lambda unit: unit.kind not in (UnitKind.HOTLINE, UnitKind.AGENCY))
    return [(DISTRICT, _("全区")), (HOTLINE, _("热线")), *others]
