"""A dialog that nobody answers would block a test run for ever: the watchdog closes it and the test fails."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer
from PySide6.QtWidgets import QApplication, QDialog

PATIENCE = 5000  # milliseconds
LOOK_EVERY = 100


class ModalWatchdog(QObject):
    """Looks for the same modal dialog over and over; `caught` names those it had to close."""

    def __init__(self) -> None:
        super().__init__()
        self.caught: list[str] = []
        self._seen: object = None
        self._since = QElapsedTimer()
        timer = QTimer(self)
        timer.timeout.connect(self._look)
        timer.start(LOOK_EVERY)

    def _look(self) -> None:
        modal = QApplication.activeModalWidget()
        if modal is not self._seen:
            self._seen = modal
            self._since.start()
        elif modal is not None and self._since.elapsed() > PATIENCE:
            self.caught.append(f"{type(modal).__name__} '{modal.windowTitle()}'")
            if isinstance(modal, QDialog):
                modal.reject()
            else:
                modal.close()
            self._seen = None
