"""The month at a glance, the day sheet, and where the calendar begins in the evening."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cura_desktop.domain.appointments import AppointmentDraft, month_days
from cura_desktop.domain.calendar import AppointmentStatus
from cura_desktop.domain.clinic_time import to_utc
from cura_desktop.domain.rota import Span
from cura_desktop.gui.calendar.grid import CalendarGrid
from cura_desktop.gui.calendar.month import MonthView
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.services.calendar import CalendarService
from cura_desktop.services.day_sheet import DaySheetService
from cura_desktop.services.rota import RotaService
from tests.support.diary import LONDON, MONDAY, at, full_diary
from tests.support.people import Clinic
from tests.support.records import add_patient
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, shown
from tests.unit.documents.reading import words


@pytest.fixture
def diary(clinic: Clinic) -> CalendarService:
    return CalendarService(*clinic.sign_in("receptionist"))


def book(clinic: Clinic, diary: CalendarService, day: date, hour: int, minutes: int = 30) -> int:
    start = to_utc(datetime.combine(day, time(hour)), diary._caller.zone)
    draft = AppointmentDraft(add_patient(clinic), clinic.people["doctor"].user_id, start, minutes, reason="Cough")
    return diary.book(draft, uuid4()).id


@pytest.fixture
def monday(diary: CalendarService) -> date:
    today = datetime.now(diary._caller.zone).date()
    return today + timedelta(days=7 - today.weekday())


def view_of(qtbot: QtBot, diary: CalendarService, today: date) -> MonthView:
    made = MonthView(diary, lambda: today, InlineTasks())
    qtbot.addWidget(made)
    shown(made, 1200, 720)
    return made


@pytest.mark.parametrize(
    ("day", "first"), [(date(2026, 6, 15), date(2026, 6, 1)), (date(2026, 11, 30), date(2026, 10, 26))]
)
def test_a_month_is_six_weeks_from_a_monday(day: date, first: date) -> None:
    days = month_days(day)
    assert (days[0], len(days)) == (first, 42)
    assert day in days


def test_a_late_visit_counts_on_the_clinics_day_and_a_cancelled_one_is_not_booked(
    qtbot: QtBot, clinic: Clinic, diary: CalendarService, monday: date
) -> None:
    book(clinic, diary, monday, 23)
    other = diary.appointment(book(clinic, diary, monday, 10))
    diary.set_status(other, AppointmentStatus.CANCELLED, "Feels better")
    RotaService(*clinic.sign_in("admin")).close(monday + timedelta(days=1), "Training", Span())
    found = {one.day: one for one in diary.month(monday)}
    assert (found[monday].booked, found[monday].cancelled, found[monday].minutes) == (1, 1, 30)
    assert found[monday + timedelta(days=1)].closed == "Training"
    assert sum(one.booked for one in diary.month(monday, clinic.people["admin"].user_id)) == 0


def test_enter_opens_the_day_and_the_months_are_turned(
    qtbot: QtBot, clinic: Clinic, diary: CalendarService, monday: date
) -> None:
    book(clinic, diary, monday, 10)
    month = view_of(qtbot, diary, monday)
    assert "1 booked, 30 min" in month.table.currentItem().text()
    with qtbot.waitSignal(month.picked) as told:
        qtbot.keyClick(month.table, Qt.Key.Key_Return)
    assert told.args == [monday, None]
    month.go(1)
    expected = (monday.replace(day=1) + timedelta(days=32)).replace(day=1)
    assert month.title_label.text() == f"{expected:%B} {expected.year}"
    month.go(-1)
    month.go(0)
    assert month.current() is not None


def test_the_day_sheet_holds_who_comes_when_and_how_to_reach_them(
    clinic: Clinic, diary: CalendarService, monday: date
) -> None:
    kept = diary.appointment(book(clinic, diary, monday, 10))
    gone = diary.appointment(book(clinic, diary, monday, 12))
    diary.set_status(gone, AppointmentStatus.CANCELLED, "Feels better")
    clinic.as_administrator("UPDATE cura.patients SET phone = '01632 960123' WHERE id = %s", kept.patient_id)
    said = words(DaySheetService(*clinic.sign_in("receptionist")).day_sheet(monday))
    for wanted in ("1 appointment", "10:00–10:30", kept.patient_number, "01632 960123", "Cough", "Receptionist Tester"):
        assert wanted in said
    assert "12:00" not in said


@pytest.mark.parametrize(("hour", "shown_from"), [(7, 9), (14, 13), (21, 9)])
def test_the_day_begins_where_there_is_work_to_see(qtbot: QtBot, hour: int, shown_from: int) -> None:
    grid = CalendarGrid(LONDON)
    qtbot.addWidget(grid)
    shown(grid, 900, 500)
    diary = full_diary(1, 1, 6)
    view = diary.range(MONDAY, MONDAY)
    from cura_desktop.gui.calendar.geometry import GridColumn

    grid.set_now(at(hour))
    grid.show_columns([GridColumn(MONDAY, view.providers[0])], view, view.blocks, one_day=True)
    slot = grid.current_slot()
    assert slot is not None
    assert slot[1] == at(shown_from)


@pytest.mark.parametrize(("mode", "percent"), [("light", 100), ("dark", 150)])
def test_the_month_is_named_and_whole(
    qtbot: QtBot, clinic: Clinic, diary: CalendarService, monday: date, mode: Literal["light", "dark"], percent: int
) -> None:
    theme().set_mode(mode)
    theme().set_text_size(percent)
    for offset in (0, 2, 3):
        for hour in (9, 11):
            book(clinic, diary, monday + timedelta(days=offset), hour)
    RotaService(*clinic.sign_in("admin")).close(monday + timedelta(days=4), "Training day", Span())
    month = view_of(qtbot, diary, monday)
    screenshot(month, f"month-{mode}-{percent}")
    assert_accessible(month)
    assert_not_clipped(month)
