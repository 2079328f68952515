"""Runs a script step by step inside the event loop: the window lives while the script waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

POLL_MS = 10


@dataclass(frozen=True, slots=True)
class Until:
    """Wait until `holds()` is true; `what` says in words what was waited for, should it never be."""

    what: str
    holds: Callable[[], bool]
    seconds: float = 30.0


Script = Iterator[Until]


class TourError(AssertionError):
    """The day did not go as it should."""


class Guide(QObject):
    """`finished(error)` at the end; None when everything went as the script says."""

    finished = Signal(object)

    def __init__(self, script: Script, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._script = script
        self._waiting: Until | None = None
        self._since = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Take the first step at the next turn of the event loop."""
        self._timer.start()

    def _look(self) -> None:
        try:
            if self._waiting is not None and not self._waiting.holds():
                if time.monotonic() - self._since > self._waiting.seconds:
                    raise TourError(f"waited {self._waiting.seconds:.0f} s for: {self._waiting.what}")
                return
            self._waiting = next(self._script)
            self._since = time.monotonic()
        except StopIteration:
            self._end(None)
        except Exception as error:  # noqa: BLE001 - a script may fail in any way, and the program must still end
            self._end(error)

    def _end(self, error: Exception | None) -> None:
        self._timer.stop()
        self.finished.emit(error)


class StallMeter(QObject):
    """The longest time the GUI thread did not come back to its event loop, in milliseconds.

    `forgive()` starts anew: what the tour itself does on the thread (taking pictures) is not the program's.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest = 0.0
        self.stalls: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def forgive(self) -> None:
        """Do not count the time since the last tick."""
        self._last = time.perf_counter()

    def _tick(self) -> None:
        now = time.perf_counter()
        gap = (now - self._last) * 1000
        self._last = now
        self.longest = max(self.longest, gap)
        if gap > 30:
            self.stalls.append(gap)
