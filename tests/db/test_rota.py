"""Shifts, usual weeks, absences and closures on the real database, and the bookings they displace (C12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest

from cura_desktop.domain.appointments import AppointmentBlock, AppointmentDraft
from cura_desktop.domain.clinic_time import to_clinic, to_utc
from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, StaleRecordError
from cura_desktop.domain.rota import ShiftDraft, Span, WeekPattern
from cura_desktop.services.calendar import CalendarService
from cura_desktop.services.rota import RotaService
from tests.support.people import Clinic
from tests.support.records import add_patient


@dataclass
class House:
    """A clinic whose doctor works Monday to Friday, nine to five; `monday` is in the coming week."""

    clinic: Clinic
    rota: RotaService
    diary: CalendarService
    doctor: int
    monday: date

    def at(self, hour: int, minute: int = 0, day: int = 0) -> datetime:
        return to_utc(datetime.combine(self.monday + timedelta(days=day), time(hour, minute)), self.rota._caller.zone)

    def book(self, hour: int, minute: int = 0, day: int = 0, patient: int | None = None) -> AppointmentBlock:
        who = patient or add_patient(self.clinic)
        draft = AppointmentDraft(who, self.doctor, self.at(hour, minute, day), 15, reason="Cough")
        return self.diary.book(draft, uuid4())

    def working(self, day: int = 0) -> list[str]:
        wanted = self.monday + timedelta(days=day)
        (hours,) = self.diary.hours(wanted, wanted, [self.doctor])
        zone = self.rota._caller.zone
        return [f"{to_clinic(one.start, zone):%H:%M}-{to_clinic(one.end, zone):%H:%M}" for one in hours.working]


@pytest.fixture
def house(clinic: Clinic) -> House:
    rota, diary = RotaService(*clinic.sign_in("admin")), CalendarService(*clinic.sign_in("receptionist"))
    doctor = clinic.people["doctor"].user_id
    today = rota.today()
    made = House(clinic, rota, diary, doctor, today + timedelta(days=7 - today.weekday()))
    rota.set_pattern(WeekPattern(doctor), 0)
    return made


def test_the_usual_week_a_shift_and_an_absence_make_the_free_times(house: House) -> None:
    assert house.working() == ["09:00-17:00"]
    assert house.working(5) == []
    shift = ShiftDraft(house.doctor, house.monday, "overtime", time(8), time(20), time(13), time(14), "Room 2")
    house.rota.add(shift)
    assert house.working() == ["08:00-13:00", "14:00-20:00"]
    house.rota.add(ShiftDraft(house.doctor, house.monday, "absent", time(8), time(10)))
    assert house.working() == ["10:00-13:00", "14:00-20:00"]
    house.rota.add(ShiftDraft(house.doctor, house.monday + timedelta(days=1), "on_call", time(9), time(17)))
    assert house.working(1) == []


def test_somebody_without_usual_days_works_by_shifts_alone(house: House) -> None:
    (person,) = [one for one in house.rota.week(house.monday).people if one.id == house.doctor]
    house.rota.set_pattern(WeekPattern(house.doctor, frozenset()), person.version)
    assert house.working() == []
    with pytest.raises(StaleRecordError):
        house.rota.set_pattern(WeekPattern(house.doctor), person.version)


def test_one_person_is_on_one_shift_at_a_time(house: House) -> None:
    house.rota.add(ShiftDraft(house.doctor, house.monday, "regular", time(9), time(13)))
    house.rota.add(ShiftDraft(house.doctor, house.monday, "regular", time(13), time(17)))
    with pytest.raises(InvalidInputError) as refused:
        house.rota.add(ShiftDraft(house.doctor, house.monday, "overtime", time(12), time(18)))
    assert refused.value.problems == {"start": "This person is on another shift at that time; change that one."}


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (ShiftDraft(1, date(2026, 3, 2), "regular", None, time(17)), "start"),
        (ShiftDraft(1, date(2026, 3, 2), "regular", time(9), None), "end"),
        (ShiftDraft(1, date(2026, 3, 2), "regular", time(22), time(6)), "end"),
        (ShiftDraft(1, date(2026, 3, 2), "regular", time(9), time(17), time(13)), "pause_end"),
        (ShiftDraft(1, date(2026, 3, 2), "regular", time(9), time(17), time(14), time(13)), "pause_end"),
        (ShiftDraft(1, date(2026, 3, 2), "regular", time(9), time(12), time(13), time(14)), "pause_start"),
    ],
)
def test_a_shift_that_cannot_be_is_said_beside_its_field(draft: ShiftDraft, field: str) -> None:
    assert list(draft.problems()) == [field]


def test_a_shift_changed_by_two_seats_is_told_and_never_overwritten(house: House) -> None:
    house.rota.add(ShiftDraft(house.doctor, house.monday, "regular", time(9), time(13)))
    (seen,) = house.rota.week(house.monday).shifts
    house.rota.change(seen, ShiftDraft(house.doctor, house.monday, "regular", time(9), time(14)))
    with pytest.raises(StaleRecordError):
        house.rota.change(seen, ShiftDraft(house.doctor, house.monday, "regular", time(10), time(13)))
    assert house.working() == ["09:00-14:00"]


def test_a_shift_taken_away_comes_back(house: House) -> None:
    house.rota.add(ShiftDraft(house.doctor, house.monday, "regular", time(9), time(12)))
    (seen,) = house.rota.week(house.monday).shifts
    house.rota.cancel(seen)
    assert house.working() == ["09:00-17:00"]
    assert house.rota.week(house.monday).shifts == ()
    house.rota.bring_back(seen)
    assert house.working() == ["09:00-12:00"]


def test_leave_displaces_its_bookings_and_moves_them_to_different_free_times_and_back(house: House) -> None:
    first, second, other_day = house.book(10), house.book(10, 15), house.book(9, day=2)
    tuesday = house.book(9, day=1)
    change = house.rota.absent(house.doctor, house.monday, house.monday, "Annual leave")
    assert [one.block.id for one in change.displaced] == [first.id, second.id]
    assert [one.offered.start for one in change.displaced if one.offered] == [
        house.at(9, 15, day=1), house.at(9, 30, day=1),
    ]  # fmt: skip
    moved = house.rota.rebook(change.displaced)
    assert [one.after.start for one in moved] == [house.at(9, 15, day=1), house.at(9, 30, day=1)]
    assert house.diary.appointment(tuesday.id).start == tuesday.start
    assert house.diary.appointment(other_day.id).start == other_day.start
    house.rota.take_back(moved)
    assert [house.diary.appointment(one).start for one in (first.id, second.id)] == [first.start, second.start]
    with pytest.raises(ConflictError):
        house.rota.take_back(moved)


def test_a_booking_changed_meanwhile_keeps_all_of_them_where_they_are(house: House) -> None:
    first, second = house.book(10), house.book(11)
    change = house.rota.absent(house.doctor, house.monday, house.monday, "Illness")
    house.diary.move(second, house.at(9, day=3))
    with pytest.raises(ConflictError):
        house.rota.rebook(change.displaced)
    assert house.diary.appointment(first.id).start == first.start


def test_an_absence_of_several_days_is_written_once(house: House) -> None:
    friday = house.monday + timedelta(days=4)
    assert house.rota.absent(house.doctor, house.monday, friday, "Leave").count == 5
    assert house.rota.absent(house.doctor, house.monday, friday + timedelta(days=3), "Leave").count == 3
    assert [house.working(day) for day in range(5)] == [[]] * 5
    with pytest.raises(InvalidInputError):
        house.rota.absent(house.doctor, friday, house.monday, "Leave")


def test_a_week_is_copied_without_its_absences_and_over_nothing(house: House) -> None:
    house.rota.add(ShiftDraft(house.doctor, house.monday, "regular", time(8), time(12)))
    house.rota.add(ShiftDraft(house.doctor, house.monday + timedelta(days=1), "regular", time(8), time(12)))
    house.rota.absent(house.doctor, house.monday + timedelta(days=2), house.monday + timedelta(days=2), "Leave")
    house.rota.add(ShiftDraft(house.doctor, house.monday + timedelta(days=8), "regular", time(14), time(18)))
    assert house.rota.copy_week(house.monday).count == 1
    assert [house.working(day) for day in (7, 8, 9)] == [["08:00-12:00"], ["14:00-18:00"], ["09:00-17:00"]]


def test_a_closed_clinic_has_no_free_times_and_lists_what_was_booked(house: House) -> None:
    booked = house.book(10)
    change = house.rota.close(house.monday, "Training", Span())
    assert [one.block.id for one in change.displaced] == [booked.id]
    assert house.working() == []
    free = house.diary.next_free(house.doctor, 15, house.at(0))
    assert free[0].start == house.at(9, day=1)
    with pytest.raises(InvalidInputError):
        house.rota.close(house.monday, "Again", Span())
    (closure,) = [one for one in house.rota.closures(house.monday.year) if one.day == house.monday]
    house.rota.set_open(closure, is_active=False)
    assert house.working() == ["09:00-17:00"]


def test_hours_of_a_day_can_be_closed(house: House) -> None:
    house.rota.close(house.monday, "Staff meeting", Span(time(12), time(14)))
    assert house.working() == ["09:00-12:00", "14:00-17:00"]


def test_the_bank_holidays_of_england_are_entered_once_and_one_called_off_stays_so(house: House) -> None:
    assert house.rota.close_bank_holidays(2026).count == 9  # Boxing Day is a Saturday, and has its substitute
    found = {one.day: one for one in house.rota.closures(2026)}
    assert {date(2026, 1, 1), date(2026, 4, 3), date(2026, 12, 25), date(2026, 12, 28)} <= found.keys()
    house.rota.set_open(found[date(2026, 12, 28)], is_active=False)
    assert house.rota.close_bank_holidays(2026).count == 0
    assert not {one.day: one for one in house.rota.closures(2026)}[date(2026, 12, 28)].is_active


def test_reception_reads_the_rota_and_changes_nothing(house: House) -> None:
    rota = RotaService(*house.clinic.sign_in("receptionist"))
    assert house.doctor in {one.id for one in rota.week(house.monday).people}
    with pytest.raises(NotAllowedError):
        rota.add(ShiftDraft(house.doctor, house.monday, "absent"))
