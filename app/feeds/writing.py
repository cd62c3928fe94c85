"""Promises as a calendar (RFC 5545), in the language of the request."""

from collections.abc import Iterable
from datetime import UTC, date, timedelta

from flask_babel import gettext as _
from icalendar import Calendar, Event, vDuration

from app.feeds.due import Due
from app.language.clock_words import CLOCKS
from app.language.names import unit_names
from tickets.ground.refs import SHANGHAI
from tickets.ground.units import Units

#: How often a calendar shall look again.
LOOK_AGAIN = timedelta(minutes=15)
#: The clocks of the district are not put forward in summer since 1992; earlier rules need not be told.
ZONE_SINCE = date(2020, 1, 1)


def calendar_of(name: str, promises: Iterable[Due], units: Units, base_url: str) -> bytes:
    """Write *promises* as a calendar called *name*; the same promises give the same bytes."""
    calendar, names = Calendar(), unit_names(units)
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Zhuanban//Zhuanban//ZH")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    # What calendars asked for before there was a standard for it.
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(SHANGHAI))
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(LOOK_AGAIN))
    for due in promises:
        calendar.add_component(_event(due, names.get(due.unit or "", ""), base_url))
    calendar.add_missing_timezones(first_date=ZONE_SINCE)
    return bytes(calendar.to_ical())


def _event(due: Due, unit: str, base_url: str) -> Event:
    event = Event()
    event.add("uid", str(due.clock_id))
    event.add("dtstamp", due.changed_at.astimezone(UTC))
    event.add("last-modified", due.changed_at.astimezone(UTC))
    event.add("dtstart", due.due_at.astimezone(SHANGHAI))
    event.add("summary", " · ".join(part for part in (due.ref, _kind(due), unit) if part))
    event.add("description", "\n".join(_told(due)))
    event.add("url", f"{base_url.rstrip('/')}/tickets/{due.ref}")
    # Nobody is busy at that moment: it is when something ends.
    event.add("transp", "TRANSPARENT")
    return event


def _kind(due: Due) -> str:
    return str(_("期限") if due.kind is None else _("%(clock)s期限", clock=CLOCKS[due.kind]))


def _told(due: Due) -> Iterable[str]:
    if due.late:
        yield _("已逾期。")
    if due.provisional:
        yield _("跨到的年份放假安排还没有公布，公布后可能变动。")
    yield _("详情请登录后看工单。")
