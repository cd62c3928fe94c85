"""Running totals of something that repeats weekly with exceptions, counted without visiting the days."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Self

#: Every day Python has, by its ordinal.
_DAYS = range(date.min.toordinal(), date.max.toordinal() + 1)


@dataclass(frozen=True)
class Cumulative:
    """Totals from the first day of the era, which was a Monday, so weeks and ordinals begin together."""

    #: Total of the first nought to seven days of a week.
    week: tuple[int, ...]
    #: Ordinals of the days that differ, rising.
    exceptions: tuple[int, ...]
    #: By how much the exceptions before the one at this place changed the total; one longer than these.
    corrections: tuple[int, ...]

    @classmethod
    def of(cls, week: Sequence[int], exceptions: Mapping[date, int]) -> Self:
        """Add up the amounts of a *week* from Monday and of the *exceptions*, the days that differ."""
        days = sorted(exceptions)
        changes = (exceptions[day] - week[day.weekday()] for day in days)
        return cls(
            week=tuple(accumulate(week, initial=0)),
            exceptions=tuple(day.toordinal() for day in days),
            corrections=tuple(accumulate(changes, initial=0)),
        )

    def through(self, day: date) -> int:
        """Total of all days up to and including *day*."""
        return self._through(day.toordinal())

    def reach(self, total: int) -> date:
        """
        Find the first day by which the total is at least *total*.

        :raises OverflowError: no day from year 1 to year 9999 is.
        """
        place = bisect_left(_DAYS, total, key=self._through)
        if total <= 0 or place == len(_DAYS):
            raise OverflowError("there is no such day between the years 1 and 9999")
        return date.fromordinal(_DAYS[place])

    def _through(self, ordinal: int) -> int:
        weeks, days = divmod(ordinal, 7)
        correction = self.corrections[bisect_right(self.exceptions, ordinal)]
        return weeks * self.week[7] + self.week[days] + correction
