"""Journeys: the real program, the real server, hands on the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cura_desktop.app.places import Places
from cura_desktop.gui.shell.theme import install_theme
from tests.support.people import Clinic
from tests.support.program import Entrance, OwnPc, Seat, StrayWindows

OpenSeat = Callable[..., Seat]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform has none of what a popup asks for."""
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> None:
    """Light, 100 %."""
    install_theme(qapp, "light", 100)


@pytest.fixture(autouse=True)
def stray_windows(qapp: QApplication) -> Iterator[StrayWindows]:
    """No widget may become a window for a moment: it takes the keyboard away from the one in use."""
    strays = StrayWindows(qapp)
    yield strays
    qapp.removeEventFilter(strays)
    strays.deleteLater()
    assert not strays.seen, f"windows for a moment: {strays.seen}"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """The home of this PC."""
    return Places(tmp_path / "home")


@pytest.fixture
def pc(places: Places) -> OwnPc:
    """This PC."""
    return OwnPc(places)


@pytest.fixture
def sit(qtbot: QtBot, clinic: Clinic, pc: OwnPc, places: Places) -> Iterator[OpenSeat]:
    """Signs somebody of the clinic in at this PC: `sit("doctor")`."""
    seats: list[Seat] = []

    def open_seat(role: str, clinic_of: Clinic = clinic, **named: object) -> Seat:
        seat = Seat(qtbot, clinic_of, role, pc, places, **named)  # type: ignore[arg-type]
        seats.append(seat)
        return seat

    yield open_seat
    for seat in reversed(seats):
        seat.leave()


@pytest.fixture
def entrance(qtbot: QtBot, qapp: QApplication, clinic: Clinic, pc: OwnPc, places: Places) -> Iterator[Entrance]:
    """The program at its sign-in screen, on a PC enrolled with the clinic."""
    pc.enrol(clinic)
    opened = Entrance(qtbot, qapp, places, pc)
    yield opened
    opened.end()
