"""Numbers of tickets: made from the day and a sequence, checked by a digit so that a slip is noticed."""

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_10

SHANGHAI = ZoneInfo("Asia/Shanghai")


def make_ref(at: datetime, number: int) -> str:
    """
    Make the 14-digit number of a ticket: day in Shanghai, seven digits, check digit (ISO 7064 MOD 11,10).

    The sequence is not gapless on purpose: a gapless counter would put every registration into one queue.
    """
    body = f"{at.astimezone(SHANGHAI):%y%m%d}{number % 10_000_000:07d}"
    return body + str(mod_11_10.calc_check_digit(body))


def read_ref(written: str) -> str | None:
    """Read a number with or without spaces; None where it is none or the check digit does not fit."""
    digits = written.replace(" ", "").replace("-", "")
    if len(digits) != 14 or not digits.isascii() or not digits.isdigit():
        return None
    try:
        checked: str = mod_11_10.validate(digits)
    except ValidationError:
        return None
    return checked


def make_tracking_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"
