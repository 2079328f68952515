"""Reading and reviewing results on the real database (domain-rules A8)."""

from __future__ import annotations

import pytest

from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, StaleRecordError
from cura_desktop.domain.records import ChartClosedError
from cura_desktop.domain.results import ResultReport, course
from cura_desktop.services.records import RecordService
from cura_desktop.services.results import ResultService
from tests.support.people import Clinic
from tests.support.records import add_patient
from tests.support.results import add_report

HB = ("Haemoglobin", "98", "g/L", 115, 165, "L")
TSH = ("TSH", "0.01", "mU/L", 0.27, 4.2, "L", "<")


@pytest.fixture
def patient(clinic: Clinic) -> int:
    return add_patient(clinic)


@pytest.fixture
def results(clinic: Clinic, patient: int) -> ResultService:
    database, caller = clinic.sign_in("doctor")
    RecordService(database, caller).open_chart(patient)
    return ResultService(database, caller)


def one(results: ResultService, patient: int) -> ResultReport:
    (found,) = results.of_patient(patient)
    return found


def test_values_are_shown_as_they_were_sent(clinic: Clinic, results: ResultService, patient: int) -> None:
    add_report(clinic, patient, "Profile", HB, TSH, ("Culture", "No growth after 48 hours", "", None, None, ""))
    haemoglobin, tsh, culture = one(results, patient).lines
    assert (haemoglobin.text, haemoglobin.unit, haemoglobin.range, haemoglobin.flag) == ("98", "g/L", "115–165", "Low")
    assert (tsh.text, tsh.value) == ("<0.01", None)
    assert (culture.text, culture.flag) == ("No growth after 48 hours", "")


def test_the_queue_holds_what_waits_the_most_urgent_and_oldest_first_and_nothing_clinical(
    clinic: Clinic, results: ResultService, patient: int
) -> None:
    newer = add_report(clinic, patient, "A", HB, hours=2, severity="abnormal")
    older = add_report(clinic, patient, "B", HB, hours=9, severity="abnormal")
    critical = add_report(clinic, patient, "C", HB, hours=1, severity="critical", ordered_by=None)
    add_report(clinic, patient, "D", HB, status="reviewed")
    add_report(clinic, patient, "E", status="collected")
    queue = results.queue()
    assert [each.id for each in queue] == [critical, older, newer]
    assert [each.is_mine for each in queue] == [False, True, True]
    assert "Haemoglobin" not in repr(queue)


def test_a_result_is_read_only_in_an_opened_record(clinic: Clinic, patient: int) -> None:
    add_report(clinic, patient, "Profile", HB)
    service = ResultService(*clinic.sign_in("doctor"))
    with pytest.raises(ChartClosedError):
        service.of_patient(patient)
    with pytest.raises(NotAllowedError):
        ResultService(*clinic.sign_in("receptionist")).queue()


def test_a_review_leaves_the_queue_with_who_when_and_what_is_to_be_done(
    clinic: Clinic, results: ResultService, patient: int
) -> None:
    add_report(clinic, patient, "Profile", HB)
    done = results.review(patient, one(results, patient), "repeat", " In three months ")
    assert (done.status, done.reviewed_by, done.action, done.comment) == (
        "reviewed", "Doctor Tester", "repeat", "In three months",
    )  # fmt: skip
    assert done.reviewed_at is not None
    assert results.queue() == ()


def test_a_critical_result_is_not_closed_without_a_decision(
    clinic: Clinic, results: ResultService, patient: int
) -> None:
    add_report(clinic, patient, "Potassium", ("Potassium", "7.1", "mmol/L", 3.5, 5.3, "HH"), severity="critical")
    with pytest.raises(InvalidInputError) as refused:
        results.review(patient, one(results, patient))
    assert refused.value.problems == {"action": "This result is critical: choose what is to be done."}
    assert results.review(patient, one(results, patient), "treat").status == "reviewed"


def test_a_result_that_changed_since_it_was_read_must_be_looked_at_again(
    clinic: Clinic, results: ResultService, patient: int
) -> None:
    report = add_report(clinic, patient, "Profile", HB)
    seen = one(results, patient)
    clinic.as_administrator("UPDATE cura.lab_results SET result_status = 'C' WHERE id = %s", report)
    with pytest.raises(StaleRecordError):
        results.review(patient, seen)
    assert len(results.queue()) == 1


def test_what_is_not_reported_yet_cannot_be_reviewed_whatever_the_program_says(
    clinic: Clinic, results: ResultService, patient: int
) -> None:
    from sqlalchemy import text

    add_report(clinic, patient, "Profile", status="collected")
    with pytest.raises(ConflictError), results._database.transaction(results._caller) as transaction:
        transaction.session.execute(text("UPDATE cura.lab_results SET status = 'reviewed'"))


def test_a_review_is_taken_back_only_by_the_person_who_gave_it(
    clinic: Clinic, results: ResultService, patient: int
) -> None:
    add_report(clinic, patient, "Profile", HB)
    done = results.review(patient, one(results, patient), "refer", "Haematology")
    database, caller = clinic.sign_in("admin")
    RecordService(database, caller).open_chart(patient)
    with pytest.raises(ConflictError):
        ResultService(database, caller).take_back(patient, done.id)
    back = results.take_back(patient, done.id)
    assert (back.status, back.reviewed_by, back.action, back.comment) == ("completed", "", "", "")


def test_the_course_of_an_analyte_keeps_units_apart(clinic: Clinic, results: ResultService, patient: int) -> None:
    add_report(clinic, patient, "Old", ("Glucose", "95", "mg/dL", None, None, ""), hours=900)
    add_report(clinic, patient, "Mid", ("Glucose", "5.4", "mmol/L", 3.9, 5.8, "N"), hours=90)
    add_report(clinic, patient, "New", ("Glucose", "7.1", "mmol/L", 3.9, 5.8, "H"), hours=9)
    trend = course(results.of_patient(patient), "Glucose", "mmol/L")
    assert trend is not None
    assert [point.text for point in trend.points] == ["7.1", "5.4"]
