"""Which rooms a person's window has and how they are connected; panels never talk to each other, it is written here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace


def furnish(space: Workspace) -> None:
    """Make the rooms this person may enter. Docks come first: their order is that of Ctrl+1 to Ctrl+5."""
    Patients(space)
    space.window.start_page.offer(("patients.find", "patients.new"))


class Patients:
    """Finding, registering and the patient's tab."""

    def __init__(self, space: Workspace) -> None:
        from cura_desktop.gui.patients.entries import search_entries
        from cura_desktop.gui.patients.panel import PatientPanel
        from cura_desktop.gui.patients.recent import RecentPatients
        from cura_desktop.services.patients import PatientService

        self._space = space
        self._service = PatientService(space.database, space.caller)
        if not space.caller.may("view", "patients"):
            return
        self._panel = panel = PatientPanel(self._service, space.caller, RecentPatients(space.layouts, space.person))
        space.window.add_dock("patients", "Patients", "users", panel, "left", needs=("view", "patients"))
        for spec in panel.actions():
            space.window.registry.register(spec)
        space.watch(panel)
        panel.picked.connect(self.open)
        panel.register_wanted.connect(self.register)
        panel.edit_wanted.connect(self.edit)
        space.window.patient_chosen.connect(lambda key: self.open(int(key)))
        space.window.set_patient_search(lambda query: search_entries(self._service, space.caller, query))

    def open(self, patient_id: int) -> None:
        """The patient's tab in front."""
        self._panel.note_opened(patient_id)
        self._space.window.open_tab(("patient", patient_id), "Patient", "user", lambda: self._hub(patient_id))

    def register(self, search_text: str) -> None:
        """An empty registration, begun with what was searched for."""
        from cura_desktop.gui.patients.editor import PatientEditor

        def make() -> QWidget:
            editor = PatientEditor(self._service, self._space.caller, self._space.drafts, search_text=search_text)
            editor.registered.connect(lambda patient_id: (self._close(("register",)), self.open(patient_id)))
            editor.open_wanted.connect(self.open)
            editor.cancelled.connect(lambda: self._close(("register",)))
            return editor

        self._space.window.open_tab(("register",), "New patient", "user-plus", make)

    def edit(self, patient_id: int) -> None:
        """The patient's tab with its details open for change."""
        self.open(patient_id)
        hub = self._space.window.work.content(("patient", patient_id))
        if hub is not None:
            hub.edit()  # type: ignore[attr-defined]

    def _hub(self, patient_id: int) -> QWidget:
        from cura_desktop.gui.patients.hub import PatientHub

        hub = PatientHub(self._service, self._space.caller, patient_id, self._space.drafts)
        hub.loaded.connect(lambda name: self._space.window.work.rename(("patient", patient_id), name))
        hub.open_wanted.connect(self.open)
        self._space.watch(hub)
        return hub

    def _close(self, key: tuple[str, ...]) -> None:
        self._space.window.close_tab(key)
