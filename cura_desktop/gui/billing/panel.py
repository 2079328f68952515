"""The billing dock: what is unpaid, what is new, and one box to find the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from cura_desktop.domain.billing import InvoiceFilter, InvoiceSummary
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import DatabaseUnavailableError, SessionEndedError
from cura_desktop.gui.billing.look import MAY_NOT_BILL, invoice_columns
from cura_desktop.gui.billing.panel_presenter import PanelPresenter
from cura_desktop.gui.forms.billing.ui_panel import Ui_Panel
from cura_desktop.gui.shell.actions import ActionSpec
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import set_allowed

if TYPE_CHECKING:
    from cura_desktop.services.billing import BillingService

_ROOMY = 560
"""Below this width only patient, status and what is due are shown."""
_FURTHER = (3, 4, 5)
_OTHERS_ROOMY, _OTHERS_NARROW = 556, 198
"""What the columns beside the patient take, in pixels at 100 %."""


class BillingPanel(QWidget):
    """`picked` opens an invoice, `patient_picked` its patient, `new_wanted` starts an empty one."""

    picked = Signal(int)
    patient_picked = Signal(int)
    new_wanted = Signal()
    live_tables: tuple[str, ...] = ("invoices", "payments")

    def __init__(self, service: BillingService, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__()
        self._caller = caller
        self._ui = Ui_Panel()
        self._ui.setupUi(self)
        self._filters = QButtonGroup(self)
        self._failed = False
        self._build()
        self._presenter = PanelPresenter(self, service, tasks or QtTasks(self))
        self._connect()
        self._presenter.refresh()

    def _build(self) -> None:
        ui = self._ui
        ui.search_edit.set_up("Number, receipt or patient…")
        ui.new_button.setIcon(icon("plus", "on-accent"))
        ui.new_button.setAccessibleName("New invoice")
        ui.new_button.setToolTip("New invoice (Ctrl+I)")
        set_allowed(ui.new_button, self._caller.may("create", "billing"), MAY_NOT_BILL)
        buttons: dict[InvoiceFilter, QPushButton] = {
            InvoiceFilter.UNPAID: ui.unpaid_button,
            InvoiceFilter.TODAY: ui.today_button,
            InvoiceFilter.DRAFTS: ui.drafts_button,
            InvoiceFilter.ALL: ui.all_button,
        }
        self._by_button = {button: which for which, button in buttons.items()}
        for button in buttons.values():
            self._filters.addButton(button)
        ui.unpaid_button.setChecked(True)
        ui.invoices_table.set_up(
            invoice_columns(), name="Invoices", empty="Nothing is unpaid.", empty_icon="receipt-text"
        )
        ui.invoices_table.set_context_actions(self._row_actions())
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _row_actions(self) -> list[QAction]:
        opening = QAction(icon("receipt-text"), "&Open the invoice", self)
        opening.triggered.connect(lambda: self._with_current(lambda one: self.picked.emit(one.id)))
        patient = QAction(icon("user"), "Open the &patient", self)
        patient.triggered.connect(lambda: self._with_current(lambda one: self.patient_picked.emit(one.patient_id)))
        return [opening, patient]

    def _connect(self) -> None:
        ui = self._ui
        ui.search_edit.searched.connect(self._presenter.search)
        ui.search_edit.submitted.connect(lambda _: self._presenter.submit())
        ui.search_edit.left_down.connect(ui.invoices_table.select_first)
        ui.new_button.clicked.connect(self.new_wanted)
        self._filters.buttonClicked.connect(lambda button: self._presenter.choose(self._by_button[button]))
        ui.invoices_table.opened.connect(lambda one: self.picked.emit(one.id))
        ui.invoices_table.typed.connect(self._type_on)
        ui.invoices_table.empty_action_chosen.connect(self._presenter.refresh)

    def actions_offered(self) -> list[ActionSpec]:
        """For the window's registry."""
        return [
            ActionSpec(
                "billing.new", "New &invoice", self.new_wanted.emit, "File", "Ctrl+I", "Billing",
                ("create", "billing"), "receipt-text", also="bill charge draft",
            ),
            ActionSpec(
                "billing.find", "Find an in&voice", self.focus_search, "Go", "Shift+F3", "Billing", ("view", "billing"),
                "search", also="receipt payment unpaid",
            ),
        ]  # fmt: skip

    def focus_search(self) -> None:
        """Put the keyboard into the box, what it holds selected."""
        self._ui.search_edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._ui.search_edit.selectAll()

    def refresh(self) -> None:
        """Invoices or payments changed on another seat."""
        self._presenter.refresh()

    # ------------------------------------------------------------------ what the presenter says

    def show_invoices(self, invoices: Sequence[InvoiceSummary], caption: str, empty: str) -> None:
        table = self._ui.invoices_table
        table.set_empty(empty)
        table.show_records(invoices)
        self._ui.caption_label.setText(caption if invoices else "")
        announce(table, caption if invoices else empty)

    def show_loading(self) -> None:
        self._ui.caption_label.setText("")
        self._ui.invoices_table.show_loading()

    def show_failure(self, error: Exception) -> None:
        self._ui.caption_label.setText("")
        self._ui.invoices_table.show_failure(str(error))
        if isinstance(error, DatabaseUnavailableError | SessionEndedError):
            messages_for(self).report(error, self)

    def open_invoice(self, invoice_id: int) -> None:
        self.picked.emit(invoice_id)

    def enter_list(self) -> None:
        self._ui.invoices_table.select_first()

    # ------------------------------------------------------------------ inside

    def _with_current(self, call: object) -> None:
        current = self._ui.invoices_table.current()
        if current is not None and callable(call):
            call(current)

    def _type_on(self, text: str) -> None:
        self._ui.search_edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ui.search_edit.setText(self._ui.search_edit.text() + text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        table, roomy = self._ui.invoices_table, self.width() >= px(_ROOMY)
        for section in _FURTHER:
            table.setColumnHidden(section, not roomy)
        rest = self.width() - px(_OTHERS_ROOMY if roomy else _OTHERS_NARROW)
        table.setColumnWidth(0, max(px(100), rest))
        table.setColumnWidth(1, px(112 if roomy else 98))
        table.setColumnWidth(2, px(82))

    def _set_lengths(self) -> None:
        ui = self._ui
        ui.column.setContentsMargins(0, px(4), 0, 0)
        for row in (ui.search_row, ui.filter_row):
            row.setContentsMargins(px(12), 0, px(12), 0)
        for label in (ui.search_label, ui.caption_label):
            label.setContentsMargins(px(12), 0, px(12), 0)
        self._fit_columns()
