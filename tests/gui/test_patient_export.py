from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.cancelling import stop_if_cancelled
from cura_desktop.domain.errors import NotAllowedError
from cura_desktop.domain.patient_export import PatientExport
from cura_desktop.gui.patients.list_export import NOT_SAVED, ListExport
from cura_desktop.gui.shell.messages import Messages
from cura_desktop.gui.shell.tasks import InlineTasks, QtTasks
from cura_desktop.gui.shell.theme import install_theme
from cura_desktop.gui.shell.toasts import Toast


class Exports:
    """Remembers what was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.failure: Exception | None = None
        self.steps = 1

    def export(self, text: str, form: str, report: Callable[[int, int], None]) -> PatientExport:
        self.asked.append((text, form))
        for number in range(self.steps):
            stop_if_cancelled()
            report(number, self.steps)
            time.sleep(0.01)
        if self.failure is not None:
            raise self.failure
        return PatientExport(b"list", 2, 1)


@pytest.fixture
def exports() -> Exports:
    return Exports()


@pytest.fixture
def window(qtbot: QtBot, qapp: Any) -> QMainWindow:
    install_theme(qapp, "light", 100)
    window = QMainWindow()
    window.resize(900, 600)
    Messages(window)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def listing(window: QMainWindow, exports: Exports) -> ListExport:
    inside = QWidget()
    window.setCentralWidget(inside)
    return ListExport(inside, exports, InlineTasks())  # type: ignore[arg-type]


def last_words(window: QMainWindow) -> str:
    return window.findChildren(Toast)[-1].text


@pytest.mark.parametrize(("name", "form"), [("a.csv", "csv"), ("a.CSV", "csv"), ("a.xlsx", "xlsx"), ("a", "xlsx")])
def test_the_ending_decides_the_form(
    listing: ListExport, exports: Exports, tmp_path: Path, name: str, form: str
) -> None:
    listing.save_to(tmp_path / name, "quill")
    assert exports.asked == [("quill", form)]
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_it_is_told_how_many_were_saved_and_what_was_left_out(
    listing: ListExport, window: QMainWindow, tmp_path: Path
) -> None:
    listing.save_to(tmp_path / "list.xlsx", "")
    assert (tmp_path / "list.xlsx").read_bytes() == b"list"
    assert last_words(window) == "Saved as list.xlsx: 2 patients; 1 restricted record was left out."


def test_a_folder_that_refuses_is_one_sentence(listing: ListExport, window: QMainWindow, tmp_path: Path) -> None:
    listing.save_to(tmp_path / "missing" / "list.csv", "")
    assert last_words(window) == NOT_SAVED


def test_a_refusal_leaves_an_earlier_file_as_it_was(
    listing: ListExport, exports: Exports, window: QMainWindow, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_bytes(b"earlier")
    exports.failure = NotAllowedError("Your role may not export patients.")
    listing.save_to(tmp_path / "list.csv", "")
    assert (tmp_path / "list.csv").read_bytes() == b"earlier"
    assert last_words(window) == "Your role may not export patients."


def test_a_long_list_shows_how_far_it_is_and_stops_on_cancel_without_a_file(
    qtbot: QtBot, window: QMainWindow, exports: Exports, tmp_path: Path
) -> None:
    inside = QWidget()
    window.setCentralWidget(inside)
    tasks = QtTasks(inside)
    listing = ListExport(inside, exports, tasks)  # type: ignore[arg-type]
    exports.steps = 2_000
    (tmp_path / "list.xlsx").write_bytes(b"earlier")
    listing.save_to(tmp_path / "list.xlsx", "")
    overlay = listing._overlay
    qtbot.waitUntil(lambda: "of 2,000" in overlay.step_label.text(), timeout=5000)
    assert overlay.isVisible()
    qtbot.mouseClick(overlay.cancel_button, Qt.MouseButton.LeftButton)
    assert overlay.isHidden()
    assert last_words(window) == "Stopped. No file was written."
    qtbot.waitUntil(lambda: not tasks.busy, timeout=5000)
    assert [one.name for one in tmp_path.iterdir()] == ["list.xlsx"]
    assert (tmp_path / "list.xlsx").read_bytes() == b"earlier"
