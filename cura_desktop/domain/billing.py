"""Stored invoices, their payments, the price list, and what a payment at the desk must fulfil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from cura_desktop.domain.errors import ConflictError
from cura_desktop.domain.invoices import InvoiceDraft, InvoiceLine, InvoiceStatus, is_overdue
from cura_desktop.domain.money import LARGEST, ZERO, format_money, round_penny
from cura_desktop.domain.vat import VatCategory

USUAL_TERM_DAYS = 14
LONGEST_REASON = 500
APPOINTMENTS = "appointments"


class InvoiceFilter(StrEnum):
    """Which invoices a list shows; TODAY is by date of issue, in the clinic's calendar."""

    UNPAID = "unpaid"
    TODAY = "today"
    DRAFTS = "drafts"
    ALL = "all"


class PaymentMethod(StrEnum):
    """How money came, in the order it is offered; the documented values."""

    CARD = "card"
    CASH = "cash"
    BANK_TRANSFER = "bank_transfer"
    CHEQUE = "cheque"
    INSURANCE = "insurance"
    ONLINE = "online"

    @property
    def words(self) -> str:
        """Plain words for a screen or a receipt."""
        return _METHOD_WORDS[self]


_METHOD_WORDS = {
    PaymentMethod.CARD: "Card",
    PaymentMethod.CASH: "Cash",
    PaymentMethod.BANK_TRANSFER: "Bank transfer",
    PaymentMethod.CHEQUE: "Cheque",
    PaymentMethod.INSURANCE: "Insurer",
    PaymentMethod.ONLINE: "Online",
}


class PaidMeanwhileError(ConflictError):
    """More was offered than is due: as a rule another seat took a payment first. `balance` is what is due now."""

    def __init__(self, balance: Decimal, currency: str = "GBP") -> None:
        super().__init__(overpaid_sentence(balance, currency), "invoices_not_overpaid")
        self.balance = balance


def overpaid_sentence(balance: Decimal, currency: str = "GBP") -> str:
    """What is said to somebody who offers more than `balance`."""
    if balance <= 0:
        return "This invoice is paid already. Nothing is due, so no payment was taken."
    return f"Only {format_money(balance, currency)} is due now. No payment was taken."


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    """Money offered at the desk. `tendered` is the cash handed over, of which the change is given back."""

    amount: Decimal | None
    method: PaymentMethod = PaymentMethod.CARD
    tendered: Decimal | None = None
    reference: str = ""

    @property
    def change(self) -> Decimal:
        """What goes back over the counter; nothing while the cash does not cover the amount."""
        if self.method is not PaymentMethod.CASH or self.tendered is None or self.amount is None:
            return ZERO
        return max(ZERO, self.tendered - self.amount)

    def problems(self, balance: Decimal, currency: str = "GBP") -> dict[str, str]:
        """Field -> sentence, against what is due."""
        found: dict[str, str] = {}
        if problem := amount_problem(self.amount, "payment"):
            found["amount"] = problem
        elif self.amount is not None and self.amount > balance:
            found["amount"] = (
                f"More than is due. The balance is {format_money(balance, currency)}."
                if balance > 0
                else "Nothing is due on this invoice."
            )
        if self.method is PaymentMethod.CASH and self.tendered is not None and self.amount is not None:
            if not self.tendered.is_finite() or self.tendered > LARGEST:
                found["tendered"] = "This is not an amount of cash."
            elif self.tendered < self.amount:
                missing = format_money(self.amount - self.tendered, currency)
                found["tendered"] = f"The cash is {missing} short. Take less as a part payment, or more cash."
        if len(self.reference) > 100:
            found["reference"] = "A reference has at most 100 characters."
        return found


def amount_problem(amount: Decimal | None, what: str) -> str:
    """The sentence for an amount of money that cannot be taken or given; empty when it can."""
    if amount is None:
        return f"Type the amount of the {what}."
    if not amount.is_finite() or amount <= 0:
        return f"A {what} is more than {format_money(ZERO)}."
    if amount > LARGEST:
        return f"A {what} cannot be more than {format_money(LARGEST)}."
    return "" if amount == round_penny(amount) else f"A {what} is in whole pennies."


