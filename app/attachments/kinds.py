"""What a file is, by its content alone: its name and what a browser says of it are nobody's proof."""

import re
import unicodedata

import puremagic

from app.attachments.documents import check_office, check_pdf, is_pdf, is_zip
from app.attachments.pictures import redrawn
from app.attachments.refused import FileRefused
from app.attachments.sounds import sound_of
from tickets.ground.files import Checked

#: Bytes of one file.
MOST_BYTES = 20 * 1024 * 1024

#: How the pictures begin that can be drawn anew; the pictures' own reader has the last word.
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM")

#: What a file of each type is called when it is given out.
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/ofd": ".ofd",
    "audio/wav": ".wav",
    "audio/amr": ".amr",
    "audio/ogg": ".ogg",
    "audio/webm": ".webm",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
}

#: What a browser offers first when somebody looks for a file.
ACCEPT = "image/jpeg,image/png,image/webp,image/gif,image/bmp,audio/*,.amr,.pdf,.docx,.xlsx,.pptx,.ofd"

MOST_NAME = 100
_UNFIT = re.compile(r'[\\/:*?"<>|]')


def examine(content: bytes) -> Checked:
    """
    Look at a file, and give what of it may be kept.

    :raises FileRefused: it is empty, too large, broken, or of a kind we do not keep.
    """
    if not content:
        raise FileRefused("file_empty")
    if len(content) > MOST_BYTES:
        raise FileRefused("file_too_large", most=MOST_BYTES // 1024 // 1024)
    if content.startswith(PICTURES) or (content.startswith(b"RIFF") and content[8:12] == b"WEBP"):
        checked = redrawn(content)
        if len(checked.content) > MOST_BYTES:
            raise FileRefused("file_too_large", most=MOST_BYTES // 1024 // 1024)
        return checked
    if is_pdf(content):
        return Checked(content, check_pdf(content))
    if is_zip(content):
        return Checked(content, check_office(content))
    if (sound := sound_of(content)) is not None:
        return Checked(content, sound)
    raise FileRefused("file_kind", looks=_looks_like(content))


def _looks_like(content: bytes) -> str:
    """What a refused file seems to be, so that the sentence can say it: an ending without its dot."""
    try:
        return puremagic.from_string(content).removeprefix(".") or "?"
    except (puremagic.PureError, ValueError):
        return "?"


def name_of(given: str, media_type: str) -> str:
    """
    The name of a file as people see it: without folders, tricks of writing direction or control characters.

    Its ending is that of what it is.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", given))[-1]
    plain = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    ending = ENDINGS[media_type]
    stem = plain.rpartition(".")[0] or plain
    stem = _UNFIT.sub(" ", stem).strip(" .")[: MOST_NAME - len(ending)]
    return f"{stem or 'file'}{ending}"
