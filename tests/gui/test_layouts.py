"""Arrangements of the window: whose they are, when they come back, and which one a role starts with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.caller import Caller
from cura_desktop.gui.shell.layouts import Layout, LayoutStore, Person
from cura_desktop.gui.shell.perspectives import ROLES, perspective_for_role, role_in_words
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.window import MainWindow
from tests.gui.test_window import ALL, DOCKS

Open = Callable[..., MainWindow]


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path) -> Open:
    def make(role: str = "receptionist", user_id: int = 7, organization_id: int = 1) -> MainWindow:
        modules = {module: ALL for *_rest, module in DOCKS}
        who = Caller(organization_id, "Harbour Street Clinic", user_id, "Ann Smith", role, "secret", modules=modules)
        window = MainWindow(who, LayoutStore(tmp_path / "layouts.ini"), InlineTasks())
        for key, title, icon_name, _module in DOCKS:
            window.add_dock(key, title, icon_name, QLineEdit())
        window.begin()
        window.resize(1366, 768)
        qtbot.addWidget(window)
        window.show()
        return window

    return make


def hidden(window: MainWindow, key: str) -> bool:
    dock = window.dock(key)
    assert dock is not None
    return dock.isHidden()


def centre(window: MainWindow) -> QWidget:
    found = window.centralWidget()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("role", "perspective"),
    [
        ("admin", "administration"),
        ("doctor", "consultation"),
        ("nurse", "consultation"),
        ("receptionist", "reception"),
        ("pharmacist", "dispensing"),
        ("patient", "reception"),
        ("other", "reception"),
    ],
)
def test_the_first_sign_in_starts_in_the_perspective_of_the_role(
    open_window: Open, role: str, perspective: str
) -> None:
    assert open_window(role).perspective == perspective


def test_all_sixteen_roles_have_a_perspective_and_words() -> None:
    assert len(ROLES) == 16
    assert {perspective_for_role(role).key for role in ROLES} == {
        "reception",
        "consultation",
        "dispensing",
        "administration",
    }
    assert role_in_words("lab_technician") == "Lab technician"
    assert perspective_for_role("role the clinic made").key == "reception"


def test_a_moved_arrangement_comes_back_for_the_same_person(open_window: Open) -> None:
    window = open_window()
    billing, calendar = window.dock("billing"), window.dock("calendar")
    assert billing is not None
    assert calendar is not None
    billing.hide()
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, calendar)
    window.close()
    again = open_window()
    assert hidden(again, "billing")
    moved = again.dock("calendar")
    assert moved is not None
    assert again.dockWidgetArea(moved) == Qt.DockWidgetArea.BottomDockWidgetArea


def test_another_person_and_another_clinic_have_their_own_arrangement(open_window: Open) -> None:
    window = open_window()
    window.dock("billing").hide()  # type: ignore[union-attr]
    window.close()
    assert not hidden(open_window(user_id=8), "billing")
    assert not hidden(open_window(organization_id=2), "billing")


def test_reset_brings_the_perspective_s_own_arrangement_back(open_window: Open) -> None:
    window = open_window()
    window.dock("billing").hide()  # type: ignore[union-attr]
    window.keep_layout()
    window.registry.run("layout.reset")
    assert not hidden(window, "billing")
    window.close()
    assert not hidden(open_window(), "billing")


def test_control_alt_numbers_switch_and_each_perspective_keeps_its_own_changes(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.dock("billing").hide()  # type: ignore[union-attr]
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window, Qt.Key.Key_4, keys)
    assert window.perspective == "administration"
    assert not hidden(window, "billing")
    QTest.keyClick(window, Qt.Key.Key_1, keys)
    assert window.perspective == "reception"
    assert hidden(window, "billing")
    window.close()
    assert open_window().perspective == "reception"


def test_switching_leaves_no_tab_bar_of_the_arrangement_before(open_window: Open) -> None:
    window = open_window()
    for key in ("administration", "reception", "dispensing", "reception", "administration"):
        window.show_perspective(key)
        QApplication.processEvents()
    bars = [
        bar
        for bar in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if bar.isVisible() and bar.geometry().intersects(window.rect())
    ]
    assert [bar.count() for bar in bars] == [5]


def test_with_nothing_open_reception_gives_the_whole_window_to_its_panels(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    assert not centre(window).isVisible()
    window.open_tab(("patient", 1), "LI, Wei", "user", QLineEdit)
    assert window.work.isVisible()
    qtbot.waitUntil(lambda: window.work.width() > 300)
    window.close_tab(("patient", 1))
    assert not centre(window).isVisible()


def test_with_no_panel_the_start_page_says_how_to_begin(open_window: Open) -> None:
    window = open_window()
    for key, *_rest in DOCKS:
        window.dock(key).hide()  # type: ignore[union-attr]
    assert window.start_page.isVisible()


def test_an_arrangement_of_another_version_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, person = LayoutStore(tmp_path / "layouts.ini"), Person(1, 7)
    store.keep(person, "reception", Layout(QByteArray(b"g"), QByteArray(b"s")))
    assert store.find(person, "reception") is not None
    monkeypatch.setattr("cura_desktop.gui.shell.layouts.LAYOUT_VERSION", 2)
    assert store.find(person, "reception") is None


def test_a_damaged_file_gives_the_defaults(tmp_path: Path, open_window: Open) -> None:
    (tmp_path / "layouts.ini").write_bytes(b"\x00[layouts\nnot an ini file %%%")
    assert open_window().perspective == "reception"


def test_the_file_names_nobody(tmp_path: Path, open_window: Open) -> None:
    window = open_window()
    window.keep_layout()
    written = (tmp_path / "layouts.ini").read_bytes()
    assert b"Ann" not in written
    assert b"Harbour" not in written
    assert json.dumps("secret").encode() not in written
