"""How many keys the work of the desk takes: every letter and every shortcut counts one.

What each journey may cost stands in `keystrokes.csv`; a change that needs more keys changes that file and says why.
"""

from __future__ import annotations

import csv
from datetime import datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from cura_desktop.domain.appointments import AppointmentBlock, AppointmentDraft
from cura_desktop.domain.calendar import AppointmentStatus
from cura_desktop.domain.clinic_time import to_utc
from cura_desktop.gui.calendar.booking import BookingSheet
from cura_desktop.gui.calendar.cancelling import CancelSheet
from cura_desktop.gui.calendar.panel import CalendarPanel
from cura_desktop.gui.patients.editor import PatientEditor
from cura_desktop.gui.patients.hub import PatientHub
from cura_desktop.gui.patients.panel import PatientPanel
from cura_desktop.gui.shell.command_palette import CommandPalette
from cura_desktop.gui.widgets.buttons import PlainButton
from cura_desktop.services.calendar import CalendarService
from tests.journeys.conftest import OpenSeat
from tests.support.diary import works_around_the_clock
from tests.support.people import Clinic
from tests.support.program import Seat
from tests.support.records import add_patient

BUDGETS = {
    row["journey"]: int(row["budget"])
    for row in csv.DictReader((Path(__file__).parent / "keystrokes.csv").read_text(encoding="utf-8").splitlines())
}


class Counted:
    """Hands that count what they press, within the budget of one journey."""

    def __init__(self, seat: Seat, journey: str) -> None:
        self.seat, self.journey, self.keys = seat, journey, 0

    def press(self, *keys: str) -> None:
        for one in keys:
            self.keys += 1
            self.seat.press(one)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.seat.hand.type(text)

    def type_into(self, name: str, text: str, inside: QWidget) -> None:
        """The tabs between the fields count too."""
        field = self.seat.the(QLineEdit, name, inside=inside)
        while self.seat.window.focusWidget() is not field:
            self.press("Tab")
            assert self.keys < 200, f"{name} is not reached with Tab"
        self.type(text)

    def done(self) -> None:
        print(f"{self.journey}: {self.keys} keys of {BUDGETS[self.journey]}")  # noqa: T201 - shown with -s
        assert self.keys <= BUDGETS[self.journey]


@pytest.fixture
def diary(clinic: Clinic) -> CalendarService:
    """The doctor works around the clock, so that the journeys do not depend on the hour of the run."""
    works_around_the_clock(clinic)
    return CalendarService(*clinic.sign_in("receptionist"))


def calendar_of(seat: Seat) -> CalendarPanel:
    panel = seat.the(CalendarPanel)
    seat.until(lambda: panel.presenter.providers and panel.presenter.range.days)
    return panel


def booked_tomorrow(diary: CalendarService, clinic: Clinic, patient: int) -> AppointmentBlock:
    """At eleven, for the journeys that change an appointment."""
    zone = diary._caller.zone
    start = datetime.combine(datetime.now(zone).date() + timedelta(days=1), time(11))
    draft = AppointmentDraft(patient, clinic.people["doctor"].user_id, to_utc(start, zone), 30, reason="Cough")
    return diary.book(draft, uuid4())


def standing_on(seat: Seat, block: AppointmentBlock) -> CalendarPanel:
    """The calendar with the keyboard on this appointment, as the arrow keys leave it."""
    panel = calendar_of(seat)
    panel.go_to(block)
    seat.until(lambda: panel.grid.current() is not None)
    panel.grid.setFocus()
    return panel


def book_next_free(hands: Counted) -> None:
    """In the open sheet, the patient typed: the first free time offered, then the appointment."""
    seat = hands.seat
    sheet = seat.the(BookingSheet)
    hands.type("ok")
    seat.until(lambda: sheet.editor._patient.results.count() == 1)
    hands.press("Return")
    seat.until(lambda: sheet.editor.fields().patient_id)
    hands.press("Alt+F")
    seat.until(lambda: sheet.editor._free)
    hands.press("Space")
    seat.until(lambda: sheet.editor.fields().clock is not None)
    hands.type("ear")  # the reason, for which the program asks
    hands.press("Return")
    seat.until(lambda: not sheet.isVisible())


