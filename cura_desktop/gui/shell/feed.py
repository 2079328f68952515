"""Screens that stay right: one poller asks what changed and tells the panels concerned.

A visible panel is called at once; a hidden one is marked stale and called when it is shown (house.md, "Live screens").
The reader keeps the cursor, so a broken connection loses nothing: the next successful poll starts where the last ended.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.errors import CuraError, DatabaseUnavailableError

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

log = logging.getLogger(__name__)

LIVE_MS = 500
QUIET_MS = 5_000
AFTER_ERROR_MS = 3_000


class Change(Protocol):
    """One row that changed. `patient_id` is None for rows that belong to no patient."""

    @property
    def table(self) -> str: ...
    @property
    def row_id(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def patient_id(self) -> int | None: ...


class FeedReader(Protocol):
    """Reads everything since its own cursor and moves the cursor only when all of it was read."""

    def poll(self) -> Sequence[Change]: ...


Refresh = Callable[[Sequence[Change]], object]


class _Subscription(QObject):
    """One panel's interest, child of the panel: it goes when the panel goes."""

    shown = Signal(QObject)

    def __init__(self, widget: QWidget, tables: Iterable[str], refresh: Refresh, live: bool) -> None:
        super().__init__(widget)
        self._widget = widget
        self.tables = frozenset(tables)
        self.live = live
        self._refresh = refresh
        self._missed: dict[tuple[str, str], Change] = {}
        widget.installEventFilter(self)

    @property
    def visible(self) -> bool:
        return self._widget.isVisible() and not self._widget.window().isMinimized()

    @property
    def stale(self) -> bool:
        return bool(self._missed)

    def take(self, changes: Sequence[Change]) -> None:
        mine = [change for change in changes if change.table in self.tables]
        if not mine:
            return
        if self.visible:
            self._refresh(mine)
        else:
            self._missed.update({(change.table, change.row_id): change for change in mine})

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if event.type() == QEvent.Type.Show and watched is self._widget:
            missed, self._missed = tuple(self._missed.values()), {}
            if missed:
                self._refresh(missed)
            self.shown.emit(self)
        return False


class ChangeFeed(QObject):
    """Polls every half second while a live screen is visible, every five seconds otherwise, slower after an error."""

    lost = Signal(object)
    restored = Signal()

    def __init__(self, tasks: Tasks, reader: FeedReader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._reader = reader
        self._subscriptions: list[_Subscription] = []
        self._running = False
        self._busy = False
        self._is_lost = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.poll_now)

    def subscribe(self, widget: QWidget, tables: Iterable[str], refresh: Refresh, *, live: bool = True) -> None:
        """Call `refresh(changes)` when one of `tables` changed and `widget` can be seen, or when it is shown next.

        `live=False` for panels that may wait for the slow beat.
        """
        subscription = _Subscription(widget, tables, refresh, live)
        self._subscriptions.append(subscription)
        subscription.destroyed.connect(lambda _=None, gone=subscription: self._drop(gone))
        subscription.shown.connect(lambda _=None: self._hurry())

    def _drop(self, gone: _Subscription) -> None:
        self._subscriptions = [one for one in self._subscriptions if one is not gone]

    def start(self) -> None:
        """Begin polling (after sign-in, after unlocking)."""
        self._running = True
        self._schedule(0)

    def stop(self) -> None:
        """Stop polling (locked, signed out). The reader keeps its cursor."""
        self._running = False
        self._timer.stop()

    @property
    def interval_ms(self) -> int:
        """The beat that applies now."""
        if self._is_lost:
            return AFTER_ERROR_MS
        watched = any(one.live and one.visible for one in self._subscriptions)
        return LIVE_MS if watched else QUIET_MS

    def doubt(self) -> None:
        """Somebody else found the server gone: the next answer says that it is back (`restored`)."""
        self._is_lost = True

    def poll_now(self) -> None:
        """Ask at once, unless a question is already under way."""
        if self._busy:
            return
        self._busy = True
        self._timer.stop()
        self._tasks.run(self._reader.poll, self._deliver, self._failed)

    def _deliver(self, changes: Sequence[Change]) -> None:
        self._busy = False
        if self._is_lost:
            self._is_lost = False
            self.restored.emit()
        for subscription in tuple(self._subscriptions) if changes else ():
            self._hand_over(subscription, changes)
        self._schedule(self.interval_ms)

    def _hand_over(self, subscription: _Subscription, changes: Sequence[Change]) -> None:
        try:
            subscription.take(changes)
        except Exception:
            # One panel's bug must not stop the others from hearing of changes.
            log.exception("a panel failed to refresh after a change")

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, DatabaseUnavailableError):
            self._is_lost = True
            self.lost.emit(error)
        elif not isinstance(error, CuraError):
            log.error("the change feed failed: %s", type(error).__name__)
        self._schedule(AFTER_ERROR_MS)

    def _hurry(self) -> None:
        if self._running and not self._busy and self._timer.remainingTime() > self.interval_ms:
            self._schedule(self.interval_ms)

    def _schedule(self, delay_ms: int) -> None:
        if self._running:
            self._timer.start(delay_ms)
