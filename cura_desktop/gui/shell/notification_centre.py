"""The bell and what is behind it: what happened while a person looked elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.overlay import Overlay
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme_state import tokens


class Notice(Protocol):
    """One notification. `at` is in clinic time; `kind` is info, success, warning or danger."""

    @property
    def id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def unread(self) -> bool: ...
    @property
    def kind(self) -> str: ...


class Bell(QToolButton):
    """Shows how many notices are unread, as a number and not by colour alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unread = 0
        self.setObjectName("bell_button")
        self.setAutoRaise(True)
        self.setIcon(icon("bell"))
        self.set_unread(0)

    @property
    def unread(self) -> int:
        """The number shown."""
        return self._unread

    def set_unread(self, count: int) -> None:
        """Show a number; nothing at 0."""
        self._unread = count
        words = "No new notifications" if count == 0 else f"{count} new notification{'s' if count != 1 else ''}"
        self.setAccessibleName(words)
        self.setToolTip(f"{words} (Ctrl+Shift+N)")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._unread:
            return
        text = str(self._unread) if self._unread < 100 else "99+"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("caption", "semibold"))
        metrics = painter.fontMetrics()
        height = metrics.height()
        width = max(height, metrics.horizontalAdvance(text) + px(8))
        badge = self.rect().adjusted(self.width() - width - 1, 1, -1, -(self.height() - height - 1))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().accent))
        painter.drawRoundedRect(badge, height / 2, height / 2)
        painter.setPen(QColor(tokens().on_accent))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


class NotificationCentre(Overlay):
    """A sheet at the right edge. It only draws; `opened`, `picked` and `all_read` are answered by a presenter."""

    opened = Signal()
    picked = Signal(int)
    all_read = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._sheet = QFrame(self)
        self._sheet.setObjectName("notification_centre")
        self._sheet.setProperty("ground", "card")
        title = QLabel("Notifications", self._sheet)
        title.setProperty("textRole", "title")
        self._read_button = QPushButton("Mark all as &read", self._sheet)
        self._read_button.setObjectName("mark_all_read_button")
        self._read_button.clicked.connect(self.all_read)
        self._empty = QLabel("Nothing new. What needs you will be listed here.", self._sheet)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._list = QListWidget(self._sheet)
        self._list.setObjectName("notification_list")
        self._list.setAccessibleName("Notifications")
        self._list.setProperty("flush", True)
        self._list.setSpacing(px(4))
        self._list.setWordWrap(True)
        self._list.itemActivated.connect(self._pick)
        self._list.itemClicked.connect(self._pick)
        self._list.installEventFilter(self)
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self._read_button)
        column = QVBoxLayout(self._sheet)
        column.setContentsMargins(px(16), px(16), px(16), px(16))
        column.setSpacing(px(12))
        column.addLayout(top)
        column.addWidget(self._empty)
        column.addWidget(self._list, 1)
        self.show_notices(())

    def open(self) -> None:
        super().open()
        self.opened.emit()
        (self._list if self._list.count() else self._read_button).setFocus()

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """List the notices as given, the latest first."""
        self._list.clear()
        for notice in notices:
            item = QListWidgetItem(f"{notice.title}\n{notice.text}\n{notice.at:%d-%b-%Y %H:%M}", self._list)
            item.setIcon(icon(_ICONS.get(notice.kind, "info"), notice.kind if notice.kind in _ICONS else "info"))
            item.setFont(font("base", "semibold" if notice.unread else "regular"))
            item.setData(Qt.ItemDataRole.UserRole, notice.id)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, f"{'New: ' if notice.unread else ''}{notice.title}. {notice.text}"
            )
        self._list.setVisible(bool(notices))
        self._empty.setVisible(not notices)
        self._read_button.setEnabled(any(notice.unread for notice in notices))

    def _pick(self, item: QListWidgetItem) -> None:
        self.picked.emit(int(item.data(Qt.ItemDataRole.UserRole)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if watched is self._list and isinstance(event, QKeyEvent) and _is_escape(event):
            self.close_sheet()
            return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = min(px(380), self.width() - 24)
        self._sheet.setGeometry(self.width() - width, 0, width, self.height())


def _is_escape(event: QKeyEvent) -> bool:
    return event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape


_ICONS = {"info": "info", "success": "circle-check", "warning": "triangle-alert", "danger": "octagon-alert"}
