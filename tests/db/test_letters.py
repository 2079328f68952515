"""Letters through their service: the first draft, the frozen letter, its PDF."""

from __future__ import annotations

import io
from dataclasses import replace
from uuid import uuid4

import pytest
from pypdf import PdfReader

from cura_desktop.domain.consultations import ConsultationNote
from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotFoundError, StaleRecordError
from cura_desktop.domain.letters import Addressee, LetterBody, LetterStatus
from cura_desktop.domain.records import AllergyDraft, ChartClosedError
from cura_desktop.services.consultations import ConsultationService
from cura_desktop.services.letters import LetterService
from cura_desktop.services.records import RecordService
from tests.support.people import Clinic
from tests.support.records import add_patient, add_row

PRACTICE = '{"name": "Weir Head Surgery", "address": "1 Weir Head, Kirkwater, ZZ91 1AB"}'


@pytest.fixture
def patient(clinic: Clinic) -> int:
    return add_patient(
        clinic, title="Mrs", gp_practice=PRACTICE, address='{"street": "4 Mill Lane", "city": "Kirkwater"}'
    )


class Desk:
    """The doctor's services with one chart open."""

    def __init__(self, clinic: Clinic, *patients: int) -> None:
        database, caller = clinic.sign_in("doctor")
        self.records = RecordService(database, caller)
        for each in patients:
            self.records.open_chart(each)
        self.letters = LetterService(database, caller)
        self.consultations = ConsultationService(database, caller)

    def note(self, patient: int) -> int:
        begun = self.consultations.start(patient, None, uuid4())
        note = ConsultationNote("Sore throat", "Three days", "", "Tonsillitis.", "Rest\nFluids")
        return self.consultations.sign(patient, begun.id, begun.version, note).id


@pytest.fixture
def desk(clinic: Clinic, patient: int) -> Desk:
    return Desk(clinic, patient)


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_draft_to_the_gp_comes_from_the_consultation(desk: Desk, patient: int) -> None:
    letter = desk.letters.draft(patient, uuid4(), consultation_id=desk.note(patient))
    body = letter.body
    assert body.recipient == ("Weir Head Surgery", "1 Weir Head", "Kirkwater", "ZZ91 1AB")
    assert body.subject == "Tonsillitis"
    assert body.text_of("Presenting complaints or issues") == "Sore throat"
    assert [heading for heading, _ in body.sections] == [
        "Attendance details", "Diagnoses", "Presenting complaints or issues", "History", "Plan and requested actions",
    ]  # fmt: skip
    assert body.copies == ("Mrs Anjali Patel",)
    to_patient = desk.letters.draft(patient, uuid4(), addressee=Addressee.PATIENT).body
    assert (to_patient.salutation, to_patient.copies) == ("Dear Mrs Patel,", ("Weir Head Surgery",))


def test_a_letter_with_something_left_to_fill_in_is_not_issued(desk: Desk, patient: int) -> None:
    letter = desk.letters.draft(patient, uuid4(), consultation_id=desk.note(patient))
    for text in ("Seen on {{date}}", "Dear [Patient Name]", "Blood pressure ______"):
        body = replace(letter.body, sections=(("Clinical summary", text),))
        with pytest.raises(InvalidInputError) as refusal:
            desk.letters.issue(patient, letter.id, letter.version, body)
        assert "Fill in or remove" in refusal.value.problems["sections"]
    with pytest.raises(InvalidInputError) as refusal:
        desk.letters.issue(patient, letter.id, letter.version, LetterBody())
    assert {"recipient", "subject", "sections"} <= set(refusal.value.problems)
    assert desk.letters.get(patient, letter.id).is_draft


def test_an_issued_letter_is_frozen_with_the_record_of_that_day(clinic: Clinic, desk: Desk, patient: int) -> None:
    desk.records.add_allergy(patient, AllergyDraft("washing powder", kind="other"), uuid4())
    letter = desk.letters.draft(patient, uuid4(), consultation_id=desk.note(patient))
    body = replace(letter.body, gp_actions="Repeat urinalysis in two weeks")
    issued = desk.letters.issue(patient, letter.id, letter.version, body)
    assert issued.status is LetterStatus.ISSUED
    clinic.as_administrator("UPDATE cura.patients SET last_name = 'Changed' WHERE id = %s", patient)
    first = desk.letters.pdf(patient, letter.id)
    text = words(first)
    assert "PATEL, Anjali (Mrs)" in text
    assert "Known allergies" in text
    assert "washing powder" in text
    assert "not checked against this allergy" in text
    assert "GP actions" in text
    assert "Repeat urinalysis in two weeks" in text
    assert "Examination findings" not in text
    assert desk.letters.pdf(patient, letter.id) == first
    stored = clinic.as_administrator(
        "SELECT count(*) FROM cura.document_files WHERE subject_table = 'documents' AND subject_id = %s", letter.id
    )
    assert stored == [(1,)]
    with pytest.raises(ConflictError, match="issued"):
        desk.letters.save_draft(patient, letter.id, issued.version, LetterBody(), body)
    with pytest.raises(ConflictError, match="issued"):
        desk.letters.issue(patient, letter.id, issued.version, body)


