"""The formulary as each clinic's own medicine list."""

from __future__ import annotations

from datetime import date

from cura_desktop.db.demo.content import Content, Medicine
from cura_desktop.db.demo.people import Clinic
from cura_desktop.db.demo.rows import Book


def write_formulary(book: Book, content: Content, clinic: Clinic) -> None:
    """The formulary as the clinic's own medicine list, one row for each entry, in file order."""
    for medicine in content.medicines.values():
        book.add(
            "medications_database",
            clinic.organization_id,
            name=medicine.name,
            category=medicine.therapeutic_group,
            dosage=medicine.adult_dose,
            severity="high" if medicine.cd_code in {"0002", "0004", "0005"} else "low",
            form=medicine.form,
            strength=medicine.strength,
            route=medicine.route,
            unit=medicine.unit,
            pack_sizes=list(medicine.pack_sizes),
            legal_category=medicine.legal,
            cd_schedule=medicine.cd_code,
            label_numbers=list(medicine.labels),
            substances=[medicine.name],
            classes=sorted(medicine.groups),
            usual_dose=medicine.adult_dose or None,
            code=medicine.code,
            code_system="cura-formulary",
            source=medicine.source,
            source_date=date(2026, 11, 23),
        )


def medicine_id(book: Book, clinic: Clinic, medicine: Medicine) -> int:
    """The id of the medicine in the clinic's list; KeyError when `write_formulary` has not run for the clinic."""
    for row in book.tables["medications_database"]:
        if row["organization_id"] == clinic.organization_id and row["code"] == medicine.code:
            return int(str(row["id"]))
    raise KeyError(medicine.code)
