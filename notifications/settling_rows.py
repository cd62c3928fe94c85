"""What people do with texts that belong to no ticket: the words for it, and a row for each step."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from tickets.ground.columns import Moment, Row, new_id, one_of

#: In words, so that the planner sees the predicate of the index: texts that a person must read.
WAITING = (
    "ticket_id is null and service_order_id is null and settled_as is null"
    " and handled_as in ('words', 'progress', 'answer')"
)


class SettledAs(StrEnum):
    """What a person did with a text that belonged to no ticket."""

    #: Its words were added to a ticket.
    ADDED = "added"
    #: It became a ticket.
    REGISTERED = "registered"
    SET_ASIDE = "set_aside"


class SetAside(StrEnum):
    """Why nothing need come of a text."""

    SPAM = "spam"
    WRONG_NUMBER = "wrong_number"
    COURTESY = "courtesy"
    #: It was settled on the telephone.
    CALLED = "called"


class TextMove(StrEnum):
    """A step somebody takes with a text."""

    ADDED = "added"
    REGISTERED = "registered"
    SET_ASIDE = "set_aside"
    #: It waits again.
    PUT_BACK = "put_back"


class TextStep(Row, table=True):
    """Somebody settled a text, or took that back; a step is never changed."""

    __tablename__ = "text_step"
    __table_args__ = (
        one_of("what", TextMove),
        one_of("reason", SetAside),
        Index("text_step_of_text", "text_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    text_id: UUID = Field(foreign_key="inbound_text.id")
    what: str
    #: Why it was set aside.
    reason: str | None = None
    by: str
    at: datetime = Field(sa_type=Moment)
