"""Invoices: what is drafted, what it sums to, which states follow each other, how a payment is shared out.

An issued invoice is never edited or deleted; a credit note answers it (domain-rules A6.5).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.money import LARGEST, ZERO, format_money, round_penny
from cura_desktop.domain.vat import LineAmounts, Totals, VatCategory, exemption_problems, line_amounts, totals

MOST_OF_ONE = 100_000
LONGEST_DESCRIPTION = 500
LONGEST_NOTES = 2_000
_NUMBER = re.compile(r"(?:(INV|CN|R)-?)?(?:(\d{4})-)?0*(\d{1,6})", re.IGNORECASE)


class InvoiceStatus(StrEnum):
    """The documented states, and two that the rules need: part paid and credited (domain-rules A6.5, A13)."""

    DRAFT = "draft"
    SENT = "sent"
    PART_PAID = "part_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    CANCELLED = "cancelled"
    CREDITED = "credited"

    @property
    def words(self) -> str:
        """Plain words for a screen; `sent` is what the schema calls an issued invoice."""
        return "Issued" if self is InvoiceStatus.SENT else self.value.replace("_", " ").capitalize()

    @property
    def is_open(self) -> bool:
        """Money is still expected."""
        return self in _OPEN


_OPEN = frozenset({InvoiceStatus.SENT, InvoiceStatus.PART_PAID, InvoiceStatus.OVERDUE})
_SETTLED = frozenset({InvoiceStatus.PAID, InvoiceStatus.CREDITED})
# A paid invoice opens again when a payment is refunded or bounces. Only a draft can be cancelled.
_MOVES: dict[InvoiceStatus, frozenset[InvoiceStatus]] = {
    InvoiceStatus.DRAFT: frozenset({InvoiceStatus.SENT, InvoiceStatus.CANCELLED}),
    InvoiceStatus.SENT: (_OPEN | _SETTLED) - {InvoiceStatus.SENT},
    InvoiceStatus.PART_PAID: (_OPEN | _SETTLED) - {InvoiceStatus.PART_PAID},
    InvoiceStatus.OVERDUE: (_OPEN | _SETTLED) - {InvoiceStatus.OVERDUE},
    InvoiceStatus.PAID: _OPEN | {InvoiceStatus.CREDITED},
    InvoiceStatus.CANCELLED: frozenset(),
    InvoiceStatus.CREDITED: frozenset(),
}


def may_move(old: InvoiceStatus, new: InvoiceStatus) -> bool:
    """Whether an invoice may go from one state to another; nothing returns to draft (domain-rules A6.5)."""
    return new in _MOVES[old]


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One thing that is charged. `unit_price` is net of VAT; `service_date` the day of care, where it differs.

    `code`, `service_type` and `service_id` say where it comes from (price list, appointment). An aesthetic line is VAT
    exempt only with purpose and diagnosis (domain-rules A6.4), which stay in the clinic's books and are not printed.
    """

    description: str
    quantity: Decimal
    unit_price: Decimal
    category: VatCategory = VatCategory.EXEMPT
    discount_percent: Decimal = Decimal(0)
    service_date: date | None = None
    code: str = ""
    service_type: str = ""
    service_id: int | None = None
    is_aesthetic: bool = False
    therapeutic_purpose: str = ""
    diagnosis: str = ""

    def amounts(self, *, registered: bool) -> LineAmounts:
        """Net, VAT and gross in whole pennies."""
        return line_amounts(
            self.quantity,
            self.unit_price,
            self.category,
            discount_percent=self.discount_percent,
            registered=registered,
        )

    def problems(self) -> dict[str, str]:
        """Field -> sentence."""
        found = {}
        if not self.description.strip():
            found["description"] = "Say what is charged."
        elif len(self.description) > LONGEST_DESCRIPTION:
            found["description"] = f"A description has at most {LONGEST_DESCRIPTION} characters."
        if not self.quantity.is_finite() or self.quantity <= 0:
            found["quantity"] = "The quantity must be more than zero."
        elif self.quantity > MOST_OF_ONE or self.quantity != round_penny(self.quantity):
            found["quantity"] = f"The quantity is at most {MOST_OF_ONE:,}, with at most two decimals."
        if not self.unit_price.is_finite() or not 0 <= self.unit_price <= LARGEST:
            found["unit_price"] = "The price cannot be negative. Use a discount or a credit note."
        elif self.unit_price != round_penny(self.unit_price):
            found["unit_price"] = "The price is in whole pennies."
        if not self.discount_percent.is_finite() or not 0 <= self.discount_percent <= 100:
            found["discount_percent"] = "A discount is between 0 and 100 per cent."
        elif self.discount_percent != round_penny(self.discount_percent):
            found["discount_percent"] = "A discount has at most two decimals."
        found.update(
            exemption_problems(self.category, self.therapeutic_purpose, self.diagnosis, aesthetic=self.is_aesthetic)
        )
        return found


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """An invoice before it has a number. `registered` says whether the clinic is registered for VAT."""

    patient_id: int | None
    lines: tuple[InvoiceLine, ...]
    service_date: date
    due_date: date
    registered: bool = False
    notes: str = ""
    appointment_id: int | None = None

    def amounts(self) -> tuple[LineAmounts, ...]:
        """One per line, in the same order."""
        return tuple(line.amounts(registered=self.registered) for line in self.lines)

    def totals(self) -> Totals:
        """The sum of the rounded lines."""
        return totals(self.amounts())

    def problems(self) -> dict[str, str]:
        """Field -> sentence; a line's field is `lines.0.quantity`."""
        found: dict[str, str] = {}
        if self.patient_id is None:
            found["patient"] = "Choose who the invoice is for."
        if not self.lines:
            found["lines"] = "Add at least one line."
        if self.due_date < self.service_date:
            found["due_date"] = "The due date lies before the date of service."
        if len(self.notes) > LONGEST_NOTES:
            found["notes"] = f"Notes have at most {LONGEST_NOTES:,} characters."
        for index, line in enumerate(self.lines):
            found.update({f"lines.{index}.{name}": text for name, text in line.problems().items()})
        if not found and self.totals().gross > LARGEST:
            found["lines"] = f"An invoice cannot be more than {format_money(LARGEST)}."
        return found


