"""How dates, numbers and names read in the language spoken."""

from collections.abc import Callable
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_datetime
from flask_babel import get_locale, gettext
from jinja2 import pass_context
from jinja2.runtime import Context

from tickets.ground.desk import CALLING_MACHINE
from tickets.ground.refs import SHANGHAI

Moment = datetime | str | None

#: The catalogue where nobody asked for another.
SPOKEN_FIRST = "zh_Hans"

PATTERNS = {
    "zh": {
        "short": "MM-dd HH:mm",
        "short, year": "y-MM-dd HH:mm",
        "brief": "MM-dd",
        "brief, year": "y-MM-dd",
        "day": "M 月 d 日（EEE）",
        "day, year": "y 年 M 月 d 日（EEE）",
        "exact": "M 月 d 日（EEE）HH:mm",
        "exact, year": "y 年 M 月 d 日（EEE）HH:mm",
    },
    "en": {
        "short": "d MMM HH:mm",
        "short, year": "d MMM y HH:mm",
        "brief": "d MMM",
        "brief, year": "d MMM y",
        "day": "EEE d MMM",
        "day, year": "EEE d MMM y",
        "exact": "EEE d MMM HH:mm",
        "exact, year": "EEE d MMM y HH:mm",
    },
}


class Dates:
    """Filters that say a moment the short way when it is near. *clock* answers what is near."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock

    @pass_context
    def moment(self, context: Context, value: Moment, now: datetime | None = None) -> str:
        """`今日 09:31`, `11-20 17:12`, `2025-11-20 17:12`."""
        if value is None:
            return ""
        at = in_shanghai(value)
        if at.date() == self._today(context, now):
            return str(gettext("今日 %(time)s", time=f"{at:%H:%M}"))
        return format_datetime(at, self._pattern("short", at, context, now), SHANGHAI, _locale())

    @pass_context
    def exact(self, context: Context, value: Moment, now: datetime | None = None) -> str:
        """`11 月 30 日（周一）17:00`: a moment that binds."""
        if value is None:
            return ""
        at = in_shanghai(value)
        return format_datetime(at, self._pattern("exact", at, context, now), SHANGHAI, _locale())

    @pass_context
    def day(self, context: Context, value: Moment | date, now: datetime | None = None) -> str:
        """`11 月 30 日（周一）`."""
        return self._day("day", value, context, now)

    @pass_context
    def brief(self, context: Context, value: Moment | date, now: datetime | None = None) -> str:
        """`11-30`."""
        return self._day("brief", value, context, now)

    def _day(self, length: str, value: Moment | date, context: Context, now: datetime | None) -> str:
        if value is None:
            return ""
        day = in_shanghai(value).date() if isinstance(value, datetime | str) else value
        return format_date(day, self._pattern(length, day, context, now), _locale())

    def _pattern(self, length: str, day: date, context: Context, now: datetime | None) -> str:
        this_year = day.year == self._today(context, now).year
        return PATTERNS[_locale().language][length if this_year else f"{length}, year"]

    def _today(self, context: Context, now: datetime | None) -> date:
        return in_shanghai(now or context.get("now") or self.clock()).date()


def _locale() -> Locale:
    """The language spoken just now, which a text to somebody else may have switched for a moment."""
    return get_locale() or Locale.parse(SPOKEN_FIRST)


def in_shanghai(value: datetime | str) -> datetime:
    """The same moment on a Shanghai clock. Facts keep moments as text, so both are taken."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    if at.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(SHANGHAI)


def time_of_day(value: Moment) -> str:
    """`17:00`."""
    return "" if value is None else f"{in_shanghai(value):%H:%M}"


def iso(value: Moment) -> str:
    """RFC 3339 with +08:00 and whole seconds, for `<time datetime>`."""
    return "" if value is None else in_shanghai(value).isoformat(timespec="seconds")


def holder_name(username: str | None) -> str | None:
    """Who has a turn in hand: a person by the name they sign in with, or the machine."""
    return gettext("语音外呼系统") if username == CALLING_MACHINE.username else username


def grouped_ref(ref: str) -> str:
    """`261123 0004 1270`, so it can be read aloud."""
    return f"{ref[:6]} {ref[6:10]} {ref[10:]}" if len(ref) == 14 else ref


def grouped_code(code: str) -> str:
    """`123 456`."""
    return f"{code[:3]} {code[3:]}" if len(code) == 6 else code


def masked(value: str | None) -> str:
    """A phone as `138****0000`, an identity card as `530*************12`, a name as `金**`."""
    if not value:
        return ""
    number = value.replace(" ", "").replace("-", "").removeprefix("+86")
    if number.isdigit() and 7 <= len(number) <= 13:
        return f"{number[:3]}****{number[-4:]}"
    if len(number) >= 15 and number[:-1].isdigit():
        return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"
    return f"{value[0]}**"
