"""The sheets that open beside the calendar, made when they are first wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cura_desktop.domain.appointments import AppointmentBlock
from cura_desktop.domain.caller import Caller
from cura_desktop.gui.calendar.booking import BookingSheet
from cura_desktop.gui.calendar.cancelling import CancelSheet
from cura_desktop.gui.calendar.contracts import Clock, Diary
from cura_desktop.gui.widgets.patient_choice import FindPatients

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class CalendarSheets:
    """`saved(block, is_new)` and `cancelled(block, reason)` are called when a sheet is done."""

    def __init__(
        self,
        panel: QWidget,
        diary: Diary,
        tasks: Tasks,
        caller: Caller,
        search: FindPatients,
        clock: Clock,
        saved: Callable[[AppointmentBlock, bool], None],
        cancelled: Callable[[AppointmentBlock, str], None],
    ) -> None:
        self._panel, self._diary, self._tasks, self._caller = panel, diary, tasks, caller
        self._search, self._clock = search, clock
        self._saved, self._cancelled = saved, cancelled
        self.booking: BookingSheet | None = None
        self.cancelling: CancelSheet | None = None

    def to_book(self) -> BookingSheet:
        """Where an appointment is booked or changed, over the window the panel is in now."""
        window = self._panel.window()
        if self.booking is None or _is_elsewhere(self.booking, window):
            self.booking = BookingSheet(window, self._diary, self._tasks, self._caller, self._search, clock=self._clock)
            self.booking.saved.connect(self._saved)
        return self.booking

    def to_cancel(self) -> CancelSheet:
        """Where the reason of a cancellation is asked."""
        window = self._panel.window()
        if self.cancelling is None or _is_elsewhere(self.cancelling, window):
            self.cancelling = CancelSheet(window, self._caller.zone)
            self.cancelling.confirmed.connect(self._cancelled)
        return self.cancelling


def _is_elsewhere(sheet: QWidget, window: QWidget) -> bool:
    """The dock was taken out of the window (or put back) since the sheet was made, and nobody is typing into it."""
    return sheet.parentWidget() is not window and sheet.isHidden()
