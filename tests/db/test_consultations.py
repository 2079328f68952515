"""Consultations through their service: drafts of two seats, signatures, addenda."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cura_desktop.domain.consultations import ConsultationNote, ConsultationStatus
from cura_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleRecordError,
)
from cura_desktop.domain.records import ChartClosedError
from cura_desktop.services.consultations import ConsultationService
from cura_desktop.services.records import RecordService
from tests.support.people import Clinic
from tests.support.records import add_patient, add_row

EMPTY = ConsultationNote()
RIGHT_TO_LEFT = "يشكو المريض من ألم في الصدر 👩🏽‍⚕️ "


@pytest.fixture
def patient(clinic: Clinic) -> int:
    return add_patient(clinic)


def seat(clinic: Clinic, role: str, *patients: int) -> ConsultationService:
    """Somebody at a desk with the charts open."""
    database, caller = clinic.sign_in(role)
    for each in patients:
        RecordService(database, caller).open_chart(each)
    return ConsultationService(database, caller)


@pytest.fixture
def doctor(clinic: Clinic, patient: int) -> ConsultationService:
    return seat(clinic, "doctor", patient)


def test_a_note_is_begun_saved_and_signed(doctor: ConsultationService, patient: int) -> None:
    begun = doctor.start(patient, None, uuid4())
    assert begun.is_draft
    note = ConsultationNote(chief_complaint="Sore throat", history=RIGHT_TO_LEFT * 300, diagnosis="Tonsillitis")
    saved = doctor.save_draft(patient, begun.id, begun.version, note, EMPTY)
    assert saved.consultation.note == note
    signed = doctor.sign(patient, begun.id, saved.consultation.version, note)
    assert signed.status is ConsultationStatus.COMPLETED
    assert signed.signed_by == "Doctor Tester"
    assert signed.signed_at is not None


def test_the_same_key_or_appointment_goes_on_with_the_same_draft(
    clinic: Clinic, doctor: ConsultationService, patient: int
) -> None:
    key = uuid4()
    assert doctor.start(patient, None, key).id == doctor.start(patient, None, key).id
    appointment = add_row(
        clinic, "appointments", patient_id=patient, provider_id=clinic.people["doctor"].user_id, title="Review",
        scheduled_at="2026-03-02 09:00",
    )  # fmt: skip
    assert doctor.start(patient, appointment, uuid4()).id == doctor.start(patient, appointment, uuid4()).id
    assert len(doctor.of_patient(patient)) == 2


def test_changes_of_two_seats_to_different_fields_are_both_kept(
    clinic: Clinic, doctor: ConsultationService, patient: int
) -> None:
    begun = doctor.start(patient, None, uuid4())
    other = seat(clinic, "admin", patient)
    other.save_draft(patient, begun.id, begun.version, ConsultationNote(history="Three days"), EMPTY)
    saved = doctor.save_draft(patient, begun.id, begun.version, ConsultationNote(plan="Rest"), EMPTY)
    assert saved.merged == ("history",)
    assert saved.consultation.note == ConsultationNote(history="Three days", plan="Rest")


def test_the_same_field_changed_by_two_seats_asks(clinic: Clinic, doctor: ConsultationService, patient: int) -> None:
    begun = doctor.start(patient, None, uuid4())
    seat(clinic, "admin", patient).save_draft(patient, begun.id, 1, ConsultationNote(plan="Antibiotic"), EMPTY)
    with pytest.raises(StaleRecordError) as clash:
        doctor.save_draft(patient, begun.id, 1, ConsultationNote(plan="Rest"), EMPTY)
    assert clash.value.conflicts == ("plan",)
    assert clash.value.current.note.plan == "Antibiotic"
    assert doctor.get(patient, begun.id).note.plan == "Antibiotic"


def test_nobody_signs_what_was_not_on_the_screen(clinic: Clinic, doctor: ConsultationService, patient: int) -> None:
    begun = doctor.start(patient, None, uuid4())
    seat(clinic, "admin", patient).save_draft(patient, begun.id, 1, ConsultationNote(history="Added"), EMPTY)
    with pytest.raises(StaleRecordError):
        doctor.sign(patient, begun.id, begun.version, ConsultationNote(plan="Rest"))
    assert doctor.get(patient, begun.id).is_draft


def test_only_the_clinician_of_the_consultation_signs_it(
    clinic: Clinic, doctor: ConsultationService, patient: int
) -> None:
    begun = doctor.start(patient, None, uuid4())
    with pytest.raises(NotAllowedError):
        seat(clinic, "admin", patient).sign(patient, begun.id, begun.version, ConsultationNote(plan="Rest"))


def test_an_empty_note_cannot_be_signed(doctor: ConsultationService, patient: int) -> None:
    begun = doctor.start(patient, None, uuid4())
    with pytest.raises(InvalidInputError):
        doctor.sign(patient, begun.id, begun.version, ConsultationNote(plan="  \n"))


def test_a_signed_consultation_stays_signed(doctor: ConsultationService, patient: int) -> None:
    begun = doctor.start(patient, None, uuid4())
    note = ConsultationNote(plan="Rest")
    with pytest.raises(ConflictError, match="still a draft"):
        doctor.add_addendum(patient, begun.id, "Too early", uuid4())
    signed = doctor.sign(patient, begun.id, begun.version, note)
    for change in (
        lambda: doctor.save_draft(patient, begun.id, signed.version, ConsultationNote(plan="Other"), note),
        lambda: doctor.sign(patient, begun.id, signed.version, ConsultationNote(plan="Other")),
        lambda: doctor.give_up(patient, begun.id, signed.version),
    ):
        with pytest.raises(ConflictError, match="signed"):
            change()
    assert doctor.get(patient, begun.id) == signed


def test_an_addendum_is_dated_named_and_added_once(doctor: ConsultationService, patient: int) -> None:
    begun = doctor.start(patient, None, uuid4())
    doctor.sign(patient, begun.id, begun.version, ConsultationNote(plan="Rest"))
    key = uuid4()
    doctor.add_addendum(patient, begun.id, "Swab negative", key)
    added = doctor.add_addendum(patient, begun.id, "Swab negative", key).addenda
    assert [(one.text, one.author, one.role) for one in added] == [("Swab negative", "Doctor Tester", "Doctor")]
    with pytest.raises(InvalidInputError):
        doctor.add_addendum(patient, begun.id, "  ", uuid4())


def test_a_note_is_never_reached_through_another_patient(clinic: Clinic, patient: int) -> None:
    other = add_patient(clinic, "Jones", "Ann")
    doctor = seat(clinic, "doctor", patient, other)
    key = uuid4()
    begun = doctor.start(patient, None, key)
    for attempt in (
        lambda: doctor.get(other, begun.id),
        lambda: doctor.save_draft(other, begun.id, begun.version, ConsultationNote(plan="Wrong"), EMPTY),
        lambda: doctor.sign(other, begun.id, begun.version, ConsultationNote(plan="Wrong")),
        lambda: doctor.add_addendum(other, begun.id, "Wrong", uuid4()),
        lambda: doctor.give_up(other, begun.id, begun.version),
        lambda: doctor.start(other, None, key),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    assert doctor.get(patient, begun.id).note == EMPTY


def test_a_closed_chart_has_no_notes_to_read_or_write(clinic: Clinic, patient: int) -> None:
    doctor = seat(clinic, "doctor")
    for attempt in (
        lambda: doctor.start(patient, None, uuid4()),
        lambda: doctor.of_patient(patient),
        lambda: doctor.get(patient, 1),
    ):
        with pytest.raises(ChartClosedError):
            attempt()


def test_a_draft_begun_by_mistake_leaves_the_lists(doctor: ConsultationService, patient: int) -> None:
    begun = doctor.start(patient, None, uuid4())
    doctor.give_up(patient, begun.id, begun.version)
    assert doctor.of_patient(patient) == ()
