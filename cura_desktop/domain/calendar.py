"""The diary: working hours, free slots, overlaps and the life of an appointment.

Hours are typed as wall-clock time; intervals are naive UTC, so that a slot keeps its true length on the nights when the
clocks change. All intervals are half-open: one that ends at ten does not touch one that begins at ten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from cura_desktop.domain.clinic_time import nearest_utc
from cura_desktop.domain.errors import InvalidInputError


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From `start` up to, not including, `end`; naive UTC. Raises ValueError when it is empty or runs backwards."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("an interval ends after it starts")

    @property
    def minutes(self) -> int:
        """True length in whole minutes."""
        return (self.end - self.start) // timedelta(minutes=1)

    def overlaps(self, other: Interval) -> bool:
        """They share at least a moment."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Interval) -> bool:
        """The other one lies within this one."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Hours:
    """Wall-clock hours. An end at or before the start lies on the next day: 22:00 to 06:00, 00:00 to 00:00."""

    start: time
    end: time

    @classmethod
    def parse(cls, start: str, end: str) -> Hours:
        """From `HH:MM` texts as the schema stores them; `24:00` is midnight. Raises InvalidInputError."""
        return cls(_parse_time("start", start), _parse_time("end", end))

    def on(self, day: date, zone: ZoneInfo) -> Interval | None:
        """The interval on that clinic day; None when the clock change swallows it whole."""
        end_day = day if self.end > self.start else day + timedelta(days=1)
        start = nearest_utc(datetime.combine(day, self.start), zone)
        end = nearest_utc(datetime.combine(end_day, self.end), zone)
        return Interval(start, end) if start < end else None


def _parse_time(field: str, text: str) -> time:
    match = re.fullmatch(r"([01]?[0-9]|2[0-4]):([0-5][0-9])", text.strip())
    if match is None or (match[1] == "24" and match[2] != "00"):
        raise InvalidInputError({field: "Give a time as 09:00."})
    return time(int(match[1]) % 24, int(match[2]))


@dataclass(frozen=True, slots=True)
class Shift:
    """One row of `staff_shifts`: kind `regular`, `overtime`, `on_call` or `absent`; status as documented."""

    day: date
    hours: Hours
    kind: str = "regular"
    status: str = "scheduled"
    available: bool = True

    @property
    def is_absence(self) -> bool:
        """It takes time away instead of giving it."""
        return self.kind == "absent" or self.status == "absent"

    @property
    def is_bookable(self) -> bool:
        """Patients can be booked into it: not on call, not cancelled, not marked unavailable."""
        return not self.is_absence and self.available and self.kind != "on_call" and self.status != "cancelled"


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """The same hours on certain weekdays (Monday is 0): a person's default shift, or their working hours."""

    weekdays: frozenset[int]
    hours: Hours


def working_intervals(
    day: date,
    zone: ZoneInfo,
    *,
    shifts: Iterable[Shift] = (),
    default: WeeklyHours | None = None,
    own: WeeklyHours | None = None,
    breaks: Iterable[Hours] = (),
    absences: Iterable[Interval] = (),
) -> tuple[Interval, ...]:
    """When a person can be booked on a clinic day, in naive UTC, sorted and merged.

    Shifts of the day, if there are any that are not absences, stand before the default shift, and that before the
    person's own hours. Breaks and absences are taken out of whichever it is.
    """
    todays = [shift for shift in shifts if shift.day == day]
    given = [shift for shift in todays if not shift.is_absence and shift.status != "cancelled"]
    if given:
        hours = [shift.hours for shift in given if shift.is_bookable]
    else:
        weekly = default or own
        hours = [weekly.hours] if weekly and day.weekday() in weekly.weekdays else []
    away = [*breaks, *(shift.hours for shift in todays if shift.is_absence)]
    taken = [*_placed(away, day, zone), *absences]
    return subtract(merge_intervals(_placed(hours, day, zone)), taken)


def _placed(hours: Iterable[Hours], day: date, zone: ZoneInfo) -> list[Interval]:
    return [interval for one in hours if (interval := one.on(day, zone)) is not None]


