"""The waiting list by keyboard, and the offer when a time is given up."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Literal
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from cura_desktop.domain.appointments import AppointmentBlock, AppointmentDraft
from cura_desktop.domain.calendar import AppointmentStatus
from cura_desktop.domain.clinic_time import to_utc
from cura_desktop.domain.waiting_list import WaitingDraft
from cura_desktop.gui.calendar.waiting_list import MatchesView, WaitingList
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.patient_box import PatientBox
from cura_desktop.gui.widgets.patient_choice import PatientChoice
from cura_desktop.services.calendar import CalendarService
from cura_desktop.services.waiting_list import WaitingListService
from tests.support.people import Clinic
from tests.support.record_desk import shown as words
from tests.support.records import add_patient
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, settle, shown


@pytest.fixture
def waits(clinic: Clinic) -> WaitingListService:
    return WaitingListService(*clinic.sign_in("receptionist"))


def freed_time(clinic: Clinic) -> AppointmentBlock:
    diary = CalendarService(*clinic.sign_in("receptionist"))
    today = datetime.now(diary._caller.zone).date()
    start = to_utc(datetime.combine(today + timedelta(days=7 - today.weekday()), time(10)), diary._caller.zone)
    draft = AppointmentDraft(add_patient(clinic), clinic.people["doctor"].user_id, start, 30, reason="Cough")
    return diary.set_status(diary.book(draft, uuid4()), AppointmentStatus.CANCELLED, "Feels better")


def list_of(qtbot: QtBot, waits: WaitingListService, patient: int = 0) -> WaitingList:
    choice = PatientChoice(patient, "PATEL, Anjali")
    kept = WaitingList(waits, waits._caller, lambda _text: [choice], InlineTasks())
    qtbot.addWidget(kept)
    shown(kept, 1366, 760)
    with qtbot.waitActive(kept):
        kept.activateWindow()
    return kept


def test_a_patient_is_put_on_the_list_and_taken_off_with_undo(
    qtbot: QtBot, clinic: Clinic, waits: WaitingListService
) -> None:
    patient = add_patient(clinic)
    kept = list_of(qtbot, waits, patient)
    kept.open(None)
    kept.save()
    assert "Choose the patient." in words(kept.form)
    box, reason = kept.form.widgets["patient"], kept.form.widgets["reason"]
    assert isinstance(box, PatientBox)
    assert isinstance(reason, QLineEdit)
    box.set_value(PatientChoice(patient, "PATEL, Anjali"))
    qtbot.keyClicks(reason, "Knee review")
    qtbot.keyClick(reason, Qt.Key.Key_Return)
    assert kept.sheet.isHidden()
    (entry,) = waits.waiting()
    assert (entry.details.reason, entry.details.urgency, entry.times) == ("Knee review", "routine", "Any time")
    kept.table.setFocus()
    kept.table.select_first()
    qtbot.keyClick(kept.table, Qt.Key.Key_Delete)
    assert waits.waiting() == ()
    assert kept.table.records() == []


def test_a_freed_time_is_given_to_the_one_who_comes_first(
    qtbot: QtBot, clinic: Clinic, waits: WaitingListService
) -> None:
    freed = freed_time(clinic)
    waits.add(WaitingDraft(add_patient(clinic), reason="Review"), uuid4())
    urgent = waits.add(WaitingDraft(add_patient(clinic), reason="Worse", urgency="urgent"), uuid4())
    view = MatchesView(waits, waits._caller, InlineTasks())
    qtbot.addWidget(view)
    shown(view, 900, 500)
    view.show_matches(freed, waits.matches(freed))
    with qtbot.waitSignal(view.booked) as told:
        qtbot.mouseClick(view.book_button, Qt.MouseButton.LeftButton)
    (booked,) = told.args
    assert (booked.patient_id, booked.start) == (urgent.details.patient_id, freed.start)


@pytest.mark.parametrize(("mode", "percent"), [("light", 100), ("dark", 150)])
def test_the_list_is_named_and_whole(
    qtbot: QtBot, clinic: Clinic, waits: WaitingListService, mode: Literal["light", "dark"], percent: int
) -> None:
    theme().set_mode(mode)
    theme().set_text_size(percent)
    for urgency in ("routine", "soon", "urgent"):
        draft = WaitingDraft(
            add_patient(clinic), clinic.people["doctor"].user_id, 15, urgency, "Knee review",
            frozenset({"morning"}), frozenset({0, 2}), waits.today() + timedelta(days=20),
        )  # fmt: skip
        waits.add(draft, uuid4())
    kept = list_of(qtbot, waits)
    screenshot(kept, f"waiting-list-{mode}-{percent}")
    assert_accessible(kept)
    assert_not_clipped(kept)
    kept.open(kept.table.records()[0])
    settle()
    screenshot(kept, f"waiting-list-sheet-{mode}-{percent}")
    assert_not_clipped(kept)
