"""What the API tells of what a change of the house would touch, and what it is asked."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from app.access.accounts import Role
from tickets.intake.draft import Code, Strict


class ChangeKind(StrEnum):
    """Which change is thought of."""

    UNIT_MOVED = "unit_moved"
    UNIT_CLOSED = "unit_closed"
    UNIT_NAMED = "unit_named"
    ACCOUNT_POST = "account_post"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_AWAY = "account_away"
    CATEGORY = "category"
    REASON = "reason"
    PHRASE = "phrase"
    TURN = "turn"
    ROUTE = "route"


class EffectsQuery(Strict):
    """A change: `subject` is a code, a username, a reason as LIST/CODE, or the id of a phrase or a turn."""

    kind: ChangeKind
    subject: Annotated[str, Field(max_length=100)] = ""
    #: Of a unit that is moved; nothing puts it on top.
    parent: Code | None = None
    #: Of an account that gets another post.
    role: Role | None = None
    unit: Code | None = None
    #: Of a category or a reason: whether it is offered afterwards.
    active: bool = True


class EffectDocument(BaseModel):
    """One thing that is touched."""

    code: str
    count: int
    #: It holds the change up, or leaves something to nobody.
    warns: bool
    message: str


class EffectPage(BaseModel):
    """All there is, warnings first; nothing else is touched."""

    items: list[EffectDocument]
