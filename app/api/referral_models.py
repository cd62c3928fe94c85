"""What the API tells of referrals, and what it is asked."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from tickets.assistance.referrals import ReferralState
from tickets.intake.draft import Code, Strict


class ReferralsQuery(Strict):
    """Which referrals: `received` at some time, `late` now."""

    from_unit: Code | None = None
    to_unit: Code | None = None
    state: ReferralState | None = None
    household: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    received: bool = False
    late: bool = False
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=100)] | None = None


class ReferralDocument(BaseModel):
    """A referral, without what was handed over; of that only which fields it has."""

    id: int
    household: int
    member: str
    #: Masked.
    name: str | None
    from_unit: str
    to_unit: str
    theme: str
    fields: list[str]
    basis: str
    state: str
    version: int
    sent_at: str
    receipt_due: str
    result_due: str
    received_at: str | None
    ended_at: str | None
    erased_at: str | None
    late: bool
    #: How often the department opened the package.
    opened: int
    #: Why it was refused, or what came of it.
    answer: str | None
    #: What this account may do with it now.
    moves: list[str]


class ReferralPage(BaseModel):
    """Referrals, newest first."""

    items: list[ReferralDocument]
    next: str | None


class PackageDocument(BaseModel):
    """What was handed over, in clear."""

    need: str
    fields: dict[str, Any]
    basis: str


class CrossingDocument(BaseModel):
    """How many went from one unit to another, and what became of them."""

    from_unit: str
    to_unit: str
    sent: int
    received: int
    refused: int
    answered: int
    late: int


class MatrixPage(BaseModel):
    """Every way referrals went."""

    items: list[CrossingDocument]
    next: str | None


class OfferedPackageDocument(BaseModel):
    """The most that may be handed over for one sort of help, and the law it rests on."""

    theme: str
    fields: list[str]
    basis: str


class OfferedPackagePage(BaseModel):
    """One for each sort of help."""

    items: list[OfferedPackageDocument]
    next: str | None
