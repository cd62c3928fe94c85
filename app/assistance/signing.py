"""Signatures and pictures that prove a visit or a service: what is handed in, and how long each is kept."""

import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from app.attachments.keeping import Incoming, Named, check_all
from app.settings import Settings
from tickets.assistance.signatures import NAME, drawn, trouble_with
from tickets.assistance.visit_words import VisitFileKind, VisitGround
from tickets.ground.errors import bad_field

#: Photos of one visit or service.
MOST_PHOTOS = 3
#: Why each may be kept (个人信息保护法 第二十九条).
GROUNDS = {VisitFileKind.PHOTO: VisitGround.CONSENT, VisitFileKind.SIGNATURE: VisitGround.SIGNED}


def _strokes(written: Any) -> Any:
    """A form sends its strokes as JSON, a request as they are."""
    if not isinstance(written, str):
        return written
    try:
        return json.loads(written)
    except ValueError:
        raise PydanticCustomError("no_strokes", "no strokes") from None


#: Strokes that were checked.
Drawn: TypeAlias = tuple[tuple[int, ...], ...]


def _signed(strokes: Drawn) -> Drawn:
    if trouble := trouble_with(strokes):
        raise PydanticCustomError(trouble, "no signature")
    return strokes


#: Lines of a signature on a board of 640 by 240: each stroke its points one after the other, x, y, x, y.
Strokes = Annotated[
    tuple[Annotated[tuple[int, ...], Field(max_length=12_000)], ...],
    Field(max_length=2_000),
    AfterValidator(_signed),
    BeforeValidator(_strokes),
]


def _picture(written: str) -> str:
    try:
        b64decode(written.rpartition(",")[2], validate=True)
    except ValueError:
        raise PydanticCustomError("not_base64", "no base64") from None
    return written


#: A picture as base64 or a data URL.
Picture = Annotated[str, StringConstraints(min_length=1, max_length=28_000_000), AfterValidator(_picture)]


def bytes_of(picture: str) -> bytes:
    """The bytes of a picture that came as base64 or a data URL."""
    return b64decode(picture.rpartition(",")[2])


@dataclass(frozen=True)
class Keeping:
    """How many days pictures are kept, and whether a scanner looks at them first."""

    days: dict[VisitFileKind, int]
    scans: bool

    @classmethod
    def of(cls, settings: Settings) -> "Keeping":
        """As the operator decided."""
        days = {
            VisitFileKind.PHOTO: settings.photo_days,
            VisitFileKind.SIGNATURE: settings.signature_days,
        }
        return cls(days, settings.scans)

    def until(self, kind: VisitFileKind, day: date) -> date:
        """The last day on which what came on *day* is kept."""
        return day + timedelta(days=self.days[kind])


@dataclass(frozen=True)
class Pictures:
    """Pictures handed in together, looked at; a signature is drawn, or photographed on paper."""

    keeping: Keeping
    photos: Sequence[Named] = ()
    paper: Sequence[Named] = ()
    strokes: Sequence[Named] = ()

    @classmethod
    def of(
        cls,
        keeping: Keeping,
        photos: Sequence[Incoming],
        paper: Incoming | None,
        strokes: Drawn | None,
    ) -> "Pictures":
        """
        Look at what was handed in.

        :raises FieldsRefused: one is no picture that can be kept, or there are too many.
        """
        if len(photos) > MOST_PHOTOS:
            raise bad_field("files", "too_many_files", most=MOST_PHOTOS, there=0)
        made = cls(
            keeping,
            check_all(photos),
            check_all([paper] if paper else []),
            [(NAME, drawn(strokes))] if strokes else [],
        )
        if any(not one.media_type.startswith("image/") for _, one in (*made.photos, *made.paper)):
            raise bad_field("files", "not_a_picture")
        return made

    @classmethod
    def sent(
        cls, keeping: Keeping, photos: Sequence[str], paper: str | None, strokes: Drawn | None
    ) -> "Pictures":
        """The pictures of a request, looked at."""
        shots = [Incoming("photo", bytes_of(one)) for one in photos]
        return cls.of(keeping, shots, Incoming("signature", bytes_of(paper)) if paper else None, strokes)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.photos or self.paper or self.strokes)

    @property
    def signature(self) -> Sequence[Named]:
        """What was signed; what was drawn counts before paper."""
        return self.strokes or self.paper
