from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.appointments import AppointmentBlock, AppointmentDraft
from cura_desktop.domain.calendar import AppointmentStatus
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import DatabaseUnavailableError, StaleRecordError, UnknownOutcomeError
from cura_desktop.gui.calendar.arrivals import ArrivalsPanel
from cura_desktop.gui.calendar.booking import BookingEditor
from cura_desktop.gui.calendar.booking_presenter import BookingStart
from cura_desktop.gui.calendar.panel import CalendarPanel
from cura_desktop.gui.calendar.panel_presenter import ViewMode
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.widgets.patient_choice import PatientChoice
from tests.support.diary import MONDAY, MemoryDiary, at, block

S = AppointmentStatus
ALL = frozenset({"view", "create", "edit"})
PATEL = PatientChoice(1, "PATEL, Anjali (Mrs)", "Born 14-Aug-1980")
JONES = PatientChoice(2, "JONES, David")


def receptionist(**changes: Any) -> Caller:
    caller = Caller(1, "Riverside", 99, "Ria Reception", "receptionist", "token", modules={"appointments": ALL})
    return replace(caller, **changes)


def find(text: str) -> list[PatientChoice]:
    return [one for one in (PATEL, JONES) if text.casefold() in one.name.casefold()]


class Desk:
    """A window with the calendar in it, at 10:22 on a Monday; what it said is kept."""

    def __init__(self, qtbot: QtBot, diary: MemoryDiary, width: int = 1200, caller: Caller | None = None) -> None:
        self.qtbot, self.diary = qtbot, diary
        self.said: list[tuple[str, Callable[[], object] | None]] = []
        self.reported: list[Exception] = []
        self.window = QMainWindow()
        self.panel = CalendarPanel(diary, InlineTasks(), caller or receptionist(), find, clock=lambda: at(10, 22))
        self.panel.say = lambda text, kind="info", undo=None: self.said.append((text, undo))  # type: ignore[method-assign]
        self.panel.report = self.reported.append  # type: ignore[method-assign,assignment]
        self.window.setCentralWidget(self.panel)
        self.window.resize(width, 800)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.grid = self.panel.grid
        self.grid.setFocus()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused: QWidget | None = self.window.focusWidget()
        target = focused if focused is not None else self.grid
        self.qtbot.keyClick(target, key, modifier)

    @property
    def editor(self) -> BookingEditor:
        sheet = self.panel.sheets.booking
        assert sheet is not None
        return sheet.editor

    def drag(self, block: AppointmentBlock, by: QPoint, *, from_edge: bool = False) -> None:
        rect, view = self.grid.rect_of(block), self.grid.viewport()
        start = QPoint(rect.center().x(), rect.bottom() - 1) if from_edge else rect.center()
        self.qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
        self.qtbot.mouseMove(view, start + by / 2)
        self.qtbot.mouseMove(view, start + by)
        self.start, self.end = start, start + by

    def drop(self) -> None:
        self.qtbot.mouseRelease(self.grid.viewport(), Qt.MouseButton.LeftButton, pos=self.end)

    def states(self) -> list[AppointmentStatus]:
        return [one.status for one in self.diary.blocks]

    def columns(self) -> list[tuple[date, int]]:
        return [(one.column.day, one.column.provider.id) for one in self.grid.scene().filled]


@pytest.fixture
def diary() -> MemoryDiary:
    return MemoryDiary(blocks=[block(1, at(11)), block(2, at(11, 30), minutes=30), block(3, at(11), 2)])


@pytest.fixture
def desk(qtbot: QtBot, diary: MemoryDiary) -> Desk:
    return Desk(qtbot, diary)


HOUR = 104


def test_the_day_shows_providers_side_by_side_and_keys_walk_through_the_days(desk: Desk) -> None:
    assert desk.columns() == [(MONDAY, 1), (MONDAY, 2)]
    desk.key(Qt.Key.Key_PageDown)
    assert desk.columns()[0][0] == MONDAY + timedelta(days=1)
    desk.key(Qt.Key.Key_PageUp)
    desk.key(Qt.Key.Key_PageUp)
    assert desk.panel.presenter.day == MONDAY - timedelta(days=1)
    desk.key(Qt.Key.Key_T)
    assert desk.panel.presenter.day == MONDAY
    assert "today" in desk.panel._ui.title_label.text()


def test_a_week_is_of_one_person_and_keys_walk_by_weeks(desk: Desk) -> None:
    desk.key(Qt.Key.Key_W)
    assert desk.columns() == [(MONDAY + timedelta(days=day), 1) for day in range(5)]
    desk.grid.setFocus()
    desk.key(Qt.Key.Key_PageDown)
    assert desk.panel.presenter.day == MONDAY + timedelta(days=7)
    desk.key(Qt.Key.Key_D)
    assert desk.panel.presenter.mode is ViewMode.DAY


