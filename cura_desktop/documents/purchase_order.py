"""An order to a supplier, on A4."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from cura_desktop.documents.amounts import amount_text
from cura_desktop.documents.frame import Sheet, build
from cura_desktop.documents.letterhead import Letterhead
from cura_desktop.documents.styles import AMOUNT, BODY, LABEL, STRONG, TITLE, paragraph
from cura_desktop.documents.tables import cell_widths, data_table, facts
from cura_desktop.domain.dates import format_date


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """`packs` of `pack` (100 tablets) at `price` a pack, without VAT."""

    item: str
    packs: int
    pack: str
    price: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class PurchaseOrderDocument:
    """Dates are the clinic's. Without `approved_by` the paper says that it is a proof and not yet an order."""

    letterhead: Letterhead
    number: str
    ordered_on: date
    supplier: tuple[str, ...]
    lines: tuple[OrderedLine, ...]
    total: Decimal
    currency: str = "GBP"
    expected: date | None = None
    terms: str = ""
    notes: str = ""
    ordered_by: str = ""
    approved_by: str = ""


def write_purchase_order(data: PurchaseOrderDocument) -> bytes:
    """A4, the header row on every page."""
    title = f"Purchase order {data.number}"
    sheet = Sheet(
        title=title,
        letterhead=data.letterhead,
        running=f"{title} — continued",
        dated=datetime.combine(data.ordered_on, time()),
        footer=f"{title} — {data.letterhead.name}. Please quote this number on the invoice.",
    )
    return build(sheet, list(_story(data, title, sheet.width)))


def _story(data: PurchaseOrderDocument, title: str, width: float) -> Iterator[Any]:
    yield paragraph(title, TITLE, width)
    if not data.approved_by:
        yield Spacer(1, 1.5 * mm)
        yield paragraph("Not approved yet: this is a proof, not an order.", STRONG, width)
    yield Spacer(1, 4 * mm)
    yield paragraph("To", LABEL, width)
    for line in data.supplier:
        yield paragraph(line, BODY, width)
    yield Spacer(1, 4 * mm)
    yield facts(
        (
            ("Ordered", format_date(data.ordered_on)),
            ("Delivery by", format_date(data.expected) if data.expected else ""),
            ("Terms", data.terms),
            ("Ordered by", data.ordered_by),
            ("Approved by", data.approved_by),
        ),
        width,
        30 * mm,
    )
    yield Spacer(1, 5 * mm)
    yield _lines(data, width)
    yield Spacer(1, 3 * mm)
    total = f"Total without VAT  {amount_text(data.total, data.currency)}"
    yield paragraph(total, AMOUNT, width)
    if data.notes:
        yield Spacer(1, 4 * mm)
        yield paragraph("Notes", LABEL, width)
        yield paragraph(data.notes, BODY, width)


def _lines(data: PurchaseOrderDocument, width: float) -> Any:
    widths = [width - 112 * mm, 18 * mm, 36 * mm, 28 * mm, 30 * mm]
    room = cell_widths(widths)
    rows = [
        [
            paragraph(line.item, BODY, room[0]),
            paragraph(str(line.packs), AMOUNT, room[1]),
            paragraph(line.pack, BODY, room[2]),
            paragraph(amount_text(line.price, data.currency), AMOUNT, room[3]),
            paragraph(amount_text(line.total, data.currency), AMOUNT, room[4]),
        ]
        for line in data.lines
    ]
    head = [("Item", False), ("Packs", True), ("Pack of", False), ("Price a pack", True), ("Amount", True)]
    return data_table(head, rows, widths)
