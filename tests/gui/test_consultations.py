"""Writing a consultation: kept while typed, merged between seats, signed once."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cura_desktop.domain.consultations import ConsultationNote
from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.domain.errors import DatabaseUnavailableError
from cura_desktop.gui.record.note import NoteSection
from cura_desktop.gui.shell.messages import Messages
from cura_desktop.gui.shell.tasks import InlineTasks
from tests.support.people import Clinic
from tests.support.record_desk import Desk, kept_window, shown
from tests.support.records import add_patient

ARABIC = "يشكو المريض من ألم في الصدر 👩🏽‍⚕️ "


@pytest.fixture
def patient(clinic: Clinic) -> int:
    return add_patient(clinic)


@pytest.fixture
def desk(clinic: Clinic, patient: int) -> Desk:
    desk = Desk(clinic, "doctor")
    desk.records.open_chart(patient)
    return desk


def section(qtbot: QtBot, desk: Desk, patient: int) -> NoteSection:
    window = kept_window(qtbot)
    note = NoteSection(patient, desk.consultations, InlineTasks(), desk.caller, desk.journal, window)
    window.setCentralWidget(note)
    window.resize(1100, 760)
    window.show()
    note.load()
    return note


def type_into(note: NoteSection, qtbot: QtBot, field: str, text: str) -> None:
    edit = note._edits[field]
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)


def said(note: NoteSection) -> list[str]:
    messages: list[str] = []
    window = note.window()
    found = window.findChild(Messages) or Messages(window)
    found.said.connect(lambda text, _kind: messages.append(text))
    return messages


def test_a_note_is_begun_typed_and_signed_by_keyboard(qtbot: QtBot, desk: Desk, patient: int) -> None:
    note = section(qtbot, desk, patient)
    note.window().activateWindow()
    qtbot.waitUntil(note.window().isActiveWindow)
    assert "No consultation is open" in shown(note)
    note.begin_state.action_button.setFocus()
    qtbot.keyClick(note.begin_state.action_button, Qt.Key.Key_Space)
    type_into(note, qtbot, "chief_complaint", "Sore throat")
    type_into(note, qtbot, "plan", "Rest")
    with qtbot.waitSignal(note.signed):
        qtbot.keyClick(note._edits["plan"], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "Signed by Doctor Tester" in shown(note)
    assert all(edit.isReadOnly() and edit.isHidden() for edit in note._edits.values())
    assert not note.sign_button.isVisibleTo(note)
    stored = desk.consultations.of_patient(patient)[0]
    assert (stored.note.plan, stored.is_draft) == ("Rest", False)


def test_what_is_typed_is_in_the_journal_under_its_patient_and_consultation(
    qtbot: QtBot, desk: Desk, patient: int
) -> None:
    note = section(qtbot, desk, patient)
    note.begin()
    type_into(note, qtbot, "history", "Three days")
    current = note.current
    assert current is not None
    key = DraftKey("consultation", patient, str(current.id))
    assert desk.journal.drafts[key]["history_edit"] == "Three days"
    note.save_now()
    assert key not in desk.journal.drafts
    assert desk.consultations.get(patient, current.id).note.history == "Three days"


def test_the_draft_is_saved_by_itself_after_a_pause(qtbot: QtBot, desk: Desk, patient: int) -> None:
    note = section(qtbot, desk, patient)
    note.begin()
    note._timer.setInterval(10)
    type_into(note, qtbot, "history", "Three days")
    qtbot.waitUntil(lambda: desk.consultations.of_patient(patient)[0].note.history == "Three days")
    assert "Draft saved" in note.state_label.text()
    assert not note.is_dirty


def test_text_of_a_crash_comes_back_into_its_own_consultation(qtbot: QtBot, desk: Desk, patient: int) -> None:
    first = desk.consultations.start(patient, None, uuid4())
    desk.consultations.start(patient, None, uuid4())
    note = section(qtbot, desk, patient)
    fields = {"history_edit": "Typed before the crash"}
    note.restore(Draft(DraftKey("consultation", patient, str(first.id)), fields, datetime(2026, 3, 2, 9)))
    assert note.current is not None
    assert note.current.id == first.id
    assert note.note().history == "Typed before the crash"
    assert note.is_dirty


def test_changes_of_two_seats_to_different_fields_are_both_on_the_screen(
    qtbot: QtBot, clinic: Clinic, desk: Desk, patient: int
) -> None:
    note = section(qtbot, desk, patient)
    note.begin()
    current = note.current
    assert current is not None
    other = other_seat(clinic, patient)
    other.consultations.save_draft(patient, current.id, 1, ConsultationNote(history="From the nurse"), current.note)
    type_into(note, qtbot, "plan", "Rest")
    heard = said(note)
    note.save_now()
    assert note.note() == ConsultationNote(history="From the nurse", plan="Rest")
    assert heard == ["Another seat changed History; both versions are together now."]
    assert not note.is_dirty


def other_seat(clinic: Clinic, patient: int) -> Desk:
    desk = Desk(clinic, "admin")
    desk.records.open_chart(patient)
    return desk


@pytest.mark.parametrize(("mine_wins", "expected"), [(True, "Rest"), (False, "Antibiotic")])
def test_the_same_field_changed_by_two_seats_is_asked_field_by_field(
    qtbot: QtBot, clinic: Clinic, desk: Desk, patient: int, mine_wins: bool, expected: str
) -> None:
    note = section(qtbot, desk, patient)
    note.begin()
    current = note.current
    assert current is not None
    theirs = ConsultationNote(plan="Antibiotic", history="Theirs")
    other_seat(clinic, patient).consultations.save_draft(patient, current.id, 1, theirs, current.note)
    type_into(note, qtbot, "plan", "Rest")
    type_into(note, qtbot, "examination", "Normal")
    note.save_now()
    dialog = note.merge_dialog
    assert "Antibiotic" in dialog._theirs["plan"].text()
    if not mine_wins:
        qtbot.mouseClick(dialog._theirs["plan"], Qt.MouseButton.LeftButton)
        dialog._theirs["plan"].setChecked(True)
    dialog.save_button.click()
    stored = desk.consultations.get(patient, current.id).note
    assert stored == ConsultationNote(plan=expected, history="Theirs", examination="Normal")
    assert note.note() == stored


def test_signing_waits_until_a_change_of_another_seat_was_read(
    qtbot: QtBot, clinic: Clinic, desk: Desk, patient: int
) -> None:
    note = section(qtbot, desk, patient)
    note.begin()
    current = note.current
    assert current is not None
    type_into(note, qtbot, "plan", "Rest")
    other_seat(clinic, patient).consultations.save_draft(
        patient, current.id, 1, ConsultationNote(history="Added"), current.note
    )
    heard = said(note)
    note.sign_button.click()
    assert heard == ["Another seat changed this note. Read it again, then sign."]
    assert note.note() == ConsultationNote(history="Added", plan="Rest")
    assert desk.consultations.get(patient, current.id).is_draft
    note.sign_button.click()
    assert not desk.consultations.get(patient, current.id).is_draft


def test_text_typed_while_another_seat_signed_becomes_an_addition(qtbot: QtBot, desk: Desk, patient: int) -> None:
    note = section(qtbot, desk, patient)
    note.begin()
    current = note.current
    assert current is not None
    type_into(note, qtbot, "plan", "Late thought")
    desk.consultations.sign(patient, current.id, 1, ConsultationNote(plan="Rest"))
    note.save_now()
    assert "Late thought" in note.addendum_edit.toPlainText()
    assert "Rest" in shown(note)
    note.add_button.click()
    assert [one.text for one in desk.consultations.get(patient, current.id).addenda] == ["Plan: Late thought"]


def test_an_empty_note_is_refused_beside_its_first_field(qtbot: QtBot, desk: Desk, patient: int) -> None:
    note = section(qtbot, desk, patient)
    note.begin()
    note.sign_button.click()
    assert "Write something before you sign" in shown(note)


def test_ten_thousand_characters_and_right_to_left_text_come_back_as_typed(
    qtbot: QtBot, desk: Desk, patient: int
) -> None:
    note = section(qtbot, desk, patient)
    note.begin()
    long = (ARABIC * 400)[:10_000]
    note._edits["history"].setPlainText(long)
    note.save_now()
    assert desk.consultations.of_patient(patient)[0].note.history == long
    note.load()
    assert note.note().history == long
    assert note._edits["history"].height() < note.height()


def test_another_clinicians_draft_says_who_signs_it(qtbot: QtBot, clinic: Clinic, desk: Desk, patient: int) -> None:
    desk.consultations.start(patient, None, uuid4())
    note = section(qtbot, other_seat(clinic, patient), patient)
    assert not note.sign_button.isEnabled()
    assert note.sign_button.toolTip() == "Only Doctor Tester signs this note."


def test_a_lost_server_keeps_the_text_and_tries_again(
    qtbot: QtBot, desk: Desk, patient: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = section(qtbot, desk, patient)
    note.begin()
    type_into(note, qtbot, "history", "Three days")

    def gone(*_: object) -> None:
        raise DatabaseUnavailableError("The clinic's server cannot be reached. Nothing was saved.")

    with monkeypatch.context() as patch:
        patch.setattr(desk.consultations.service, "save_draft", gone)
        note.save_now()
    assert note.note().history == "Three days"
    assert note._timer.isActive()
    note.save_now()
    assert desk.consultations.of_patient(patient)[0].note.history == "Three days"


def test_earlier_notes_stand_beside_the_one_being_written(qtbot: QtBot, desk: Desk, patient: int) -> None:
    earlier = desk.consultations.start(patient, None, uuid4())
    desk.consultations.sign(patient, earlier.id, 1, ConsultationNote(diagnosis="Migraine"))
    note = section(qtbot, desk, patient)
    note.begin()
    assert "Migraine" in note.previous.text_view.toPlainText()
    note.previous.open_button.click()
    assert note.current is not None
    assert note.current.id == earlier.id
