"""The ring around the control that has the keyboard: 2 pixels, outside the control, never clipped by its neighbours."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFocusFrame,
    QLineEdit,
    QPlainTextEdit,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QTabBar,
    QTextEdit,
    QWidget,
)

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme_state import tokens

_RINGED = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTabBar, QTextEdit)


class FocusRing(QObject):
    """Moves one frame to whatever control has the focus. Tables and lists mark their current row themselves."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._frame: _Frame | None = None
        app.focusChanged.connect(self._move)

    def _move(self, _old: QWidget | None, new: QWidget | None) -> None:
        ringed = _ringed(new)
        if self._frame is not None:
            self._frame.release()
            self._frame = None
        if ringed is not None:
            self._frame = _Frame(ringed)
            _keep_below_sheets(self._frame, ringed)


def _ringed(widget: QWidget | None) -> QWidget | None:
    if widget is None or not isinstance(widget, _RINGED):
        return None
    holder = widget.parentWidget()
    if isinstance(widget, QLineEdit) and isinstance(holder, QAbstractSpinBox | QComboBox):
        return holder
    return None if widget.property("ring") is False else widget


def _keep_below_sheets(frame: QWidget, ringed: QWidget) -> None:
    """The ring of a control that an open sheet covers stays covered with it."""
    for sheet in ringed.window().findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if sheet.property("sheet") and sheet.isVisible() and not sheet.isAncestorOf(ringed):
            frame.stackUnder(sheet)


class _Above(QProxyStyle):
    """Lets the frame hang on the window or the scroll area: a row without margins would cut its edges off."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, returned)


class _Frame(QFocusFrame):
    """A frame lives for one stay of the focus; Qt deletes it with the window if that goes first."""

    def __init__(self, target: QWidget) -> None:
        super().__init__()
        self._style = _Above()
        self._style.setParent(self)
        self.setStyle(self._style)
        self.setWidget(target)

    def release(self) -> None:
        from shiboken6 import isValid

        if isValid(self):
            self.hide()
            self.setWidget(None)  # type: ignore[arg-type]
            self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens().focus), 2, Qt.PenStyle.SolidLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(7), px(7))
