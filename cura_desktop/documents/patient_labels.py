"""Labels with who a patient is, or where they live: 70 x 35 mm, on a label printer or an A4 sheet of 24."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from cura_desktop.documents.label import COLUMNS, HEIGHT, LABELS_A_SHEET, PADDING, ROOM, ROWS, WIDTH
from cura_desktop.documents.paper import finish, new_canvas
from cura_desktop.documents.styles import Ink, clamped, height_of

NAME = Ink(size=10, weight="semibold", colour=black, leading=1.15)
FACT = Ink(size=8.5, colour=black, leading=1.2)
ADDRESS = Ink(size=10, colour=black, leading=1.25)
BARCODE_HEIGHT = 7 * mm


@dataclass(frozen=True, slots=True)
class PatientLabel:
    """`lines` stand under the name; with `barcode` (the patient's number) a Code 128 stands below them."""

    name: str
    lines: tuple[str, ...]
    barcode: str = ""


def write_patient_labels(label: PatientLabel, copies: int, printed_on: date, *, sheet_from: int = 0) -> bytes:
    """The same label `copies` times: a page of 70 x 35 mm each, or with `sheet_from` (1 to 24) on A4 sheets from that
    place on. Raises ValueError for no copies or a place that is not on the sheet.
    """
    if copies < 1 or not 0 <= sheet_from <= LABELS_A_SHEET:
        raise ValueError("At least one label, from a place of the sheet")
    target = io.BytesIO()
    canvas = new_canvas(target, A4 if sheet_from else (WIDTH, HEIGHT), "Patient labels", "")
    place = sheet_from - 1
    for number in range(copies):
        if not sheet_from:
            _draw(canvas, label, 0, 0)
            canvas.showPage()
            continue
        if place == LABELS_A_SHEET:
            canvas.showPage()
            place = 0
        row, column = divmod(place, COLUMNS)
        top = A4[1] - (A4[1] - ROWS * HEIGHT) / 2
        _draw(canvas, label, column * WIDTH, top - (row + 1) * HEIGHT)
        place += 1
        if number == copies - 1:
            canvas.showPage()
    finish(canvas, printed_on)
    return target.getvalue()


def _draw(canvas: Canvas, label: PatientLabel, x: float, y: float) -> None:
    name = clamped(label.name, NAME, ROOM, 2)
    top = y + HEIGHT - PADDING - height_of(name, ROOM)
    name.drawOn(canvas, x + PADDING, top)
    lowest = y + PADDING + (BARCODE_HEIGHT + 1 * mm if label.barcode else 0)
    ink = FACT if label.barcode else ADDRESS
    for line in label.lines:
        item = clamped(line, ink, ROOM, 1)
        top -= height_of(item, ROOM)
        if top < lowest:
            break
        item.drawOn(canvas, x + PADDING, top)
    if label.barcode:
        # A quiet zone of ten modules on either side (ISO/IEC 15417).
        code = Code128(label.barcode, barHeight=BARCODE_HEIGHT, barWidth=0.3 * mm, quiet=False)
        code.drawOn(canvas, x + PADDING + 2 * mm, y + PADDING)
