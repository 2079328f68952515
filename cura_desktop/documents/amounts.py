"""The tables of an invoice: lines, totals, VAT by category, payments. Money right-aligned, one currency throughout."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, TableStyle

from cura_desktop.documents.styles import AMOUNT, BODY, LABEL, STRONG_AMOUNT, TEXT, Ink, paragraph
from cura_desktop.documents.tables import borderless, cell_widths, data_table
from cura_desktop.documents.text import unbroken
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.medicines import format_quantity
from cura_desktop.domain.money import ZERO, format_money
from cura_desktop.domain.vat import InvoiceKind, VatCategory

if TYPE_CHECKING:
    from cura_desktop.documents.invoice import InvoiceDocument, InvoiceLine

TOTAL = Ink(size=11, weight="semibold")
TOTAL_AMOUNT = Ink(size=11, weight="semibold", right=True)
DATE_WIDTH, QUANTITY_WIDTH, MONEY_WIDTH, RATE_WIDTH = 25 * mm, 16 * mm, 26 * mm, 21 * mm

Column = tuple[str, bool, float]


def amount_text(amount: Decimal, currency: str) -> str:
    """Never broken between currency and figures; a true minus sign."""
    return unbroken(format_money(amount, currency)).replace("-", "−")


def rate_text(category: VatCategory, rate: Decimal) -> str:
    """`20%`; exempt and outside the scope are words, because neither is a rate of nought (domain-rules A6.3)."""
    if category is VatCategory.EXEMPT:
        return "Exempt"
    if category is VatCategory.OUTSIDE:
        return "Outside"
    return f"{format_quantity(rate)}%"


def invoice_lines(data: InvoiceDocument, width: float) -> Any:
    """The charges. Which columns there are depends on how VAT is shown."""
    columns = _columns(data, width)
    room = cell_widths([column[2] for column in columns])
    rows = [
        [
            paragraph(text, AMOUNT if right else BODY, cell) if index else _description(line, cell)
            for index, (text, (_, right, _), cell) in enumerate(zip(_cells(data, line), columns, room, strict=True))
        ]
        for line in data.lines
    ]
    return data_table([(title, right) for title, right, _ in columns], rows, [column[2] for column in columns])


def _columns(data: InvoiceDocument, width: float) -> list[Column]:
    fixed: list[Column] = [("Date", False, DATE_WIDTH), ("Quantity", True, QUANTITY_WIDTH)]
    if data.kind is InvoiceKind.FULL:
        fixed += [("Unit price", True, MONEY_WIDTH), ("VAT rate", True, RATE_WIDTH), ("Net", True, MONEY_WIDTH)]
    elif data.kind is InvoiceKind.SIMPLIFIED:
        fixed += [("VAT rate", True, RATE_WIDTH), ("Total with VAT", True, MONEY_WIDTH + 4 * mm)]
    else:
        fixed += [("Unit price", True, MONEY_WIDTH), ("Amount", True, MONEY_WIDTH)]
    return [("Description", False, width - sum(column[2] for column in fixed)), *fixed]


def _cells(data: InvoiceDocument, line: InvoiceLine) -> list[str]:
    start = [
        line.description,
        format_date(line.service_date or data.supplied_on or data.issued_on),
        format_quantity(line.quantity),
    ]
    price, net = amount_text(line.unit_price, data.currency), amount_text(line.net, data.currency)
    if data.kind is InvoiceKind.FULL:
        return [*start, price, rate_text(line.category, line.rate), net]
    if data.kind is InvoiceKind.SIMPLIFIED:
        return [*start, rate_text(line.category, line.rate), amount_text(line.gross, data.currency)]
    return [*start, price, net]


def _description(line: InvoiceLine, width: float) -> Paragraph | list[Paragraph]:
    notes = [f"Code {line.code}"] if line.code else []
    if line.discount_percent:
        notes.append(f"Discount {format_quantity(line.discount_percent)}%")
    text = paragraph(line.description, BODY, width)
    return [text, paragraph(" · ".join(notes), LABEL, width)] if notes else text


def totals_table(data: InvoiceDocument, width: float) -> Any:
    """Net, VAT, total, paid and balance, at the right edge under the amounts."""
    label, value = 46 * mm, 38 * mm
    rows = list(_totals(data))
    table = borderless(
        [
            ["", paragraph(text, TOTAL if heavy else BODY, label), paragraph(figure, _ink(heavy), value)]
            for text, figure, heavy in rows
        ],
        [width - label - value, label, value],
        gap=0.7 * mm,
    )
    heavy_rows = [index for index, row in enumerate(rows) if row[2]]
    table.setStyle(TableStyle([("LINEABOVE", (1, index), (-1, index), 0.9, TEXT) for index in heavy_rows]))
    return table


def _ink(heavy: bool) -> Ink:
    return TOTAL_AMOUNT if heavy else AMOUNT


def _totals(data: InvoiceDocument) -> Iterator[tuple[str, str, bool]]:
    currency = data.currency
    if data.kind is InvoiceKind.FULL:
        yield "Total net", amount_text(data.total_net, currency), False
        yield "Total VAT", amount_text(data.total_vat, currency), False
        if data.vat_sterling is not None and currency != "GBP":
            yield "Total VAT in sterling", amount_text(data.vat_sterling, "GBP"), False
    elif data.kind is InvoiceKind.SIMPLIFIED:
        for category, rate, _, _, gross in _by_rate(data):
            yield f"Total with VAT at {rate_text(category, rate)}", amount_text(gross, currency), False
    yield f"Total{'' if currency == 'GBP' else f' ({currency})'}", amount_text(data.total_gross, currency), True
    if data.payments:
        paid = sum((payment.amount for payment in data.payments), ZERO)
        yield "Paid", amount_text(-paid, currency), False
    if data.balance is not None and not data.is_draft:
        yield "Balance due" if data.balance >= 0 else "In credit", amount_text(abs(data.balance), currency), True


def _by_rate(data: InvoiceDocument) -> list[tuple[VatCategory, Decimal, Decimal, Decimal, Decimal]]:
    """Category, rate, net, VAT and gross, in the order of the categories."""
    found: dict[tuple[VatCategory, Decimal], tuple[Decimal, Decimal, Decimal]] = {}
    for line in data.lines:
        net, vat, gross = found.get((line.category, line.rate), (ZERO, ZERO, ZERO))
        found[line.category, line.rate] = (net + line.net, vat + line.vat, gross + line.gross)
    order = list(VatCategory)
    keys = sorted(found, key=lambda key: (order.index(key[0]), key[1]))
    return [(*key, *found[key]) for key in keys]


def vat_table(data: InvoiceDocument, width: float) -> Any:
    """Net, VAT and gross for each category and rate."""
    widths = [width - 3 * 30 * mm, 30 * mm, 30 * mm, 30 * mm]
    room = cell_widths(widths)
    rows = [
        [
            paragraph(category.label if rate == category.rate else f"VAT {format_quantity(rate)}%", BODY, room[0]),
            *(paragraph(amount_text(figure, data.currency), AMOUNT, room[1]) for figure in figures),
        ]
        for category, rate, *figures in _by_rate(data)
    ]
    return data_table([("VAT summary", False), ("Net", True), ("VAT", True), ("Total", True)], rows, widths)


def payments_table(data: InvoiceDocument, width: float) -> Any:
    """What has been received, oldest first."""
    widths = [30 * mm, 45 * mm, width - 110 * mm, 35 * mm]
    room = cell_widths(widths)
    rows = [
        [
            paragraph(format_date(payment.received_on), BODY, room[0]),
            paragraph(payment.method, BODY, room[1]),
            paragraph(payment.reference, BODY, room[2]),
            paragraph(amount_text(payment.amount, data.currency), STRONG_AMOUNT, room[3]),
        ]
        for payment in sorted(data.payments, key=lambda payment: payment.received_on)
    ]
    return data_table([("Date", False), ("Method", False), ("Reference", False), ("Amount", True)], rows, widths)
