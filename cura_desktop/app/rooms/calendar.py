"""The diary, and who is waiting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cura_desktop.app.rooms.making import with_tasks
from cura_desktop.app.rooms.patients import PatientRoom
from cura_desktop.domain.dates import format_date

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace
    from cura_desktop.domain.appointments import AppointmentBlock
    from cura_desktop.domain.waiting_list import WaitingEntry
    from cura_desktop.gui.shell.actions import ActionSpec


class CalendarRoom:
    """A clinician who opens a patient from the diary begins with that appointment."""

    def __init__(self, space: Workspace, patients: PatientRoom) -> None:
        from cura_desktop.gui.calendar.panel import CalendarPanel
        from cura_desktop.services.calendar import CalendarService
        from cura_desktop.services.waiting_list import WaitingListService

        self._space = space
        self._patients = patients
        self.open_record: Callable[[int, int | None], object] | None = None
        self.service = CalendarService(space.database, space.caller)
        self.waiting_list = WaitingListService(space.database, space.caller)
        if not space.caller.may("view", "appointments"):
            return
        self.panel = panel = with_tasks(
            lambda tasks: CalendarPanel(self.service, tasks, space.caller, patients.choices)
        )
        space.window.add_dock("calendar", "Calendar", "calendar", panel, "right", needs=("view", "appointments"))
        space.offer(panel.actions_offered())
        space.watch(panel)
        panel.patient_wanted.connect(self._open)
        patients.sections.append(self._visits)
        space.window.add_place("month", "Month", "layout-grid", self.show_month, shortcut="Ctrl+Alt+N")
        space.offer([self._printing()])
        space.window.add_place("waiting_list", "Waiting list", "hourglass", self.show_waiting_list, shortcut="")
        panel.changed.connect(self._offer_freed)
        space.window.add_place("rota", "Rota", "calendar-clock", self.show_rota, shortcut="", menu="Office")
        space.window.add_place("waiting", "Waiting room", "users", self.show_waiting, shortcut="F6")

    def _printing(self) -> ActionSpec:
        from cura_desktop.gui.shell.actions import ActionSpec

        return ActionSpec(
            "calendar.print", "Calendar: &print the day", self.print_day, "", "", "Calendar", ("view", "appointments"),
            "printer", also="day sheet paper list",
        )  # fmt: skip

    def show_month(self) -> None:
        """A month at a glance, as a tab; a day of it opens in the calendar."""

        def make() -> QWidget:
            from cura_desktop.gui.calendar.month import MonthView

            month = MonthView(self.service, self.panel.presenter.today)
            month.picked.connect(self._open_day)
            self._space.watch(month)
            return month

        self._space.window.open_tab(("month",), "Month", "layout-grid", make)

    def _open_day(self, day: date, provider_id: int | None) -> None:
        self._space.window.go("calendar")
        if provider_id is not None:
            self.panel.presenter.set_person(provider_id)
        self.panel.presenter.go(day)

    def print_day(self) -> None:
        """The day sheet of what the calendar shows, as a tab to print from."""
        from cura_desktop.gui.widgets.pdf_viewer import PdfViewer
        from cura_desktop.services.day_sheet import DaySheetService

        presenter, sheets = self.panel.presenter, DaySheetService(self._space.database, self._space.caller)
        day, person = presenter.day, presenter.person

        def show(content: bytes) -> None:
            title = f"Day sheet {format_date(day)}"
            viewer = self._space.window.open_tab(("day sheet", day.toordinal()), title, "printer", PdfViewer)
            if isinstance(viewer, PdfViewer):
                viewer.open_bytes(content, title)

        self._space.tasks.run(lambda: sheets.day_sheet(day, person), show, self._space.window.messages.report)

    def show_waiting_list(self) -> None:
        """Who waits for a time, as a tab."""

        def make() -> QWidget:
            from cura_desktop.gui.calendar.waiting_list import WaitingList

            kept = WaitingList(self.waiting_list, self._space.caller, self._patients.choices)
            self._space.watch(kept)
            return kept

        self._space.window.open_tab(("waiting_list",), "Waiting list", "hourglass", make)

    def _offer_freed(self, block: AppointmentBlock) -> None:
        """A time was given up: say who waits for such a one."""
        if block.status.takes_time:
            return

        def told(entries: tuple[WaitingEntry, ...]) -> None:
            if entries:
                who = "1 patient waits" if len(entries) == 1 else f"{len(entries)} patients wait"
                self._space.window.messages.toast(
                    f"{who} for such a time.", "info", lambda: self._show_matches(block, entries), "&Show them"
                )

        self._space.tasks.run(lambda: self.waiting_list.matches(block), told, lambda _: None)

    def _show_matches(self, block: AppointmentBlock, entries: tuple[WaitingEntry, ...]) -> None:
        from cura_desktop.gui.calendar.waiting_list import MatchesView

        key = ("matches", block.id)

        def done(booked: AppointmentBlock) -> None:
            self._space.window.close_tab(key)
            self._show_appointment(booked)

        def make() -> QWidget:
            view = MatchesView(self.waiting_list, self._space.caller)
            view.booked.connect(done)
            view.left.connect(lambda: self._space.window.close_tab(key))
            view.show_matches(block, entries)
            return view

        self._space.window.open_tab(key, "Freed time", "hourglass", make)

    def show_rota(self) -> None:
        """Who works when, as a tab."""

        def make() -> QWidget:
            from cura_desktop.gui.calendar.rota import RotaScreen
            from cura_desktop.services.rota import RotaService

            rota = RotaScreen(RotaService(self._space.database, self._space.caller), self._space.caller)
            self._space.watch(rota)
            return rota

        self._space.window.open_tab(("rota",), "Rota", "calendar-clock", make)

    def show_waiting(self) -> None:
        """Who has arrived and waits, as a tab."""
        self._space.window.open_tab(("waiting",), "Waiting room", "users", self._waiting)

    def _waiting(self) -> QWidget:
        from cura_desktop.gui.calendar.arrivals import ArrivalsPanel

        waiting = with_tasks(lambda tasks: ArrivalsPanel(self.service, tasks, self._space.caller))
        waiting.patient_wanted.connect(self._patients.open)
        waiting.picked.connect(self.panel.go_to)
        self._space.watch(waiting)
        return waiting

    def _visits(self, patient_id: int) -> tuple[str, QWidget]:
        """A patient's appointments for the patient's page."""
        from cura_desktop.gui.calendar.panel import utc_now
        from cura_desktop.gui.calendar.patient_visits import PatientVisits

        space = self._space
        visits = with_tasks(lambda tasks: PatientVisits(self.service, tasks, space.caller, patient_id, utc_now))
        visits.picked.connect(self._show_appointment)
        visits.book_wanted.connect(lambda: self._book_for(patient_id))
        space.watch(visits)
        return "Appointments", visits

    def _show_appointment(self, block: AppointmentBlock) -> None:
        self._space.window.go("calendar")
        self.panel.go_to(block)

    def _book_for(self, patient_id: int) -> None:
        self._space.tasks.run(
            lambda: self._patients.choice(patient_id), self.panel.book_for, self._space.window.messages.report
        )

    def _open(self, patient_id: int) -> None:
        block = self.panel.current()
        if self.open_record is not None:
            mine = block is not None and block.patient_id == patient_id
            self.open_record(patient_id, block.id if mine and block is not None else None)
        else:
            self._patients.open(patient_id)
