"""Many seats wanting one thing at one moment: one gets it, the others are told, and nothing is there twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from uuid import uuid4

from cura_desktop.domain.appointments import AppointmentBlock, AppointmentDraft, SlotTakenError
from cura_desktop.domain.clinic_time import to_utc
from cura_desktop.services.calendar import CalendarService
from tests.support.diary import works_around_the_clock
from tests.support.people import Clinic
from tests.support.records import add_patient

SEATS = 50


def test_fifty_seats_book_one_slot_and_one_has_it(clinic: Clinic) -> None:
    seats = [clinic.database(clinic.enrol(f"Desk {number}")) for number in range(SEATS)]
    desks = [CalendarService(*clinic.sign_in("receptionist", seat)) for seat in seats]
    zone, doctor = desks[0]._caller.zone, works_around_the_clock(clinic)
    start = to_utc(datetime.combine(datetime.now(zone).date() + timedelta(days=7), time(10)), zone)
    patients = [add_patient(clinic, f"Seat{number}") for number in range(SEATS)]
    meeting = threading.Barrier(SEATS)

    def book(number: int) -> AppointmentBlock | SlotTakenError:
        draft = AppointmentDraft(patients[number], doctor, start, 30, reason="Cough")
        meeting.wait(60)
        try:
            return desks[number].book(draft, uuid4())
        except SlotTakenError as refused:
            return refused

    with ThreadPoolExecutor(SEATS) as pool:
        outcomes = list(pool.map(book, range(SEATS)))
    winners = [one for one in outcomes if isinstance(one, AppointmentBlock)]
    refused = [one for one in outcomes if isinstance(one, SlotTakenError)]
    assert (len(winners), len(refused)) == (1, SEATS - 1)
    assert all(str(one) and one.free for one in refused), "a refusal says why and offers other times"
    stored = clinic.as_administrator(
        "SELECT count(*), min(patient_id) FROM cura.appointments WHERE organization_id = %s", clinic.organization_id
    )
    assert stored == [(1, winners[0].patient_id)]
