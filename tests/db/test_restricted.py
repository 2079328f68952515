"""Restricted records: who restricts, who is told of an opening, who reviews it (domain-rules A10.12)."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, StaleRecordError
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patients import Patient, PatientDraft
from cura_desktop.domain.records import Opened
from cura_desktop.services.patients import PatientService
from cura_desktop.services.records import RecordService
from cura_desktop.services.restricted import OpeningService
from tests.support.people import Clinic

WHY = "Called by the ward about her medicines"


@pytest.fixture
def patient(clinic: Clinic) -> Patient:
    draft = PatientDraft(given_name="Ada", family_name="Quill", born=PartialDate(1980, 8, 14))
    return PatientService(*clinic.sign_in("receptionist")).register(draft, uuid4())


def notices(clinic: Clinic) -> list[tuple[int, str]]:
    return clinic.as_administrator(
        "SELECT user_id, title FROM cura.notifications WHERE organization_id = %s", clinic.organization_id
    )


def test_a_clinician_restricts_and_only_the_privacy_officer_lifts(clinic: Clinic, patient: Patient) -> None:
    doctor, admin = PatientService(*clinic.sign_in("doctor")), PatientService(*clinic.sign_in("admin"))
    desk = PatientService(*clinic.sign_in("receptionist"))
    with pytest.raises(NotAllowedError):
        desk.restrict(patient.id, patient.version, "Works here")
    with pytest.raises(InvalidInputError, match="Say why"):
        doctor.restrict(patient.id, patient.version, "  ")
    restricted = doctor.restrict(patient.id, patient.version, "Works here")
    assert restricted.is_restricted
    with pytest.raises(NotAllowedError):
        doctor.lift_restriction(restricted.id, restricted.version)
    lifted = admin.lift_restriction(restricted.id, restricted.version)
    assert not lifted.is_restricted
    kept = clinic.as_administrator("SELECT restricted_because FROM cura.patients WHERE id = %s", patient.id)
    assert kept == [(None,)]


@pytest.mark.parametrize("role", ["receptionist", "doctor"])
def test_the_database_itself_refuses_who_may_not_lift(clinic: Clinic, patient: Patient, role: str) -> None:
    PatientService(*clinic.sign_in("admin")).restrict(patient.id, patient.version, "Works here")
    database, caller = clinic.sign_in(role)
    with pytest.raises(NotAllowedError), database.transaction(caller) as transaction:
        transaction.session.connection().exec_driver_sql(
            f"UPDATE cura.patients SET is_restricted = false WHERE id = {patient.id}"
        )


def test_an_opening_is_told_and_reviewed_by_somebody_else(clinic: Clinic, patient: Patient) -> None:
    admin_id = clinic.people["admin"].user_id
    PatientService(*clinic.sign_in("doctor")).restrict(patient.id, patient.version, "Works here")
    record = RecordService(*clinic.sign_in("doctor"))
    assert record.open_chart(patient.id) is Opened.RESTRICTED
    assert not notices(clinic)
    record.open_chart(patient.id, WHY, break_glass=True)
    assert notices(clinic) == [(admin_id, "A restricted record was opened")]
    officer = OpeningService(*clinic.sign_in("admin"))
    (opening,) = officer.openings()
    assert (opening.patient_name, opening.reason, opening.verdict) == ("QUILL, Ada", WHY, "")
    with pytest.raises(InvalidInputError, match="what you found"):
        officer.review(opening, "not_justified", "")
    officer.review(opening, "not_justified", "Spoken to; she was not on the ward.")
    (reviewed,) = officer.openings()
    assert reviewed.reviewed_at is not None
    assert reviewed.reviewed_by
    with pytest.raises(StaleRecordError):
        officer.review(opening, "justified", "")
    with pytest.raises(NotAllowedError):
        OpeningService(*clinic.sign_in("doctor")).openings()


def test_nobody_reviews_their_own_opening(clinic: Clinic, patient: Patient) -> None:
    PatientService(*clinic.sign_in("admin")).restrict(patient.id, patient.version, "Works here")
    RecordService(*clinic.sign_in("admin")).open_chart(patient.id, WHY, break_glass=True)
    officer = OpeningService(*clinic.sign_in("admin"))
    with pytest.raises(InvalidInputError, match="Somebody else"):
        officer.review(officer.openings()[0], "justified", "")


def test_an_opening_cannot_be_written_or_erased_by_hand(clinic: Clinic, patient: Patient) -> None:
    database, caller = clinic.sign_in("admin")
    for statement in (
        f"INSERT INTO cura.break_glass_openings (patient_id, opened_by, reason) VALUES ({patient.id}, 1, '{WHY}')",
        "DELETE FROM cura.break_glass_openings",
        "UPDATE cura.break_glass_openings SET reason = 'something else entirely'",
    ):
        with pytest.raises(NotAllowedError), database.transaction(caller) as transaction:
            transaction.session.connection().exec_driver_sql(statement)


def test_a_reason_to_restrict_stands_only_on_a_restricted_record(clinic: Clinic, patient: Patient) -> None:
    with psycopg.connect(clinic.admin_dsn) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(
            "UPDATE cura.patients SET is_restricted = true, restricted_because = ' ' WHERE id = %s", (patient.id,)
        )
