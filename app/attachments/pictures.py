"""Pictures: drawn anew from their pixels, upright, without a word of where and how they were taken."""

import struct
from io import BytesIO

from PIL import Image, ImageOps

from app.attachments.refused import FileRefused
from tickets.ground.files import Checked

#: The longest side of a picture that is kept, and of its small copy.
LONGEST, SMALL = 4096, 320

#: What a telephone's camera makes at most; a "picture" of more is meant to fill the memory.
MOST_PIXELS = 120_000_000
#: Of formats that can only be read whole.
MOST_PIXELS_WHOLE = 50_000_000

#: Pillow itself refuses twice as much before it reads a single pixel.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
#: What its readers of formats say of bytes that make no sense.
BROKEN = (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, struct.error)

#: Of these each pixel is kept as it is: screenshots are read, not looked at.
EXACT = frozenset({"PNG", "GIF", "BMP"})

JPEG, PNG = "image/jpeg", "image/png"


def redrawn(content: bytes) -> Checked:
    """
    Draw a picture anew: a JPEG, or a PNG where each pixel counts, and a small JPEG of it.

    Nothing of the file comes over but pixels: no place, no camera, no name, no second picture hidden behind.

    :raises FileRefused: it is none that can be read, or it is far too large.
    """
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            exact = opened.format in EXACT
            picture = _pixels(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except BROKEN:
        raise FileRefused("file_broken") from None
    picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    small = _on_white(picture)
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    keeps_exact = exact or picture.mode == "RGBA"
    return Checked(
        content=_written(picture if keeps_exact else _on_white(picture), PNG if keeps_exact else JPEG),
        media_type=PNG if keeps_exact else JPEG,
        thumbnail=_written(small, JPEG),
    )


def _pixels(opened: Image.Image) -> Image.Image:
    """The first picture of a file, upright, in a mode of few words, with nothing that hangs on it."""
    width, height = opened.size
    draws_smaller = opened.format in ("JPEG", "MPO")
    if width * height > (MOST_PIXELS if draws_smaller else MOST_PIXELS_WHOLE):
        raise _too_large()
    if draws_smaller:
        # A JPEG is read at half or a quarter of its size where that is enough.
        opened.draft(None, (LONGEST, LONGEST))
    upright = ImageOps.exif_transpose(opened)
    clear = "A" in upright.getbands() or "transparency" in upright.info
    picture = upright.convert("RGBA" if clear else "RGB")
    picture.info.clear()
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture.copy()
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _written(picture: Image.Image, media_type: str) -> bytes:
    file = BytesIO()
    if media_type == PNG:
        picture.save(file, "PNG")
    else:
        picture.save(file, "JPEG", quality=85, optimize=True)
    return file.getvalue()


def _too_large() -> FileRefused:
    return FileRefused("picture_too_large", most=MOST_PIXELS_WHOLE // 1_000_000)