def test_the_pdf_lost_between_the_two_transactions_is_made_again_with_the_same_bytes(desk: Desk, patient: int) -> None:
    letter = desk.letters.draft(patient, uuid4(), consultation_id=desk.note(patient))
    desk.letters.issue(patient, letter.id, letter.version, letter.body)
    once, again = desk.letters.pdf(patient, letter.id), desk.letters.pdf(patient, letter.id)
    assert once == again
    assert once.startswith(b"%PDF")


def test_a_letter_says_when_allergies_were_never_recorded(desk: Desk, patient: int) -> None:
    text = words(desk.letters.preview(patient, LetterBody(recipient=("GP",), subject="About")))
    assert "Allergies not recorded" in text
    desk.records.state_none_known(patient)
    text = words(desk.letters.preview(patient, LetterBody(recipient=("GP",), subject="About")))
    assert "No known allergies" in text
    assert "Recorded by Doctor Tester, Doctor" in text


def test_a_new_version_says_what_it_replaces(desk: Desk, patient: int) -> None:
    letter = desk.letters.draft(patient, uuid4(), consultation_id=desk.note(patient))
    desk.letters.issue(patient, letter.id, letter.version, letter.body)
    new = desk.letters.replace(patient, letter.id, uuid4())
    desk.letters.issue(patient, new.id, new.version, replace(new.body, subject="Tonsillitis, corrected"))
    assert desk.letters.get(patient, letter.id).status is LetterStatus.SUPERSEDED
    assert f"replaces our letter L{letter.id}" in words(desk.letters.pdf(patient, new.id))


def test_two_seats_writing_one_letter_are_merged_or_asked(desk: Desk, patient: int) -> None:
    letter = desk.letters.draft(patient, uuid4())
    base = letter.body
    desk.letters.save_draft(patient, letter.id, letter.version, replace(base, subject="Theirs"), base)
    saved = desk.letters.save_draft(patient, letter.id, letter.version, replace(base, gp_actions="Mine"), base)
    assert (saved.merged, saved.letter.body.subject, saved.letter.body.gp_actions) == (("subject",), "Theirs", "Mine")
    with pytest.raises(StaleRecordError) as clash:
        desk.letters.save_draft(patient, letter.id, letter.version, replace(base, subject="Mine"), base)
    assert clash.value.conflicts == ("subject",)
    with pytest.raises(StaleRecordError):
        desk.letters.issue(patient, letter.id, letter.version, desk.letters.get(patient, letter.id).body)


def test_a_letter_is_never_reached_through_another_patient(clinic: Clinic, patient: int) -> None:
    other = add_patient(clinic, "Jones", "Ann")
    desk = Desk(clinic, patient, other)
    key = uuid4()
    letter = desk.letters.draft(patient, key)
    body = LetterBody(recipient=("X",), subject="Y", sections=(("Clinical summary", "Z"),))
    for attempt in (
        lambda: desk.letters.get(other, letter.id),
        lambda: desk.letters.pdf(other, letter.id),
        lambda: desk.letters.save_draft(other, letter.id, letter.version, body, letter.body),
        lambda: desk.letters.issue(other, letter.id, letter.version, body),
        lambda: desk.letters.give_up(other, letter.id, letter.version),
        lambda: desk.letters.draft(other, key),
        lambda: desk.letters.draft(other, uuid4(), consultation_id=desk.note(patient)),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def test_a_letter_written_elsewhere_is_shown_as_it_came(clinic: Clinic, desk: Desk, patient: int) -> None:
    doctor = clinic.people["doctor"].user_id
    letter = add_row(
        clinic, "documents", user_id=doctor, patient_id=patient, name="Letter of 3 May 2020", type="letter",
        content="Dear Mrs Patel,\n\nAll is well.", status="issued", issued_by=doctor, issued_at="2020-05-03 10:00",
    )  # fmt: skip
    assert "All is well." in words(desk.letters.pdf(patient, letter))
    assert desk.letters.get(patient, letter).body.text_of("Clinical summary").startswith("Dear Mrs Patel")


def test_a_closed_chart_has_no_letters(clinic: Clinic, patient: int) -> None:
    desk = Desk(clinic)
    for attempt in (lambda: desk.letters.of_patient(patient), lambda: desk.letters.draft(patient, uuid4())):
        with pytest.raises(ChartClosedError):
            attempt()
