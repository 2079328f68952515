"""Who can be booked and when: `staff_shifts` over `doctor_default_shifts` over a person's own working hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import FetchedValue, String, Text, and_, column, func, select, table, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from cura_desktop.db.base import Base, OrganizationOwned
from cura_desktop.domain.appointments import DayHours, Provider
from cura_desktop.domain.calendar import Hours, Interval, Shift, WeeklyHours, merge_intervals, working_intervals
from cura_desktop.domain.errors import InvalidInputError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOT_BOOKED = ("admin", "receptionist", "pharmacist", "lab_technician", "patient", "other")
"""Roles without a diary of their own; every other role, the clinic's own ones included, can be booked."""
_WEEKDAYS = {
    name: number
    for number, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
}


class StaffShiftRow(OrganizationOwned, Base):
    """`cura.staff_shifts`. `date` is midnight of the clinic's calendar, never converted (design/decisions.md 7)."""

    __tablename__ = "staff_shifts"

    staff_id: Mapped[int]
    date: Mapped[datetime]
    shift_type: Mapped[str] = mapped_column(String(20), server_default=FetchedValue())
    start_time: Mapped[str] = mapped_column(String(5))
    end_time: Mapped[str] = mapped_column(String(5))
    status: Mapped[str] = mapped_column(String(20), server_default=FetchedValue())
    notes: Mapped[str | None]
    is_available: Mapped[bool] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[int | None] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    breaks: Mapped[list[Any]] = mapped_column(JSONB(), server_default=FetchedValue())
    room: Mapped[str | None]


class DefaultShiftRow(OrganizationOwned, Base):
    """`cura.doctor_default_shifts`: the same hours on certain weekdays, one row a person."""

    __tablename__ = "doctor_default_shifts"

    user_id: Mapped[int]
    start_time: Mapped[str] = mapped_column(String(5), server_default=FetchedValue())
    end_time: Mapped[str] = mapped_column(String(5), server_default=FetchedValue())
    working_days: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    updated_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    breaks: Mapped[list[Any]] = mapped_column(JSONB(), server_default=FetchedValue())


_staff = table(
    "staff",
    *(
        column(name)
        for name in (
            "organization_id",
            "id",
            "title",
            "first_name",
            "last_name",
            "role",
            "medical_specialty_category",
            "calendar_colour",
            "is_active",
            "working_days",
            "working_hours",
        )
    ),
    schema="cura",
)
_CLOSED = text("""
SELECT c.day, c.start_time, c.end_time FROM cura.clinic_closures c
 WHERE c.day >= :first AND c.day < :after AND c.is_active ORDER BY c.day, c.start_time""")
_default = DefaultShiftRow.__table__
_shift = StaffShiftRow.__table__


@dataclass(frozen=True, slots=True)
class _Usual:
    """A provider with the hours that hold when no shift says otherwise."""

    provider: Provider
    default: WeeklyHours | None
    own: WeeklyHours | None
    breaks: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class _PlacedShift:
    shift: Shift
    breaks: tuple[Hours, ...]
    room: str


