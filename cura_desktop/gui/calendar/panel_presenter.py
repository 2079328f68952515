"""The calendar panel: which days and people are shown, and what happens to appointments from there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from cura_desktop.domain.appointments import (
    AppointmentBlock,
    CalendarRange,
    Provider,
    SlotTakenError,
    week_days,
)
from cura_desktop.domain.calendar import AppointmentStatus, may_change, previous_status
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_time, format_weekday_date
from cura_desktop.domain.errors import CuraError, InvalidInputError, StaleRecordError
from cura_desktop.gui.calendar.contracts import Clock, Diary
from cura_desktop.gui.calendar.geometry import GridColumn
from cura_desktop.gui.shell.palette import Kind

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

_HIDDEN = frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.RESCHEDULED})


class ViewMode(StrEnum):
    """What the panel shows."""

    DAY = "day"
    WEEK = "week"
    LIST = "list"


class CalendarView(Protocol):
    """What the presenter needs of the panel."""

    def show_people(self, providers: Sequence[Provider], chosen: int | None) -> None: ...
    def show_calendar(
        self, columns: Sequence[GridColumn], view: CalendarRange, shown: Sequence[AppointmentBlock], mode: ViewMode
    ) -> None: ...
    def show_loading(self) -> None: ...
    def show_failure(self, sentence: str) -> None: ...
    def show_day(self, day: date, title: str) -> None: ...
    def say(self, text: str, kind: Kind = "info", undo: Callable[[], object] | None = None) -> None: ...
    def report(self, error: Exception) -> None: ...
    def tell_changed(self, block: AppointmentBlock) -> None: ...


class CalendarPresenter:
    """Loads in the background; the newest request wins. A change is shown at once and then read again."""

    def __init__(self, view: CalendarView, diary: Diary, tasks: Tasks, zone: ZoneInfo, me: int, clock: Clock) -> None:
        self._view, self._diary, self._tasks = view, diary, tasks
        self._zone, self._me, self._clock = zone, me, clock
        self.mode = ViewMode.DAY
        self.day = self.today()
        self.person: int | None = None
        self._for_week: int | None = None
        self.with_cancelled = False
        self._providers: tuple[Provider, ...] = ()
        self._range = CalendarRange(())

    def today(self) -> date:
        """The clinic's date now."""
        return to_clinic(self._clock(), self._zone).date()

    @property
    def range(self) -> CalendarRange:
        """What was read last."""
        return self._range

    @property
    def providers(self) -> tuple[Provider, ...]:
        """Everybody who can be booked."""
        return self._providers

    # --------------------------------------------------------------------------------------------------- what is seen

    def begin(self) -> None:
        """First load: the people, then the day."""
        self._view.show_loading()
        self._tasks.run(self._diary.providers, self._took_people, self._failed, latest="people")

    def _took_people(self, providers: tuple[Provider, ...]) -> None:
        if not self._providers and any(one.id == self._me for one in providers):
            self.person = self._me  # whoever has a diary starts with it
        self._providers = providers
        self._settle_person()
        self._view.show_people(providers, self.person)
        self.load()

    def _settle_person(self) -> None:
        """A week is of one person: mine where I have a diary, else the first one's."""
        ids = [one.id for one in self._providers]
        if self.person is not None and self.person not in ids:
            self.person = None
        if self.mode is ViewMode.WEEK and self.person is None and ids:
            self.person = self._for_week = self._me if self._me in ids else self._busiest(ids)
        elif self.mode is not ViewMode.WEEK and self._for_week is not None:
            self.person = None if self.person == self._for_week else self.person  # back to everybody, as before
            self._for_week = None

    def _busiest(self, ids: Sequence[int]) -> int:
        """Who has most appointments among what is shown, so that the week begins with somebody who is there."""
        booked = Counter(block.provider_id for block in self._range.blocks)
        return max(ids, key=lambda one: booked[one])

    def load(self) -> None:
        """Read the days shown again."""
        days = self._days()
        people = [self.person] if self.person is not None else None
        self._view.show_day(self.day, self._title(days))
        self._tasks.run(
            lambda: self._diary.range(days[0], days[-1], people), self._took_range, self._failed, latest="range"
        )

    def _days(self) -> tuple[date, ...]:
        return week_days(self.day) if self.mode is ViewMode.WEEK else (self.day,)

    def _title(self, days: tuple[date, ...]) -> str:
        if len(days) == 1:
            return format_weekday_date(days[0]) + (" · today" if days[0] == self.today() else "")
        return f"{format_weekday_date(days[0])} to {format_weekday_date(days[-1])}"

    def _took_range(self, view: CalendarRange) -> None:
        self._range = view
        self._show()

    def _show(self) -> None:
        shown = [block for block in self._range.blocks if self.with_cancelled or block.status not in _HIDDEN]
        self._view.show_calendar(self._columns(shown), self._range, shown, self.mode)

    def _columns(self, shown: Sequence[AppointmentBlock]) -> list[GridColumn]:
        """In a week the days of one person; in a day those who work then or are booked all the same."""
        if self.mode is ViewMode.WEEK:
            person = self._range.provider(self.person or 0)
            return [] if person is None else [GridColumn(day, person) for day in self._week_shown(shown)]
        booked = {block.provider_id for block in shown}
        return [
            GridColumn(self.day, one)
            for one in self._range.providers
            if one.id in booked or self.person == one.id or self._range.hours_of(one.id, self.day).is_working
        ]

    def _week_shown(self, shown: Sequence[AppointmentBlock]) -> list[date]:
        """Saturday and Sunday only when there is something in them."""
        booked = {to_clinic(block.start, self._zone).date() for block in shown}
        working = {one.day for one in self._range.hours if one.is_working}
        days = self._range.days
        last = max((index for index, day in enumerate(days) if day in booked or day in working), default=0)
        return list(days[: max(last, 4) + 1])

    def go(self, day: date) -> None:
        """Show another day or the week around it."""
        self.day = day
        self.load()

    def step(self, by: int) -> None:
        """Days or weeks forward or back."""
        self.go(self.day + timedelta(days=by * (7 if self.mode is ViewMode.WEEK else 1)))

    def go_today(self) -> None:
        """Back to the present."""
        self.go(self.today())

    def set_mode(self, mode: ViewMode) -> None:
        """Day, week or list."""
        self.mode = mode
        self._settle_person()
        self._view.show_people(self._providers, self.person)
        self.load()

    def set_person(self, person: int | None) -> None:
        """One provider, or everybody (None; a week is always of one)."""
        self.person, self._for_week = person, None
        self._settle_person()
        if self.person != person:
            self._view.show_people(self._providers, self.person)
        self.load()

    def show_cancelled(self, wanted: bool) -> None:
        """With or without what was cancelled or moved elsewhere."""
        self.with_cancelled = wanted
        self._show()

    # ------------------------------------------------------------------------------------------------ what is changed

    def move(self, block: AppointmentBlock, start: datetime, provider_id: int) -> None:
        """Another time or another provider; can be taken back."""

        def done(saved: AppointmentBlock) -> None:
            self.took(saved)
            self._view.say(
                f"{saved.patient_name} moved to {self._when(saved)}.",
                "success",
                lambda: self.move(saved, block.start, block.provider_id),
            )

        self._run(lambda: self._diary.move(block, start, provider_id), done)

    def resize(self, block: AppointmentBlock, minutes: int) -> None:
        """Longer or shorter; can be taken back."""

        def done(saved: AppointmentBlock) -> None:
            self.took(saved)
            self._view.say(
                f"{saved.patient_name} takes {saved.minutes} minutes.",
                "success",
                lambda: self.resize(saved, block.minutes),
            )

        self._run(lambda: self._diary.resize(block, minutes), done)

    def set_status(self, block: AppointmentBlock, status: AppointmentStatus, reason: str = "") -> None:
        """A step of the visit; taken back from the message that says it."""

        def done(saved: AppointmentBlock) -> None:
            self.took(saved)
            back = block.status if may_change(saved.status, block.status) else previous_status(saved.status)
            undo = partial(self.set_status, saved, back) if back is not None else None
            self._view.say(f"{saved.patient_name}: {saved.status.words.lower()}.", "success", undo)

        self._run(lambda: self._diary.set_status(block, status, reason), done)

    def step_back(self, block: AppointmentBlock) -> None:
        """Take the last step back, where there is one."""
        back = previous_status(block.status)
        if back is not None:
            self.set_status(block, back)

    def took(self, saved: AppointmentBlock) -> None:
        """Show a saved appointment at once, then read the days again."""
        blocks = [saved if block.id == saved.id else block for block in self._range.blocks]
        if all(block.id != saved.id for block in blocks) and self._belongs(saved):
            blocks.append(saved)
        self._range = replace(self._range, blocks=tuple(sorted(blocks, key=lambda each: (each.start, each.id))))
        self._show()
        self._view.tell_changed(saved)
        self.load()

    def _belongs(self, block: AppointmentBlock) -> bool:
        in_days = to_clinic(block.start, self._zone).date() in self._range.days
        return in_days and self.person in (None, block.provider_id)

    def _when(self, block: AppointmentBlock) -> str:
        local = to_clinic(block.start, self._zone)
        provider = self._range.provider(block.provider_id)
        who = f" with {provider.name}" if provider is not None else ""
        return f"{format_weekday_date(local.date())} {format_time(local.time())}{who}"

    def _run(self, call: Callable[[], AppointmentBlock], done: Callable[[AppointmentBlock], None]) -> None:
        self._tasks.run(call, done, self._refused)

    def _refused(self, error: Exception) -> None:
        """Say it in place, with the next free time where there is one; and show how things are."""
        if isinstance(error, StaleRecordError | InvalidInputError):
            self._view.say(f"{error} Look at it as it is now, then try again.", "warning")
        elif isinstance(error, SlotTakenError):
            free = f" Next free: {self._free(error)}." if error.free else ""
            self._view.say(f"{error}{free}", "warning")
        else:
            self._view.report(error)
        self.load()

    def _free(self, error: SlotTakenError) -> str:
        local = to_clinic(error.free[0].start, self._zone)
        return f"{format_weekday_date(local.date())} {format_time(local.time())}"

    def _failed(self, error: Exception) -> None:
        if isinstance(error, CuraError) and not self._range.days:
            self._view.show_failure(str(error))
        self._view.report(error)
