"""Hours of the night, and days of the year, in which no text leaves that can wait."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from notifications.lunar_year import EVES_AND_FIRST_DAYS
from notifications.wording import SHANGHAI

#: By how much the texts of a night are drawn together in the morning, so that they keep their order.
CLOSER = 1000

DAY = timedelta(days=1)


class Span(NamedTuple):
    """Quiet from *began* until before *over*."""

    began: datetime
    over: datetime


@dataclass(frozen=True)
class Quiet:
    """
    From *begins* until before *ends*, in Shanghai; over midnight where it ends earlier than it begins.

    Quiet all day long are the *days*, with the nights around them.
    """

    begins: time = time(21)
    ends: time = time(8)
    days: frozenset[date] = EVES_AND_FIRST_DAYS

    def until(self, moment: datetime) -> datetime | None:
        """
        Say when a text may go that would go at *moment*; None where it need not wait.

        Those of one night go within a minute after its end, those of days within four, in the order in which
        they would have gone.
        """
        local = moment.astimezone(SHANGHAI)
        span = self._days(local) or self._night(local)
        return span and span.over + (local - span.began) / CLOSER

    def is_for_a_day(self, moment: datetime) -> bool:
        """Whether it is for a quiet day that a text must wait at *moment*, and not for the night alone."""
        return self._days(moment.astimezone(SHANGHAI)) is not None

    def _night(self, local: datetime) -> Span | None:
        began = datetime.combine(local.date(), self.begins, SHANGHAI)
        if began > local:
            began -= DAY
        over = datetime.combine(began.date(), self.ends, SHANGHAI)
        if over <= began:
            over += DAY
        return Span(began, over) if local < over else None

    def _days(self, local: datetime) -> Span | None:
        """The quiet days in a row around *local*, with the night before them and the one after."""
        night = self._night(local)
        ends = (night.began - timedelta.resolution, night.over) if night else ()
        touched = [one.date() for one in (local, *ends)]
        first = next((day for day in touched if day in self.days), None)
        if first is None:
            return None
        last = first
        while first - DAY in self.days:
            first -= DAY
        while last + DAY in self.days:
            last += DAY
        began = datetime.combine(first, time(), SHANGHAI)
        over = datetime.combine(last + DAY, time(), SHANGHAI)
        before, after = self._night(began - timedelta.resolution), self._night(over)
        return Span(before.began if before else began, after.over if after else over)
