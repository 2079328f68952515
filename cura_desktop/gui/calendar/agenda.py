"""The day as a list: readable at 320 pixels, and the way of the screen reader through the diary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.appointments import AppointmentBlock, CalendarRange
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_time
from cura_desktop.gui.calendar.look import sentence, status_pill
from cura_desktop.gui.calendar.narrow import fit_narrow
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable

NARROW = 480


class Agenda(RecordTable):
    """Time, patient and state first; with whom and what about follow where there is room."""

    def __init__(self, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: dict[int, str] = {}
        self._asked: tuple[tuple[date, ...], tuple[int, ...]] | None = None

        def clock(block: AppointmentBlock) -> str:
            return format_time(to_clinic(block.start, zone).time())

        def tip(block: AppointmentBlock) -> str:
            return sentence(block, zone)

        self.set_up(
            [
                Column("Time", clock, key="time", width=60, sort=lambda block: block.start, tooltip=tip),
                Column("Patient", lambda block: block.patient_name, key="patient", width=160, strong=True, tooltip=tip),
                Column(
                    "Status",
                    lambda block: block.status.words,
                    key="status",
                    width=118,
                    pill=lambda block: status_pill(block.status),
                ),
                Column("With", lambda block: self._names.get(block.provider_id, ""), key="with", width=150),
                Column("Type", lambda block: block.type.words, key="type", width=120),
                Column("Reason", lambda block: block.reason, key="reason", width=220),
            ],
            name="Appointments",
            empty="Nobody is booked on this day.",
            empty_action="&Book an appointment",
            empty_icon="calendar",
            sort_by="time",
        )
        self.verticalScrollBar().rangeChanged.connect(lambda *_: self._fit())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fit_narrow(self, {0: 60, 2: 112}, 1, narrow=NARROW)

    def show_day(self, view: CalendarRange, shown: Sequence[AppointmentBlock], now: datetime) -> None:
        """These appointments; the chosen one stays chosen. Another day or other people start at `now` (UTC)."""
        self._names = {one.id: one.name for one in view.providers}
        asked = (view.days, tuple(self._names))
        is_new, self._asked = asked != self._asked, asked
        self.show_records(list(shown))
        if is_new:
            self._scroll_to(now)
            if not self.verticalScrollBar().maximum():  # nothing has its place yet: the panel is only being shown
                QTimer.singleShot(0, self, lambda: self._scroll_to(now))

    def _scroll_to(self, now: datetime) -> None:
        """Who is seen now comes first, below the one before; a day that is over or to come is read from its top."""
        rows = self.records()
        row = next((row for row, block in enumerate(rows) if block.end > now), 0)
        self.doItemsLayout()  # the bar's range is that of the rows before until then
        self.verticalScrollBar().setValue(self.verticalHeader().sectionPosition(max(row - 1, 0)))
