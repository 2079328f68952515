from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from cura_desktop.db.database import Database
from cura_desktop.domain.appointments import AppointmentBlock, AppointmentDraft, AppointmentType, SlotTakenError
from cura_desktop.domain.calendar import AppointmentStatus
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_utc
from cura_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleRecordError,
)
from cura_desktop.services.calendar import CalendarService
from tests.support.people import Clinic, make_organization

S = AppointmentStatus


@dataclass(frozen=True)
class Diary:
    """A clinic with two doctors and two patients, and its diary as the receptionist sees it."""

    clinic: Clinic
    database: Database
    caller: Caller
    service: CalendarService
    doctor: int
    other_doctor: int
    patient: int
    other_patient: int
    monday: date

    def at(self, hour: int, minute: int = 0, day: int = 0) -> datetime:
        """Naive UTC of a wall-clock time of the coming week, which starts on a Monday."""
        return to_utc(datetime.combine(self.monday + timedelta(days=day), time(hour, minute)), self.caller.zone)

    def draft(self, hour: int, minute: int = 0, **changes: object) -> AppointmentDraft:
        draft = AppointmentDraft(self.patient, self.doctor, self.at(hour, minute), 15, reason="Cough")
        return replace(draft, **changes)  # type: ignore[arg-type]

    def book(self, hour: int, minute: int = 0, **changes: object) -> AppointmentBlock:
        return self.service.book(self.draft(hour, minute, **changes), uuid4())

    def shift(self, day: int, start: str, end: str, kind: str = "regular", breaks: str = "[]") -> None:
        self.clinic.as_administrator(
            "INSERT INTO cura.staff_shifts (organization_id, staff_id, date, shift_type, start_time, end_time, breaks)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            self.clinic.organization_id,
            self.doctor,
            datetime.combine(self.monday + timedelta(days=day), time()),
            kind,
            start,
            end,
            breaks,
        )


def add_patient(clinic: Clinic, family: str) -> int:
    rows = clinic.as_administrator(
        "INSERT INTO cura.patients (organization_id, first_name, last_name) VALUES (%s, 'Anjali', %s) RETURNING id",
        clinic.organization_id,
        family,
    )
    return int(rows[0][0])


@pytest.fixture
def diary(clinic: Clinic) -> Diary:
    database, caller = clinic.sign_in("receptionist")
    other = clinic.add_person("doctor", "second_doctor")
    today = datetime.now(UTC).date()
    return Diary(
        clinic,
        database,
        caller,
        CalendarService(database, caller),
        clinic.people["doctor"].user_id,
        other.user_id,
        add_patient(clinic, "Patel"),
        add_patient(clinic, "Jones"),
        today + timedelta(days=7 - today.weekday()),
    )


def test_a_booking_appears_on_its_day_and_week_with_the_patients_name_and_number(diary: Diary) -> None:
    booked = diary.book(9)
    assert diary.service.day(diary.monday) == [booked]
    assert diary.service.week(diary.monday + timedelta(days=6)) == [booked]
    assert diary.service.day(diary.monday, [diary.other_doctor]) == []
    assert diary.service.day(diary.monday + timedelta(days=1)) == []
    assert booked.patient_name == "PATEL, Anjali"
    assert booked.patient_number
    assert booked.status is S.SCHEDULED
    assert booked.minutes == 15


def test_a_double_submit_books_once(diary: Diary) -> None:
    key = uuid4()
    first = diary.service.book(diary.draft(9), key)
    assert diary.service.book(diary.draft(9), key) == first
    assert len(diary.service.day(diary.monday)) == 1


def test_a_taken_time_is_refused_with_the_next_free_times_of_that_provider(diary: Diary) -> None:
    diary.shift(0, "09:00", "12:00")
    diary.book(9)
    with pytest.raises(SlotTakenError) as refused:
        diary.book(9, 10, patient_id=diary.other_patient)
    assert not refused.value.patient
    assert [free.start for free in refused.value.free[:2]] == [diary.at(9, 15), diary.at(9, 30)]
    assert {free.provider_id for free in refused.value.free} == {diary.doctor}
    assert str(refused.value) == "This time is already booked."


