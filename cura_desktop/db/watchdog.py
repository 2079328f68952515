"""Ends calls that a frozen server or a dead network would keep waiting for ever.

A thread is allowed here, beside `gui/shell/tasks.py`, because nothing else can wake a call that sits inside the driver:
a server timeout needs a living server, and TCP never notices a frozen process (database.md section 15).
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)

CANCEL_SECONDS = 2.0


class Watch:
    """One busy connection: its deadline while a statement waits for its answer."""

    def __init__(self, watchdog: Watchdog, connection: psycopg.Connection[Any], seconds: float) -> None:
        self.seconds = seconds
        self.tripped = False
        self._watchdog = watchdog
        self._connection = connection
        self._deadline: float | None = None
        # Our own handle: the driver may close its descriptor at any moment, and the number may be used again.
        self._socket = socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM)
        self._guard = threading.Lock()
        self._finished = False

    @property
    def deadline(self) -> float | None:
        """Monotonic time at which the wait is over, None while nothing waits."""
        return self._deadline

    def arm(self, seconds: float | None = None) -> None:
        """A statement is about to be sent."""
        self._deadline = time.monotonic() + (self.seconds if seconds is None else seconds)

    def disarm(self) -> None:
        """The answer is there."""
        self._deadline = None

    def cancel(self) -> None:
        """Ask the server to give up the running statement. For other threads, and never the window's.

        Waits until the request is delivered (at most two seconds), so that it cannot hit a later transaction.
        """
        with self._guard:
            if self._finished or self._deadline is None:
                return
            import psycopg

            try:
                self._connection.cancel_safe(timeout=CANCEL_SECONDS)
            except psycopg.Error as error:
                log.info("a cancel request was not delivered: %s", type(error).__name__)

    def shut(self) -> None:
        """Shut the socket: whoever waits on it gets the driver's error at once."""
        with self._guard:
            if self._finished:
                return
            self.tripped = True
            with contextlib.suppress(OSError):  # the other side was faster: that is what we wanted
                self._socket.shutdown(socket.SHUT_RDWR)

    def finish(self) -> None:
        """The transaction is over; the connection goes back to the pool."""
        self._deadline = None
        self._watchdog.forget(self)
        with self._guard:
            self._finished = True
            self._socket.close()


class Watchdog:
    """Looks after the busy connections of one `Database`; its thread exists from the first watch until `stop`."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watches: set[Watch] = set()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def watch(self, connection: psycopg.Connection[Any], seconds: float) -> Watch:
        """Begin to look after `connection`; a single wait may take `seconds`."""
        watch = Watch(self, connection, seconds)
        with self._changed:
            self._watches.add(watch)
            if self._thread is None or self._stopping:
                self._stopping = False
                self._thread = threading.Thread(target=self._run, name="cura-database-watchdog", daemon=True)
                self._thread.start()
            elif len(self._watches) == 1:
                self._changed.notify()
        return watch

    def forget(self, watch: Watch) -> None:
        """Stop looking after `watch`."""
        with self._changed:
            self._watches.discard(watch)

    def shut_all(self) -> None:
        """Shut every busy connection."""
        with self._changed:
            watches = tuple(self._watches)
        for watch in watches:
            watch.shut()

    def stop(self) -> None:
        """End the thread."""
        with self._changed:
            self._stopping = True
            thread, self._thread = self._thread, None
            self._changed.notify()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=1.0)

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._stopping:
                    self._changed.wait(self._pause())
                if self._stopping:
                    return
                watches = tuple(self._watches)
            now = time.monotonic()
            for watch in watches:
                deadline = watch.deadline
                if deadline is not None and now >= deadline and not watch.tripped:
                    log.warning("the server did not answer in time; the connection was shut")
                    watch.shut()

    def _pause(self) -> float | None:
        """Seconds until something may be due: for ever without watches, else at most half a second.

        Half a second, because a statement may begin (and set its deadline) without waking this thread.
        """
        if not self._watches:
            return None
        now = time.monotonic()
        waits = [watch.deadline - now for watch in self._watches if watch.deadline is not None]
        return min([0.5, *(max(0.02, wait) for wait in waits)])
