"""The form for taking money: how much, how, and with cash the change."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.billing import PaymentDraft, PaymentMethod
from cura_desktop.domain.money import format_money
from cura_desktop.gui.forms.billing.ui_payment import Ui_Payment
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.widgets.form_problems import FormProblems

_OFFERED = [(method, method.words) for method in PaymentMethod if method is not PaymentMethod.ONLINE]
_REFERENCES = {
    PaymentMethod.CARD: "&Reference on the terminal slip",
    PaymentMethod.BANK_TRANSFER: "&Reference on the statement",
    PaymentMethod.CHEQUE: "Cheque numbe&r",
    PaymentMethod.INSURANCE: "&Remittance reference",
}


class PaymentForm(QWidget):
    """`offered(PaymentDraft, UUID)` when the form is complete; the key stays the same until `renew`."""

    offered = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._ui = Ui_Payment()
        self._ui.setupUi(self)
        self._balance, self._currency = Decimal(0), "GBP"
        self._key: UUID = uuid4()
        self._ui.method_box.set_choices(_OFFERED)
        self._ui.problem_label.hide()
        self._problems = FormProblems(
            {
                "amount": self._ui.amount_edit,
                "tendered": self._ui.tendered_edit,
                "reference": self._ui.reference_edit,
            }
        )
        self._ui.method_box.changed.connect(self._settle)
        for edit in (self._ui.amount_edit, self._ui.tendered_edit):
            edit.changed.connect(self._settle)
            edit.returnPressed.connect(self.submit)
        self._ui.reference_edit.returnPressed.connect(self.submit)
        self._ui.take_button.clicked.connect(self.submit)
        self._settle()

    def renew(self, balance: Decimal, currency: str) -> None:
        """A new payment: the whole balance, until a part is typed."""
        self._key = uuid4()
        self._problems.clear()
        self._ui.problem_label.hide()
        self._ui.tendered_edit.clear()
        self._ui.reference_edit.clear()
        self.set_balance(balance, currency)
        self._ui.amount_edit.set_value(balance)
        self._ui.amount_edit.selectAll()

    def set_balance(self, balance: Decimal, currency: str) -> None:
        """What is due now; what was typed stays."""
        self._balance, self._currency = balance, currency
        self._ui.due_label.setText(f"{format_money(balance, currency)} is due")
        self._settle()

    def submit(self) -> None:
        """Offer the payment when nothing is wrong with it."""
        draft = self._typed()
        problems = {**draft.problems(self._balance, self._currency), **self._problems.typed()}
        self.show_problems(problems)
        if not problems:
            self.offered.emit(draft, self._key)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside the fields, what has no field above the button."""
        rest = " ".join(self._problems.show(problems).values())
        self._ui.problem_label.setText(rest)
        self._ui.problem_label.setVisible(bool(rest))
        if rest:
            announce(self._ui.problem_label, rest, urgent=True)

    def show_busy(self, busy: bool) -> None:
        """While the server is asked nothing is pressed twice."""
        self._ui.take_button.setEnabled(not busy)

    def focus_amount(self) -> None:
        """Begin at the amount."""
        self._ui.amount_edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ui.amount_edit.selectAll()

    def _typed(self) -> PaymentDraft:
        ui = self._ui
        method = ui.method_box.value() or PaymentMethod.CARD
        cash = method is PaymentMethod.CASH
        return PaymentDraft(
            amount=ui.amount_edit.value(),
            method=method,
            tendered=ui.tendered_edit.value() if cash else None,
            reference="" if cash else ui.reference_edit.text().strip(),
        )

    def _settle(self) -> None:
        ui, draft = self._ui, self._typed()
        cash = draft.method is PaymentMethod.CASH
        ui.cash_area.setVisible(cash)
        ui.reference_area.setVisible(not cash)
        if not cash:
            ui.reference_label.setText(_REFERENCES.get(draft.method, "&Reference"))
        enough = draft.tendered is not None and draft.amount is not None and draft.tendered >= draft.amount
        ui.change_label.setText(f"Change {format_money(draft.change, self._currency)}" if enough else "")
        part = draft.amount is not None and 0 < draft.amount < self._balance
        left = format_money(self._balance - draft.amount, self._currency) if draft.amount is not None and part else ""
        ui.take_button.setText("&Take part payment" if part else "&Take payment")
        ui.take_button.setToolTip(f"{left} stays due" if left else "")
