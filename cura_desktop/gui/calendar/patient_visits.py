"""A patient's appointments, as a section of the patient's page: what is booked, and the way to book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cura_desktop.domain.appointments import AppointmentBlock, PatientAppointments, Provider
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_time, format_weekday_date
from cura_desktop.domain.errors import CuraError
from cura_desktop.gui.calendar.contracts import Clock
from cura_desktop.gui.calendar.look import sentence, status_pill
from cura_desktop.gui.calendar.narrow import fit_narrow
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import QuietButton, set_allowed
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

MOST_ROWS = 5
NARROW = 590


class Visits(Protocol):
    """What is needed of the calendar's service."""

    def of_patient(self, patient_id: int) -> PatientAppointments: ...
    def providers(self) -> tuple[Provider, ...]: ...


@dataclass(frozen=True, slots=True)
class _Read:
    visits: PatientAppointments
    names: dict[int, str]


class PatientVisits(QWidget):
    """Today's appointments and those to come. `picked` opens one in the calendar, `book_wanted` books another."""

    picked = Signal(object)
    book_wanted = Signal()
    live_tables: tuple[str, ...] = ("appointments",)

    def __init__(self, service: Visits, tasks: Tasks, caller: Caller, patient_id: int, clock: Clock) -> None:
        super().__init__()
        self._service, self._tasks, self._patient_id = service, tasks, patient_id
        self._zone, self._clock = caller.zone, clock
        self._names: dict[int, str] = {}
        self.next_label = text_label("", "strong", wrap=True)
        self.book_button = QuietButton("&Book an appointment")
        self.book_button.clicked.connect(self.book_wanted)
        set_allowed(self.book_button, caller.may("create", "appointments"), "Your role may not book appointments.")
        self.table = RecordTable()
        self.table.set_up(self._columns(), name="Appointments of this patient", empty="", sort_by="when")
        self.table.opened.connect(self.picked)
        self.table.hide()
        self.table.verticalScrollBar().rangeChanged.connect(lambda *_: self._fit())
        row = QHBoxLayout()
        row.addWidget(self.next_label, 1)
        row.addWidget(self.book_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(row)
        self._column.addWidget(self.table)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        self.refresh()

    def refresh(self) -> None:
        """Something was booked, moved or closed."""

        def read() -> _Read:
            names = {one.id: one.name for one in self._service.providers()}
            return _Read(self._service.of_patient(self._patient_id), names)

        self._tasks.run(read, self._show, self._fail, latest="visits")

    def _columns(self) -> list[Column[AppointmentBlock]]:
        def tip(block: AppointmentBlock) -> str:
            return sentence(block, self._zone)

        return [
            Column("When", lambda one: self._when(one.start), key="when", width=170, sort=lambda one: one.start,
                   strong=True, tooltip=tip),
            Column("Status", lambda one: one.status.words, key="status", width=112,
                   pill=lambda one: status_pill(one.status)),
            Column("With", lambda one: self._names.get(one.provider_id, ""), key="with", width=150, tooltip=tip),
            Column("Type", lambda one: one.type.words, key="type", width=130),
        ]  # fmt: skip

    def _show(self, found: _Read) -> None:
        self._names = found.names
        today = self._day(self._clock())
        of_today = [one for one in found.visits.past if self._day(one.start) == today and one.status.takes_time]
        shown = [*reversed(of_today), *found.visits.upcoming]
        self.next_label.setText(self._words(found.visits))
        self.table.show_records(shown)
        self.table.setVisible(bool(shown))
        self._set_lengths()

    def _words(self, visits: PatientAppointments) -> str:
        if visits.upcoming:
            return f"Next: {self._when(visits.upcoming[0].start)}"
        seen = next((one for one in visits.past if one.status.takes_time), None)
        return f"Nothing to come. Last: {self._when(seen.start)}" if seen is not None else "No appointments yet"

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        self.next_label.setText(str(error))
        self.table.hide()

    def _when(self, start: datetime) -> str:
        local = to_clinic(start, self._zone)
        today = self._day(self._clock())
        day = "Today" if local.date() == today else format_weekday_date(local.date())
        return f"{day} {format_time(local.time())}"

    def _day(self, moment: datetime) -> date:
        return to_clinic(moment, self._zone).date()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fit_narrow(self.table, {0: 158, 1: 112}, 2, narrow=NARROW)
        if self.table.width() >= px(NARROW):
            for section, width in enumerate((170, 112, 170)):
                self.table.setColumnWidth(section, px(width))

    def _set_lengths(self) -> None:
        self._column.setSpacing(px(4))
        rows = min(len(self.table.records()), MOST_ROWS)
        header = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(header + rows * self.table.verticalHeader().defaultSectionSize() + 2)
