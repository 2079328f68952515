"""The record through its service: the gate, the summary, the lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import uuid4

import pytest

from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleRecordError,
)
from cura_desktop.domain.measurements import SCORE, ObservationDraft
from cura_desktop.domain.records import (
    AllergyDraft,
    AllergyStatus,
    ChartClosedError,
    EntryKind,
    Opened,
    ProblemDraft,
    ProblemStatus,
)
from cura_desktop.services.records import RecordService, utc_now
from tests.support.people import Clinic, make_organization
from tests.support.records import add_patient, add_row


@pytest.fixture
def patient(clinic: Clinic) -> int:
    return add_patient(clinic)


@pytest.fixture
def records(clinic: Clinic, patient: int) -> RecordService:
    """The doctor, with the chart open."""
    service = RecordService(*clinic.sign_in("doctor"))
    service.open_chart(patient)
    return service


def test_a_closed_chart_is_an_error_and_never_an_empty_record(clinic: Clinic, patient: int) -> None:
    service = RecordService(*clinic.sign_in("doctor"))
    for read in (service.summary, service.journal):
        with pytest.raises(ChartClosedError):
            read(patient)
    for write in (
        lambda: service.add_allergy(patient, AllergyDraft("penicillin"), uuid4()),
        lambda: service.state_none_known(patient),
        lambda: service.add_problem(patient, ProblemDraft("Asthma"), uuid4()),
        lambda: service.add_observations(patient, ObservationDraft(utc_now(), {"pulse": Decimal(70)}), uuid4()),
    ):
        with pytest.raises(ChartClosedError):
            write()


def test_opening_leaves_its_trace_before_anything_is_read(clinic: Clinic, records: RecordService, patient: int) -> None:
    assert records.summary(patient).patient.family_name == "Patel"
    trail = clinic.as_administrator(
        "SELECT details ->> 'reason' FROM cura.gdpr_audit_trail WHERE action = 'OPEN_CHART' AND patient_id = %s",
        patient,
    )
    assert trail == [("Direct care",)]


def test_a_restricted_record_asks_for_a_reason_of_fifteen_characters(clinic: Clinic) -> None:
    patient = add_patient(clinic, is_restricted=True)
    service = RecordService(*clinic.sign_in("doctor"))
    assert service.open_chart(patient) is Opened.RESTRICTED
    with pytest.raises(ChartClosedError):
        service.summary(patient)
    with pytest.raises(InvalidInputError) as refusal:
        service.open_chart(patient, "urgent         ", break_glass=True)
    assert "reason" in refusal.value.problems
    assert service.open_chart(patient, "Collapsed in the waiting room", break_glass=True) is Opened.OPENED
    assert service.summary(patient).patient.restricted
    trail = clinic.as_administrator(
        "SELECT count(*) FROM cura.gdpr_audit_trail WHERE action = 'BREAK_GLASS' AND patient_id = %s", patient
    )
    assert trail == [(1,)]


def test_reception_opens_no_chart(clinic: Clinic, patient: int) -> None:
    service = RecordService(*clinic.sign_in("receptionist"))
    with pytest.raises(NotAllowedError):
        service.open_chart(patient)


def test_a_patient_of_another_clinic_is_not_there(clinic: Clinic, admin_dsn: str) -> None:
    other = make_organization(admin_dsn, "doctor")
    theirs = add_patient(other)
    service = RecordService(*clinic.sign_in("doctor"))
    with pytest.raises(NotAllowedError):
        service.open_chart(theirs)
    with pytest.raises(NotFoundError):
        service.summary(theirs)
    other.close()


def test_allergies_go_through_all_their_states(records: RecordService, patient: int) -> None:
    assert records.summary(patient).allergies.state is AllergyState.NOT_RECORDED
    records.state_none_known(patient)
    stated = records.summary(patient).allergies
    assert stated.state is AllergyState.NONE_KNOWN
    assert stated.none_known is not None
    assert (stated.none_known.name, stated.none_known.role) == ("Doctor Tester", "Doctor")
    assert abs(stated.none_known.at - utc_now()) < timedelta(minutes=1)

    draft = AllergyDraft("penicillin", checkable=True, reactions=(("rash", "wheeze"), ("nausea",)), severity="severe")
    allergy_id = records.add_allergy(patient, draft, uuid4())
    known = records.summary(patient).allergies
    assert known.state is AllergyState.KNOWN
    assert known.active[0].reactions == (("rash", "wheeze"), ("nausea",))
    with pytest.raises(ConflictError, match="End each of them"):
        records.state_none_known(patient)

    records.end_allergy(patient, allergy_id, known.active[0].version, AllergyStatus.REFUTED, "Challenge negative")
    ended = records.summary(patient).allergies
    assert ended.state is AllergyState.NOT_RECORDED
    assert ended.allergies is not None
    assert "Challenge negative" in ended.allergies[0].notes


def test_none_known_stated_again_carries_who_stated_it_last(
    clinic: Clinic, records: RecordService, patient: int
) -> None:
    records.state_none_known(patient)
    clinic.add_person("nurse", "nurse_one")
    nurse = make_nurse(clinic)
    nurse.open_chart(patient)
    nurse.state_none_known(patient)
    stated = records.summary(patient).allergies.none_known
    assert stated is not None
    assert stated.name == "Nurse One Tester"


def make_nurse(clinic: Clinic) -> RecordService:
    from cura_desktop.db.sign_in import SignInGate
    from tests.support.people import PASSWORD, fast_derivation

    database = clinic.database()
    return RecordService(database, SignInGate(database, derivation=fast_derivation).sign_in("nurse_one", PASSWORD))


def test_a_second_submit_of_the_same_form_adds_nothing(records: RecordService, patient: int) -> None:
    key = uuid4()
    allergy = AllergyDraft("latex", kind="other")
    assert records.add_allergy(patient, allergy, key) == records.add_allergy(patient, allergy, key)
    key = uuid4()
    assert records.add_problem(patient, ProblemDraft("Asthma"), key) == records.add_problem(
        patient, ProblemDraft("Asthma"), key
    )
    key, draft = uuid4(), ObservationDraft(utc_now(), {"pulse": Decimal(70), "temperature": Decimal("36.6")})
    assert records.add_observations(patient, draft, key) == records.add_observations(patient, draft, key)
    summary = records.summary(patient)
    assert summary.problems is not None
    assert summary.observations is not None
    assert (len(summary.allergies.active), len(summary.problems)) == (1, 1)
    assert [len(trend.points) for trend in summary.observations] == [1, 1]


def test_an_entry_of_one_patient_is_never_written_through_another(
    clinic: Clinic, records: RecordService, patient: int
) -> None:
    other = add_patient(clinic, "Jones", "Ann")
    records.open_chart(other)
    allergy = records.add_allergy(patient, AllergyDraft("penicillin"), uuid4())
    problem = records.add_problem(patient, ProblemDraft("Asthma"), uuid4())
    with pytest.raises(NotFoundError):
        records.end_allergy(other, allergy, 1, AllergyStatus.REFUTED)
    with pytest.raises(NotFoundError):
        records.change_problem(other, problem, 1, ProblemDraft("Gout"), ProblemDraft("Asthma"))
    assert records.summary(patient).allergies.state is AllergyState.KNOWN
    key = uuid4()
    records.add_problem(patient, ProblemDraft("Eczema"), key)
    with pytest.raises(NotFoundError):
        records.add_problem(other, ProblemDraft("Eczema"), key)


def test_problems_are_changed_and_resolved_and_two_seats_are_merged(records: RecordService, patient: int) -> None:
    base = ProblemDraft("Asthma", onset_on=date(2001, 3, 1))
    problem = records.add_problem(patient, base, uuid4())
    renamed = ProblemDraft("Asthma, allergic", onset_on=base.onset_on)
    records.change_problem(patient, problem, 1, renamed, base)
    noted = ProblemDraft("Asthma", onset_on=base.onset_on, notes="Worse in spring")
    assert records.change_problem(patient, problem, 1, noted, base) == ("label",)
    problems = records.summary(patient).problems
    assert problems is not None
    assert (problems[0].label, problems[0].notes) == ("Asthma, allergic", "Worse in spring")
    with pytest.raises(StaleRecordError) as clash:
        records.change_problem(patient, problem, 1, ProblemDraft("COPD", onset_on=base.onset_on), base)
    assert clash.value.conflicts == ("label",)
    assert clash.value.current.label == "Asthma, allergic"
    stored = problems[0].as_draft()
    done = replace(stored, status=ProblemStatus.RESOLVED, ended_on=date(2020, 1, 1))
    records.change_problem(patient, problem, problems[0].version, done, stored)
    again = records.summary(patient).problems
    assert again is not None
    assert again[0].status is ProblemStatus.RESOLVED


def test_a_complete_round_of_observations_stores_its_score(records: RecordService, patient: int) -> None:
    values = {"respiratory_rate": 18, "spo2": 97, "systolic_bp": 120, "diastolic_bp": 80, "pulse": 72}
    measured = {name: Decimal(value) for name, value in values.items()} | {"temperature": Decimal("37.2")}
    draft = ObservationDraft(utc_now(), measured, on_oxygen=False, consciousness="A")
    records.add_observations(patient, draft, uuid4(), age=45)
    summary = records.summary(patient)
    score = summary.trend(SCORE)
    assert score is not None
    assert score.latest.value == 0
    incomplete = ObservationDraft(utc_now(), {"pulse": Decimal(140)})
    records.add_observations(patient, incomplete, uuid4(), age=45)
    again = records.summary(patient)
    score, pulse = again.trend(SCORE), again.trend("Pulse")
    assert score is not None
    assert pulse is not None
    assert len(score.points) == 1
    assert [point.value for point in pulse.points] == [Decimal(140), Decimal(72)]
    assert pulse.latest.abnormal


def test_a_corrected_value_gives_way_to_its_correction(clinic: Clinic, records: RecordService, patient: int) -> None:
    values = {"patient_id": patient, "name": "Weight", "unit": "kg", "taken_at": "2026-01-05 09:00"}
    first = add_row(clinic, "observations", value=87, **values)
    add_row(clinic, "observations", value=78, corrects_id=first, **values)
    weight = records.summary(patient).trend("Weight")
    assert weight is not None
    assert [point.value for point in weight.points] == [Decimal(78)]


def test_impossible_values_are_refused_beside_their_field(records: RecordService, patient: int) -> None:
    draft = ObservationDraft(
        utc_now(), {"temperature": Decimal(366), "systolic_bp": Decimal(80), "diastolic_bp": Decimal(90)}
    )
    with pytest.raises(InvalidInputError) as refusal:
        records.add_observations(patient, draft, uuid4())
    assert set(refusal.value.problems) == {"temperature", "diastolic_bp"}


def test_the_summary_tells_what_a_colleague_needs(clinic: Clinic, records: RecordService, patient: int) -> None:
    doctor = clinic.people["doctor"].user_id
    now = utc_now()
    add_row(clinic, "patient_alerts", patient_id=patient, text="Hard of hearing", created_by=doctor)
    add_row(clinic, "patient_alerts", patient_id=patient, text="Old", expires_on="2001-01-01", created_by=doctor)
    add_row(clinic, "immunizations", patient_id=patient, vaccine="Influenza", given_on="2025-10-01", given_by=doctor)
    add_row(
        clinic, "consultations", patient_id=patient, provider_id=doctor, type="consultation", diagnosis="Tonsillitis",
        status="completed", signed_at=now, signed_by=doctor,
    )  # fmt: skip
    add_row(
        clinic,
        "appointments",
        patient_id=patient,
        provider_id=doctor,
        title="Review",
        scheduled_at=now + timedelta(days=3),
    )
    current = prescription(clinic, patient, now - timedelta(days=2))
    item(clinic, patient, current, "amlodipine", days=28)
    ended = prescription(clinic, patient, now - timedelta(days=60))
    item(clinic, patient, ended, "amoxicillin", days=7)
    result = add_row(
        clinic, "lab_results", patient_id=patient, test_name="U&E", test_type="blood", results="[]", status="completed"
    )
    add_row(
        clinic, "lab_result_items", lab_result_id=result, patient_id=patient, line=1, name="Creatinine",
        value_text="145", value=145, unit="umol/L", low=59, high=104, interpretation="H", taken_at=now,
    )  # fmt: skip

    summary = records.summary(patient)
    assert [alert.text for alert in summary.alerts] == ["Hard of hearing"]
    assert summary.immunizations is not None
    assert summary.immunizations[0].vaccine == "Influenza"
    assert summary.visits is not None
    assert (summary.visits[0].diagnosis, summary.visits[0].provider) == ("Tonsillitis", "Doctor Tester")
    assert summary.next_appointment is not None
    assert summary.medicines is not None
    assert [medicine.name for medicine in summary.medicines] == ["amlodipine"]
    assert summary.results is not None
    assert summary.results[0].latest.abnormal
    assert (summary.results[0].low, summary.results[0].high) == (Decimal(59), Decimal(104))


def prescription(clinic: Clinic, patient: int, issued: datetime) -> int:
    doctor = clinic.people["doctor"].user_id
    return add_row(
        clinic, "prescriptions", patient_id=patient, prescribed_by=doctor, status="active", issued_at=issued,
        signed_at=issued, signed_by=doctor,
    )  # fmt: skip


def item(clinic: Clinic, patient: int, prescription_id: int, name: str, days: int) -> int:
    return add_row(
        clinic, "prescription_items", prescription_id=prescription_id, patient_id=patient, line=1, name=name,
        directions="one tablet once daily", quantity=28, quantity_unit="tablet", duration_days=days,
    )  # fmt: skip


def test_what_the_role_may_not_see_is_not_shown_as_none(clinic: Clinic, patient: int) -> None:
    clinic.add_person("phlebotomist", "phlebotomist_one")
    from cura_desktop.db.sign_in import SignInGate
    from tests.support.people import PASSWORD, fast_derivation

    database = clinic.database()
    caller = SignInGate(database, derivation=fast_derivation).sign_in("phlebotomist_one", PASSWORD)
    service = RecordService(database, caller)
    service.open_chart(patient)
    summary = service.summary(patient)
    assert summary.medicines is None
    assert summary.problems == ()


def test_the_journal_is_filtered_by_kind_and_searched_by_text(
    clinic: Clinic, records: RecordService, patient: int
) -> None:
    doctor = clinic.people["doctor"].user_id
    add_row(
        clinic, "medical_records", patient_id=patient, provider_id=doctor, type="note", title="Telephone call",
        notes="Asked about 100% refund",
    )  # fmt: skip
    prescribed = prescription(clinic, patient, utc_now())
    item(clinic, patient, prescribed, "amlodipine", days=28)
    records.add_observations(patient, ObservationDraft(utc_now(), {"pulse": Decimal(70)}), uuid4())
    assert {entry.kind for entry in records.journal(patient)} == {
        EntryKind.NOTE, EntryKind.PRESCRIPTION, EntryKind.OBSERVATIONS,
    }  # fmt: skip
    assert [entry.title for entry in records.journal(patient, EntryKind.NOTE)] == ["Telephone call"]
    assert [entry.kind for entry in records.journal(patient, text="AMLODIPINE")] == [EntryKind.PRESCRIPTION]
    assert len(records.journal(patient, text="100%")) == 1
    assert records.journal(patient, text="%") == records.journal(patient, text="100%")


def test_papers_that_came_from_elsewhere_stand_in_the_journal_with_their_file(
    clinic: Clinic, records: RecordService, patient: int
) -> None:
    author = clinic.people["doctor"].user_id
    shared = {"user_id": author, "patient_id": patient, "status": "issued", "issued_at": utc_now(), "issued_by": author}
    paper = add_row(clinic, "documents", name="Discharge summary", type="document", content="Ward 4", **shared)
    add_row(clinic, "documents", name="Chest X-ray report", type="report", content="Clear lungs", **shared)
    add_row(clinic, "documents", name="Our letter", type="letter", content="Dear colleague", **shared)
    add_row(
        clinic, "document_files", subject_table="documents", subject_id=paper, kind="attachment", patient_id=patient,
        file_name="summary.pdf", content=b"%PDF-1.7", sha256=sha256(b"%PDF-1.7").digest(), created_by=author,
    )  # fmt: skip
    found = records.journal(patient, EntryKind.DOCUMENT)
    assert {entry.title for entry in found} == {"Discharge summary", "Chest X-ray report"}
    assert [entry.text for entry in found if entry.source_id == paper] == ["Ward 4\nFile: summary.pdf"]
    attachment = records.attachment(patient, paper)
    assert attachment is not None
    assert attachment.content == b"%PDF-1.7"
    assert records.attachment(patient, paper + 1) is None


def test_an_agent_stands_once_on_the_active_list_and_may_be_recorded_anew_after_its_end(
    records: RecordService, patient: int
) -> None:
    key = uuid4()
    first = records.add_allergy(patient, AllergyDraft("latex"), key)
    assert records.add_allergy(patient, AllergyDraft("latex"), key) == first
    with pytest.raises(InvalidInputError) as refused:
        records.add_allergy(patient, AllergyDraft(" Latex "), uuid4())
    assert "agent" in refused.value.problems
    records.end_allergy(patient, first, 1, AllergyStatus.INACTIVE, "Tolerated gloves for a year")
    assert records.add_allergy(patient, AllergyDraft("latex"), uuid4()) != first
