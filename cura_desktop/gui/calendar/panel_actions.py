"""What the calendar panel offers to menus, palette and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from cura_desktop.gui.calendar.panel_presenter import CalendarPresenter, ViewMode
from cura_desktop.gui.shell.actions import ActionSpec

BOOK_KEY = 4
"""Which of the local keys books."""


class CalendarDoings(Protocol):
    """What the panel can be told to do."""

    presenter: CalendarPresenter

    def book_here(self) -> None: ...
    def go_to_date(self) -> None: ...
    def set_mode(self, mode: ViewMode) -> None: ...


def actions_offered(panel: CalendarDoings) -> list[ActionSpec]:
    """For menus, palette and cheat sheet."""
    group, view, book = "Calendar", ("view", "appointments"), ("create", "appointments")
    return [
        ActionSpec(
            "calendar.book", "&Book an appointment", panel.book_here, "File", "Ctrl+Shift+B", group, book,
            "calendar-plus", also="new appointment diary",
        ),
        ActionSpec("calendar.today", "Calendar: &today", panel.presenter.go_today, "", "", group, view, "calendar"),
        ActionSpec("calendar.date", "Calendar: &go to a date", panel.go_to_date, "", "Ctrl+G", group, view),
        ActionSpec(
            "calendar.day", "Calendar: &day", lambda: panel.set_mode(ViewMode.DAY), "", "", group, view, "columns-3"
        ),
        ActionSpec("calendar.week", "Calendar: &week", lambda: panel.set_mode(ViewMode.WEEK), "", "", group, view),
        ActionSpec(
            "calendar.list", "Calendar: &list", lambda: panel.set_mode(ViewMode.LIST), "", "", group, view, "list"
        ),
    ]  # fmt: skip


def local_keys(panel: CalendarDoings, owner: QWidget) -> list[QAction]:
    """Keys that hold while the keyboard is in the panel; letters typed into a field stay with the field."""
    presenter = panel.presenter
    return [
        _key(owner, "&Today", "T", presenter.go_today),
        _key(owner, "&Earlier", "PgUp", lambda: presenter.step(-1)),
        _key(owner, "&Later", "PgDown", lambda: presenter.step(1)),
        _key(owner, "&Go to a date", "G", panel.go_to_date),
        _key(owner, "&Book an appointment", "B", panel.book_here),
        _key(owner, "&Day", "D", lambda: panel.set_mode(ViewMode.DAY)),
        _key(owner, "&Week", "W", lambda: panel.set_mode(ViewMode.WEEK)),
        _key(owner, "&List", "L", lambda: panel.set_mode(ViewMode.LIST)),
    ]


def _key(owner: QWidget, text: str, key: str, call: Callable[[], object]) -> QAction:
    action = QAction(text, owner)
    action.setShortcut(QKeySequence(key))
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda: call())
    owner.addAction(action)
    return action