def test_a_saturday_appears_in_the_week_when_somebody_is_booked_then(desk: Desk) -> None:
    desk.diary.blocks.append(block(9, at(9, 0, MONDAY + timedelta(days=5))))
    desk.key(Qt.Key.Key_W)
    assert [day for day, _ in desk.columns()][-1] == MONDAY + timedelta(days=5)


def test_typing_a_date_goes_there(desk: Desk) -> None:
    desk.key(Qt.Key.Key_G)
    desk.qtbot.keyClicks(desk.panel._day_edit, "1/12/2026")
    assert desk.panel.presenter.day == date(2026, 12, 1)


def test_arrows_move_over_slots_and_blocks_and_letters_take_the_steps(desk: Desk) -> None:
    desk.grid.choose(desk.diary.blocks[0])
    desk.key(Qt.Key.Key_Down)
    assert desk.grid.current() is None
    desk.key(Qt.Key.Key_Down)
    assert desk.grid.current() == desk.diary.blocks[1]
    desk.key(Qt.Key.Key_Up)
    desk.key(Qt.Key.Key_Up)
    desk.key(Qt.Key.Key_Right)
    assert desk.grid.current() == desk.diary.blocks[2]
    desk.key(Qt.Key.Key_A)
    assert desk.states()[2] is S.ARRIVED
    text, undo = desk.said[-1]
    assert "arrived" in text
    assert undo is not None
    undo()
    assert desk.states()[2] is S.SCHEDULED


def test_enter_on_a_free_time_books_there_by_keyboard_alone(desk: Desk) -> None:
    desk.grid.choose(desk.diary.blocks[0])
    desk.key(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_Return)
    editor = desk.editor
    box = editor._patient.search_box
    box.setFocus()
    desk.qtbot.keyClicks(box, "patel")
    desk.qtbot.keyClick(box, Qt.Key.Key_Return)
    assert editor._patient.value() == PATEL
    desk.qtbot.keyClicks(editor._ui.reason_edit, "Cough")
    desk.qtbot.keyClick(editor._ui.reason_edit, Qt.Key.Key_Return)
    booked = desk.diary.blocks[-1]
    assert (booked.start, booked.provider_id, booked.patient_id, booked.reason) == (at(11, 15), 1, 1, "Cough")
    assert desk.panel.sheets.booking is not None
    assert desk.panel.sheets.booking.isHidden()
    assert desk.grid.current() == booked


def test_enter_on_a_block_opens_it_filled_and_saves_the_change(desk: Desk) -> None:
    desk.grid.choose(desk.diary.blocks[1])
    desk.key(Qt.Key.Key_Return)
    editor = desk.editor
    assert editor._ui.reason_edit.text() == desk.diary.blocks[1].reason
    assert editor._patient.value() is not None
    editor._ui.minutes_spin.setValue(45)
    desk.qtbot.mouseClick(editor._ui.book_button, Qt.MouseButton.LeftButton)
    assert desk.diary.blocks[1].minutes == 45


def test_dragging_a_block_moves_it_to_another_time_and_person_and_can_be_taken_back(desk: Desk) -> None:
    seen = desk.diary.blocks[0]
    desk.drag(seen, QPoint(desk.grid.rect_of(seen).width() + 10, HOUR))
    ghost = desk.grid.ghost()
    assert ghost is not None
    assert not ghost.refused
    assert ghost.text == "12:00–12:15"
    desk.drop()
    moved = desk.diary.blocks[0]
    assert (moved.start, moved.provider_id) == (at(12), 2)
    text, undo = desk.said[-1]
    assert "moved to" in text
    assert undo is not None
    undo()
    assert (desk.diary.blocks[0].start, desk.diary.blocks[0].provider_id) == (at(11), 1)


