"""The day of the same number in another month, or that month's last where there is none: 民法典 202."""

from calendar import monthrange
from datetime import MAXYEAR, date


def plus_months(day: date, months: int) -> date:
    """
    Find the same-numbered day *months* on.

    :raises OverflowError: it lies after the year 9999.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > MAXYEAR:
        raise OverflowError("there is no such day before the year 10000")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(day: date, last: date) -> int:
    """Greatest number of months after *day* that ends on *last* or before."""
    months = (last.year - day.year) * 12 + last.month - day.month
    return months - 1 if months > 0 and plus_months(day, months) > last else months