def test_a_patient_cannot_be_in_two_rooms_at_once_and_is_offered_times_when_they_are_free(diary: Diary) -> None:
    diary.shift(0, "09:00", "12:00")
    diary.book(9, minutes=30, provider_id=diary.other_doctor)
    with pytest.raises(SlotTakenError) as refused:
        diary.book(9)
    assert refused.value.patient
    assert refused.value.free[0].start == diary.at(9, 30)


def test_overbooking_needs_a_reason_and_then_is_never_refused(diary: Diary) -> None:
    diary.book(9)
    with pytest.raises(InvalidInputError):
        diary.book(9, overbook_reason="x")
    second = diary.book(9, overbook_reason="Urgent, agreed with the doctor", patient_id=diary.other_patient)
    assert second.is_overbooked
    assert len(diary.service.day(diary.monday)) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"patient_id": None}, "patient"),
        ({"provider_id": None}, "provider"),
        ({"start": None}, "time"),
        ({"minutes": 0}, "minutes"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 10_000}, "reason"),
    ],
)
def test_what_is_missing_or_impossible_is_said_beside_its_field(
    diary: Diary, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        diary.service.book(replace(diary.draft(9), **changes), uuid4())
    assert field in refused.value.problems


def test_a_patient_of_another_clinic_cannot_be_booked(diary: Diary, admin_dsn: str) -> None:
    elsewhere = make_organization(admin_dsn)
    stranger = add_patient(elsewhere, "Stranger")
    elsewhere.close()
    with pytest.raises(InvalidInputError) as refused:
        diary.book(9, patient_id=stranger)
    assert "patient" in refused.value.problems


def test_another_clinic_sees_nothing_of_this_diary(diary: Diary, admin_dsn: str) -> None:
    booked = diary.book(9)
    elsewhere = make_organization(admin_dsn)
    foreign = CalendarService(*elsewhere.sign_in("receptionist"))
    assert foreign.week(diary.monday) == []
    with pytest.raises(NotFoundError):
        foreign.move(booked, diary.at(10))
    with pytest.raises(NotFoundError):
        foreign.appointment(booked.id)
    elsewhere.close()


def test_who_may_only_look_is_refused_by_the_service_and_by_the_database(admin_dsn: str) -> None:
    clinic = make_organization(admin_dsn, "receptionist", "pharmacist", "doctor")
    patient, doctor = add_patient(clinic, "Patel"), clinic.people["doctor"].user_id
    draft = AppointmentDraft(patient, doctor, datetime(2031, 1, 6, 9), reason="Cough")
    booked = CalendarService(*clinic.sign_in("receptionist")).book(draft, uuid4())
    database, caller = clinic.sign_in("pharmacist")
    for pretended in (caller, replace(caller, modules={"appointments": frozenset({"view", "create", "edit"})})):
        looking = CalendarService(database, pretended)
        assert looking.appointment(booked.id) == booked
        with pytest.raises(NotAllowedError):
            looking.book(replace(draft, start=datetime(2031, 1, 6, 10)), uuid4())
        with pytest.raises(NotAllowedError):
            looking.set_status(booked, S.ARRIVED)
        with pytest.raises(NotAllowedError):
            looking.move(booked, datetime(2031, 1, 6, 11))
    clinic.close()


def test_moving_frees_the_old_time_and_takes_the_new(diary: Diary) -> None:
    booked = diary.book(9)
    moved = diary.service.move(booked, diary.at(10), diary.other_doctor)
    assert (moved.start, moved.provider_id, moved.version) == (diary.at(10), diary.other_doctor, booked.version + 1)
    diary.book(9)
    assert diary.service.resize(moved, 45).minutes == 45


def test_a_move_onto_a_taken_time_is_refused_and_its_own_old_time_is_offered(diary: Diary) -> None:
    diary.shift(0, "09:00", "12:00")
    diary.book(9, minutes=30)
    later = diary.book(9, 30, patient_id=diary.other_patient, minutes=30)
    with pytest.raises(SlotTakenError) as refused:
        diary.service.move(later, diary.at(9))
    assert refused.value.free[0].start == diary.at(9, 30)
    assert diary.service.appointment(later.id) == later


def test_two_seats_changing_different_things_are_merged(diary: Diary) -> None:
    seen = diary.book(9)
    diary.service.change(seen, replace(AppointmentDraft.of(seen), reason="Cough and fever"))
    both = diary.service.resize(seen, 30)
    assert (both.reason, both.minutes) == ("Cough and fever", 30)


def test_two_seats_moving_the_same_appointment_are_asked(diary: Diary) -> None:
    seen = diary.book(9)
    diary.service.move(seen, diary.at(10))
    with pytest.raises(StaleRecordError) as stale:
        diary.service.move(seen, diary.at(11))
    assert stale.value.conflicts == ("slot",)
    assert stale.value.current.start == diary.at(10)


def test_what_was_cancelled_at_another_seat_is_not_moved(diary: Diary) -> None:
    seen = diary.book(9)
    cancelled = diary.service.set_status(seen, S.CANCELLED, "Feeling better")
    with pytest.raises(StaleRecordError) as stale:
        diary.service.move(seen, diary.at(11))
    assert stale.value.current.status is S.CANCELLED
    with pytest.raises(ConflictError, match="closed"):
        diary.service.move(cancelled, diary.at(11))


def test_a_visit_goes_from_arrival_to_seen_and_a_step_back(diary: Diary) -> None:
    block = diary.book(9)
    assert diary.service.arrivals(diary.monday) == ()
    block = diary.service.set_status(block, S.ARRIVED)
    assert block.arrived_at is not None
    assert diary.service.arrivals(diary.monday) == (block,)
    block = diary.service.set_status(block, S.IN_ROOM)
    assert block.in_room_at is not None
    block = diary.service.set_status(block, S.COMPLETED)
    assert diary.service.arrivals(diary.monday) == ()
    block = diary.service.set_status(block, S.IN_ROOM)
    block = diary.service.set_status(block, S.ARRIVED)
    block = diary.service.set_status(block, S.SCHEDULED)
    assert (block.arrived_at, block.in_room_at) == (None, None)
    with pytest.raises(ConflictError, match="cannot become"):
        diary.service.set_status(diary.service.set_status(block, S.COMPLETED), S.CANCELLED, "Too late")


def test_two_desks_marking_the_same_arrival_is_no_error_but_another_step_is_asked(diary: Diary) -> None:
    seen = diary.book(9)
    arrived = diary.service.set_status(seen, S.ARRIVED)
    assert diary.service.set_status(seen, S.ARRIVED) == arrived
    with pytest.raises(StaleRecordError):
        diary.service.set_status(seen, S.NO_SHOW)


def test_an_arrival_is_marked_although_somebody_changed_the_reason(diary: Diary) -> None:
    seen = diary.book(9)
    diary.service.change(seen, replace(AppointmentDraft.of(seen), reason="Sore throat"))
    arrived = diary.service.set_status(seen, S.ARRIVED)
    assert (arrived.status, arrived.reason) == (S.ARRIVED, "Sore throat")


def test_cancelling_needs_a_reason_and_gives_the_time_back(diary: Diary) -> None:
    seen = diary.book(9)
    with pytest.raises(InvalidInputError):
        diary.service.set_status(seen, S.CANCELLED, " ")
    cancelled = diary.service.set_status(seen, S.CANCELLED, "Work commitments")
    assert cancelled.cancel_reason == "Work commitments"
    diary.book(9, patient_id=diary.other_patient)
    with pytest.raises(SlotTakenError):
        diary.service.set_status(cancelled, S.SCHEDULED)


def test_shifts_stand_over_default_shifts_and_these_over_own_hours(diary: Diary) -> None:
    sunday = diary.monday + timedelta(days=6)
    diary.clinic.as_administrator(
        'UPDATE cura.users SET working_days = \'["Monday", "Tuesday"]\','
        ' working_hours = \'{"start": "08:00", "end": "10:00"}\''
        " WHERE organization_id = %s AND id = %s",
        diary.clinic.organization_id,
        diary.doctor,
    )

    def hours() -> dict[int, list[tuple[datetime, datetime]]]:
        found = diary.service.hours(diary.monday, sunday, [diary.doctor])
        return {
            (one.day - diary.monday).days: [(stretch.start, stretch.end) for stretch in one.working]
            for one in found
            if one.working
        }

    assert hours() == {0: [(diary.at(8), diary.at(10))], 1: [(diary.at(8, day=1), diary.at(10, day=1))]}
    diary.clinic.as_administrator(
        "INSERT INTO cura.doctor_default_shifts (organization_id, user_id, working_days, breaks)"
        ' VALUES (%s, %s, ARRAY[\'Monday\'], \'[{"start": "13:00", "end": "14:00"}]\')',
        diary.clinic.organization_id,
        diary.doctor,
    )
    assert hours() == {0: [(diary.at(9), diary.at(13)), (diary.at(14), diary.at(17))]}
    diary.shift(0, "10:00", "12:00", breaks='[{"start": "11:00", "end": "11:15"}]')
    diary.shift(2, "09:00", "17:00", kind="absent")
    assert hours() == {0: [(diary.at(10), diary.at(11)), (diary.at(11, 15), diary.at(12))]}
    wednesday = diary.service.hours(diary.monday + timedelta(days=2), diary.monday + timedelta(days=2), [diary.doctor])
    assert [stretch.start for stretch in wednesday[0].absences] == [diary.at(9, day=2)]


def test_the_next_free_times_are_searched_for_a_person_a_role_or_anybody(diary: Diary) -> None:
    diary.shift(0, "09:00", "10:00")
    diary.book(9, minutes=30)
    assert [free.start for free in diary.service.next_free(diary.doctor, 15, diary.at(8))] == [
        diary.at(9, 30),
        diary.at(9, 45),
    ]
    assert diary.service.next_free("nurse", 15, diary.at(8)) == ()
    assert [free.provider_id for free in diary.service.next_free(None, 30, diary.at(8))] == [diary.doctor]
    past = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=30)
    assert all(free.start > datetime.now(UTC).replace(tzinfo=None) for free in diary.service.next_free(None, 15, past))


