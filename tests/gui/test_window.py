"""The main window by keyboard and clicks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPlainTextEdit, QPushButton, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import DatabaseUnavailableError
from cura_desktop.gui.shell.actions import ActionSpec, has_mnemonic
from cura_desktop.gui.shell.layouts import LayoutStore
from cura_desktop.gui.shell.status import Connection
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.window import MainWindow

ALL = frozenset({"view", "create", "edit", "delete"})
DOCKS = (
    ("patients", "Patients", "users", "patients"),
    ("calendar", "Calendar", "calendar", "appointments"),
    ("billing", "Billing", "receipt-text", "billing"),
    ("inventory", "Inventory", "boxes", "inventory"),
    ("messaging", "Messages", "message-square", "messaging"),
)
Open = Callable[..., MainWindow]


def caller(role: str = "receptionist", user_id: int = 7, without: Sequence[str] = ()) -> Caller:
    modules = {module: ALL for *_rest, module in DOCKS if module not in without}
    return Caller(1, "Harbour Street Clinic", user_id, "Ann Smith", role, "secret", modules=modules)


class Note(QPlainTextEdit):
    """A tab that may hold unsaved text."""

    def __init__(self, text: str, keeps_drafts: bool) -> None:
        super().__init__(text)
        self._keeps_drafts = keeps_drafts

    def has_unsaved_work(self) -> bool:
        return self.document().isModified()

    def keep_as_draft(self) -> bool:
        return self._keeps_drafts


@pytest.fixture
def open_window(qtbot: QtBot, tmp_path: Path) -> Open:
    def make(who: Caller | None = None, specs: Sequence[ActionSpec] = ()) -> MainWindow:
        person = who or caller()
        window = MainWindow(person, LayoutStore(tmp_path / "layouts.ini"), InlineTasks())
        for key, title, icon_name, module in DOCKS:
            window.add_dock(key, title, icon_name, QLineEdit(), needs=("view", module))
        for spec in specs:
            window.registry.register(spec)
        window.begin()
        window.resize(1366, 768)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return make


def shown(window: MainWindow) -> set[str]:
    return {key for key, *_ in DOCKS if (dock := window.dock(key)) is not None and not dock.isHidden()}


def press(window: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    QTest.keyClick(QApplication.focusWidget() or window, key, held)


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def test_every_action_of_the_menus_has_a_shortcut_or_a_mnemonic(open_window: Open) -> None:
    window = open_window()
    walked = 0
    menus = [*window.menus.by_title.values(), window.menus.person]
    while menus:
        menu = menus.pop()
        for action in menu.actions():
            if action.isSeparator():
                continue
            walked += 1
            assert not action.shortcut().isEmpty() or has_mnemonic(action.text()), action.text()
            if isinstance(sub := action.menu(), QMenu):
                menus.append(sub)
    assert walked > 25


def test_mnemonics_are_unique_within_each_menu_of_the_program(open_window: Open) -> None:
    window = open_window()
    for title, menu in window.menus.by_title.items():
        letters = [text[text.index("&") + 1].lower() for a in menu.actions() if "&" in (text := a.text())]
        assert len(letters) == len(set(letters)), (title, letters)


def test_two_actions_cannot_share_a_shortcut(open_window: Open) -> None:
    spec = ActionSpec("extra.lock", "E&xtra", lambda: None, "File", "Ctrl+L")
    with pytest.raises(ValueError, match=r"session\.lock"):
        open_window(specs=[spec])


def test_an_action_that_no_key_reaches_is_refused(open_window: Open) -> None:
    with pytest.raises(ValueError, match="neither shortcut nor mnemonic"):
        open_window(specs=[ActionSpec("extra.dumb", "Extra", lambda: None, "File")])


def test_a_module_the_role_may_not_see_is_absent_from_docks_menus_and_palette(open_window: Open) -> None:
    window = open_window(caller(without=["inventory"]))
    assert window.dock("inventory") is None
    assert not window.go("inventory")
    assert "Inventory" not in {action.text().replace("&", "") for action in window.menus.by_title["Go"].actions()}
    window.palette_sheet.open()
    assert "Inventory" not in {entry.text for entry in window.palette_sheet.shown}


def test_an_action_the_role_may_not_do_is_disabled_and_says_why(open_window: Open) -> None:
    done: list[str] = []
    spec = ActionSpec(
        "stock.order", "&Order stock", lambda: done.append("x"), "File", "Ctrl+O", needs=("create", "orders")
    )
    window = open_window(specs=[spec])
    action = window.registry.action("stock.order")
    assert not action.isEnabled()
    assert "your role may not create orders" in action.toolTip()
    assert "Receptionist" in action.toolTip()
    assert action.statusTip() == action.toolTip()
    press(window, Qt.Key.Key_O, CTRL)
    assert done == []


def test_a_passing_reason_disables_an_action_until_it_is_lifted(open_window: Open) -> None:
    done: list[str] = []
    window = open_window(specs=[ActionSpec("a.b", "&Print", lambda: done.append("x"), "File", "Ctrl+P")])
    window.registry.block("a.b", "Nothing is selected.")
    assert window.registry.action("a.b").toolTip() == "Nothing is selected."
    assert not window.registry.run("a.b")
    window.registry.allow("a.b")
    assert window.registry.run("a.b")
    assert done == ["x"]


def test_the_same_work_opens_once_and_is_brought_to_the_front(open_window: Open) -> None:
    window = open_window()
    first = window.open_tab(("patient", 12), "LI, Wei", "user", QLineEdit)
    window.open_tab(("patient", 13), "OKORO, Ada", "user", QLineEdit)
    assert window.open_tab(("patient", 12), "LI, Wei", "user", QLineEdit) is first
    assert window.work.keys() == [("patient", 12), ("patient", 13)]
    assert window.work.current_key() == ("patient", 12)
    assert first.hasFocus()


def test_control_tab_goes_round_the_tabs_and_control_w_closes(open_window: Open) -> None:
    window = open_window()
    for number in (1, 2, 3):
        window.open_tab(("patient", number), f"P{number}", "user", QLineEdit)
    press(window, Qt.Key.Key_Tab, CTRL)
    assert window.work.current_key() == ("patient", 1)
    press(window, Qt.Key.Key_W, CTRL)
    assert window.work.keys() == [("patient", 2), ("patient", 3)]


def test_a_tab_with_unsaved_text_asks_in_place_before_it_closes(open_window: Open) -> None:
    window = open_window()
    note = window.open_tab(("note", 1), "Letter", "mail", lambda: Note("", keeps_drafts=False))
    QTest.keyClicks(note, "Dear colleague")
    press(window, Qt.Key.Key_W, CTRL)
    assert window.work.keys() == [("note", 1)]
    keep = window.findChild(QPushButton, "keep_editing_button")
    assert keep is not None
    assert keep.hasFocus()
    QTest.keyClick(keep, Qt.Key.Key_Space)
    assert note.hasFocus()
    assert note.toPlainText() == "Dear colleague"  # type: ignore[attr-defined]
    press(window, Qt.Key.Key_W, CTRL)
    QTest.mouseClick(window.findChildren(QPushButton, "discard_button")[-1], Qt.MouseButton.LeftButton)
    assert window.work.keys() == []


def test_a_tab_whose_text_is_kept_as_a_draft_closes_at_once(open_window: Open) -> None:
    window = open_window()
    note = window.open_tab(("note", 1), "Letter", "mail", lambda: Note("", keeps_drafts=True))
    QTest.keyClicks(note, "Dear colleague")
    press(window, Qt.Key.Key_W, CTRL)
    assert window.work.keys() == []


def test_the_window_stays_open_while_unsaved_text_would_be_lost(open_window: Open) -> None:
    window = open_window()
    note = window.open_tab(("note", 1), "Letter", "mail", lambda: Note("", keeps_drafts=False))
    QTest.keyClicks(note, "x")
    assert not window.close()
    assert window.isVisible()
    note.document().setModified(False)  # type: ignore[attr-defined]
    assert window.close()


def test_tabs_can_be_reordered_by_dragging(open_window: Open) -> None:
    window = open_window()
    assert window.work.isMovable()
    assert isinstance(window.work, QTabWidget)


def test_the_number_keys_bring_a_panel_forward_and_give_it_the_keyboard(open_window: Open) -> None:
    window = open_window()
    press(window, Qt.Key.Key_3, CTRL)
    dock = window.dock("billing")
    assert dock is not None
    assert dock.widget().hasFocus()


def test_a_lost_connection_shows_a_lasting_banner_with_retry_and_screens_stay_usable(
    open_window: Open, qtbot: QtBot
) -> None:
    window = open_window()
    note = window.open_tab(("note", 1), "Letter", "mail", lambda: Note("Read me", keeps_drafts=True))
    window.messages.report(DatabaseUnavailableError("gone"), note)
    window.set_connection(Connection.LOST)
    banners = window.banners.banners()
    assert [banner.isVisible() for banner in banners] == [True]
    assert "server cannot be reached" in banners[0].label.text()
    QTest.keyClicks(note, "typed ")
    assert "typed" in note.toPlainText()  # type: ignore[attr-defined]
    with qtbot.waitSignal(window.retry_requested):
        QTest.mouseClick(banners[0].button, Qt.MouseButton.LeftButton)
    window.set_connection(Connection.CONNECTED)
    assert not window.banners.isVisible()


def test_the_status_bar_says_where_and_who_one_is(open_window: Open) -> None:
    window = open_window()
    window.status.set_last_backup("today 02:10", late=False)
    window.set_connection(Connection.CONNECTED)
    words = " ".join(label.text() for label in window.status.findChildren(QWidget) if hasattr(label, "text"))
    for part in ("Harbour Street Clinic", "Ann Smith", "Receptionist", "Connected", "Last backup today 02:10"):
        assert part in words


def test_lock_switch_and_sign_out_are_one_key_away(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    with qtbot.waitSignal(window.lock_requested):
        press(window, Qt.Key.Key_L, CTRL)
    with qtbot.waitSignal(window.switch_user_requested):
        press(window, Qt.Key.Key_L, CTRL, SHIFT)
    with qtbot.waitSignal(window.sign_out_requested):
        press(window, Qt.Key.Key_Q, CTRL, SHIFT)


@pytest.mark.qt_log_ignore("does not support raise")
def test_while_locked_no_key_and_no_window_reaches_the_work(open_window: Open, qtbot: QtBot) -> None:
    done: list[str] = []
    window = open_window(specs=[ActionSpec("a.b", "&Print", lambda: done.append("x"), "File", "Ctrl+P")])
    billing = window.dock("billing")
    assert billing is not None
    billing.setFloating(True)
    billing.show()
    window.set_locked(True)
    press(window, Qt.Key.Key_P, CTRL)
    assert done == []
    assert not billing.isVisible()
    assert not window.work.isEnabled()
    window.set_locked(False)
    assert billing.isVisible()
    window.registry.run("a.b")
    assert done == ["x"]


def test_text_grows_and_shrinks_from_the_keyboard(open_window: Open) -> None:
    window = open_window()
    try:
        press(window, Qt.Key.Key_Plus, CTRL)
        assert theme().text_size == 110
        window.registry.run("text.normal")
        assert theme().text_size == 100
    finally:
        theme().set_text_size(100)


def test_a_persons_theme_comes_back_with_the_next_sign_in(open_window: Open) -> None:
    window = open_window()
    try:
        window.registry.run("theme.dark")
        window.close()
        theme().set_mode("light")
        open_window().restore_look()
        assert theme().mode == "dark"
    finally:
        theme().set_mode("light")


def test_f1_shows_shortcuts_beside_help_and_finds_words_in_both(open_window: Open) -> None:
    window = open_window()
    press(window, Qt.Key.Key_F1)
    sheet = window.help_sheet
    assert sheet.isVisible()
    assert "Ctrl+K" in sheet.cheat_sheet.text()
    assert "Prescribing" in sheet.reader.titles()
    QTest.keyClicks(focused(), "allergies")
    assert "Prescribing" in sheet.reader.titles()
    assert "Backups" not in sheet.reader.titles()
    press(window, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_every_help_page_opens_and_its_links_lead_somewhere(open_window: Open) -> None:
    from cura_desktop.gui.shell.help import PAGES, help_pages

    for page in help_pages():
        for part in page.text.split("](")[1:]:
            assert part.split(")")[0].removesuffix(".md") in PAGES
    window = open_window()
    for name in PAGES:
        window.help_sheet.open(name)
        assert len(window.help_sheet.reader.text()) > 200


def test_the_bell_says_in_words_how_many_notifications_are_new(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.bell.set_unread(3)
    assert window.bell.accessibleName() == "3 new notifications"
    notice = SimpleNamespace(
        id=5, title="Stock low", text="Amoxicillin", at=datetime(2026, 11, 23, 9, 5), unread=True, kind="warning"
    )
    window.notifications.show_notices([notice])
    press(window, Qt.Key.Key_N, CTRL, SHIFT)
    assert window.notifications.isVisible()
    with qtbot.waitSignal(window.notifications.picked) as picked:
        press(window, Qt.Key.Key_Down)
        press(window, Qt.Key.Key_Return)
    assert picked.args == [5]


def test_tab_stays_inside_an_open_sheet(open_window: Open) -> None:
    window = open_window()
    window.help_sheet.open()
    for _step in range(12):
        press(window, Qt.Key.Key_Tab)
        assert window.help_sheet.isAncestorOf(focused())


def test_every_registered_action_is_a_qaction_of_the_window(open_window: Open) -> None:
    window = open_window()
    assert {spec.id for spec in window.registry} == {
        action.objectName() for action in window.registry.findChildren(QAction)
    }


def test_panels_are_shown_as_the_perspective_says(open_window: Open) -> None:
    window = open_window()
    assert shown(window) == {"patients", "messaging", "calendar", "billing"}
    window.show_perspective("dispensing")
    assert shown(window) == {"patients", "messaging", "inventory"}
