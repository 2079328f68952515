"""The form for giving money back and for credit notes: how much, and why."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID, uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.billing import reason_problem
from cura_desktop.domain.money import format_money
from cura_desktop.gui.forms.billing.ui_correction import Ui_Correction
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.form_problems import FormProblems


class CorrectionForm(QWidget):
    """`confirmed(amount | None, reason, UUID)`; without an amount it is about the whole invoice."""

    confirmed = Signal(object, str, object)

    def __init__(self) -> None:
        super().__init__()
        self._ui = Ui_Correction()
        self._ui.setupUi(self)
        self._most: Decimal | None = None
        self._currency = "GBP"
        self._key: UUID = uuid4()
        self._ui.problem_label.hide()
        self._ui.reason_edit.setFixedHeight(px(80))
        self._problems = FormProblems({"amount": self._ui.amount_edit, "reason": self._ui.reason_edit})
        self._ui.do_button.clicked.connect(self.submit)

    def renew(self, lead: str, verb: str, most: Decimal | None, currency: str) -> None:
        """Begin again: `lead` says what happens, `most` is the largest amount (None: no amount is asked)."""
        self._key, self._most, self._currency = uuid4(), most, currency
        self._problems.clear()
        self._ui.problem_label.hide()
        self._ui.lead_label.setText(lead)
        self._ui.do_button.setText(verb)
        self._ui.amount_area.setVisible(most is not None)
        self._ui.amount_edit.set_value(most)
        self._ui.reason_edit.clear()

    def submit(self) -> None:
        """Confirm when nothing is wrong."""
        amount, reason = self._ui.amount_edit.value(), self._ui.reason_edit.toPlainText()
        problems = {**self._problems.typed()}
        if self._most is not None and not problems:
            if amount is None or amount <= 0:
                problems["amount"] = "Type the amount that is given back."
            elif amount > self._most:
                problems["amount"] = f"At most {format_money(self._most, self._currency)} is left of this payment."
        if problem := reason_problem(reason):
            problems["reason"] = problem
        self.show_problems(problems)
        if not problems:
            self.confirmed.emit(amount if self._most is not None else None, reason, self._key)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside the fields, what has no field above the button."""
        rest = " ".join(self._problems.show(problems).values())
        self._ui.problem_label.setText(rest)
        self._ui.problem_label.setVisible(bool(rest))

    def show_busy(self, busy: bool) -> None:
        """While the server is asked nothing is pressed twice."""
        self._ui.do_button.setEnabled(not busy)