class ShiftRepository:
    """Reads who works when."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def providers(self, provider_ids: Collection[int] | None = None, role: str = "") -> tuple[Provider, ...]:
        """The people who can be booked, by name; `provider_ids` asks for some, whether they still work here or not."""
        return tuple(usual.provider for usual in self._usual(provider_ids, role))

    def with_hours(
        self, days: tuple[date, ...], zone: ZoneInfo, provider_ids: Collection[int] | None = None, role: str = ""
    ) -> tuple[tuple[Provider, ...], tuple[DayHours, ...]]:
        """The same people with their hours on each of the clinic days, which follow one another."""
        usual = self._usual(provider_ids, role)
        shifts = self._shifts(days, [one.provider.id for one in usual])
        closed = self.closed(days)
        hours = tuple(
            _day_hours(one, day, zone, shifts.get((one.provider.id, day), ()), closed.get(day, ()))
            for day in days
            for one in usual
        )
        return tuple(one.provider for one in usual), hours

    def closed(self, days: tuple[date, ...]) -> dict[date, tuple[Hours, ...]]:
        """When the clinic is closed on these days, which follow one another."""
        first, after = datetime.combine(days[0], time()), datetime.combine(days[-1] + timedelta(days=1), time())
        found: dict[date, list[Hours]] = defaultdict(list)
        for day, start, end in self._session.execute(_CLOSED, {"first": first, "after": after}):
            found[day.date()].append(Hours.parse(start, end))
        return {day: tuple(hours) for day, hours in found.items()}

    def _usual(self, provider_ids: Collection[int] | None, role: str) -> tuple[_Usual, ...]:
        wanted = (
            select(
                _staff.c.id,
                func.concat_ws(" ", _staff.c.title, _staff.c.first_name, _staff.c.last_name),
                _staff.c.role,
                func.coalesce(_staff.c.medical_specialty_category, ""),
                func.coalesce(_staff.c.calendar_colour, ""),
                _staff.c.working_days,
                _staff.c.working_hours,
                _default.c.start_time,
                _default.c.end_time,
                _default.c.working_days,
                _default.c.breaks,
            )
            .select_from(
                _staff.outerjoin(
                    _default,
                    and_(_default.c.organization_id == _staff.c.organization_id, _default.c.user_id == _staff.c.id),
                )
            )
            .order_by(_staff.c.last_name, _staff.c.first_name, _staff.c.id)
        )
        if provider_ids is not None:
            wanted = wanted.where(_staff.c.id == func.any(list(provider_ids)))
        elif role:
            wanted = wanted.where(_staff.c.role == role, _staff.c.is_active)
        else:
            wanted = wanted.where(_staff.c.is_active, _staff.c.role.not_in(NOT_BOOKED))
        return tuple(_read_usual(row) for row in self._session.execute(wanted))

    def _shifts(
        self, days: tuple[date, ...], provider_ids: list[int]
    ) -> dict[tuple[int, date], tuple[_PlacedShift, ...]]:
        rows = self._session.execute(
            select(
                _shift.c.staff_id,
                _shift.c.date,
                _shift.c.start_time,
                _shift.c.end_time,
                _shift.c.shift_type,
                _shift.c.status,
                _shift.c.is_available,
                _shift.c.breaks,
                func.coalesce(_shift.c.room, ""),
            ).where(
                _shift.c.date >= datetime.combine(days[0], time()),
                _shift.c.date < datetime.combine(days[-1] + timedelta(days=1), time()),
                _shift.c.staff_id == func.any(provider_ids),
            )
        )
        found: dict[tuple[int, date], list[_PlacedShift]] = defaultdict(list)
        for staff_id, when, start, end, kind, status, available, breaks, room in rows:
            shift = Shift(when.date(), Hours.parse(start, end), kind, status, available)
            found[staff_id, shift.day].append(_PlacedShift(shift, _breaks(breaks), room))
        return {key: tuple(placed) for key, placed in found.items()}


def _read_usual(row: Any) -> _Usual:
    provider_id, name, role, specialty, colour, days, hours, start, end, default_days, breaks = row
    shape = hours if isinstance(hours, dict) else {}
    return _Usual(
        Provider(provider_id, name, role, specialty, colour),
        _default_week(default_days, start, end),
        _weekly(days, shape.get("start"), shape.get("end")),
        _breaks(breaks),
    )


def _weekly(days: Any, start: Any, end: Any) -> WeeklyHours | None:
    """Hours as the documented columns hold them; None when they are not filled in or do not read as hours."""
    if not isinstance(days, list) or not days or not start or not end:
        return None
    numbers = frozenset(_WEEKDAYS[str(day).lower()] for day in days if str(day).lower() in _WEEKDAYS)
    hours = _hours(start, end)
    return WeeklyHours(numbers, hours) if numbers and hours is not None else None


def _default_week(days: Any, start: Any, end: Any) -> WeeklyHours | None:
    """As `_weekly`; a default without any day is a person who works by shifts alone."""
    hours = _hours(start, end) if start and end and days == [] else None
    return _weekly(days, start, end) if hours is None else WeeklyHours(frozenset(), hours)


def _breaks(shapes: Any) -> tuple[Hours, ...]:
    """`[{"start": "13:00", "end": "13:30"}, ...]`."""
    if not isinstance(shapes, list):
        return ()
    read = (_hours(one.get("start"), one.get("end")) for one in shapes if isinstance(one, dict))
    return tuple(hours for hours in read if hours is not None)


def _hours(start: Any, end: Any) -> Hours | None:
    """Hours that older data got wrong count as none: a calendar that does not open helps nobody."""
    try:
        return Hours.parse(str(start), str(end))
    except InvalidInputError:
        return None


def _day_hours(
    usual: _Usual, day: date, zone: ZoneInfo, placed: tuple[_PlacedShift, ...], closed: tuple[Hours, ...]
) -> DayHours:
    shifts = [one.shift for one in placed]
    worked = [one for one in placed if one.shift.is_bookable]
    breaks = tuple(pause for one in worked for pause in one.breaks) if worked else usual.breaks
    shut = _on(closed, day, zone)
    working = working_intervals(
        day, zone, shifts=shifts, default=usual.default, own=usual.own, breaks=breaks, absences=shut
    )
    away = [*(one.hours for one in shifts if one.is_absence), *closed]
    return DayHours(
        usual.provider.id,
        day,
        working,
        _on(breaks, day, zone) if working else (),
        _on(away, day, zone),
        next((one.room for one in worked if one.room), ""),
    )


def _on(hours: Iterable[Hours], day: date, zone: ZoneInfo) -> tuple[Interval, ...]:
    return merge_intervals(interval for one in hours if (interval := one.on(day, zone)) is not None)
