"""A list as CSV or Excel. Nothing in it is ever run: what looks like a formula stays the text it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from cura_desktop.domain.patient_export import Cell
from cura_desktop.domain.spreadsheets import is_formula, shown

_WIDTH = 18


def as_csv(head: Sequence[str], lines: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with its mark, so that Excel reads accents; dates as 1980-08-14; an apostrophe before formulas."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(head)
    write.writerows([_csv_cell(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def as_excel(head: Sequence[str], lines: Iterable[Sequence[Cell]], title: str) -> bytes:
    """A workbook of one sheet with a fixed, filterable head. Texts are stored as texts: numbers keep their zeros.

    A minute for 50,000 lines; `lines` may be read as it goes.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number in range(1, len(head) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    heads = [_excel_cell(sheet, text) for text in head]
    for cell in heads:
        cell.font = Font(bold=True)
    sheet.append(heads)
    count = 1
    for line in lines:
        sheet.append([_excel_cell(sheet, cell) for cell in line])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{count}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return shown(cell)


def _excel_cell(sheet: object, value: Cell):  # type: ignore[no-untyped-def]
    from openpyxl.cell import WriteOnlyCell

    if value == "":
        return None
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, date):
        cell.number_format = "dd-mmm-yyyy"
    else:
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = is_formula(value)
    return cell
