"""The sheet an agency is paid by, as a workbook."""

from io import BytesIO

import xlsxwriter
from flask_babel import gettext

from app.reading.services import Sheet


def workbook(sheet: Sheet) -> bytes:
    """The sheet as a workbook; sums are formulas, so that whoever checks it sees how they come about."""
    out = BytesIO()
    heads = (gettext("项目"), gettext("单价（元）"), gettext("人次"), gettext("人数"), gettext("金额（元）"))
    more = (gettext("迟到"), gettext("没有来"))
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(f"{sheet.month:%Y-%m}")
        money = book.add_format({"num_format": "#,##0.00"})
        page.set_column(0, 0, 24)
        page.write(0, 0, f"{sheet.contract.title} {sheet.month:%Y-%m}")
        page.write_row(1, 0, (*heads, *more))
        for at, line in enumerate(sheet.lines, start=2):
            page.write(at, 0, line.item.name)
            page.write_number(at, 1, line.price / 100, money)
            page.write_row(at, 2, (line.times, line.persons))
            page.write_formula(at, 4, f"=B{at + 1}*C{at + 1}", money, line.fen / 100)
            page.write_row(at, 5, (line.late, line.missed))
        last = len(sheet.lines) + 2
        page.write(last, 0, gettext("合计"))
        if sheet.lines:
            page.write_formula(last, 4, f"=SUM(E3:E{last})", money, sheet.fen / 100)
    return out.getvalue()
