"""The box one writes in."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme

FEWEST_LINES, MOST_LINES = 2, 7


class Composer(QPlainTextEdit):
    """Enter sends (`submitted`), Shift+Enter adds a line; Tab goes on. It grows with the text, then scrolls."""

    submitted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._fit)
        theme().changed.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.submitted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Pasted text stays text."""
        self.insertPlainText(source.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        lines = max(FEWEST_LINES, min(MOST_LINES, int(self.document().size().height())))
        bars = Qt.ScrollBarPolicy
        many = self.document().size().height() > MOST_LINES
        self.setVerticalScrollBarPolicy(bars.ScrollBarAsNeeded if many else bars.ScrollBarAlwaysOff)
        height = lines * self.fontMetrics().lineSpacing() + px(18)
        if height != self.height():
            self.setFixedHeight(height)
