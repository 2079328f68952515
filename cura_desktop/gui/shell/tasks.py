"""Work off the GUI thread. The only module of the program where threads appear.

A widget owns a `QtTasks(self)`. `run` hands a call to the process-wide pool and delivers its result to `done` on the
GUI thread; nothing is delivered once the owner is gone. `InlineTasks` keeps the same contract without threads, for
presenter tests.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar, overload

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from shiboken6 import isValid

from cura_desktop.domain.cancelling import CancelledWorkError, cancel_token

T = TypeVar("T")

WORKERS = 4
"""Each may hold one connection; with the change feed that makes five per program (design decision 15)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work is: `done` of `total` steps (`total` 0 = not known) and what it is doing now."""

    done: int
    total: int
    text: str = ""


class ProgressReport(Protocol):
    """What long work calls from inside; delivered on the GUI thread, the newest value only."""

    def __call__(self, done: int, total: int, text: str = "") -> None: ...


class Running(Protocol):
    """A call under way."""

    def cancel(self) -> None:
        """Ask the call to stop. It ends in `done` when it still returned a result, otherwise silently."""


class Tasks(Protocol):
    """How presenters run what may wait for the network or the disk.

    `failed` gets the exception; without it the window's `Messages.report` shows it. `latest` names a slot that holds
    one call: a newer one drops and cancels the older. With `progress`, the call is given a `ProgressReport` as its one
    argument.
    """

    @overload
    def run(
        self,
        call: Callable[[], T],
        done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
        *,
        latest: str | None = None,
        progress: None = None,
    ) -> Running: ...
    @overload
    def run(
        self,
        call: Callable[[ProgressReport], T],
        done: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
        *,
        latest: str | None = None,
        progress: Callable[[Progress], object],
    ) -> Running: ...


class _Token:
    """Cancellation of one call; see `domain.cancelling.CancelToken`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._interrupts: list[Callable[[], object]] = []

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def wish(self) -> None:
        """Record the wish alone: quick, safe on the GUI thread."""
        self._cancelled = True

    def interrupt(self) -> None:
        """Interrupt what is running; may wait for the network, so never on the GUI thread."""
        self._cancelled = True
        with self._lock:
            interrupts, self._interrupts = self._interrupts, []
            for interrupt in interrupts:
                interrupt()

    @contextmanager
    def interrupted_by(self, interrupt: Callable[[], object]) -> Iterator[None]:
        with self._lock:
            if self._cancelled:
                raise CancelledWorkError("Stopped.")
            self._interrupts.append(interrupt)
        try:
            yield
        finally:
            with self._lock:
                if interrupt in self._interrupts:
                    self._interrupts.remove(interrupt)


@dataclass(eq=False, slots=True)
class _Job:
    """One call on its way through the pool.

    Callables may hold widgets, which must die on the GUI thread: `release` is called there and leaves the worker with
    an empty shell.
    """

    call: Callable[..., Any] | None
    done: Callable[[Any], object] | None
    failed: Callable[[Exception], object] | None
    progress: Callable[[Progress], object] | None
    owner: _Ownership
    token: _Token = field(default_factory=_Token)
    dropped: bool = False
    result: Any = None
    error: Exception | None = None
    latest_progress: Progress | None = None

    def execute(self) -> None:
        """Run the call on a worker; the outcome stays in the job."""
        call = self.call
        if self.dropped or call is None:
            return
        reset = cancel_token.set(self.token)
        try:
            self.result = call() if self.progress is None else call(self._report)
        except Exception as error:  # noqa: BLE001 (delivered to the caller, who shows it)
            self.error = error
        finally:
            cancel_token.reset(reset)

    def _report(self, done: int, total: int, text: str = "") -> None:
        waiting, self.latest_progress = self.latest_progress, Progress(done, total, text)
        if waiting is None:
            _bridge().progressed.emit(self)

    def cancel(self) -> None:
        self.token.wish()
        _canceller().put(self.token.interrupt)

    def drop(self) -> None:
        """Nobody waits any more: deliver nothing and stop the query."""
        self.dropped = True
        self.cancel()

    def release(self) -> None:
        self.call = self.done = self.failed = self.progress = None
        self.result = self.error = None


class _Ownership:
    """What an owner waits for; outlives the owner so that late results find nobody home."""

    def __init__(self, owner: QObject) -> None:
        self.owner: QObject | None = owner
        self.jobs: set[_Job] = set()
        self.slots: dict[str, _Job] = {}

    @property
    def alive(self) -> bool:
        return self.owner is not None and isValid(self.owner)

    def abandon(self) -> None:
        self.owner = None
        for job in tuple(self.jobs):
            job.drop()
        self.slots.clear()

    def finish(self, job: _Job) -> None:
        self.jobs.discard(job)
        for name in [name for name, held in self.slots.items() if held is job]:
            del self.slots[name]


