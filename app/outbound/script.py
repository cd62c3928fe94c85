"""What a key does on a call we made: from the question that was asked to the next. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.outbound.rows import Asks, OutboundCall
from tickets.ground.words import Language, Verdict

#: Times in a row nothing useful came, after which we say goodbye.
MOST_SILENT = 3


class Line(StrEnum):
    """A sentence; `app.outbound.words` has the words."""

    GREETING = "greeting"
    #: In the other tongue: how to hear it in that one.
    OTHER_TONGUE = "other_tongue"
    #: About which ticket, where that may be said.
    ABOUT = "about"
    CONTACTED = "contacted"
    SOLVED = "solved"
    SATISFACTION = "satisfaction"
    NOT_UNDERSTOOD = "not_understood"
    THANKS = "thanks"
    LATER = "later"
    GOODBYE = "goodbye"


class Deed(StrEnum):
    """What a key asks the house to write down."""

    #: The citizen gave all answers.
    ANSWER = "answer"
    #: Not now.
    LATER = "later"


@dataclass(frozen=True)
class Step:
    """Where a call goes by a key."""

    to: Asks
    says: Sequence[Line] = ()
    tongue: Language | None = None
    contacted: bool | None = None
    solved: Verdict | None = None
    satisfaction: int | None = None
    deed: Deed | None = None
    #: Nothing useful was pressed.
    silent: bool = False


CONTACTED = {"1": True, "2": False}
#: The keys of the callback desk.
SOLVED = {"1": Verdict.YES, "2": Verdict.PARTLY, "3": Verdict.NO}
MARKS = "12345"
OTHER = {Language.CHINESE: Language.ENGLISH, Language.ENGLISH: Language.CHINESE}
OTHER_TONGUE = "9"

PROMPTS: dict[Asks, Sequence[Line]] = {
    Asks.GREETING: (Line.GREETING, Line.OTHER_TONGUE),
    Asks.CONTACTED: (Line.CONTACTED,),
    Asks.SOLVED: (Line.SOLVED,),
    Asks.SATISFACTION: (Line.SATISFACTION,),
    Asks.OVER: (Line.GOODBYE,),
}


def asked(call: OutboundCall) -> Step:
    """What is said where *call* stands, whatever was pressed."""
    at = Asks(call.asks)
    return Step(at, PROMPTS[at])


def pressed(call: OutboundCall, keys: str) -> Step:
    """Say what *keys* do where *call* stands. The same keys at the same place do the same, always."""
    at = Asks(call.asks)
    if keys == OTHER_TONGUE and at is not Asks.OVER:
        return Step(at, PROMPTS[at], tongue=OTHER[Language(call.tongue)])
    step = _WAYS[at](keys)
    if step is not None:
        return step
    if call.silent + 1 >= MOST_SILENT:
        return Step(Asks.OVER, (Line.GOODBYE,), silent=True)
    return Step(at, (Line.NOT_UNDERSTOOD, *PROMPTS[at]), silent=True)


def _greeting(keys: str) -> Step | None:
    if keys == "1":
        return Step(Asks.CONTACTED, (Line.ABOUT, *PROMPTS[Asks.CONTACTED]))
    if keys == "2":
        return Step(Asks.OVER, (Line.LATER, Line.GOODBYE), deed=Deed.LATER)
    return None


def _contacted(keys: str) -> Step | None:
    if keys not in CONTACTED:
        return None
    return Step(Asks.SOLVED, PROMPTS[Asks.SOLVED], contacted=CONTACTED[keys])


def _solved(keys: str) -> Step | None:
    if keys not in SOLVED:
        return None
    return Step(Asks.SATISFACTION, PROMPTS[Asks.SATISFACTION], solved=SOLVED[keys])


def _satisfaction(keys: str) -> Step | None:
    if len(keys) != 1 or keys not in MARKS:
        return None
    return Step(Asks.OVER, (Line.THANKS, Line.GOODBYE), satisfaction=int(keys), deed=Deed.ANSWER)


def _over(_keys: str) -> Step | None:
    return Step(Asks.OVER, (Line.GOODBYE,))


_WAYS = {
    Asks.GREETING: _greeting,
    Asks.CONTACTED: _contacted,
    Asks.SOLVED: _solved,
    Asks.SATISFACTION: _satisfaction,
    Asks.OVER: _over,
}
