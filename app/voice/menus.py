"""What a key does: from where a call stands and what was pressed to where it goes, what is done, and said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.voice.rows import At, Hours, Tongue, VoiceCall

REF_KEYS, CODE_KEYS = 14, 6

#: Pairs that do not fit on one call, and times in a row nothing useful came, after which we say goodbye.
MOST_WRONG, MOST_SILENT = 3, 3


class Deed(StrEnum):
    """What a key asks the house to do before it can answer."""

    #: Hold number and code against each other.
    LOOK_UP = "look_up"
    #: Write down whom to call back.
    PROMISE = "promise"


class Line(StrEnum):
    """A sentence of the menu; `app.voice.words` has the words."""

    WELCOME = "welcome"
    CLOSED = "closed"
    BUSY = "busy"
    MENU = "menu"
    MENU_NO_NUMBER = "menu_no_number"
    ASK_REF = "ask_ref"
    ASK_CODE = "ask_code"
    ASK_HOURS = "ask_hours"
    SPEAK = "speak"
    NOT_FOUND = "not_found"
    TOO_MANY = "too_many"
    NOT_UNDERSTOOD = "not_understood"
    NOT_HEARD = "not_heard"
    PROMISED = "promised"
    KEPT = "kept"
    GOODBYE = "goodbye"


@dataclass(frozen=True)
class Step:
    """Where a call goes by a key."""

    to: At
    says: Sequence[Line] = ()
    tongue: Tongue | None = None
    #: The number of a ticket that was keyed in.
    ref: str | None = None
    code: str | None = None
    hours: Hours | None = None
    deed: Deed | None = None
    #: Nothing useful was pressed.
    silent: bool = False


#: Keys of the hours at which somebody wants to be called.
HOURS = {"1": Hours.MORNING, "2": Hours.AFTERNOON, "3": Hours.ANY}
TONGUES = {"1": Tongue.CHINESE, "2": Tongue.ENGLISH}


def pressed(call: VoiceCall, keys: str) -> Step:
    """Say what *keys* do where *call* stands. The same keys at the same place do the same, always."""
    step = WAYS[At(call.stands_at)](call, keys)
    if not step.silent:
        return step
    if call.silent + 1 >= MOST_SILENT:
        return Step(At.OVER, (Line.GOODBYE,), silent=True)
    return replace(step, says=(Line.NOT_UNDERSTOOD, *prompt(call, At(call.stands_at))))


def prompt(call: VoiceCall, at: At) -> Sequence[Line]:
    """What is asked at *at*."""
    if at is At.MENU:
        return (Line.MENU if call.phone else Line.MENU_NO_NUMBER,)
    return PROMPTS[at]


def begins(call: VoiceCall) -> Step:
    """The first thing a call hears."""
    return Step(At.LANGUAGE, (Line.WELCOME,))


def not_found(call: VoiceCall) -> Step:
    """Number and code do not fit. Which of them, nobody is told; *call* has counted this one."""
    if call.wrong >= MOST_WRONG:
        return Step(At.MENU, (Line.TOO_MANY, *prompt(call, At.MENU)))
    return Step(At.REF, (Line.NOT_FOUND, Line.ASK_REF))


def too_many(call: VoiceCall) -> Step:
    """This number tried too often today."""
    return Step(At.MENU, (Line.TOO_MANY, *prompt(call, At.MENU)))


def recorded(call: VoiceCall, seconds: int, *, hung_up: bool) -> Step:
    """Something was said after the tone, or nothing."""
    if hung_up:
        return Step(At.OVER)
    if seconds == 0:
        return Step(At.MENU, (Line.NOT_HEARD, *prompt(call, At.MENU)))
    return Step(At.OVER, (Line.KEPT, Line.GOODBYE))


def _language(call: VoiceCall, keys: str) -> Step:
    tongue = TONGUES.get(keys)
    if tongue is None:
        return Step(At.LANGUAGE, silent=True)
    return Step(At.MENU, (Line(call.why), *prompt(call, At.MENU)), tongue=tongue)


def _menu(call: VoiceCall, keys: str) -> Step:
    if keys == "1" and call.wrong < MOST_WRONG:
        return Step(At.REF, PROMPTS[At.REF])
    if keys == "1":
        return too_many(call)
    if keys == "2":
        return Step(At.WORDS, PROMPTS[At.WORDS])
    if keys == "3" and call.phone:
        return Step(At.HOURS, PROMPTS[At.HOURS])
    if keys == "9":
        return begins(call)
    return Step(At.MENU, silent=True)


def _ref(call: VoiceCall, keys: str) -> Step:
    # Whether there is such a number, or can be one, shows only once the code was asked for as well.
    if not keys.isdigit():
        return Step(At.REF, silent=True)
    return Step(At.CODE, PROMPTS[At.CODE], ref=keys)


def _code(call: VoiceCall, keys: str) -> Step:
    if not keys.isdigit():
        return Step(At.CODE, silent=True)
    return Step(At.MENU, code=keys, deed=Deed.LOOK_UP)


def _hours(call: VoiceCall, keys: str) -> Step:
    hours = HOURS.get(keys)
    if hours is None:
        return Step(At.HOURS, silent=True)
    return Step(At.OVER, (Line.PROMISED, Line.GOODBYE), hours=hours, deed=Deed.PROMISE)


def _over(call: VoiceCall, keys: str) -> Step:
    return Step(At.OVER, (Line.GOODBYE,))


PROMPTS: dict[At, Sequence[Line]] = {
    At.LANGUAGE: (Line.WELCOME,),
    At.REF: (Line.ASK_REF,),
    At.CODE: (Line.ASK_CODE,),
    At.HOURS: (Line.ASK_HOURS,),
    At.WORDS: (Line.SPEAK,),
}
WAYS = {
    At.LANGUAGE: _language,
    At.MENU: _menu,
    At.REF: _ref,
    At.CODE: _code,
    At.HOURS: _hours,
    # Keys come here only from somebody who pretends, or twice.
    At.WORDS: _over,
    At.DESK: _over,
    At.OVER: _over,
}
