"""Consultations of the visits that happened, and every prescription that came of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cura_desktop.db.demo.content import Content
from cura_desktop.db.demo.diary import Visit
from cura_desktop.db.demo.histories import Health, conflicts
from cura_desktop.db.demo.people import Clinic
from cura_desktop.db.demo.rows import Book
from cura_desktop.db.demo.scripts import Script, directions, prescribe, prescribe_repeats


def write_consultations(
    book: Book, content: Content, clinic: Clinic, visits: list[Visit], healths: dict[int, Health]
) -> list[Script]:
    """Notes for the visits that happened, and every prescription, in the order of issue."""
    scripts: list[Script] = []
    for visit in visits:
        if visit.status in {"completed", "in_room"}:
            script = _consultation(book, content, visit, healths[visit.patient.id])
            scripts += [script] if script else []
    prescribers = [person for person in clinic.staff if person.is_prescriber]
    for patient in clinic.patients:
        health = healths[patient.id]
        if health.repeats:
            scripts += prescribe_repeats(book, content, clinic, patient, health, book.random.choice(prescribers))
    return sorted(scripts, key=lambda script: (script.issued, script.prescription_id))


def _consultation(book: Book, content: Content, visit: Visit, health: Health) -> Script | None:
    entry, done = visit.presentation, visit.status == "completed"
    lines = _choose(book, content, visit, health) if visit.staff.is_prescriber or not entry["medicines"] else []
    sentence = _sentence(content, lines)
    if entry["medicines"] and not visit.staff.is_prescriber:
        sentence = "Advice on an over-the-counter preparation from the pharmacy."
    end = visit.start + timedelta(minutes=visit.minutes)
    consultation_id = book.add(
        "consultations",
        visit.clinic.organization_id,
        patient_id=visit.patient.id,
        provider_id=visit.staff.id,
        appointment_id=visit.appointment_id,
        type="follow_up" if "review" in entry["key"] else "consultation",
        chief_complaint=entry["complaint"],
        history=book.random.choice(entry["history"]),
        examination=book.random.choice(entry["examination"]) if done else None,
        diagnosis=entry["diagnosis"] if done else None,
        plan=_plan(entry, sentence) if done else None,
        notes=f"Follow-up: {entry['follow_up']}." if done and entry["follow_up"] else None,
        status="completed" if done else "draft",
        consultation_date=visit.start,
        created_at=visit.start,
        signed_at=end if done else None,
        signed_by=visit.staff.id if done else None,
    )
    if done:
        _observations(book, visit, consultation_id)
    if entry["key"] == "flu-vaccine" and done:
        book.add(
            "immunizations",
            visit.clinic.organization_id,
            patient_id=visit.patient.id,
            vaccine="Influenza vaccine, inactivated",
            given_on=visit.start.date(),
            status="completed",
            batch_number="FLU26A17",
            site="left-arm",
            given_by=visit.staff.id,
        )
    if not lines or not done:
        return None
    return prescribe(
        book, content, visit.clinic, visit.patient, visit.staff, end, lines, health, "acute", consultation_id
    )


def _choose(book: Book, content: Content, visit: Visit, health: Health) -> list[dict[str, Any]]:
    age = visit.patient.age_on(visit.start.date())
    current = [content.medicines[one["medicine"]] for one in health.repeats]
    lines: list[dict[str, Any]] = []
    for options in visit.presentation["medicines"]:
        for option in options:
            medicine = content.medicines[option["medicine"]] if option else None
            if medicine and option and not conflicts(medicine, health, current, content, age):
                lines.append({**option, "indication": visit.presentation["diagnosis"]})
                current.append(medicine)
                break
    return lines


def _sentence(content: Content, lines: list[dict[str, Any]]) -> str:
    if not lines:
        return "No prescription today; options discussed."
    parts = []
    for line in lines:
        medicine = content.medicines[line["medicine"]]
        parts.append(
            f"{medicine.name} {medicine.strength} {medicine.form}: {directions(line)}".replace(" standard", "")
        )
    return "Prescribed " + "; ".join(parts) + "."


def _plan(entry: dict[str, Any], sentence: str) -> str:
    return " ".join(str(entry["plan"]).replace("{rx}", sentence).split())


def _observations(book: Book, visit: Visit, consultation_id: int) -> None:
    profile, random = visit.presentation["observations"], book.random
    if profile == "none":
        return
    age = visit.patient.age_on(visit.start.date())
    child = age < 12
    hot = profile in {"febrile", "child-febrile", "chest"}
    temperature = round(random.uniform(37.8, 38.7) if hot else random.uniform(36.3, 37.1), 1)
    pulse = random.randint(100, 126) if child else random.randint(84, 102) if hot else random.randint(58, 86)
    breaths = random.randint(20, 26) if age < 6 else random.randint(16, 20) if hot else random.randint(12, 17)
    values: list[tuple[str, float, str]] = [
        ("Temperature", temperature, "Cel"),
        ("Pulse", pulse, "/min"),
        ("Respiratory rate", breaths, "/min"),
        ("Oxygen saturation", random.randint(95, 97) if profile == "chest" else random.randint(96, 99), "%"),
    ]
    if not child:
        values += [
            ("Systolic blood pressure", random.randint(112, 146), "mm[Hg]"),
            ("Diastolic blood pressure", random.randint(66, 88), "mm[Hg]"),
        ]
    if age >= 18 and book.chance(0.35):
        tall = random.uniform(1.55, 1.74) if visit.patient.sex == "female" else random.uniform(1.66, 1.88)
        weight = round(random.uniform(20.5, 33.0) * tall * tall, 1)
        values += [("Weight", weight, "kg"), ("Height", round(tall * 100), "cm")]
    for name, value, unit in values:
        book.add(
            "observations",
            visit.clinic.organization_id,
            patient_id=visit.patient.id,
            name=name,
            value=value,
            unit=unit,
            category="vital-signs",
            taken_at=visit.start + timedelta(minutes=4),
            taken_by=visit.staff.id,
            consultation_id=consultation_id,
        )
