"""A diary kept in memory with the service's contract, for the calendar's widgets, their benchmark and the gallery."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from cura_desktop.domain.appointments import (
    AppointmentBlock,
    AppointmentDraft,
    AppointmentType,
    CalendarRange,
    DayHours,
    FreeTime,
    Provider,
    SlotTakenError,
    next_free_times,
)
from cura_desktop.domain.calendar import AppointmentStatus, Hours, Interval, subtract
from cura_desktop.domain.clinic_time import day_bounds_utc, to_clinic, to_utc
from tests.support.people import Clinic

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 11, 23)
OPEN, LUNCH = Hours(time(9), time(17)), Hours(time(13), time(14))
_NAMES = ("Patel", "Jones", "Okafor", "Evans", "Kowalska", "Begum", "O'Neill", "Macdonald", "Singh", "Nguyen")
_GIVEN = ("Anjali", "David", "Chidi", "Megan", "Zofia", "Farida", "Sean", "Fiona", "Harpreet", "Linh")
_REASONS = ("Cough", "Medication review", "Blood pressure", "Knee pain", "Sore throat", "Asthma review", "Dressing")


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """Naive UTC of a wall-clock time in London."""
    return to_utc(datetime.combine(day, time(hour, minute)), LONDON)


def provider(number: int) -> Provider:
    """A doctor with a number."""
    return Provider(number, f"Dr {_GIVEN[number % 10]} {_NAMES[(number * 3) % 10]}", "doctor", "General practice")


def block(number: int, start: datetime, provider_id: int = 1, **changes: object) -> AppointmentBlock:
    """An appointment with a made-up patient."""
    made = AppointmentBlock(
        id=number,
        version=1,
        patient_id=1000 + number,
        provider_id=provider_id,
        start=start,
        minutes=15,
        status=AppointmentStatus.SCHEDULED,
        type=list(AppointmentType)[number % 5],
        reason=_REASONS[number % 7],
        is_virtual=number % 9 == 0,
        is_overbooked=False,
        room="",
        family=_NAMES[number % 10],
        given=_GIVEN[(number // 10) % 10],
        title="",
        patient_number=f"P{number:06d}",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@dataclass
class MemoryDiary:
    """Keeps the rules a view can meet: a taken time, a client key, a version."""

    people: tuple[Provider, ...] = (provider(1), provider(2))
    blocks: list[AppointmentBlock] = field(default_factory=list)
    hours: Hours = OPEN
    pause: Hours = LUNCH
    keys: dict[UUID, int] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    error: Exception | None = None

    def _enter(self, name: str) -> None:
        self.calls.append(name)
        if self.error is not None:
            error, self.error = self.error, None
            raise error

    def providers(self) -> tuple[Provider, ...]:
        self._enter("providers")
        return self.people

    def range(self, first: date, last: date, provider_ids: Collection[int] | None = None) -> CalendarRange:
        self._enter("range")
        days = tuple(first + timedelta(days=offset) for offset in range((last - first).days + 1))
        people = tuple(one for one in self.people if provider_ids is None or one.id in provider_ids)
        start, end = day_bounds_utc(first, LONDON)[0], day_bounds_utc(last, LONDON)[1]
        ids = {one.id for one in people}
        shown = [one for one in self.blocks if start <= one.start < end and one.provider_id in ids]
        hours = tuple(self._hours(one.id, day) for one in people for day in days)
        return CalendarRange(days, people, hours, tuple(sorted(shown, key=lambda each: (each.start, each.id))))

    def _hours(self, provider_id: int, day: date) -> DayHours:
        whole, pause = self.hours.on(day, LONDON), self.pause.on(day, LONDON)
        if day.weekday() > 4 or whole is None or pause is None:
            return DayHours(provider_id, day)
        return DayHours(provider_id, day, subtract([whole], [pause]), (pause,))

    def arrivals(self, day: date) -> tuple[AppointmentBlock, ...]:
        self._enter("arrivals")
        states = (AppointmentStatus.ARRIVED, AppointmentStatus.IN_ROOM)
        return tuple(one for one in self.blocks if one.status in states and to_clinic(one.start, LONDON).date() == day)

    def next_free(
        self,
        provider: int | str | None,
        minutes: int,
        earliest: datetime,
        *,
        count: int = 5,
        patient_id: int | None = None,
        apart_from: int = 0,
    ) -> tuple[FreeTime, ...]:
        self._enter("next_free")
        people = [one for one in self.people if provider in (None, one.id, one.role)]
        first = to_clinic(earliest, LONDON).date()
        hours = [self._hours(one.id, first + timedelta(days=day)) for one in people for day in range(7)]
        busy = [(one.provider_id, one.interval) for one in self.blocks if one.takes_time and one.id != apart_from]
        return next_free_times(people, hours, busy, minutes, earliest, count)

    def book(self, draft: AppointmentDraft, client_key: UUID) -> AppointmentBlock:
        self._enter("book")
        if client_key in self.keys:
            return self._get(self.keys[client_key])
        self._refuse_clash(draft, 0)
        assert draft.start is not None
        made = block(
            len(self.blocks) + 5000,
            draft.start,
            draft.provider_id or 0,
            patient_id=draft.patient_id,
            minutes=draft.minutes,
            type=draft.type,
            reason=draft.reason,
            is_virtual=draft.is_virtual,
            is_overbooked=draft.is_overbooked,
        )
        self.keys[client_key] = made.id
        self.blocks.append(made)
        return made

    def change(self, seen: AppointmentBlock, draft: AppointmentDraft) -> AppointmentBlock:
        self._enter("change")
        self._refuse_clash(draft, seen.id)
        assert draft.start is not None
        return self._put(
            replace(
                self._get(seen.id),
                start=draft.start,
                provider_id=draft.provider_id or 0,
                minutes=draft.minutes,
                type=draft.type,
                reason=draft.reason,
                is_virtual=draft.is_virtual,
            )
        )

    def move(self, seen: AppointmentBlock, start: datetime, provider_id: int | None = None) -> AppointmentBlock:
        return self.change(seen, AppointmentDraft.of(seen).moved(start, provider_id))

    def resize(self, seen: AppointmentBlock, minutes: int) -> AppointmentBlock:
        return self.change(seen, replace(AppointmentDraft.of(seen), minutes=minutes))

    def set_status(self, seen: AppointmentBlock, status: AppointmentStatus, reason: str = "") -> AppointmentBlock:
        self._enter("set_status")
        return self._put(replace(self._get(seen.id), status=status, cancel_reason=reason))

    def _refuse_clash(self, draft: AppointmentDraft, apart_from: int) -> None:
        assert draft.start is not None
        wanted = Interval(draft.start, draft.start + timedelta(minutes=draft.minutes))
        for one in self.blocks:
            same = one.provider_id == draft.provider_id and one.id != apart_from and one.takes_time
            if same and one.interval.overlaps(wanted) and not draft.is_overbooked:
                free = self.next_free(draft.provider_id, draft.minutes, draft.start, apart_from=apart_from)
                raise SlotTakenError(
                    "This time is already booked.", "appointments_no_double_booking", free, patient=False
                )

    def _get(self, number: int) -> AppointmentBlock:
        return next(one for one in self.blocks if one.id == number)

    def _put(self, changed: AppointmentBlock) -> AppointmentBlock:
        saved = replace(changed, version=changed.version + 1)
        self.blocks = [saved if one.id == saved.id else one for one in self.blocks]
        return saved


def full_diary(providers: int, days: int, per_day: int, minutes: int = 10) -> MemoryDiary:
    """A busy clinic: `per_day` appointments for each of `providers` on each of `days`."""
    people = tuple(provider(number) for number in range(1, providers + 1))
    blocks, number = [], 0
    states = (AppointmentStatus.COMPLETED, AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED)
    for day in range(days):
        for one in people:
            for slot in range(per_day):
                number += 1
                when = at(9, 0, MONDAY + timedelta(days=day)) + timedelta(
                    minutes=minutes * slot + (60 if slot * minutes >= 240 else 0)
                )
                status = states[0] if slot * minutes < 100 and day == 0 else states[1 + number % 2]
                blocks.append(block(number, when, one.id, minutes=minutes, status=status))
    return MemoryDiary(people, blocks)


def works_around_the_clock(clinic: Clinic, role: str = "doctor") -> int:
    """Every day, so that a test does not depend on the hour of its run; the person's id."""
    days = '["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]'
    person: int = clinic.people[role].user_id
    clinic.as_administrator(
        'UPDATE cura.users SET working_days = %s::jsonb, working_hours = \'{"start": "00:00", "end": "23:59"}\''
        " WHERE id = %s RETURNING id",
        days,
        person,
    )
    return person
