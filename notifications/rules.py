"""What must never be sent, and how long a worker may be silent before it is taken for dead."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType
from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from notifications.providers import Provider
from notifications.quiet import Quiet
from notifications.table import SURVEY
from notifications.wording import ORDER_SURVEY


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
    #: It can wait, and it is one of the quiet days of the year.
    QUIET_DAY = "quiet_day"
    #: The number got enough texts today.
    ENOUGH_TODAY = "enough_today"
    #: The budget of the day is used up.
    NO_BUDGET = "no_budget"
    #: A newer text about the same ticket says more.
    OVERTAKEN = "overtaken"
    #: It waited until it was not worth sending any more.
    STALE = "stale"


@dataclass(frozen=True)
class Most:
    """How many texts a number gets on a day."""

    #: Of those that tell of no right.
    ordinary: int = 4
    #: Of all together, so that nobody can have somebody else's telephone ring all day.
    of_all: int = 20


class Numbers(Protocol):
    """Where is looked up, each time anew, whom texts go to and who pays: messages hold no number."""

    def phone_of(self, session: Session, ticket_id: int) -> str | None:
        """Give the number in E.164, or None where there is none."""

    def phone_of_order(self, session: Session, order_id: int) -> str | None:
        """Give the number of whom a service order serves, or None where there is none."""

    def orders_of(self, phone: str) -> SelectOfScalar[int]:
        """Ask for the ids of all service orders for somebody with *phone*."""

    def wants_no_texts(self, session: Session, ticket_id: int) -> bool:
        """Whether the citizen wants no courtesies about this ticket."""

    def tickets_of(self, phone: str) -> SelectOfScalar[int]:
        """Ask for the ids of all tickets of *phone*."""

    def unit_of(self, session: Session, ticket_id: int) -> str | None:
        """Give the lead unit, or None where only the hotline has had it."""


@dataclass(frozen=True)
class Rules:
    """What the operator decided about sending."""

    #: Number of the recorded assessment that allows sending mainland numbers abroad.
    assessment: str | None = None
    #: When no text leaves that can wait; None where they leave at any hour.
    quiet: Quiet | None = None
    #: How many texts a number gets on a day; None where any number of them.
    most: Most | None = field(default_factory=Most)
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
    if template in (SURVEY, ORDER_SURVEY) and not provider.takes_upstream:
        return Held.ONE_WAY
    return None


def _can_be_texted(phone: str) -> bool:
    try:
        number = phonenumbers.parse(phone)
    except NumberParseException:
        return False
    # Only a certain landline is refused: the library's tables run behind the newest mobile ranges.
    return bool(phonenumbers.number_type(number) != PhoneNumberType.FIXED_LINE)
