"""Papers one can print, sign and stamp: 转办单, 答复意见书, 督办单, 催办通知."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from babel.dates import format_date, format_datetime
from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.access.doors import ticket_seen
from app.language.i18n import LANGUAGES, language
from app.language.names import category_name, place_names
from app.language.shown import in_shanghai
from app.reading.chasing import notice_of
from app.reading.papers import SupervisionPaper, reply_paper, supervision_paper, transfer_paper
from app.web.find import READERS
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.refs import SHANGHAI
from tickets.ground.units import Units
from tickets.ground.words import SupervisionLevel, UnitKind
from tickets.ticket import Ticket

papers = blueprint("papers", __name__)

#: On paper a year is never left out.
PATTERNS = {
    "zh": {
        "date": "M 月 d 日",
        "day": "y 年 M 月 d 日",
        "moment": "y 年 M 月 d 日 H:mm",
        "binding": "y 年 M 月 d 日（EEEE）H:mm",
    },
    "en": {
        "date": "d MMMM",
        "day": "d MMMM y",
        "moment": "d MMMM y, H:mm",
        "binding": "EEEE, d MMMM y, H:mm",
    },
}


@papers.get("/tickets/<ref>/papers/transfer/<uuid:order_id>")
@staff_page(*READERS)
def transfer(ref: str, order_id: UUID) -> ResponseReturnValue:
    """The transfer slip of one order."""
    desk: Desk = g.desk
    ticket = ticket_seen(desk, g.viewer, ref)
    return _page("papers/transfer.html", desk, paper=transfer_paper(desk, g.viewer, ticket, order_id))


@papers.get("/tickets/<ref>/papers/reply")
@staff_page(*READERS)
def reply(ref: str) -> ResponseReturnValue:
    """The answer as a letter with a receipt to tear off."""
    desk: Desk = g.desk
    ticket = ticket_seen(desk, g.viewer, ref)
    return _page("papers/reply.html", desk, paper=reply_paper(desk, ticket))


def _page(template: str, desk: Desk, **told: Any) -> str:
    return render_template(template, **furnished(desk, desk.now()), **told)


def furnished(desk: Desk, now: datetime) -> dict[str, Any]:
    """What every paper of the house needs; *now* is the moment of printing."""
    _speak()
    units = desk.rules.units
    return {
        **_furniture(now, issuer_of(units)),
        "units": paper_names(units),
        "places": place_names(units),
    }


@papers.get("/tickets/<ref>/papers/urge/<int:number>")
@staff_page(*READERS)
def urge(ref: str, number: int) -> ResponseReturnValue:
    """A written notice to a unit that is late."""
    desk: Desk = g.desk
    ticket = ticket_seen(desk, g.viewer, ref)
    paper = notice_of(desk, ticket, number)
    subject = "" if ticket.sealed else subject_of(desk, ticket)
    return _page("papers/urge.html", desk, paper=paper, subject=subject, ticket=ticket)


def subject_of(desk: Desk, ticket: Ticket) -> str:
    """What *ticket* is about without a word of the matter: category and division."""
    _speak()
    parts = (
        category_name(desk.rules.categories, ticket.category),
        place_names(desk.rules.units).get(ticket.division or "", ""),
    )
    return " · ".join(part for part in parts if part)


@papers.get("/tickets/<ref>/papers/supervision/<int:number>")
@staff_page(*READERS)
def supervision(ref: str, number: int) -> ResponseReturnValue:
    """One supervision card of a ticket."""
    desk: Desk = g.desk
    ticket = ticket_seen(desk, g.viewer, ref)
    _speak()
    units = desk.rules.units
    paper = supervision_paper(
        desk, ticket, number, names=paper_names(units), subject=subject_of(desk, ticket)
    )
    return supervision_page(paper, issuer=issuer_of(units), now=desk.now(), ticket=ticket)


def supervision_page(
    paper: SupervisionPaper, *, issuer: str, now: datetime, ticket: Ticket | None = None
) -> str:
    """Draw a card: *issuer* is who supervises, by its full name; *now* the moment of printing."""
    _speak()
    return render_template(
        "papers/supervise.html",
        **_furniture(now, issuer),
        paper=paper,
        levels=tuple(SupervisionLevel),
        ticket=ticket,
    )


def _speak() -> None:
    """A paper is Chinese whatever its clerk reads; its English is asked for."""
    g.speaks = "en" if request.args.get("in") == "en" else "zh"


def _furniture(now: datetime, issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "printed_at": now,
        "day": day,
        "day_of_year": day_of_year,
        "at": moment,
        "binding": binding,
        "year_of": year_of,
    }


def issuer_of(units: Units) -> str:
    """Full name of the hotline, which issues what no unit does."""
    names = paper_names(units)
    return next((names[unit.code] for unit in units if unit.kind == UnitKind.HOTLINE), "")


def paper_names(units: Units) -> dict[str, str]:
    """Names as they stand on papers: the fullest a unit has, 盘龙区民政局 and not 区民政局."""
    if language() == "en":
        return {unit.code: unit.name_en for unit in units}
    return {unit.code: max((unit.name, *unit.aliases), key=len) for unit in units}


def year_of(value: datetime) -> int:
    """The year it is in Shanghai."""
    return in_shanghai(value).year


def day(value: datetime) -> str:
    """`2026 年 11 月 23 日`."""
    return _written("day", value)


def day_of_year(value: date) -> str:
    """`11 月 24 日`: the year stands beside it."""
    return str(format_date(value, PATTERNS[language()]["date"], LANGUAGES[language()]))


def moment(value: datetime) -> str:
    """`2026 年 11 月 23 日 9:40`."""
    return _written("moment", value)


def binding(value: datetime) -> str:
    """`2026 年 11 月 30 日（星期一）17:00`: with the weekday, because it binds."""
    return _written("binding", value)


def _written(length: str, value: datetime) -> str:
    return str(format_datetime(value, PATTERNS[language()][length], SHANGHAI, LANGUAGES[language()]))
