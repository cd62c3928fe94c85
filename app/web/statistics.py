"""Figures over months: tables with charts and files beside, and the tickets behind every number."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from pydantic import ValidationError

from app.access.accounts import Role, Viewer
from app.access.rules import visible
from app.api.answers import cursor_of, read_cursor
from app.api.statistics_routes import BehindQuery, behind_of
from app.language.figure_words import FIGURES, MEANS, RATES, SORTED_BY, TOPIC_NAMES
from app.language.names import place_names, unit_names
from app.language.sentences import fields_of
from app.reading.charts import bars
from app.reading.due import next_due
from app.statistics.all_topics import topics_for
from app.statistics.behind import cases_of, hidden
from app.statistics.counting import count
from app.statistics.figures import Figure
from app.statistics.files import sheets
from app.statistics.months import close_month, closed_months, may_close, month_of
from app.statistics.naming import namer
from app.statistics.periods import Period
from app.statistics.scope import LISTERS, READERS, Scope
from app.statistics.topics import Topic, tables_of
from app.web.forms import FormKind, sentences_of
from app.web.staff import blueprint, staff_page
from app.workbooks import as_csv, as_xlsx
from tickets.ground.desk import Desk
from tickets.ground.errors import FieldsRefused, TicketError

statistics = blueprint("statistics", __name__)

#: Lines of a table that are drawn, and shown before one asks for the file.
MOST_DRAWN, MOST_SHOWN = 12, 200
FILES = {
    "csv": (as_csv, "text/csv"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
#: What can be wrong on the page, and what it is called there.
ASKED = FormKind(
    BehindQuery, {"from": lazy_gettext("从"), "to": lazy_gettext("到（含）"), "month": lazy_gettext("月份")}
)


def _scope() -> Scope:
    return Scope.of(g.viewer, g.desk.rules.units)


def _topic(name: str) -> Topic:
    found = next((one for one in topics_for(_scope()) if one.name == name), None)
    if found is None:
        abort(404)
    return found


def _period(today: date | None = None) -> Period:
    return Period.read(request.args.get("from"), request.args.get("to"), today or g.desk.today())


def _page(refused: TicketError | None = None, **told: Any) -> ResponseReturnValue:
    """A page of figures; of this month where what was asked for is no period."""
    desk: Desk = g.desk
    viewer: Viewer = g.viewer
    topic = _topic(str(told.get("name", "overview")))
    today = desk.today()
    period = Period.read(None, None, today) if refused else _period(today)
    scope, days = _scope(), {"from": period.first.isoformat(), "to": period.last.isoformat()}

    def address(figure: Figure, by: str, key: str) -> str:
        asked: dict[str, Any] = {**days, **({by: key} if by else {})}
        return url_for("statistics.behind", figure=figure.value, **asked) if scope.lists else ""

    return render_template(
        "statistics/topic.html",
        topic=topic,
        topics=topics_for(scope),
        period=period,
        days=days,
        typed=request.args if refused else days,
        tables=tables_of(desk.session, topic, scope, period),
        most=MOST_SHOWN,
        named=lambda by: namer(desk.rules, by),
        address=address,
        closed=closed_months(desk.session),
        may_close=may_close(viewer) and topic.name == "overview",
        wrong=sentences_of(ASKED, refused) if refused else (),
        words_of={"figures": FIGURES, "means": MEANS, "rates": RATES, "by": SORTED_BY, "topics": TOPIC_NAMES},
    )


def _again(refused: TicketError, **told: Any) -> ResponseReturnValue:
    return _page(refused, **told)


@statistics.get("/statistics")
@statistics.get("/statistics/<name>")
@staff_page(*READERS, again=_again)
def show(name: str = "overview") -> ResponseReturnValue:
    """A topic's figures of some months or days, against those before and those of last year."""
    return _page(name=name)


