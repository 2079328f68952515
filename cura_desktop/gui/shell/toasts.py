"""Short notices that pass by, at the lower end of a window, newest at the bottom."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.icons import icon, icon_pixmap
from cura_desktop.gui.shell.palette import Kind
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme

SECONDS = 10
MOST = 4
"""Older ones give way when more are waiting."""

KIND_ICONS: dict[Kind, str] = {
    "neutral": "info",
    "accent": "info",
    "info": "info",
    "success": "circle-check",
    "warning": "triangle-alert",
    "danger": "octagon-alert",
}
KIND_WORDS: dict[Kind, str] = {
    "neutral": "Note",
    "accent": "Note",
    "info": "Information",
    "success": "Done",
    "warning": "Warning",
    "danger": "Danger",
}


class Toast(QFrame):
    """One notice. It waits while the pointer is on it or the keyboard is in it; Escape closes it.

    `left` carries the notice when it goes.
    """

    left = Signal(object)

    def __init__(self, text: str, kind: Kind, undo: Callable[[], object] | None, undo_text: str) -> None:
        super().__init__()
        self.setObjectName("toast")
        self.text = text
        self._undo = undo
        self.setAccessibleName(f"{KIND_WORDS[kind]}: {text}")
        self._icon = QLabel()
        self._icon.setAccessibleName(KIND_WORDS[kind])
        self._kind = kind
        label = QLabel(text)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self._label = label
        row = self._row = QHBoxLayout(self)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label, 1)
        self.undo_button = QPushButton(undo_text, self)
        self.undo_button.setVisible(undo is not None)
        self.undo_button.clicked.connect(self._take_back)
        self.undo_button.setShortcut("Ctrl+Alt+Z" if undo is not None else "")
        self.undo_button.setToolTip("Ctrl+Alt+Z")
        row.addWidget(self.undo_button)
        self.close_button = QToolButton(self)
        self.close_button.setIcon(icon("x", "on-tooltip"))
        self.close_button.setAccessibleName("Close this notice")
        self.close_button.setToolTip("Close (Escape)")
        self.close_button.clicked.connect(self.leave)
        row.addWidget(self.close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SECONDS * 1000)
        self._timer.timeout.connect(self.leave)
        self._timer.start()
        self.set_lengths()
        theme().changed.connect(self.set_lengths)

    def set_lengths(self) -> None:
        """Lengths and icon for the current look."""
        self._row.setContentsMargins(px(12), px(6), px(6), px(6))
        self._row.setSpacing(px(8))
        self._icon.setPixmap(icon_pixmap(KIND_ICONS[self._kind], "on-tooltip", px(16), self.devicePixelRatioF()))
        self._icon.setContentsMargins(0, px(7), 0, 0)
        words = self._label.fontMetrics().horizontalAdvance(self.text) + px(4)
        width = min(words, px(440))
        self._label.setFixedWidth(width)
        self._label.setMinimumHeight(self._label.heightForWidth(width))

    def leave(self) -> None:
        """Go away now."""
        self.hide()
        self.left.emit(self)
        self.deleteLater()

    def _take_back(self) -> None:
        undo, self._undo = self._undo, None
        self.leave()
        if undo is not None:
            undo()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()
        super().leaveEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._timer.start()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def hold(self) -> None:
        """Stay until the keyboard leaves: somebody is about to act on it."""
        self._timer.stop()
        (self.undo_button if self._undo is not None else self.close_button).setFocus(Qt.FocusReason.ShortcutFocusReason)


class ToastArea(QWidget):
    """Where the toasts of a window stack; it floats over the lower edge and takes no room of its own."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("toast_area")
        self._window = window
        self._stack = QVBoxLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._shown: list[Toast] = []  # never asked of the layout: see tests/architecture/test_house.py
        self.hide()
        window.installEventFilter(self)
        theme().changed.connect(self.place)

    def show_toast(
        self, text: str, kind: Kind, undo: Callable[[], object] | None = None, undo_text: str = "&Undo"
    ) -> Toast:
        """Add a notice; the oldest leaves when there are too many."""
        for old in self.toasts()[: max(0, len(self.toasts()) - MOST + 1)]:
            old.leave()
        toast = Toast(text, kind, undo, undo_text)
        toast.left.connect(self._forget)
        self._shown.append(toast)
        self._stack.addWidget(toast, 0, Qt.AlignmentFlag.AlignHCenter)
        self.show()
        self.raise_()
        toast.show()
        self.place()
        announce(toast, toast.accessibleName(), urgent=kind in ("warning", "danger"))
        return toast

    def toasts(self) -> list[Toast]:
        """What is on screen, oldest first."""
        return list(self._shown)

    def _forget(self, toast: Toast) -> None:
        if toast in self._shown:
            self._shown.remove(toast)
        self.place()

    def focus_newest(self) -> None:
        """Put the keyboard into the newest notice (F8 in the main window)."""
        if found := self.toasts():
            found[-1].hold()

    def place(self) -> None:
        """Centre the stack above the lower edge of the window."""
        if not self.toasts():
            self.hide()
            return
        self._stack.setSpacing(px(8))
        room, size = self._window.size(), self.sizeHint()
        # At the leading edge: the buttons that come next stand in the middle and at the far end.
        left = room.width() - size.width() - px(12) if self.isRightToLeft() else px(12)
        top = room.height() - size.height() - px(40)
        self.setGeometry(left, top, size.width(), size.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False