def reason_problem(reason: str) -> str:
    """The sentence for a reason that does not explain; empty when it does."""
    if not reason.strip():
        return "Say why, in a few words. It stays in the books."
    return "" if len(reason) <= LONGEST_REASON else f"A reason has at most {LONGEST_REASON} characters."


@dataclass(frozen=True, slots=True)
class Payment:
    """Money taken, or given back (`refunds` names the payment, `amount` is negative). `received_at` is naive UTC.

    `refundable` is what of a payment has not been given back.
    """

    id: int
    receipt_number: str
    amount: Decimal
    method: PaymentMethod
    received_at: datetime
    received_by: str = ""
    reference: str = ""
    reason: str = ""
    tendered: Decimal | None = None
    refunds: int | None = None
    status: str = "completed"
    refundable: Decimal = ZERO

    @property
    def is_refund(self) -> bool:
        """Money that went back."""
        return self.refunds is not None


@dataclass(frozen=True, slots=True)
class PaymentTaken:
    """The answer to a payment or refund: its receipt, and what is due on the invoice now."""

    payment_id: int
    receipt_number: str
    balance: Decimal


def shown_status(status: InvoiceStatus, due: date, balance: Decimal, today: date) -> InvoiceStatus:
    """The status as of `today`: an open invoice turns overdue by itself at midnight."""
    return InvoiceStatus.OVERDUE if status.is_open and is_overdue(due, balance, today) else status


