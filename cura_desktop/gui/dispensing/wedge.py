"""Scanners that type: a code that comes faster than fingers is taken out of whatever field has the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

GAP_MS = 40
"""Fingers leave more than this between two keys, scanners less."""
SHORTEST = 8
_CODE = re.compile(r"^(\][A-Za-z][0-9])?\x1d?[0-9]{8}[\x1d\x20-\x7e]*$")
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class Wedge(QObject):
    """Watches the fields inside a widget while `wanted()`; `scanned` carries a code.

    Digits and "]", with which codes begin, are held back for `GAP_MS`; what was typed by hand after all goes on to the
    field, in order and complete.
    """

    scanned = Signal(str)

    def __init__(self, within: QWidget, wanted: Callable[[], bool]) -> None:
        super().__init__(within)
        self._within, self._wanted = within, wanted
        self._field: QWidget | None = None
        self._held: list[QKeyEvent] = []
        self._replaying = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(GAP_MS)
        self._timer.timeout.connect(self.flush)

    def watch(self) -> None:
        """Everything inside that takes keys; again after fields were added."""
        for field in self._within.findChildren(QWidget):
            if field.focusPolicy() != Qt.FocusPolicy.NoFocus:
                field.installEventFilter(self)

    def flush(self) -> None:
        """Give what is held to its field: it was typed by hand."""
        self._timer.stop()
        field, held, self._field, self._held = self._field, self._held, None, []
        if field is None or not isValid(field):
            return
        self._replaying = True
        try:
            for event in held:
                QCoreApplication.sendEvent(field, event)
        finally:
            self._replaying = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if self._replaying or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if not isinstance(watched, QWidget) or not self._wanted():
            self.flush()
            return False
        if event.key() in _ENDS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return self._end()
        text = event.text()
        if text and (text.isprintable() or text == "\x1d") and (self._held or text.isdigit() or text == "]"):
            self._field = watched
            self._held.append(QKeyEvent(event.type(), event.key(), event.modifiers(), text, event.isAutoRepeat()))
            self._timer.start()
            return True
        self.flush()
        return False

    def _end(self) -> bool:
        """Enter or Tab: a whole code is a scan; anything else is handed on before the key."""
        code = "".join(event.text() for event in self._held)
        if len(code) < SHORTEST or not _CODE.match(code):
            self.flush()
            return False
        self._timer.stop()
        self._field, self._held = None, []
        self.scanned.emit(code)
        return True
