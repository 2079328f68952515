"""Letters and notes while a save is under way: nothing is mixed up, nothing is lost, no wish is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from cura_desktop.domain.letters import Addressee, LetterStatus
from cura_desktop.gui.record.letters import LettersSection
from cura_desktop.gui.record.note import NoteSection
from tests.support.people import Clinic
from tests.support.record_desk import Desk, SlowTasks, kept_window
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
def tasks() -> Iterator[SlowTasks]:
    tasks = SlowTasks()
    yield tasks
    tasks.deliver()


@pytest.fixture
def letters(
    qtbot: QtBot, desk: Desk, patient: int, tasks: SlowTasks, monkeypatch: pytest.MonkeyPatch
) -> LettersSection:
    window = kept_window(qtbot)
    section = LettersSection(patient, desk.letters, tasks, desk.caller, desk.journal, window)
    window.setCentralWidget(section)
    section.load()
    monkeypatch.setattr(section.viewer.print_button, "click", lambda: None)
    return section


@pytest.fixture
def note(qtbot: QtBot, desk: Desk, patient: int, tasks: SlowTasks) -> NoteSection:
    window = kept_window(qtbot)
    section = NoteSection(patient, desk.consultations, tasks, desk.caller, desk.journal, window)
    window.setCentralWidget(section)
    section.load()
    return section


def two_letters(letters: LettersSection) -> tuple[int, int]:
    """The first is on the screen."""
    ids = []
    for subject in ("Second", "First"):
        letters.write(Addressee.GP)
        letters.editor._ui.subject_edit.setText(subject)
        letters._presenter.save()
        current = letters._presenter.current
        assert current is not None
        ids.append(current.id)
    return ids[1], ids[0]


def shown_letter(letters: LettersSection) -> int | None:
    current = letters._presenter.current
    return current.id if current is not None else None


def test_another_letter_is_shown_when_all_that_was_typed_in_this_one_is_stored(
    desk: Desk, letters: LettersSection, tasks: SlowTasks, patient: int
) -> None:
    first, second = two_letters(letters)
    tasks.slow = True
    letters.editor._ui.subject_edit.setText("First, longer")
    letters._presenter.save()
    letters.editor._ui.subject_edit.setText("First, longer still")
    letters.open(second)
    tasks.deliver()
    assert shown_letter(letters) == second
    assert letters.body().subject == "Second"
    assert desk.letters.get(patient, first).body.subject == "First, longer still"
    assert desk.letters.get(patient, second).body.subject == "Second"


def test_a_conflict_met_on_the_way_to_another_letter_is_asked_on_its_own_letter(
    desk: Desk, letters: LettersSection, patient: int
) -> None:
    first, second = two_letters(letters)
    stored = desk.letters.get(patient, first)
    desk.letters.save_draft(patient, first, stored.version, replace(stored.body, subject="Theirs"), stored.body)
    letters.editor._ui.subject_edit.setText("Mine")
    letters.open(second)
    assert shown_letter(letters) == first
    assert letters._shown[letters.which_box.currentIndex()].id == first
    letters.merge_dialog.save_button.click()
    assert desk.letters.get(patient, first).body.subject == "Mine"
    assert desk.letters.get(patient, second).body.subject == "Second"


def test_issuing_during_a_save_happens_after_it(
    desk: Desk, letters: LettersSection, tasks: SlowTasks, patient: int
) -> None:
    first, _second = two_letters(letters)
    letters.editor._edits["Clinical summary"].setPlainText("Seen today.")
    tasks.slow = True
    letters._presenter.save()
    letters.issue_button.click()
    tasks.deliver()
    assert desk.letters.get(patient, first).status is LetterStatus.ISSUED


def test_a_letter_asked_for_before_the_list_is_read_is_shown_with_it(
    desk: Desk, letters: LettersSection, patient: int
) -> None:
    first, _second = two_letters(letters)
    letters.forget()
    letters.open(first)
    assert shown_letter(letters) == first
    assert letters.body().subject == "First"


def test_a_save_that_ends_after_the_chart_was_closed_does_not_empty_the_note(
    desk: Desk, note: NoteSection, tasks: SlowTasks, patient: int
) -> None:
    note.begin()
    note._edits["plan"].setPlainText("Rest")
    tasks.slow = True
    note.save_now()
    note.forget()
    tasks.deliver()
    assert note.current is None
    note.load()
    assert not note.is_dirty
    note.save_now()
    assert desk.consultations.of_patient(patient)[0].note.plan == "Rest"
    assert note.note().plan == "Rest"


def test_signing_and_going_elsewhere_wait_for_the_save_under_way(
    desk: Desk, note: NoteSection, tasks: SlowTasks, patient: int
) -> None:
    note.begin()
    note._edits["plan"].setPlainText("Rest")
    note._edits["history"].setPlainText("Sore throat")
    note._presenter.sign()
    signed = note.current
    note.begin()
    draft = note.current
    assert signed is not None
    assert draft is not None
    assert draft.id != signed.id
    tasks.slow = True
    note._edits["plan"].setPlainText("Fluids")
    note.save_now()
    note._edits["plan"].setPlainText("Fluids and rest")
    note.open(signed.id)
    tasks.deliver()
    assert note.current is not None
    assert note.current.id == signed.id
    stored = {each.id: each.note.plan for each in desk.consultations.of_patient(patient)}
    assert stored == {signed.id: "Rest", draft.id: "Fluids and rest"}
    note.open(draft.id)
    tasks.slow = True
    note._edits["plan"].setPlainText("Fluids, rest, paracetamol")
    note.save_now()
    note._presenter.sign()
    tasks.deliver()
    assert {each.is_draft for each in desk.consultations.of_patient(patient)} == {False}
