"""What the API tells of citizens' texts, and what it takes to settle one."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from app.api.bodies import PageQuery
from app.api.documents import Document, moment
from app.reading.texts import ShownText
from notifications.message import InboundText
from notifications.settling_rows import SetAside
from tickets.intake.draft import Strict


class TextsQuery(PageQuery):
    """Which texts."""

    #: Those that were set aside, instead of those that wait.
    aside: bool = False


class AddTextBody(Strict):
    """The ticket the words are added to."""

    ref: Annotated[str, Field(max_length=20)]


class SetAsideBody(Strict):
    """Why nothing need come of it."""

    reason: SetAside


class OfNumberDocument(BaseModel):
    """A ticket of the same number."""

    ref: str
    state: str
    title: str


class TextDocument(BaseModel):
    """A citizen's text that found no ticket by itself."""

    id: UUID
    at: datetime
    from_masked: str | None
    #: words, progress (the number of a ticket that is not this number's) or answer (a mark nobody asked for).
    handled_as: str
    words: str
    #: What the number asked before: open ones first, never a sealed matter.
    tickets: list[OfNumberDocument]
    #: added, registered, set_aside; None while it waits.
    settled_as: str | None
    reason: str | None
    by: str | None
    settled_at: datetime | None


class TextPage(BaseModel):
    """A page of texts: those that wait, oldest first; those set aside, newest first."""

    items: list[TextDocument]
    next: str | None


class TicketTextDocument(BaseModel):
    """A text on a ticket; its words, where they were added, stand on the timeline."""

    id: UUID
    at: datetime
    handled_as: str
    settled_as: str | None


class TicketTextPage(BaseModel):
    """All texts on a ticket, oldest first."""

    items: list[TicketTextDocument]
    next: str | None


def text_document(shown: ShownText) -> Document:
    """A text as the list tells it."""
    row, step = shown.row, shown.step
    return {
        "id": str(row.id),
        "at": moment(row.at),
        "from_masked": shown.phone_masked,
        "handled_as": row.handled_as,
        "words": shown.words,
        "tickets": [{"ref": one.ref, "state": one.state, "title": one.title} for one in shown.tickets],
        "settled_as": row.settled_as,
        "reason": step.reason if step else None,
        "by": step.by if step else None,
        "settled_at": moment(step.at) if step else None,
    }


def ticket_text_document(row: InboundText) -> Document:
    """A text as a ticket shows it."""
    return {
        "id": str(row.id),
        "at": moment(row.at),
        "handled_as": row.handled_as,
        "settled_as": row.settled_as,
    }
