"""Work off the GUI thread (`cura_desktop/gui/shell/tasks.py`)."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.cancelling import CancelledWorkError, current_cancel_token, stop_if_cancelled
from cura_desktop.domain.errors import ConflictError
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.tasks import InlineTasks, Progress, ProgressReport, QtTasks
from cura_desktop.gui.shell.toasts import Toast


def test_a_call_runs_off_the_gui_thread_and_its_result_arrives_on_it(qtbot: QtBot) -> None:
    owner = QObject()
    seen: list[tuple[int, int]] = []
    QtTasks(owner).run(threading.get_ident, lambda worker: seen.append((worker, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    worker, receiver = seen[0]
    assert worker != threading.get_ident()
    assert receiver == threading.get_ident()


def test_a_result_for_a_dead_owner_is_dropped_and_its_query_cancelled(qtbot: QtBot) -> None:
    owner, tasks_done, release, interrupted = QWidget(), list[str](), threading.Event(), threading.Event()
    started = threading.Event()

    def call() -> str:
        token = current_cancel_token()
        assert token is not None
        with token.interrupted_by(interrupted.set):
            started.set()
            release.wait(5)
        return "late"

    QtTasks(owner).run(call, tasks_done.append)
    assert started.wait(5)
    owner.deleteLater()
    qtbot.waitUntil(interrupted.is_set)
    release.set()
    other = QObject()
    after: list[int] = []
    for _ in range(8):
        QtTasks(other).run(lambda: 1, after.append)
    qtbot.waitUntil(lambda: len(after) == 8)
    assert tasks_done == []


def test_only_the_newest_call_of_a_slot_is_delivered_and_the_older_one_is_interrupted(qtbot: QtBot) -> None:
    owner, delivered = QObject(), list[str]()
    started, interrupted = threading.Event(), threading.Event()
    tasks = QtTasks(owner)

    def slow() -> str:
        token = current_cancel_token()
        assert token is not None
        with token.interrupted_by(interrupted.set):
            started.set()
            assert interrupted.wait(5), "nobody cancelled the superseded query"
        return "old"

    tasks.run(slow, delivered.append, latest="search")
    assert started.wait(5)
    tasks.run(lambda: "new", delivered.append, latest="search")
    qtbot.waitUntil(lambda: delivered == ["new"])
    qtbot.waitUntil(lambda: not tasks.busy)
    assert delivered == ["new"]


def test_calls_in_different_slots_do_not_disturb_each_other(qtbot: QtBot) -> None:
    owner, delivered = QObject(), list[str]()
    tasks = QtTasks(owner)
    tasks.run(lambda: "search", delivered.append, latest="search")
    tasks.run(lambda: "record", delivered.append, latest="record")
    qtbot.waitUntil(lambda: sorted(delivered) == ["record", "search"])


def test_a_failure_goes_to_its_handler(qtbot: QtBot) -> None:
    owner, failures = QObject(), list[Exception]()

    def refuse() -> None:
        raise ConflictError("That slot is taken.")

    QtTasks(owner).run(refuse, pytest.fail, failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert str(failures[0]) == "That slot is taken."


def test_a_failure_without_a_handler_is_told_in_the_window(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()

    def refuse() -> None:
        raise ConflictError("That slot is taken.")

    messages = messages_for(window)
    with qtbot.waitSignal(messages.said):
        QtTasks(window).run(refuse, pytest.fail)
    assert [toast.text for toast in window.findChildren(Toast)] == ["That slot is taken."]


def test_progress_arrives_on_the_gui_thread_and_ends_before_the_result(qtbot: QtBot) -> None:
    owner, heard, threads = QObject(), list[object](), set[int]()

    def count(report: ProgressReport) -> str:
        for done in range(1, 51):
            report(done, 50, "bundle")
        return "all"

    def hear(progress: Progress) -> None:
        threads.add(threading.get_ident())
        heard.append(progress)

    QtTasks(owner).run(count, heard.append, progress=hear)
    qtbot.waitUntil(lambda: "all" in heard)
    assert threads == {threading.get_ident()}
    assert heard[-1] == "all"
    assert heard[-2] == Progress(50, 50, "bundle")


def test_a_cancelled_call_that_stops_is_silent(qtbot: QtBot) -> None:
    owner, outcomes = QObject(), list[object]()
    started, go_on = threading.Event(), threading.Event()
    tasks = QtTasks(owner)

    def work() -> str:
        started.set()
        go_on.wait(5)
        stop_if_cancelled()
        return "finished"

    running = tasks.run(work, outcomes.append, outcomes.append)
    assert started.wait(5)
    running.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: not tasks.busy)
    assert outcomes == []


def test_a_cancelled_call_that_still_returns_tells_what_it_did(qtbot: QtBot) -> None:
    owner, outcomes = QObject(), list[str]()
    started, go_on = threading.Event(), threading.Event()

    def work() -> str:
        started.set()
        go_on.wait(5)
        token = current_cancel_token()
        return "half" if token is not None and token.cancelled else "all"

    running = QtTasks(owner).run(work, outcomes.append)
    assert started.wait(5)
    running.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: bool(outcomes))
    assert outcomes == ["half"]


def test_leaving_an_interruptible_block_waits_for_the_interruption(qtbot: QtBot) -> None:
    """Otherwise a late cancel would hit the next query on the same connection."""
    owner, order, outcomes = QObject(), list[str](), list[str]()
    inside, interrupting = threading.Event(), threading.Event()

    def interrupt() -> None:
        interrupting.set()
        for _ in range(1000):
            order.append("interrupting")

    def work() -> str:
        token = current_cancel_token()
        assert token is not None
        with token.interrupted_by(interrupt):
            inside.set()
            interrupting.wait(5)
        order.append("left")
        return "done"

    running = QtTasks(owner).run(work, outcomes.append)
    assert inside.wait(5)
    running.cancel()
    qtbot.waitUntil(lambda: bool(outcomes))
    assert order.index("left") == 1000


def test_nothing_interruptible_starts_once_stopping_was_asked_for(qtbot: QtBot) -> None:
    owner, outcomes = QObject(), list[object]()
    started, cancelled = threading.Event(), threading.Event()
    tasks = QtTasks(owner)

    def work() -> None:
        started.set()
        cancelled.wait(5)
        token = current_cancel_token()
        assert token is not None
        with token.interrupted_by(lambda: None):
            outcomes.append("the query ran")

    running = tasks.run(work, outcomes.append, outcomes.append)
    assert started.wait(5)
    running.cancel()
    cancelled.set()
    qtbot.waitUntil(lambda: not tasks.busy)
    assert outcomes == []


@pytest.mark.parametrize("threads", [False, True])
def test_both_kinds_of_tasks_keep_the_same_contract(qtbot: QtBot, threads: bool) -> None:
    owner = QObject()
    tasks = QtTasks(owner) if threads else InlineTasks()
    results: list[object] = []
    tasks.run(lambda: 7, results.append)
    qtbot.waitUntil(lambda: results == [7])

    def stop() -> None:
        raise CancelledWorkError("Stopped.")

    tasks.run(stop, results.append, results.append)
    tasks.run(lambda: 1 // 0, results.append, lambda error: results.append(type(error)))
    qtbot.waitUntil(lambda: results == [7, ZeroDivisionError])


def test_inline_tasks_raise_a_failure_nobody_handles() -> None:
    with pytest.raises(ZeroDivisionError):
        InlineTasks().run(lambda: 1 // 0, pytest.fail)