@dataclass(frozen=True, slots=True)
class InvoiceSummary:
    """A line of a list. `status` is as of the day of reading; `number` is empty for a draft."""

    id: int
    version: int
    number: str
    is_credit_note: bool
    status: InvoiceStatus
    patient_id: int
    patient: str
    patient_number: str
    invoice_date: date
    due_date: date
    total: Decimal
    balance: Decimal
    currency: str = "GBP"


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice or credit note with its lines and payments, as stored; `status` as of the day of reading.

    `registered`: the clinic is registered for VAT (a draft) or was at issue. `discount` is what older systems took off
    the whole. `credits` is the number of the invoice this credit note answers, `credited_by` the other way round.
    """

    id: int
    version: int
    number: str
    is_credit_note: bool
    status: InvoiceStatus
    patient_id: int
    patient: str
    patient_number: str
    currency: str
    registered: bool
    service_date: date
    invoice_date: date
    due_date: date
    lines: tuple[InvoiceLine, ...]
    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal
    paid: Decimal
    notes: str = ""
    appointment_id: int | None = None
    credits: str = ""
    credits_id: int | None = None
    credited_by: str = ""
    credit_reason: str = ""
    issued_at: datetime | None = None
    issued_by: str = ""
    payments: tuple[Payment, ...] = field(default=())

    @property
    def is_draft(self) -> bool:
        """Not issued yet: everything may change."""
        return self.status is InvoiceStatus.DRAFT

    @property
    def balance(self) -> Decimal:
        """What is still due; nothing on a draft, a credit note, or what was cancelled or credited."""
        return balance_of(self.status, self.is_credit_note, self.total, self.paid)

    @property
    def credit_problem(self) -> str:
        """Why this cannot be credited; empty when it can."""
        if self.is_credit_note:
            return "A credit note cannot be credited. Write a new invoice."
        if self.status is InvoiceStatus.DRAFT:
            return "A draft is not credited. Change it, or cancel it."
        if self.status in (InvoiceStatus.CANCELLED, InvoiceStatus.CREDITED):
            return "This invoice is closed already."
        if self.paid > 0:
            return f"{format_money(self.paid, self.currency)} was paid. Refund it first, then credit the invoice."
        return ""

    def draft(self) -> InvoiceDraft:
        """What an editor starts from."""
        return InvoiceDraft(
            patient_id=self.patient_id,
            lines=self.lines,
            service_date=self.service_date,
            due_date=self.due_date,
            registered=self.registered,
            notes=self.notes,
            appointment_id=self.appointment_id,
        )


def balance_of(status: InvoiceStatus, is_credit_note: bool, total: Decimal, paid: Decimal) -> Decimal:
    """What is due on one invoice."""
    return ZERO if is_credit_note or not status.is_open else total - paid


def credit_lines(invoice: Invoice) -> tuple[InvoiceLine, ...]:
    """The lines of a credit note for the whole invoice: the same, with the prices turned round.

    A discount off the whole comes back as a line of its own, so that the two documents sum to nothing.
    """
    turned = tuple(
        InvoiceLine(
            description=line.description,
            quantity=line.quantity,
            unit_price=-line.unit_price,
            category=line.category,
            discount_percent=line.discount_percent,
            service_date=line.service_date,
            code=line.code,
            service_type=line.service_type,
            service_id=line.service_id,
            is_aesthetic=line.is_aesthetic,
            therapeutic_purpose=line.therapeutic_purpose,
            diagnosis=line.diagnosis,
        )
        for line in invoice.lines
    )
    if not invoice.discount:
        return turned
    return (*turned, InvoiceLine("Discount of the invoice", Decimal(1), invoice.discount, VatCategory.OUTSIDE))


@dataclass(frozen=True, slots=True)
class OutstandingBalance:
    """What one patient owes: over all open invoices, and how much of it is overdue."""

    due: Decimal = ZERO
    overdue: Decimal = ZERO
    invoices: int = 0
    currency: str = "GBP"


@dataclass(frozen=True, slots=True)
class PriceItem:
    """An entry of the price list; `price` is net of VAT."""

    id: int
    version: int
    code: str
    description: str
    price: Decimal
    category: VatCategory = VatCategory.EXEMPT
    service_type: str = ""
    is_active: bool = True

    def line(self, quantity: Decimal = Decimal(1), *, service_id: int | None = None) -> InvoiceLine:
        """A line that charges this. Where the list charges VAT on care, an exemption needs its grounds (A6.4)."""
        return InvoiceLine(
            description=self.description,
            quantity=quantity,
            unit_price=self.price,
            category=self.category,
            code=self.code,
            service_type=self.service_type,
            service_id=service_id,
            is_aesthetic=self.category is VatCategory.STANDARD and self.service_type == APPOINTMENTS,
        )


@dataclass(frozen=True, slots=True)
class PriceDraft:
    """A price as typed; `problems()` before it is stored."""

    code: str
    description: str
    price: Decimal | None
    category: VatCategory = VatCategory.EXEMPT
    service_type: str = ""
    is_active: bool = True

    def problems(self) -> dict[str, str]:
        """Field -> sentence."""
        found = {}
        if not self.code.strip():
            found["code"] = "Give it a short code, such as GP15."
        elif len(self.code.strip()) > 30:
            found["code"] = "A code has at most 30 characters."
        if not self.description.strip():
            found["description"] = "Say what is charged."
        if self.price is None or not self.price.is_finite():
            found["price"] = "Type the price."
        elif not 0 <= self.price <= LARGEST or self.price != round_penny(self.price):
            found["price"] = "A price is not negative, in whole pennies."
        return found


@dataclass(frozen=True, slots=True)
class VisitToCharge:
    """An appointment as far as an invoice needs it; `day` is the clinic's."""

    appointment_id: int
    patient_id: int
    day: date
    minutes: int
    type_words: str
    role: str
    is_virtual: bool
    reason: str = ""


def price_for_visit(prices: Sequence[PriceItem], visit: VisitToCharge) -> PriceItem | None:
    """The entry of the price list that describes the visit best: its kind, who gave it, how long, by video or not.

    None when nothing in the list speaks of it: better an empty invoice than a wrong price. A draft is always read by a
    person before it is issued.
    """
    scored = [(_fit(price.description.casefold(), visit), price) for price in prices if _charges_visits(price)]
    best = max(scored, key=lambda found: found[0], default=None)
    return best[1] if best is not None and best[0] > 0 else None


def _charges_visits(price: PriceItem) -> bool:
    return price.is_active and price.service_type == APPOINTMENTS


def _fit(description: str, visit: VisitToCharge) -> int:
    score = 0
    if visit.role and visit.role.casefold()[:9] in description:
        score += 4
    if visit.type_words.casefold() in description:
        score += 3
    if not score:
        return 0
    score += 2 if f"{visit.minutes} min" in description else 0
    by_video = "video" in description or "telephone" in description
    return score + (3 if by_video else 0) if by_video == visit.is_virtual else score - 3