def test_a_drag_onto_a_taken_time_is_refused_before_it_is_dropped(desk: Desk) -> None:
    seen = desk.diary.blocks[0]
    desk.drag(seen, QPoint(0, HOUR // 2))
    ghost = desk.grid.ghost()
    assert ghost is not None
    assert ghost.refused
    assert desk.diary.blocks[1].patient_name in ghost.text
    desk.drop()
    assert desk.diary.blocks[0] == seen
    assert "change" not in desk.diary.calls
    assert "Nothing was moved" in desk.said[-1][0]


def test_a_drag_outside_working_hours_says_so_and_escape_gives_it_up(desk: Desk) -> None:
    seen = desk.diary.blocks[0]
    desk.drag(seen, QPoint(0, 2 * HOUR))
    ghost = desk.grid.ghost()
    assert ghost is not None
    assert "outside working hours" in ghost.text
    desk.qtbot.keyClick(desk.grid, Qt.Key.Key_Escape)
    assert desk.grid.ghost() is None
    desk.drop()
    assert desk.diary.blocks[0] == seen


def test_another_seats_change_does_not_take_a_drag_out_of_the_hand(desk: Desk) -> None:
    desk.drag(desk.diary.blocks[0], QPoint(0, HOUR))
    desk.diary.blocks.append(block(9, at(15), 2))
    desk.panel.refresh()
    desk.drop()
    assert desk.diary.blocks[0].start == at(12)


def test_dragging_the_lower_edge_changes_the_length(desk: Desk) -> None:
    desk.drag(desk.diary.blocks[0], QPoint(0, HOUR // 4), from_edge=True)
    desk.drop()
    assert desk.diary.blocks[0].minutes == 30


def test_dragging_over_free_time_books_exactly_that_stretch(desk: Desk) -> None:
    rect = desk.grid.rect_of(desk.diary.blocks[1])
    start = QPoint(rect.center().x(), rect.bottom() + 4)
    desk.qtbot.mousePress(desk.grid.viewport(), Qt.MouseButton.LeftButton, pos=start)
    desk.qtbot.mouseMove(desk.grid.viewport(), start + QPoint(0, 30))
    desk.qtbot.mouseMove(desk.grid.viewport(), start + QPoint(0, HOUR * 40 // 60 - 4))
    desk.qtbot.mouseRelease(desk.grid.viewport(), Qt.MouseButton.LeftButton, pos=start + QPoint(0, 60))
    fields = desk.editor.fields()
    assert (fields.clock, fields.minutes) == (at(12).time(), 40)


def test_what_a_stale_move_met_is_said_and_the_diary_is_read_again(desk: Desk) -> None:
    desk.diary.error = None
    reads = desk.diary.calls.count("range")
    desk.diary.error = StaleRecordError(desk.diary.blocks[0], ("slot",))
    desk.panel.presenter.move(desk.diary.blocks[0], at(15), 1)
    assert "Somebody else changed" in desk.said[-1][0]
    assert desk.diary.calls.count("range") == reads + 1


def test_the_server_being_away_is_reported_and_the_screen_stays(desk: Desk) -> None:
    desk.diary.error = DatabaseUnavailableError("away")
    desk.panel.refresh()
    assert isinstance(desk.reported[-1], DatabaseUnavailableError)
    assert len(desk.columns()) == 2


def test_cancelling_asks_why_takes_the_block_away_and_offers_a_way_back(desk: Desk) -> None:
    desk.grid.choose(desk.diary.blocks[0])
    desk.key(Qt.Key.Key_Delete)
    sheet = desk.panel.sheets.cancelling
    assert sheet is not None
    desk.qtbot.mouseClick(sheet._ui.cancel_button, Qt.MouseButton.LeftButton)
    assert desk.diary.blocks[0].status is S.SCHEDULED
    sheet._ui.reason_box.setEditText("Patient unwell")
    desk.qtbot.mouseClick(sheet._ui.cancel_button, Qt.MouseButton.LeftButton)
    assert (desk.diary.blocks[0].status, desk.diary.blocks[0].cancel_reason) == (S.CANCELLED, "Patient unwell")
    assert desk.grid.rect_of(desk.diary.blocks[0]).isEmpty()
    desk.panel._ui.cancelled_check.setChecked(True)
    assert not desk.grid.rect_of(desk.diary.blocks[0]).isEmpty()
    undo = desk.said[-1][1]
    assert undo is not None
    undo()
    assert desk.diary.blocks[0].status is S.SCHEDULED


def test_a_narrow_dock_starts_with_the_list_and_its_keys_work_the_same(qtbot: QtBot, diary: MemoryDiary) -> None:
    desk = Desk(qtbot, diary, width=320)
    assert desk.panel.width() <= 320
    assert desk.panel._ui.pages.currentWidget() is desk.panel.agenda
    assert [one.id for one in desk.panel.agenda.records()] in ([1, 3, 2], [3, 1, 2])
    desk.panel.agenda.setFocus()
    desk.panel.agenda.select(lambda one: one.id == 2)
    qtbot.keyClick(desk.panel.agenda, Qt.Key.Key_A)
    assert desk.diary.blocks[1].status is S.ARRIVED


def test_who_may_only_look_can_neither_drag_nor_book_and_reads_why(qtbot: QtBot, diary: MemoryDiary) -> None:
    caller = receptionist(modules={"appointments": frozenset({"view"})})
    desk = Desk(qtbot, diary, caller=caller)
    wanted: list[int] = []
    desk.panel.patient_wanted.connect(wanted.append)
    assert not desk.panel._ui.book_button.isEnabled()
    assert "role" in desk.panel._ui.book_button.toolTip()
    desk.drag(diary.blocks[0], QPoint(0, HOUR))
    assert desk.grid.ghost() is None
    desk.drop()
    desk.grid.choose(diary.blocks[0])
    desk.key(Qt.Key.Key_A)
    assert diary.blocks[0].status is S.SCHEDULED
    assert all(action.statusTip() for action in desk.panel.block_actions.all()[2:8])
    desk.key(Qt.Key.Key_Return)
    assert wanted == [diary.blocks[0].patient_id]


def test_with_nobody_to_book_the_panel_says_so_and_a_free_day_offers_booking(qtbot: QtBot) -> None:
    desk = Desk(qtbot, MemoryDiary(people=()))
    assert "Nobody can be booked yet" in desk.panel.nobody.sentence_label.text()
    sunday = Desk(qtbot, MemoryDiary())
    sunday.panel.presenter.go(MONDAY + timedelta(days=6))
    assert sunday.panel.nobody.action_button.isVisible()


# ------------------------------------------------------------------------------------------------------------ booking


def open_form(desk: Desk, start: datetime, patient: PatientChoice | None = PATEL) -> BookingEditor:
    desk.panel.book(BookingStart(patient=patient, provider_id=1, start=start))
    desk.editor._ui.reason_edit.setText("Cough")
    return desk.editor


def test_a_taken_time_is_answered_with_free_times_and_one_press_takes_one(desk: Desk) -> None:
    editor = open_form(desk, at(11))
    assert "is booked then" in editor._ui.hours_label.text()
    editor._ui.book_button.click()
    buttons = [one for one in editor._ui.free_box.findChildren(QPushButton) if not one.isHidden()]
    assert buttons[0].text() == "11:15"
    assert editor._ui.reason_edit.text() == "Cough"
    buttons[0].click()
    assert editor.fields().clock == at(11, 15).time()
    editor._ui.book_button.click()
    assert desk.diary.blocks[-1].start == at(11, 15)


def test_overbooking_is_offered_only_after_a_refusal_and_needs_its_reason(desk: Desk) -> None:
    editor = open_form(desk, at(11))
    assert editor._ui.overbook_box.isHidden()
    editor._ui.book_button.click()
    assert not editor._ui.overbook_box.isHidden()
    editor._ui.overbook_check.setChecked(True)
    editor._ui.book_button.click()
    assert "twice" in editor._problems.sentence("overbook_reason")
    editor._ui.overbook_edit.setText("Urgent, agreed")
    editor._ui.book_button.click()
    assert desk.diary.blocks[-1].is_overbooked


def test_what_is_missing_is_said_beside_its_field(desk: Desk) -> None:
    desk.panel.book(BookingStart(day=MONDAY))
    editor = desk.editor
    editor._ui.book_button.click()
    for field in ("patient", "provider", "time", "reason"):
        assert editor._problems.sentence(field)
    editor._time.setText("25:99")
    editor._ui.book_button.click()
    assert "not a time" in editor._problems.sentence("time")
    assert "book" not in desk.diary.calls


def test_after_a_lost_answer_trying_again_cannot_book_twice(desk: Desk) -> None:
    editor = open_form(desk, at(12))
    real = desk.diary.book

    def lose_the_answer(draft: AppointmentDraft, client_key: UUID) -> AppointmentBlock:
        real(draft, client_key)
        desk.diary.book = real  # type: ignore[method-assign]
        raise UnknownOutcomeError("The connection was lost while saving. Please try again: nothing is saved twice.")

    desk.diary.book = lose_the_answer  # type: ignore[method-assign]
    editor._ui.book_button.click()
    assert "nothing is saved twice" in editor._ui.notice_label.text()
    editor._ui.book_button.click()
    assert sum(one.start == at(12) for one in desk.diary.blocks) == 1


def test_the_length_follows_the_type_until_a_person_chooses_one(desk: Desk) -> None:
    editor = open_form(desk, at(12))
    editor._type.set_value(editor._type._values[3])
    assert editor.fields().minutes == 30
    editor._ui.minutes_spin.setValue(50)
    editor._type.set_value(editor._type._values[0])
    assert editor.fields().minutes == 50


def test_the_hour_that_happens_twice_is_asked_about_and_the_skipped_one_is_refused(desk: Desk) -> None:
    editor = open_form(desk, datetime(2026, 10, 25, 0, 30))
    assert "01:30 happens twice" in editor._ui.repeated_label.text()
    assert [editor._pass.itemText(row) for row in (0, 1)] == ["The first 01:30 (BST)", "The second 01:30 (GMT)"]
    editor._pass.set_value(True)
    editor._ui.book_button.click()
    assert desk.diary.blocks[-1].start == datetime(2026, 10, 25, 1, 30)
    editor = open_form(desk, at(12))
    editor._date.set_value(date(2027, 3, 28))
    editor._time.set_value(at(1, 30).time())
    assert "does not exist" in editor._ui.hours_label.text()
    editor._ui.book_button.click()
    assert "does not exist" in editor._problems.sentence("time")


def test_a_change_that_met_another_seats_change_keeps_what_was_typed_and_can_be_saved_again(desk: Desk) -> None:
    desk.panel.edit(desk.diary.blocks[0])
    editor = desk.editor
    editor._ui.reason_edit.setText("Sore throat")
    desk.diary.error = StaleRecordError(replace(desk.diary.blocks[0], version=2, reason="Fever"), ("reason",))
    editor._ui.book_button.click()
    assert "“Fever”" in editor._ui.notice_label.text()
    assert editor._ui.reason_edit.text() == "Sore throat"
    editor._ui.book_button.click()
    assert desk.diary.blocks[0].reason == "Sore throat"


def test_closing_a_half_typed_booking_asks_first(desk: Desk) -> None:
    open_form(desk, at(12))
    sheet = desk.panel.sheets.booking
    assert sheet is not None
    sheet.close_sheet()
    assert sheet.isVisible()
    for button in desk.window.findChildren(QPushButton):
        if button.text() == "&Close it":
            button.click()
    assert sheet.isHidden()


def test_the_next_free_time_is_found_for_anybody(desk: Desk) -> None:
    desk.panel.book(BookingStart(patient=PATEL, day=MONDAY, start=at(11)))
    editor = desk.editor
    editor._ui.next_free_button.click()
    shown = [one.text() for one in editor._ui.free_box.findChildren(QPushButton) if not one.isHidden()]
    assert shown[0].startswith("11:15 Dr")


# ----------------------------------------------------------------------------------------------------------- arrivals


def test_who_waits_longest_stands_first_and_a_long_wait_is_told_in_words(qtbot: QtBot) -> None:
    diary = MemoryDiary(
        blocks=[
            block(1, at(10, 15), status=S.ARRIVED, arrived_at=at(10, 10)),
            block(2, at(9, 45), 2, status=S.ARRIVED, arrived_at=at(9, 40)),
            block(3, at(10), status=S.IN_ROOM, arrived_at=at(9, 55)),
            block(4, at(11)),
        ]
    )
    panel = ArrivalsPanel(diary, InlineTasks(), receptionist(), clock=lambda: at(10, 22))
    qtbot.addWidget(panel)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    assert [one.id for one in panel.table.records()] == [2, 1]
    assert panel._ui.summary_label.text() == "2 people wait, the longest 42 min. 1 in a room."
    shown = [panel.table.model().index(row, 0).data() for row in range(2)]
    assert shown == ["42 min, very long", "12 min"]
    panel.table.setFocus()
    panel.table.select(lambda one: one.id == 2)
    qtbot.keyClick(panel.table, Qt.Key.Key_R)
    assert diary.blocks[1].status is S.IN_ROOM
    assert [one.id for one in panel.table.records()] == [1]


def test_whoever_has_a_diary_starts_with_it(qtbot: QtBot, diary: MemoryDiary) -> None:
    own = Desk(qtbot, diary, caller=receptionist(user_id=2, role="doctor"))
    assert own.columns() == [(MONDAY, 2)]


def test_a_week_of_one_person_leads_back_to_everybody(desk: Desk) -> None:
    desk.key(Qt.Key.Key_W)
    assert {person for _day, person in desk.columns()} == {1}
    desk.key(Qt.Key.Key_D)
    assert desk.columns() == [(MONDAY, 1), (MONDAY, 2)]


def test_the_list_of_a_long_day_starts_at_the_present(qtbot: QtBot) -> None:
    long_day = MemoryDiary(blocks=[block(number, at(6) + timedelta(minutes=10 * number)) for number in range(1, 61)])
    dock = Desk(qtbot, long_day, width=360)
    agenda = dock.panel.agenda
    qtbot.waitUntil(lambda: agenda.rowAt(0) > 0)
    first = agenda.rowAt(0)
    assert agenda.records()[first].start <= at(10, 22) < agenda.records()[first + 2].end
