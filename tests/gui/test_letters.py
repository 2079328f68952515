"""Writing a letter: live preview, nothing left to fill in, issue and print."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from cura_desktop.domain.drafts import DraftKey
from cura_desktop.domain.letters import Addressee, LetterStatus
from cura_desktop.gui.record.letters import LettersSection
from cura_desktop.gui.shell.tasks import InlineTasks
from tests.support.people import Clinic
from tests.support.record_desk import Desk, kept_window, shown
from tests.support.records import add_patient


@pytest.fixture
def patient(clinic: Clinic) -> int:
    return add_patient(clinic, title="Mrs", gp_practice='{"name": "Weir Head Surgery", "address": "1 Weir Head"}')


@pytest.fixture
def desk(clinic: Clinic, patient: int) -> Desk:
    desk = Desk(clinic, "doctor")
    desk.records.open_chart(patient)
    return desk


@pytest.fixture
def letters(qtbot: QtBot, desk: Desk, patient: int, monkeypatch: pytest.MonkeyPatch) -> LettersSection:
    window = kept_window(qtbot)
    section = LettersSection(patient, desk.letters, InlineTasks(), desk.caller, desk.journal, window)
    window.setCentralWidget(section)
    window.resize(1200, 760)
    window.show()
    section.load()
    monkeypatch.setattr(section.viewer.print_button, "click", lambda: printed.append(True))
    printed.clear()
    return section


printed: list[bool] = []


def test_a_letter_to_the_gp_is_begun_written_and_issued(
    qtbot: QtBot, desk: Desk, letters: LettersSection, patient: int
) -> None:
    assert "No letter is open" in shown(letters)
    letters.gp_button.click()
    ui = letters.editor._ui
    assert ui.recipient_edit.toPlainText() == "Weir Head Surgery\n1 Weir Head"
    ui.subject_edit.setText("Tonsillitis")
    letters.editor._edits["Clinical summary"].setPlainText("Seen today.")
    ui.gp_actions_edit.setPlainText("Repeat urinalysis")
    with qtbot.waitSignal(letters.issued):
        letters.issue_button.click()
    stored = desk.letters.of_patient(patient)[0]
    assert stored.status is LetterStatus.ISSUED
    assert stored.body.gp_actions == "Repeat urinalysis"
    assert printed == [True]
    assert not letters.editor.isVisibleTo(letters)
    assert "Issued" in letters.state_label.text()


def test_unresolved_placeholders_are_named_beside_the_field(desk: Desk, letters: LettersSection, patient: int) -> None:
    letters.write(Addressee.GP)
    letters.editor._ui.subject_edit.setText("About {{diagnosis}}")
    letters.editor._edits["Clinical summary"].setPlainText("Dear [Patient Name]")
    letters.issue_button.click()
    assert "{{diagnosis}}" in shown(letters.editor)
    assert "[Patient Name]" in shown(letters.editor)
    assert desk.letters.of_patient(patient)[0].is_draft
    assert not printed


def test_the_page_follows_what_is_typed(qtbot: QtBot, letters: LettersSection) -> None:
    letters._preview_timer.setInterval(10)
    letters.write(Addressee.PATIENT)
    assert letters.editor._ui.salutation_edit.text() == "Dear Mrs Patel,"
    before = letters.viewer._data
    assert before.startswith(b"%PDF")
    letters.editor._ui.subject_edit.setText("Your results")
    qtbot.waitUntil(lambda: letters.viewer._data != before)


def test_a_draft_is_kept_under_its_patient_and_letter_until_it_is_saved(
    qtbot: QtBot, desk: Desk, letters: LettersSection, patient: int
) -> None:
    letters.write(Addressee.GP)
    letters._save_timer.setInterval(10)
    letters.editor._ui.subject_edit.setText("Tonsillitis")
    letter = desk.letters.of_patient(patient)[0]
    key = DraftKey("letter", patient, str(letter.id))
    assert desk.journal.drafts[key]["subject_edit"] == "Tonsillitis"
    qtbot.waitUntil(lambda: desk.letters.get(patient, letter.id).body.subject == "Tonsillitis")
    assert key not in desk.journal.drafts


def test_two_seats_writing_the_same_field_are_asked(desk: Desk, letters: LettersSection, patient: int) -> None:
    letters.write(Addressee.GP)
    letter = desk.letters.of_patient(patient)[0]
    theirs = replace(letter.body, subject="Theirs", gp_actions="Their action")
    desk.letters.save_draft(patient, letter.id, letter.version, theirs, letter.body)
    letters.editor._ui.subject_edit.setText("Mine")
    letters._presenter.save()
    letters.merge_dialog.save_button.click()
    stored = desk.letters.get(patient, letter.id).body
    assert (stored.subject, stored.gp_actions) == ("Mine", "Their action")
    assert letters.body() == stored


def test_an_issued_letter_is_replaced_by_a_new_one(desk: Desk, letters: LettersSection, patient: int) -> None:
    letters.write(Addressee.GP)
    letters.editor._ui.subject_edit.setText("Tonsillitis")
    letters.editor._edits["Clinical summary"].setPlainText("Seen today.")
    letters.issue_button.click()
    first = desk.letters.of_patient(patient)[0]
    letters.replace_button.click()
    letters.editor._ui.subject_edit.setText("Tonsillitis, corrected")
    letters.issue_button.click()
    assert desk.letters.get(patient, first.id).status is LetterStatus.SUPERSEDED
    assert {letter.name for letter in desk.letters.of_patient(patient)} == {"Tonsillitis", "Tonsillitis, corrected"}


def test_a_hidden_heading_is_added_and_keeps_the_order_of_the_standard(letters: LettersSection) -> None:
    letters.write(Addressee.GP)
    editor = letters.editor
    assert editor._edits["Social context"].isHidden()
    box = editor._ui.heading_box
    box.setCurrentIndex(box.findText("Social context"))
    assert editor._edits["Social context"].isVisibleTo(editor)
    editor._edits["Social context"].setPlainText("Lives alone")
    editor._edits["Diagnoses"].setPlainText("Gout")
    assert [heading for heading, _ in letters.body().sections] == ["Diagnoses", "Social context"]
