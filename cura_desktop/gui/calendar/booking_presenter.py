"""Booking and changing an appointment: from what was typed to the diary, and what to do when the time is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from cura_desktop.domain.appointments import (
    AppointmentBlock,
    AppointmentDraft,
    AppointmentType,
    CalendarRange,
    FreeTime,
    Provider,
    SlotTakenError,
)
from cura_desktop.domain.calendar import Interval
from cura_desktop.domain.clinic_time import to_clinic, to_utc
from cura_desktop.domain.dates import format_time, format_weekday_date
from cura_desktop.domain.errors import InvalidInputError, StaleRecordError, UnknownOutcomeError
from cura_desktop.gui.calendar.contracts import Clock, Diary
from cura_desktop.gui.widgets.patient_choice import PatientChoice

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


@dataclass(frozen=True, slots=True)
class BookingStart:
    """What is known when the sheet opens. `start` is naive UTC; `day` a clinic date, used when there is no start."""

    patient: PatientChoice | None = None
    provider_id: int | None = None
    start: datetime | None = None
    day: date | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class BookingFields:
    """What stands in the fields. `second_pass` is the later of the two hours on the night the clocks go back."""

    patient_id: int | None
    provider_id: int | None
    day: date | None
    clock: time | None
    minutes: int
    type: AppointmentType
    reason: str
    room: str
    is_virtual: bool
    overbook: bool
    overbook_reason: str
    second_pass: bool = False


class BookingView(Protocol):
    """What the presenter needs of the sheet."""

    def fields(self) -> BookingFields: ...
    def field_problems(self) -> Mapping[str, str]: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def show_clash(self, sentence: str, free: Sequence[FreeTime]) -> None: ...
    def show_notice(self, sentence: str) -> None: ...
    def show_busy(self, busy: bool) -> None: ...
    def finish(self, saved: AppointmentBlock, is_new: bool) -> None: ...
    def report(self, error: Exception) -> None: ...


class BookingPresenter:
    """One sheet at a time. The client key is made when the sheet opens, so that a double submit books once."""

    def __init__(self, view: BookingView, diary: Diary, tasks: Tasks, zone: ZoneInfo, clock: Clock) -> None:
        self._view, self._diary, self._tasks, self._zone, self._clock = view, diary, tasks, zone, clock
        self._seen: AppointmentBlock | None = None
        self._client_key: UUID = uuid4()
        self._providers: Sequence[Provider] = ()
        self._known = CalendarRange(())
        self._busy = False

    def begin(self, providers: Sequence[Provider], known: CalendarRange, seen: AppointmentBlock | None = None) -> None:
        """A new booking, or a change of `seen`. `known` is what the calendar shows: clashes in it are told at once."""
        self._providers, self._known, self._seen = providers, known, seen
        self._client_key = uuid4()
        self._busy = False

    @property
    def seen(self) -> AppointmentBlock | None:
        """The appointment that is being changed."""
        return self._seen

    # ------------------------------------------------------------------------------------------------------ advice

    def start_of(self, fields: BookingFields) -> datetime | None:
        """Naive UTC of date and time; raises InvalidInputError for a time that the clocks skip."""
        if fields.day is None or fields.clock is None:
            return None
        local = datetime.combine(fields.day, fields.clock).replace(fold=1 if fields.second_pass else 0)
        return to_utc(local, self._zone)

    def advice(self, fields: BookingFields) -> str:
        """What speaks against the time before it is sent: outside working hours, taken, in the past, skipped."""
        try:
            start = self.start_of(fields)
        except InvalidInputError as error:
            return str(error)
        if start is None or fields.provider_id is None:
            return ""
        minutes = max(fields.minutes, 1)
        wanted = Interval(start, start + timedelta(minutes=minutes))
        provider = next((one for one in self._providers if one.id == fields.provider_id), None)
        name = provider.name if provider is not None else "This person"
        clash = self._known.clash(wanted, fields.provider_id, self._seen.id if self._seen is not None else 0)
        if clash is not None:
            return f"{name} is booked then: {clash.patient_name}."
        if wanted.end <= self._clock():
            return "This time has passed already."
        day = to_clinic(start, self._zone).date()
        if day in self._known.days and self._known.provider(fields.provider_id) is not None:
            hours = self._known.hours_of(fields.provider_id, day)
            if not hours.is_working:
                return f"{name} does not work on {format_weekday_date(day)}."
            if not hours.is_inside(wanted):
                return f"This lies outside the working hours of {name}."
        return ""

    # ----------------------------------------------------------------------------------------------------- actions

    def submit(self) -> None:
        """Book or change, once: pressed again while it is under way, nothing more happens."""
        if self._busy:
            return
        fields = self._view.fields()
        try:
            draft = self._draft(fields)
        except InvalidInputError as error:
            self._view.show_problems(error.problems)
            return
        problems = {**draft.problems(), **self._view.field_problems()}
        if fields.overbook and not fields.overbook_reason.strip():
            problems["overbook_reason"] = "Say why this time is booked twice."
        if problems:
            self._view.show_problems(problems)
            return
        self._view.show_problems({})
        self._view.show_busy(True)
        self._busy = True
        seen, key = self._seen, self._client_key
        call: Callable[[], AppointmentBlock] = (
            (lambda: self._diary.book(draft, key)) if seen is None else (lambda: self._diary.change(seen, draft))
        )
        self._tasks.run(call, self._done, self._refused)

    def _draft(self, fields: BookingFields) -> AppointmentDraft:
        return AppointmentDraft(
            patient_id=fields.patient_id,
            provider_id=fields.provider_id,
            start=self.start_of(fields),
            minutes=fields.minutes,
            type=fields.type,
            reason=fields.reason,
            is_virtual=fields.is_virtual,
            room=fields.room,
            overbook_reason=fields.overbook_reason if fields.overbook else "",
        )

    def find_free(self) -> None:
        """The next free times from the day and time in the fields, or from now, for the chosen person or anybody."""
        fields = self._view.fields()
        try:
            start = self.start_of(fields)
        except InvalidInputError:
            start = None
        if start is None:
            start = to_utc(datetime.combine(fields.day, time(0, 0)), self._zone) if fields.day else self._clock()
        earliest, seen = start, self._seen.id if self._seen is not None else 0
        self._tasks.run(
            lambda: self._diary.next_free(
                fields.provider_id, fields.minutes, earliest, patient_id=fields.patient_id, apart_from=seen
            ),
            self._found_free,
            latest="free",
        )

    def _found_free(self, free: Sequence[FreeTime]) -> None:
        self._view.show_clash("Next free times:" if free else "Nothing is free in the next two weeks.", free)

    def free_text(self, free: FreeTime) -> str:
        """`10:15`, with the day when it is another one, and the person when several were searched."""
        local, fields = to_clinic(free.start, self._zone), self._view.fields()
        day = "" if local.date() == fields.day else f"{format_weekday_date(local.date())} "
        who = "" if free.provider_id == fields.provider_id else f" {free.provider_name}"
        return f"{day}{format_time(local.time())}{who}"

    def _done(self, saved: AppointmentBlock) -> None:
        self._busy = False
        self._view.show_busy(False)
        self._view.finish(saved, self._seen is None)

    def _refused(self, error: Exception) -> None:
        """What was typed stays. A lost connection keeps the key, so trying again cannot book twice."""
        self._busy = False
        self._view.show_busy(False)
        if isinstance(error, SlotTakenError):
            self._view.show_clash(str(error), error.free)
        elif isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        elif isinstance(error, StaleRecordError) and isinstance(error.current, AppointmentBlock):
            self._seen = error.current
            self._view.show_notice(self._stale(error.current))
        elif isinstance(error, UnknownOutcomeError):
            self._view.show_notice(str(error))
        else:
            self._view.report(error)

    def _stale(self, current: AppointmentBlock) -> str:
        local = to_clinic(current.start, self._zone)
        provider = next((one.name for one in self._providers if one.id == current.provider_id), "")
        who = f" with {provider}" if provider else ""
        return (
            f"Somebody else changed this appointment meanwhile. It is now {current.status.words.lower()},"
            f" {format_weekday_date(local.date())} {format_time(local.time())}{who}, “{current.reason}”."
            " Saving again puts what stands below in its place."
        )
