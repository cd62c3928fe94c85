"""What a provider of texts must offer, and our own words for what can go wrong with one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Trouble(StrEnum):
    """Why a text was not taken or did not arrive."""

    #: The provider has too much to do.
    BUSY = "busy"
    #: It lets no more texts to this number for now.
    TOO_MANY = "too_many"
    #: The provider could not be reached at all.
    UNREACHABLE = "unreachable"
    #: Our account, token or sender is wrong: it passes when somebody mends the settings.
    MISCONFIGURED = "misconfigured"
    BAD_NUMBER = "bad_number"
    #: The citizen answered STOP.
    OPTED_OUT = "opted_out"
    #: The account may not send to this region.
    NOT_ALLOWED = "not_allowed"
    #: The network took it for spam, or blocks the number.
    FILTERED = "filtered"
    #: The phone was off or out of reach for too long.
    PHONE_OFF = "phone_off"
    #: The text itself was refused.
    REJECTED = "rejected"
    #: The provider sends approved words only, and these are not among them.
    NOT_APPROVED = "not_approved"
    #: Nobody can say whether the provider took it.
    OUTCOME_UNKNOWN = "outcome_unknown"
    #: The provider does not say why.
    UNKNOWN = "unknown"

    @property
    def may_pass(self) -> bool:
        """Another try of the same text can end better."""
        return self in (Trouble.BUSY, Trouble.TOO_MANY, Trouble.UNREACHABLE, Trouble.MISCONFIGURED)

    @property
    def is_the_providers(self) -> bool:
        """Another provider may take the very same text."""
        return self.may_pass or self in (Trouble.NOT_ALLOWED, Trouble.NOT_APPROVED)


class NotTaken(Exception):
    """The provider certainly did not take the text. The detail never names a number or a word of the text."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble}: {detail}" if detail else str(trouble))
        self.trouble = trouble
        self.detail = detail


class OutcomeUnknown(Exception):
    """The provider may have taken the text: the answer did not come, or cannot be read."""


class LookUpFailed(Exception):
    """The provider could not be asked what it took."""


@dataclass(frozen=True)
class Parcel:
    """One text on its way to one phone."""

    #: Comes back in every receipt.
    our_id: UUID
    phone: str
    text: str
    #: Which words these are, named like their file, and what fills their gaps: some take nothing else.
    form: str = ""
    #: Digest of the words of that form that these were made of.
    version: str = ""
    params: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Sent:
    """The provider's yes."""

    sid: str
    segments: int | None = None
    #: Known at once to be on the phone; no receipt will follow.
    delivered: bool = False


class Provider(Protocol):
    """Who carries texts to phones."""

    @property
    def name(self) -> str:
        """Kept with every message it carried."""

    @property
    def takes_upstream(self) -> bool:
        """Texts of mainland phones come back through it."""

    @property
    def abroad(self) -> bool:
        """It sits outside mainland China."""

    @property
    def tells(self) -> bool:
        """Receipts come back from it."""

    def why_not(self, parcel: Parcel) -> Trouble | None:
        """Say why it could never take *parcel*; None where it could. Asked before it is chosen."""

    def send(self, parcel: Parcel) -> Sent:
        """
        Hand it over.

        :raises NotTaken: it certainly was not taken.
        :raises OutcomeUnknown: it may have been taken.
        """

    def find(self, parcel: Parcel, since: datetime) -> Sequence[str]:
        """
        Look up the sids of texts taken since then that may be *parcel*.

        :raises LookUpFailed: it cannot be said now.
        """