def test_a_view_gets_people_hours_and_appointments_together_and_keeps_those_who_left(diary: Diary) -> None:
    diary.shift(0, "09:00", "17:00")
    booked = diary.book(9, provider_id=diary.other_doctor)
    diary.clinic.as_administrator(
        "UPDATE cura.users SET is_active = false WHERE organization_id = %s AND id = %s",
        diary.clinic.organization_id,
        diary.other_doctor,
    )
    view = diary.service.range(diary.monday, diary.monday)
    assert view.blocks == (booked,)
    assert [one.id for one in view.providers] == [diary.doctor, diary.other_doctor]
    assert view.hours_of(diary.doctor, diary.monday).is_working
    assert diary.doctor in [one.id for one in diary.service.providers()]
    assert diary.other_doctor not in [one.id for one in diary.service.providers()]


def test_a_patients_appointments_are_split_into_those_to_come_and_those_that_were(diary: Diary) -> None:
    soon, later = diary.book(9), diary.book(11)
    gone = diary.service.set_status(diary.book(14), S.CANCELLED, "Feeling better")
    past = diary.service.book(diary.draft(9, start=datetime(2020, 1, 6, 9), type=AppointmentType.EMERGENCY), uuid4())
    found = diary.service.of_patient(diary.patient)
    assert found.upcoming == (soon, later)
    assert found.past == (gone, past)


def test_each_night_of_the_year_belongs_to_one_clinic_day(diary: Diary) -> None:
    """The nights when the clocks change, in a London clinic."""
    for day, hours in ((date(2031, 3, 30), 23), (date(2031, 10, 26), 25)):
        first = to_utc(datetime.combine(day, time()), diary.caller.zone)
        diary.service.book(diary.draft(0, start=first), uuid4())
        diary.service.book(diary.draft(0, start=first + timedelta(hours=hours, minutes=-15)), uuid4())
        diary.service.book(diary.draft(0, start=first + timedelta(hours=hours)), uuid4())
        assert len(diary.service.day(day)) == 2


def test_the_database_itself_refuses_a_second_booking_of_the_same_time(diary: Diary) -> None:
    booked = diary.book(9)
    with pytest.raises(psycopg.errors.ExclusionViolation):
        diary.clinic.as_administrator(
            "INSERT INTO cura.appointments (organization_id, patient_id, provider_id, title, scheduled_at)"
            " VALUES (%s, %s, %s, 'x', %s)",
            diary.clinic.organization_id,
            diary.other_patient,
            diary.doctor,
            booked.start,
        )
