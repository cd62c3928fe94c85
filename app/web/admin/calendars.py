"""The calendar: what is worked and what is off, the year's notice to paste, days that are closed here."""

from datetime import date
from typing import Annotated, Literal

from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from pydantic import AfterValidator, Field
from sqlmodel import col, select
from werkzeug.datastructures import MultiDict

from app.access.accounts import Role
from app.admin.fields import LongName, Sentence
from app.language.names import unit_names, weekday_names
from app.language.words import Words
from app.rulemaking import calendars, changing
from app.rulemaking.changing import READERS
from app.rulemaking.rows import RuleKind
from app.web.admin.rule_changes import SHOWS, panel_of
from app.web.admin.saving import Refusal, form_of, taken
from app.web.forms import Done, FormKind
from app.web.staff import blueprint, staff_page
from tickets.ground.desk import Desk
from tickets.ground.errors import TicketError
from tickets.ground.policy import CalendarVersion
from tickets.ground.worktime.calendar import Calendar
from tickets.ground.worktime.moments import local
from tickets.intake.draft import Strict, storable

calendars_pages = blueprint("admin_calendars", __name__)

MOST_TEXT = 100_000

DAYS = Words(off=_("不上班"), working=_("上班"), usual=_("照平常的星期几"))


class Handed(Strict):
    """A notice or a file, as it was handed in."""

    text: Annotated[str, Field(max_length=MOST_TEXT), AfterValidator(storable)]
    year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    basis: Sentence = ""


class Closure(Strict):
    """Days on which this district works otherwise."""

    first: date
    last: date | None = None
    kind: Literal["off", "working", "usual"]
    name: LongName
    basis: Sentence = ""


IMPORT = FormKind(
    Handed,
    {"text": _("通知原文或日历文件"), "year": _("年份"), "basis": _("依据")},
    beside={"file": _("文件")},
)
CLOSURE = FormKind(
    Closure,
    {
        "first": _("从哪天"),
        "last": _("到哪天"),
        "kind": _("这几天"),
        "name": _("名称"),
        "basis": _("依据"),
    },
)


@calendars_pages.get("/admin/calendar")
@staff_page(*READERS)
def show() -> ResponseReturnValue:
    """The calendar in force, a change under way, and the earlier versions."""
    return page()


@calendars_pages.get("/admin/calendar.toml")
@staff_page(*READERS)
def export() -> ResponseReturnValue:
    """The calendar in force as a file."""
    return as_file(calendars.to_toml(g.desk.rules.calendar), "calendar.toml")


def as_file(text: str, name: str) -> Response:
    """A file to keep."""
    return Response(
        text,
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _again_import(refused: TicketError) -> ResponseReturnValue:
    return page(Refusal("import", refused))


@calendars_pages.post("/admin/calendar/import")
@staff_page(Role.ADMIN, again=_again_import)
def hand_in() -> ResponseReturnValue:
    """Take a pasted notice or a file as a draft."""
    handed: Handed = IMPORT.read(with_file(request.form))
    calendar = calendars.read_calendar(handed.text, changing.calendar_to_change(g.desk), handed.year)
    return _drafted(calendar, handed.basis, handed.text)


def with_file(typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """The form with the text of the file that came with it, if one did."""
    given = request.files.get("file")
    read = given.read(MOST_TEXT * 4).decode("utf-8-sig", errors="replace") if given else ""
    return MultiDict({**typed.to_dict(), "text": read}) if read.strip() else typed


def _again_days(refused: TicketError) -> ResponseReturnValue:
    return page(Refusal("days", refused))


@calendars_pages.post("/admin/calendar/days")
@staff_page(Role.ADMIN, again=_again_days)
def change_days() -> ResponseReturnValue:
    """Draft days that are off or worked in this district."""
    wanted: Closure = CLOSURE.read(request.form)
    working = {"off": False, "working": True, "usual": None}[wanted.kind]
    calendar = calendars.with_days(
        changing.calendar_to_change(g.desk),
        wanted.first,
        wanted.last or wanted.first,
        wanted.name,
        working=working,
    )
    return _drafted(calendar, wanted.basis, "")


def _drafted(calendar: Calendar, basis: str, source: str) -> ResponseReturnValue:
    def act() -> Done:
        changing.draft(g.desk, RuleKind.CALENDAR, calendar.to_data(), basis=basis, source=source)
        return Done(url_for("admin_calendars.show"), gettext("已写入草稿。请看看变了哪些天，再提交批准。"))

    return taken(act).response()


def page(refused: Refusal | None = None) -> str:
    """The page, perhaps with a form that was refused."""
    desk: Desk = g.desk
    calendar, today = desk.rules.calendar, local(desk.now()).date()
    under_way = panel_of(desk, g.viewer, RuleKind.CALENDAR, refused)
    change = under_way["change"]
    would_be = Calendar.from_data(change.data) if change else calendar
    years = sorted({day.year for day in calendar.days} | calendar.announced, reverse=True)
    year = request.args.get("year", today.year, type=int)
    return render_template(
        "admin/calendar.html",
        **under_way,
        calendar=calendar,
        units=unit_names(desk.rules.units),
        rules=desk.rules,
        year=year,
        years=[one for one in years if today.year - 3 <= one <= today.year + 2],
        days=[(day, told) for day, told in sorted(calendar.days.items()) if day.year == year],
        missing=list(calendars.unannounced(calendar, today, date(today.year + 1, 1, 1))),
        changed=calendars.days_changed(calendar, would_be),
        new_years=sorted(would_be.announced - calendar.announced),
        hours_changed=would_be.week != calendar.week,
        week=list(zip(weekday_names(), calendar.week, would_be.week, strict=True)),
        versions=_versions(desk),
        day_words=DAYS,
        imported=form_of(IMPORT, "import", refused),
        closure=form_of(CLOSURE, "days", refused, typed=MultiDict({"kind": "off"})),
    )


SHOWS[RuleKind.CALENDAR] = page


def _versions(desk: Desk) -> list[CalendarVersion]:
    query = select(CalendarVersion).order_by(col(CalendarVersion.version).desc()).limit(20)
    return list(desk.session.exec(query).all())
