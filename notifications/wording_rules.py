"""What the words of a text may be: checked for every file at the start, and whenever somebody saves words."""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from notifications.preview import preview, variables_of
from notifications.segments import BASIC, EXTENDED
from notifications.wording import GAP, Wording, gap_name, parts_of

#: For so many segments a text may be billed, filled with the longest values it can have.
MOST_SEGMENTS = 2

#: The one number a text may name.
OURS = "12345"
#: Too short to be told from other numbers by their length.
SHORT_NUMBERS = frozenset({"110", "114", "119", "120", "122"})
SHORTEST_NUMBER = 5

#: Names a personal variable would have.
PERSONAL = re.compile(r"name|phone|address|id_?number|identity|requester|citizen|title|text|姓名|电话|地址")

_LINK = re.compile(
    r"(?:https?:|www\.|(?<![a-z0-9])[a-z0-9][a-z0-9-]*\.[a-z]{2,}(?![a-z])|\w\.(?:中国|公司|网络|政务|公益)(?!\w))[!-~]*"
)
_NUMBER = re.compile(r"\d(?:[ -]?\d)*")
#: Stands where a gap is, so that words on both sides of it never read as one.
_HOLE = "\ufffc"
#: Categories of signs that gateways refuse or that nobody sees: controls, unassigned ones, pictures.
_SIGNS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "So", "Zl", "Zp"})

#: What is wrong, for whoever starts the program; pages have the same in both languages.
SAID: Mapping[str, str] = {
    "wording_empty": "is empty",
    "wording_forbidden": "says {word!r}: {why}",
    "wording_unit": "names the unit {name!r}: texts are the same for all units",
    "wording_link": "holds the link {link!r}: networks block links, and so do we",
    "wording_number": "names the number {number!r}: the only one is 12345",
    "wording_bracket": "holds {sign!r}: only the signature stands in these brackets",
    "wording_sign": "holds signs that gateways refuse: {signs}",
    "wording_brace": "has a brace that is no part of a variable as {{{{ ref | tail }}}}",
    "wording_personal": "asks for {variable!r}: nothing personal stands in a text",
    "wording_variable": "asks for {variable!r}: its facts have {allowed}",
    "wording_twice": "fills {variable!r} in two ways: a provider's template has one value by that name",
    "wording_untold": "does not tell {variables}, which it is sent for",
    "wording_not_gsm": "holds {signs}, which turns the whole text into UCS-2",
    "wording_too_long": "takes {segments} segments ({length} units), {most} at most ({room} units)",
}


#: With one of these nobody can say what the text would be.
UNFILLABLE = frozenset({"wording_empty", "wording_brace", "wording_personal", "wording_variable"})


@dataclass(frozen=True)
class Fault:
    """Something the words of a text must not be."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Say it in a sentence without its subject."""
        told = dict(self.params)
        if self.code == "wording_forbidden":
            told["why"] = forbidden()[told["why"]].why
        return SAID[self.code].format(**told)


class WordingRefused(ValueError):
    """Files of `templates/messages/` that break the rules; the text says which and how."""


@dataclass(frozen=True)
class Forbidden:
    """Words of one sort that no text may hold."""

    why: str
    zh: tuple[str, ...]
    en: tuple[str, ...]

    def first_in(self, plain: str) -> str | None:
        """Find the first of them in *plain* words, as they stand there."""
        closed = _closed(plain)
        for word in self.zh:
            if word in closed:
                return word
        either = "|".join(re.escape(word).replace(r"\*", "[a-z]*") for word in self.en)
        found = re.search(rf"(?<![a-z])(?:{either})(?![a-z])", plain)
        return found[0] if found else None


@cache
def forbidden() -> Mapping[str, Forbidden]:
    """Read the words no text may hold, by the sort of reason."""
    read = tomllib.loads(package_files(__package__).joinpath("forbidden.toml").read_text("utf-8"))
    return {
        name: Forbidden(why=one["why"], zh=tuple(one["zh"]), en=tuple(one["en"]))
        for name, one in read.items()
    }


def read_wording(folder: Path, signatures: Mapping[str, str]) -> Wording:
    """
    Load the words of the house.

    :raises WordingRefused: some file is missing or breaks the rules, or a signature does.
    """
    try:
        wording = Wording(folder, signatures)
    except OSError as gone:
        raise WordingRefused(f"the words of {gone.filename} cannot be read: {gone.strerror}") from gone
    if signs := _outside_gsm(wording.signatures["en"]):
        raise WordingRefused(
            f"the English signature holds {signs}, which would turn every English text into UCS-2"
            " and more than double its cost"
        )
    wrong = [
        f"{form}.txt {fault}"
        for form, words in wording.words.items()
        for fault in faults_in(wording, form, words.source)
    ]
    if wrong:
        raise WordingRefused("these texts cannot be sent:\n" + "\n".join(wrong))
    return wording


