"""What the patient takes and what was prescribed before. It draws and asks; it calls no service."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cura_desktop.domain.prescriptions import Prescription, PrescriptionLine, PrescriptionStatus
from cura_desktop.gui.prescribing.wording import current_columns, prescription_columns
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import QuietButton, set_allowed
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.record_table import RecordTable


class History(QWidget):
    """`again` carries lines to prescribe again; the others a Prescription."""

    again = Signal(object)
    paper_wanted = Signal(object)
    send_wanted = Signal(object)
    cancel_wanted = Signal(object)
    continue_wanted = Signal(object)

    def __init__(self, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.current_table = RecordTable()
        self.current_table.set_up(
            current_columns(),
            name="Current medicines",
            empty="No current medicine was prescribed here.",
            empty_icon="tablets",
        )
        self.current_table.set_identity(lambda line: line.title)
        self.again_button = QuietButton("Prescribe agai&n", "rotate-ccw")
        self.table = RecordTable()
        self.table.set_up(prescription_columns(zone), name="Prescriptions", empty="Nothing was prescribed here yet.")
        self.open_button = QuietButton("&Open paper", "printer")
        self.send_button = QuietButton("&Send to pharmacy", "send")
        self.cancel_button = QuietButton("&Cancel…", "ban")
        self._build()
        self.current_table.opened.connect(lambda line: self.again.emit([line]))
        self.current_table.current_changed.connect(lambda _: self._allow())
        self.again_button.clicked.connect(self._again)
        self.table.opened.connect(self._opened)
        self.table.current_changed.connect(lambda _: self._allow())
        self.open_button.clicked.connect(lambda: self._opened(self.table.current()))
        self.send_button.clicked.connect(lambda: self._ask(self.send_wanted))
        self.cancel_button.clicked.connect(lambda: self._ask(self.cancel_wanted))
        self._allow()

    def show_current(self, lines: Sequence[PrescriptionLine]) -> None:
        """The newest of each product."""
        self.current_table.show_records(list(lines))
        self._allow()

    def show_prescriptions(self, stored: Sequence[Prescription]) -> None:
        """Newest first."""
        self.table.show_records(list(stored))
        self._allow()

    def forget(self) -> None:
        """The record is closed: show nothing."""
        self.show_current(())
        self.show_prescriptions(())

    def _again(self) -> None:
        chosen = self.current_table.selected() or [one for one in (self.current_table.current(),) if one is not None]
        if chosen:
            self.again.emit(list(chosen))

    def _opened(self, stored: Prescription | None) -> None:
        if stored is None:
            return
        wanted = self.continue_wanted if stored.status is PrescriptionStatus.DRAFT else self.paper_wanted
        wanted.emit(stored)

    def _ask(self, wanted: SignalInstance) -> None:
        stored = self.table.current()
        if stored is not None:
            wanted.emit(stored)

    def _allow(self) -> None:
        stored: Prescription | None = self.table.current()
        set_allowed(self.again_button, self.current_table.current() is not None, "Choose a current medicine first.")
        set_allowed(self.open_button, stored is not None, "Choose a prescription first.")
        draft = stored is not None and stored.status is PrescriptionStatus.DRAFT
        self.open_button.setText("C&ontinue draft" if draft else "&Open paper")
        sendable = (
            stored is not None and stored.status is PrescriptionStatus.ACTIVE and stored.supply_state == "not_sent"
        )
        set_allowed(self.send_button, sendable, "Only an issued prescription that the pharmacy does not have is sent.")
        open_status = (PrescriptionStatus.DRAFT, PrescriptionStatus.ACTIVE, PrescriptionStatus.PART_DISPENSED)
        set_allowed(
            self.cancel_button,
            stored is not None and stored.status in open_status,
            "Only a draft or an open prescription is cancelled.",
        )

    def _build(self) -> None:
        self._column = QVBoxLayout(self)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(text_label("Current medicines", "lead"), 1)
        first.addWidget(self.again_button)
        second.addWidget(text_label("Prescriptions", "lead"), 1)
        for button in (self.open_button, self.send_button, self.cancel_button):
            second.addWidget(button)
        self._column.addLayout(first)
        self._column.addWidget(self.current_table, 2)
        self._column.addLayout(second)
        self._column.addWidget(self.table, 3)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(12), px(12), px(12), px(12))
        self._column.setSpacing(px(8))
