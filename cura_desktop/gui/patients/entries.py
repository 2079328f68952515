"""Patients in the command palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.identity import format_nhs_number
from cura_desktop.domain.patients import PatientSummary, born_text
from cura_desktop.gui.shell.palette_ranking import Entry
from cura_desktop.gui.widgets.banner_patient import clinic_today

if TYPE_CHECKING:
    from cura_desktop.services.patients import PatientService

MOST = 12


def search_entries(service: PatientService, caller: Caller, query: str) -> list[Entry]:
    """The patients that answer a query, for the palette; asks the server, so never on the GUI thread."""
    return [_entry(one, caller) for one in service.search(query, most=MOST)]


def _entry(patient: PatientSummary, caller: Caller) -> Entry:
    parts = [f"Born {born_text(patient.born, patient.died or clinic_today(caller))}"]
    if patient.nhs_number:
        parts.append(f"NHS {format_nhs_number(patient.nhs_number)}")
    if patient.died:
        parts.append("Deceased")
    elif not patient.is_active:
        parts.append("Inactive")
    return Entry("patient", str(patient.id), patient.name, "  ".join(parts), also=patient.number)
