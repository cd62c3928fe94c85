"""What a visitor hands in, checked: the same for the page and the API."""

from base64 import b64decode
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from tickets.assistance.visit_words import Living, Met, VisitChange, VisitNeed
from tickets.intake.draft import Strict, Words

#: Photos of one visit.
MOST_PHOTOS = 3


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


def _picture(written: str) -> str:
    try:
        b64decode(written.rpartition(",")[2], validate=True)
    except ValueError:
        raise PydanticCustomError("not_base64", "no base64") from None
    return written


Picture = Annotated[str, StringConstraints(min_length=1, max_length=28_000_000), AfterValidator(_picture)]


class VisitBody(VisitWords):
    """The same with pictures, each as base64 or a data URL."""

    signature: Picture | None = None
    photos: Annotated[tuple[Picture, ...], Field(max_length=MOST_PHOTOS)] = ()


def bytes_of(picture: str) -> bytes:
    """The bytes of a picture that came as base64 or a data URL."""
    return b64decode(picture.rpartition(",")[2])
