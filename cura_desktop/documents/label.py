"""Dispensing labels of 70 x 35 mm, on a label printer or an A4 sheet of 24 (domain-rules A5e.1).

Black on white only: label printers know no grey. What does not fit continues on a second label; nothing is left out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from cura_desktop.documents.paper import finish, new_canvas
from cura_desktop.documents.styles import Ink, clamped, height_of, paragraph
from cura_desktop.documents.text import NBSP, bind_units, unbroken
from cura_desktop.domain.dates import format_date

WIDTH, HEIGHT = 70 * mm, 35 * mm
COLUMNS, ROWS = 3, 8
LABELS_A_SHEET = COLUMNS * ROWS
PADDING = 2.5 * mm
ROOM = WIDTH - 2 * PADDING
DATE_ROOM = 22 * mm
NAME_ROOM = ROOM - DATE_ROOM
SUPPLIER_ROOM = ROOM - 17 * mm
INITIALS_HEIGHT = 5 * mm
KEEP_AWAY = "Keep out of the reach and sight of children"
SKIN_ONLY = "Use this medicine only on your skin"

PRODUCT = Ink(size=8.5, weight="semibold", colour=black, leading=1.15)
PATIENT = Ink(size=8, weight="semibold", colour=black, leading=1.15)
DATE = Ink(size=7.5, weight="medium", colour=black, right=True, leading=1.2)
SUPPLIER = Ink(size=6, colour=black, leading=1.15)
KEEP = Ink(size=6.5, weight="medium", colour=black, leading=1.15)
INITIALS = Ink(size=5.5, colour=black, leading=1.15)
MARK = Ink(size=6.5, weight="semibold", colour=black, leading=1.2)
SCALES = (1.0, 0.92, 0.85)
"""Sizes tried, as factors, before the text continues on another label: never under 6 points."""


@dataclass(frozen=True, slots=True)
class BnfLabel:
    """A cautionary label: its number and the wording the clinic entered (domain-rules A5e.2)."""

    number: int
    wording: str = ""

    @property
    def text(self) -> str:
        """The number, then the wording; without wording the number alone says which label to look up."""
        return f"[{self.number}] {self.wording}" if self.wording else f"Cautionary label {self.number}"


@dataclass(frozen=True, slots=True)
class LabelDocument:
    """`product` holds name, strength and form; `quantity` reads "21 capsules"; `reprint` "copy 2, 23-Nov-2026 14:02".

    `dispensed_by` and `checked_by` are initials; empty ones leave a box to initial by hand.
    """

    patient_name: str
    supplier_name: str
    supplier_address: tuple[str, ...]
    supplied_on: date
    product: str
    quantity: str
    directions: str
    warnings: tuple[BnfLabel, ...] = ()
    supplier_phone: str = ""
    external_use: bool = False
    emergency_supply: bool = False
    dispensed_by: str = ""
    checked_by: str = ""
    reprint: str = ""


def write_label(data: LabelDocument) -> bytes:
    """One label a page of 70 x 35 mm."""
    return write_labels([data])


def write_labels(labels: Sequence[LabelDocument]) -> bytes:
    """The labels of one bag, a page of 70 x 35 mm each. Raises ValueError without labels."""
    if not labels:
        raise ValueError("There is no label to write")
    target = io.BytesIO()
    title = f"Label: {labels[0].product}" if len(labels) == 1 else f"{len(labels)} labels"
    canvas = new_canvas(target, (WIDTH, HEIGHT), title, labels[0].supplier_name)
    for draw in (draw for label in labels for draw in _faces(label)):
        draw(canvas, 0, 0)
        canvas.showPage()
    finish(canvas, max(label.supplied_on for label in labels))
    return target.getvalue()


def write_label_sheet(labels: Sequence[LabelDocument], first: int = 1) -> bytes:
    """Labels on A4 sheets of 3 x 8, from position `first` (1 to 24) of a sheet already begun.

    Raises ValueError without labels or for a position that is not on the sheet.
    """
    if not labels or not 1 <= first <= LABELS_A_SHEET:
        raise ValueError("A sheet needs labels and a first position from 1 to 24")
    target = io.BytesIO()
    canvas = new_canvas(target, A4, "Labels", labels[0].supplier_name)
    place = first - 1
    for draw in (draw for label in labels for draw in _faces(label)):
        if place == LABELS_A_SHEET:
            canvas.showPage()
            place = 0
        row, column = divmod(place, COLUMNS)
        top = A4[1] - (A4[1] - ROWS * HEIGHT) / 2
        draw(canvas, column * WIDTH, top - (row + 1) * HEIGHT)
        place += 1
    canvas.showPage()
    finish(canvas, max(label.supplied_on for label in labels))
    return target.getvalue()


class _Face:
    """What stands on one physical label: a flow above, the particulars of the law below."""

    def __init__(self, data: LabelDocument, flow: list[Paragraph], part: str) -> None:
        self._data, self._flow, self._part = data, flow, part

    def __call__(self, canvas: Canvas, x: float, y: float) -> None:
        top = y + HEIGHT - PADDING
        for item in self._flow:
            top -= height_of(item, ROOM)
            item.drawOn(canvas, x + PADDING, top)
        _draw_foot(canvas, self._data, x, y, self._part)


def _faces(data: LabelDocument) -> list[_Face]:
    for scale in SCALES:
        flow = list(_flow(data, scale))
        if _flow_height(flow) <= _room(data, ""):
            return [_Face(data, flow, "")]
    pages = _paged(data, list(_flow(data, SCALES[-1])), _room(data, "Label 1 of 2"))
    return [_Face(data, flow, f"Label {number} of {len(pages)}") for number, flow in enumerate(pages, start=1)]


def _room(data: LabelDocument, part: str) -> float:
    return float(HEIGHT - 2 * PADDING - _foot(data, part).height - 0.6 * mm)


def _flow_height(flow: list[Paragraph]) -> float:
    return sum(height_of(item, ROOM) for item in flow)


def _flow(data: LabelDocument, scale: float) -> Iterator[Paragraph]:
    yield paragraph(bind_units(f"{data.quantity} — {data.product}" if data.quantity else data.product), PRODUCT, ROOM)
    directions = Ink(size=9 * scale, weight="semibold", colour=black, leading=1.18)
    warning = Ink(size=7.2 * scale, colour=black, leading=1.18)
    if data.directions:
        yield paragraph(bind_units(data.directions), directions, ROOM)
    if data.external_use:
        yield paragraph(SKIN_ONLY, warning, ROOM)
    for label in data.warnings:
        yield paragraph(bind_units(label.text), warning, ROOM)


def _paged(data: LabelDocument, items: list[Paragraph], room: float) -> list[list[Paragraph]]:
    pages: list[list[Paragraph]] = [[]]
    left = room
    while items:
        item = items.pop(0)
        height = height_of(item, ROOM)
        if height <= left:
            pages[-1].append(item)
            left -= height
            continue
        parts = item.split(ROOM, left)
        if len(parts) == 2:
            pages[-1].append(parts[0])
        head = clamped(bind_units(data.product), PRODUCT, ROOM, 1)
        pages.append([head])
        left = room - height_of(head, ROOM)
        items.insert(0, parts[-1] if parts else item)
    return pages


@dataclass(frozen=True, slots=True)
class _Foot:
    """The particulars of the law, the same on every label of a medicine; `marks` may be empty."""

    marks: list[Paragraph]
    name: Paragraph
    keep: Paragraph
    supplier: Paragraph

    @property
    def height(self) -> float:
        marks = sum(height_of(item, ROOM) for item in self.marks)
        below = max(height_of(self.supplier, SUPPLIER_ROOM), INITIALS_HEIGHT)
        return float(marks + height_of(self.name, NAME_ROOM) + height_of(self.keep, ROOM) + below + 2 * mm)


def _foot(data: LabelDocument, part: str) -> _Foot:
    reprint = f"REPRINT {data.reprint}" if data.reprint else ""
    marks = f"{NBSP}· ".join(
        unbroken(text) for text in ("Emergency Supply" if data.emergency_supply else "", reprint, part) if text
    )
    supplier = ", ".join(text for text in (data.supplier_name, *data.supplier_address, data.supplier_phone) if text)
    return _Foot(
        [clamped(marks, MARK, ROOM, 2)] if marks else [],
        clamped(data.patient_name, PATIENT, NAME_ROOM, 2),
        paragraph(KEEP_AWAY, KEEP, ROOM),
        clamped(supplier, SUPPLIER, SUPPLIER_ROOM, 3),
    )


def _draw_foot(canvas: Canvas, data: LabelDocument, x: float, y: float, part: str) -> None:
    foot = _foot(data, part)
    left, right = x + PADDING, x + WIDTH - PADDING
    top = y + PADDING + foot.height
    canvas.setStrokeColor(black)
    canvas.setLineWidth(0.5)
    canvas.line(left, top, right, top)
    top -= 0.8 * mm
    for mark in foot.marks:
        top -= height_of(mark, ROOM)
        mark.drawOn(canvas, left, top)
    day = paragraph(format_date(data.supplied_on), DATE, DATE_ROOM)
    day.drawOn(canvas, right - DATE_ROOM, top - height_of(day, DATE_ROOM))
    top -= height_of(foot.name, NAME_ROOM)
    foot.name.drawOn(canvas, left, top)
    top -= height_of(foot.keep, ROOM) + 0.3 * mm
    foot.keep.drawOn(canvas, left, top)
    top -= height_of(foot.supplier, SUPPLIER_ROOM) + 0.5 * mm
    foot.supplier.drawOn(canvas, left, top)
    _draw_initials(canvas, data, right, y + PADDING)


def _draw_initials(canvas: Canvas, data: LabelDocument, right: float, bottom: float) -> None:
    for place, (title, initials) in enumerate((("Chk", data.checked_by), ("Disp", data.dispensed_by))):
        left = right - (place + 1) * 7.5 * mm
        canvas.rect(left, bottom, 7.5 * mm, INITIALS_HEIGHT)
        text = clamped(f"{title}\n{initials}", INITIALS, 6.7 * mm, 2)
        text.drawOn(canvas, left + 0.5 * mm, bottom + 4.8 * mm - height_of(text, 6.7 * mm))
