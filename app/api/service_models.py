"""What the API tells of service orders and contracts, and what it is asked."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from app.api.need_models import PageQuery
from app.assistance.need_bodies import HouseholdNumber
from app.reading.households import MONTH
from tickets.assistance.service_words import ServiceState
from tickets.intake.draft import Strict


class OrdersQuery(PageQuery):
    """Which orders."""

    state: ServiceState | None = None
    household: HouseholdNumber | None = None


class SheetQuery(Strict):
    """Of which month."""

    month: Annotated[str, StringConstraints(pattern=MONTH)]


class OrderDocument(BaseModel):
    """A service order; to an agency household, need and name are not told."""

    id: int
    version: int
    item: str
    kind: str
    name: str
    checklist: list[str]
    division: str
    household: int | None
    need: int | None
    #: Whom it serves, masked.
    recipient: str | None
    state: str
    #: The steps this account may take now.
    steps: list[str]
    contract: int | None
    agency: str | None
    price: int | None
    serve_by: date | None
    worker: str | None
    planned_at: str | None
    checked_in_at: str | None
    late_minutes: int
    recipient_missed: int
    worker_missed: int
    done: list[str]
    signer: str | None
    #: drawn on the screen, on paper, or typed: only the name.
    signed_how: str | None
    rating: int | None
    #: Which way it came: at the door with the agency, by text, or on a visit.
    rated_how: str | None
    reason: str | None
    proposed_by: str | None
    proposed_at: str
    accepted_at: str | None


class ServiceFileDocument(BaseModel):
    """A photo or signature: why it may be kept, who agreed, until when."""

    id: UUID
    kind: str
    ground: str
    agreed: str
    keep_until: date
    erased_at: str | None


class WholeOrderDocument(OrderDocument):
    """A service order with the pictures that came with it; an agency is told of none."""

    files: list[ServiceFileDocument]


class ComplaintDocument(BaseModel):
    """The number of a sealed ticket; who made it asks the hotline where it stands."""

    ref: str


class OrderPage(BaseModel):
    """Service orders, newest first."""

    items: list[OrderDocument]
    next: str | None


class RecipientDocument(BaseModel):
    """Whom an order serves and where, in clear."""

    name: str | None
    phone: str | None
    address: str | None
    words: str | None


class ItemDocument(BaseModel):
    """Something that can be ordered."""

    code: str
    kind: str
    name: str
    checklist: list[str]


class ItemPage(BaseModel):
    """Everything that can be ordered."""

    items: list[ItemDocument]
    next: str | None


class ContractDocument(BaseModel):
    """A contract with an agency; prices in fen for one time."""

    id: int
    agency: str
    title: str
    starts_on: date
    ends_on: date
    quota: int
    used: int
    prices: dict[str, int]
    workers: list[str]


class ContractPage(BaseModel):
    """Contracts, newest first."""

    items: list[ContractDocument]
    next: str | None


class SheetLineDocument(BaseModel):
    """One item of a settlement sheet, in fen."""

    item: str
    name: str
    price: int
    times: int
    persons: int
    late: int
    worker_missed: int
    fen: int


class SheetDocument(BaseModel):
    """What was accepted under a contract within a month."""

    contract: int
    month: str
    lines: list[SheetLineDocument]
    fen: int
