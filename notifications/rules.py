"""What must never be sent, and how long a worker may be silent before it is taken for dead."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from notifications.providers import Provider
from notifications.quiet import Quiet
from notifications.wording import SURVEY


class Held(StrEnum):
    """The rule that holds a message back."""

    #: The citizen left no number, or it was erased.
    NO_NUMBER = "no_number"
    #: A landline, or not a number at all.
    NOT_A_MOBILE = "not_a_mobile"
    #: A mainland number through a provider abroad, without the recorded assessment (PIPL 38, 55).
    ABROAD = "abroad"
    #: A question whose answer could not come back; the callback desk has the item anyway.
    ONE_WAY = "one_way"
    #: No provider that leads there has these words approved.
    NOT_APPROVED = "not_approved"
    #: No provider carries to this number.
    NO_WAY = "no_way"
    #: The citizen wants no texts, and this one is a courtesy.
    OPTED_OUT = "opted_out"
    #: Its seal does not open with the keys at hand; it waits for the right key.
    UNREADABLE = "unreadable"
    #: It can wait, and it is night.
    QUIET_HOURS = "quiet_hours"
    #: It waited until it was not worth sending any more.
    STALE = "stale"


@dataclass(frozen=True)
class Rules:
    """What the operator decided about sending."""

    #: Number of the recorded assessment that allows sending mainland numbers abroad.
    assessment: str | None = None
    #: When no text leaves that can wait; None where they leave at any hour.
    quiet: Quiet | None = None
    #: How long a worker may have a message: longer than a provider's call, and than its list may lag.
    lease: timedelta = timedelta(seconds=60)
    #: How long to wait before looking up at the provider what became of a call without an answer.
    grace: timedelta = timedelta(seconds=60)
    #: How long to wait when something on our own side must be mended first.
    pause: timedelta = timedelta(minutes=15)


def why_withheld(template: str, phone: str | None, provider: Provider, rules: Rules) -> Held | None:
    """Name the rule that forbids sending *template* to *phone* through *provider* for good, if any does."""
    if phone is None:
        return Held.NO_NUMBER
    if not _can_be_texted(phone):
        return Held.NOT_A_MOBILE
    if not phone.startswith("+86"):
        return None
    if provider.abroad and rules.assessment is None:
        return Held.ABROAD
    if template == SURVEY and not provider.takes_upstream:
        return Held.ONE_WAY
    return None


def _can_be_texted(phone: str) -> bool:
    try:
        number = phonenumbers.parse(phone)
    except NumberParseException:
        return False
    # Only a certain landline is refused: the library's tables run behind the newest mobile ranges.
    return bool(phonenumbers.number_type(number) != PhoneNumberType.FIXED_LINE)
