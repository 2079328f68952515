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
        self.is_open = any(space.caller.may("view", module) for module in CLINICAL)

    def open(self, patient_id: int, appointment_id: int | None = None) -> None:
        """The record's tab in front."""
        key = ("record", patient_id)
        self._space.window.open_tab(key, "Record", "file-text", lambda: self._tab(patient_id, appointment_id))

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
