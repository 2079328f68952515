"""A date typed in any common form, shown as 14-Aug-1980 (domain-rules A2.9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QVBoxLayout, QWidget

from cura_desktop.domain.dates import format_date, parse_date
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.value_edit import ValueEdit

Parse = Callable[[str], date | None]


class DateEdit(ValueEdit[date]):
    """A date of the clinic's calendar. Alt+Down opens a calendar; `t` means today.

    `today` gives the clinic's date and is asked when needed, so a program left open over midnight stays right; without
    it the computer's date is taken. With `birth`, two-digit years lie in the past. `parse` replaces the reading.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        today: Callable[[], date] | None = None,
        birth: bool = False,
        earliest: date | None = None,
        latest: date | None = None,
        parse: Parse | None = None,
    ) -> None:
        super().__init__(parent)
        self._today, self._birth, self._parse = today or _computer_today, birth, parse
        self._earliest, self._latest = earliest, latest
        self.setPlaceholderText("dd-Mmm-yyyy")
        opening = QAction(icon("calendar", "text-muted"), "Open the calendar (Alt+Down)", self)
        opening.triggered.connect(self.open_calendar)
        self.addAction(opening, QLineEdit.ActionPosition.TrailingPosition)

    def set_up(self, today: Callable[[], date], *, birth: bool = False) -> None:
        """For a box made by a form: the clinic's date, and whether the box holds a date of birth."""
        self._today, self._birth = today, birth

    def set_bounds(self, earliest: date | None, latest: date | None) -> None:
        """Change what is accepted."""
        self._earliest, self._latest = earliest, latest

    def read(self, text: str) -> date | None:
        if text.lower() in ("t", "today"):
            return self._today()
        return self._parse(text) if self._parse else parse_date(text, self._today(), birth=self._birth)

    def write(self, value: date) -> str:
        return format_date(value)

    def unreadable(self) -> str:
        return "This is not a date. Type it as 14-Aug-1980 or 14/8/1980."

    def refusal(self, value: date) -> str:
        if self._birth and value > self._today():
            return "A birth cannot lie in the future."
        if self._earliest is not None and value < self._earliest:
            return f"The earliest is {format_date(self._earliest)}."
        if self._latest is not None and value > self._latest:
            return f"The latest is {format_date(self._latest)}."
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_calendar()
        else:
            super().keyPressEvent(event)

    def open_calendar(self) -> None:
        """Show a month to pick from, under the box."""
        if self.isReadOnly():
            return
        popup = _CalendarPopup(self, self.value() or self._today(), self._earliest, self._latest)
        popup.picked.connect(self._take)
        popup.move(self.mapToGlobal(QPoint(0, self.height() + px(4))))
        popup.show()
        popup.calendar.setFocus()

    def _take(self, day: date) -> None:
        self.set_value(day)
        self.setFocus(Qt.FocusReason.PopupFocusReason)


class _CalendarPopup(QWidget):
    picked = Signal(object)

    def __init__(self, edit: DateEdit, shown: date, earliest: date | None, latest: date | None) -> None:
        super().__init__(edit, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("ground", "surface")
        self.calendar = QCalendarWidget()
        self.calendar.setAccessibleName("Calendar")
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        if earliest is not None:
            self.calendar.setMinimumDate(_qt(earliest))
        if latest is not None:
            self.calendar.setMaximumDate(_qt(latest))
        self.calendar.setSelectedDate(_qt(shown))
        self.calendar.activated.connect(self._pick)
        self.calendar.clicked.connect(self._pick)
        box = QVBoxLayout(self)
        box.setContentsMargins(px(4), px(4), px(4), px(4))
        box.addWidget(self.calendar)

    def _pick(self, day: QDate) -> None:
        self.close()
        self.picked.emit(date(day.year(), day.month(), day.day()))


def _computer_today() -> date:
    day = QDate.currentDate()
    return date(day.year(), day.month(), day.day())


def _qt(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
