"""Small files of every kind, made here: what a telephone, an office and a prankster hand in."""

import struct
import wave
import zipfile
from io import BytesIO

from PIL import Image

TYPES = "[Content_Types].xml"


def picture(form: str = "JPEG", size: tuple[int, int] = (640, 480), *, turned: bool = False) -> bytes:
    """A picture, red on its left and blue on its right; a photo says where and with what it was taken."""
    drawn = Image.new("RGB", size, "blue")
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    file = BytesIO()
    if form != "JPEG":
        drawn.save(file, form)
        return file.getvalue()
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    exif.get_ifd(0x8825).update({1: "N", 2: (25.0, 7.0, 1.0), 3: "E", 4: (102.0, 44.0, 2.0)})
    if turned:
        exif[0x0112] = 6
    drawn.save(file, form, exif=exif, comment=b"SECRETCOMMENT", quality=95)
    return file.getvalue()


def packed(*names: str, listed: str = "<Types/>", **parts: str) -> bytes:
    """A zip file with these parts."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name in names:
            zipped.writestr(name, listed if name == TYPES else "<x/>")
        for name, content in parts.items():
            zipped.writestr(name, content)
    return file.getvalue()


def wav(seconds: float = 0.1) -> bytes:
    """Silence."""
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(int(16000 * seconds)))
    return file.getvalue()


def box(kind: bytes, track: bytes) -> bytes:
    """A box file with one track."""
    head = struct.pack(">I", 24) + b"ftyp" + kind + bytes(4) + b"isommp42"
    return (
        head + struct.pack(">I", 32) + b"moov" + struct.pack(">I", 24) + b"hdlr" + bytes(8) + track + bytes(4)
    )


PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
DOCX = packed(TYPES, "word/document.xml")
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(40)
MP3_FRAME = b"\xff\xf3\x44\xc4" + bytes(60)

GOOD: dict[str, tuple[bytes, str]] = {
    "pdf": (PDF, "application/pdf"),
    "docx": (DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (
        packed(TYPES, "xl/workbook.xml"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "pptx": (
        packed(TYPES, "ppt/presentation.xml"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "ofd": (packed("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
    "wav": (wav(), "audio/wav"),
    "amr": (b"#!AMR\n" + bytes(32), "audio/amr"),
    "ogg": (b"OggS\x00\x02" + bytes(22) + b"OpusHead" + bytes(40), "audio/ogg"),
    "webm": (WEBM + b"A_OPUS" + bytes(40), "audio/webm"),
    "m4a": (box(b"M4A ", b"soun"), "audio/mp4"),
    "mp3": (MP3_FRAME, "audio/mpeg"),
    "mp3 with a label": (b"ID3\x03\x00\x00\x00\x00\x00\x05label" + MP3_FRAME, "audio/mpeg"),
    "jpeg": (picture(), "image/jpeg"),
    "png": (picture("PNG"), "image/png"),
    "webp": (picture("WEBP"), "image/jpeg"),
    "gif": (picture("GIF"), "image/png"),
}

BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "file_empty"),
    "too much": (b"%PDF-1.7\n" + bytes(20 * 1024 * 1024), "file_too_large"),
    "a page": (b"<html><script>alert(1)</script></html>", "file_kind"),
    "a drawing with a script": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "file_kind"),
    "a program": (b"MZ\x90\x00" + bytes(200), "file_kind"),
    "words": ("就是几句话".encode(), "file_kind"),
    "an archive": (packed("a.txt"), "file_kind"),
    "an old document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_kind"),
    "a film": (WEBM + b"V_VP8 A_OPUS", "file_kind"),
    "a film in a box": (box(b"isom", b"vide") + b"soun", "file_kind"),
    "half a photo": (picture()[:2000], "file_broken"),
    "half a picture": (picture("PNG")[:300], "file_broken"),
    "half a document": (DOCX[:60], "file_broken"),
    "half a PDF": (b"%PDF-1.7\n1 0 obj", "file_broken"),
    "a locked PDF": (PDF.replace(b"trailer<<", b"trailer<</Encrypt 5 0 R"), "file_locked"),
    "a page that calls itself a PDF": (b"<html>%PDF-1.7 %%EOF", "file_kind"),
    "macros": (packed(TYPES, "word/document.xml", "word/vbaProject.bin"), "file_macros"),
    "macros by another name": (
        packed(TYPES, "xl/workbook.xml", listed="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        "file_macros",
    ),
    "a file within": (packed(TYPES, "word/document.xml", "word/embeddings/object.bin"), "file_macros"),
}
