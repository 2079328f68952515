"""A receipt for money taken or given back, on A5."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reportlab.lib.pagesizes import A5
from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from cura_desktop.documents.amounts import amount_text
from cura_desktop.documents.frame import Sheet, build
from cura_desktop.documents.letterhead import Letterhead
from cura_desktop.documents.styles import AMOUNT, BODY, LABEL, TITLE, Ink, paragraph
from cura_desktop.documents.tables import boxed, boxed_width, cell_widths, data_table, facts
from cura_desktop.documents.verification import Verification
from cura_desktop.domain.dates import format_date, format_date_time

SUM = Ink(size=22, weight="semibold", leading=1.2)
MARGIN = 14 * mm


@dataclass(frozen=True, slots=True)
class ReceiptShare:
    """The part of the money that went to one invoice, and what is still open on it."""

    invoice_number: str
    invoice_date: date
    amount: Decimal
    balance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What was sold over the counter; `amount` with VAT."""

    description: str
    packs: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ReceiptVat:
    """The part of the money that was taxed at one rate (a simplified invoice, domain-rules A6.1)."""

    words: str
    gross: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True)
class ReceiptDocument:
    """`received_at` in the clinic's time. `amount` is positive; `refund` turns the words round.

    `kept` is money taken that no invoice has used yet. `lines` and `vat` are of a counter sale; `is_copy` marks a
    paper that was printed again.
    """

    letterhead: Letterhead
    number: str
    received_at: datetime
    payer: str
    amount: Decimal
    method: str
    currency: str = "GBP"
    reference: str = ""
    patient_name: str = ""
    patient_number: str = ""
    shares: tuple[ReceiptShare, ...] = ()
    lines: tuple[ReceiptLine, ...] = ()
    vat: tuple[ReceiptVat, ...] = ()
    is_copy: bool = False
    kept: Decimal | None = None
    received_by: str = ""
    refund: bool = False
    note: str = ""
    verification: Verification | None = None


def write_receipt(data: ReceiptDocument) -> bytes:
    """One A5 page; more when there are many invoices."""
    title = f"{'Refund receipt' if data.refund else 'Receipt'} {data.number}{' (copy)' if data.is_copy else ''}"
    sheet = Sheet(
        title=title,
        letterhead=data.letterhead,
        running=f"{title} — continued",
        dated=data.received_at,
        footer=f"{title} — {data.letterhead.name}",
        verification=data.verification,
        size=A5,
        margin=MARGIN,
    )
    return build(sheet, list(_story(data, title, sheet.width)))


def _story(data: ReceiptDocument, title: str, width: float) -> Iterator[Any]:
    room = boxed_width(width)
    yield paragraph(title, TITLE, width)
    yield Spacer(1, 4 * mm)
    said = "Refunded" if data.refund else "Received with thanks"
    yield boxed([paragraph(said, LABEL, room), paragraph(amount_text(data.amount, data.currency), SUM, room)], width)
    yield Spacer(1, 4 * mm)
    yield facts(_facts(data), width, 30 * mm)
    if data.shares:
        yield Spacer(1, 4 * mm)
        yield _shares(data, width)
    if data.lines:
        yield Spacer(1, 4 * mm)
        yield _lines(data, width)
    if data.vat:
        yield Spacer(1, 4 * mm)
        yield _vat(data, width)
    if data.kept:
        yield Spacer(1, 2 * mm)
        yield paragraph(f"Kept on account: {amount_text(data.kept, data.currency)}", BODY, width)
    if data.note:
        yield Spacer(1, 3 * mm)
        yield paragraph(data.note, BODY, width)


def _facts(data: ReceiptDocument) -> tuple[tuple[str, str], ...]:
    return (
        ("Paid to" if data.refund else "From", data.payer or ("" if data.lines else "Not recorded")),
        ("Patient", data.patient_name),
        ("Patient No.", data.patient_number),
        ("Date", format_date_time(data.received_at)),
        ("Method", data.method),
        ("Reference", data.reference),
        ("Refunded by" if data.refund else "Received by", data.received_by),
    )


def _shares(data: ReceiptDocument, width: float) -> Any:
    widths = [width - 84 * mm, 26 * mm, 28 * mm, 30 * mm]
    room = cell_widths(widths)
    rows = [
        [
            paragraph(share.invoice_number, BODY, room[0]),
            paragraph(format_date(share.invoice_date), BODY, room[1]),
            paragraph(amount_text(share.amount, data.currency), AMOUNT, room[2]),
            paragraph("" if share.balance is None else amount_text(share.balance, data.currency), AMOUNT, room[3]),
        ]
        for share in data.shares
    ]
    return data_table([("Invoice", False), ("Date", False), ("Amount", True), ("Balance due", True)], rows, widths)


def _lines(data: ReceiptDocument, width: float) -> Any:
    widths = [width - 46 * mm, 18 * mm, 28 * mm]
    room = cell_widths(widths)
    rows = [
        [
            paragraph(line.description, BODY, room[0]),
            paragraph(str(line.packs), AMOUNT, room[1]),
            paragraph(amount_text(line.amount, data.currency), AMOUNT, room[2]),
        ]
        for line in data.lines
    ]
    return data_table([("Item", False), ("Packs", True), ("Amount", True)], rows, widths)


def _vat(data: ReceiptDocument, width: float) -> Any:
    widths = [width - 60 * mm, 30 * mm, 30 * mm]
    room = cell_widths(widths)
    rows = [
        [
            paragraph(part.words, BODY, room[0]),
            paragraph(amount_text(part.gross, data.currency), AMOUNT, room[1]),
            paragraph(amount_text(part.vat, data.currency), AMOUNT, room[2]),
        ]
        for part in data.vat
    ]
    return data_table([("VAT", False), ("With VAT", True), ("Of which VAT", True)], rows, widths)
