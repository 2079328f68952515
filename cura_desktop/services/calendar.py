"""The diary of a clinic: who works when, who is booked, and booking, moving and closing appointments."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

from cura_desktop.db.appointments import PATIENT_TAKEN, PROVIDER_TAKEN, AppointmentRepository
from cura_desktop.db.database import Database
from cura_desktop.db.rota import RotaRepository
from cura_desktop.db.shifts import ShiftRepository
from cura_desktop.domain.appointments import (
    AppointmentBlock,
    AppointmentDraft,
    CalendarRange,
    DayHours,
    FreeTime,
    MonthDay,
    PatientAppointments,
    Provider,
    SlotTakenError,
    month_days,
    next_free_times,
    range_bounds,
    week_days,
)
from cura_desktop.domain.calendar import AppointmentStatus, may_change
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import day_bounds_utc, to_clinic
from cura_desktop.domain.errors import (
    ConflictError,
    CuraError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleRecordError,
)
from cura_desktop.domain.merge import merge

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MODULE = "appointments"
LOOK_AHEAD_DAYS = (2, 14)
"""How far a search for free times looks: mostly the first stretch is enough, and reading two weeks is not."""
PATIENT_LIMIT = 200
NOT_ALLOWED = "Your role may not change the diary."
CLOSED = "This appointment is closed. Take its last step back before changing it."


@dataclass(frozen=True, slots=True)
class _Search:
    """What a search for free times is for; `begin` is naive UTC."""

    provider: int | str | None
    minutes: int
    begin: datetime
    patient_id: int | None
    apart_from: int


class CalendarService:
    """The diary as one signed-in person may see and change it. Times in and out are naive UTC, dates the clinic's."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    # ------------------------------------------------------------------------------------------------------- reading

    def day(self, day: date, provider_ids: Collection[int] | None = None) -> list[AppointmentBlock]:
        """The appointments that begin on a clinic day, of some providers or of everybody, in time order."""
        return self._between((day,), provider_ids)

    def week(self, day: date, provider_ids: Collection[int] | None = None) -> list[AppointmentBlock]:
        """The appointments of the clinic's week (from Monday) around `day`, in time order."""
        return self._between(week_days(day), provider_ids)

    def _between(self, days: tuple[date, ...], provider_ids: Collection[int] | None) -> list[AppointmentBlock]:
        start, end = range_bounds(days, self._caller.zone)
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return list(AppointmentRepository(transaction.session).between(start, end, provider_ids))

    def providers(self) -> tuple[Provider, ...]:
        """Everybody who can be booked, by name."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return ShiftRepository(transaction.session).providers()

    def hours(self, first: date, last: date, provider_ids: Collection[int] | None = None) -> tuple[DayHours, ...]:
        """When people work on the clinic days `first` to `last`: shifts over default shifts over own hours."""
        days = _days(first, last)
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return ShiftRepository(transaction.session).with_hours(days, self._caller.zone, provider_ids)[1]

    def range(self, first: date, last: date, provider_ids: Collection[int] | None = None) -> CalendarRange:
        """Everything a view of the clinic days `first` to `last` draws, read in one transaction."""
        days = _days(first, last)
        start, end = range_bounds(days, self._caller.zone)
        with self._database.transaction(self._caller, read_only=True) as transaction:
            blocks = AppointmentRepository(transaction.session).between(start, end, provider_ids)
            shifts = ShiftRepository(transaction.session)
            providers, hours = shifts.with_hours(days, self._caller.zone, provider_ids)
            unlisted = {block.provider_id for block in blocks} - {one.id for one in providers}
            if unlisted:  # somebody who left, or whose role changed: their bookings must not vanish from the screen
                more, their_hours = shifts.with_hours(days, self._caller.zone, sorted(unlisted))
                providers, hours = (*providers, *more), (*hours, *their_hours)
        return CalendarRange(days, providers, hours, blocks)

    def month(self, day: date, provider_id: int | None = None) -> tuple[MonthDay, ...]:
        """The six weeks that hold the month of `day`: what is booked each day, of one provider or of the clinic."""
        days = month_days(day)
        start, end = range_bounds(days, self._caller.zone)
        with self._database.transaction(self._caller, read_only=True) as transaction:
            diary = AppointmentRepository(transaction.session)
            counts = diary.by_day(start, end, self._caller.zone.key, provider_id)
            closures = RotaRepository(transaction.session).closures(days[0], days[-1])
        closed = {one.day: one.name for one in closures if one.is_active}
        return tuple(MonthDay(one, *counts.get(one, (0, 0, 0)), closed.get(one, "")) for one in days)

    def appointment(self, appointment_id: int) -> AppointmentBlock:
        """One appointment. Raises `NotFoundError`."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            found = AppointmentRepository(transaction.session).get(appointment_id)
        return _existing(found)

    def arrivals(self, day: date) -> tuple[AppointmentBlock, ...]:
        """Who of that clinic day has arrived and who is in a room, in time order."""
        start, end = day_bounds_utc(day, self._caller.zone)
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return AppointmentRepository(transaction.session).waiting(start, end)

    def of_patient(self, patient_id: int) -> PatientAppointments:
        """A patient's appointments; what was cancelled counts as past, and so does everything that has begun."""
        now = _now()
        with self._database.transaction(self._caller, read_only=True) as transaction:
            newest = AppointmentRepository(transaction.session).of_patient(patient_id, PATIENT_LIMIT)
        upcoming = tuple(block for block in reversed(newest) if block.start >= now and block.status.takes_time)
        ids = {block.id for block in upcoming}
        return PatientAppointments(upcoming, tuple(block for block in newest if block.id not in ids))

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
        """The next `count` times of `minutes` within two weeks from `earliest`, never in the past.

        `provider` is a person's id, a role's name, or None for anybody. With `patient_id`, times at which the patient
        is booked elsewhere are left out. `apart_from` is an appointment that is about to move and so in nobody's way.
        """
        wanted = _Search(provider, minutes, max(earliest, _now()), patient_id, apart_from)
        found: tuple[FreeTime, ...] = ()
        with self._database.transaction(self._caller, read_only=True) as transaction:
            for days in LOOK_AHEAD_DAYS:
                found = self._free_within(transaction.session, wanted, days, count)
                if len(found) == count:
                    break
        return found

    def _free_within(self, session: Session, wanted: _Search, span: int, count: int) -> tuple[FreeTime, ...]:
        zone = self._caller.zone
        first = to_clinic(wanted.begin, zone).date()
        days = tuple(first + timedelta(days=offset) for offset in range(span))
        end = range_bounds(days, zone)[1]
        ids = [wanted.provider] if isinstance(wanted.provider, int) else None
        role = wanted.provider if isinstance(wanted.provider, str) else ""
        providers, hours = ShiftRepository(session).with_hours(days, zone, ids, role)
        diary, everybody = AppointmentRepository(session), [one.id for one in providers]
        busy = diary.busy(wanted.begin, end, everybody, wanted.apart_from)
        if wanted.patient_id is not None:
            elsewhere = diary.busy_patient(wanted.patient_id, wanted.begin, end, wanted.apart_from)
            busy += [(one, interval) for one in everybody for interval in elsewhere]
        return next_free_times(providers, hours, busy, wanted.minutes, wanted.begin, count)

    # ------------------------------------------------------------------------------------------------------- writing

    def book(self, draft: AppointmentDraft, client_key: UUID) -> AppointmentBlock:
        """Book it. A second submit of the same key returns what the first one booked.

        Raises `InvalidInputError`, `NotAllowedError`, and `SlotTakenError` with the next free times: the database's
        exclusion constraints decide. An overbooking (a draft with a reason for it) is never refused for a clash.
        """
        self._require("create")
        _refuse(draft.problems())
        try:
            with self._database.transaction(self._caller) as transaction:
                diary = AppointmentRepository(transaction.session)
                return _existing(diary.book(draft, client_key) or diary.of_client_key(client_key))
        except ConflictError as error:
            self._offer(error, draft)

    def change(self, seen: AppointmentBlock, draft: AppointmentDraft) -> AppointmentBlock:
        """Save an edited appointment; the patient stays. `seen` is what the editing began with.

        What somebody else changed meanwhile is merged; the same field raises `StaleRecordError`. Time and provider
        count as one field: half of a move of mine and half of a move of theirs is what neither of us meant.
        Raises `SlotTakenError`, `InvalidInputError`, `NotAllowedError`, `NotFoundError`.
        """
        self._require("edit")
        _refuse(draft.problems())
        try:
            with self._database.transaction(self._caller) as transaction:
                return self._change(AppointmentRepository(transaction.session), seen, draft)
        except ConflictError as error:
            self._offer(error, draft, seen.id)

    def _change(
        self, diary: AppointmentRepository, seen: AppointmentBlock, draft: AppointmentDraft
    ) -> AppointmentBlock:
        mine = _fields(draft)
        base = _fields(AppointmentDraft.of(seen))
        extra = _overbooking(draft)
        if not _may_move(seen):
            raise ConflictError(CLOSED)
        saved = diary.change(seen.id, seen.version, _columns(base, mine) | extra)
        if saved is not None:
            return saved
        current = _changed_by_somebody(diary.get(seen.id), seen)
        if not _may_move(current):
            raise StaleRecordError(current, ("status",))
        theirs = _fields(AppointmentDraft.of(current))
        merged = merge(base, mine, theirs)
        if merged.conflicts:
            raise StaleRecordError(current, merged.conflicts)
        saved = diary.change(current.id, current.version, _columns(theirs, merged.values) | extra)
        return _saved(saved, current)

    def move(self, seen: AppointmentBlock, start: datetime, provider_id: int | None = None) -> AppointmentBlock:
        """To another time, and another provider where one is given. Raises as `change` does."""
        return self.change(seen, AppointmentDraft.of(seen).moved(start, provider_id))

    def resize(self, seen: AppointmentBlock, minutes: int) -> AppointmentBlock:
        """Make it longer or shorter. Raises as `change` does."""
        return self.change(seen, replace(AppointmentDraft.of(seen), minutes=minutes))

    def set_status(self, seen: AppointmentBlock, status: AppointmentStatus, reason: str = "") -> AppointmentBlock:
        """Arrived, in the room, seen, left, did not attend, cancelled (with the reason), or a step back.

        If somebody else took the same step already, that is no error. If only other fields changed meanwhile, the step
        is taken; another step of theirs raises `StaleRecordError`. Coming back to a time that was given away raises
        `SlotTakenError`.
        """
        self._require("edit")
        if status is AppointmentStatus.CANCELLED and len(reason.strip()) < 2:
            raise InvalidInputError({"reason": "Say why it is cancelled."})
        if not may_change(seen.status, status):
            raise ConflictError(f"“{seen.status.words}” cannot become “{status.words}”.")
        try:
            with self._database.transaction(self._caller) as transaction:
                return self._set_status(AppointmentRepository(transaction.session), seen, status, reason.strip())
        except ConflictError as error:
            self._offer(error, AppointmentDraft.of(seen), seen.id)

    def _set_status(
        self, diary: AppointmentRepository, seen: AppointmentBlock, status: AppointmentStatus, reason: str
    ) -> AppointmentBlock:
        values = {"status": status.value, "cancel_reason": reason or None}
        saved = diary.change(seen.id, seen.version, values)
        if saved is not None:
            return saved
        current = _changed_by_somebody(diary.get(seen.id), seen)
        if current.status is status:
            return current
        if current.status is not seen.status:
            raise StaleRecordError(current, ("status",))
        return _saved(diary.change(current.id, current.version, values), current)

    # ------------------------------------------------------------------------------------------------------ refusals

    def _require(self, verb: str) -> None:
        if not self._caller.may(verb, MODULE):
            raise NotAllowedError(NOT_ALLOWED)

    def _offer(self, error: ConflictError, draft: AppointmentDraft, apart_from: int = 0) -> NoReturn:
        """Raise the clash again with the next free times, where it is a clash of times."""
        if error.constraint not in (PROVIDER_TAKEN, PATIENT_TAKEN) or draft.start is None:
            raise error
        free: tuple[FreeTime, ...] = ()
        with suppress(CuraError):  # the times are an offer; what matters is that it was refused
            free = self.next_free(
                draft.provider_id, draft.minutes, draft.start, patient_id=draft.patient_id, apart_from=apart_from
            )
        raise SlotTakenError(str(error), error.constraint, free, patient=error.constraint == PATIENT_TAKEN) from error


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _days(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise InvalidInputError(problems)


def _existing(found: AppointmentBlock | None) -> AppointmentBlock:
    if found is None:
        raise NotFoundError("This appointment is not there any more.")
    return found


def _changed_by_somebody(found: AppointmentBlock | None, seen: AppointmentBlock) -> AppointmentBlock:
    """The stored appointment after an update that met no row: another version, or a role that may not write."""
    current = _existing(found)
    if current.version == seen.version:
        raise NotAllowedError(NOT_ALLOWED)
    return current


def _saved(saved: AppointmentBlock | None, current: AppointmentBlock) -> AppointmentBlock:
    if saved is None:  # a third person within the same moment
        raise StaleRecordError(current)
    return saved


def _may_move(block: AppointmentBlock) -> bool:
    return block.status in (AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED, AppointmentStatus.ARRIVED)


def _fields(draft: AppointmentDraft) -> dict[str, Any]:
    """What merging compares: place in the diary as one, the rest field by field."""
    return {
        "slot": (draft.provider_id, draft.start),
        "minutes": draft.minutes,
        "type": draft.type,
        "reason": draft.reason.strip(),
        "is_virtual": draft.is_virtual,
        "room": draft.room.strip(),
    }


def _columns(base: Any, wanted: Any) -> dict[str, Any]:
    """The columns that change from one set of fields to another; never none, so that the version is always checked."""
    values: dict[str, Any] = {"title": wanted["reason"]}
    if wanted["slot"] != base["slot"]:
        values |= dict(zip(("provider_id", "scheduled_at"), wanted["slot"], strict=True))
    if wanted["minutes"] != base["minutes"]:
        values["duration"] = wanted["minutes"]
    if wanted["type"] != base["type"]:
        values["type"] = wanted["type"].value
    if wanted["is_virtual"] != base["is_virtual"]:
        values["is_virtual"] = wanted["is_virtual"]
    if wanted["room"] != base["room"]:
        values["room"] = wanted["room"] or None
    return values


def _overbooking(draft: AppointmentDraft) -> dict[str, Any]:
    if not draft.is_overbooked:
        return {}
    return {"is_overbooked": True, "overbook_reason": draft.overbook_reason.strip()}
