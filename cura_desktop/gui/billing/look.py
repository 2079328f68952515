"""How invoices read on a screen: status pills, money, and the columns of the lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from cura_desktop.domain.billing import InvoiceSummary, Payment
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.invoices import InvoiceLine, InvoiceStatus
from cura_desktop.domain.money import format_money
from cura_desktop.gui.shell.palette import Kind
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column

MAY_NOT_BILL = "Your role may look at invoices, but not write them or take money."

_PILLS: dict[InvoiceStatus, tuple[Kind, str]] = {
    InvoiceStatus.DRAFT: ("neutral", "file-pen-line"),
    InvoiceStatus.SENT: ("info", "send"),
    InvoiceStatus.PART_PAID: ("warning", "circle-dashed"),
    InvoiceStatus.PAID: ("success", "circle-check"),
    InvoiceStatus.OVERDUE: ("danger", "triangle-alert"),
    InvoiceStatus.CANCELLED: ("neutral", "ban"),
    InvoiceStatus.CREDITED: ("neutral", "undo-2"),
}


class HasStatus(Protocol):
    """An invoice or its line in a list."""

    @property
    def status(self) -> InvoiceStatus: ...
    @property
    def is_credit_note(self) -> bool: ...


def status_pill(invoice: HasStatus) -> PillText:
    """Word and icon; a credit note that was issued says so in place of a status."""
    if invoice.is_credit_note and invoice.status is not InvoiceStatus.DRAFT:
        return PillText("Credit note", "neutral", "undo-2")
    kind, icon_name = _PILLS[invoice.status]
    return PillText(invoice.status.words, kind, icon_name)


def due_text(invoice: InvoiceSummary) -> str:
    """What is due; nothing where nothing can be."""
    return format_money(invoice.balance, invoice.currency) if invoice.balance else ""


def invoice_columns(*, with_patient: bool = True) -> list[Column[InvoiceSummary]]:
    """What matters first: who, in which state, how much is due. The rest is there when there is room."""
    who = [Column[InvoiceSummary]("Patient", lambda one: one.patient, key="patient", width=130, strong=True)]
    return [
        *(who if with_patient else []),
        Column("Status", lambda one: status_pill(one).text, key="status", role="pill", pill=status_pill, width=112),
        Column("Due", due_text, key="due", role="money", sort=lambda one: one.balance, width=82, strong=True),
        Column("Number", lambda one: one.number or "Not issued", key="number", width=150),
        Column(
            "Total",
            lambda one: format_money(one.total, one.currency),
            key="total",
            role="money",
            sort=lambda one: one.total,
            width=90,
        ),
        Column(
            "Date",
            lambda one: format_date(one.invoice_date),
            key="date",
            role="date",
            sort=lambda one: one.invoice_date,
            width=96,
        ),
    ]


def line_columns(currency: str, *, registered: bool) -> list[Column[InvoiceLine]]:
    """The lines of an issued invoice; without VAT where the clinic is not registered (domain-rules A6.2)."""

    def money(amount: Decimal) -> str:
        return format_money(amount, currency)

    vat: list[Column[InvoiceLine]] = [
        Column("VAT", lambda line: line.category.label, key="vat", width=110, role="muted"),
    ]
    return [
        Column("Description", _described, key="description", width=300),
        Column("Quantity", lambda line: f"{line.quantity.normalize():f}", key="quantity", role="number", width=76),
        Column("Price", lambda line: money(line.unit_price), key="price", role="money", width=90),
        *(vat if registered else []),
        Column(
            "Amount", lambda line: money(line.amounts(registered=registered).net), key="amount", role="money", width=100
        ),
    ]


def _described(line: InvoiceLine) -> str:
    if not line.discount_percent:
        return line.description
    return f"{line.description} (less {line.discount_percent.normalize():f}%)"


def payment_columns(currency: str, when: object) -> list[Column[Payment]]:
    """Payments and refunds; `when` writes their time as the clinic's."""
    written = when if callable(when) else str
    return [
        Column("Receipt", lambda one: one.receipt_number or one.status.capitalize(), key="receipt", width=136),
        Column("When", lambda one: written(one.received_at), key="when", sort=lambda one: one.received_at, width=160),
        Column("Method", lambda one: one.method.words, key="method", width=100),
        Column("Amount", lambda one: format_money(one.amount, currency), key="amount", role="money", width=90),
        Column("By", lambda one: one.received_by, key="by", role="muted", width=140),
        Column("Note", _note, key="note", role="muted", width=160),
    ]


def _note(payment: Payment) -> str:
    if payment.is_refund:
        return f"Refund: {payment.reason}"
    return payment.reference