def is_overdue(due: date, balance: Decimal, today: date) -> bool:
    """Money is owed and the due date has passed; on the due date itself it is not overdue."""
    return balance > 0 and today > due


def settle(total: Decimal, paid: Decimal, due: date, today: date) -> InvoiceStatus:
    """The state of an issued invoice, from its payments. Overdue is shown before part paid: it asks for action."""
    balance = total - paid
    if balance <= 0:
        return InvoiceStatus.PAID
    if is_overdue(due, balance, today):
        return InvoiceStatus.OVERDUE
    return InvoiceStatus.PART_PAID if paid > 0 else InvoiceStatus.SENT


@dataclass(frozen=True, slots=True)
class OpenBalance:
    """What one invoice still owes."""

    invoice_id: int
    due: date
    balance: Decimal


@dataclass(frozen=True, slots=True)
class PaymentSplit:
    """How one payment is shared: invoice id and amount in order; `unallocated` is credit for the patient."""

    shares: tuple[tuple[int, Decimal], ...]
    unallocated: Decimal


def split_payment(amount: Decimal, balances: Sequence[OpenBalance]) -> PaymentSplit:
    """The oldest debt first. Shares and the rest sum to the payment exactly.

    Raises InvalidInputError (field `amount`) for an amount that is not positive or not in whole pennies.
    """
    if not amount.is_finite() or amount <= 0 or amount != round_penny(amount):
        raise InvalidInputError({"amount": "A payment is more than zero, in whole pennies."})
    rest = round_penny(amount)
    shares: list[tuple[int, Decimal]] = []
    for open_balance in sorted(balances, key=lambda found: (found.due, found.invoice_id)):
        share = min(rest, open_balance.balance)
        if share > 0:
            shares.append((open_balance.invoice_id, share))
            rest -= share
    return PaymentSplit(tuple(shares), rest if rest else ZERO)


def numbers_meant(text: str, today: date) -> list[str]:
    """The invoice, credit note and receipt numbers that `12`, `2026-12` or `INV-2026-000012` may mean."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return []
    series = [match[1].upper()] if match[1] else ["INV", "CN", "R"]
    years = [int(match[2])] if match[2] else [today.year, today.year - 1]
    return [f"{one}-{year}-{int(match[3]):06d}" for one in series for year in years]
