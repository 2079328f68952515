"""Puts the demo together. The same seed and reference day give the same rows, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from cura_desktop.db.demo.consultations import write_consultations
from cura_desktop.db.demo.content import load
from cura_desktop.db.demo.diary import book_diary
from cura_desktop.db.demo.formulary import write_formulary
from cura_desktop.db.demo.histories import write_histories
from cura_desktop.db.demo.money import write_money
from cura_desktop.db.demo.people import Clinic, build_clinic
from cura_desktop.db.demo.rows import Book, Row
from cura_desktop.db.demo.stock import fill_stock
from cura_desktop.db.demo.talk import write_documents, write_talk

SEED = 1948
TABLE_ORDER = (
    "organizations", "users", "price_list", "pricing_imaging", "doctor_default_shifts", "staff_shifts", "patients",
    "patient_allergy_states", "allergies", "patient_problems", "medications_database", "appointments", "consultations",
    "observations", "immunizations", "lab_results", "lab_result_items", "prescriptions", "prescription_items",
    "inventory_categories", "inventory_suppliers", "inventory_items", "inventory_batches", "inventory_purchase_orders",
    "inventory_purchase_order_items", "dispensings", "dispensing_items", "inventory_sales", "inventory_sale_items",
    "inventory_stock_movements", "inventory_stock_alerts", "invoices", "invoice_items", "payments", "claims",
    "insurance_verifications", "conversations", "conversation_members", "messages", "patient_communications",
    "notifications", "documents", "letter_drafts", "gdpr_consents", "gdpr_data_requests", "gdpr_processing_activities",
)  # fmt: skip
"""Every table of the demo, parents before children."""


@dataclass(frozen=True, slots=True)
class TourPatient:
    """The patient of the tour: allergic to penicillin, in the waiting room of the first doctor on the reference day."""

    organization_id: int
    id: int
    name: str
    nhs_number: str


@dataclass(frozen=True, slots=True)
class DemoData:
    """Rows for each table (organizations 1 and 2, ids from 101), keyed by column name."""

    reference: date
    seed: int
    password: str
    tables: Mapping[str, tuple[Row, ...]]
    clinics: tuple[Clinic, ...]
    tour: TourPatient


def build(reference: date, seed: int = SEED) -> DemoData:
    """The whole demo around `reference` (eleven o'clock that day is "now"). Pure: reads no clock, writes nothing."""
    content = load()
    book = Book(reference, Random(f"{seed}:{reference.isoformat()}"))  # noqa: S311  invented people, no secrets
    clinics = tuple(build_clinic(book, content, place, written) for place, written in enumerate(content.clinics))
    for clinic in clinics:
        write_formulary(book, content, clinic)
        healths = write_histories(book, content, clinic)
        visits = book_diary(book, content, clinic, {key: health.conditions for key, health in healths.items()})
        scripts = write_consultations(book, content, clinic, visits, healths)
        fill_stock(book, content, clinic, scripts if clinic.written["registered_pharmacy"] else [])
        write_money(book, clinic, visits)
        _verify_insurance(book, clinic)
        write_talk(book, content, clinic, visits)
        write_documents(book, content, clinic, visits)
    unplaced = set(book.tables) - set(TABLE_ORDER)
    if unplaced:
        raise LookupError(f"tables without a place in TABLE_ORDER: {sorted(unplaced)}")
    first = clinics[0].patients[0]
    return DemoData(
        reference,
        seed,
        content.password,
        {table: tuple(book.tables.get(table, ())) for table in TABLE_ORDER},
        clinics,
        TourPatient(first.organization_id, first.id, first.name, str(first.nhs_number)),
    )


def _verify_insurance(book: Book, clinic: Clinic) -> None:
    for patient in clinic.patients:
        if patient.insurer is None:
            continue
        state = book.random.choices(["verified", "pending", "requires_review"], weights=[80, 15, 5])[0]
        book.add(
            "insurance_verifications",
            clinic.organization_id,
            patient_id=patient.id,
            patient_name=patient.name,
            provider=patient.insurer,
            policy_number=f"DEMO-{int(patient.number[1:]):05d}",
            member_number=f"M{int(patient.number[1:]):07d}",
            nhs_number=patient.nhs_number,
            coverage_type="primary",
            status="active",
            eligibility_status=state,
            effective_date=date(book.reference.year - 1, 1, 1),
            expiration_date=date(book.reference.year + 1, 12, 31),
            last_verified=book.reference if state == "verified" else None,
        )
