"""The first draft of a letter, from a consultation and the record (domain-rules A7)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.consultations import Consultation
from cura_desktop.domain.current_medicines import CurrentMedicine
from cura_desktop.domain.dates import format_age, format_long_date, format_time
from cura_desktop.domain.identity import display_name
from cura_desktop.domain.letter_shapes import LetterAllergies, LetterPatient
from cura_desktop.domain.letters import Addressee, LetterBody, sections_of_note
from cura_desktop.domain.records import AllergyRecord, RecordPatient, RecordSummary

MEDICINES = "Medications and medical devices"


def first_draft(
    summary: RecordSummary, consultation: Consultation | None, addressee: Addressee, zone: ZoneInfo
) -> LetterBody:
    """What a person then edits. A letter to the GP is copied to the patient, and the other way round (A7.2)."""
    patient = summary.patient
    person = " ".join(part for part in (patient.title, patient.given_name, patient.family_name) if part)
    to_gp = addressee is Addressee.GP
    practice = patient.gp_practice
    return LetterBody(
        recipient=practice if to_gp else (person, *patient.address),
        salutation="Dear colleague," if to_gp else _greeting(patient, person),
        subject=_subject(consultation, zone),
        sections=_sections(summary, consultation, zone),
        copies=(person,) if to_gp else practice[:1],
    )


def patient_of(patient: RecordPatient, today: date) -> LetterPatient:
    """The patient as printed today."""
    return LetterPatient(
        name=display_name(patient.family_name, patient.given_name, patient.title or None),
        born=patient.born,
        age=format_age(patient.born, patient.deceased_on or today) if patient.born else "",
        gender=patient.gender_words,
        nhs_number=patient.nhs_number,
        number=patient.number,
        address=patient.address,
    )


def allergies_of(record: AllergyRecord, zone: ZoneInfo) -> LetterAllergies:
    """The statement that always prints (A7.3), with who stated "no known allergies" and when (A3.3)."""
    agents = tuple(each.as_allergy(to_clinic(each.updated, zone).date()) for each in record.active)
    recorded = ""
    if record.state is AllergyState.NONE_KNOWN and record.none_known is not None:
        stated = record.none_known
        at = to_clinic(stated.at, zone)
        recorded = f"Recorded by {stated.name}, {stated.role}, {format_long_date(at.date())} {format_time(at)}"
    return LetterAllergies(record.state, agents, recorded)


def medicine_text(medicine: CurrentMedicine) -> str:
    """`Amlodipine 5 mg tablets: one tablet once daily`."""
    name = " ".join(part for part in (medicine.name, medicine.strength, medicine.form) if part)
    return f"{name}: {medicine.directions}" + (" (as required)" if medicine.as_required else "")


def _greeting(patient: RecordPatient, person: str) -> str:
    return f"Dear {patient.title} {patient.family_name}," if patient.title else f"Dear {person},"


def _subject(consultation: Consultation | None, zone: ZoneInfo) -> str:
    if consultation is None:
        return ""
    diagnosis = consultation.note.diagnosis.strip().splitlines()
    if diagnosis:
        return diagnosis[0].rstrip(".")[:200]
    return f"Consultation on {format_long_date(to_clinic(consultation.at, zone).date())}"


def _sections(summary: RecordSummary, consultation: Consultation | None, zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
    sections: list[tuple[str, str]] = []
    if consultation is not None:
        seen = format_long_date(to_clinic(consultation.at, zone).date())
        sections.append(("Attendance details", f"Seen on {seen} by {consultation.provider}."))
        sections += sections_of_note(consultation.note)
    if summary.medicines:
        sections.append((MEDICINES, "\n\n".join(medicine_text(each) for each in summary.medicines)))
    return tuple(sections)
