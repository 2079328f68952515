"""Appointments: what is booked, what a person types to book it, and when somebody is free.

Times are naive UTC unless a name says `local` (the clinic's wall clock).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from cura_desktop.domain.calendar import AppointmentStatus, Interval, free_slots, merge_intervals, subtract
from cura_desktop.domain.clinic_time import day_bounds_utc, to_clinic
from cura_desktop.domain.errors import ConflictError
from cura_desktop.domain.identity import display_name

SHORTEST, LONGEST = 5, 720
LONGEST_REASON = 500
SLOT_STEP = 5
_SHORTEST_TOLD = 3


class AppointmentType(StrEnum):
    """The documented kinds of appointment, in the order they are offered."""

    CONSULTATION = "consultation"
    FOLLOW_UP = "follow_up"
    ROUTINE_CHECKUP = "routine_checkup"
    PROCEDURE = "procedure"
    EMERGENCY = "emergency"

    @property
    def words(self) -> str:
        """Plain words for a screen."""
        return _TYPE_WORDS[self]

    @property
    def usual_minutes(self) -> int:
        """The length offered first; a person may choose another (ours)."""
        return _USUAL_MINUTES[self]


_TYPE_WORDS = {
    AppointmentType.CONSULTATION: "Consultation",
    AppointmentType.FOLLOW_UP: "Follow-up",
    AppointmentType.ROUTINE_CHECKUP: "Routine check-up",
    AppointmentType.PROCEDURE: "Procedure",
    AppointmentType.EMERGENCY: "Urgent",
}
_USUAL_MINUTES = {
    AppointmentType.CONSULTATION: 15,
    AppointmentType.FOLLOW_UP: 15,
    AppointmentType.ROUTINE_CHECKUP: 20,
    AppointmentType.PROCEDURE: 30,
    AppointmentType.EMERGENCY: 15,
}


@dataclass(frozen=True, slots=True)
class AppointmentBlock:
    """One appointment as the calendar shows it. `start` and the `*_at` are naive UTC; `reason` is what it is about."""

    id: int
    version: int
    patient_id: int
    provider_id: int
    start: datetime
    minutes: int
    status: AppointmentStatus
    type: AppointmentType
    reason: str
    is_virtual: bool
    is_overbooked: bool
    room: str
    family: str
    given: str
    title: str
    patient_number: str
    arrived_at: datetime | None = None
    in_room_at: datetime | None = None
    cancel_reason: str = ""

    @property
    def end(self) -> datetime:
        """Naive UTC, not included."""
        return self.start + timedelta(minutes=self.minutes)

    @property
    def interval(self) -> Interval:
        """From start to end."""
        return Interval(self.start, self.end)

    @property
    def patient_name(self) -> str:
        """`SURNAME, Forename (Title)` (domain-rules A2.1); "Name not shown" where the role sees no patients."""
        return display_name(self.family, self.given, self.title) or "Name not shown"

    @property
    def takes_time(self) -> bool:
        """It stands in the way of another booking of the same provider."""
        return self.status.takes_time and not self.is_overbooked


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody who can be booked. `colour` is `#RRGGBB` or empty."""

    id: int
    name: str
    role: str
    specialty: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class DayHours:
    """When a provider can be booked on one clinic day, and the breaks and absences within the day (naive UTC)."""

    provider_id: int
    day: date
    working: tuple[Interval, ...] = ()
    breaks: tuple[Interval, ...] = ()
    absences: tuple[Interval, ...] = ()
    room: str = ""

    @property
    def is_working(self) -> bool:
        """They can be booked at some time of the day."""
        return bool(self.working)

    def is_inside(self, wanted: Interval) -> bool:
        """The whole of `wanted` lies in one stretch of working time."""
        return any(stretch.contains(wanted) for stretch in self.working)


