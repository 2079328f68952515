"""Finding, registering, and the patient's tab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace
    from cura_desktop.domain.drafts import Draft
    from cura_desktop.domain.patient_papers import LabelWish, PatientPaper
    from cura_desktop.gui.widgets.patient_choice import PatientChoice
    from cura_desktop.services.patient_papers import PatientPaperService

Opens = Callable[[int], object]
Section = tuple[str, QWidget]


class PatientRoom:
    """`open` is how every other room opens a patient: the record for those who may see it, else the hub.

    `sections` make the parts that other rooms put on the hub.
    """

    def __init__(self, space: Workspace) -> None:
        from cura_desktop.services.patients import PatientService

        self._space = space
        self.service = PatientService(space.database, space.caller)
        self.open_record: Opens | None = None
        self.sections: list[Callable[[int], Section]] = []
        self._panel: QWidget | None = None
        if space.caller.may("view", "patients"):
            self._make_panel()
        space.window.add_place(
            "required details", "Required details", "clipboard-list", self.required, shortcut="",
            needs=("edit", "settings"), menu="Office",
        )  # fmt: skip

    def _make_panel(self) -> None:
        from cura_desktop.gui.patients.entries import search_entries
        from cura_desktop.gui.patients.panel import PatientPanel
        from cura_desktop.gui.patients.recent import RecentPatients
        from cura_desktop.services.patient_export import PatientExportService

        space = self._space
        recent = RecentPatients(space.layouts, space.person)
        exports = PatientExportService(space.database, space.caller)
        self._panel = panel = PatientPanel(self.service, space.caller, recent, exports=exports)
        space.window.add_dock("patients", "Patients", "users", panel, "left", needs=("view", "patients"))
        space.offer(panel.actions_offered())
        space.watch(panel)
        panel.picked.connect(self.open)
        panel.register_wanted.connect(self.register)
        panel.edit_wanted.connect(self.edit)
        self._note_opened = panel.note_opened
        space.window.patient_chosen.connect(lambda key: self.open(int(key)))
        space.window.set_patient_search(lambda query: search_entries(self.service, space.caller, query))

    def open(self, patient_id: int) -> None:
        """The patient's tab in front."""
        if self._panel is not None:
            self._note_opened(patient_id)
        if self.open_record is not None:
            self.open_record(patient_id)
        else:
            self.open_hub(patient_id)

    def open_hub(self, patient_id: int) -> QWidget:
        """Who the patient is, and what reception needs."""
        key = ("patient", patient_id)
        return self._space.window.open_tab(key, "Patient", "user", lambda: self._hub(patient_id))

    def register(self, search_text: str) -> None:
        """An empty registration, begun with what was searched for."""
        from cura_desktop.gui.patients.editor import PatientEditor

        def make() -> QWidget:
            editor = PatientEditor(self.service, self._space.caller, self._space.drafts, search_text=search_text)
            editor.registered.connect(self._registered)
            editor.open_wanted.connect(self.open)
            editor.cancelled.connect(self._close_registration)
            return editor

        self._space.window.open_tab(("register",), "New patient", "user-plus", make)

    def edit(self, patient_id: int) -> None:
        """The patient's details, open for change."""
        from cura_desktop.gui.patients.hub import PatientHub

        hub = self.open_hub(patient_id)
        if isinstance(hub, PatientHub):
            hub.edit()

    def registration(self, patient_id: int) -> None:
        """Further contacts, people, insurance, consents and the household of a patient."""
        key = ("registration", patient_id)

        def make() -> QWidget:
            from cura_desktop.gui.patients.registration import RegistrationTab
            from cura_desktop.services.registration import RegistrationService

            registrations = RegistrationService(self._space.database, self._space.caller)
            tab = RegistrationTab(self.service, registrations, self._space.caller, patient_id, self.choices)
            tab.loaded.connect(lambda name: self._space.window.work.rename(key, name))
            tab.open_wanted.connect(self.open)
            self._space.watch(tab)
            return tab

        self._space.window.open_tab(key, "Registration", "users", make)

    def required(self) -> None:
        """What the clinic asks of whom."""

        def make() -> QWidget:
            from cura_desktop.gui.patients.required_list import RequiredList
            from cura_desktop.services.registration import RegistrationService

            kept = RequiredList(RegistrationService(self._space.database, self._space.caller), self._space.caller)
            self._space.watch(kept)
            return kept

        self._space.window.open_tab(("required details",), "Required details", "clipboard-list", make)

    def paper(self, patient_id: int, paper: PatientPaper) -> None:
        """The registration form or the summary, as a tab to print from."""
        papers = self._papers()
        self._show_paper((paper.value, patient_id), paper.title, lambda: papers.paper(patient_id, paper))

    def labels(self, patient_id: int, wish: LabelWish) -> None:
        """Labels, as a tab to print from."""
        papers = self._papers()
        self._show_paper(("labels", patient_id), "Labels", lambda: papers.labels(patient_id, wish))

    def _papers(self) -> PatientPaperService:
        from cura_desktop.services.patient_papers import PatientPaperService

        return PatientPaperService(self._space.database, self._space.caller)

    def _show_paper(self, key: tuple[str, int], title: str, write: Callable[[], bytes]) -> None:
        from cura_desktop.gui.widgets.pdf_viewer import PdfViewer

        def show(content: bytes) -> None:
            viewer = self._space.window.open_tab(key, title, "printer", PdfViewer)
            if isinstance(viewer, PdfViewer):
                viewer.open_bytes(content, title)

        self._space.tasks.run(write, show, self._space.window.messages.report)

    def restore(self, offer: Draft) -> None:
        """The form an unsaved text belongs to, with that text in it."""
        from cura_desktop.gui.patients.editor import PatientEditor
        from cura_desktop.gui.patients.hub import PatientHub

        if offer.key.patient_id is None:
            self.register("")
            form = self._space.window.work.content(("register",))
        else:
            form = self.open_hub(offer.key.patient_id)
        if isinstance(form, PatientEditor | PatientHub):
            form.restore_draft(offer)

    def choices(self, query: str) -> Sequence[PatientChoice]:
        """Patients for the search boxes of other rooms; off the GUI thread."""
        from cura_desktop.domain.patients import born_text
        from cura_desktop.gui.widgets.patient_choice import PatientChoice

        today = self.service.today()
        return [
            PatientChoice(one.id, one.name, f"Born {born_text(one.born, one.died or today)}")
            for one in self.service.search(query)
        ]

    def choice(self, patient_id: int) -> PatientChoice:
        """One patient as another room's form names them; off the GUI thread."""
        from cura_desktop.domain.patients import born_text
        from cura_desktop.gui.widgets.patient_choice import PatientChoice

        one = self.service.get(patient_id)
        born = born_text(one.details.born, one.died or self.service.today())
        return PatientChoice(one.id, one.name, f"Born {born}")

    def _hub(self, patient_id: int) -> QWidget:
        from cura_desktop.gui.patients.hub import PatientHub

        hub = PatientHub(self.service, self._space.caller, patient_id, self._space.drafts)
        for make in self.sections:
            hub.add_section(*make(patient_id))
        hub.loaded.connect(lambda name: self._space.window.work.rename(("patient", patient_id), name))
        hub.open_wanted.connect(self.open)
        hub.registration_wanted.connect(self.registration)
        hub.paper_wanted.connect(self.paper)
        hub.labels_wanted.connect(self.labels)
        if self.open_record is not None:
            hub.record_wanted.connect(self.open_record)
        self._space.watch(hub)
        return hub

    def _registered(self, patient_id: int) -> None:
        self._close_registration()
        self.open_hub(patient_id)

    def _close_registration(self) -> None:
        self._space.window.close_tab(("register",))