def test_the_next_free_time_is_booked_from_the_calendar(sit: OpenSeat, clinic: Clinic, diary: CalendarService) -> None:
    add_patient(clinic, "Okafor", "Chidi")
    seat = sit("receptionist").front()
    calendar_of(seat)
    hands = Counted(seat, "book the next free time")
    hands.press("Ctrl+Shift+B")
    book_next_free(hands)
    hands.done()
    seat.sees("OKAFOR, Chidi booked")


def test_an_appointment_is_booked_from_the_palette(sit: OpenSeat, clinic: Clinic, diary: CalendarService) -> None:
    add_patient(clinic, "Okafor", "Chidi")
    seat = sit("receptionist").front()
    calendar_of(seat)
    hands = Counted(seat, "book from the palette")
    hands.press("Ctrl+K")
    palette = seat.the(CommandPalette)
    hands.type("bo")
    seat.until(lambda: palette.isVisible())
    hands.press("Return")
    book_next_free(hands)
    hands.done()
    seat.sees("OKAFOR, Chidi booked")


def test_the_next_free_time_is_found(sit: OpenSeat, clinic: Clinic, diary: CalendarService) -> None:
    seat = sit("receptionist").front()
    calendar_of(seat)
    hands = Counted(seat, "find the next free time")
    hands.press("Ctrl+Shift+B")
    sheet = seat.the(BookingSheet)
    hands.press("Alt+F")
    seat.until(lambda: sheet.editor._free)
    hands.done()
    assert len(seat.window.findChildren(PlainButton)) > 0


def test_an_arrival_is_one_key(sit: OpenSeat, clinic: Clinic, diary: CalendarService) -> None:
    block = booked_tomorrow(diary, clinic, add_patient(clinic))
    seat = sit("receptionist").front()
    standing_on(seat, block)
    hands = Counted(seat, "mark an arrival")
    hands.press("A")
    seat.until(lambda: diary.appointment(block.id).status is AppointmentStatus.ARRIVED)
    hands.done()


def test_an_appointment_is_moved(sit: OpenSeat, clinic: Clinic, diary: CalendarService) -> None:
    block = booked_tomorrow(diary, clinic, add_patient(clinic))
    seat = sit("receptionist").front()
    standing_on(seat, block)
    hands = Counted(seat, "move an appointment by a quarter of an hour")
    hands.press("Return")
    sheet = seat.the(BookingSheet)
    hands.press("Alt+T")
    seat.until(lambda: isinstance(seat.window.focusWidget(), QLineEdit))
    hands.press("Ctrl+A")
    hands.type("1115")
    hands.press("Return")
    seat.until(lambda: not sheet.isVisible())
    hands.done()
    assert diary.appointment(block.id).start == block.start + timedelta(minutes=15)


def test_an_appointment_is_cancelled(sit: OpenSeat, clinic: Clinic, diary: CalendarService) -> None:
    block = booked_tomorrow(diary, clinic, add_patient(clinic))
    seat = sit("receptionist").front()
    standing_on(seat, block)
    hands = Counted(seat, "cancel an appointment with a reason")
    hands.press("Delete")
    seat.the(CancelSheet)
    hands.type("ill")
    hands.press("Return")
    seat.until(lambda: diary.appointment(block.id).status is AppointmentStatus.CANCELLED)
    hands.done()


def test_a_patient_is_registered(sit: OpenSeat, clinic: Clinic) -> None:
    seat = sit("receptionist").front()
    hands = Counted(seat, "register a patient")
    hands.press("Ctrl+N")
    editor = seat.the(PatientEditor)
    hands.type_into("given_name_edit", "Ada", editor)
    hands.type_into("family_name_edit", "Quill", editor)
    hands.type_into("born_edit", "14/8/80", editor)
    hands.press("Ctrl+S")
    seat.the(PatientHub)
    hands.done()


def test_a_patient_is_opened_by_name(sit: OpenSeat, clinic: Clinic) -> None:
    add_patient(clinic, "Okafor", "Chidi")
    seat = sit("receptionist").front()
    hands = Counted(seat, "open a patient by name")
    hands.press("F3")
    hands.type("oka")
    seat.until(lambda: seat.the(PatientPanel)._list.model().rowCount() == 1)
    hands.press("Return")
    seat.the(PatientHub)
    hands.done()


def test_every_budget_is_of_a_journey_that_is_walked() -> None:
    walked = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{journey}"' in walked for journey in BUDGETS)
