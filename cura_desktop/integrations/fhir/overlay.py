"""Names, NHS numbers, phones and addresses that take the place of those in the files, joined by patient id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from cura_desktop.domain.imports import ImportRefusedError
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patients import PatientDraft
from cura_desktop.integrations.fhir.units import read_table

_KEY = "synthea_patient_id"
_COLUMNS = {_KEY, "title", "family_name", "given_name", "nhs_number", "date_of_birth", "sex", "home_phone", "mobile"}
_ADDRESS = {"address_line1", "town", "postcode"}

Overlay = Mapping[str, Mapping[str, str]]


def read_overlay(path: Path) -> Overlay:
    """Rows by patient id. Raises ImportRefusedError; an id or NHS number that comes twice is refused, too."""
    rows = read_table(path, _COLUMNS | _ADDRESS)
    for column in (_KEY, "nhs_number"):
        values = [row[column] for row in rows if row[column]]
        if len(set(values)) != len(values):
            raise ImportRefusedError(f"{path.name}: the same {column} stands in two lines.")
    return {row[_KEY]: row for row in rows}


def overlaid(draft: PatientDraft, row: Mapping[str, str]) -> PatientDraft:
    """The draft with the overlay's details. Raises ImportRefusedError where it speaks of somebody else."""
    try:
        born = date.fromisoformat(row["date_of_birth"])
    except ValueError:
        raise ImportRefusedError("The overlay's date of birth for this patient cannot be read.") from None
    if draft.born != PartialDate(born.year, born.month, born.day) or row["sex"] != draft.gender:
        raise ImportRefusedError("The overlay's date of birth or sex is not the one of this patient.")
    return replace(
        draft,
        title=row["title"],
        family_name=row["family_name"],
        given_name=row["given_name"],
        middle_names="",
        preferred_name="",
        nhs_number=row["nhs_number"],
        phone=row["mobile"] or row["home_phone"],
        second_phone=row["home_phone"] if row["mobile"] else "",
        street=row["address_line1"],
        city=row["town"],
        county="",
        postcode=row["postcode"],
        country="",
    )
