"""Writing down who works when, and what becomes of bookings that no longer fit (C12)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from cura_desktop.db.appointments import AppointmentRepository
from cura_desktop.db.database import Database, Transaction
from cura_desktop.db.rota import RotaRepository
from cura_desktop.db.shifts import ShiftRepository
from cura_desktop.domain.appointments import (
    AppointmentBlock,
    FreeTime,
    next_free_times,
    range_bounds,
    week_days,
)
from cura_desktop.domain.calendar import Interval
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import day_bounds_utc, to_clinic
from cura_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleRecordError,
)
from cura_desktop.domain.rota import (
    Closure,
    Displaced,
    Moved,
    RotaChange,
    RotaWeek,
    ShiftDraft,
    ShiftRecord,
    Span,
    WeekPattern,
    absence_days,
    copied,
)

MODULE = "shiftManagement"
MAY_NOT = "Your role may not change shifts."
LOOK_AHEAD = 14
MOST_OFFERS = 40
PATTERN_WEEKS = 8
"""How far ahead a changed usual week is held against the bookings."""


class RotaService:
    """Every method is one transaction as the signed-in person; writing needs the module shiftManagement."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def today(self) -> date:
        """The clinic's date."""
        return datetime.now(UTC).astimezone(self._caller.zone).date()

    # ------------------------------------------------------------------------------------------------------- reading

    def week(self, day: date) -> RotaWeek:
        """The week (from Monday) around `day`: everybody, their shifts, and closures."""
        days = week_days(day)
        with self._database.transaction(self._caller, read_only=True) as transaction:
            rota = RotaRepository(transaction.session)
            return RotaWeek(days, rota.people(), rota.shifts(days[0], days[-1]), rota.closures(days[0], days[-1]))

    def closures(self, year: int) -> tuple[Closure, ...]:
        """Those of a year, also those called off."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return RotaRepository(transaction.session).closures(date(year, 1, 1), date(year, 12, 31))

    # ------------------------------------------------------------------------------------------------------- shifts

    def add(self, draft: ShiftDraft) -> RotaChange:
        """Write a shift or an absence. Raises `InvalidInputError` ("start" where the person works then already)."""
        _refuse(draft)
        with self._writing() as transaction:
            RotaRepository(transaction.session).add(draft)
            return self._displaced(transaction, [draft.staff_id], [draft.day])

    def change(self, shift: ShiftRecord, draft: ShiftDraft) -> RotaChange:
        """Write over `shift` as it was read. Raises `StaleRecordError`, `InvalidInputError`, `NotFoundError`."""
        _refuse(draft)
        with self._writing() as transaction:
            rota = RotaRepository(transaction.session)
            if not rota.change(shift.id, shift.version, draft):
                self._moved_on(rota, shift)
            return self._displaced(transaction, [draft.staff_id], [draft.day])

    def cancel(self, shift: ShiftRecord) -> RotaChange:
        """Take a shift or an absence away; the usual week holds again. Raises `StaleRecordError`."""
        return self._set_status(shift, "cancelled")

    def bring_back(self, shift: ShiftRecord) -> RotaChange:
        """Undo `cancel`, also after a reading that showed the shift as it was before it."""
        return self._set_status(shift, "absent" if shift.details.kind == "absent" else "scheduled")

    def _set_status(self, shift: ShiftRecord, status: str) -> RotaChange:
        with self._writing() as transaction:
            rota = RotaRepository(transaction.session)
            version = shift.version + 1 if status != "cancelled" else shift.version
            if not rota.set_status(shift.id, version, status):
                self._moved_on(rota, shift)
            return self._displaced(transaction, [shift.details.staff_id], [shift.details.day])

    def absent(self, staff_id: int, first: date, last: date, reason: str) -> RotaChange:
        """Away from `first` to `last`, all day. Days that are marked already stay as they are.

        Raises `InvalidInputError` {"last", "reason"}.
        """
        try:
            days = absence_days(first, last)
        except ValueError:
            raise InvalidInputError({"last": "An absence lasts from one day to one year."}) from None
        if not reason.strip():
            raise InvalidInputError({"reason": "Say what for: leave, illness, training."})
        with self._writing() as transaction:
            rota = RotaRepository(transaction.session)
            there = {one.details.day for one in rota.shifts(first, last) if _all_day(one, staff_id)}
            new = [day for day in days if day not in there]
            for day in new:
                rota.add(ShiftDraft(staff_id, day, "absent", notes=reason))
            return replace(self._displaced(transaction, [staff_id], days), count=len(new))

    def copy_week(self, day: date, weeks: int = 1) -> RotaChange:
        """The shifts of the week around `day` again, so many weeks later; what is there already stays.

        Absences are not copied. `count` says how many shifts were written.
        """
        days = week_days(day)
        with self._writing() as transaction:
            rota = RotaRepository(transaction.session)
            drafts = copied(rota.shifts(days[0], days[-1]), 7 * weeks)
            later = [one + timedelta(days=7 * weeks) for one in days]
            taken = {(one.details.staff_id, one.details.day) for one in rota.shifts(later[0], later[-1])}
            new = [one for one in drafts if (one.staff_id, one.day) not in taken]
            for draft in new:
                rota.add(draft)
            return replace(self._displaced(transaction, {one.staff_id for one in new}, later), count=len(new))

    # ------------------------------------------------------------------------------------------------ the usual week

    def set_pattern(self, pattern: WeekPattern, version: int) -> RotaChange:
        """Write somebody's usual week; `version` is that of the one read, 0 for none.

        Bookings of the next eight weeks are held against it. Raises `StaleRecordError`, `InvalidInputError`.
        """
        if problems := pattern.problems():
            raise InvalidInputError(problems)
        today = self.today()
        with self._writing() as transaction:
            if not RotaRepository(transaction.session).set_pattern(pattern, version):
                raise StaleRecordError(None)
            days = [today + timedelta(days=offset) for offset in range(7 * PATTERN_WEEKS)]
            return self._displaced(transaction, [pattern.staff_id], days)

    # ------------------------------------------------------------------------------------------------------ closures

    def close(self, day: date, name: str, span: Span) -> RotaChange:
        """Close the clinic on a day, or for hours of it. Raises `InvalidInputError` {"name", "day", "end"}."""
        problems = {}
        if not name.strip():
            problems["name"] = "Say why: a bank holiday, training."
        if span.end is not None and span.end <= span.start:
            problems["end"] = "It ends after it begins."
        if problems:
            raise InvalidInputError(problems)
        with self._writing() as transaction:
            if not RotaRepository(transaction.session).close(day, name.strip(), span):
                raise InvalidInputError({"day": "The clinic is closed then already."})
            return self._displaced(transaction, None, [day])

    def close_bank_holidays(self, year: int) -> RotaChange:
        """Close the clinic on the public holidays of its region in a year; `count` says how many were new.

        England and Wales for the UK. What is closed already, or was called off by a person, stays as it is.
        """
        from holidays import country_holidays

        country, part = _REGIONS.get(self._caller.region, _REGIONS["UK"])
        found = country_holidays(country, subdiv=part, years=year)
        with self._writing() as transaction:
            rota = RotaRepository(transaction.session)
            there = {one.day for one in rota.closures(date(year, 1, 1), date(year, 12, 31))}
            new = [(day, name) for day, name in sorted(found.items()) if day not in there]
            for day, name in new:
                rota.close(day, name, Span())
            return replace(self._displaced(transaction, None, [day for day, _ in new]), count=len(new))

    def set_open(self, closure: Closure, *, is_active: bool) -> RotaChange:
        """Call a closure off, or bring it back. Raises `StaleRecordError`."""
        with self._writing() as transaction:
            if not RotaRepository(transaction.session).set_open(closure, is_active=is_active):
                raise StaleRecordError(None)
            return self._displaced(transaction, None, [closure.day])

    # ---------------------------------------------------------------------------------------------- what does not fit

    def rebook(self, displaced: Sequence[Displaced]) -> tuple[Moved, ...]:
        """Move each booking to the next free time of the same person; all or none. Without a free time it stays.

        Times are read again, so that no two bookings get the same one. Raises `ConflictError` when one was changed.
        """
        with self._changing() as transaction:
            diary, moved = AppointmentRepository(transaction.session), []
            for one in displaced:
                free = self._next(transaction, one.block)
                if free is None:
                    continue
                after = diary.change(one.block.id, one.block.version, {"scheduled_at": free.start})
                if after is None:
                    raise ConflictError(f"{one.block.patient_name} was changed by somebody else; look again.")
                moved.append(Moved(one.block, after))
        return tuple(moved)

    def take_back(self, moved: Sequence[Moved]) -> None:
        """Undo `rebook`: every booking where it was. Raises `ConflictError`."""
        with self._changing() as transaction:
            diary = AppointmentRepository(transaction.session)
            for one in moved:
                if diary.change(one.after.id, one.after.version, {"scheduled_at": one.before.start}) is None:
                    raise ConflictError(f"{one.before.patient_name} was changed by somebody else meanwhile.")

    def _displaced(self, transaction: Transaction, staff: Collection[int] | None, days: Sequence[date]) -> RotaChange:
        """Bookings still to come on these days that lie outside the working time as it is now."""
        ahead = sorted(day for day in days if day >= self.today())
        if not ahead or not self._caller.may("view", "appointments"):
            return RotaChange()
        zone, now = self._caller.zone, datetime.now(UTC).replace(tzinfo=None)
        span = tuple(ahead[0] + timedelta(days=offset) for offset in range((ahead[-1] - ahead[0]).days + 1))
        start, end = range_bounds(span, zone)
        blocks = AppointmentRepository(transaction.session).between(start, end, staff)
        providers, hours = ShiftRepository(transaction.session).with_hours(span, zone, staff)
        names, working = {one.id: one.name for one in providers}, {(one.provider_id, one.day): one for one in hours}
        wanted, found = set(ahead), list[Displaced]()
        given: list[tuple[int, Interval]] = []  # times offered to an earlier one
        for block in blocks:
            day = to_clinic(block.start, zone).date()
            known = working.get((block.provider_id, day))
            inside = known is None or known.is_inside(block.interval)
            if day in wanted and block.start > now and block.status.takes_time and not inside:
                offered = self._next(transaction, block, given) if len(found) < MOST_OFFERS else None
                given += [(block.provider_id, _taken(offered))] if offered is not None else []
                found.append(Displaced(block, names.get(block.provider_id, ""), offered))
        return RotaChange(tuple(found))

    def _next(
        self, transaction: Transaction, block: AppointmentBlock, given: Sequence[tuple[int, Interval]] = ()
    ) -> FreeTime | None:
        provider_id, zone = block.provider_id, self._caller.zone
        now = datetime.now(UTC).replace(tzinfo=None)
        begin = max(day_bounds_utc(to_clinic(block.start, zone).date(), zone)[0], now)
        first = to_clinic(begin, zone).date()
        days = tuple(first + timedelta(days=offset) for offset in range(LOOK_AHEAD))
        end = range_bounds(days, zone)[1]
        people, hours = ShiftRepository(transaction.session).with_hours(days, zone, [provider_id])
        diary = AppointmentRepository(transaction.session)
        busy = diary.busy(begin, end, [provider_id], block.id)
        busy += [(provider_id, one) for one in diary.busy_patient(block.patient_id, begin, end, block.id)]
        busy += given
        found = next_free_times(people, hours, busy, block.minutes, begin, 1)
        return found[0] if found else None

    def _moved_on(self, rota: RotaRepository, shift: ShiftRecord) -> None:
        stored = rota.shift(shift.id)
        if stored is None:
            raise NotFoundError("This shift is not in the rota.")
        raise StaleRecordError(stored)

    def _writing(self) -> AbstractContextManager[Transaction]:
        if not self._caller.may("edit", MODULE):
            raise NotAllowedError(MAY_NOT)
        return self._database.transaction(self._caller)

    def _changing(self) -> AbstractContextManager[Transaction]:
        if not self._caller.may("edit", "appointments"):
            raise NotAllowedError("Your role may not move appointments.")
        return self._database.transaction(self._caller)


_REGIONS = {"UK": ("GB", "ENG"), "US": ("US", None), "SA": ("SA", None), "EU": ("IE", None), "ME": ("AE", None)}


def _taken(time_: FreeTime) -> Interval:
    return Interval(time_.start, time_.start + timedelta(minutes=time_.minutes))


def _refuse(draft: ShiftDraft) -> None:
    if problems := draft.problems():
        raise InvalidInputError(problems)


def _all_day(shift: ShiftRecord, staff_id: int) -> bool:
    return shift.details.staff_id == staff_id and shift.is_absence and shift.details.span == Span(time(0), None)
