"""The record table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from cura_desktop.gui.shell.theme import Theme
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable
from tests.support.screens import assert_accessible, shown


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    born: date | None
    balance: int = 0


EVANS = Person(1, "EVANS, Jon", date(1980, 8, 14), 1200)
LI = Person(2, "LI, Wei", None, 90)
ADAMS = Person(3, "adams, Zoë", date(2001, 1, 2), 0)
PEOPLE = [EVANS, LI, ADAMS]


@pytest.fixture
def table(qtbot: QtBot) -> RecordTable:
    made = RecordTable()
    qtbot.addWidget(made)
    made.set_up(
        [
            Column[Person]("Patient", lambda one: one.name, key="name", width=200, strong=True),
            Column[Person](
                "Born", lambda one: f"{one.born:%d-%b-%Y}" if one.born else "", key="born", sort=lambda one: one.born
            ),
            Column[Person](
                "Balance", lambda one: f"£{one.balance}", key="balance", role="money", sort=lambda one: one.balance
            ),
            Column[Person]("State", lambda one: "Paid", pill=lambda one: PillText("Paid", "success")),
        ],
        name="Patients",
        empty="No patient fits.",
        empty_action="&Register a patient",
        sort_by="name",
    )
    shown(made, 700, 300)
    return made


def names(table: RecordTable) -> list[str]:
    return [one.name for one in table.records()]


def test_rows_are_sorted_by_the_chosen_column_without_regard_to_case(table: RecordTable) -> None:
    table.show_records(PEOPLE)
    assert names(table) == ["adams, Zoë", "EVANS, Jon", "LI, Wei"]


def test_sorting_uses_values_not_text_and_puts_missing_values_last_both_ways(table: RecordTable) -> None:
    table.show_records(PEOPLE)
    header = table.horizontalHeader()
    header.setSortIndicator(1, Qt.SortOrder.AscendingOrder)
    assert names(table) == ["EVANS, Jon", "adams, Zoë", "LI, Wei"]
    header.setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    assert names(table) == ["adams, Zoë", "EVANS, Jon", "LI, Wei"]
    header.setSortIndicator(2, Qt.SortOrder.DescendingOrder)
    assert names(table) == ["EVANS, Jon", "LI, Wei", "adams, Zoë"]


def test_arrows_move_and_enter_opens_the_row(qtbot: QtBot, table: RecordTable) -> None:
    table.show_records(PEOPLE)
    table.select_first()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [EVANS]
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.current() == LI


def test_typing_goes_to_the_search(qtbot: QtBot, table: RecordTable) -> None:
    table.show_records(PEOPLE)
    heard: list[str] = []
    table.typed.connect(heard.append)
    qtbot.keyClicks(table, "Li")
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert heard == ["L", "i"]


def test_copy_gives_titles_and_selected_rows_with_tabs_in_the_order_on_screen(qtbot: QtBot, table: RecordTable) -> None:
    table.show_records(PEOPLE)
    table.horizontalHeader().moveSection(1, 0)
    table.selectAll()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().split("\n")
    assert lines[0] == "Born\tPatient\tBalance\tState"
    assert lines[2] == "14-Aug-1980\tEVANS, Jon\t£1200\tPaid"
    assert len(lines) == 4


def test_a_reload_keeps_the_current_row_even_when_it_moved(table: RecordTable) -> None:
    table.show_records(PEOPLE)
    table.select(lambda one: one.id == 2)
    heard: list[object] = []
    table.current_changed.connect(heard.append)
    renamed = Person(2, "AARON, Wei", None)
    table.show_records([EVANS, ADAMS, renamed])
    assert table.current() == renamed
    assert table.currentIndex().row() == 0
    assert heard[-1] == renamed


def test_an_empty_table_says_so_and_offers_one_thing_to_do(qtbot: QtBot, table: RecordTable) -> None:
    table.show_records([])
    empty = table.findChild(EmptyState)
    assert empty is not None
    assert empty.isVisible()
    assert empty.sentence_label.text() == "No patient fits."
    with qtbot.waitSignal(table.empty_action_chosen):
        qtbot.keyClick(empty.action_button, Qt.Key.Key_Space)
    table.show_records(PEOPLE)
    assert not empty.isVisible()


def test_while_loading_there_are_skeleton_rows_that_cannot_be_chosen(qtbot: QtBot, table: RecordTable) -> None:
    table.show_loading()
    assert table.model().rowCount() > 3
    opened: list[object] = []
    table.opened.connect(opened.append)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened == []
    assert table.current() is None


def test_a_failed_load_is_told_in_place_with_a_way_to_try_again(qtbot: QtBot, table: RecordTable) -> None:
    table.show_records(PEOPLE)
    table.show_failure("The server does not answer.")
    empty = table.findChild(EmptyState)
    assert empty is not None
    assert empty.sentence_label.text() == "The server does not answer."
    assert table.records() == []


def test_widths_order_and_sorting_are_remembered(qtbot: QtBot, table: RecordTable) -> None:
    header = table.horizontalHeader()
    header.resizeSection(0, 260)
    header.moveSection(2, 0)
    header.setSortIndicator(2, Qt.SortOrder.DescendingOrder)
    kept = table.layout_state()
    other = RecordTable()
    qtbot.addWidget(other)
    other.set_up(list(table._model.columns), name="Patients", empty="None.")
    other.restore_layout(kept)
    other.show_records(PEOPLE)
    assert other.columnWidth(0) == 260
    assert other.horizontalHeader().logicalIndex(0) == 2
    assert names(other) == ["EVANS, Jon", "LI, Wei", "adams, Zoë"]


@pytest.mark.parametrize("kept", ["", "[]", "{}", "not json", '{"widths": {"gone": 4}, "places": {"gone": 1}, "sort": "gone"}'])  # fmt: skip # noqa: E501
def test_a_damaged_or_outdated_layout_is_passed_over(table: RecordTable, kept: str) -> None:
    table.restore_layout(kept)
    table.show_records(PEOPLE)
    assert len(names(table)) == 3


def test_a_changed_layout_is_told_so_that_it_can_be_kept(qtbot: QtBot, table: RecordTable) -> None:
    with qtbot.waitSignal(table.layout_changed):
        table.horizontalHeader().resizeSection(0, 222)


@pytest.mark.qt_log_ignore("grabbing the keyboard", "raise", "propagateSizeHints")
def test_the_menu_key_offers_the_actions_of_the_row(qtbot: QtBot, table: RecordTable) -> None:
    action, called = QAction("&Book", table), list[str]()
    action.triggered.connect(lambda: called.append("booked"))
    table.set_context_actions([action])
    table.show_records(PEOPLE)
    table.select_first()
    qtbot.keyClick(table, Qt.Key.Key_Menu)
    menu = table.findChild(QMenu)
    assert menu is not None
    qtbot.keyClick(menu, Qt.Key.Key_B)
    assert called == ["booked"]


@pytest.mark.parametrize(("density", "height"), [("compact", 26), ("normal", 30), ("roomy", 36)])
def test_rows_have_the_chosen_height_and_grow_with_the_text(
    table: RecordTable, look: Theme, density: str, height: int
) -> None:
    table.show_records(PEOPLE)
    look.set_density(density)  # type: ignore[arg-type]
    assert table.rowHeight(0) == height
    width = table.columnWidth(0)
    look.set_text_size(150)
    assert table.rowHeight(0) == height * 3 // 2
    assert table.columnWidth(0) == width * 3 // 2


def test_a_screen_reader_hears_the_title_with_the_value(table: RecordTable) -> None:
    table.show_records([EVANS])
    assert table.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Patient: EVANS, Jon"
    assert_accessible(table)
