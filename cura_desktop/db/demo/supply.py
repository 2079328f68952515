"""What the dispensary hands out, and what it owes."""

from __future__ import annotations

from datetime import datetime, timedelta

from cura_desktop.db.demo.people import Clinic
from cura_desktop.db.demo.rows import Book
from cura_desktop.db.demo.scripts import Line, Script
from cura_desktop.db.demo.shelves import Shelf, first_to_expire, move


def dispense(
    book: Book, clinic: Clinic, script: Script, by_medicine: dict[str, list[Shelf]], moment: datetime, keeper: int
) -> None:
    """Hand the prescription out at `moment`; a line that the shelves cannot fill is owed."""
    second = [person.id for person in clinic.staff if person.role == "pharmacist"][-1]
    dispensing_id = book.add(
        "dispensings",
        clinic.organization_id,
        prescription_id=script.prescription_id,
        patient_id=script.patient.id,
        assembled_by=keeper,
        clinical_check_by=second,
        clinical_check_at=moment - timedelta(minutes=10),
        accuracy_check_by=second,
        accuracy_check_at=moment,
        collected_by=script.patient.name,
        collected_at=moment + timedelta(minutes=15),
        created_at=moment - timedelta(minutes=12),
    )
    short = False
    for line in script.lines:
        left = _supply(book, clinic, script, dispensing_id, line, by_medicine[line.medicine.code], moment, keeper)
        if left:
            short = True
            _set_owing(book, line, left)
    if short:
        for row in book.tables["prescriptions"]:
            if row["id"] == script.prescription_id and row["organization_id"] == clinic.organization_id:
                row["status"], row["supply_state"] = "part_dispensed", "owing"


def _set_owing(book: Book, line: Line, left: int) -> None:
    for row in book.tables["prescription_items"]:
        if row["id"] == line.item_id:
            row["state"] = "owing" if left == line.quantity else "part_dispensed"
            row["dispensed_quantity"] = line.quantity - left


def _supply(
    book: Book,
    clinic: Clinic,
    script: Script,
    dispensing_id: int,
    line: Line,
    shelves: list[Shelf],
    moment: datetime,
    keeper: int,
) -> int:
    """Take the line from the shelves; returns what is still owed."""
    left = line.quantity
    if book.chance(0.012):
        return left  # the wholesaler could not deliver in time
    for shelf in shelves:
        for batch in first_to_expire(shelf, moment):
            if not left:
                break
            taken = min(left, batch.left)
            book.add(
                "dispensing_items",
                clinic.organization_id,
                dispensing_id=dispensing_id,
                prescription_item_id=line.item_id,
                patient_id=script.patient.id,
                item_id=shelf.row["id"],
                batch_id=batch.id,
                quantity=taken,
                label_text=f"{line.medicine.name} {line.medicine.strength} {line.medicine.form}",
                label_prints=1,
                created_at=moment,
            )
            move(
                book, clinic, shelf, batch, "dispense", -taken, moment, keeper,
                reference=("dispensing", dispensing_id), patient_id=script.patient.id,
            )  # fmt: skip
            left -= taken
    return left
