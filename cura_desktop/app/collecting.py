"""The garbage collector runs on the GUI thread and at no other place.

Python collects wherever an allocation happens to cross a threshold. On a worker that could destroy a widget off the GUI
thread, which Qt does not survive; in the middle of a repaint it is a stall. So automatic collection is off, and this
object collects between two turns of the event loop.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 250
_YOUNG, _MIDDLE, _OLD = 2_000, 20, 20
"""Collect after so many new objects, the middle generation after so many of those, the old after so many of these."""


class Collecting(QObject):
    """Lives as long as its parent; begins with `settle()`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.destroyed.connect(lambda: gc.enable())

    def settle(self) -> None:
        """The program is loaded: what exists now stays and is not looked at again. The second call does nothing."""
        if not self._timer.isActive():
            gc.freeze()
            self._timer.start()

    def _look(self) -> None:
        young, middle, old = gc.get_count()
        if young < _YOUNG:
            return
        if old >= _OLD:
            gc.collect(2)
        elif middle >= _MIDDLE:
            gc.collect(1)
        else:
            gc.collect(0)
