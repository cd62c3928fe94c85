"""Reads TwiML as strictly as one can: verbs, nesting, attributes and values that Twilio describes alone."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

_URL = r"https?://\S+"
_WHOLE = r"[1-9][0-9]{0,4}"

#: By verb: its attributes and what they may say.
ATTRIBUTES = {
    "Say": {"language": r"zh-CN|en-GB", "voice": r"\S+", "loop": r"[0-9]+"},
    "Gather": {
        "input": r"dtmf|speech|dtmf speech",
        "action": _URL,
        "method": r"GET|POST",
        "timeout": _WHOLE,
        "finishOnKey": r"[0-9*#]*",
        "numDigits": _WHOLE,
        "actionOnEmptyResult": r"true|false",
    },
    "Record": {
        "action": _URL,
        "method": r"GET|POST",
        "timeout": _WHOLE,
        "finishOnKey": r"[0-9*#]*",
        "maxLength": _WHOLE,
        "playBeep": r"true|false",
        "trim": r"trim-silence|do-not-trim",
    },
    "Dial": {"action": _URL, "method": r"GET|POST", "timeout": _WHOLE},
    "Number": {},
    "Hangup": {},
}
WITHIN = {
    "Response": {"Say", "Gather", "Record", "Dial", "Hangup"},
    "Gather": {"Say"},
    "Dial": {"Number"},
}
#: Verbs that hold words; at most so many characters can be spoken.
WORDS = {"Say": 4096, "Number": 20}
#: Whatever stands behind these is never reached: they answer with a request, or end the call.
LAST = {"Gather", "Record", "Dial", "Hangup"}


class NotTwiml(AssertionError):
    """Twilio would not understand this, or would hear something else."""


@dataclass(frozen=True)
class Verb:
    """A verb as it was read."""

    name: str
    attributes: dict[str, str]
    words: str
    inner: tuple["Verb", ...]


def read(written: bytes) -> list[Verb]:
    """
    Read a whole answer.

    :raises NotTwiml: something in it is none.
    """
    if b"<!DOCTYPE" in written or b"<!ENTITY" in written:
        raise NotTwiml("a document type")
    if not written.startswith(b"<?xml version='1.0' encoding='utf-8'?>"):
        raise NotTwiml("no declaration")
    root = Xml.fromstring(written.decode("utf-8").partition("?>")[2])  # noqa: S314 the declared document of our own
    if root.tag != "Response" or root.attrib or (root.text or "").strip():
        raise NotTwiml("the root")
    verbs = [_verb(one, "Response") for one in root]
    early = [verb.name for verb in verbs[:-1] if verb.name in LAST]
    if early or not verbs or verbs[-1].name not in LAST:
        raise NotTwiml("does not end as it must")
    return verbs


def _verb(element: Xml.Element, parent: str) -> Verb:
    name = element.tag
    if name not in WITHIN.get(parent, set()) or (element.tail or "").strip():
        raise NotTwiml(f"{name} in {parent}")
    for attribute, value in element.attrib.items():
        if not re.fullmatch(ATTRIBUTES[name].get(attribute, r"(?!)"), value):
            raise NotTwiml(f"{name} {attribute}={value}")
    words = (element.text or "").strip()
    if bool(words) != (name in WORDS) or len(words) > WORDS.get(name, 0):
        raise NotTwiml(f"words of {name}")
    return Verb(name, dict(element.attrib), words, tuple(_verb(one, name) for one in element))
