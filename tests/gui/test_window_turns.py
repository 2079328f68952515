"""Long work of the GUI thread is cut into steps, and garbage is collected on no other thread."""

from __future__ import annotations

import gc
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from cura_desktop.app.collecting import Collecting
from cura_desktop.app.turns import Turns


def test_the_event_loop_turns_between_two_steps(qtbot: QtBot) -> None:
    order: list[str] = []

    def steps() -> Iterator[None]:
        order.append("first")
        QTimer.singleShot(0, lambda: order.append("the window"))
        yield
        yield
        order.append("last")

    owner = QObject()
    Turns(steps(), lambda: order.append("done"), lambda _error: order.append("failed"), owner).start()
    qtbot.waitUntil(lambda: "done" in order, timeout=2000)
    assert order == ["first", "the window", "last", "done"]


def test_a_step_that_fails_is_told_and_is_the_last(qtbot: QtBot) -> None:
    taken: list[str] = []
    errors: list[Exception] = []

    def steps() -> Iterator[None]:
        yield
        taken.append("before")
        raise ValueError("no room")

    owner = QObject()
    Turns(steps(), lambda: taken.append("done"), errors.append, owner).start()
    qtbot.waitUntil(lambda: bool(errors), timeout=2000)
    assert taken == ["before"]
    assert str(errors[0]) == "no room"


def test_automatic_collection_is_off_while_the_program_collects_itself_and_on_again_afterwards(qtbot: QtBot) -> None:
    owner = QObject()
    Collecting(owner)
    assert not gc.isenabled()
    owner.deleteLater()
    qtbot.waitUntil(gc.isenabled, timeout=2000)


def test_rubbish_is_collected_without_being_asked(qtbot: QtBot) -> None:
    class Node:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            gone.append(1)

    gone: list[int] = []
    owner = QObject()
    collecting = Collecting(owner)
    collecting.settle()
    keep: list[list[int]] = [[] for _ in range(3_000)]  # enough new objects to make a look worth while
    Node()
    qtbot.waitUntil(lambda: bool(gone), timeout=3000)
    assert len(keep) == 3_000
    owner.deleteLater()
    qtbot.waitUntil(gc.isenabled, timeout=2000)
    gc.unfreeze()