@dataclass(frozen=True, slots=True)
class CalendarRange:
    """Everything a calendar view draws for `days` (clinic dates): people, their hours and their appointments."""

    days: tuple[date, ...]
    providers: tuple[Provider, ...] = ()
    hours: tuple[DayHours, ...] = ()
    blocks: tuple[AppointmentBlock, ...] = ()

    def provider(self, provider_id: int) -> Provider | None:
        """The provider with that id."""
        return next((one for one in self.providers if one.id == provider_id), None)

    def hours_of(self, provider_id: int, day: date) -> DayHours:
        """Their hours on that day; without any when nothing is known."""
        found = (one for one in self.hours if one.provider_id == provider_id and one.day == day)
        return next(found, DayHours(provider_id, day))

    def clash(self, wanted: Interval, provider_id: int, apart_from: int = 0) -> AppointmentBlock | None:
        """The first appointment of the provider that stands in the way of `wanted`."""
        return next(
            (
                block
                for block in self.blocks
                if block.provider_id == provider_id
                and block.id != apart_from
                and block.takes_time
                and block.start < wanted.end
                and wanted.start < block.end
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time at which a provider can be booked."""

    provider_id: int
    provider_name: str
    start: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class AppointmentDraft:
    """What a person typed to book an appointment. `start` is naive UTC; None is "not chosen yet"."""

    patient_id: int | None
    provider_id: int | None
    start: datetime | None
    minutes: int = 15
    type: AppointmentType = AppointmentType.CONSULTATION
    reason: str = ""
    is_virtual: bool = False
    room: str = ""
    overbook_reason: str = ""

    @property
    def is_overbooked(self) -> bool:
        """Booked on purpose over something else, with the reason for it."""
        return bool(self.overbook_reason.strip())

    def problems(self) -> dict[str, str]:
        """Field -> sentence; empty when it can be booked."""
        found: dict[str, str] = {}
        if self.patient_id is None:
            found["patient"] = "Choose the patient."
        if self.provider_id is None:
            found["provider"] = "Choose who the patient will see."
        if self.start is None:
            found["time"] = "Choose a time."
        if not SHORTEST <= self.minutes <= LONGEST:
            found["minutes"] = f"A length is between {SHORTEST} minutes and {LONGEST // 60} hours."
        if not self.reason.strip():
            found["reason"] = "Say briefly what it is about."
        elif len(self.reason) > LONGEST_REASON:
            found["reason"] = f"The reason has {len(self.reason):,} characters; {LONGEST_REASON} fit."
        if self.overbook_reason and len(self.overbook_reason.strip()) < _SHORTEST_TOLD:
            found["overbook_reason"] = "Say why this time is booked twice."
        return found

    @classmethod
    def of(cls, block: AppointmentBlock) -> AppointmentDraft:
        """The stored appointment as if it had been typed, for editing it."""
        return cls(
            patient_id=block.patient_id,
            provider_id=block.provider_id,
            start=block.start,
            minutes=block.minutes,
            type=block.type,
            reason=block.reason,
            is_virtual=block.is_virtual,
            room=block.room,
        )

    def moved(self, start: datetime, provider_id: int | None = None) -> AppointmentDraft:
        """The same at another time, and with another provider where one is given."""
        return replace(self, start=start, provider_id=provider_id if provider_id is not None else self.provider_id)


@dataclass(frozen=True, slots=True)
class PatientAppointments:
    """One patient's appointments: those to come, soonest first, and those that were, newest first."""

    upcoming: tuple[AppointmentBlock, ...] = ()
    past: tuple[AppointmentBlock, ...] = ()


class SlotTakenError(ConflictError):
    """The time cannot be had. `free` are the next times that can, soonest first; `patient` says whose diary clashed."""

    def __init__(self, sentence: str, constraint: str, free: Sequence[FreeTime], *, patient: bool) -> None:
        super().__init__(sentence, constraint)
        self.free = tuple(free)
        self.patient = patient


def next_free_times(
    providers: Iterable[Provider],
    hours: Iterable[DayHours],
    busy: Iterable[tuple[int, Interval]],
    minutes: int,
    earliest: datetime,
    count: int = 5,
    step: int = SLOT_STEP,
) -> tuple[FreeTime, ...]:
    """The first `count` times of `minutes` from `earliest` on, over all the providers, soonest first.

    Times are offered at every `step` minutes of each stretch of working time, but of one provider they do not overlap,
    so that five answers are five real choices.
    """
    names = {one.id: one.name for one in providers}
    taken: dict[int, list[Interval]] = {}
    for provider_id, interval in busy:
        taken.setdefault(provider_id, []).append(interval)
    found: list[FreeTime] = []
    for one in hours:
        if one.provider_id in names:
            stretches = _from(one.working, earliest, step)
            gaps = subtract(stretches, taken.get(one.provider_id, ()))
            for gap in gaps:
                slots = free_slots(_aligned(gap, step), (), minutes)
                found += [FreeTime(one.provider_id, names[one.provider_id], slot.start, minutes) for slot in slots]
    return tuple(sorted(found, key=lambda time: (time.start, time.provider_name))[:count])


def _from(working: Iterable[Interval], earliest: datetime, step: int) -> tuple[Interval, ...]:
    return tuple(
        Interval(max(stretch.start, earliest), stretch.end)
        for stretch in merge_intervals(working)
        if stretch.end > earliest
    )


def _aligned(gap: Interval, step: int) -> tuple[Interval, ...]:
    """The gap from its first round `step` minutes on: nobody books 10:03."""
    late = timedelta(minutes=gap.start.minute % step, seconds=gap.start.second, microseconds=gap.start.microsecond)
    start = gap.start + (timedelta(minutes=step) - late if late else timedelta())
    return (Interval(start, gap.end),) if start < gap.end else ()


def repeated_hour(local: datetime, zone: ZoneInfo) -> bool:
    """The wall-clock time happens twice that night, since the clocks go back."""
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def zone_word(utc: datetime, zone: ZoneInfo) -> str:
    """What the zone calls its time at that moment: GMT or BST in London."""
    return utc.replace(tzinfo=UTC).astimezone(zone).strftime("%Z")


def week_days(day: date) -> tuple[date, ...]:
    """The seven days of the clinic's week around `day`, from Monday."""
    monday = day - timedelta(days=day.weekday())
    return tuple(monday + timedelta(days=offset) for offset in range(7))


def range_bounds(days: Sequence[date], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Naive UTC start and end of a run of clinic days."""
    return day_bounds_utc(days[0], zone)[0], day_bounds_utc(days[-1], zone)[1]


def local_minutes(utc: datetime, day: date, zone: ZoneInfo) -> float:
    """Minutes on the wall clock since midnight of `day`; above 1,440 or below 0 on other days."""
    local = to_clinic(utc, zone)
    return (local.date() - day).days * 1440 + local.hour * 60 + local.minute + local.second / 60


def waiting_minutes(block: AppointmentBlock, now: datetime) -> int:
    """How long somebody who has arrived has been in the waiting room, whole minutes."""
    return max(int((now - (block.arrived_at or block.start)).total_seconds() // 60), 0)


def late_minutes(block: AppointmentBlock, now: datetime) -> int:
    """How long the clinic keeps somebody waiting: from the appointment, or from a later arrival."""
    due = max(block.arrived_at or block.start, block.start)
    return max(int((now - due).total_seconds() // 60), 0)


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A clinic day in the month's overview: how much is booked, and why it is closed, if it is."""

    day: date
    booked: int = 0
    cancelled: int = 0
    minutes: int = 0
    closed: str = ""


def month_days(day: date) -> tuple[date, ...]:
    """The six weeks from a Monday that hold the month of `day`."""
    first = day.replace(day=1)
    start = first - timedelta(days=first.weekday())
    return tuple(start + timedelta(days=offset) for offset in range(42))
