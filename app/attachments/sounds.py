"""Sound: told by its first bytes, each sort by what only it has. Films are none."""

from collections.abc import Callable

#: How far into a file the list of its tracks can stand.
HEAD = 1024 * 1024

#: Speeds a frame of MPEG sound may have by its four bits; 0 is free, 15 is none.
_BAD_SPEEDS = frozenset({0, 15})


def sound_of(content: bytes) -> str | None:
    """The type of a sound file by its content; None where it is none."""
    return next((sort for sort, is_so in SORTS if is_so(content)), None)


def _is_mp3(content: bytes) -> bool:
    start = 0
    if content.startswith(b"ID3") and len(content) > 10:
        # Four times seven bits.
        size = 0
        for byte in content[6:10]:
            size = size << 7 | byte & 0x7F
        start = 10 + size
    return _is_frame(content[start : start + 4])


def _is_frame(head: bytes) -> bool:
    """A frame of MPEG sound, layer III: eleven ones, and nothing that is reserved."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer == 1 and head[2] >> 4 not in _BAD_SPEEDS and head[2] >> 2 & 3 != 3


def _is_wav(content: bytes) -> bool:
    return content.startswith(b"RIFF") and content[8:12] == b"WAVE" and b"fmt " in content[12:512]


def _is_m4a(content: bytes) -> bool:
    """A box file whose only tracks are of sound; the list of tracks stands at its head or at its end."""
    if content[4:8] != b"ftyp" or not content[8:11].isalnum():
        return False
    ends = content[:HEAD] + content[-HEAD:]
    return b"soun" in ends and b"vide" not in ends


def _is_amr(content: bytes) -> bool:
    return content.startswith((b"#!AMR\n", b"#!AMR-WB\n"))


def _is_ogg(content: bytes) -> bool:
    head = content[:512]
    sound = any(word in head for word in (b"OpusHead", b"\x01vorbis", b"Speex   "))
    return content.startswith(b"OggS\0\x02") and sound and b"\x80theora" not in content[:4096]


def _is_webm(content: bytes) -> bool:
    head = content[:HEAD]
    sound = b"A_OPUS" in head or b"A_VORBIS" in head
    film = any(word in head for word in (b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG"))
    return content.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in content[:64] and sound and not film


SORTS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("audio/wav", _is_wav),
    ("audio/amr", _is_amr),
    ("audio/ogg", _is_ogg),
    ("audio/webm", _is_webm),
    ("audio/mp4", _is_m4a),
    ("audio/mpeg", _is_mp3),
)
