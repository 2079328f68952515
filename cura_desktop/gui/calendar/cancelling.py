"""Asking why an appointment is cancelled."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.appointments import AppointmentBlock
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_weekday_date
from cura_desktop.gui.calendar.look import span_text
from cura_desktop.gui.forms.calendar.ui_cancelling import Ui_Cancelling
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.side_sheet import SideSheet

REASONS = ("Patient unwell", "Patient asked to", "Feeling better", "Clinician away", "Booked by mistake")


class CancelSheet(SideSheet):
    """`confirmed` carries the appointment and the reason. A reason is picked from the list or typed."""

    confirmed = Signal(object, str)

    def __init__(self, host: QWidget, zone: ZoneInfo) -> None:
        super().__init__(host, "Cancel an appointment", 400)
        self._zone = zone
        self._block: AppointmentBlock | None = None
        self._body = QWidget()
        self._ui = Ui_Cancelling()
        self._ui.setupUi(self._body)
        self._ui.reason_box.addItems(REASONS)
        self._problems = FormProblems({"reason": self._ui.reason_box})
        self._ui.cancel_button.clicked.connect(self._confirm)
        self._ui.keep_button.clicked.connect(self.close_sheet)
        edit = self._ui.reason_box.lineEdit()
        if edit is not None:
            edit.returnPressed.connect(self._confirm)
        self.set_body(self._body)

    def ask(self, block: AppointmentBlock) -> None:
        """Open for one appointment."""
        self._block = block
        self._problems.clear()
        self._ui.who_label.setText(block.patient_name)
        day = format_weekday_date(to_clinic(block.start, self._zone).date())
        self._ui.when_label.setText(f"{day} {span_text(block.interval, self._zone)}\n{block.reason}")
        self._ui.reason_box.setCurrentIndex(-1)
        self._ui.reason_box.clearEditText()
        self.open_sheet()

    def _confirm(self) -> None:
        why = self._ui.reason_box.currentText().strip()
        if len(why) < 2:
            self._problems.show({"reason": "Say why it is cancelled."})
            return
        block, self._block = self._block, None
        self.close_sheet()
        if block is not None:
            self.confirmed.emit(block, why)
