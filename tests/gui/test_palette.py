"""The command palette: what it finds, in which order, and that the keyboard is enough."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.gui.shell.actions import ActionRegistry, ActionSpec, distinct_mnemonics, module_in_words, plain
from cura_desktop.gui.shell.command_palette import CommandPalette
from cura_desktop.gui.shell.palette_ranking import Entry, ranked, score
from cura_desktop.gui.shell.tasks import InlineTasks, QtTasks

PATIENT = Entry("patient", "12", "LI, Wei (Ms)", "Born 03-Mar-1971")


def entry(text: str, key: str = "", reason: str = "", also: str = "") -> Entry:
    return Entry("action", key or text, text, reason=reason, also=also)


def texts(entries: list[Entry]) -> list[str]:
    return [one.text for one in entries]


def test_a_prefix_comes_before_a_word_start_before_any_other_place() -> None:
    found = ranked("in", [entry("Print label"), entry("New invoice"), entry("Inventory")])
    assert texts(found) == ["Inventory", "New invoice", "Print label"]


def test_of_equals_the_latest_used_comes_first() -> None:
    entries = [entry("New appointment"), entry("New invoice"), entry("New patient")]
    assert texts(ranked("new", entries, ["New patient", "New invoice"])) == [
        "New patient",
        "New invoice",
        "New appointment",
    ]


def test_words_may_come_in_any_order_and_without_accents() -> None:
    assert score("wei li", "LI, Wei (Ms)") > 0
    assert score("zoe", "SMITH, Zoë") > 0
    assert score("wei lo", "LI, Wei (Ms)") == 0


def test_what_cannot_be_used_now_comes_after_its_equals() -> None:
    entries = [entry("New a", reason="Not now."), entry("New b")]
    assert texts(ranked("new", entries)) == ["New b", "New a"]


def test_an_action_is_found_by_other_words_for_it() -> None:
    assert texts(ranked("log out", [entry("Sign out", also="log out exit"), entry("Lock")])) == ["Sign out"]


@pytest.mark.parametrize(("text", "words"), [("&New patient…", "New patient"), ("R&&D", "R&D"), ("&Quit", "Quit")])
def test_words_are_shown_without_mnemonic_marks(text: str, words: str) -> None:
    assert plain(text) == words


def test_a_module_is_named_in_words() -> None:
    assert module_in_words("medicalRecords") == "medical records"


def test_a_taken_mnemonic_is_replaced_by_a_free_letter_of_the_word() -> None:
    assert distinct_mnemonics(["&Patients", "&Print", "&Panels"]) == ["&Patients", "P&rint", "P&anels"]


Make = Callable[..., CommandPalette]


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def make(qtbot: QtBot, done: list[str]) -> Make:
    def build(tasks: object = None) -> CommandPalette:
        window = QMainWindow()
        work = QLineEdit("work")
        window.setCentralWidget(work)
        qtbot.addWidget(window)
        registry = ActionRegistry(window, lambda _verb, module: module != "billing", "Nurse")
        for spec in (
            ActionSpec("patients.new", "&New patient…", lambda: done.append("patients.new"), "File", "Ctrl+N"),
            ActionSpec(
                "invoice.new", "New &invoice", lambda: done.append("invoice"), "File", needs=("create", "billing")
            ),
            ActionSpec("go.calendar", "&Calendar", lambda: done.append("calendar"), "Go", "Ctrl+2"),
        ):
            registry.register(spec)
        palette = CommandPalette(window, registry, tasks or InlineTasks())  # type: ignore[arg-type]
        window.resize(1000, 700)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        work.setFocus()
        palette.open()
        return palette

    return build


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def type_into(text: str) -> None:
    QTest.keyClicks(focused(), text)


def press(key: Qt.Key) -> None:
    QTest.keyClick(focused(), key)


def test_typing_and_enter_run_an_action(make: Make, done: list[str]) -> None:
    palette = make()
    type_into("cal")
    press(Qt.Key.Key_Return)
    assert done == ["calendar"]
    assert not palette.isVisible()


def test_arrow_keys_choose_another_line(make: Make, done: list[str]) -> None:
    palette = make()
    assert texts(palette.shown)[0] == "Calendar"
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Up)
    press(Qt.Key.Key_Down)
    chosen = palette.shown[1].key
    press(Qt.Key.Key_Return)
    assert done == [chosen]


def test_a_disabled_action_says_why_and_is_not_run(make: Make, done: list[str]) -> None:
    palette = make()
    type_into("new inv")
    assert palette.shown[0].reason == "Nurse: your role may not create billing."
    press(Qt.Key.Key_Return)
    assert done == []
    assert palette.isVisible()
    assert palette._hint.text() == palette.shown[0].reason


def test_patients_are_found_through_the_search_and_chosen_by_enter(make: Make, qtbot: QtBot) -> None:
    palette = make()
    asked: list[str] = []

    def search(query: str) -> list[Entry]:
        asked.append(query)
        return [PATIENT]

    palette.set_patient_search(search)
    type_into("l")
    assert asked == []
    type_into("i we")
    assert asked[-1] == "li we"
    assert palette.shown[0] == PATIENT
    with qtbot.waitSignal(palette.patient_chosen) as chosen:
        press(Qt.Key.Key_Return)
    assert chosen.args == ["12"]


def test_patients_are_searched_off_the_window_s_thread(make: Make, qtbot: QtBot) -> None:
    owner = QMainWindow()
    qtbot.addWidget(owner)
    palette = make(QtTasks(owner))
    palette.set_patient_search(lambda _query: [PATIENT])
    type_into("wei")
    qtbot.waitUntil(lambda: PATIENT in palette.shown)


def test_a_failing_patient_search_leaves_the_actions_and_says_so(make: Make) -> None:
    palette = make()

    def fail(_query: str) -> list[Entry]:
        raise OSError("no server")

    palette.set_patient_search(fail)
    type_into("new")
    assert "Patients cannot be searched now" in palette._hint.text()
    assert "New patient" in texts(palette.shown)


def test_the_shortcut_of_an_action_is_shown(make: Make) -> None:
    assert {one.text: one.shortcut for one in make().shown}["New patient"] == "Ctrl+N"


def test_what_was_used_last_stands_first_next_time(make: Make) -> None:
    palette = make()
    type_into("new p")
    press(Qt.Key.Key_Return)
    palette.open()
    assert texts(palette.shown)[0] == "New patient"


def test_escape_closes_and_gives_the_keyboard_back(make: Make) -> None:
    palette = make()
    press(Qt.Key.Key_Escape)
    assert not palette.isVisible()
    back = focused()
    assert isinstance(back, QLineEdit)
    assert back.text() == "work"


def test_nothing_found_is_said_in_words(make: Make) -> None:
    palette = make()
    type_into("xyzzy")
    assert palette._hint.text() == "Nothing answers “xyzzy”."
