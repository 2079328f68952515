"""A date of birth, of which only the month or the year may be known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.partial_dates import PartialDate, format_partial_date, parse_partial_date
from cura_desktop.gui.widgets.value_edit import ValueEdit


class BirthEdit(ValueEdit[PartialDate]):
    """Takes a whole date in any common form, `Aug 1980` or `1980`. `set_up` gives the clinic's date."""

    def __init__(self, parent: QWidget | None = None, *, today: Callable[[], date] | None = None) -> None:
        super().__init__(parent)
        self._today = today or _computer_today
        self.setPlaceholderText("dd-Mmm-yyyy")

    def set_up(self, today: Callable[[], date]) -> None:
        """For a box made by a form: what the clinic's date is."""
        self._today = today

    def read(self, text: str) -> PartialDate | None:
        return parse_partial_date(text, self._today())

    def write(self, value: PartialDate) -> str:
        return format_partial_date(value)

    def unreadable(self) -> str:
        return "Not a past date. Type 14/8/1980, Aug 1980 or 1980."


def _computer_today() -> date:
    day = QDate.currentDate()
    return date(day.year(), day.month(), day.day())
