"""Whom a machine may call, and when. Pure."""

from dataclasses import dataclass
from datetime import datetime, time

import phonenumbers

from notifications.quiet import Quiet
from notifications.rules import Held
from tickets.ground.refs import SHANGHAI
from tickets.ticket import Ticket

#: When a machine may ring at all, by the clocks of Shanghai: from, until before.
DAY = (time(8), time(21))

#: A number texts can go to, and no wish against them: the survey goes by text.
TAKES_TEXTS = "takes_texts"


@dataclass(frozen=True)
class Hours:
    """From and until before; nor where no text leaves that can wait: this can."""

    begins: time = DAY[0]
    ends: time = DAY[1]
    quiet: Quiet | None = None

    def cover(self, at: datetime) -> bool:
        """Whether a telephone may ring at the moment *at*."""
        by_day = self.begins <= at.astimezone(SHANGHAI).time() < self.ends
        return by_day and (self.quiet is None or self.quiet.until(at) is None)


def why_not(ticket: Ticket, phone: str | None, *, assessment: str | None) -> str | None:
    """
    Name the rule that forbids calling *phone* about *ticket* by a machine; None where none does.

    The provider sits abroad, so a mainland number needs the recorded *assessment* (PIPL 38, 55).
    """
    if phone is None:
        return Held.NO_NUMBER
    if phone.startswith("+86") and assessment is None:
        return Held.ABROAD
    return None if ticket.no_sms or is_landline(phone) else TAKES_TEXTS


def is_landline(phone: str) -> bool:
    """Whether no text can go to *phone*, for certain."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE)