class _Bridge(QObject):
    """Carries outcomes from the workers to the GUI thread, where it lives."""

    finished = Signal(object)
    progressed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.finished.connect(self._finish, Qt.ConnectionType.QueuedConnection)
        self.progressed.connect(self._progress, Qt.ConnectionType.QueuedConnection)

    def _progress(self, job: _Job) -> None:
        progress, job.latest_progress = job.latest_progress, None
        if progress is not None and job.progress is not None and not job.dropped and job.owner.alive:
            job.progress(progress)

    def _finish(self, job: _Job) -> None:
        job.owner.finish(job)
        owner, done, failed = job.owner.owner, job.done, job.failed
        result, error = job.result, job.error
        wanted = not job.dropped and job.owner.alive
        job.release()
        if not wanted:
            return
        if error is None and done is not None:
            done(result)
        elif isinstance(error, CancelledWorkError):
            return
        elif error is not None:
            if failed is not None:
                failed(error)
            else:
                _show(error, owner)


def _show(error: Exception, owner: QObject | None) -> None:
    from cura_desktop.gui.shell.messages import messages_for  # the message widgets load with the first message

    messages_for(owner).report(error, owner)


class _Pool:
    """Daemon threads over one queue: a frozen server cannot keep the program from ending."""

    def __init__(self, workers: int, name: str) -> None:
        self._queue: SimpleQueue[Callable[[], object]] = SimpleQueue()
        for number in range(workers):
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    def put(self, work: Callable[[], object]) -> None:
        self._queue.put(work)

    def _work(self) -> None:
        while True:
            work = self._queue.get()
            try:
                work()
            except Exception as error:  # noqa: BLE001 (a worker outlives whatever it ran)
                _log_worker_failure(error)
            del work


def _log_worker_failure(error: Exception) -> None:
    from cura_desktop.gui.shell.incidents import record_incident

    record_incident(error)


_made: dict[str, Any] = {}


def _bridge() -> _Bridge:
    bridge: _Bridge = _made["bridge"]
    return bridge


def _workers() -> _Pool:
    if "workers" not in _made:
        _made["workers"] = _Pool(WORKERS, "cura-task")
    pool: _Pool = _made["workers"]
    return pool


def _canceller() -> _Pool:
    """Apart from the workers, which may all be busy with what is to be cancelled."""
    if "canceller" not in _made:
        _made["canceller"] = _Pool(1, "cura-cancel")
    pool: _Pool = _made["canceller"]
    return pool


def _run_on_worker(job: _Job) -> None:
    job.execute()
    if QCoreApplication.instance() is not None:  # the program may be ending
        _bridge().finished.emit(job)


class QtTasks:
    """`Tasks` for a widget or another QObject of the GUI thread; hold it as an attribute of `owner`."""

    def __init__(self, owner: QObject) -> None:
        if "bridge" not in _made or not isValid(_made["bridge"]):
            _made["bridge"] = _Bridge()
        ownership = self._ownership = _Ownership(owner)
        owner.destroyed.connect(lambda: ownership.abandon())  # no argument: a dying object is not to be wrapped again

    def run(
        self,
        call: Callable[..., Any],
        done: Callable[[Any], object],
        failed: Callable[[Exception], object] | None = None,
        *,
        latest: str | None = None,
        progress: Callable[[Progress], object] | None = None,
    ) -> Running:
        """See `Tasks`. Call it on the GUI thread."""
        job = _Job(call, done, failed, progress, self._ownership)
        if latest is not None:
            self.drop(latest)
            self._ownership.slots[latest] = job
        self._ownership.jobs.add(job)
        _workers().put(lambda: _run_on_worker(job))
        return job

    def drop(self, latest: str) -> None:
        """Forget the call in the slot `latest`, if any, and cancel its query."""
        older = self._ownership.slots.pop(latest, None)
        if older is not None:
            older.drop()

    def drop_all(self) -> None:
        """Forget every call under way, for a screen that is left."""
        for job in tuple(self._ownership.jobs):
            job.drop()
        self._ownership.slots.clear()

    @property
    def busy(self) -> bool:
        """Whether a call is under way whose result is still wanted."""
        return any(not job.dropped for job in self._ownership.jobs)


class _Finished:
    """What `InlineTasks` returns: the call is over, so there is nothing left to cancel."""

    def cancel(self) -> None:
        return None


class InlineTasks:
    """`Tasks` on the spot. A failure without a handler is raised, so that a test sees it."""

    def run(
        self,
        call: Callable[..., Any],
        done: Callable[[Any], object],
        failed: Callable[[Exception], object] | None = None,
        *,
        latest: str | None = None,
        progress: Callable[[Progress], object] | None = None,
    ) -> Running:
        """See `Tasks`."""
        try:
            result = call() if progress is None else call(_inline_report(progress))
        except CancelledWorkError:
            return _Finished()
        except Exception as error:
            if failed is None:
                raise
            failed(error)
            return _Finished()
        done(result)
        return _Finished()


def _inline_report(progress: Callable[[Progress], object]) -> ProgressReport:
    def report(done: int, total: int, text: str = "") -> None:
        progress(Progress(done, total, text))

    return report
