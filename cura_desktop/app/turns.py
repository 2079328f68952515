"""Long work of the GUI thread cut into steps, with a turn of the event loop between two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer


class Turns(QObject):
    """Takes one step of `steps` a turn, so that painting, typing and other timers come in between.

    `done()` after the last; `failed(error)` when a step raised, and no further step is taken.
    """

    def __init__(
        self,
        steps: Iterator[None],
        done: Callable[[], object],
        failed: Callable[[Exception], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._steps = steps
        self._done = done
        self._failed = failed
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._take)

    def start(self) -> None:
        """Take the first step in the next turn."""
        self._timer.start()

    def stop(self) -> None:
        """Take no more steps and tell nobody."""
        self._timer.stop()

    def _take(self) -> None:
        try:
            next(self._steps)
        except StopIteration:
            self._end(self._done)
        except Exception as error:  # noqa: BLE001 - whoever started the work says what went wrong
            caught = error
            self._end(lambda: self._failed(caught))

    def _end(self, say: Callable[[], object]) -> None:
        self._timer.stop()
        self.deleteLater()
        say()
