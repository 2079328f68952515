"""One box to search in: it waits for a pause in typing, clears with Escape, and hands the arrow down to the results."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.labels import KeyHint

PAUSE_MS = 120


class SearchBox(QLineEdit):
    """`searched` after a pause of 120 ms or at once on Enter, which also says `submitted`; `left_down` on Down."""

    searched = Signal(str)
    submitted = Signal(str)
    left_down = Signal()

    def __init__(self, parent: QWidget | None = None, placeholder: str = "Search", shortcut: str = "") -> None:
        super().__init__(parent)
        self._hint: KeyHint | None = None
        self.addAction(icon("search", "text-muted"), QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction(icon("x", "text-muted"), "Clear the search (Escape)", self)
        self._clear.triggered.connect(self.clear)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self._told = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._tell)
        self.textChanged.connect(self._changed)
        theme().changed.connect(self._place_hint)
        self.set_up(placeholder, shortcut)
        self._changed()

    def set_up(self, placeholder: str, shortcut: str = "") -> None:
        """What can be searched for, and the key that leads here from anywhere in the window; once."""
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        if shortcut:
            self._hint = KeyHint(shortcut, self)
            QShortcut(QKeySequence(shortcut), self, self._take_focus, context=Qt.ShortcutContext.WindowShortcut)
            self._place_hint()

    def _take_focus(self) -> None:
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def _changed(self) -> None:
        self._clear.setVisible(bool(self.text()))
        self._place_hint()
        if self.text().strip() != self._told:
            self._timer.start()
        else:
            self._timer.stop()

    def _tell(self) -> None:
        self._timer.stop()
        self._told = self.text().strip()
        self.searched.emit(self._told)

    def _place_hint(self) -> None:
        if self._hint is not None:
            self._hint.setVisible(not self.text() and self.width() > px(200))
            self._hint.adjustSize()
            left = px(8) if self.isRightToLeft() else self.width() - self._hint.width() - px(8)
            self._hint.move(left, (self.height() - self._hint.height()) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_hint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self._tell()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.text().strip() != self._told:
                self._tell()
            self.submitted.emit(self._told)
        elif event.key() == Qt.Key.Key_Down:
            self.left_down.emit()
        else:
            super().keyPressEvent(event)
