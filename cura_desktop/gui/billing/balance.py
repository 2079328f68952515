"""What a patient owes, as a section of the patient's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cura_desktop.domain.billing import InvoiceSummary, OutstandingBalance
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.money import format_money
from cura_desktop.gui.billing.look import MAY_NOT_BILL, invoice_columns
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import QuietButton, set_allowed
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pill import Pill, PillText
from cura_desktop.gui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from cura_desktop.services.billing import BillingService


_WIDTHS = (100, 66, 142, 80, 96)
"""Status, due, number, total, date: together as wide as the page is beside two docks."""


@dataclass(frozen=True, slots=True)
class _Account:
    balance: OutstandingBalance
    invoices: list[InvoiceSummary]


class PatientBalance(QWidget):
    """`picked` opens an invoice, `new_wanted(patient_id)` starts one."""

    picked = Signal(int)
    new_wanted = Signal(int)
    live_tables: tuple[str, ...] = ("invoices", "payments")

    def __init__(self, service: BillingService, caller: Caller, patient_id: int, tasks: Tasks | None = None) -> None:
        super().__init__()
        self._service, self._patient_id = service, patient_id
        self._tasks: Tasks = tasks or QtTasks(self)
        new = QuietButton("New &invoice")
        new.clicked.connect(lambda: self.new_wanted.emit(patient_id))
        set_allowed(new, caller.may("create", "billing"), MAY_NOT_BILL)
        self.due_label = text_label("", "strong", wrap=True)
        self.overdue_pill = Pill(PillText("Overdue", "danger", "triangle-alert"))
        self.overdue_pill.hide()
        self.table = RecordTable()
        self.table.set_up(
            invoice_columns(with_patient=False), name="Invoices of this patient",
            empty="This patient has no invoices.", empty_icon="receipt-text",
        )  # fmt: skip
        self.table.opened.connect(lambda one: self.picked.emit(one.id))
        self.table.empty_action_chosen.connect(self.refresh)
        self._row = QHBoxLayout()
        self._row.addWidget(self.due_label, 1)
        self._row.addWidget(self.overdue_pill)
        self._row.addWidget(new)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._row)
        self._column.addWidget(self.table, 1)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        self.table.show_loading()
        self.refresh()

    def refresh(self) -> None:
        """Invoices or payments changed."""

        def read() -> _Account:
            return _Account(
                self._service.outstanding(self._patient_id), self._service.invoices(patient_id=self._patient_id)
            )

        self._tasks.run(read, self._show, self._fail, latest="billing.account")

    def _show(self, account: _Account) -> None:
        balance = account.balance
        count = "1 invoice" if balance.invoices == 1 else f"{balance.invoices} invoices"
        due = format_money(balance.due, balance.currency)
        nothing = "Nothing is due" if account.invoices else "No invoices"
        self.due_label.setText(f"{due} due on {count}" if balance.due else nothing)
        self.overdue_pill.setVisible(balance.overdue > 0)
        overdue = format_money(balance.overdue, balance.currency)
        self.overdue_pill.set_value(PillText(f"{overdue} overdue", "danger", "triangle-alert"))
        self.table.show_records(account.invoices)
        self.table.setVisible(bool(account.invoices))

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        self.due_label.setText("")
        self.overdue_pill.hide()
        self.table.show_failure(str(error))
        self.table.show()

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(4))
        self._row.setSpacing(px(8))
        for section, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(section, px(width))
        self.table.setMinimumHeight(px(120))
