"""Invoices and credit notes: full VAT, simplified, or from a clinic that is not registered (domain-rules A6).

The amounts were frozen when the invoice was issued; nothing is calculated here, but an invoice that does not add up is
refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Spacer

from cura_desktop.documents.amounts import invoice_lines, payments_table, totals_table, vat_table
from cura_desktop.documents.frame import MARGIN, Sheet, build
from cura_desktop.documents.letterhead import Letterhead
from cura_desktop.documents.parties import Patient
from cura_desktop.documents.styles import BODY, HEADING, LABEL, STRONG, TITLE, paragraph
from cura_desktop.documents.tables import borderless, boxed, boxed_width, facts
from cura_desktop.documents.verification import Verification
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.money import ZERO
from cura_desktop.domain.vat import InvoiceKind, VatCategory


class Paper(StrEnum):
    """What the document is."""

    INVOICE = "Invoice"
    CREDIT_NOTE = "Credit note"


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One charge as it was frozen. `rate` is a percentage; amounts are in the invoice's currency, net of discount.

    `discount_percent` is printed under the description; `code` is a procedure code of the clinic (domain-rules A6.8).
    """

    description: str
    quantity: Decimal
    unit_price: Decimal
    net: Decimal
    gross: Decimal
    vat: Decimal = ZERO
    category: VatCategory = VatCategory.EXEMPT
    rate: Decimal = Decimal(0)
    discount_percent: Decimal = Decimal(0)
    service_date: date | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class InvoicePayment:
    """Money received; a refund is negative."""

    received_on: date
    method: str
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    """A frozen invoice.

    `number` is empty, or starts with DRAFT, for a draft: then no number, due date or verification code is printed.
    `kind` says how VAT is shown; NONE shows no VAT at all. `supplied_on` is the time of supply. `vat_sterling` is the
    total VAT in pounds when the currency is another. `payment_details` are label and value (account, sort code).
    `particulars` are label and value for an insurer: insurer, membership, authorisation, diagnosis, provider number.
    `corrects` and `reason` belong to a credit note.
    """

    letterhead: Letterhead
    issued_on: date
    bill_to: tuple[str, ...]
    lines: tuple[InvoiceLine, ...]
    total_net: Decimal
    total_gross: Decimal
    total_vat: Decimal = ZERO
    number: str = ""
    paper: Paper = Paper.INVOICE
    kind: InvoiceKind = InvoiceKind.NONE
    vat_number: str = ""
    supplied_on: date | None = None
    due_on: date | None = None
    patient: Patient | None = None
    currency: str = "GBP"
    vat_sterling: Decimal | None = None
    payments: tuple[InvoicePayment, ...] = ()
    balance: Decimal | None = None
    payment_details: tuple[tuple[str, str], ...] = ()
    particulars: tuple[tuple[str, str], ...] = ()
    terms: str = ""
    notes: str = ""
    corrects: str = ""
    reason: str = ""
    verification: Verification | None = None

    def __post_init__(self) -> None:
        if self.total_net != sum((line.net for line in self.lines), ZERO):
            raise ValueError("The lines do not add up to the net total")
        if self.total_gross != self.total_net + self.total_vat:
            raise ValueError("Net and VAT do not add up to the total")
        if self.shows_vat and not self.vat_number:
            raise ValueError("A VAT invoice needs the clinic's VAT number")
        if not self.shows_vat and self.total_vat:
            raise ValueError("A clinic that is not registered cannot charge VAT")

    @property
    def is_draft(self) -> bool:
        """No number yet (decisions 8)."""
        return not self.number or self.number.upper().startswith("DRAFT")

    @property
    def shows_vat(self) -> bool:
        """Whether VAT is mentioned at all (domain-rules A6.2)."""
        return self.kind is not InvoiceKind.NONE

    @property
    def name(self) -> str:
        """`Invoice INV-2026-000012`, or `Draft invoice`."""
        if self.is_draft:
            return f"Draft {self.paper.value.lower()}"
        return f"{self.paper.value} {self.number}"


def write_invoice(data: InvoiceDocument) -> bytes:
    """The invoice, with a header row on every page of its lines."""
    sheet = Sheet(
        title=data.name,
        letterhead=data.letterhead,
        running=f"{data.name} — {data.letterhead.name} — continued",
        dated=data.issued_on,
        footer=f"{data.name} — {data.letterhead.name}",
        verification=None if data.is_draft else data.verification,
        watermark="DRAFT" if data.is_draft else "",
    )
    return build(sheet, list(_story(data, sheet.width)))


def _story(data: InvoiceDocument, width: float) -> Iterator[Any]:
    yield paragraph(_title(data), TITLE, width)
    yield Spacer(1, 4 * mm)
    yield _head(data, width)
    yield Spacer(1, 5 * mm)
    yield invoice_lines(data, width)
    yield Spacer(1, 3 * mm)
    yield CondPageBreak(45 * mm)
    yield totals_table(data, width)
    if data.shows_vat and data.kind is InvoiceKind.FULL:
        yield Spacer(1, 4 * mm)
        yield CondPageBreak(25 * mm)
        yield vat_table(data, width)
    if data.payments:
        yield Spacer(1, 4 * mm)
        yield CondPageBreak(25 * mm)
        yield paragraph("Payments", HEADING, width)
        yield payments_table(data, width)
    yield from _tail(data, width)


def _title(data: InvoiceDocument) -> str:
    if data.shows_vat and data.paper is Paper.INVOICE and not data.is_draft:
        return f"VAT invoice {data.number}"
    return data.name


def _head(data: InvoiceDocument, width: float) -> Any:
    half = MARGIN / 3
    left, right = width * 0.5 - half, width * 0.5 - half
    to = [paragraph("Bill to", LABEL, left)]
    name, *address = data.bill_to or ("Not recorded",)
    to += [paragraph(name, STRONG, left), paragraph("\n".join(address), BODY, left)]
    return borderless([[to, "", facts(_particulars(data), right, 30 * mm)]], [left, 2 * half, right])


def _particulars(data: InvoiceDocument) -> list[tuple[str, str]]:
    """Simplified invoices need no number of the customer; the order is that of domain-rules A6.1."""
    pairs = [
        ("Number", "Given when issued" if data.is_draft else data.number),
        ("Date of issue", "" if data.is_draft else format_date(data.issued_on)),
        ("Time of supply", format_date(data.supplied_on or data.issued_on)),
        ("Payment due", format_date(data.due_on) if data.due_on and not data.is_draft else ""),
        ("VAT number", data.vat_number if data.shows_vat else ""),
        ("Corrects", data.corrects),
        ("Reason", data.reason),
    ]
    if data.patient is not None:
        facts_of = dict(data.patient.facts())
        wanted = ("Patient", "Born", "NHS No.", "Patient No.") if data.particulars else ("Patient", "Patient No.")
        pairs += [(label, facts_of[label]) for label in wanted]
    return [*pairs, *data.particulars]


def _tail(data: InvoiceDocument, width: float) -> Iterator[Any]:
    if data.payment_details and (data.balance is None or data.balance > 0):
        room = boxed_width(width)
        reference = [] if data.is_draft else [("Reference", data.number)]
        details = facts([*data.payment_details, *reference], room, 30 * mm)
        yield Spacer(1, 5 * mm)
        yield CondPageBreak(30 * mm)
        yield boxed([paragraph("How to pay", HEADING, room), details], width)
    for text in (data.terms, data.notes):
        if text:
            yield Spacer(1, 3 * mm)
            yield paragraph(text, BODY, width)
