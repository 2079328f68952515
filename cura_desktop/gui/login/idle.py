"""Notices that nobody is at the desk."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication

_LIVELY = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletMove,
}


class IdleTimer(QObject):
    """`idle` after `minutes` without key, mouse or touch anywhere in the program (database.md section 10)."""

    idle = Signal()
    active = Signal()

    def __init__(self, minutes: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watching = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)
        self.set_minutes(minutes)

    def set_minutes(self, minutes: float) -> None:
        """Change the time; 0 never locks by itself."""
        self._timer.setInterval(round(minutes * 60_000))
        if self._timer.isActive():
            self.start()

    @property
    def minutes(self) -> float:
        """The time until `idle`."""
        return self._timer.interval() / 60_000

    def start(self) -> None:
        """Begin to watch (after signing in and after unlocking)."""
        app = QApplication.instance()
        if isinstance(app, QGuiApplication) and not self._watching:
            app.focusWindowChanged.connect(self._watch)
            self._watching = True
        self._watch()
        if self._timer.interval() > 0:
            self._timer.start()

    def stop(self) -> None:
        """Stop watching (locked, signed out)."""
        app = QApplication.instance()
        if isinstance(app, QGuiApplication) and self._watching:
            app.focusWindowChanged.disconnect(self._watch)
            self._watching = False
            for window in QGuiApplication.allWindows():
                window.removeEventFilter(self)
        self._timer.stop()

    @Slot(QWindow)
    def _watch(self, _window: QWindow | None = None) -> None:
        # The windows of the desktop alone: every key and click comes through one of them before it goes to a widget. A
        # filter on the application would be entered for each event of each widget, a third of the time a screen takes.
        for window in QGuiApplication.allWindows():
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def _note(self) -> None:
        # Restarting a timer for every mouse move costs; once a second is exact enough.
        if self._timer.interval() - self._timer.remainingTime() > 1_000:
            self._timer.start()
            self.active.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if event.type() in _LIVELY and self._timer.isActive():
            self._note()
        return False
