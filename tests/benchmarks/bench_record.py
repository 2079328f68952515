"""The consulting room: opening a record and saving a note through the services."""

from __future__ import annotations

from itertools import count
from uuid import uuid4

from cura_desktop.domain.consultations import ConsultationNote
from cura_desktop.domain.records import Opened
from cura_desktop.services.consultations import ConsultationService
from cura_desktop.services.letters import LetterService
from cura_desktop.services.records import RecordService
from tests.benchmarks.harness import Report
from tests.support.people import Clinic

_CONSULTATIONS = (
    "consultations (organization_id, patient_id, provider_id, type, diagnosis, history, status, consultation_date)"
)
_NOTE = (
    "%s, p, %s, 'consultation', 'Tonsillitis', repeat('History. ', 40), 'draft',"
    " timestamp '2024-01-01' + n * interval '30 days'"
)
_PROBLEMS, _MEDICINES, _ROUNDS, _NOTES = 6, 5, 40, 12
PATIENTS = 40


def run(clinic: Clinic, report: Report) -> None:
    """Goal of issue 2, section 8: open a record 2 ms. The records hold a few years of care."""
    database, caller = clinic.sign_in("doctor")
    records = RecordService(database, caller)
    notes = ConsultationService(database, caller)
    letters = LetterService(database, caller)
    patients = _fill(clinic)
    turn = count()

    def next_patient() -> int:
        return patients[next(turn) % len(patients)]

    def open_record() -> None:
        patient = next_patient()
        if records.open_chart(patient) is Opened.OPENED:
            records.summary(patient)

    opened = patients[0]
    records.open_chart(opened)
    report.measure("open the chart (the audited opening)", lambda: records.open_chart(next_patient()), times=80)
    report.measure("read the summary", lambda: records.summary(opened), times=120, goal=2, database=database)
    report.measure("open a record: chart and summary", open_record, times=120, database=database)
    report.measure("journal, everything", lambda: records.journal(opened), times=40)
    report.measure("journal, search in the text", lambda: records.journal(opened, text="tonsil"), times=40)
    report.measure("begin a consultation", lambda: notes.start(opened, None, uuid4()), times=40)
    draft = notes.start(opened, None, uuid4())
    state = [draft.version, draft.note]

    def save() -> None:
        note = ConsultationNote(history=f"Typed {next(turn)}", plan="Rest")
        saved = notes.save_draft(opened, draft.id, state[0], note, state[1]).consultation  # type: ignore[arg-type]
        state[:] = [saved.version, saved.note]

    report.measure("save a note", save, times=60, database=database)
    letter = letters.draft(opened, uuid4(), consultation_id=draft.id)
    report.measure("preview a letter", lambda: letters.preview(opened, letter.body), times=10)


def _fill(clinic: Clinic) -> list[int]:
    """Some patients with problems, medicines, observations, results and notes."""
    organization, doctor = clinic.organization_id, clinic.people["doctor"].user_id
    rows = clinic.as_administrator(
        "INSERT INTO cura.patients (organization_id, first_name, last_name, date_of_birth)"
        " SELECT %s, 'Record', 'Bench' || n, '1960-05-05' FROM generate_series(1, %s) n RETURNING id",
        organization,
        PATIENTS,
    )
    patients = [row[0] for row in rows]
    every = "FROM unnest(%s::int[]) p, generate_series(1, %s) n"
    statements = (
        ("patient_problems (organization_id, patient_id, label, recorded_by)", "%s, p, 'Problem ' || n, %s", _PROBLEMS),
        ("allergies (organization_id, patient_id, agent, recorded_by)", "%s, p, 'agent ' || n, %s", 2),
        (
            _CONSULTATIONS,
            _NOTE,
            _NOTES,
        ),
        (
            "prescriptions (organization_id, patient_id, prescribed_by, status, kind, issued_at)",
            "%s, p, %s, 'active', 'repeat', timezone('UTC', now()) - n * interval '20 days'",
            _MEDICINES,
        ),
    )
    for head, values, number in statements:
        clinic.as_administrator(
            f"INSERT INTO cura.{head} SELECT {values} {every}", organization, doctor, patients, number
        )
    clinic.as_administrator(
        "INSERT INTO cura.prescription_items (organization_id, prescription_id, patient_id, line, name, directions,"
        " quantity, quantity_unit, duration_days) SELECT organization_id, id, patient_id, 1, 'medicine ' || id, 'one a day', 28,"
        " 'tablet', 28 FROM cura.prescriptions WHERE organization_id = %s AND patient_id = ANY (%s)",
        organization,
        patients,
    )
    clinic.as_administrator(
        "INSERT INTO cura.observations (organization_id, patient_id, name, value, unit, taken_at, taken_by)"
        " SELECT %s, p, k, 60 + n, '/min', timestamp '2024-01-01' + n * interval '9 days', %s"
        " FROM unnest(%s::int[]) p, generate_series(1, %s) n, unnest(ARRAY['Pulse', 'Systolic blood pressure',"
        " 'Diastolic blood pressure', 'Temperature', 'Oxygen saturation', 'Respiratory rate']) k",
        organization,
        doctor,
        patients,
        _ROUNDS,
    )
    return patients
