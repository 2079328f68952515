"""Prescribing in the record, and the dispensing screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cura_desktop.app.rooms.making import with_tasks
from cura_desktop.app.rooms.record import RecordRoom

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace


class MedicinesRoom:
    """Who may create prescriptions writes them in the record; who may edit them and keep stock dispenses."""

    def __init__(self, space: Workspace, record: RecordRoom) -> None:
        from cura_desktop.services.medicines import MedicineService
        from cura_desktop.services.prescriptions import PrescriptionService

        self._space = space
        self._medicines = MedicineService(space.database, space.caller)
        self._prescriptions = PrescriptionService(space.database, space.caller)
        if space.caller.may("view", "prescriptions"):
            record.sections.append(self._prescribing)
        if space.caller.may("edit", "prescriptions") and space.caller.may("edit", "inventory"):
            space.window.add_place("dispensing", "Dispensing", "pill", self.dispense, shortcut="F7")

    def dispense(self) -> None:
        """The queue and the work in hand."""
        self._space.window.open_tab(("dispensing",), "Dispensing", "pill", self._screen)

    def _screen(self) -> QWidget:
        from cura_desktop.gui.dispensing.screen import DispensingScreen
        from cura_desktop.services.dispensing import DispensingService

        service = DispensingService(self._space.database, self._space.caller)
        screen = with_tasks(lambda tasks: DispensingScreen(service, tasks, self._space.caller))
        self._space.watch(screen)
        return screen

    def _prescribing(self, patient_id: int) -> tuple[str, str, Callable[[], QWidget]]:
        return "prescribing", "Prescribing", lambda: self._prescribing_panel(patient_id)

    def _prescribing_panel(self, patient_id: int) -> QWidget:
        from cura_desktop.gui.prescribing.panel import PrescribingPanel

        panel = with_tasks(
            lambda tasks: PrescribingPanel(patient_id, self._prescriptions, self._medicines, tasks, self._space.caller)
        )
        self._space.watch(panel)
        return panel
