"""A text one may hand on: what leads to a person is covered, and it is counted what was."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from unicodedata import category, decimal, normalize

from tickets.ground.redaction.finders import FINDERS, Claim, Finder, Kind
from tickets.ground.redaction.names import names_found, pattern_of

#: What stands in place of it. No token holds a digit or a Latin letter, so nothing is found in it again.
TOKENS: Mapping[Kind, str] = {
    Kind.NAME: "〔姓名已遮盖〕",
    Kind.ID_NUMBER: "〔身份证号已遮盖〕",
    Kind.BANK_CARD: "〔银行卡号已遮盖〕",
    Kind.MOBILE: "〔手机号已遮盖〕",
    Kind.LANDLINE: "〔电话已遮盖〕",
    Kind.PLATE: "〔车牌已遮盖〕",
    Kind.EMAIL: "〔邮箱已遮盖〕",
    Kind.ACCOUNT: "〔账号已遮盖〕",
}
_TOKEN = re.compile("|".join(map(re.escape, TOKENS.values())))

#: Stands for what was covered or kept: no digit, no letter, no blank, and no character of any text.
FILLER = "\uffff"
_BESIDE = re.compile(rf"\d[^\d{FILLER}]{{0,4}}{FILLER}|{FILLER}[^\d{FILLER}]{{0,4}}\d")


@dataclass(frozen=True)
class Redacted:
    """A text one may hand on, and how many of each kind were covered in it: never the values."""

    text: str
    found: Mapping[Kind, int]


def redact(text: str, *, names: Iterable[str | None] = ()) -> Redacted:
    """
    Cover in *text* all that leads to a person: numbers, plates, accounts, and the *names* one knows.

    Amounts, days, our own ticket numbers, numbers of documents and doors, and numbers everybody may call
    stay. Covered once more, a text stays as it is.
    """
    canvas = _Canvas(text)
    canvas.lay((*found.span(), None) for found in _TOKEN.finditer(text))
    known = pattern_of(plain(name) for name in names if name)
    by_name: tuple[Finder, ...] = (partial(names_found, known),) if known else ()
    # What was covered may have parted numbers that stood together, so one looks until nothing new is found.
    while canvas.look_with((*by_name, *FINDERS)) and canvas.leaves_digits_beside():
        pass
    return canvas.painted()


class _Canvas:
    """A text made plain, and what of it is covered."""

    def __init__(self, text: str) -> None:
        self._text = text
        #: As long as the text, so that places in the one are places in the other.
        self._plain = plain(text)
        self._covered: list[tuple[int, int, Kind]] = []

    def look_with(self, finders: Iterable[Finder]) -> bool:
        """Let each finder look once; true if any covered something."""
        before = len(self._covered)
        for find in finders:
            self.lay(find(self._plain))
        return len(self._covered) > before

    def leaves_digits_beside(self) -> bool:
        """Whether digits stand close to a covered place."""
        return _BESIDE.search(self._plain) is not None

    def lay(self, claims: Iterable[Claim]) -> None:
        """Cover these places, and let nobody look at them any more."""
        cut = 0
        parts: list[str] = []
        for start, end, kind in sorted(claims, key=lambda claim: claim[:2]):
            if start < cut:
                continue
            parts += (self._plain[cut:start], FILLER * (end - start))
            cut = end
            if kind is not None:
                self._covered.append((start, end, kind))
        self._plain = "".join((*parts, self._plain[cut:]))

    def painted(self) -> Redacted:
        """The text with a token in each covered place."""
        cut = 0
        parts: list[str] = []
        for start, end, kind in sorted(self._covered):
            parts += (self._text[cut:start], TOKENS[kind])
            cut = end
        counted = Counter(kind for _start, _end, kind in self._covered)
        return Redacted("".join((*parts, self._text[cut:])), dict(counted))


def plain(text: str) -> str:
    """Make *text* plain character by character: ASCII digits and letters, one sort of blank, dash and dot."""
    return text.translate(_PLAIN)


def _plain_character(code: int) -> str | None:
    written = chr(code)
    if (digit := decimal(written, None)) is not None:
        return str(digit)
    if written in "·•‧・∙⋅":
        return "."
    kind = category(written)
    if kind == "Pd":
        return "-"
    # Zero-width characters and the frames of emoji stand between digits and show nothing.
    if kind in ("Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"):
        return " "
    short = normalize("NFKC", written)
    return short if len(short) == 1 and (short.isascii() or short == "¥") else None


#: Where such characters stand; the ranges leave out Chinese itself.
_PLAIN = {
    code: made
    for codes in (range(0x3400), range(0xFE00, 0xFFFF), range(0x1D7CE, 0x1D800), range(0xE0100, 0xE01F0))
    for code in codes
    if (made := _plain_character(code)) is not None and made != chr(code)
}
_PLAIN[ord(FILLER)] = " "
