"""Prescriptions through the service, signed in as the right person, on the real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pypdfium2
import pytest

from cura_desktop.domain.checking import FindingKind
from cura_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleRecordError,
)
from cura_desktop.domain.prescriptions import (
    PrescriptionDraft,
    PrescriptionLine,
    PrescriptionStatus,
    Verdict,
    finding_key,
    verdict_of,
)
from cura_desktop.domain.records import ChartClosedError
from cura_desktop.services.medicines import MedicineService
from cura_desktop.services.prescriptions import PrescriptionService
from tests.support.medicines import Pharmacy, make_pharmacy


@pytest.fixture
def pharmacy(admin_dsn: str) -> Iterator[Pharmacy]:
    made = make_pharmacy(admin_dsn)
    yield made
    made.clinic.close()


@pytest.fixture
def service(pharmacy: Pharmacy) -> PrescriptionService:
    return PrescriptionService(pharmacy.database, pharmacy.doctor)


def written(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return (
            " ".join(page.get_textpage().get_text_range() for page in document)
            .replace("\r\n", " ")
            .replace("\xa0", " ")
        )


def test_a_search_shows_every_strength_and_form_in_any_order_of_words(pharmacy: Pharmacy) -> None:
    medicines = MedicineService(pharmacy.database, pharmacy.doctor)
    found = medicines.search("amox")
    assert {(one.form, one.strength) for one in found} >= {("capsule", "250 mg"), ("capsule", "500 mg")}
    assert [one.strength for one in medicines.search("500 amoxicillin cap")] == ["500 mg"]
    assert medicines.search("  ") == ()
    assert medicines.search("no such medicine") == ()


def test_the_starter_list_is_added_once_and_only_by_those_who_keep_it(pharmacy: Pharmacy) -> None:
    database, keeper = pharmacy.clinic.sign_in("pharmacist", pharmacy.database)
    assert MedicineService(database, keeper).load_starter_formulary() == 0
    with pytest.raises(NotAllowedError):
        MedicineService(database, pharmacy.clinic.sign_in("doctor", database)[1]).load_starter_formulary()


def test_amoxicillin_for_a_patient_with_a_penicillin_allergy_is_a_conflict(
    pharmacy: Pharmacy, service: PrescriptionService
) -> None:
    pharmacy.allergy("penicillin")
    report = service.check(pharmacy.patient, [pharmacy.line("amoxicillin 500")])
    assert [one.kind for one in report.findings] == [FindingKind.ALLERGY]
    assert "penicillin" in report.findings[0].text
    assert verdict_of(report) is Verdict.CONFLICT


def test_an_unanswered_allergy_stops_the_issue_and_a_reason_lets_it_pass_and_stays(
    pharmacy: Pharmacy, service: PrescriptionService
) -> None:
    pharmacy.allergy("penicillin")
    draft = service.draft(pharmacy.patient, PrescriptionDraft((pharmacy.line("amoxicillin 500"),)), uuid4())
    key = finding_key(service.check(pharmacy.patient, draft.lines).findings[0])
    for reason in ({}, {key: "ok"}, {key: "   "}):
        with pytest.raises(InvalidInputError) as refused:
            service.issue(pharmacy.patient, draft.id, draft.version, reason)
        assert set(refused.value.problems) == {key}
    (issued,) = service.issue(pharmacy.patient, draft.id, draft.version, {key: "Tolerated in 2024, tested"})
    assert issued.status is PrescriptionStatus.ACTIVE
    assert [(one.reason, one.by) for one in issued.overrides] == [("Tolerated in 2024, tested", "Dr Doctor Tester")]


def test_an_allergy_recorded_after_the_check_still_stops_the_issue(
    pharmacy: Pharmacy, service: PrescriptionService
) -> None:
    pharmacy.no_allergies()
    draft = service.draft(pharmacy.patient, PrescriptionDraft((pharmacy.line("amoxicillin 500"),)), uuid4())
    assert verdict_of(service.check(pharmacy.patient, draft.lines)) is Verdict.CLEAR
    pharmacy.allergy("penicillin")
    with pytest.raises(InvalidInputError, match="allergy to penicillin"):
        service.issue(pharmacy.patient, draft.id, draft.version)


def test_allergies_not_recorded_never_look_like_none(pharmacy: Pharmacy, service: PrescriptionService) -> None:
    line = pharmacy.line("amoxicillin 500")
    report = service.check(pharmacy.patient, [line])
    assert verdict_of(report) is Verdict.NOT_CHECKED
    assert any("Allergies not recorded" in gap for gap in report.not_checked)
    draft = service.draft(pharmacy.patient, PrescriptionDraft((line,)), uuid4())
    (issued,) = service.issue(pharmacy.patient, draft.id, draft.version)
    text = written(service.pdf(pharmacy.patient, issued.id))
    assert "Allergies not recorded" in text
    assert "No known allergies" not in text


def test_a_free_text_allergy_cannot_be_checked_and_that_is_said(
    pharmacy: Pharmacy, service: PrescriptionService
) -> None:
    pharmacy.allergy("the white tablets from Spain", checkable=False)
    report = service.check(pharmacy.patient, [pharmacy.line("paracetamol 500")])
    assert verdict_of(report) is Verdict.NOT_CHECKED
    assert any("white tablets from Spain" in gap for gap in report.not_checked)


def test_age_kidney_function_and_dose_are_compared_with_the_record(
    pharmacy: Pharmacy, service: PrescriptionService
) -> None:
    pharmacy.no_allergies()
    lines = [pharmacy.line("diazepam 2 mg"), pharmacy.line("metformin 500 mg tab", "4", "tds")]
    report = service.check(pharmacy.patient, lines)
    told = {(one.kind, one.severity.value) for one in report.findings}
    assert {(FindingKind.AGE, "low"), (FindingKind.DOSE, "medium")} <= told
    assert any("metformin" in gap and "kidney function is not recorded" in gap for gap in report.not_checked)
    assert "limits are known for 2 of 2 new medicines" in report.coverage
    draft = service.draft(pharmacy.patient, PrescriptionDraft(tuple(lines)), uuid4())
    with pytest.raises(InvalidInputError, match="daily maximum of metformin"):
        service.issue(pharmacy.patient, draft.id, draft.version)


def test_a_medicine_nobody_knows_is_not_checked_and_never_green(
    pharmacy: Pharmacy, service: PrescriptionService
) -> None:
    pharmacy.no_allergies()
    unknown = PrescriptionLine(
        "zyxwamab", "injection", "5 mg", text="As agreed", quantity=Decimal(1), quantity_unit="vial"
    )
    report = service.check(pharmacy.patient, [unknown, pharmacy.line("paracetamol 500")])
    assert verdict_of(report) is Verdict.NOT_CHECKED
    assert report.coverage.startswith("1 of 2 medicines recognised")
    assert any("zyxwamab" in gap for gap in report.not_checked)


def test_a_new_medicine_is_checked_against_the_current_ones(pharmacy: Pharmacy, service: PrescriptionService) -> None:
    pharmacy.no_allergies()
    draft = service.draft(
        pharmacy.patient, PrescriptionDraft((pharmacy.line("warfarin", often="od", days=28),)), uuid4()
    )
    service.issue(pharmacy.patient, draft.id, draft.version)
    report = service.check(pharmacy.patient, [pharmacy.line("ibuprofen 200 tablet")])
    assert [one.kind for one in report.findings] == [FindingKind.INTERACTION]
    assert report.total == 2
    again = service.check(pharmacy.patient, [pharmacy.line("warfarin", often="od", days=28)])
    assert [one.severity.value for one in again.findings if "continues" in one.reason] == ["low"]


def test_a_missing_particular_stops_the_issue(pharmacy: Pharmacy, service: PrescriptionService) -> None:
    pharmacy.no_allergies()
    pharmacy.clinic.as_administrator("UPDATE cura.patients SET address = '{}' WHERE id = %s", pharmacy.patient)
    draft = service.draft(pharmacy.patient, PrescriptionDraft((pharmacy.line("paracetamol 500"),)), uuid4())
    with pytest.raises(InvalidInputError) as refused:
        service.issue(pharmacy.patient, draft.id, draft.version)
    assert set(refused.value.problems) == {"patient_address"}


def test_controlled_drugs_become_a_prescription_of_their_own_in_words_and_figures(
    pharmacy: Pharmacy, service: PrescriptionService
) -> None:
    pharmacy.no_allergies()
    lines = (pharmacy.line("senna", "2", "on", 14), pharmacy.line("morphine sulfate 10 tablet", days=14))
    draft = service.draft(pharmacy.patient, PrescriptionDraft(lines), uuid4())
    with pytest.raises(InvalidInputError, match="CD prescriber number"):
        service.issue(pharmacy.patient, draft.id, draft.version)
    pharmacy.clinic.as_administrator(
        "UPDATE cura.users SET cd_prescriber_number = '612345' WHERE id = %s AND organization_id = %s",
        pharmacy.doctor.user_id, pharmacy.clinic.organization_id,
    )  # fmt: skip
    ordinary, controlled = service.issue(pharmacy.patient, draft.id, draft.version)
    assert [line.name for line in ordinary.lines] == ["senna"]
    assert [line.name for line in controlled.lines] == ["morphine sulfate"]
    assert ordinary.valid_until is not None
    assert controlled.valid_until is not None
    assert (controlled.valid_until - controlled.written_at.date()).days == 28
    assert ordinary.valid_until > controlled.valid_until
    text = written(service.pdf(pharmacy.patient, controlled.id))
    assert "28 (twenty-eight)" in text
    assert "612345" in text
    assert "Do not sign here" in text


def test_the_paper_says_sign_in_ink_is_stored_once_and_never_changes(
    pharmacy: Pharmacy, service: PrescriptionService
) -> None:
    pharmacy.no_allergies()
    draft = service.draft(
        pharmacy.patient, PrescriptionDraft((pharmacy.line("amoxicillin 500", often="tds"),)), uuid4()
    )
    with pytest.raises(ConflictError):
        service.pdf(pharmacy.patient, draft.id)
    (issued,) = service.issue(pharmacy.patient, draft.id, draft.version)
    first = service.pdf(pharmacy.patient, issued.id)
    text = written(first)
    for part in ("Sign in ink before use", "THISTLE, Margaret (Mrs)", "2 Low Road", "02-Apr-1957", "1 High Street",
                 "Dr Doctor Tester", "GMC 7654321", "amoxicillin", "three times a day"):  # fmt: skip
        assert part in text
    pharmacy.clinic.as_administrator("UPDATE cura.patients SET last_name = 'Other' WHERE id = %s", pharmacy.patient)
    pharmacy.allergy("penicillin")
    assert service.pdf(pharmacy.patient, issued.id) == first
    rows = pharmacy.clinic.as_administrator(
        "SELECT count(*) FROM cura.document_files WHERE organization_id = %s AND subject_table = 'prescriptions'",
        pharmacy.clinic.organization_id,
    )
    assert rows == [(1,)]


def test_a_second_submit_of_the_same_form_makes_no_second_prescription(
    pharmacy: Pharmacy, service: PrescriptionService
) -> None:
    key, draft = uuid4(), PrescriptionDraft((pharmacy.line("amoxicillin 500"),))
    assert service.draft(pharmacy.patient, draft, key).id == service.draft(pharmacy.patient, draft, key).id
    assert len(service.of_patient(pharmacy.patient)) == 1


def test_a_changed_draft_keeps_its_structured_dose(pharmacy: Pharmacy, service: PrescriptionService) -> None:
    line = pharmacy.line("paracetamol 500 tablet", "1", "q6h")
    line = replace(
        line,
        dose=replace(line.dose, as_required=True, upper_amount=Decimal(2), max_per_day=Decimal(8), extra="for pain"),
    )
    draft = service.draft(pharmacy.patient, PrescriptionDraft((line,)), uuid4())
    assert draft.lines[0] == line
    changed = service.change(
        pharmacy.patient, draft.id, draft.version, PrescriptionDraft((replace(line, quantity=Decimal(32)),))
    )
    assert changed.lines[0].quantity == 32
    with pytest.raises(StaleRecordError):
        service.change(pharmacy.patient, draft.id, draft.version, draft.as_draft())


def test_an_issued_prescription_never_changes_and_is_cancelled_with_a_reason(
    pharmacy: Pharmacy, service: PrescriptionService
) -> None:
    pharmacy.no_allergies()
    draft = service.draft(pharmacy.patient, PrescriptionDraft((pharmacy.line("amoxicillin 500"),)), uuid4())
    (issued,) = service.issue(pharmacy.patient, draft.id, draft.version)
    with pytest.raises(ConflictError):
        service.change(pharmacy.patient, issued.id, issued.version, draft.as_draft())
    with pytest.raises(ConflictError):
        service.issue(pharmacy.patient, issued.id, issued.version)
    sent = service.send_to_pharmacy(pharmacy.patient, issued.id, issued.version, "waiting")
    assert sent.supply_state == "received"
    with pytest.raises(ConflictError):
        service.send_to_pharmacy(pharmacy.patient, issued.id, sent.version)
    with pytest.raises(InvalidInputError):
        service.cancel(pharmacy.patient, issued.id, sent.version, " x ")
    with pytest.raises(StaleRecordError):
        service.cancel(pharmacy.patient, issued.id, issued.version, "Wrong strength")
    cancelled = service.cancel(pharmacy.patient, issued.id, sent.version, "Wrong strength")
    assert (cancelled.status, cancelled.cancel_reason) == (PrescriptionStatus.CANCELLED, "Wrong strength")


def test_somebody_who_is_no_prescriber_cannot_issue(pharmacy: Pharmacy, service: PrescriptionService) -> None:
    pharmacy.no_allergies()
    pharmacy.clinic.as_administrator(
        "UPDATE cura.users SET prescriber_kind = NULL WHERE id = %s AND organization_id = %s",
        pharmacy.doctor.user_id, pharmacy.clinic.organization_id,
    )  # fmt: skip
    draft = service.draft(pharmacy.patient, PrescriptionDraft((pharmacy.line("amoxicillin 500"),)), uuid4())
    with pytest.raises(NotAllowedError, match="Only a prescriber"):
        service.issue(pharmacy.patient, draft.id, draft.version)


def test_without_an_opened_chart_nothing_is_read_or_written(pharmacy: Pharmacy) -> None:
    _, fresh = pharmacy.clinic.sign_in("doctor", pharmacy.database)
    service = PrescriptionService(pharmacy.database, fresh)
    with pytest.raises(ChartClosedError):
        service.of_patient(pharmacy.patient)
    with pytest.raises(ChartClosedError):
        service.check(pharmacy.patient, [pharmacy.line("amoxicillin 500")])
    with pytest.raises(ChartClosedError):
        service.draft(pharmacy.patient, PrescriptionDraft((pharmacy.line("amoxicillin 500"),)), uuid4())


def test_another_clinics_prescription_does_not_exist(
    pharmacy: Pharmacy, service: PrescriptionService, admin_dsn: str
) -> None:
    other = make_pharmacy(admin_dsn)
    theirs = PrescriptionService(other.database, other.doctor)
    draft = theirs.draft(other.patient, PrescriptionDraft((other.line("amoxicillin 500"),)), uuid4())
    with pytest.raises(NotFoundError):
        service.pdf(pharmacy.patient, draft.id)
    with pytest.raises((NotFoundError, ChartClosedError)):
        service.pdf(other.patient, draft.id)
    other.clinic.close()


def test_current_medicines_come_back_as_lines_to_prescribe_again(
    pharmacy: Pharmacy, service: PrescriptionService
) -> None:
    pharmacy.no_allergies()
    line = pharmacy.line("amlodipine 5", often="om", days=28)
    draft = service.draft(pharmacy.patient, PrescriptionDraft((line,)), uuid4())
    assert service.current(pharmacy.patient) == ()
    service.issue(pharmacy.patient, draft.id, draft.version)
    assert service.current(pharmacy.patient) == (line,)
