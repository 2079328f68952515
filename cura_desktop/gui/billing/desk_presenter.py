"""What the view of an issued invoice asks: payments, refunds, credit notes, paper."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

from cura_desktop.domain.billing import Invoice, PaymentDraft, PaymentTaken
from cura_desktop.gui.shell.tasks import Tasks

if TYPE_CHECKING:
    from cura_desktop.services.billing import BillingService

T = TypeVar("T")


class DeskView(Protocol):
    """The view of an issued invoice as its presenter knows it."""

    def show_invoice(self, invoice: Invoice) -> None: ...
    def show_busy(self, busy: bool) -> None: ...
    def told_paid(self, taken: PaymentTaken) -> None: ...
    def told_refunded(self, taken: PaymentTaken) -> None: ...
    def told_credited(self, note: Invoice) -> None: ...
    def show_paper(self, content: bytes, title: str) -> None: ...
    def refuse(self, error: Exception) -> None: ...
    def report(self, error: Exception) -> None: ...


class DeskPresenter:
    """One submit at a time; the key of a form comes from the form, so that a second try is the same payment."""

    def __init__(self, view: DeskView, service: BillingService, tasks: Tasks, invoice: Invoice) -> None:
        self._view, self._service, self._tasks = view, service, tasks
        self._invoice = invoice
        self._busy = False

    @property
    def invoice(self) -> Invoice:
        """As read last."""
        return self._invoice

    def refresh(self) -> None:
        """Read it again."""
        identity = self._invoice.id
        self._tasks.run(lambda: self._service.get(identity), self._show, self._view.report, latest="billing.invoice")

    def pay(self, payment: PaymentDraft, key: UUID) -> None:
        """Take money."""
        identity = self._invoice.id
        self._submit(lambda: self._service.pay(identity, payment, key), self._view.told_paid)

    def refund(self, payment_id: int, amount: Decimal | None, reason: str, key: UUID) -> None:
        """Give money back."""
        identity = self._invoice.id
        self._submit(lambda: self._service.refund(identity, payment_id, amount, reason, key), self._view.told_refunded)

    def credit(self, reason: str, key: UUID) -> None:
        """Answer the invoice with a credit note."""
        identity = self._invoice.id
        self._submit(lambda: self._service.credit(identity, reason, key), self._view.told_credited)

    def paper(self) -> None:
        """The PDF of the invoice."""
        identity, number = self._invoice.id, self._invoice.number
        self._tasks.run(
            lambda: self._service.pdf(identity),
            lambda content: self._view.show_paper(content, number),
            self._view.report,
            latest="billing.paper",
        )

    def receipt(self, payment_id: int, number: str) -> None:
        """The PDF of a receipt."""
        self._tasks.run(
            lambda: self._service.receipt_pdf(payment_id),
            lambda content: self._view.show_paper(content, f"Receipt {number}"),
            self._view.report,
            latest="billing.paper",
        )

    def _submit(self, call: Callable[[], T], told: Callable[[T], None]) -> None:
        if self._busy:
            return
        self._busy = True
        self._view.show_busy(True)
        self._tasks.run(call, lambda answer: self._done(answer, told), self._failed)

    def _done(self, answer: T, told: Callable[[T], None]) -> None:
        self._free()
        told(answer)
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self._free()
        self._view.refuse(error)
        self.refresh()

    def _free(self) -> None:
        self._busy = False
        self._view.show_busy(False)

    def _show(self, invoice: Invoice) -> None:
        self._invoice = invoice
        self._view.show_invoice(invoice)
