"""The patient's record, for those who may open charts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cura_desktop.app.rooms.making import with_tasks

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace
    from cura_desktop.domain.drafts import Draft

CLINICAL = ("medicalRecords", "prescriptions", "labResults", "medicalImaging")


class RecordRoom:
    """Opening a record is audited before anything of it is read (design/decisions.md 12)."""

    def __init__(self, space: Workspace) -> None:
        self._space = space
        self.sections: list[Callable[[int], tuple[str, str, Callable[[], QWidget]]]] = []
        if space.caller.may("view", "labResults"):
            from cura_desktop.services.results import ResultService

            self._results = ResultService(space.database, space.caller)
            self.sections.append(self._results_section)
            if space.caller.may("edit", "labResults"):
                keys = "Ctrl+Alt+L"
                space.window.add_place("results", "Results to review", "flask-conical", self.review, shortcut=keys)
        self.is_open = any(space.caller.may("view", module) for module in CLINICAL)

    def open(self, patient_id: int, appointment_id: int | None = None) -> None:
        """The record's tab in front."""
        key = ("record", patient_id)
        self._space.window.open_tab(key, "Record", "file-text", lambda: self._tab(patient_id, appointment_id))

    def review(self) -> None:
        """The results that wait for a review, as a tab."""

        def make() -> QWidget:
            from cura_desktop.gui.results.queue import ResultsQueue
            from cura_desktop.services.records import utc_now

            queue = ResultsQueue(self._results, self._space.caller, utc_now)
            queue.picked.connect(self.open_result)
            self._space.watch(queue)
            return queue

        self._space.window.open_tab(("results",), "Results to review", "flask-conical", make)

    def open_result(self, patient_id: int, result_id: int) -> None:
        """The record with one result in hand."""
        from cura_desktop.gui.record.tab import RecordTab
        from cura_desktop.gui.results.section import ResultsSection

        self.open(patient_id)
        tab = self._space.window.work.content(("record", patient_id))
        if isinstance(tab, RecordTab):
            tab.show_section("results")
            section = tab.tabs.section("results")
            if isinstance(section, ResultsSection):
                section.show_result(result_id)

    def _results_section(self, patient_id: int) -> tuple[str, str, Callable[[], QWidget]]:
        def make() -> QWidget:
            from cura_desktop.gui.results.section import ResultsSection

            section = ResultsSection(patient_id, self._results, self._space.caller)
            self._space.watch(section)
            return section

        return "results", "&Results", make

    def restore(self, offer: Draft) -> None:
        """The record an unsaved text belongs to, with that text in its own consultation or letter."""
        from cura_desktop.gui.record.tab import RecordTab

        if offer.key.patient_id is not None:
            self.open(offer.key.patient_id)
            tab = self._space.window.work.content(("record", offer.key.patient_id))
            if isinstance(tab, RecordTab):
                tab.restore_draft(offer)

    def _tab(self, patient_id: int, appointment_id: int | None) -> QWidget:
        from cura_desktop.gui.record.record_sections import RecordServices
        from cura_desktop.gui.record.tab import RecordTab
        from cura_desktop.services.consultations import ConsultationService
        from cura_desktop.services.letters import LetterService
        from cura_desktop.services.records import RecordService

        space = self._space
        services = RecordServices(
            RecordService(space.database, space.caller),
            ConsultationService(space.database, space.caller),
            LetterService(space.database, space.caller),
        )
        tab = with_tasks(lambda tasks: RecordTab(patient_id, services, tasks, space.caller, drafts=space.drafts))
        for make in self.sections:
            tab.add_section(*make(patient_id))
        tab.named.connect(lambda name: space.window.work.rename(("record", patient_id), name))
        space.reopened.connect(tab.open)  # a bound method: the connection ends with the tab
        space.watch(tab)
        tab.open()
        if appointment_id is not None:
            tab.begin_consultation(appointment_id)
        return tab
