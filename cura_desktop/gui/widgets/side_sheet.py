"""A sheet that slides over the trailing edge of a screen: edit beside the work instead of in a dialog."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPropertyAnimation, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme, tokens
from cura_desktop.gui.widgets.buttons import IconButton
from cura_desktop.gui.widgets.labels import text_label

MILLISECONDS = 160


class SideSheet(QWidget):
    """Lies over `host`. Escape and the close button ask to close: `closing` first, then `closed`.

    An editor inside that holds typed text connects `closing` and calls `keep_open` to ask before losing it.
    """

    closing = Signal()
    closed = Signal()

    def __init__(self, host: QWidget, title: str, width: int = 420) -> None:
        super().__init__(host)
        self._host, self._wanted_width, self._kept = host, width, False
        self._returns_to: QWidget | None = None
        self.title_label = text_label(title, "title")
        self.close_button = IconButton("x", "Close", "")
        self.close_button.setToolTip("Close (Escape)")
        self.close_button.clicked.connect(self.close_sheet)
        self._head = QHBoxLayout()
        self._head.addWidget(self.title_label, 1)
        self._head.addWidget(self.close_button)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self._scroll, 1)
        self.setAccessibleName(title)
        self._slide = QPropertyAnimation(self, b"geometry", self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.setProperty("sheet", True)  # the focus ring of what lies beneath stays beneath
        host.installEventFilter(self)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        self.hide()

    def set_title(self, title: str) -> None:
        """Say what the sheet is for."""
        self.title_label.setText(title)
        self.setAccessibleName(title)

    def set_body(self, body: QWidget) -> None:
        """What the sheet holds; it scrolls when it is taller."""
        layout = body.layout()
        if layout is not None:  # room for the focus ring, which the scroll area would cut off
            space, least = layout.contentsMargins(), px(4)
            layout.setContentsMargins(max(space.left(), least), space.top(), max(space.right(), least), space.bottom())
        self._scroll.setWidget(body)

    def open_sheet(self) -> None:
        """Show the sheet and put the keyboard into its first field."""
        self._returns_to = QApplication.focusWidget()
        place = self._place()
        self.show()
        self.raise_()
        start = place.translated((-1 if self.isRightToLeft() else 1) * px(40), 0)
        self._slide.stop()
        self._slide.setDuration(MILLISECONDS if _animated() else 0)
        self._slide.setStartValue(start)
        self._slide.setEndValue(place)
        self._slide.start()
        self._first_field().setFocus(Qt.FocusReason.TabFocusReason)

    def _first_field(self) -> QWidget:
        """The first field that can take the keyboard now; what a form hides or has switched off cannot."""
        body = self._scroll.widget()
        step = body.nextInFocusChain() if body is not None else None
        while body is not None and step is not None and step is not body and body.isAncestorOf(step):
            if step.focusPolicy() & Qt.FocusPolicy.TabFocus and step.isVisibleTo(body) and step.isEnabled():
                return step
            step = step.nextInFocusChain()
        return self.close_button

    def keep_open(self) -> None:
        """Called while `closing` is being told: stay."""
        self._kept = True

    def close_sheet(self) -> None:
        """Close unless somebody keeps it open; the keyboard goes back to where it was."""
        self._kept = False
        self.closing.emit()
        if self._kept or self.isHidden():
            return
        self.hide()
        before, self._returns_to = self._returns_to, None
        if before is not None and isValid(before) and before.isVisible():  # what had the keyboard may be gone
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
        else:
            super().keyPressEvent(event)

    def _place(self) -> QRect:
        width = min(px(self._wanted_width), self._host.width())
        left = 0 if self.isRightToLeft() else self._host.width() - width
        return QRect(left, 0, width, self._host.height())

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(12), px(12), px(12))
        self._column.setSpacing(px(12))
        if not self.isHidden():
            self.setGeometry(self._place())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._slide.stop()
            self.setGeometry(self._place())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, now = QPainter(self), tokens()
        painter.fillRect(self.rect(), QColor(now.surface_raised))
        edge = self.width() - 1 if self.isRightToLeft() else 0
        painter.fillRect(edge, 0, 1, self.height(), QColor(now.control_line))


def _animated() -> bool:
    """Whether the system wants motion at all."""
    return QApplication.isEffectEnabled(Qt.UIEffect.UI_AnimateMenu)
