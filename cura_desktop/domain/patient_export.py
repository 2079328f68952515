"""A list of patients as lines of a spreadsheet: which columns a role gets, and what a cell may hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cura_desktop.domain.partial_dates import PartialDate, format_partial_date
from cura_desktop.domain.patient_choices import CONTACT_METHODS, GENDERS, LANGUAGES, SEXES
from cura_desktop.domain.patient_fields import FIELD_GROUPS, FIELD_LABELS
from cura_desktop.domain.patients import Patient

MOST_EXPORTED = 50_000
FORMS = {"xlsx": "Excel workbook", "csv": "CSV"}
COLUMNS = (
    "title", "given_name", "family_name", "middle_names", "preferred_name", "born", "gender", "sex", "nhs_number",
    "phone", "second_phone", "email", "street", "city", "county", "postcode", "country", "gp_practice", "insurer",
    "policy_number", "contact_method", "language",
)  # fmt: skip
_WORDS = {"gender": GENDERS, "sex": SEXES, "contact_method": CONTACT_METHODS, "language": LANGUAGES}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Cell = str | date


@dataclass(frozen=True, slots=True)
class PatientExport:
    """A finished file. `restricted` records were left out; `is_whole` is False where the search may have more."""

    content: bytes
    patients: int
    restricted: int = 0
    is_whole: bool = True

    @property
    def summary(self) -> str:
        """`42 patients; 1 restricted record was left out`."""
        parts = ["1 patient" if self.patients == 1 else f"{self.patients:,} patients"]
        if self.restricted:
            were = "record was" if self.restricted == 1 else "records were"
            parts.append(f"{self.restricted:,} restricted {were} left out")
        if not self.is_whole:
            parts.append("more may match: these are the first")
        return "; ".join(parts)


def plain_cell(text: str) -> str:
    """The text without the control characters that no spreadsheet can hold."""
    return _CONTROL.sub("", text)


def export_head(hidden: frozenset[str]) -> tuple[str, ...]:
    """The column titles; the fields of `hidden` groups have no column, so that empty never means "may not see"."""
    return ("Patient number", *(FIELD_LABELS[name] for name in _columns(hidden)), "Status", "Died")


def export_line(patient: Patient, hidden: frozenset[str]) -> tuple[Cell, ...]:
    """One patient under `export_head`. A whole date is a date; a partial one is text (`Aug-1980`)."""
    cells = (_cell(name, getattr(patient.details, name)) for name in _columns(hidden))
    status = "Deceased" if patient.died else "Active" if patient.is_active else "Inactive"
    return (patient.number, *cells, status, patient.died or "")


def _columns(hidden: frozenset[str]) -> Sequence[str]:
    unseen = frozenset[str]().union(*(FIELD_GROUPS[group] for group in hidden))
    return [name for name in COLUMNS if name not in unseen]


def _cell(name: str, value: Any) -> Cell:
    if isinstance(value, PartialDate):
        return value.earliest if value.day is not None else format_partial_date(value)
    if value is None:
        return ""
    return plain_cell(_WORDS[name].get(value, value) if name in _WORDS else str(value))
