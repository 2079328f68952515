"""The only SQL that writes shifts, usual weeks and closures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.db.staff_names import role_words
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.rota import WEEKDAYS, Closure, RotaPerson, ShiftDraft, ShiftRecord, Span, WeekPattern

register_sentence(
    "staff_shifts_one_at_a_time", "This person is on another shift at that time; change that one.", field="start"
)
register_sentence("clinic_closures_once", "The clinic is closed then already.", field="day")

_SHIFT = "s.id, s.version, s.staff_id, s.date, s.shift_type, s.start_time, s.end_time, s.status, s.notes, s.is_available, s.breaks, s.room"  # noqa: E501
_SHIFTS = text(f"""
SELECT {_SHIFT} FROM cura.staff_shifts s
 WHERE s.date >= :first AND s.date < :after AND s.status <> 'cancelled' ORDER BY s.date, s.start_time""")  # noqa: S608
_ONE = text(f"SELECT {_SHIFT} FROM cura.staff_shifts s WHERE s.id = :id")  # noqa: S608
_PEOPLE = text("""
SELECT p.id, concat_ws(' ', p.title, p.first_name, p.last_name) AS name, p.role, d.start_time, d.end_time,
  d.working_days, d.breaks, coalesce(d.version, 0) AS version
  FROM cura.staff p
  LEFT JOIN cura.doctor_default_shifts d ON d.organization_id = p.organization_id AND d.user_id = p.id
 WHERE p.is_active AND p.role <> 'patient' ORDER BY p.last_name, p.first_name, p.id""")
_ADD = text("""
INSERT INTO cura.staff_shifts
  (staff_id, date, shift_type, start_time, end_time, status, notes, is_available, breaks, room)
VALUES (:staff, :day, :kind, :start, :end, :status, :notes, :available, CAST(:breaks AS jsonb), :room) RETURNING id""")
_CHANGE = text("""
UPDATE cura.staff_shifts SET shift_type = :kind, start_time = :start, end_time = :end, status = :status, notes = :notes,
       is_available = :available, breaks = CAST(:breaks AS jsonb), room = :room
 WHERE id = :id AND version = :version RETURNING id""")
_STATUS = text("UPDATE cura.staff_shifts SET status = :status WHERE id = :id AND version = :version RETURNING id")
_ADD_PATTERN = text("""
INSERT INTO cura.doctor_default_shifts (user_id, start_time, end_time, working_days, breaks)
VALUES (:staff, :start, :end, :days, CAST(:breaks AS jsonb))
ON CONFLICT (organization_id, user_id) DO NOTHING RETURNING id""")
_CHANGE_PATTERN = text("""
UPDATE cura.doctor_default_shifts SET start_time = :start, end_time = :end, working_days = :days,
       breaks = CAST(:breaks AS jsonb)
 WHERE user_id = :staff AND version = :version RETURNING id""")
_CLOSURES = text("""
SELECT c.id, c.version, c.day, c.name, c.start_time, c.end_time, c.is_active FROM cura.clinic_closures c
 WHERE c.day >= :first AND c.day < :after ORDER BY c.day, c.start_time""")
_CLOSE = text("""
INSERT INTO cura.clinic_closures (day, name, start_time, end_time) VALUES (:day, :name, :start, :end)
ON CONFLICT (organization_id, day, start_time) DO UPDATE SET name = excluded.name, end_time = excluded.end_time,
  is_active = true
  WHERE NOT clinic_closures.is_active RETURNING id""")
_OPEN = text("UPDATE cura.clinic_closures SET is_active = :active WHERE id = :id AND version = :version RETURNING id")


class RotaRepository:
    """Shifts of the signed-in person's clinic. Nothing is deleted: what is taken away is cancelled."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def people(self) -> tuple[RotaPerson, ...]:
        """Everybody who works here, by name, with the usual week where one is written down."""
        return tuple(_person(row) for row in self._session.execute(_PEOPLE))

    def shifts(self, first: date, last: date) -> tuple[ShiftRecord, ...]:
        """Everybody's between two clinic days."""
        return tuple(_shift(row) for row in self._session.execute(_SHIFTS, _between(first, last)))

    def shift(self, shift_id: int) -> ShiftRecord | None:
        """One of them, also a cancelled one."""
        row = self._session.execute(_ONE, {"id": shift_id}).one_or_none()
        return None if row is None else _shift(row)

    def add(self, draft: ShiftDraft) -> int:
        """A new one; raises through `staff_shifts_one_at_a_time` where the person works then already."""
        return int(self._session.execute(_ADD, _values(draft)).scalar_one())

    def change(self, shift_id: int, version: int, draft: ShiftDraft) -> bool:
        """Write it if the stored version is still this one."""
        values = {**_values(draft), "id": shift_id, "version": version}
        return self._session.execute(_CHANGE, values).scalar_one_or_none() is not None

    def set_status(self, shift_id: int, version: int, status: str) -> bool:
        """Cancel it, or bring it back."""
        values = {"id": shift_id, "version": version, "status": status}
        return self._session.execute(_STATUS, values).scalar_one_or_none() is not None

    def set_pattern(self, pattern: WeekPattern, version: int) -> bool:
        """Write somebody's usual week: a first one (`version` 0), or over the one that is still this version."""
        start, end = Span(pattern.start or time(9), pattern.end).columns
        values = {
            "staff": pattern.staff_id, "start": start, "end": end, "version": version,
            "days": [WEEKDAYS[day] for day in sorted(pattern.weekdays)],
            "breaks": _pauses(pattern.pause_start, pattern.pause_end),
        }  # fmt: skip
        statement = _CHANGE_PATTERN if version else _ADD_PATTERN
        return self._session.execute(statement, values).scalar_one_or_none() is not None

    def closures(self, first: date, last: date) -> tuple[Closure, ...]:
        """Those between two clinic days, also those called off."""
        return tuple(_closure(row) for row in self._session.execute(_CLOSURES, _between(first, last)))

    def close(self, day: date, name: str, span: Span) -> bool:
        """Close the clinic; False when it is closed then already."""
        start, end = span.columns
        values = {"day": datetime.combine(day, time()), "name": name, "start": start, "end": end}
        return self._session.execute(_CLOSE, values).scalar_one_or_none() is not None

    def set_open(self, closure: Closure, *, is_active: bool) -> bool:
        """Call a closure off, or bring it back."""
        values = {"id": closure.id, "version": closure.version, "active": is_active}
        return self._session.execute(_OPEN, values).scalar_one_or_none() is not None


