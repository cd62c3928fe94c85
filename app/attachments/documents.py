"""Documents: PDF, OFD and the zip-based files of office programs, none with a program inside."""

import zipfile
import zlib
from io import BytesIO

from app.attachments.refused import FileRefused

PDF = "application/pdf"
_OFFICE = "application/vnd.openxmlformats-officedocument"

#: The part each sort of document is told by.
SORTS = {
    "word/document.xml": f"{_OFFICE}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OFFICE}.presentationml.presentation",
    # The format of papers between authorities (GB/T 33190).
    "OFD.xml": "application/ofd",
}
CONTENT_TYPES = "[Content_Types].xml"

#: Parts that hold a program, or another file with one.
PROGRAMS = ("vbaproject", "vbadata", "activex/", "/embeddings/", "macrosheets/", "oleobject", ".exe", ".js")
#: What the list of contents says of a document with macros, whatever it is called.
MACROS = (b"macroenabled", b"vbaproject", b"activex")

MOST_PARTS = 5_000
#: Bytes a document unpacks to at most.
MOST_UNPACKED = 300 * 1024 * 1024
MOST_LISTED = 2 * 1024 * 1024


def is_pdf(content: bytes) -> bool:
    """Whether it begins as a PDF does, at its first byte."""
    return content.startswith((b"%PDF-1.", b"%PDF-2."))


def check_pdf(content: bytes) -> str:
    """
    Give the type of a whole PDF.

    :raises FileRefused: its end is missing, or it is locked, so that no scanner sees into it.
    """
    if b"%%EOF" not in content[-2048:]:
        raise FileRefused("file_broken")
    if b"/Encrypt" in content[-4096:]:
        raise FileRefused("file_locked")
    return PDF


def is_zip(content: bytes) -> bool:
    """Whether it begins as a zip file does, at its first byte."""
    return content.startswith(b"PK\x03\x04")


def check_office(content: bytes) -> str:
    """
    Give the type of a document that is a zip file inside.

    :raises FileRefused: it is no such document, or holds a program, or is locked, or unpacks without end.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            _check_parts(parts)
            names = {part.filename for part in parts}
            sort = next((sort for part, sort in SORTS.items() if part in names), None)
            if sort is None:
                raise FileRefused("file_kind", looks="zip")
            if CONTENT_TYPES in names:
                _check_listed(packed)
            elif "OFD.xml" not in names:
                raise FileRefused("file_broken")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise FileRefused("file_broken") from None
    return sort


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefused("file_broken")
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefused("file_locked")
    if any(program in part.filename.lower() for part in parts for program in PROGRAMS):
        raise FileRefused("file_macros")


def _check_listed(packed: zipfile.ZipFile) -> None:
    with packed.open(CONTENT_TYPES) as listed:
        said = listed.read(MOST_LISTED).lower()
    if any(word in said for word in MACROS):
        raise FileRefused("file_macros")
