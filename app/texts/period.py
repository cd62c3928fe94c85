"""The days a question is about: from one day or month to another, both included."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tickets.ground.errors import bad_field
from tickets.ground.worktime.calendar import SHANGHAI

#: More is asked a year at a time.
MOST = 366
MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True)
class Period:
    """Whole days in Shanghai, the last one included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """The first moment of it."""
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), SHANGHAI)


def read_period(first: str | None, last: str | None, today: date) -> Period:
    """
    Read what somebody wrote in `from` and `to`; without them it is this month until *today*.

    :raises FieldsRefused: that is no day and no month, they are in disorder, or it is more than a year.
    """
    begins = _day("from", first, is_last=False) if first else None
    ends = _day("to", last, is_last=True) if last else today
    begins = begins or ends.replace(day=1)
    if ends < begins:
        raise bad_field("to", "days_in_disorder")
    if (ends - begins).days >= MOST:
        raise bad_field("from", "period_too_long", most=MOST)
    return Period(begins, ends)


def _day(name: str, given: str, *, is_last: bool) -> date:
    try:
        if not MONTH.fullmatch(given):
            return date.fromisoformat(given)
        found = date.fromisoformat(f"{given}-01")
        next_month = (found.replace(day=28) + timedelta(days=4)).replace(day=1) if is_last else found
    except (ValueError, OverflowError):
        raise bad_field(name, "bad_day_or_month") from None
    return next_month - timedelta(days=1) if is_last else found
