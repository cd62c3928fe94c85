"""What a telephone is told to do, as plain values, and the XML the provider reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

#: The tongues of the rows, as the provider calls them.
SPOKEN = {"zh_Hans": "zh-CN", "en": "en-GB"}

#: Seconds of silence after which an answer is taken for none.
PATIENCE = 6


@dataclass(frozen=True)
class Say:
    """Speak words."""

    words: str
    tongue: str


@dataclass(frozen=True)
class Keys:
    """Speak, and wait for keys; what was pressed, or that nothing was, comes to *action*."""

    says: Sequence[Say]
    action: str
    #: After so many keys nobody waits for more; fewer are ended by #.
    most: int


@dataclass(frozen=True)
class Record:
    """Take down what is said after a tone."""

    action: str
    seconds: int


@dataclass(frozen=True)
class Dial:
    """Ring at the desk."""

    number: str
    action: str
    seconds: int


@dataclass(frozen=True)
class HangUp:
    """End the call."""


Verb = Say | Keys | Record | Dial | HangUp


def as_xml(verbs: Sequence[Verb]) -> bytes:
    """Write *verbs* as TwiML."""
    response = Xml.Element("Response")
    for verb in verbs:
        _write(response, verb)
    written: bytes = Xml.tostring(response, encoding="utf-8", xml_declaration=True)
    return written


def _write(into: Xml.Element, verb: Verb) -> None:
    match verb:
        case Say(words, tongue):
            Xml.SubElement(into, "Say", language=SPOKEN[tongue]).text = words
        case Keys(says, action, most):
            gather = Xml.SubElement(
                into,
                "Gather",
                input="dtmf",
                action=action,
                method="POST",
                timeout=str(PATIENCE),
                # Also where nothing was pressed: what is said then depends on the call, which we keep.
                actionOnEmptyResult="true",
                numDigits=str(most),
                # Where one key is waited for, # is a key like any other.
                finishOnKey="#" if most > 1 else "",
            )
            for said in says:
                _write(gather, said)
        case Record(action, seconds):
            Xml.SubElement(
                into,
                "Record",
                action=action,
                method="POST",
                maxLength=str(seconds),
                timeout=str(PATIENCE),
                finishOnKey="#",
                playBeep="true",
                trim="do-not-trim",
            )
        case Dial(number, action, seconds):
            dial = Xml.SubElement(into, "Dial", action=action, method="POST", timeout=str(seconds))
            Xml.SubElement(dial, "Number").text = number
        case HangUp():
            Xml.SubElement(into, "Hangup")
