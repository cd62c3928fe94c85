"""The documents of the API, as models: what is in them, and nothing more. `documents.py` fills them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from app.api.rules_models import PolicyDocument


class RequesterDocument(BaseModel):
    """Who asks, masked."""

    name: str | None
    phone: str | None
    id_number: str | None
    anonymous: bool
    confidential: bool
    reply_wanted: bool
    #: Of the texts: zh_Hans or en.
    language: str
    #: No texts but those that must be.
    no_sms: bool
    #: When the citizen may be called, as HH:MM in Shanghai.
    call_from: str | None
    call_to: str | None


class PlaceDocument(BaseModel):
    """Where it is about; the exact address is masked."""

    division: str | None
    address: str | None
    lat: float | None
    long: float | None


class ExternalDocument(BaseModel):
    """Number and dates on the platform it came from."""

    system: str
    ref: str
    received_at: datetime | None
    due_at: datetime | None


class HolderDocument(BaseModel):
    """Who has it now."""

    unit: str | None
    user: str | None


class OrderDocument(BaseModel):
    """One unit's share."""

    id: UUID
    unit: str
    role: str
    parent: UUID | None
    round: int
    state: str
    due_at: datetime
    #: None for units where the ticket is sealed.
    policy: str | None
    designated: bool


class RequestDocument(BaseModel):
    """What one person asked and another decides."""

    id: UUID
    kind: str
    order: UUID | None
    state: str
    asked_by: str
    asked_at: datetime
    text: str
    decided_by: str | None
    decided_at: datetime | None


class ClockDocument(BaseModel):
    """One promise."""

    id: UUID
    kind: str
    order: UUID | None
    round: int
    state: str
    #: None for units where the ticket is sealed.
    policy: str | None
    policy_version: int | None
    calendar_version: int
    provisional: bool
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None
    met_at: datetime | None
    paused: list[dict[str, Any]]
    extended: int
    #: How far the unit is chased for an answer that is late: `urged` in writing, or `listed`.
    rung: str | None


class TicketDocument(BaseModel):
    """One ticket, as this viewer may see it."""

    ref: str
    version: int
    state: str
    outcome: str | None
    round: int
    #: None for units where the ticket is sealed.
    kind: str | None
    channel: str
    title: str
    text: str
    category: str | None
    urgency: str
    requester: RequesterDocument | None
    place: PlaceDocument
    external: ExternalDocument | None
    about_units: list[str]
    sealed: bool
    follows: str | None
    followers: list[str]
    holder: HolderDocument
    orders: list[OrderDocument]
    requests: list[RequestDocument]
    clocks: list[ClockDocument]
    due_at: datetime | None
    registered_at: datetime
    closed_at: datetime | None
    allowed_moves: list[str]


class RegisteredDocument(TicketDocument):
    """A new ticket and, this once, its tracking code."""

    tracking_code: str


class FactDocument(BaseModel):
    """One fact of the timeline."""

    seq: int
    at: datetime
    what: str
    by: str
    role: str
    unit: str | None
    data: dict[str, Any]
    note: str | None


class MessageDocument(BaseModel):
    """One text and what became of it."""

    id: UUID
    fact: str
    audience: str
    template: str
    language: str
    fate: str
    #: The rule that holds it back, or forbids it.
    held_because: str | None
    #: Our word for what went wrong at the last try.
    error_code: str | None
    #: Where it stands and why, in Chinese, or in English where `Accept-Language` asks for it.
    sentence: str
    not_before: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    segments: int | None
    to_masked: str | None


class IdentityDocument(BaseModel):
    """Who asks, in clear. Every look is a fact."""

    name: str | None
    phone: str | None
    id_number: str | None
    address: str | None
    #: Of a sealed ticket: the words as they were written, where something in them is covered.
    title: str | None = None
    text: str | None = None


class DayDocument(BaseModel):
    """What became of one day."""

    date: date
    counted: bool
    #: How much had been counted by the end of the day, in the unit of the period.
    n: float | None
    reason: str
    name: str


class ExplanationDocument(BaseModel):
    """Why a clock is due when it is."""

    clock: ClockDocument
    #: None for units where the ticket is sealed.
    policy: PolicyDocument | None
    start: datetime
    length: int
    extended: int
    unit: str
    start_rule: str
    roll_rule: str | None
    pauses: list[dict[str, Any]]
    #: The end of the period, before anything bounded it.
    counted: datetime
    #: fixed, outer or parent; None where it is due when it was counted to be.
    bound: str | None
    due: datetime
    provisional: bool
    days: list[DayDocument]


class TicketPage(BaseModel):
    """A page of tickets, newest first."""

    items: list[TicketDocument]
    next: str | None


class FactPage(BaseModel):
    """A page of the timeline, oldest first."""

    items: list[FactDocument]
    next: str | None


class ClockPage(BaseModel):
    """All clocks of a ticket, oldest first."""

    items: list[ClockDocument]
    next: str | None


class OutboundCallDocument(BaseModel):
    """One call the house made by itself to ask how it went. What the citizen said is the fact called_back."""

    id: UUID
    round: int
    #: placing, placed or over.
    stands: str
    #: What came of it; None while it goes on.
    result: str | None
    #: Our word for what went wrong, or for the rule that forbids the call.
    error_code: str | None
    #: What came of it and why, in Chinese, or in English where `Accept-Language` asks for it.
    sentence: str
    language: str
    #: Times it was given to the provider; more than one only after the provider said that it does not ring.
    tries: int
    at: datetime
    over_at: datetime | None


class OutboundCallPage(BaseModel):
    """All calls the house made about a ticket, oldest first."""

    items: list[OutboundCallDocument]
    next: str | None


class MessagePage(BaseModel):
    """All messages of a ticket, oldest first."""

    items: list[MessageDocument]
    next: str | None
