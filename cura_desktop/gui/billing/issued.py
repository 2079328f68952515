"""An issued invoice: what it says, what was paid, and what can still be done with it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from cura_desktop.domain.billing import Invoice, Payment, PaymentTaken
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date, format_date_time
from cura_desktop.domain.errors import CuraError, DatabaseUnavailableError, InvalidInputError, SessionEndedError
from cura_desktop.domain.money import format_money
from cura_desktop.gui.billing.correction import CorrectionForm
from cura_desktop.gui.billing.desk_presenter import DeskPresenter
from cura_desktop.gui.billing.look import MAY_NOT_BILL, line_columns, payment_columns, status_pill
from cura_desktop.gui.billing.payment import PaymentForm
from cura_desktop.gui.forms.billing.ui_issued import Ui_Issued
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.pill import Pill
from cura_desktop.gui.widgets.side_sheet import SideSheet

if TYPE_CHECKING:
    from cura_desktop.services.billing import BillingService

_SHEET_WIDTH = 340


class IssuedInvoice(QWidget):
    """`paper_wanted(bytes, title)` shows a PDF, `invoice_wanted` opens another (its credit note)."""

    paper_wanted = Signal(bytes, str)
    invoice_wanted = Signal(int)
    patient_picked = Signal(int)
    changed = Signal(object)

    def __init__(self, service: BillingService, caller: Caller, tasks: Tasks, invoice: Invoice) -> None:
        super().__init__()
        self._caller = caller
        self._ui = Ui_Issued()
        self._ui.setupUi(self)
        self._pill = Pill(status_pill(invoice))
        self._payment_form, self._correction_form = PaymentForm(), CorrectionForm()
        self._payment_sheet = SideSheet(self, "Take payment", _SHEET_WIDTH)
        self._correction_sheet = SideSheet(self, "Refund", _SHEET_WIDTH)
        self._refunding: Payment | None = None
        self._presenter = DeskPresenter(self, service, tasks, invoice)
        self._build(invoice)
        self._connect()
        self.show_invoice(invoice)

    def _build(self, invoice: Invoice) -> None:
        ui = self._ui
        ui.pill_place.addWidget(self._pill)
        ui.lines_table.set_up(
            line_columns(invoice.currency, registered=invoice.registered), name="Lines", empty="No lines."
        )
        ui.lines_table.set_identity(id)
        ui.payments_table.set_up(
            payment_columns(invoice.currency, self._when),
            name="Payments",
            empty="Nothing has been paid yet.",
            empty_icon="banknote",
        )
        self._payment_sheet.set_body(self._payment_form)
        self._correction_sheet.set_body(self._correction_form)
        for button, name, role in (
            (ui.pay_button, "banknote", "on-accent"),
            (ui.pdf_button, "file-text", "text"),
            (ui.receipt_button, "receipt-text", "text"),
        ):
            button.setIcon(icon(name, role))
        ui.pay_button.setToolTip("Take payment (Ctrl+Return)")
        receipt = QAction(icon("receipt-text"), "&Receipt", self)
        receipt.triggered.connect(self._open_receipt)
        ui.payments_table.set_context_actions([receipt])
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _connect(self) -> None:
        ui = self._ui
        ui.pay_button.clicked.connect(self.take_payment)
        ui.pdf_button.clicked.connect(self._presenter.paper)
        ui.receipt_button.clicked.connect(self._open_receipt)
        ui.refund_button.clicked.connect(self._ask_refund)
        ui.credit_button.clicked.connect(self._ask_credit)
        ui.patient_button.clicked.connect(lambda: self.patient_picked.emit(self._presenter.invoice.patient_id))
        ui.payments_table.opened.connect(lambda one: self._presenter.receipt(one.id, one.receipt_number))
        ui.payments_table.current_changed.connect(lambda _: self._show_allowed())
        self._payment_form.offered.connect(self._presenter.pay)
        self._correction_form.confirmed.connect(self._correct)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.take_payment)

    # ------------------------------------------------------------------ for the tab

    def refresh(self) -> None:
        """Another seat changed something."""
        self._presenter.refresh()

    def take_payment(self) -> None:
        """Open the payment form, or say why there is nothing to take."""
        invoice = self._presenter.invoice
        if not self._ui.pay_button.isEnabled():
            return
        if self._payment_sheet.isHidden():
            self._payment_form.renew(invoice.balance, invoice.currency)
            self._payment_sheet.open_sheet()
        self._payment_form.focus_amount()

    # ------------------------------------------------------------------ what the presenter says

    def show_invoice(self, invoice: Invoice) -> None:
        ui = self._ui
        kind = "Credit note" if invoice.is_credit_note else "Invoice"
        ui.title_label.setText(f"{kind} {invoice.number}" if invoice.number else f"Cancelled {kind.lower()} draft")
        self._pill.set_value(status_pill(invoice))
        ui.patient_label.setText(f"{invoice.patient}   {invoice.patient_number}")
        ui.facts_label.setText(_facts(invoice))
        note = _note(invoice)
        ui.note_label.setText(note)
        ui.note_label.setVisible(bool(note))
        ui.lines_table.show_records(invoice.lines)
        ui.payments_table.show_records(invoice.payments)
        takes_money = not invoice.is_credit_note and bool(invoice.number)
        ui.payments_label.setText("Payments" if invoice.payments else "No payments yet")
        ui.payments_table.setVisible(takes_money and bool(invoice.payments))
        for widget in (ui.payments_label, ui.pay_button, ui.receipt_button, ui.refund_button):
            widget.setVisible(takes_money)
        ui.credit_button.setVisible(takes_money)
        ui.pdf_button.setVisible(bool(invoice.number))
        self._show_sums(invoice)
        self._show_allowed()
        self._payment_form.set_balance(invoice.balance, invoice.currency)
        self.changed.emit(invoice)

    def show_busy(self, busy: bool) -> None:
        self._payment_form.show_busy(busy)
        self._correction_form.show_busy(busy)

    def told_paid(self, taken: PaymentTaken) -> None:
        self._payment_sheet.close_sheet()
        currency = self._presenter.invoice.currency
        left = f" {format_money(taken.balance, currency)} is still due." if taken.balance > 0 else " Paid in full."
        messages_for(self).toast(
            f"Payment taken, receipt {taken.receipt_number}.{left}",
            "success",
            lambda: self._presenter.receipt(taken.payment_id, taken.receipt_number),
            "Show &receipt",
        )

    def told_refunded(self, taken: PaymentTaken) -> None:
        self._correction_sheet.close_sheet()
        messages_for(self).toast(
            f"Refunded, receipt {taken.receipt_number}.",
            "success",
            lambda: self._presenter.receipt(taken.payment_id, taken.receipt_number),
            "Show &receipt",
        )

    def told_credited(self, note: Invoice) -> None:
        self._correction_sheet.close_sheet()
        messages_for(self).toast(
            f"Credit note {note.number} is issued.", "success", lambda: self.invoice_wanted.emit(note.id), "&Open it"
        )

    def show_paper(self, content: bytes, title: str) -> None:
        self.paper_wanted.emit(content, title)

    def refuse(self, error: Exception) -> None:
        """Beside the field where there is one; the form stays open with what was typed."""
        form = self._payment_form if not self._payment_sheet.isHidden() else self._correction_form
        if isinstance(error, InvalidInputError):
            form.show_problems(error.problems)
        elif isinstance(error, CuraError) and not isinstance(error, DatabaseUnavailableError | SessionEndedError):
            form.show_problems({"": str(error)})
        else:
            self.report(error)

    def report(self, error: Exception) -> None:
        messages_for(self).report(error, self)

    # ------------------------------------------------------------------ inside

    def _show_sums(self, invoice: Invoice) -> None:
        ui = self._ui
        issued = bool(invoice.number) and not invoice.is_credit_note
        sums: tuple[tuple[QLabel, QLabel, Decimal, bool], ...] = (
            (ui.net_label, ui.net_amount_label, invoice.subtotal, bool(invoice.tax or invoice.discount)),
            (ui.discount_label, ui.discount_amount_label, -invoice.discount, bool(invoice.discount)),
            (ui.vat_label, ui.vat_amount_label, invoice.tax, bool(invoice.tax)),
            (ui.total_label, ui.total_amount_label, invoice.total, True),
            (ui.paid_label, ui.paid_amount_label, -invoice.paid, bool(invoice.paid)),
            (ui.balance_label, ui.balance_amount_label, invoice.balance, issued),
        )
        for label, figure, amount, shown in sums:
            figure.setText(format_money(amount, invoice.currency))
            label.setVisible(shown)
            figure.setVisible(shown)

    def _show_allowed(self) -> None:
        ui, invoice = self._ui, self._presenter.invoice
        may = self._caller.may("create", "billing")
        chosen = self._chosen_payment()
        reasons: tuple[tuple[QPushButton, str], ...] = (
            (ui.pay_button, "" if invoice.balance > 0 else "Nothing is due on this invoice."),
            (
                ui.refund_button,
                "" if chosen and chosen.refundable > 0 else "No payment can be given back.",
            ),
            (ui.credit_button, invoice.credit_problem),
        )
        for button, reason in reasons:
            set_allowed(button, may and not reason, reason if may else MAY_NOT_BILL)
        set_allowed(ui.receipt_button, bool(invoice.payments), "Nothing has been paid yet.")

    def _chosen_payment(self) -> Payment | None:
        """The payment the keyboard is on, else the newest that can be refunded."""
        current: Payment | None = self._ui.payments_table.current()
        if current is not None:
            return current
        left = [one for one in self._presenter.invoice.payments if one.refundable > 0]
        return left[-1] if left else None

    def _open_receipt(self) -> None:
        payments = self._presenter.invoice.payments
        chosen = self._ui.payments_table.current() or (payments[-1] if payments else None)
        if chosen is not None:
            self._presenter.receipt(chosen.id, chosen.receipt_number)

    def _ask_refund(self) -> None:
        self._refunding = chosen = self._chosen_payment()
        if chosen is None:
            return
        currency = self._presenter.invoice.currency
        self._correction_sheet.set_title("Refund")
        self._correction_form.renew(
            f"Give back money of receipt {chosen.receipt_number} by {chosen.method.words.lower()}."
            " The invoice is due again by that amount.",
            "&Refund",
            chosen.refundable,
            currency,
        )
        self._correction_sheet.open_sheet()

    def _ask_credit(self) -> None:
        invoice = self._presenter.invoice
        self._refunding = None
        self._correction_sheet.set_title("Credit note")
        self._correction_form.renew(
            f"A credit note of {format_money(-invoice.total, invoice.currency)} is issued for the whole of"
            f" {invoice.number}. It closes the invoice and cannot be taken back.",
            "&Issue the credit note",
            None,
            invoice.currency,
        )
        self._correction_sheet.open_sheet()

    def _correct(self, amount: Decimal | None, reason: str, key: UUID) -> None:
        if self._refunding is not None:
            self._presenter.refund(self._refunding.id, amount, reason, key)
        else:
            self._presenter.credit(reason, key)

    def _when(self, utc: datetime) -> str:
        return format_date_time(to_clinic(utc, self._caller.zone))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_lines()

    def _fit_lines(self) -> None:
        """The description takes what the numbers leave: the amount of a line must not need scrolling."""
        table = self._ui.lines_table
        numbers = sum(table.columnWidth(section) for section in range(1, table.model().columnCount() - 1)) + px(100)
        table.setColumnWidth(0, max(self.width() - px(32) - numbers - px(16), px(120)))

    def _set_lengths(self) -> None:
        self._ui.lines_table.setMinimumHeight(px(90))
        self._ui.payments_table.setMinimumHeight(px(96))
        self._ui.balance_amount_label.setMinimumWidth(px(110))


def _facts(invoice: Invoice) -> str:
    parts = [f"Issued {format_date(invoice.invoice_date)}" if invoice.number else ""]
    parts.append(f"by {invoice.issued_by}" if invoice.issued_by else "")
    first = " ".join(part for part in parts if part)
    rest = [f"Service {format_date(invoice.service_date)}"]
    if not invoice.is_credit_note and invoice.number:
        rest.append(f"Due {format_date(invoice.due_date)}")
    return "  ·  ".join(part for part in (first, *rest) if part)


def _note(invoice: Invoice) -> str:
    parts = [
        f"Credits invoice {invoice.credits}: {invoice.credit_reason}" if invoice.credits else "",
        f"Credited by {invoice.credited_by}." if invoice.credited_by else "",
        invoice.notes,
    ]
    return "\n".join(part for part in parts if part)
