"""How many segments a text is billed for: GSM-7 where every character allows it, UCS-2 otherwise."""

#: The basic alphabet of GSM 03.38; each of its characters takes one septet.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Reached through an escape, so each takes two.
EXTENDED = frozenset("^{}\\[~]|€\f")

GSM_ALONE, GSM_JOINED = 160, 153
UCS2_ALONE, UCS2_JOINED = 70, 67


def is_gsm(text: str) -> bool:
    """Every character can be sent in GSM-7."""
    return all(character in BASIC or character in EXTENDED for character in text)


def units(text: str) -> int:
    """Length as a network counts it: septets in GSM-7, 16-bit units in UCS-2."""
    return sum(_widths(text))


def count_segments(text: str) -> int:
    """Count the segments of *text*; an escape or a surrogate pair is never cut in two."""
    alone, joined = (GSM_ALONE, GSM_JOINED) if is_gsm(text) else (UCS2_ALONE, UCS2_JOINED)
    widths = _widths(text)
    if sum(widths) <= alone:
        return 1
    segments, room = 1, joined
    for width in widths:
        if width > room:
            segments, room = segments + 1, joined
        room -= width
    return segments


def _widths(text: str) -> list[int]:
    if is_gsm(text):
        return [2 if character in EXTENDED else 1 for character in text]
    return [1 if character <= "\uffff" else 2 for character in text]
