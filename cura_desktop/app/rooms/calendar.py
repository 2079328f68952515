"""The diary, and who is waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cura_desktop.app.rooms.making import with_tasks
from cura_desktop.app.rooms.patients import PatientRoom

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace
    from cura_desktop.domain.appointments import AppointmentBlock


class CalendarRoom:
    """A clinician who opens a patient from the diary begins with that appointment."""

    def __init__(self, space: Workspace, patients: PatientRoom) -> None:
        from cura_desktop.gui.calendar.panel import CalendarPanel
        from cura_desktop.services.calendar import CalendarService

        self._space = space
        self._patients = patients
        self.open_record: Callable[[int, int | None], object] | None = None
        self.service = CalendarService(space.database, space.caller)
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
        space.window.add_place("waiting", "Waiting room", "users", self.show_waiting, shortcut="F6")

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
