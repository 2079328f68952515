"""The waiting list on the real database (C7, C8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest

from cura_desktop.domain.appointments import AppointmentBlock, AppointmentDraft
from cura_desktop.domain.calendar import AppointmentStatus
from cura_desktop.domain.clinic_time import to_utc
from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, StaleRecordError
from cura_desktop.domain.waiting_list import WaitingDraft, WaitingEntry, in_order
from cura_desktop.services.calendar import CalendarService
from cura_desktop.services.waiting_list import WaitingListService
from tests.support.people import Clinic
from tests.support.records import add_patient


@pytest.fixture
def waits(clinic: Clinic) -> WaitingListService:
    return WaitingListService(*clinic.sign_in("receptionist"))


@pytest.fixture
def freed(clinic: Clinic) -> AppointmentBlock:
    """Half an hour of the doctor on the coming Monday at ten, given up a moment ago."""
    diary = CalendarService(*clinic.sign_in("receptionist"))
    today = datetime.now(diary._caller.zone).date()
    start = datetime.combine(today + timedelta(days=7 - today.weekday()), time(10))
    draft = AppointmentDraft(
        add_patient(clinic), clinic.people["doctor"].user_id, to_utc(start, diary._caller.zone), 30, reason="Cough"
    )
    booked = diary.book(draft, uuid4())
    return diary.set_status(booked, AppointmentStatus.CANCELLED, "Feels better")


def add(waits: WaitingListService, clinic: Clinic, **wanted: object) -> WaitingEntry:
    draft = WaitingDraft(**{"patient_id": add_patient(clinic), "reason": "Review", **wanted})  # type: ignore[arg-type]
    return waits.add(draft, uuid4())


def aged(clinic: Clinic, entry: WaitingEntry, days: int) -> None:
    clinic.as_administrator(
        "UPDATE cura.waiting_list SET created_at = created_at - make_interval(days => %s) WHERE id = %s", days, entry.id
    )


def test_a_freed_time_is_matched_with_those_it_suits(
    clinic: Clinic, waits: WaitingListService, freed: AppointmentBlock
) -> None:
    doctor, today = clinic.people["doctor"].user_id, waits.today()
    fitting = [
        add(waits, clinic),
        add(waits, clinic, provider_id=doctor, minutes=30),
        add(waits, clinic, day_parts=frozenset({"morning"}), weekdays=frozenset({0})),
    ]
    for wanted in (
        {"minutes": 31},
        {"provider_id": clinic.people["admin"].user_id},
        {"day_parts": frozenset({"afternoon"})},
        {"weekdays": frozenset({1, 2})},
        {"latest_day": today},
    ):
        add(waits, clinic, **wanted)
    assert [one.id for one in waits.matches(freed)] == [one.id for one in fitting]


def test_who_gave_the_time_up_is_not_offered_it_and_a_past_one_is_offered_to_nobody(
    clinic: Clinic, waits: WaitingListService, freed: AppointmentBlock
) -> None:
    add(waits, clinic, patient_id=freed.patient_id)
    assert waits.matches(freed) == ()


def test_urgent_ones_come_first_then_who_waits_too_long_then_by_urgency(
    clinic: Clinic, waits: WaitingListService
) -> None:
    routine, soon = add(waits, clinic), add(waits, clinic, urgency="soon")
    long, urgent = add(waits, clinic), add(waits, clinic, urgency="urgent")
    aged(clinic, long, 43)
    assert [one.id for one in waits.waiting()] == [urgent.id, long.id, soon.id, routine.id]
    assert in_order((), waits.now(), waits.today()) == ()


def test_the_booking_and_the_end_of_the_wait_are_one(
    clinic: Clinic, waits: WaitingListService, freed: AppointmentBlock
) -> None:
    entry, other = add(waits, clinic), add(waits, clinic)
    key = uuid4()
    booked = waits.book(entry, freed, key)
    assert (booked.patient_id, booked.start, booked.minutes) == (entry.details.patient_id, freed.start, 15)
    assert [one.id for one in waits.waiting()] == [other.id]
    with pytest.raises(ConflictError):
        waits.book(other, freed, uuid4())
    assert [one.id for one in waits.waiting()] == [other.id]


def test_two_seats_that_book_one_request_book_it_once(
    clinic: Clinic, waits: WaitingListService, freed: AppointmentBlock
) -> None:
    entry = add(waits, clinic)
    waits.remove(entry, "Went elsewhere")
    with pytest.raises(StaleRecordError):
        waits.book(entry, freed, uuid4())
    booked = clinic.as_administrator(
        "SELECT count(*) FROM cura.appointments WHERE patient_id = %s", entry.details.patient_id
    )
    assert booked == [(0,)]


def test_a_patient_waits_once_for_the_same_person(clinic: Clinic, waits: WaitingListService) -> None:
    entry = add(waits, clinic)
    with pytest.raises(InvalidInputError) as refused:
        add(waits, clinic, patient_id=entry.details.patient_id)
    assert list(refused.value.problems) == ["patient"]
    add(waits, clinic, patient_id=entry.details.patient_id, provider_id=clinic.people["doctor"].user_id)


def test_a_submit_sent_twice_is_one_request(clinic: Clinic, waits: WaitingListService) -> None:
    draft, key = WaitingDraft(add_patient(clinic), reason="Review"), uuid4()
    assert waits.add(draft, key).id == waits.add(draft, key).id


def test_taking_off_wants_a_reason_and_can_be_undone(clinic: Clinic, waits: WaitingListService) -> None:
    entry = add(waits, clinic)
    with pytest.raises(InvalidInputError):
        waits.remove(entry, " ")
    waits.remove(entry, "No longer needed")
    assert waits.waiting() == ()
    waits.put_back(entry)
    assert [one.id for one in waits.waiting()] == [entry.id]
    with pytest.raises(ConflictError):
        waits.put_back(entry)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"patient_id": None}, "patient"), ({"minutes": 0}, "minutes"), ({"reason": " "}, "reason"),
        ({"day_parts": frozenset()}, "day_parts"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_beside_its_field(
    clinic: Clinic, waits: WaitingListService, wanted: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        add(waits, clinic, **wanted)
    assert list(refused.value.problems) == [field]


def test_who_may_not_book_changes_nothing(clinic: Clinic, waits: WaitingListService) -> None:
    view_only = replace(waits._caller, modules={"appointments": frozenset({"view"})})
    with pytest.raises(NotAllowedError):
        add(WaitingListService(waits._database, view_only), clinic)
