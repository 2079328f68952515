"""Rows of billing as domain values, and lines as the columns of `cura.invoice_items`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cura_desktop.domain.billing import (
    Invoice,
    InvoiceSummary,
    Payment,
    PaymentMethod,
    balance_of,
    shown_status,
)
from cura_desktop.domain.identity import display_name
from cura_desktop.domain.invoices import InvoiceLine, InvoiceStatus
from cura_desktop.domain.money import ZERO
from cura_desktop.domain.vat import VatCategory

NameOf = Callable[[int | None], str]


def summary_from(row: Any, today: date) -> InvoiceSummary:
    """A row of the list."""
    kind, due = row.kind == "credit_note", row.due_date.date()
    status = InvoiceStatus(row.status)
    balance = balance_of(status, kind, row.total_amount, row.paid_amount)
    return InvoiceSummary(
        id=row.id,
        version=row.version,
        number=_number(row.invoice_number, status),
        is_credit_note=kind,
        status=status if kind else shown_status(status, due, balance, today),
        patient_id=row.patient_ref,
        patient=_name(row, title=False),
        patient_number=row.patient_id,
        invoice_date=row.invoice_date.date(),
        due_date=due,
        total=row.total_amount,
        balance=balance,
        currency=row.currency,
    )


def invoice_from(row: Any, today: date, name_of: NameOf) -> Invoice:
    """One whole invoice."""
    kind, due = row.kind == "credit_note", row.due_date.date()
    status = InvoiceStatus(row.status)
    balance = balance_of(status, kind, row.total_amount, row.paid_amount)
    return Invoice(
        id=row.id,
        version=row.version,
        number=_number(row.invoice_number, status),
        is_credit_note=kind,
        status=status if kind else shown_status(status, due, balance, today),
        patient_id=row.patient_ref,
        patient=_name(row),
        patient_number=row.patient_id,
        currency=row.currency,
        registered=bool(row.registered),
        service_date=row.date_of_service.date(),
        invoice_date=row.invoice_date.date(),
        due_date=due,
        lines=tuple(_line(values) for values in row.lines),
        subtotal=row.subtotal,
        discount=row.discount,
        tax=row.tax,
        total=row.total_amount,
        paid=row.paid_amount,
        notes=row.notes or "",
        appointment_id=row.appointment_id,
        credits=row.credits or "",
        credits_id=row.credits_invoice_id,
        credited_by=row.credited_by or "",
        credit_reason=row.credit_reason or "",
        issued_at=row.issued_at,
        issued_by=name_of(row.issued_by),
        payments=payments_from(row.payments, name_of),
    )


def payments_from(rows: Sequence[Sequence[Any]], name_of: NameOf) -> tuple[Payment, ...]:
    """Payments in the order they were made, each with what can still be refunded of it."""
    given_back: dict[int, Decimal] = {}
    for row in rows:
        if row[7] is not None and row[8] == "completed":
            given_back[row[7]] = given_back.get(row[7], ZERO) + Decimal(row[2])
    return tuple(_payment(row, name_of, given_back.get(row[0], ZERO)) for row in rows)


def _payment(row: Sequence[Any], name_of: NameOf, given_back: Decimal) -> Payment:
    identity, receipt, amount, method, when, who, details, refunds, status = row
    details = details or {}
    taken = refunds is None and status == "completed"
    return Payment(
        id=identity,
        receipt_number=receipt or "",
        amount=Decimal(amount),
        method=PaymentMethod(method),
        received_at=datetime.fromisoformat(when),
        received_by=name_of(who),
        reference=str(details.get("reference", "")),
        reason=str(details.get("reason", "")),
        tendered=Decimal(str(details["tendered"])) if "tendered" in details else None,
        refunds=refunds,
        status=status,
        refundable=Decimal(amount) + given_back if taken else ZERO,
    )


def _line(values: Sequence[Any]) -> InvoiceLine:
    day = values[5]
    return InvoiceLine(
        description=values[0],
        quantity=Decimal(values[1]),
        unit_price=Decimal(values[2]),
        category=VatCategory(values[3].lower()),
        discount_percent=Decimal(values[4]),
        service_date=None if day is None else date.fromisoformat(day),
        code=values[6] or "",
        service_type=values[7] or "",
        service_id=values[8],
        is_aesthetic=values[9],
        therapeutic_purpose=values[10] or "",
        diagnosis=values[11] or "",
    )


def line_values(number: int, line: InvoiceLine, *, registered: bool) -> dict[str, Any]:
    """The columns of one line; amounts are rounded in one place, the domain (domain-rules A6.6)."""
    amounts = line.amounts(registered=registered)
    return {
        "line": number,
        "code": line.code or None,
        "description": line.description.strip(),
        "quantity": str(line.quantity),
        "unit_price": str(line.unit_price),
        "vat_category": line.category.value.upper(),
        "vat_rate": str(amounts.rate),
        "net": str(amounts.net),
        "vat": str(amounts.vat),
        "service_type": line.service_type or None,
        "service_id": line.service_id,
        "therapeutic_purpose": line.therapeutic_purpose.strip() or None,
        "diagnosis": line.diagnosis.strip() or None,
        "is_aesthetic": line.is_aesthetic,
        "discount_percent": str(line.discount_percent),
        "service_date": line.service_date.isoformat() if line.service_date else None,
    }


def _number(stored: str, status: InvoiceStatus) -> str:
    """A draft has no number yet (decisions 8); one that was cancelled before issue never had one."""
    return "" if status is InvoiceStatus.DRAFT or stored.startswith("DRAFT-") else stored


def _name(row: Any, *, title: bool = True) -> str:
    if row.last_name is None:
        return str(row.patient_name)
    return display_name(row.last_name, row.first_name, row.title if title else None)