def faults_in(wording: Wording, form: str, source: str, names: Collection[str] = ()) -> list[Fault]:
    """
    Find what is wrong with *source* as the words of *form*.

    :param wording: the house's own words; what they tell, others must tell, too.
    :param names: what units are called: a text is the same for all of them.
    """
    if not source.strip():
        return [Fault("wording_empty")]
    found = [*_literal(form, source, names), *_variables(wording, form, source)]
    if not any(fault.code in UNFILLABLE for fault in found):
        found += _length(wording, form, source)
    return found


# Words


def _literal(form: str, source: str, names: Collection[str]) -> Iterator[Fault]:
    said = GAP.sub(_HOLE, source)
    plain = unicodedata.normalize("NFKC", said).casefold()
    plain = "".join(sign for sign in plain if sign == _HOLE or unicodedata.category(sign) != "Cf")
    yield from _forbidden(form, plain)
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    if named := next((name for name in longest_first if _closed(name.casefold()) in _closed(plain)), None):
        yield Fault("wording_unit", {"name": named})
    if link := _LINK.search(plain):
        yield Fault("wording_link", {"link": link[0]})
    for number in _NUMBER.findall(plain):
        digits = re.sub(r"[ -]", "", number)
        if digits != OURS and (len(digits) >= SHORTEST_NUMBER or digits in SHORT_NUMBERS):
            yield Fault("wording_number", {"number": number})
    if bracket := next((sign for sign in "【】" if sign in said), None):
        yield Fault("wording_bracket", {"sign": bracket})
    if signs := _named(sign for sign in said if sign != _HOLE and unicodedata.category(sign) in _SIGNS):
        yield Fault("wording_sign", {"signs": signs})


def _closed(plain: str) -> str:
    # Also what is put between the signs of a word to hide it; no sentence ends with these.
    return re.sub(r"[\s·•‧*~|_/-]", "", plain)


def _forbidden(form: str, plain: str) -> Iterator[Fault]:
    is_sealed = parts_of(form).sealed
    for sort, words in forbidden().items():
        word = words.first_in(plain) if is_sealed or sort != "sealed" else None
        if word:
            yield Fault("wording_forbidden", {"word": word, "why": sort})


def _outside_gsm(text: str) -> str:
    return _named(sign for sign in text if sign not in BASIC and sign not in EXTENDED)


def _named(signs: Iterator[str]) -> str:
    """Write signs so that one sees them, each once."""
    return " ".join(
        sign if sign.isprintable() and not sign.isspace() else f"U+{ord(sign):04X}"
        for sign in dict.fromkeys(signs)
    )


# Variables


def variables_in(source: str) -> list[str]:
    """What the gaps of *source* are filled with, written as `VARIABLES` has it."""
    return [_written(gap["filled_with"]) for gap in GAP.finditer(source)]


def _written(filled_with: str) -> str:
    return re.sub(r"\s*\|\s*", " | ", filled_with.strip())


def _variables(wording: Wording, form: str, source: str) -> Iterator[Fault]:
    if re.search(r"[{}]", GAP.sub("", source)):
        yield Fault("wording_brace")
    allowed = variables_of(parts_of(form).template)
    asked = variables_in(source)
    for variable in dict.fromkeys(asked):
        if variable not in allowed:
            code = "wording_personal" if PERSONAL.search(variable.casefold()) else "wording_variable"
            yield Fault(code, {"variable": variable, "allowed": _offered(allowed)})
    ways: dict[str, str] = {}
    for gap in GAP.finditer(source):
        way = _written(gap["filled_with"])
        if ways.setdefault(gap_name(gap), way) != way:
            yield Fault("wording_twice", {"variable": gap_name(gap)})
    untold = [one for one in variables_in(wording.words[form].source) if not _tells(asked, one)]
    if untold:
        yield Fault("wording_untold", {"variables": _offered(dict.fromkeys(untold))})


def _tells(asked: Collection[str], wanted: str) -> bool:
    # Who reads the whole number has read its end.
    return wanted in asked or (wanted == "ref | tail" and "ref | grouped" in asked)


def _offered(variables: Collection[str]) -> str:
    return ", ".join(f"{{{{ {variable} }}}}" for variable in variables)


# Length


def _length(wording: Wording, form: str, source: str) -> Iterator[Fault]:
    parts = parts_of(form)
    house = wording.words[form]
    words = house if source == house.source else wording.words_from(form, source)
    shown = preview(words, parts.template, wording.signatures[parts.language])
    if parts.language == "en" and (signs := _outside_gsm(GAP.sub("", source))):
        yield Fault("wording_not_gsm", {"signs": signs})
    if shown.segments > MOST_SEGMENTS:
        room = shown.room // shown.segments * MOST_SEGMENTS
        told = {"segments": shown.segments, "most": MOST_SEGMENTS, "length": shown.length, "room": room}
        yield Fault("wording_too_long", told)
