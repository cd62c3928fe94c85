"""What the forms of the house's own pages hold: names, codes, numbers, lists of names."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from tickets.ground.phones import NotAPhone, normal_phone
from tickets.intake.draft import Code, storable

#: People separate names as they please.
_BETWEEN_NAMES = re.compile(r"[、,，;；\n]+")

MOST_PLACES = 999


def _name(written: str) -> str:
    """Unlike a citizen's words, a name has no blanks around it."""
    name = storable(written).strip()
    if not name:
        raise PydanticCustomError("empty", "an empty name")
    return name


def _phone(written: str) -> str:
    try:
        return normal_phone(written)
    except NotAPhone:
        raise PydanticCustomError("bad_phone", "not a phone number") from None


def _split(written: Any) -> Any:
    if not isinstance(written, str):
        return written
    return list(dict.fromkeys(name for part in _BETWEEN_NAMES.split(written) if (name := part.strip())))


Name = Annotated[str, Field(max_length=40), AfterValidator(_name)]
LongName = Annotated[str, Field(max_length=100), AfterValidator(_name)]
Sentence = Annotated[str, Field(max_length=300), AfterValidator(storable), AfterValidator(str.strip)]
PhraseText = Annotated[str, Field(max_length=500), AfterValidator(_name)]
#: Several names in one field.
Names = Annotated[tuple[Name, ...], Field(max_length=20), BeforeValidator(_split)]
Phone = Annotated[str, Field(max_length=40), AfterValidator(_phone)]
Position = Annotated[int, Field(ge=0, le=MOST_PLACES)]

__all__ = ["Code", "LongName", "Name", "Names", "Phone", "PhraseText", "Position", "Sentence"]
