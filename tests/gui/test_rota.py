"""The rota by keyboard, on the real service."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit
from pytestqt.qtbot import QtBot

from cura_desktop.domain.appointments import AppointmentDraft
from cura_desktop.domain.clinic_time import to_utc
from cura_desktop.domain.rota import ShiftDraft, Span, WeekPattern
from cura_desktop.gui.calendar.rota import RotaScreen
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.services.calendar import CalendarService
from cura_desktop.services.rota import RotaService
from tests.support.people import Clinic
from tests.support.record_desk import shown as words
from tests.support.records import add_patient
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, settle, shown


@pytest.fixture
def rota(clinic: Clinic) -> RotaService:
    service = RotaService(*clinic.sign_in("admin"))
    service.set_pattern(WeekPattern(clinic.people["doctor"].user_id), 0)
    return service


@pytest.fixture
def monday(rota: RotaService) -> date:
    today = rota.today()
    return today + timedelta(days=7 - today.weekday())


def screen_of(qtbot: QtBot, rota: RotaService, person: int, weeks: int = 1) -> RotaScreen:
    """The rota of the coming week, the Monday of a person current."""
    made = RotaScreen(rota, rota._caller, InlineTasks())
    qtbot.addWidget(made)
    shown(made, 1366, 720)
    with qtbot.waitActive(made):
        made.activateWindow()
    made.go(weeks)
    week = rota.week(made._day)
    made.table.setCurrentCell([one.id for one in week.people].index(person), 0)
    made.table.setFocus()
    return made


def fill(qtbot: QtBot, screen: RotaScreen, **fields: str) -> None:
    form = screen._form
    assert form is not None
    for name, text in fields.items():
        edit = form.widgets[name]
        assert isinstance(edit, QLineEdit)
        edit.selectAll()
        qtbot.keyClicks(edit, text)


def cell(screen: RotaScreen, column: int = 0) -> str:
    item = screen.table.item(screen.table.currentRow(), column)
    assert item is not None
    return item.text()


def test_a_shift_is_written_into_its_cell_and_taken_away_again(
    qtbot: QtBot, clinic: Clinic, rota: RotaService, monday: date
) -> None:
    screen = screen_of(qtbot, rota, clinic.people["doctor"].user_id)
    assert cell(screen) == "09:00–17:00"
    qtbot.keyClick(screen.table, Qt.Key.Key_Return)
    fill(qtbot, screen, start="8", end="6pm", room="Room 2")
    qtbot.keyClick(screen._form.widgets["room"], Qt.Key.Key_Return)  # type: ignore[union-attr]
    assert screen.sheet.isHidden(), words(screen.sheet)
    assert cell(screen) == "08:00–18:00, Room 2"
    assert len(rota.week(monday).shifts) == 1
    screen.table.setFocus()
    undo: list[object] = []
    messages_for(screen).said.connect(lambda text, _kind: undo.append(text))
    qtbot.keyClick(screen.table, Qt.Key.Key_Delete)
    assert cell(screen) == "09:00–17:00"
    assert undo == ["Taken away; the usual week holds."]


def test_what_cannot_be_is_said_beside_the_field_and_kept(qtbot: QtBot, clinic: Clinic, rota: RotaService) -> None:
    screen = screen_of(qtbot, rota, clinic.people["doctor"].user_id)
    screen.write()
    fill(qtbot, screen, start="18:00", end="9:00")
    screen._form.saved.emit()  # type: ignore[union-attr]
    assert "It ends after it begins." in words(screen.sheet)
    fill(qtbot, screen, end="half past")
    screen._form.saved.emit()  # type: ignore[union-attr]
    assert "This is not a time." in words(screen.sheet)
    assert screen.has_unsaved_work()


def test_leave_lists_the_bookings_and_one_key_moves_them(
    qtbot: QtBot, clinic: Clinic, rota: RotaService, monday: date
) -> None:
    doctor = clinic.people["doctor"].user_id
    diary = CalendarService(*clinic.sign_in("receptionist"))
    start = to_utc(datetime.combine(monday, time(10)), rota._caller.zone)
    booked = diary.book(AppointmentDraft(add_patient(clinic), doctor, start, 15, reason="Cough"), uuid4())
    screen = screen_of(qtbot, rota, doctor)
    qtbot.keyClick(screen.table, Qt.Key.Key_A)
    fill(qtbot, screen, reason="Annual leave")
    qtbot.keyClick(screen._form.widgets["reason"], Qt.Key.Key_Return)  # type: ignore[union-attr]
    assert "Absent all day" in cell(screen)
    assert screen.displaced_sheet.isVisible()
    assert "1 booking lies outside working time now." in words(screen.displaced)
    qtbot.mouseClick(screen.displaced.move_button, Qt.MouseButton.LeftButton)
    assert screen.displaced_sheet.isHidden()
    tuesday = to_utc(datetime.combine(monday + timedelta(days=1), time(9)), rota._caller.zone)
    assert diary.appointment(booked.id).start == tuesday


def test_the_usual_week_is_changed_for_one_person(qtbot: QtBot, clinic: Clinic, rota: RotaService) -> None:
    screen = screen_of(qtbot, rota, clinic.people["doctor"].user_id)
    screen.set_pattern()
    form = screen._form
    assert form is not None
    friday = form.widgets["day4"]
    assert isinstance(friday, QCheckBox)
    friday.setChecked(False)
    fill(qtbot, screen, end="13:00")
    form.saved.emit()
    assert [cell(screen, column) for column in (3, 4)] == ["09:00–13:00", ""]


def test_bank_holidays_are_entered_and_one_is_called_off(qtbot: QtBot, clinic: Clinic, rota: RotaService) -> None:
    screen = screen_of(qtbot, rota, clinic.people["doctor"].user_id)
    screen.show_closures()
    screen.closures.year_box.setValue(2026)
    qtbot.mouseClick(screen.closures.holidays_button, Qt.MouseButton.LeftButton)
    assert len(screen.closures.table.records()) == 9
    screen.closures.table.select(lambda one: one.day == date(2026, 12, 25))
    qtbot.mouseClick(screen.closures.toggle_button, Qt.MouseButton.LeftButton)
    assert [one.day for one in screen.closures.table.records() if not one.is_active] == [date(2026, 12, 25)]


def test_a_seat_that_changed_the_shift_first_is_told_of(qtbot: QtBot, clinic: Clinic, rota: RotaService) -> None:
    doctor = clinic.people["doctor"].user_id
    screen = screen_of(qtbot, rota, doctor)
    draft = ShiftDraft(doctor, rota.week(screen._day).days[0], "regular", time(9), time(12))
    rota.add(draft)
    screen.refresh()
    screen.write()
    (seen,) = rota.week(screen._day).shifts
    rota.change(seen, ShiftDraft(doctor, draft.day, "regular", time(9), time(11)))
    said: list[str] = []
    messages_for(screen).said.connect(lambda text, _kind: said.append(text))
    fill(qtbot, screen, end="15:00")
    screen._form.saved.emit()  # type: ignore[union-attr]
    assert any("Somebody else changed this shift." in one for one in said)
    assert screen.sheet.isVisible()
    assert cell(screen) == "09:00–11:00"


def test_reception_reads_and_is_told_why_it_cannot_write(qtbot: QtBot, clinic: Clinic, rota: RotaService) -> None:
    service = RotaService(*clinic.sign_in("receptionist"))
    screen = screen_of(qtbot, service, clinic.people["doctor"].user_id)
    assert not screen.copy_button.isEnabled()
    screen.write()
    assert screen.sheet.isHidden()


@pytest.mark.parametrize(("mode", "percent"), [("light", 100), ("dark", 150)])
def test_the_rota_is_named_and_whole(
    qtbot: QtBot, clinic: Clinic, rota: RotaService, monday: date, mode: Literal["light", "dark"], percent: int
) -> None:
    theme().set_mode(mode)
    theme().set_text_size(percent)
    doctor = clinic.people["doctor"].user_id
    rota.add(ShiftDraft(doctor, monday, "regular", time(8), time(12), room="Room 2"))
    rota.add(ShiftDraft(doctor, monday, "on_call", time(18), time(22)))
    rota.absent(doctor, monday + timedelta(days=1), monday + timedelta(days=1), "Annual leave")
    rota.close(monday + timedelta(days=3), "Training day", Span())
    screen = screen_of(qtbot, rota, doctor)
    screenshot(screen, f"rota-{mode}-{percent}")
    assert_accessible(screen)
    assert_not_clipped(screen)
    screen.write()
    settle()
    screenshot(screen, f"rota-shift-{mode}-{percent}")
    assert_not_clipped(screen)
    screen.sheet.close_sheet()
    screen.show_closures()
    settle()
    screenshot(screen, f"rota-closures-{mode}-{percent}")
    assert_accessible(screen)
