"""The State Council's yearly notice on holidays, read as published: which days are off, which are worked."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tickets.ground.errors import BadField, FieldsRefused
from tickets.ground.worktime.calendar import Calendar, ExplicitDay

WEEKDAY_WORDS = "一二三四五六日"
_WORKING_WEEKDAYS = 5
#: A notice names a few weeks; a longer span is a slip of the pen.
_LONGEST = timedelta(days=31)

_YEAR = re.compile(r"(\d{4})年部分节假日")
_ITEM = re.compile(
    r"(?:^|[\n。;])\s*(?:[一二三四五六七八九十]{1,3}、|\d{1,2}[.、])?\s*([^\s:。;、,]{1,30}):(?=[^\n]*日)"
)
_TOKEN = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:\((?P<told>[^()]*)\))?"
    r"|(?P<to>至|到|—|–|-|~)|(?P<off>放假)|(?P<on>上班)|共?(?P<count>\d{1,2})天|(?P<stop>[。;])"
)
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")


@dataclass(frozen=True)
class Notice:
    """What one year's notice says."""

    year: int
    #: Every day it names: off or worked, with the holiday's name.
    days: dict[date, ExplicitDay]

    def into(self, calendar: Calendar) -> Calendar:
        """
        Give *calendar* with this year as announced; what was guessed for it is gone.

        Only days that differ from their weekday are kept, as in every calendar of this house.
        """
        kept = {day: told for day, told in calendar.days.items() if day.year != self.year}
        said = {day: told for day, told in self.days.items() if told.working == _is_weekend(day)}
        return replace(
            calendar, days=dict(sorted((kept | said).items())), announced=calendar.announced | {self.year}
        )


def read_notice(text: str, year: int | None = None) -> Notice:
    """
    Read the notice *text*, as 《国务院办公厅关于…部分节假日安排的通知》 words it (全国年节及纪念日放假办法).

    :param year: the year it is about, where its title was not pasted.
    :raises FieldsRefused: each thing that does not fit, in the field `text` or `year`: no year, no holiday, a
        date there is not, a weekday or a number of days that is another, a make-up day that is worked anyway.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("\r\n", "\n")
    told = _YEAR.search(plain)
    if told:
        year = int(told[1])
    if year is None:
        raise FieldsRefused(BadField("year", "notice_without_year"))
    reader = _Reader(year)
    for name, body in _items(plain):
        reader.read(name, body)
    if not reader.days and not reader.wrong:
        reader.wrong.append(BadField("text", "notice_without_days"))
    if reader.wrong:
        raise FieldsRefused(*reader.wrong)
    return Notice(year, dict(sorted(reader.days.items())))


def _items(plain: str) -> Iterator[tuple[str, str]]:
    """Each holiday's name, and the words about it."""
    found = list(_ITEM.finditer(plain))
    for number, item in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(plain)
        yield item[1], f"{plain[item.end() : end]}。"


@dataclass
class _Reader:
    """Reads item after item, and gathers what does not fit."""

    year: int
    days: dict[date, ExplicitDay] = field(default_factory=dict)
    wrong: list[BadField] = field(default_factory=list)

    def read(self, name: str, body: str) -> None:
        waiting: list[date] = []
        off: list[date] = []
        until = False
        for token in _TOKEN.finditer(body):
            match token.lastgroup:
                case "day" | "told":
                    day = self._date(name, token, waiting or off)
                    waiting += self._through(name, waiting, day) if until else [day] if day else []
                    until = False
                case "to":
                    until = bool(waiting)
                case "off":
                    off = self._say(name, waiting, working=False)
                    waiting = []
                case "on":
                    self._say(name, waiting, working=True)
                    waiting = []
                case "count":
                    self._check_count(name, off, int(token["count"]))
                case _:
                    waiting, until = [], False

    def _date(self, name: str, token: re.Match[str], before: Sequence[date]) -> date | None:
        month = int(token["month"]) if token["month"] else before[-1].month if before else 0
        try:
            day = date(int(token["year"] or self.year), month, int(token["day"]))
        except ValueError:
            self._bad("notice_no_date", name=name, given=token[0])
            return None
        weekday = _WEEKDAY.search(token["told"] or "")
        if weekday and WEEKDAY_WORDS.index(weekday[1].replace("天", "日")) != day.weekday():
            self._bad("notice_weekday", name=name, day=_named(day), given=weekday[0])
        return day

    def _through(self, name: str, waiting: Sequence[date], last: date | None) -> list[date]:
        if last is None:
            return []
        first = waiting[-1]
        if not timedelta(0) < last - first <= _LONGEST:
            self._bad("notice_span", name=name, first=_named(first), last=_named(last))
            return []
        return [first + timedelta(days=number + 1) for number in range((last - first).days)]

    def _say(self, name: str, days: Sequence[date], *, working: bool) -> list[date]:
        for day in days:
            if working and not _is_weekend(day):
                self._bad("notice_worked_anyway", name=name, day=_named(day))
            elif day in self.days and self.days[day].working != working:
                self._bad("notice_twice", name=name, day=_named(day))
            self.days.setdefault(day, ExplicitDay(working=working, name=name))
        return [*days]

    def _check_count(self, name: str, off: Sequence[date], said: int) -> None:
        if off and said != len(off):
            self._bad("notice_count", name=name, given=said, count=len(off))

    def _bad(self, code: str, **params: Any) -> None:
        self.wrong.append(BadField("text", code, params))


def _is_weekend(day: date) -> bool:
    return day.weekday() >= _WORKING_WEEKDAYS


def _named(day: date) -> str:
    return day.isoformat()
