"""Everything of a registration that stands beside the details, in five tabs under the patient's banner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.patients import PatientFacts
from cura_desktop.gui.patients.further_lists import ConsentsList, ContactsList, FurtherList, PeopleList, PoliciesList
from cura_desktop.gui.patients.household import HouseholdPanel
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.widgets.banner_patient import banner_patient
from cura_desktop.gui.widgets.patient_banner import PatientBanner
from cura_desktop.gui.widgets.patient_choice import FindPatients

if TYPE_CHECKING:
    from cura_desktop.services.patients import PatientService
    from cura_desktop.services.registration import RegistrationService


class RegistrationTab(QWidget):
    """`loaded` tells the name for the tab, `open_wanted` asks for a member of the household.

    A list that the role may not see has no tab.
    """

    loaded = Signal(str)
    open_wanted = Signal(int)
    live_tables: tuple[str, ...] = (
        "patients", "patient_contacts", "patient_people", "patient_policies", "gdpr_consents", "households",
        "household_members", "invoices",
    )  # fmt: skip

    def __init__(
        self,
        patients: PatientService,
        registrations: RegistrationService,
        caller: Caller,
        patient_id: int,
        find: FindPatients,
        tasks: Tasks | None = None,
    ) -> None:
        super().__init__()
        self._patients, self._caller, self._id = patients, caller, patient_id
        self._tasks: Tasks = tasks or QtTasks(self)
        self._family_name = ""
        self.banner = PatientBanner()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Registration")
        self.lists: list[FurtherList[Any]] = []
        self._add_lists(registrations, tasks)
        self.household = HouseholdPanel(registrations, patient_id, find, self._suggested_name, tasks)
        self.household.open_wanted.connect(self.open_wanted)
        self.tabs.addTab(self.household, "&Household")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.tabs, 1)
        self._read_banner()

    @property
    def patient_id(self) -> int:
        """Who is shown."""
        return self._id

    def refresh(self) -> None:
        """Something changed on another seat."""
        self._read_banner()
        for kept in self.lists:
            kept.refresh()
        self.household.refresh()

    def has_unsaved_work(self) -> bool:
        """Whether a sheet holds something typed."""
        return self.household.has_unsaved_work() or any(kept.has_unsaved_work() for kept in self.lists)

    # ------------------------------------------------------------------ inside

    def _add_lists(self, registrations: RegistrationService, tasks: Tasks | None) -> None:
        seen, zone, patient_id = self._caller.fields, self._caller.zone, self._id
        if "patientSensitiveInfo" in seen:
            self._add("&Contacts", ContactsList(registrations, patient_id, tasks))
            self._add("&People", PeopleList(registrations, patient_id, tasks))
        if "financialData" in seen:
            self._add("&Insurance", PoliciesList(registrations, patient_id, tasks))
        self._add("C&onsents", ConsentsList(registrations, patient_id, zone, tasks))

    def _add(self, title: str, kept: FurtherList[Any]) -> None:
        self.lists.append(kept)
        self.tabs.addTab(kept, title)

    def _read_banner(self) -> None:
        self._tasks.run(lambda: self._patients.banner(self._id), self._show, self._failed, latest="banner")

    def _show(self, facts: PatientFacts) -> None:
        self._family_name = facts.patient.details.family_name
        self.banner.show_patient(banner_patient(facts, self._caller))
        self.loaded.emit(f"{facts.patient.name}: registration")

    def _failed(self, error: Exception) -> None:
        messages_for(self).report(error, self)

    def _suggested_name(self) -> str:
        return f"{self._family_name} household".strip()
