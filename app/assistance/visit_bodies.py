"""What a visitor hands in, checked: the same for the page and the API."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.assistance.signing import MOST_PHOTOS, Picture, Strokes
from tickets.assistance.visit_words import Living, Met, VisitChange, VisitNeed
from tickets.intake.draft import Strict, Words


class VisitWords(Strict):
    """What somebody found at the door; without anybody there only `words` and `next_on` count."""

    met: Met
    #: Members of the household that were there.
    present: Annotated[tuple[UUID, ...], Field(max_length=30)] = ()
    health: Living | None = None
    food: Living | None = None
    home: Living | None = None
    mood: Living | None = None
    changes: tuple[VisitChange, ...] = ()
    needs: tuple[VisitNeed, ...] = ()
    #: They were asked, and let their needs be told to departments and agencies that can help.
    may_share: bool = False
    words: Words | None = None
    #: When somebody goes again.
    next_on: date | None = None
    #: The household was asked, and let itself be photographed.
    photo_consent: bool = False


#: What is asked of how they live.
LIVING = ("health", "food", "home", "mood")


class VisitBody(VisitWords):
    """The same with what was signed, as strokes or a picture of it, and photos."""

    strokes: Strokes | None = None
    signature: Picture | None = None
    photos: Annotated[tuple[Picture, ...], Field(max_length=MOST_PHOTOS)] = ()
