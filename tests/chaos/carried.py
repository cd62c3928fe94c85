"""What reached the providers' doubles, held against the messages of the house."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sqlmodel import select

from app.texts.numbers import VaultNumbers
from app.wiring import House
from notifications.message import Fate, Message
from notifications.providers.aliyun import found_sid
from tests.doubles.aliyun_carrier import AliyunDouble
from tests.doubles.carrier import TwilioDouble


@dataclass(frozen=True)
class Words:
    """A message with what its row does not hold: the number, and the words in clear."""

    message: Message
    phone: str | None
    words: str


class Landed(Protocol):
    """What one double has taken; each text is taken out as its message is found."""

    def take(self, known: Words) -> int:
        """Take out the texts of a message, and say how many there were."""

    def gave_its_sid(self, message: Message) -> bool:
        """Whether the sid of *message* is one that this double gave."""

    def left(self) -> int:
        """How many texts no message was found for."""


class LandedAtTwilio:
    """By number and words: Twilio is not told our id in a field that it keeps."""

    def __init__(self, double: TwilioDouble) -> None:
        taken = double.messages()
        self._texts = Counter((one["to"], one["body"]) for one in taken)
        self._sids = {one["sid"] for one in taken}

    def take(self, known: Words) -> int:
        """Take out the texts of a message, and say how many there were."""
        return self._texts.pop((known.phone, known.words), 0)

    def gave_its_sid(self, message: Message) -> bool:
        """Whether the sid of *message* is one that this double gave."""
        return message.provider_sid in self._sids

    def left(self) -> int:
        """How many texts no message was found for."""
        return self._texts.total()


class LandedAtAliyun:
    """By our own id, which each text carries."""

    def __init__(self, double: AliyunDouble) -> None:
        taken = double.texts()
        self._texts = Counter(str(one["out_id"]) for one in taken)
        self._sids = {one["biz_id"] for one in taken}

    def take(self, known: Words) -> int:
        """Take out the texts of a message, and say how many there were."""
        return self._texts.pop(str(known.message.id), 0)

    def gave_its_sid(self, message: Message) -> bool:
        """Whether it is; a text that was found in the list has a sid made of our own id."""
        return message.provider_sid in self._sids or message.provider_sid == found_sid(message.id)

    def left(self) -> int:
        """How many texts no message was found for."""
        return self._texts.total()


@dataclass
class Carried:
    """What the doubles have of what we wanted to send."""

    messages: int = 0
    lost: int = 0
    doubled: int = 0
    #: How many each of them carried.
    by: Counter[str] = field(default_factory=Counter)
    #: Everything else that should not be.
    odd: list[str] = field(default_factory=list)


def carried(house: House, doubles: Mapping[str, Landed]) -> Carried:
    """Hold every message of the house against the doubles' own ledgers."""
    found = Carried()
    for known in _messages(house):
        message = known.message
        found.messages += 1
        times = {name: landed.take(known) for name, landed in doubles.items()}
        together = sum(times.values())
        found.lost += together == 0
        found.doubled += max(together - 1, 0)
        found.by.update({name: count for name, count in times.items() if count})
        found.odd += _odd(message, times, doubles)
    left = sum(landed.left() for landed in doubles.values())
    found.odd += [f"{left} texts that no message knows of"] if left else []
    return found


def _odd(message: Message, times: Mapping[str, int], doubles: Mapping[str, Landed]) -> Iterator[str]:
    called = f"a message {message.template!r}"
    if message.fate not in (Fate.SENT, Fate.DELIVERED):
        why = message.held_because or message.error_code or "nobody knows why"
        yield f"{called} ended {message.fate}: {why}"
    elif not times.get(message.provider or ""):
        yield f"{called} says that {message.provider} has it, who has not"
    elif not doubles[message.provider or ""].gave_its_sid(message):
        yield f"{called} has a sid that {message.provider} never gave"


def _messages(house: House) -> Iterator[Words]:
    numbers = VaultNumbers(house.vault)
    with house.read() as session:
        for message in session.exec(select(Message)).all():
            phone = numbers.phone_of(session, message.ticket_id or 0)
            yield Words(message, phone, message.words(house.vault))