@statistics.get("/statistics/<name>.csv", defaults={"kind": "csv"})
@statistics.get("/statistics/<name>.xlsx", defaults={"kind": "xlsx"})
@staff_page(*READERS)
def file(name: str, kind: str) -> ResponseReturnValue:
    """The same as a file."""
    topic, period, desk = _topic(name), _period(), g.desk
    write, mimetype = FILES[kind]
    tables = tables_of(desk.session, topic, _scope(), period)
    answer = Response(write(sheets(topic, tables, period, desk.rules)), mimetype=mimetype)
    called = f"{name}-{period.first}-{period.last}.{kind}"
    answer.headers["Content-Disposition"] = f"attachment; filename={called}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@statistics.get("/statistics/<name>/<by>.svg")
@staff_page(*READERS)
def chart(name: str, by: str) -> ResponseReturnValue:
    """A table as bars, against the period before."""
    topic, desk = _topic(name), g.desk
    sorted_by = next((one for one in topic.tables if one == ("" if by == "all" else by)), None)
    if sorted_by is None:
        abort(404)
    lines = count(desk.session, _scope(), _period(), by=sorted_by, figures=topic.counted)
    if sorted_by:
        figure, drawn = topic.figures[0], lines[:MOST_DRAWN]
        labels = [namer(desk.rules, sorted_by)(line.key) for line in drawn]
        pairs = [(line.count(figure, "before").n, line.count(figure).n) for line in drawn]
    else:
        labels = [str(FIGURES[figure]) for figure in topic.figures]
        pairs = [(lines[0].count(one, "before").n, lines[0].count(one).n) for one in topic.figures]
    series = [(_("上期"), [before for before, _now in pairs]), (_("本期"), [now for _before, now in pairs])]
    answer = Response(bars(labels, series), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _asked() -> BehindQuery:
    # Not a form: an empty word is one, it stands for what has no unit or no category.
    try:
        return BehindQuery.model_validate(request.args.to_dict())
    except ValidationError as wrong:
        raise FieldsRefused(*fields_of(wrong)) from None


@statistics.get("/statistics/tickets")
@staff_page(*LISTERS)
def behind() -> ResponseReturnValue:
    """The tickets behind one number, by the rule that counted it."""
    desk: Desk = g.desk
    asked = _asked()
    wanted = behind_of(asked, desk.today())
    units = desk.rules.units
    rows = cases_of(desk, g.viewer, wanted, limit=asked.limit, before=read_cursor(asked.cursor))
    shown, now = rows[: asked.limit], desk.now()
    following = cursor_of(shown[-1][0].id or 0) if len(rows) > asked.limit else None
    narrowed = [
        namer(desk.rules, by)(value)
        for by in ("unit", "kind", "category", "division", "channel")
        if (value := getattr(wanted, by)) is not None
    ]
    return render_template(
        "statistics/behind.html",
        rows=[(case, ticket, next_due(ticket.clocks, now, desk.rules)) for case, ticket in shown],
        figure=FIGURES[wanted.figure],
        means=MEANS[wanted.figure],
        period=wanted.period,
        narrowed=narrowed,
        hidden=hidden(desk.session, _scope(), wanted, visible(g.viewer, units)),
        next_url=_url("statistics.behind", {**request.args.to_dict(), "cursor": following})
        if following
        else "",
        units=unit_names(units),
        places=place_names(units),
        viewer_is_unit=g.viewer.role == Role.HEAD,
    )


@statistics.post("/statistics/months/close")
@staff_page(Role.SUPERVISOR, again=_again)
def close() -> ResponseReturnValue:
    """Close a month that is over."""
    month = month_of(request.form.get("month", ""))
    close_month(g.desk, g.viewer, month)
    flash(_("%(month)s 已封账。", month=f"{month:%Y-%m}"), "done")
    return redirect(_url("statistics.show", {"from": f"{month:%Y-%m}", "to": f"{month:%Y-%m}"}), 303)


def _url(endpoint: str, asked: Mapping[str, Any]) -> str:
    return url_for(endpoint, **asked)
