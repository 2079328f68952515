"""Bundles go into the database whole or not at all, once, in the name of the clinic's system user."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cura_desktop.db.import_storing import Storing
from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.errors import DatabaseUnavailableError
from cura_desktop.domain.imports import BundleOutcome, ImportRefusedError, ImportReport
from cura_desktop.integrations.fhir.bundles import NOT_TAKEN
from cura_desktop.services.imports import ImportService
from cura_desktop.services.records import RecordService
from cura_desktop.services.results import ResultService
from tests.support import fhir
from tests.support.people import Clinic, make_organization
from tests.support.shared_data import shared_file

NOW = datetime(2026, 11, 23, 12)
CLINICAL = (
    "medical_records", "patient_problems", "allergies", "patient_allergy_states", "prescriptions",
    "prescription_items", "observations", "lab_results", "lab_result_items", "immunizations", "documents",
)  # fmt: skip


@pytest.fixture
def service(clinic: Clinic) -> Iterator[ImportService]:
    with ImportService(clinic.admin_dsn, str(clinic.organization_id), lambda: NOW) as opened:
        yield opened


def take(clinic: Clinic, path: Path, **more: Any) -> ImportReport:
    with ImportService(clinic.admin_dsn, str(clinic.organization_id), lambda: NOW) as opened:
        return opened.import_fhir(path, **more)


def counts(clinic: Clinic) -> dict[str, int]:
    query = " UNION ALL ".join(
        f"SELECT '{table}', count(*) FROM cura.{table} WHERE organization_id = {clinic.organization_id}"
        for table in ("patients", *CLINICAL)
    )
    return {str(row[0]): int(row[1]) for row in clinic.as_administrator(query)}


def rows(clinic: Clinic, query: str) -> list[tuple[Any, ...]]:
    return clinic.as_administrator(query.replace("$o", str(clinic.organization_id)))


def test_a_doctor_reads_what_was_imported(clinic: Clinic, service: ImportService, tmp_path: Path) -> None:
    report = service.import_fhir(fhir.write(tmp_path, "one.json.gz", fhir.bundle(*fhir.history())))
    assert report.count("taken") == 1
    assert report.total("taken") == Counter(each["resourceType"] for each in fhir.history())
    ((patient,),) = rows(clinic, "SELECT id FROM cura.patients WHERE organization_id = $o")
    records = RecordService(*clinic.sign_in("doctor"))
    records.open_chart(patient)
    summary = records.summary(patient)
    assert summary.patient.family_name == "Sample"
    assert summary.allergies.state is AllergyState.KNOWN
    assert [each.agent for each in summary.allergies.active] == ["Amoxicillin"]
    assert [each.label for each in summary.problems or ()] == ["Asthma"]
    assert [each.name for each in summary.medicines or ()] == ["Salbutamol 100 micrograms inhaler"]
    assert [(each.name, each.unit) for each in summary.observations or ()] == [("Weight", "kg")]
    assert [each.name for each in summary.results or ()] == ["Glucose"]
    assert [each.vaccine for each in summary.immunizations or ()] == ["Influenza"]
    assert {"Check-up", "Suture of wound", "Metabolic panel"} <= {each.title for each in records.journal(patient)}


def test_every_actor_is_the_system_user_and_the_trail_says_so(
    clinic: Clinic, service: ImportService, tmp_path: Path
) -> None:
    service.import_fhir(fhir.write(tmp_path, "one.json", fhir.bundle(*fhir.history())))
    ((system,),) = rows(
        clinic, "SELECT system_user_id FROM cura_private.organization_secret WHERE organization_id = $o"
    )
    actors = {
        "patients": "created_by", "medical_records": "author_id", "patient_problems": "recorded_by",
        "allergies": "recorded_by", "prescriptions": "prescribed_by", "immunizations": "given_by",
        "documents": "issued_by", "import_runs": "created_by",
    }  # fmt: skip
    for table, column in actors.items():
        assert rows(clinic, f"SELECT DISTINCT {column} FROM cura.{table} WHERE organization_id = $o") == [(system,)]
    trail = rows(
        clinic,
        "SELECT DISTINCT user_id FROM cura.gdpr_audit_trail WHERE organization_id = $o AND patient_id IS NOT NULL",
    )
    assert trail == [(system,)]


def test_a_second_run_adds_nothing_and_says_unchanged(clinic: Clinic, tmp_path: Path) -> None:
    path = fhir.write(tmp_path, "one.json", fhir.bundle(*fhir.history()))
    take(clinic, path)
    before = counts(clinic)
    second = take(clinic, path)
    assert counts(clinic) == before
    assert [each.outcome for each in second.outcomes] == ["unchanged"]
    assert second.total("unchanged") == Counter(each["resourceType"] for each in fhir.history())
    assert second.total("taken") == {}
    runs = rows(clinic, "SELECT outcome, patient_id IS NOT NULL FROM cura.import_runs WHERE organization_id = $o")
    assert runs == [("taken", True), ("unchanged", True)]


def test_the_chart_of_an_existing_patient_is_opened_first_in_a_transaction_of_its_own(
    clinic: Clinic, tmp_path: Path
) -> None:
    take(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(*fhir.history())))
    more = [*fhir.history(), fhir.observation("o2", valueQuantity=fhir.quantity(62, "kg"))]
    take(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(*more)))
    trail = rows(
        clinic,
        "SELECT action, xid::text FROM cura.gdpr_audit_trail WHERE organization_id = $o"
        " AND (action = 'OPEN_CHART' OR table_name = 'observations') ORDER BY id",
    )
    assert [action for action, _ in trail] == ["INSERT", "OPEN_CHART", "INSERT"]
    assert trail[1][1] != trail[2][1]


def test_a_changed_bundle_adds_what_is_new_and_names_what_differs(clinic: Clinic, tmp_path: Path) -> None:
    take(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(*fhir.history())))
    changed = [
        {**each, "lotNumber": "other"} if each["resourceType"] == "Immunization" else each for each in fhir.history()
    ]
    changed.append(fhir.observation("o2", valueQuantity=fhir.quantity(62, "kg")))
    report = take(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(*changed)))
    assert report.total("taken") == {"Observation": 1}
    assert report.outcomes[0].differing == ("Immunization/i1",)
    assert rows(clinic, "SELECT batch_number FROM cura.immunizations WHERE organization_id = $o") == [("B7",)]


def test_a_result_that_comes_later_joins_its_report_and_asks_to_be_reviewed(clinic: Clinic, tmp_path: Path) -> None:
    take(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(*fhir.history())))
    later = fhir.laboratory("l2", "Sodium", "2947-0", {"valueQuantity": fhir.quantity(140, "mmol/L")})
    resources = [*(each for each in fhir.history() if each["id"] != "r1"), later, fhir.report("r1", "l1", "l2")]
    take(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(*resources)))
    found = rows(
        clinic,
        "SELECT r.status, jsonb_array_length(r.results), array_agg(i.name ORDER BY i.line) FROM cura.lab_results r"
        " JOIN cura.lab_result_items i ON i.organization_id = r.organization_id AND i.lab_result_id = r.id"
        " WHERE r.organization_id = $o GROUP BY 1, 2",
    )
    assert found == [("completed", 2, ["Glucose", "Sodium"])]


def test_a_corrected_result_stands_in_the_place_of_the_old_one_and_asks_to_be_reviewed(
    clinic: Clinic, tmp_path: Path
) -> None:
    def sent(value: float, **more: Any) -> Any:
        quantity = {"valueQuantity": fhir.quantity(value, "mmol/L")}
        one = fhir.laboratory("na", "Sodium", "2947-0", quantity, **more)
        return take(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(fhir.patient(), one)))

    high = {"interpretation": [{"coding": [{"code": "HH"}]}]}
    sent(140)
    corrected = sent(170, status="corrected", **high)
    assert corrected.total("taken") == {"Observation": 1}
    assert corrected.outcomes[0].differing == ()
    again = sent(170, status="corrected", **high)
    assert again.total("taken") == {}
    heads = "SELECT r.status, r.result_status, r.severity, r.results -> 0 ->> 'value', jsonb_array_length(r.results)"
    assert rows(clinic, f"{heads} FROM cura.lab_results r WHERE r.organization_id = $o") == [
        ("completed", "C", "critical", "170", 1)
    ]
    lines = "SELECT i.value, i.result_status, i.superseded_at IS NULL FROM cura.lab_result_items i"
    assert rows(clinic, f"{lines} WHERE i.organization_id = $o ORDER BY i.line") == [
        (140, "F", False),
        (170, "C", True),
    ]
    (patient,) = rows(clinic, "SELECT id FROM cura.patients WHERE organization_id = $o")[0]
    database, caller = clinic.sign_in("doctor")
    records = RecordService(database, caller)
    records.open_chart(patient)
    (trend,) = records.summary(patient).results or ()
    assert [point.text for point in trend.points] == ["170"]
    (report,) = ResultService(database, caller).of_patient(patient)
    assert [(line.text, line.is_current) for line in report.lines] == [("170", True), ("140", False)]
    assert len(ResultService(database, caller).queue()) == 1


def test_a_preliminary_result_becomes_final_without_being_called_corrected(clinic: Clinic, tmp_path: Path) -> None:
    for status, value in (("preliminary", 139), ("final", 140)):
        one = fhir.laboratory(
            "na", "Sodium", "2947-0", {"valueQuantity": fhir.quantity(value, "mmol/L")}, status=status
        )
        take(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(fhir.patient(), one)))
    found = rows(clinic, "SELECT status, result_status FROM cura.lab_results WHERE organization_id = $o")
    assert found == [("completed", "F")]


def test_old_results_do_not_flood_the_queue_and_new_ones_are_in_it(clinic: Clinic, tmp_path: Path) -> None:
    recent = {"effectiveDateTime": "2026-11-20T09:00:00Z", "issued": "2026-11-20T12:00:00Z"}
    take(
        clinic,
        fhir.write(
            tmp_path,
            "one.json",
            fhir.bundle(
                fhir.patient(),
                fhir.laboratory("old", "Sodium", "2947-0", {"valueQuantity": fhir.quantity(140, "mmol/L")}),
                fhir.laboratory("new", "Sodium", "2947-0", {"valueQuantity": fhir.quantity(120, "mmol/L")}, **recent),
            ),
        ),
    )
    found = rows(clinic, "SELECT status FROM cura.lab_results WHERE organization_id = $o ORDER BY reported_at")
    assert found == [("reviewed",), ("completed",)]


def test_a_damaged_file_is_refused_and_the_run_goes_on_with_the_next(clinic: Clinic, tmp_path: Path) -> None:
    fhir.write(tmp_path, "a.json", '{"resourceType": "Bundle", "entry": [')
    fhir.write(tmp_path, "b.json", fhir.bundle(fhir.patient(gender="x")))
    fhir.write(tmp_path, "c.json", fhir.bundle(*fhir.history()))
    fhir.write(tmp_path, "list.json", [1, 2])
    report = take(clinic, tmp_path)
    assert {each.source: each.outcome for each in report.outcomes} == {
        "a.json": "refused",
        "b.json": "refused",
        "c.json": "taken",
    }
    assert report.passed_over == ("list.json",)
    runs = rows(
        clinic,
        "SELECT source_name, outcome, refused -> 0 ->> 'reason' FROM cura.import_runs WHERE organization_id = $o",
    )
    assert {(name, outcome) for name, outcome, _ in runs} == {
        ("a.json", "refused"), ("b.json", "refused"), ("c.json", "taken")
    }  # fmt: skip
    assert any("damaged or cut off" in str(why) for *_, why in runs)
    assert counts(clinic)["patients"] == 1


def test_what_the_database_refuses_leaves_nothing_of_the_file(clinic: Clinic, tmp_path: Path) -> None:
    number = {"identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9991230009"}]}
    rows(
        clinic,
        "INSERT INTO cura.patients (organization_id, first_name, last_name, nhs_number)"
        " VALUES ($o, 'Other', 'Record', '9991230009')",
    )
    resources = [{**fhir.patient(), **number}, *fhir.history()[1:]]
    report = take(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(*resources)))
    assert report.outcomes[0].outcome == "refused"
    assert "registered already" in report.outcomes[0].problem
    assert "9991230009" not in json.dumps(report.as_json())
    assert sum(counts(clinic).values()) == 1


def test_an_interruption_leaves_whole_files_only(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("p1", "p2", "p3"):
        fhir.write(tmp_path, f"{key}.json", fhir.bundle(*fhir.history(key)))
    finish = Storing._finish

    def interrupted(self: Storing, people: Any) -> BundleOutcome:
        if "p2" in people:
            raise KeyboardInterrupt
        return finish(self, people)

    with ImportService(clinic.admin_dsn, str(clinic.organization_id), lambda: NOW) as service:
        monkeypatch.setattr(Storing, "_finish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            service.import_fhir(tmp_path)
        assert [each.source for each in service.report.outcomes] == ["p1.json"]
    one = counts(clinic)
    assert one["patients"] == 1
    assert one["medical_records"] == 2
    monkeypatch.setattr(Storing, "_finish", finish)
    again = take(clinic, tmp_path)
    assert [each.outcome for each in again.outcomes] == ["unchanged", "taken", "taken"]
    assert counts(clinic) == {table: 3 * count for table, count in one.items()}


def test_a_patient_who_died_before_the_birth_is_refused_in_words(clinic: Clinic, tmp_path: Path) -> None:
    path = fhir.write(tmp_path, "one.json", fhir.bundle(fhir.patient(deceasedDateTime="1979-01-01")))
    assert "death lies before the birth" in take(clinic, path).outcomes[0].problem


def test_a_server_that_goes_away_ends_the_run_and_keeps_what_was_whole(clinic: Clinic, tmp_path: Path) -> None:
    for key in ("p1", "p2"):
        fhir.write(tmp_path, f"{key}.json", fhir.bundle(*fhir.history(key)))

    def cut(*_: object) -> None:
        rows(clinic, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cura-admin'")

    with pytest.raises(DatabaseUnavailableError, match="connection"):
        take(clinic, tmp_path, progress=cut)
    assert counts(clinic)["patients"] == 1
    assert [each.outcome for each in take(clinic, tmp_path).outcomes] == ["unchanged", "taken"]


def test_a_file_without_a_patient_joins_the_one_imported_before(clinic: Clinic, tmp_path: Path) -> None:
    fhir.write(tmp_path, "a-weight.json", fhir.observation("o9", valueQuantity=fhir.quantity(63, "kg")))
    stray = fhir.observation("o10", valueQuantity=fhir.quantity(63, "kg"), subject="Patient/unknown")
    fhir.write(tmp_path, "b-stray.json", stray)
    fhir.write(tmp_path, "z-patient.json", fhir.patient())
    report = take(clinic, tmp_path)
    assert {each.source: each.outcome for each in report.outcomes} == {
        "z-patient.json": "taken",
        "a-weight.json": "taken",
        "b-stray.json": "refused",
    }
    assert "neither in this file nor imported before" in report.outcomes[-1].problem


def test_the_same_id_from_another_source_is_not_the_same_person(clinic: Clinic, tmp_path: Path) -> None:
    take(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(*fhir.history())))
    other = [fhir.patient(birthDate="1990-01-01"), fhir.observation("o7", valueQuantity=fhir.quantity(90, "kg"))]
    report = take(clinic, fhir.write(tmp_path, "two.json", fhir.bundle(*other)))
    assert "another date of birth" in report.outcomes[0].problem
    assert counts(clinic)["observations"] == 1


def test_two_clinics_take_the_same_bundle_without_seeing_each_other(clinic: Clinic, tmp_path: Path) -> None:
    other = make_organization(clinic.admin_dsn)
    path = fhir.write(tmp_path, "one.json", fhir.bundle(*fhir.history()))
    assert take(clinic, path).count("taken") == 1
    assert take(other, path).count("taken") == 1
    assert counts(clinic) == counts(other)
    other.close()


def test_no_known_allergies_is_recorded_and_an_allergy_wins_over_it(clinic: Clinic, tmp_path: Path) -> None:
    none = fhir.of("AllergyIntolerance", "n", code=fhir.concept("No known allergy", "716186003"))
    state = "SELECT state FROM cura.patient_allergy_states WHERE organization_id = $o"
    path = fhir.write(tmp_path, "one.json", fhir.bundle(fhir.patient(), none))
    take(clinic, path)
    assert rows(clinic, state) == [("none_known",)]
    assert take(clinic, path).count("unchanged") == 1
    agent = fhir.of("AllergyIntolerance", "a", code=fhir.concept("Latex"))
    report = take(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(fhir.patient(), none, agent)))
    assert rows(clinic, state) == [("known",)]
    assert [each.reason for each in report.outcomes[0].refused] == [
        "That there are no known allergies contradicts the allergies that are recorded."
    ]


def test_a_documents_bytes_are_kept_with_their_hash(clinic: Clinic, tmp_path: Path) -> None:
    paper = fhir.of(
        "DocumentReference",
        "d",
        status="current",
        date="2020-03-10T10:00:00Z",
        type=fhir.concept("Letter"),
        content=[{"attachment": {"contentType": "application/pdf", "data": "JVBERi0xLjcAAf8="}}],
    )
    take(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(fhir.patient(), paper)))
    found = rows(
        clinic,
        "SELECT d.status, d.content_hash IS NOT NULL, f.file_name, f.content FROM cura.documents d"
        " JOIN cura.document_files f ON f.organization_id = d.organization_id AND f.subject_id = d.id"
        " WHERE d.organization_id = $o",
    )
    assert found == [("issued", True, "Letter.pdf", b"%PDF-1.7\x00\x01\xff")]


def test_an_organization_that_is_not_there_is_named(clinic: Clinic) -> None:
    with pytest.raises(ImportRefusedError, match="no organization “Nowhere”"):
        ImportService(clinic.admin_dsn, "Nowhere", lambda: NOW)


# ------------------------------------------------------------------------------------------------------- sample data


@pytest.mark.timeout(180)
def test_the_forty_sample_bundles_agree_with_their_index_and_a_second_run_changes_nothing(
    own_database_dsn: str,
) -> None:
    index = json.loads(shared_file("synthea_r4/index.json").read_text())
    overlay, catalogue = shared_file("synthea_r4/uk_overlay.csv"), shared_file("reference/lab_catalogue_uk.csv")
    clinic = make_organization(own_database_dsn)
    report = take(clinic, overlay.parent, overlay=overlay, catalogue=catalogue)
    assert report.passed_over == ("index.json",)
    outcomes = {each.source: each for each in report.outcomes}
    assert len(outcomes) == len(index) == 40
    for entry in index:
        outcome = outcomes[entry["file"]]
        refused = Counter(each.kind for each in outcome.refused)
        assert Counter(outcome.taken) + refused == Counter(entry["counts"]), entry["file"]
        assert {(each.kind, each.reason) for each in outcome.refused} <= set(NOT_TAKEN.items())
    assert set(report.total("taken")) & set(NOT_TAKEN) == set()
    people = rows(
        clinic,
        "SELECT count(*), count(*) FILTER (WHERE nhs_number LIKE '999%%'), count(deceased_on),"
        " count(*) FILTER (WHERE phone LIKE '07700 %%') FROM cura.patients WHERE organization_id = $o",
    )
    assert people == [(40, 40, sum(entry["deceased"] is not None for entry in index), 40)]
    units = rows(
        clinic,
        "SELECT DISTINCT unit FROM cura.lab_result_items WHERE organization_id = $o"
        " AND name IN ('Glucose', 'Creatinine', 'Haemoglobin', 'HbA1c (IFCC)')",
    )
    assert {each for (each,) in units} == {"mmol/L", "umol/L", "g/L", "mmol/mol"}
    before = counts(clinic)
    second = take(clinic, overlay.parent, overlay=overlay, catalogue=catalogue)
    assert {each.outcome for each in second.outcomes} == {"unchanged"}
    assert second.total("unchanged") == report.total("taken")
    assert counts(clinic) == before
    with psycopg.connect(own_database_dsn) as connection:
        assert connection.execute("SELECT * FROM cura_private.prove()").fetchall() == []
    clinic.close()


def test_each_uk_core_example_is_taken_or_refused_with_a_reason(clinic: Clinic) -> None:
    folder = shared_file("fhir_uk_core/UKCore-Patient-RichardSmith-Example.json").parent
    report = take(clinic, folder)
    assert len(report.outcomes) == len(list(folder.glob("*.json")))
    for outcome in report.outcomes:
        content = json.loads((folder / outcome.source).read_text())
        sent = len(content["entry"]) if content["resourceType"] == "Bundle" else 1
        assert sum(outcome.taken.values()) + len(outcome.refused) == sent
        assert all(each.reason.endswith(".") for each in outcome.refused)
    assert report.total("taken") == {
        "AllergyIntolerance": 3, "Condition": 1, "DiagnosticReport": 1, "Encounter": 1, "Immunization": 1,
        "MedicationRequest": 3, "Observation": 5, "Patient": 1,
    }  # fmt: skip


def test_the_clock_is_now_utc() -> None:
    from cura_desktop.cli.imports import _now

    assert abs((_now() - datetime.now(UTC).replace(tzinfo=None)).total_seconds()) < 5