def merge_intervals(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Sorted; those that overlap or touch become one."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, interval.end))
        else:
            merged.append(interval)
    return tuple(merged)


def subtract(intervals: Iterable[Interval], taken: Iterable[Interval]) -> tuple[Interval, ...]:
    """What is left of `intervals` without `taken`."""
    blocked = merge_intervals(taken)
    left: list[Interval] = []
    for interval in intervals:
        start = interval.start
        for block in blocked:
            if block.end <= start or block.start >= interval.end:
                continue
            if block.start > start:
                left.append(Interval(start, block.start))
            start = max(start, block.end)
        if start < interval.end:
            left.append(Interval(start, interval.end))
    return tuple(left)


def free_slots(
    working: Iterable[Interval], busy: Iterable[Interval], minutes: int, step: int | None = None
) -> tuple[Interval, ...]:
    """Slots of `minutes` that start every `step` minutes (default: back to back) from each interval's start.

    A slot lies within one working interval and overlaps nothing busy. Raises ValueError for lengths below a minute.
    """
    stride = step if step is not None else minutes
    if minutes < 1 or stride < 1:
        raise ValueError("a slot and its step are at least one minute")
    blocked = merge_intervals(busy)
    length, advance = timedelta(minutes=minutes), timedelta(minutes=stride)
    slots: list[Interval] = []
    for interval in working:
        start = interval.start
        while start + length <= interval.end:
            slot = Interval(start, start + length)
            if not any(slot.overlaps(block) for block in blocked):
                slots.append(slot)
            start += advance
    return tuple(slots)


def clashes(wanted: Interval, busy: Sequence[Interval]) -> tuple[Interval, ...]:
    """Those of `busy` that overlap the wanted time, in order."""
    return tuple(sorted(one for one in busy if wanted.overlaps(one)))


class AppointmentStatus(StrEnum):
    """The documented states, and `arrived`, `in_room` and `left` for the waiting room."""

    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_ROOM = "in_room"
    COMPLETED = "completed"
    LEFT = "left"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    RESCHEDULED = "rescheduled"

    @property
    def words(self) -> str:
        """Plain words for a screen."""
        return _WORDS[self]

    @property
    def takes_time(self) -> bool:
        """It occupies its slot; the others may overlap (decisions.md 9)."""
        return self not in (AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW, AppointmentStatus.RESCHEDULED)


_WORDS = {
    AppointmentStatus.SCHEDULED: "Booked",
    AppointmentStatus.CONFIRMED: "Confirmed",
    AppointmentStatus.ARRIVED: "Arrived",
    AppointmentStatus.IN_ROOM: "In the room",
    AppointmentStatus.COMPLETED: "Seen",
    AppointmentStatus.LEFT: "Left unseen",
    AppointmentStatus.CANCELLED: "Cancelled",
    AppointmentStatus.NO_SHOW: "Did not attend",
    AppointmentStatus.RESCHEDULED: "Rescheduled",
}
# One step back is allowed, since people click the wrong row. What was rescheduled lives on in its new appointment.
_CHANGES: dict[AppointmentStatus, tuple[AppointmentStatus, ...]] = {
    AppointmentStatus.SCHEDULED: (
        AppointmentStatus.ARRIVED,
        AppointmentStatus.CONFIRMED,
        AppointmentStatus.IN_ROOM,
        AppointmentStatus.COMPLETED,
        AppointmentStatus.NO_SHOW,
        AppointmentStatus.CANCELLED,
        AppointmentStatus.RESCHEDULED,
    ),
    AppointmentStatus.CONFIRMED: (
        AppointmentStatus.ARRIVED,
        AppointmentStatus.IN_ROOM,
        AppointmentStatus.COMPLETED,
        AppointmentStatus.NO_SHOW,
        AppointmentStatus.CANCELLED,
        AppointmentStatus.RESCHEDULED,
        AppointmentStatus.SCHEDULED,
    ),
    AppointmentStatus.ARRIVED: (
        AppointmentStatus.IN_ROOM,
        AppointmentStatus.COMPLETED,
        AppointmentStatus.LEFT,
        AppointmentStatus.SCHEDULED,
        AppointmentStatus.CANCELLED,
        AppointmentStatus.RESCHEDULED,
    ),
    AppointmentStatus.IN_ROOM: (AppointmentStatus.COMPLETED, AppointmentStatus.LEFT, AppointmentStatus.ARRIVED),
    AppointmentStatus.COMPLETED: (AppointmentStatus.IN_ROOM,),
    AppointmentStatus.LEFT: (AppointmentStatus.ARRIVED,),
    AppointmentStatus.CANCELLED: (AppointmentStatus.SCHEDULED,),
    AppointmentStatus.NO_SHOW: (AppointmentStatus.ARRIVED, AppointmentStatus.SCHEDULED),
    AppointmentStatus.RESCHEDULED: (),
}


_BACK: dict[AppointmentStatus, AppointmentStatus] = {
    AppointmentStatus.CONFIRMED: AppointmentStatus.SCHEDULED,
    AppointmentStatus.ARRIVED: AppointmentStatus.SCHEDULED,
    AppointmentStatus.IN_ROOM: AppointmentStatus.ARRIVED,
    AppointmentStatus.COMPLETED: AppointmentStatus.IN_ROOM,
    AppointmentStatus.LEFT: AppointmentStatus.ARRIVED,
    AppointmentStatus.CANCELLED: AppointmentStatus.SCHEDULED,
    AppointmentStatus.NO_SHOW: AppointmentStatus.SCHEDULED,
}


def next_statuses(status: AppointmentStatus) -> tuple[AppointmentStatus, ...]:
    """Where an appointment may go from here, the usual step first."""
    return _CHANGES[status]


def previous_status(status: AppointmentStatus) -> AppointmentStatus | None:
    """Where "back" leads from here; None where there is nothing to take back."""
    return _BACK.get(status)


def may_change(old: AppointmentStatus, new: AppointmentStatus) -> bool:
    """Whether that change is allowed. Coming back to a state that takes time can clash: the database decides."""
    return new in _CHANGES[old]
