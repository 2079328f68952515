"""Alt and a letter mean the panel one is in: with five panels in one window the same letter stands on several buttons.

Qt answers a letter that two visible widgets share by moving the focus round them; here the one in the room that has the
keyboard is pressed, as if the others were not there. Only where that settles nothing does Qt's own way remain.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcutEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QLabel, QMainWindow, QStackedWidget, QWidget

from cura_desktop.gui.shell.overlay import Overlay


class NearestMnemonics(QObject):
    """Serves one window. It looks at the program's events only for the turn in which Alt and a letter were pressed."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if watched is self._window and event.modifiers() == Qt.KeyboardModifier.AltModifier:
                self._listen()
        elif event.type() == QEvent.Type.Shortcut and isinstance(event, QShortcutEvent) and event.isAmbiguous():
            return self._settle(event.key())
        return False

    def _listen(self) -> None:
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
            QTimer.singleShot(0, self, self._rest)

    def _rest(self) -> None:
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def _settle(self, key: QKeySequence) -> bool:
        """From the room with the keyboard outwards, the first that has the letter once."""
        here = QApplication.focusWidget()
        known = [(room_of(one), one) for one in mnemonic_widgets(self._window) if mnemonic_of(one) == key]
        while here is not None and not here.isWindow():
            here = room_of(here)
            mine = [one for room, one in known if room is here]
            if len(mine) == 1:
                _answer(mine[0])
                return True
            here = here.parentWidget()
        return False


def room_of(widget: QWidget) -> QWidget:
    """The dock, the open tab or the sheet a widget is in; the window for what is in none."""
    here: QWidget | None = widget
    while here is not None and not here.isWindow():
        above = here.parentWidget()
        if isinstance(here, QDockWidget | Overlay) or isinstance(above, QStackedWidget):
            return here
        here = above
    return widget.window()


def mnemonic_widgets(window: QWidget) -> list[QAbstractButton | QLabel]:
    """The visible widgets that a letter reaches now."""
    found: list[QAbstractButton | QLabel] = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, QAbstractButton | QLabel) or not widget.isVisible():
            continue
        if widget.isEnabled() if isinstance(widget, QAbstractButton) else _takes_keys(widget.buddy()):
            found.append(widget)
    return found


def mnemonic_of(widget: QAbstractButton | QLabel) -> QKeySequence:
    """Alt and its letter; empty where it has none."""
    return widget.shortcut() if isinstance(widget, QAbstractButton) else QKeySequence.mnemonic(widget.text())


def _takes_keys(buddy: QWidget | None) -> bool:
    return buddy is not None and buddy.isEnabled() and buddy.isVisible()


def _answer(widget: QAbstractButton | QLabel) -> None:
    if isinstance(widget, QAbstractButton):
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
        widget.click()
        return
    buddy = widget.buddy()
    if buddy is not None:
        buddy.setFocus(Qt.FocusReason.ShortcutFocusReason)
