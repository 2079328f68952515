"""Who works when, as it is written down: shifts of a day, the usual week, absences, and days the clinic is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from cura_desktop.domain.appointments import AppointmentBlock, FreeTime
from cura_desktop.domain.dates import format_time

KINDS = {"regular": "Regular", "overtime": "Overtime", "on_call": "On call", "absent": "Absent"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LONGEST_ABSENCE = 366
MIDNIGHT = "24:00"


@dataclass(frozen=True, slots=True)
class Span:
    """Wall-clock hours within one day; an `end` of None is midnight at the end of the day."""

    start: time = time(0)
    end: time | None = None

    @property
    def columns(self) -> tuple[str, str]:
        """As the schema stores them: `09:00`, and `24:00` for midnight."""
        return format_time(self.start), format_time(self.end) if self.end is not None else MIDNIGHT

    @property
    def words(self) -> str:
        """`09:00–17:00`, or "all day"."""
        if self.start == time(0) and self.end is None:
            return "all day"
        return "–".join(self.columns)

    @classmethod
    def read(cls, start: str, end: str) -> Span:
        """From the columns."""
        return cls(time.fromisoformat(start), None if end == MIDNIGHT else time.fromisoformat(end))

    def holds(self, other: Span) -> bool:
        """Whether the other lies within."""
        return self.start <= other.start and _ends(other) <= _ends(self)


def _ends(span: Span) -> int:
    return 24 * 60 if span.end is None else span.end.hour * 60 + span.end.minute


@dataclass(frozen=True, slots=True)
class ShiftDraft:
    """One stretch of a person's day as typed. An absence takes time away, all else gives it; on call is not booked.

    `day` is the clinic's. Without times an absence lasts all day.
    """

    staff_id: int
    day: date
    kind: str = "regular"
    start: time | None = None
    end: time | None = None
    pause_start: time | None = None
    pause_end: time | None = None
    room: str = ""
    notes: str = ""
    available: bool = True

    @property
    def span(self) -> Span:
        """The hours; all day for an absence without times."""
        return Span(self.start or time(0), self.end)

    @property
    def pause(self) -> Span | None:
        """The break."""
        return Span(self.pause_start, self.pause_end) if self.pause_start is not None else None

    def problems(self) -> dict[str, str]:
        """Field -> sentence."""
        found: dict[str, str] = {}
        if self.kind != "absent" and self.start is None:
            found["start"] = "Say when it begins."
        if self.kind != "absent" and self.end is None:
            found["end"] = "Say when it ends."
        if self.start is not None and self.end is not None and self.end <= self.start:
            found["end"] = "It ends after it begins. A night goes into two shifts, one for each day."
        if (self.pause_start is None) != (self.pause_end is None):
            found["pause_end" if self.pause_end is None else "pause_start"] = "A break has a beginning and an end."
        elif self.pause is not None and not found:
            if self.pause_end is not None and self.pause_start is not None and self.pause_end <= self.pause_start:
                found["pause_end"] = "The break ends after it begins."
            elif not self.span.holds(self.pause):
                found["pause_start"] = "The break lies within the shift."
        if len(self.room) > 60:
            found["room"] = "Please use at most 60 characters."
        return found


@dataclass(frozen=True, slots=True)
class ShiftRecord:
    """A stored shift."""

    id: int
    version: int
    details: ShiftDraft
    status: str = "scheduled"

    @property
    def is_absence(self) -> bool:
        """It takes time away."""
        return self.details.kind == "absent" or self.status == "absent"

    @property
    def words(self) -> str:
        """`09:00–17:00`, `Absent all day`, `On call 18:00–22:00`, with the room."""
        kind = "Absent" if self.is_absence else KINDS[self.details.kind]
        said = self.details.span.words if kind == "Regular" else f"{kind} {self.details.span.words}"
        return f"{said}, {self.details.room}" if self.details.room else said


@dataclass(frozen=True, slots=True)
class WeekPattern:
    """The usual week of a person: the same hours on certain weekdays (Monday is 0); none: by shifts alone."""

    staff_id: int
    weekdays: frozenset[int] = frozenset(range(5))
    start: time | None = time(9)
    end: time | None = time(17)
    pause_start: time | None = None
    pause_end: time | None = None

    def problems(self) -> dict[str, str]:
        """Field -> sentence."""
        return ShiftDraft(
            self.staff_id, date.min, "regular", self.start, self.end, self.pause_start, self.pause_end
        ).problems()

    @property
    def words(self) -> str:
        """`Mon, Tue 09:00–17:00`."""
        if not self.weekdays:
            return "By shifts alone"
        days = ", ".join(WEEKDAYS[day][:3] for day in sorted(self.weekdays))
        if self.weekdays == frozenset(range(5)):
            days = "Mon–Fri"
        return f"{days} {Span(self.start or time(0), self.end).words}"


@dataclass(frozen=True, slots=True)
class RotaPerson:
    """Somebody who works here; `pattern` is None where nothing was written down (`version` 0)."""

    id: int
    name: str
    role: str
    pattern: WeekPattern | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Closure:
    """A day, or hours of one, on which the clinic is closed."""

    id: int
    version: int
    day: date
    name: str
    span: Span = field(default_factory=Span)
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class RotaWeek:
    """The seven days from a Monday: people, their shifts by person and day, and what is closed."""

    days: tuple[date, ...]
    people: tuple[RotaPerson, ...]
    shifts: tuple[ShiftRecord, ...] = ()
    closures: tuple[Closure, ...] = ()

    def of(self, staff_id: int, day: date) -> tuple[ShiftRecord, ...]:
        """What is written for a person on a day, in order of time."""
        found = [one for one in self.shifts if one.details.staff_id == staff_id and one.details.day == day]
        return tuple(sorted(found, key=lambda one: (one.details.span.start, one.id)))

    def closed(self, day: date) -> Closure | None:
        """Why the clinic is closed."""
        return next((one for one in self.closures if one.day == day and one.is_active), None)


@dataclass(frozen=True, slots=True)
class Displaced:
    """A booking that no longer lies in working time, and the next time that does; None where two weeks hold none."""

    block: AppointmentBlock
    provider: str
    offered: FreeTime | None = None


@dataclass(frozen=True, slots=True)
class RotaChange:
    """What a change of the rota did: the bookings that no longer fit."""

    displaced: tuple[Displaced, ...] = ()
    count: int = 1


@dataclass(frozen=True, slots=True)
class Moved:
    """A booking that was moved, as it was and as it is; for taking it back."""

    before: AppointmentBlock
    after: AppointmentBlock


def absence_days(first: date, last: date) -> tuple[date, ...]:
    """Every day from first to last. Raises ValueError when they run backwards or beyond a year."""
    length = (last - first).days + 1
    if not 1 <= length <= LONGEST_ABSENCE:
        raise ValueError("an absence lasts a day to a year")
    return tuple(first + timedelta(days=offset) for offset in range(length))


def copied(shifts: Sequence[ShiftRecord], days: int) -> tuple[ShiftDraft, ...]:
    """The same shifts so many days later; absences and what was cancelled are not copied."""
    from dataclasses import replace

    return tuple(
        replace(one.details, day=one.details.day + timedelta(days=days))
        for one in shifts
        if not one.is_absence and one.status != "cancelled"
    )
