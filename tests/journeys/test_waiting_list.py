"""A time is given up at the desk, and somebody who waits for one gets it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from cura_desktop.domain.appointments import AppointmentDraft
from cura_desktop.domain.calendar import AppointmentStatus
from cura_desktop.domain.clinic_time import to_utc
from cura_desktop.domain.waiting_list import WaitingDraft
from cura_desktop.gui.calendar.panel import CalendarPanel
from cura_desktop.gui.calendar.waiting_list import MatchesView
from cura_desktop.services.calendar import CalendarService
from cura_desktop.services.waiting_list import WaitingListService
from tests.journeys.conftest import OpenSeat
from tests.support.people import Clinic
from tests.support.records import add_patient


def test_a_cancelled_time_is_offered_to_who_waits_and_booked_for_them(sit: OpenSeat, clinic: Clinic) -> None:
    diary, waits = CalendarService(*clinic.sign_in("receptionist")), WaitingListService(*clinic.sign_in("receptionist"))
    start = datetime.combine(waits.today() + timedelta(days=7), time(10))
    draft = AppointmentDraft(
        add_patient(clinic), clinic.people["doctor"].user_id, to_utc(start, diary._caller.zone), 30, reason="Cough"
    )
    booked = diary.book(draft, uuid4())
    entry = waits.add(WaitingDraft(add_patient(clinic, "Okafor", "Chidi"), reason="Review"), uuid4())

    seat = sit("receptionist").front()
    panel = seat.the(CalendarPanel)
    panel.presenter.set_status(booked, AppointmentStatus.CANCELLED, "Feels better")
    seat.sees("1 patient waits for such a time.")
    seat.bot.mouseClick(seat.the(QPushButton, text="Show them"), Qt.MouseButton.LeftButton)
    view = seat.the(MatchesView)
    seat.click("Book it for them", inside=view)
    seat.until(lambda: not waits.waiting())
    taken = [one for one in diary.day(start.date()) if one.status is AppointmentStatus.SCHEDULED]
    assert [one.patient_id for one in taken] == [entry.details.patient_id]
