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
            space.window.add_place(
                "near_misses", "Near misses", "shield-alert", self.near_misses, shortcut="", menu="Office"
            )
        needs = ("view", "sales")
        space.window.add_place("controlled", "Controlled drugs", "lock", self.controlled, shortcut="", needs=needs)
        needs = ("edit", "medicines")
        space.window.add_place(
            "wordings", "Label wordings", "tag", self.wordings, shortcut="", needs=needs, menu="Office"
        )

    def dispense(self) -> None:
        """The queue and the work in hand."""
        self._space.window.open_tab(("dispensing",), "Dispensing", "pill", self._screen)

    def near_misses(self) -> None:
        """What the scanner refused."""

        def make() -> QWidget:
            from cura_desktop.gui.dispensing.near_misses import NearMissList
            from cura_desktop.services.scanning import ScanningService

            register = NearMissList(ScanningService(self._space.database, self._space.caller), self._space.caller)
            self._space.watch(register)
            return register

        self._space.window.open_tab(("near_misses",), "Near misses", "shield-alert", make)

    def controlled(self) -> None:
        """The register of controlled drugs."""

        def make() -> QWidget:
            from cura_desktop.gui.dispensing.controlled import ControlledRegister
            from cura_desktop.services.controlled import ControlledRegisterService

            service = ControlledRegisterService(self._space.database, self._space.caller)
            register = ControlledRegister(service, self._space.caller)
            self._space.watch(register)
            return register

        self._space.window.open_tab(("controlled",), "Controlled drugs", "lock", make)

    def wordings(self) -> None:
        """What the numbered cautionary labels say."""

        def make() -> QWidget:
            from cura_desktop.gui.dispensing.label_wordings import LabelWordings
            from cura_desktop.services.dispensing import DispensingService

            kept = LabelWordings(DispensingService(self._space.database, self._space.caller), self._space.caller)
            self._space.watch(kept)
            return kept

        self._space.window.open_tab(("wordings",), "Label wordings", "tag", make)

    def _screen(self) -> QWidget:
        from cura_desktop.gui.dispensing.screen import DispensingScreen
        from cura_desktop.services.dispensing import DispensingService
        from cura_desktop.services.scanning import ScanningService

        service = DispensingService(self._space.database, self._space.caller)
        scanning = ScanningService(self._space.database, self._space.caller)
        screen = with_tasks(lambda tasks: DispensingScreen(service, tasks, self._space.caller, scanning=scanning))
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
