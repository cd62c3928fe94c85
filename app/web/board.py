"""The board: for whoever is signed in with the lists behind, for a screen by its secret without."""

import hashlib
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.access.accounts import Role
from app.access.doors import open_to
from app.admin.ledger import CONSOLE
from app.api.statistics_routes import BehindQuery
from app.house import house
from app.language.figure_words import FIGURES, RATES
from app.language.i18n import language
from app.language.names import category_name, unit_names
from app.language.words import Words
from app.reading.wall import WAYS, wall
from app.reading.wall_chart import draw
from app.statistics.topics import THREE_RATES
from app.statistics.wall_links import links_of_house, make_link, opens, revoke_link
from app.web.forms import FormKind, sentences_of
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.ground.refs import SHANGHAI

board = blueprint("board", __name__)
#: Read by screens that nobody is signed in at.
screens = Blueprint("screens", __name__)

READERS = (Role.SUPERVISOR, Role.AUDITOR)
WAY_NAMES = Words(
    phone=lazy_gettext("电话"),
    superior=lazy_gettext("上级转办"),
    web=lazy_gettext("网上"),
    others=lazy_gettext("信访及其他"),
)
NAMED = FormKind(BehindQuery, {"name": lazy_gettext("挂在哪里")})


def _told(desk: Desk, *, links: bool) -> dict[str, Any]:
    seen = wall(desk)
    units = desk.rules.units

    def cases(figure: str, first: date = seen.today, **narrowed: str) -> str:
        days = {"from": first.isoformat(), "to": seen.today.isoformat()}
        asked: dict[str, Any] = {**days, "figure": figure, **narrowed}
        return url_for("statistics.behind", **asked)

    def cases_in(code: str) -> str:
        return cases("received", seen.today - timedelta(days=6), division=",".join(units.at_or_below(code)))

    return {
        "wall": seen,
        "drawing": draw(seen.hours),
        "here": seen.now.astimezone(SHANGHAI),
        "links": links,
        "cases": cases,
        "cases_in": cases_in,
        "ways": {way: ",".join(channels) for way, channels in WAYS.items()},
        "way_names": WAY_NAMES,
        "three": THREE_RATES,
        "figure_names": FIGURES,
        "rate_names": RATES,
        "units": unit_names(units),
        "category_of": lambda code: category_name(desk.rules.categories, code),
    }


def _part(desk: Desk, *, links: bool) -> Response:
    """The board again, or 304 where nothing on it changed within the minute."""
    answer = Response(render_template("board/_wall.html", **_told(desk, links=links)), mimetype="text/html")
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest())
    answer.make_conditional(request)
    return answer


@board.get("/board")
@staff_page(*READERS)
def show() -> ResponseReturnValue:
    """The board, with the list behind every number."""
    return render_template("board/wall.html", part=url_for("board.part"), **_told(g.desk, links=True))


@board.get("/board/part")
@staff_page(*READERS)
def part() -> ResponseReturnValue:
    """The board alone, for a page that keeps itself fresh."""
    return _part(g.desk, links=True)


@screens.get("/wall/<secret>")
@open_to("secret")
def screen(secret: str) -> ResponseReturnValue:
    """The board for a screen: counts, nothing behind them, and nobody has to sign in."""
    with house().open_desk(CONSOLE) as desk:
        if not opens(desk, secret):
            abort(404)
        g.rules = desk.rules
        refresh = url_for("screens.screen_part", secret=secret, lang="en" if language() == "en" else None)
        return render_template("board/wall.html", part=refresh, **_told(desk, links=False))


@screens.get("/wall/<secret>/part")
@open_to("secret")
def screen_part(secret: str) -> ResponseReturnValue:
    """The same alone."""
    with house().open_desk(CONSOLE) as desk:
        if not opens(desk, secret):
            abort(404)
        g.rules = desk.rules
        return _part(desk, links=False)


def _again(refused: TicketError, **_told_before: Any) -> ResponseReturnValue:
    return _screens(refused=refused)


@board.get("/board/screens")
@staff_page(Role.SUPERVISOR)
def screens_page() -> ResponseReturnValue:
    """Which screens show the board."""
    return _screens()


@board.post("/board/screens")
@staff_page(Role.SUPERVISOR, again=_again)
def add_screen() -> ResponseReturnValue:
    """Make the address of a screen; it is shown this once."""
    secret = make_link(g.desk, g.viewer, request.form.get("name", ""))
    path = url_for("screens.screen", secret=secret, lang="en" if language() == "en" else None)
    return _screens(address=house().settings.base_url.rstrip("/") + path)


@board.post("/board/screens/<int:link_id>/revoke")
@staff_page(Role.SUPERVISOR, again=_again)
def remove_screen(link_id: int) -> ResponseReturnValue:
    """Have the address of a screen show nothing any more."""
    revoke_link(g.desk, link_id)
    flash(_("地址已作废。"), "done")
    return redirect(url_for("board.screens_page"), 303)


def _screens(address: str = "", refused: TicketError | None = None) -> str:
    return render_template(
        "board/screens.html",
        address=address,
        wrong=sentences_of(NAMED, refused) if refused else (),
        typed=request.form.get("name", "") if refused else "",
        screens=links_of_house(g.desk.session),
    )
