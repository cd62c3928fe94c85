"""Registers (台账) of invented people, as spreadsheets of any size."""

import csv
import io
from collections.abc import Iterator, Sequence

import xlsxwriter

HEADS = (
    "街道",
    "村（社区）",
    "姓名",
    "身份证号码",
    "与户主关系",
    "救助类别",
    "联系电话",
    "家庭住址",
    "保障金额",
    "保障月份",
)
SUBDISTRICT, VILLAGE = "阿子营街道", "牧羊村"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(number: int) -> str:
    """The invented ID number of somebody: each number gives another one."""
    days, order = divmod(number, 1000)
    years, day = divmod(days, 28 * 12)
    month, day = divmod(day, 28)
    body = f"530103{1930 + years}{month + 1:02d}{day + 1:02d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def household(first: int, *, persons: int = 1, amount: str = "767.50") -> list[list[str]]:
    """The rows of one household, its head first."""
    rows = []
    for at in range(persons):
        kinship = "户主" if at == 0 else "之子"
        phone = f"138{(first + at) % 100_000_000:08d}" if at == 0 else ""
        who = ["金某", id_number(first + at), kinship]
        paid = [amount, "2023-08"] if at == 0 else ["", ""]
        rows.append([SUBDISTRICT, VILLAGE, *who, "农村低保", phone, "三组", *paid])
    return rows


def rows_of(households: int) -> Iterator[list[str]]:
    """A register of so many households, as the article has them: 1.14 persons each."""
    for number in range(households):
        yield from household(number * 2, persons=2 if number % 7 == 0 else 1)


def as_csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> bytes:
    """The register as text."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """The register as a workbook, with a title above its heads."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["低保对象台账"])
        for at, row in enumerate(rows, start=1):
            sheet.write_row(at, 0, row)
    return out.getvalue()