def _between(first: date, last: date) -> dict[str, datetime]:
    return {"first": datetime.combine(first, time()), "after": datetime.combine(last + timedelta(days=1), time())}


def _values(draft: ShiftDraft) -> dict[str, Any]:
    start, end = draft.span.columns
    return {
        "staff": draft.staff_id, "day": datetime.combine(draft.day, time()), "kind": draft.kind, "start": start,
        "end": end, "status": "absent" if draft.kind == "absent" else "scheduled", "notes": draft.notes.strip() or None,
        "available": draft.available and draft.kind != "absent",
        "breaks": _pauses(draft.pause_start, draft.pause_end), "room": draft.room.strip() or None,
    }  # fmt: skip


def _pauses(start: time | None, end: time | None) -> str:
    if start is None or end is None:
        return "[]"
    first, last = Span(start, end).columns
    return json.dumps([{"start": first, "end": last}])


def _pause(breaks: Any) -> tuple[time | None, time | None]:
    if not isinstance(breaks, list) or not breaks or not isinstance(breaks[0], dict):
        return None, None
    try:
        span = Span.read(str(breaks[0].get("start")), str(breaks[0].get("end")))
    except ValueError:
        return None, None
    return span.start, span.end


def _shift(row: Any) -> ShiftRecord:
    span, (pause_start, pause_end) = Span.read(row.start_time, row.end_time), _pause(row.breaks)
    all_day = row.shift_type == "absent" and span == Span()
    details = ShiftDraft(
        row.staff_id, row.date.date(), row.shift_type, None if all_day else span.start, span.end, pause_start,
        pause_end, row.room or "", row.notes or "", row.is_available,
    )  # fmt: skip
    return ShiftRecord(row.id, row.version, details, row.status)


def _person(row: Any) -> RotaPerson:
    pattern = None
    if row.start_time is not None:
        span, (pause_start, pause_end) = Span.read(row.start_time, row.end_time), _pause(row.breaks)
        days = frozenset(_weekdays(cast("Sequence[str]", row.working_days or ())))
        pattern = WeekPattern(row.id, days, span.start, span.end, pause_start, pause_end)
    return RotaPerson(row.id, row.name, role_words(row.role), pattern, row.version)


def _weekdays(names: Sequence[str]) -> list[int]:
    known = {name.casefold(): number for number, name in enumerate(WEEKDAYS)}
    return [known[name.casefold()] for name in names if name.casefold() in known]


def _closure(row: Any) -> Closure:
    span = Span.read(row.start_time, row.end_time)
    return Closure(row.id, row.version, row.day.date(), row.name, span, row.is_active)
