"""Prescriptions with their lines, and how far each has come in the dispensary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cura_desktop.db.demo.content import Content, Medicine
from cura_desktop.db.demo.formulary import medicine_id
from cura_desktop.db.demo.histories import Health
from cura_desktop.db.demo.people import Clinic, Patient, Staff
from cura_desktop.db.demo.rows import Book, midnight

_CD_28_DAYS = frozenset({"0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009"})
_MONTHLY = 28


@dataclass(frozen=True, slots=True)
class Line:
    """One prescribed line as the dispensary sees it; `quantity` is in the unit of the medicine."""

    item_id: int
    medicine: Medicine
    quantity: int


@dataclass(frozen=True, slots=True)
class Script:
    """A prescription for the dispensary: `state` is its supply state."""

    prescription_id: int
    patient: Patient
    issued: datetime
    state: str
    lines: tuple[Line, ...]


def directions(line: dict[str, Any]) -> str:
    """Dose and frequency in English, without Latin codes (domain-rules A4)."""
    dose, frequency = str(line["dose"]), str(line["frequency"])
    return f"{dose} {frequency[0].lower()}{frequency[1:]}"


def prescribe_repeats(
    book: Book, content: Content, clinic: Clinic, patient: Patient, health: Health, prescriber: Staff
) -> list[Script]:
    """Two months of repeat prescriptions, now and then an expired one too; none from before the registration."""
    issued = book.now - timedelta(days=book.random.randint(2, 27), minutes=book.random.randint(0, 150))
    if not patient.is_tour and book.chance(0.08):
        issued = book.now - timedelta(days=0, minutes=book.random.randint(20, 150))
    times = [issued - timedelta(days=_MONTHLY * back) for back in range(2)]
    if book.chance(0.06):
        times.append(issued - timedelta(days=210))
    lines = list(health.repeats)
    return [
        prescribe(book, content, clinic, patient, prescriber, when, lines, health, "repeat", None)
        for when in times
        if when.date() > patient.registered
    ]


def prescribe(
    book: Book,
    content: Content,
    clinic: Clinic,
    patient: Patient,
    prescriber: Staff,
    issued: datetime,
    lines: list[dict[str, Any]],
    health: Health,
    kind: str,
    consultation_id: int | None,
) -> Script:
    """A prescription of `kind` acute or repeat with its lines, as far through the dispensary as its age lets it be."""
    medicines = [content.medicines[line["medicine"]] for line in lines]
    days = 28 if any(one.cd_code in _CD_28_DAYS for one in medicines) else 182
    valid_until = issued.date() + timedelta(days=days)
    status, state = _fate(book, clinic, issued, valid_until)
    sent = None if state == "not_sent" else issued + timedelta(minutes=1)
    prescription_id = book.add(
        "prescriptions",
        clinic.organization_id,
        patient_id=patient.id,
        prescribed_by=prescriber.id,
        consultation_id=consultation_id,
        medications=[_json(one, line) for one, line in zip(medicines, lines, strict=True)],
        diagnosis="; ".join(dict.fromkeys(str(line["indication"]) for line in lines)),
        status=status,
        supply_state=state,
        kind=kind,
        priority="waiting" if state == "received" and kind == "acute" else "routine",
        issued_at=issued,
        expires_at=midnight(valid_until),
        valid_until=valid_until,
        sent_to_pharmacy_at=sent,
        signed_at=issued,
        signed_by=prescriber.id,
        signature_kind="ink",
        allergy_statement=health.statement,
        cancel_reason="Changed after telephone review" if status == "cancelled" else None,
        created_at=issued,
    )
    item_state = {"completed": "dispensed", "cancelled": "cancelled"}.get(status, "prescribed")
    made: list[Line] = []
    for number, (medicine, line) in enumerate(zip(medicines, lines, strict=True), 1):
        item_id = book.add(
            "prescription_items",
            clinic.organization_id,
            prescription_id=prescription_id,
            patient_id=patient.id,
            line=number,
            medication_id=medicine_id(book, clinic, medicine),
            name=medicine.name,
            form=medicine.form,
            strength=medicine.strength,
            route=medicine.route,
            frequency=line["frequency"],
            duration_days=line["days"],
            as_required="required" in str(line["frequency"]),
            directions=directions(line),
            quantity=line["quantity"],
            quantity_unit=medicine.unit,
            indication=line["indication"],
            legal_category=medicine.legal,
            cd_schedule=medicine.cd_code,
            label_numbers=list(medicine.labels),
            repeats=5 if kind == "repeat" else 0,
            state=item_state,
            dispensed_quantity=line["quantity"] if item_state == "dispensed" else 0,
            checked="checked",
            created_at=issued,
        )
        made.append(Line(item_id, medicine, int(line["quantity"])))
    return Script(prescription_id, patient, issued, state, tuple(made))


def _fate(book: Book, clinic: Clinic, issued: datetime, valid_until: date) -> tuple[str, str]:
    """Status and supply state."""
    random = book.random
    if valid_until < book.reference:
        return "expired", "not_sent"
    if not clinic.written["registered_pharmacy"]:
        return "active", "not_sent"
    if issued.date() == book.reference:
        states = ["received", "clinical_check", "assembly", "accuracy_check", "ready", "on_hold", "not_sent"]
        return "active", random.choices(states, weights=[50, 15, 8, 8, 12, 4, 3])[0]
    if issued > book.now - timedelta(days=3) and book.chance(0.35):
        return "active", random.choice(["ready", "received"])
    if book.chance(0.03):
        return "cancelled", "cancelled"
    return "completed", "collected"


def _json(medicine: Medicine, line: dict[str, Any]) -> dict[str, object]:
    return {
        "name": medicine.name,
        "dosage": line["dose"],
        "frequency": line["frequency"],
        "duration": f"{line['days']} days",
        "quantity": line["quantity"],
        "refills": 0,
        "instructions": directions(line),
        "genericAllowed": True,
    }
