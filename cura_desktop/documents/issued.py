"""Invoices and receipts from what the database froze: the same frozen data give the same bytes, at any later time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cura_desktop.documents.invoice import InvoiceDocument, InvoiceLine, Paper
from cura_desktop.documents.letterhead import Letterhead
from cura_desktop.documents.parties import Patient
from cura_desktop.documents.receipt import ReceiptDocument, ReceiptShare
from cura_desktop.documents.verification import Verification
from cura_desktop.domain.money import ZERO, format_money
from cura_desktop.domain.vat import InvoiceKind, LineAmounts, VatCategory, invoice_kind

Frozen = Mapping[str, Any]
"""`invoices.issued_data`, with numbers read as Decimal."""

_ADDRESS = ("line1", "line2", "street", "street2", "city", "county", "postcode", "country")
_EXEMPT_ONLY = "Medical care: exempt from VAT (VATA 1994, Schedule 9, Group 7)."


def invoice_document(frozen: Frozen, verification: Verification | None = None) -> InvoiceDocument:
    """The paper of an issued invoice or credit note. A clinic that is not registered shows no VAT (A6.2)."""
    credit = frozen["kind"] == "credit_note"
    registered = bool(frozen["supplier"]["vat_registered"])
    lines = _lines(frozen)
    kind = _kind(lines, registered=registered)
    return InvoiceDocument(
        letterhead=_letterhead(frozen, with_vat=kind is not InvoiceKind.NONE),
        issued_on=_day(frozen["invoice_date"]),
        bill_to=_bill_to(frozen["patient"]),
        lines=lines,
        total_net=sum((line.net for line in lines), ZERO),
        total_vat=Decimal(frozen["tax"]),
        total_gross=Decimal(frozen["total"]),
        number=frozen["number"],
        paper=Paper.CREDIT_NOTE if credit else Paper.INVOICE,
        kind=kind,
        vat_number=(frozen["supplier"]["vat_number"] or "") if kind is not InvoiceKind.NONE else "",
        supplied_on=_day(frozen["date_of_service"]),
        due_on=None if credit else _day(frozen["due_date"]),
        patient=Patient(name=frozen["patient"]["name"], number=frozen["patient"]["number"]),
        currency=frozen["currency"],
        vat_sterling=None,
        payment_details=() if credit else _payment_details(frozen["supplier"]["bank_details"]),
        terms=_terms(lines, registered=registered),
        notes=frozen["notes"] or "",
        corrects=frozen["credits"] or "",
        reason=frozen["credit_reason"] or "",
        verification=verification,
    )


def receipt_document(
    frozen: Frozen,
    *,
    number: str,
    received_at: datetime,
    amount: Decimal,
    method: str,
    balance: Decimal,
    received_by: str = "",
    reference: str = "",
    note: str = "",
) -> ReceiptDocument:
    """The receipt of one payment (or refund: `amount` negative) of an invoice; `balance` is what was due after it."""
    return ReceiptDocument(
        letterhead=_letterhead(frozen, with_vat=False),
        number=number,
        received_at=received_at,
        payer=frozen["patient"]["name"],
        amount=abs(amount),
        method=method,
        currency=frozen["currency"],
        reference=reference,
        patient_number=frozen["patient"]["number"],
        shares=(ReceiptShare(frozen["number"], _day(frozen["invoice_date"]), abs(amount), balance),),
        received_by=received_by,
        refund=amount < 0,
        note=note,
    )


def cash_note(amount: Decimal, details: Mapping[str, Any], currency: str) -> str:
    """What was handed over and what went back, or why money was given back."""
    if "tendered" in details:
        tendered = Decimal(str(details["tendered"]))
        return f"Cash {format_money(tendered, currency)}, change {format_money(tendered - amount, currency)}."
    return f"Reason: {details['reason']}" if details.get("reason") else ""


def verified(document: InvoiceDocument | ReceiptDocument, code: str) -> Any:
    """The same document with its code in the footer."""
    return replace(document, verification=Verification(code))


def _lines(frozen: Frozen) -> tuple[InvoiceLine, ...]:
    lines = tuple(_line(line) for line in frozen["lines"])
    discount = Decimal(frozen["discount"])
    if not discount:
        return lines
    off = InvoiceLine("Discount", Decimal(1), -discount, -discount, -discount, category=VatCategory.OUTSIDE)
    return (*lines, off)


def _line(line: Mapping[str, Any]) -> InvoiceLine:
    net, vat = Decimal(line["net"]), Decimal(line["vat"])
    day = line.get("service_date")
    return InvoiceLine(
        description=line["description"],
        quantity=Decimal(line["quantity"]),
        unit_price=Decimal(line["unit_price"]),
        net=net,
        vat=vat,
        gross=net + vat,
        category=VatCategory(line["vat_category"].lower()),
        rate=Decimal(line["vat_rate"]),
        discount_percent=Decimal(line.get("discount_percent") or 0),
        service_date=_day(day) if day else None,
        code=line["code"] or "",
    )


def _kind(lines: Sequence[InvoiceLine], *, registered: bool) -> InvoiceKind:
    """As for the invoice, also when the amounts are those of a credit note."""
    amounts = [LineAmounts(abs(one.net), abs(one.vat), abs(one.gross), one.category, one.rate) for one in lines]
    return invoice_kind(amounts, registered=registered)


def _terms(lines: Sequence[InvoiceLine], *, registered: bool) -> str:
    return _EXEMPT_ONLY if registered and all(line.category is VatCategory.EXEMPT for line in lines) else ""


def _letterhead(frozen: Frozen, *, with_vat: bool) -> Letterhead:
    supplier = frozen["supplier"]
    number = supplier["vat_number"] if with_vat else None
    return Letterhead(
        name=supplier["name"],
        address=_address(supplier["address"]),
        phone=supplier["phone"] or "",
        email=supplier["email"] or "",
        registration=(f"VAT number {number}",) if number else (),
    )


def _bill_to(patient: Mapping[str, Any]) -> tuple[str, ...]:
    return (patient["name"], *_address(patient["address"]))


def _address(address: Mapping[str, Any] | None) -> tuple[str, ...]:
    parts = address or {}
    return tuple(str(parts[key]).strip() for key in _ADDRESS if str(parts.get(key) or "").strip())


def _payment_details(written: str | None) -> tuple[tuple[str, str], ...]:
    """`Sort code: 00-00-00` on a line of its own becomes label and value."""
    pairs = []
    for line in (written or "").splitlines():
        label, colon, value = line.partition(":")
        if line.strip():
            pairs.append((label.strip(), value.strip()) if colon else ("Pay to", line.strip()))
    return tuple(pairs)


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])
