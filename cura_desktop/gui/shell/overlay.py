"""A sheet over the window: dims what is behind it, keeps the keyboard inside, gives the focus back when it goes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid


class Overlay(QWidget):
    """Covers `over` completely and follows its size. Escape and a click beside the sheet close it, unless `firm`."""

    closed = Signal()

    def __init__(self, over: QWidget, *, firm: bool = False) -> None:
        super().__init__(over)
        self._over = over
        self._firm = firm
        self._focus_before: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()
        over.installEventFilter(self)

    def open(self) -> None:
        """Show the sheet above everything in the window."""
        if self.isVisible():
            return
        self._focus_before = QApplication.focusWidget()
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()
        self.setFocus()  # Escape closes it even when nothing in it can take the keyboard

    def close_sheet(self) -> None:
        """Hide the sheet and give the keyboard back to what had it."""
        if not self.isVisible():
            return
        self.hide()
        before, self._focus_before = self._focus_before, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round inside the sheet and never reaches the work behind it."""
        inside = [
            widget
            for widget in self.findChildren(QWidget)
            if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        if not inside:
            return True
        order = _in_tab_order(self, inside)
        current = QApplication.focusWidget()
        place = order.index(current) if current in order else (-1 if forward else 0)
        order[(place + (1 if forward else -1)) % len(order)].setFocus(
            Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        )
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._firm:
            self.close_sheet()
            return
        # Keys nobody wanted end here: they must not reach the work behind.
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._firm and self.childAt(event.position().toPoint()) is None:
            self.close_sheet()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(10, 14, 20, 110))


def _in_tab_order(start: QWidget, wanted: list[QWidget]) -> list[QWidget]:
    order: list[QWidget] = []
    step = start.nextInFocusChain()
    while step is not None and step is not start:
        if step in wanted and step not in order:
            order.append(step)
        step = step.nextInFocusChain()
    return order
