"""A month at a glance: how much is booked each day; Enter opens the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Protocol

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from cura_desktop.domain.appointments import MonthDay, Provider
from cura_desktop.domain.dates import format_weekday_date
from cura_desktop.domain.errors import CuraError
from cura_desktop.gui.calendar.day_grid import as_day_grid
from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme, tokens
from cura_desktop.gui.widgets.buttons import IconButton, PlainButton
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.labels import text_label

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class MonthDiary(Protocol):
    """What is needed of `CalendarService`."""

    def month(self, day: date, provider_id: int | None = None) -> tuple[MonthDay, ...]: ...
    def providers(self) -> tuple[Provider, ...]: ...


class MonthView(QWidget):
    """`picked` carries the day that is to be opened, and the provider chosen or None."""

    picked = Signal(object, object)
    live_tables: tuple[str, ...] = ("appointments", "clinic_closures")

    def __init__(self, diary: MonthDiary, today: Callable[[], date], tasks: Tasks | None = None) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self._diary, self._today, self._tasks = diary, today, tasks or QtTasks(self)
        self._day = today()
        self._days: tuple[MonthDay, ...] = ()
        self.title_label = text_label("", "title")
        self.earlier_button = IconButton("chevron-left", "The month before", "Alt+Left")
        self.later_button = IconButton("chevron-right", "The month after", "Alt+Right")
        self.today_button = PlainButton("&Today")
        self.people_box: ChoiceBox[int] = ChoiceBox(empty_text="Everybody")
        self.people_box.setAccessibleName("Whose month")
        self.table = QTableWidget(6, 7)
        self.table.setAccessibleName("Days of the month")
        self._lay_out()
        self.earlier_button.clicked.connect(lambda: self.go(-1))
        self.later_button.clicked.connect(lambda: self.go(1))
        self.today_button.clicked.connect(lambda: self.go(0))
        self.people_box.changed.connect(self.refresh)
        self.table.cellActivated.connect(lambda *_: self._open())
        self._tasks.run(diary.providers, self._show_people, self._fail, latest="people")
        self.refresh()

    def refresh(self) -> None:
        """Count again."""
        day, who = self._day, self.people_box.value()
        self._tasks.run(lambda: self._diary.month(day, who), self.show_month, self._fail, latest="month")

    def go(self, months: int) -> None:
        """So many months on; 0 is this month."""
        first = self._day.replace(day=1)
        beside = first + timedelta(days=32) if months > 0 else first - timedelta(days=1)
        self._day = beside.replace(day=1) if months else self._today()
        self.refresh()

    def show_month(self, days: Sequence[MonthDay]) -> None:
        """Six weeks; the current cell is the day one stands on."""
        self._days = tuple(days)
        self.title_label.setText(f"{self._day:%B} {self._day.year}")
        for number, one in enumerate(self._days):
            self.table.setItem(number // 7, number % 7, self._item(one))
        place = next((number for number, one in enumerate(self._days) if one.day == self._day), 0)
        self.table.setCurrentCell(place // 7, place % 7)

    def current(self) -> MonthDay | None:
        """The day of the current cell."""
        place = self.table.currentRow() * 7 + self.table.currentColumn()
        return self._days[place] if 0 <= place < len(self._days) else None

    # ------------------------------------------------------------------ inside

    def _open(self) -> None:
        found = self.current()
        if found is not None:
            self.picked.emit(found.day, self.people_box.value())

    def _item(self, one: MonthDay) -> QTableWidgetItem:
        look = tokens()
        lines = [str(one.day.day) if one.day.day > 1 else f"{one.day.day} {one.day:%b}"]
        lines += [one.closed] if one.closed else []
        lines += [f"{one.booked} booked, {_hours(one.minutes)}"] if one.booked else []
        item = QTableWidgetItem("\n".join(lines))
        item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
        item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        outside = one.day.month != self._day.month
        item.setForeground(QBrush(QColor(look.text_muted if outside or not one.booked else look.text)))
        if one.closed:
            item.setBackground(QBrush(QColor(look.surface_sunken)))
        if one.day == self._today():
            item.setFont(font("base", "semibold"))
            item.setForeground(QBrush(QColor(look.accent_text)))
        off = f", {one.cancelled} cancelled or not attended" if one.cancelled else ""
        booked = f"{one.booked} booked" if one.booked else "nobody booked"
        said = f"{format_weekday_date(one.day)}: {one.closed + ', ' if one.closed else ''}{booked}{off}"
        item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        item.setToolTip(said)
        return item

    def _show_people(self, providers: Sequence[Provider]) -> None:
        self.people_box.set_choices([(one.id, one.name) for one in providers], "Everybody")

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        messages_for(self).report(error, self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._days:
            self.show_month(self._days)

    def _lay_out(self) -> None:
        self._column, self._bar = QVBoxLayout(self), QWidget()
        self._head = QHBoxLayout(self._bar)
        self._head.setContentsMargins(0, 0, 0, 0)
        for widget in (self.earlier_button, self.today_button, self.later_button):
            self._head.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._head.addWidget(self.title_label, 1)
        self._head.addWidget(self.people_box)
        self._column.addWidget(self._bar)
        self._column.addWidget(self.table, 1)
        self.table.setHorizontalHeaderLabels(list(WEEKDAYS))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        as_day_grid(self.table)
        self.setFocusProxy(self.table)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(10))
        self._head.setSpacing(px(8))
        self.people_box.setMinimumWidth(px(180))
        self._bar.setMinimumHeight(px(36))
        self.table.horizontalHeader().setMinimumSectionSize(px(84))


def _hours(minutes: int) -> str:
    """`7 h 30`, `45 min`."""
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes % 60 else f"{minutes // 60} h"
