"""The record tab on the real services, driven through its widgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.records import AllergyDraft, RecordSummary
from cura_desktop.gui.record.allergy_editor import AllergyEditor, EndAllergySheet
from cura_desktop.gui.record.tab import RecordTab
from cura_desktop.gui.record.tab_presenter import TabPresenter, TabView
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.services.records import RecordService, utc_now
from tests.support.people import Clinic
from tests.support.record_desk import Desk, shown
from tests.support.records import add_patient, add_row


@pytest.fixture
def patient(clinic: Clinic) -> int:
    return add_patient(clinic, title="Mrs", gp_practice='{"name": "Weir Head Surgery"}')


@pytest.fixture
def desk(clinic: Clinic) -> Desk:
    return Desk(clinic, "doctor")


def write(tab: RecordTab, qtbot: QtBot, **fields: str) -> None:
    for name, text in fields.items():
        edit = tab.note._edits[name]
        edit.setFocus()
        edit.selectAll()
        qtbot.keyClicks(edit, text)


# ---------------------------------------------------------------------------------------------------------- the tab


def test_an_ended_session_leaves_the_record_as_it_is_behind_the_lock(
    qtbot: QtBot, clinic: Clinic, desk: Desk, patient: int
) -> None:
    tab = desk.tab(qtbot, patient)
    tab.begin_consultation()
    write(tab, qtbot, plan="Half a sentence")
    ended: list[str] = []
    messages_for(tab).session_ended.connect(ended.append)
    clinic.as_administrator(
        "UPDATE cura_private.session SET revoked_at = now() WHERE organization_id = %s", clinic.organization_id
    )
    tab._presenter.refresh()
    assert len(ended) == 1
    assert tab.note.note().plan == "Half a sentence"
    assert tab.banner.isVisible()


# ------------------------------------------------------------------------------------------------------ allergies


def test_each_allergy_state_reads_as_itself_and_not_recorded_never_as_none(
    qtbot: QtBot, desk: Desk, patient: int
) -> None:
    tab = desk.tab(qtbot, patient)
    for part in (tab.banner, tab.summary, tab.allergies):
        assert "Allergies not recorded" in shown(part)
        assert "No known allergies" not in shown(part)
    assert "Risk status unknown" in shown(tab.summary)

    desk.records.state_none_known(patient)
    tab.refresh()
    for part in (tab.banner, tab.summary, tab.allergies):
        assert "No known allergies" in shown(part)
        assert "Recorded by Doctor Tester, Doctor" in shown(part)

    desk.records.add_allergy(patient, AllergyDraft("penicillin", "drug_class", True), uuid4())
    tab.refresh()
    for part in (tab.banner, tab.summary, tab.allergies):
        assert "No known allergies" not in shown(part)
    assert "Known allergies" in shown(tab.banner)
    assert "penicillin" in shown(tab.summary)


def test_allergies_are_unavailable_to_a_role_that_may_not_see_them(qtbot: QtBot, clinic: Clinic, patient: int) -> None:
    clinic.as_administrator(
        'UPDATE cura.users SET permissions = \'{"modules": {"medicalRecords": {"view": false}}}\' WHERE id = %s',
        clinic.people["doctor"].user_id,
    )
    tab = Desk(clinic, "doctor").tab(qtbot, patient)
    assert "Allergies unavailable" in shown(tab.banner)
    assert "Allergies not recorded" not in shown(tab)
    assert "Not shown to your role." in shown(tab.summary)


def test_a_free_text_allergy_says_that_it_cannot_be_checked(qtbot: QtBot, desk: Desk, patient: int) -> None:
    tab = desk.tab(qtbot, patient)
    tab.show_section("allergies")
    qtbot.mouseClick(tab.allergies.add_button, Qt.MouseButton.LeftButton)
    editor = tab.allergies._editor
    assert isinstance(editor, AllergyEditor)
    agent = editor._ui.agent_edit
    agent.setText("penicillin")
    assert "Prescriptions are checked" in shown(editor)
    agent.setText("washing powder")
    assert "Free text: prescriptions are not checked" in shown(editor)
    qtbot.mouseClick(editor._ui.save_button, Qt.MouseButton.LeftButton)
    assert tab.allergies.sheet.isHidden()
    for part in (tab.banner, tab.summary, tab.allergies):
        assert "washing powder" in shown(part) or part is tab.allergies
        assert "not checked" in shown(part)


def test_none_known_is_asked_before_it_is_recorded(qtbot: QtBot, desk: Desk, patient: int) -> None:
    tab = desk.tab(qtbot, patient)
    tab.show_section("allergies")
    qtbot.mouseClick(tab.allergies.none_button, Qt.MouseButton.LeftButton)
    box = tab.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "Allergies not recorded" in shown(tab.summary)
    accept = next(button for button in box.buttons() if "State" in button.text())
    qtbot.mouseClick(accept, Qt.MouseButton.LeftButton)
    assert "No known allergies" in shown(tab.summary)


def test_ending_an_allergy_needs_a_reason(qtbot: QtBot, desk: Desk, patient: int) -> None:
    tab = desk.tab(qtbot, patient)
    desk.records.add_allergy(patient, AllergyDraft("penicillin", "drug_class", True), uuid4())
    tab.refresh()
    tab.show_section("allergies")
    tab.allergies.table.select_first()
    qtbot.mouseClick(tab.allergies.end_button, Qt.MouseButton.LeftButton)
    sheet = tab.allergies._editor
    assert isinstance(sheet, EndAllergySheet)
    qtbot.mouseClick(sheet._ui.end_button, Qt.MouseButton.LeftButton)
    assert "Say how it was found out." in shown(sheet)
    sheet._ui.status_box.setCurrentIndex(1)
    sheet._ui.reason_edit.setPlainText("Challenge in hospital was negative")
    qtbot.mouseClick(sheet._ui.end_button, Qt.MouseButton.LeftButton)
    assert "Allergies not recorded" in shown(tab.banner)


# ------------------------------------------------------------------------------------------------------- the gate


class LastOnly(InlineTasks):
    """`InlineTasks` that answer when told, and like the real ones forget the older of two calls in one slot."""

    def __init__(self) -> None:
        self._slots: dict[str | None, Callable[[], object]] = {}

    def run(self, call: Any, done: Any, failed: Any = None, *, latest: str | None = None, progress: Any = None) -> Any:
        """See `Tasks`."""
        self._slots[latest] = lambda: InlineTasks.run(self, call, done, failed, progress=progress)

    def answer(self) -> None:
        """Everything asked so far is answered."""
        asked, self._slots = self._slots, {}
        for call in asked.values():
            call()


def test_a_change_told_while_the_record_is_opening_is_read_after_it_and_not_in_place_of_it(
    clinic: Clinic, patient: int
) -> None:
    records = RecordService(*clinic.sign_in("doctor"))
    seen: list[tuple[str, bool]] = []

    class View:
        def show_record(self, summary: RecordSummary, *, opened: bool) -> None:
            seen.append((", ".join(one.agent for one in summary.allergies.active), opened))

        def __getattr__(self, name: str) -> Callable[..., None]:
            return lambda *told: seen.append((name, False)) if name != "show_opening" else None

    tasks = LastOnly()
    presenter = TabPresenter(cast(TabView, View()), records, tasks, patient)
    presenter.open("Direct care")
    presenter.refresh()
    tasks.answer()
    assert [opened for _, opened in seen] == [True]
    tasks.answer()
    assert [opened for _, opened in seen] == [True, False]
    presenter.open("Direct care")
    presenter.refresh()
    tasks.answer()
    assert presenter.is_open


def test_a_restricted_record_opens_only_with_a_reason(qtbot: QtBot, clinic: Clinic, desk: Desk) -> None:
    patient = add_patient(clinic, "Quiet", "Person", is_restricted=True)
    tab = desk.tab(qtbot, patient, known_as="QUIET, Person")
    assert "QUIET, Person: this record is restricted" in shown(tab)
    assert tab.banner.isHidden()
    form = tab.break_glass._ui
    qtbot.keyClicks(form.reason_edit, "urgent")
    assert not form.open_button.isEnabled()
    qtbot.keyClicks(form.reason_edit, " collapse in the waiting room")
    qtbot.mouseClick(form.open_button, Qt.MouseButton.LeftButton)
    assert "Restricted record" in str(tab.banner.restricted_pill.accessibleName())
    assert tab.banner.isVisible()


def test_a_record_left_closed_shows_nothing(qtbot: QtBot, clinic: Clinic, desk: Desk) -> None:
    patient = add_patient(clinic, is_restricted=True)
    tab = desk.tab(qtbot, patient)
    qtbot.mouseClick(tab.break_glass._ui.leave_button, Qt.MouseButton.LeftButton)
    assert "The record stays closed." in shown(tab)
    assert tab.banner.isHidden()


def test_when_the_session_changes_nothing_clinical_stays_on_the_screen(qtbot: QtBot, desk: Desk, patient: int) -> None:
    desk.records.open_chart(patient)
    desk.records.add_allergy(patient, AllergyDraft("penicillin"), uuid4())
    tab = desk.tab(qtbot, patient)
    tab.begin_consultation()
    write(tab, qtbot, history="Private words")
    with qtbot.waitSignal(tab.closed):
        tab.close_chart()
    assert tab.banner.isHidden()
    assert "penicillin" not in shown(tab)
    assert all(not edit.toPlainText() for edit in tab.note._edits.values())
    kept = [fields["history_edit"] for key, fields in desk.journal.drafts.items() if key.patient_id == patient]
    assert kept == ["Private words"]
    tab.open()
    assert "penicillin" in shown(tab.summary)


# --------------------------------------------------------------------------------------------------- wrong patient


def test_every_call_of_a_tab_is_about_its_own_patient(qtbot: QtBot, clinic: Clinic, desk: Desk, patient: int) -> None:
    other = add_patient(clinic, "Jones", "Ann")
    tab, second = desk.tab(qtbot, patient), None
    tab.begin_consultation()
    write(tab, qtbot, plan="Rest")
    for service in (desk.records, desk.consultations, desk.letters):
        service.patients.clear()
    tab.note.save_now()
    tab.note.sign_button.click()
    tab.show_section("letters")
    tab.letters.write()
    tab.observations.form._ui.pulse_edit.setText("70")
    tab.observations.form._ui.save_button.click()
    tab.refresh()
    calls = [*desk.records.patients, *desk.consultations.patients, *desk.letters.patients]
    assert len(calls) > 6
    assert set(calls) == {patient}

    for service in (desk.records, desk.consultations, desk.letters):
        service.patients.clear()
    second = desk.tab(qtbot, other)
    second.begin_consultation()
    write(second, qtbot, plan="Other plan")
    second.note.save_now()
    assert {*desk.records.patients, *desk.consultations.patients, *desk.letters.patients} == {other}
    assert tab.patient_id == patient
    assert desk.consultations.service.of_patient(patient)[0].note.plan == "Rest"


def test_changes_of_other_patients_do_not_reload_the_tab(qtbot: QtBot, desk: Desk, patient: int) -> None:
    @dataclass
    class Change:
        patient_id: int | None

    tab = desk.tab(qtbot, patient)
    desk.records.patients.clear()
    tab.refresh([Change(patient + 1)])
    assert desk.records.patients == []
    tab.refresh([Change(patient + 1), Change(patient)])
    assert desk.records.patients


# ------------------------------------------------------------------------------------------------- the other lists


def test_a_problem_is_added_and_resolved_through_its_sheet(qtbot: QtBot, desk: Desk, patient: int) -> None:
    tab = desk.tab(qtbot, patient)
    tab.show_section("problems")
    qtbot.mouseClick(tab.problems.add_button, Qt.MouseButton.LeftButton)
    editor = tab.problems._editor
    assert editor is not None
    editor._ui.onset_edit.setText("31/02/2020")
    qtbot.mouseClick(editor._ui.save_button, Qt.MouseButton.LeftButton)
    assert "Write the problem." in shown(editor)
    assert "This is not a date" in shown(editor)
    qtbot.keyClicks(editor._ui.label_edit, "Asthma")
    editor._ui.onset_edit.setText("1/3/2001")
    qtbot.mouseClick(editor._ui.save_button, Qt.MouseButton.LeftButton)
    assert "Asthma" in shown(tab.summary)
    tab.problems.table.select_first()
    qtbot.mouseClick(tab.problems.resolve_button, Qt.MouseButton.LeftButton)
    editor = tab.problems._editor
    assert editor is not None
    qtbot.mouseClick(editor._ui.save_button, Qt.MouseButton.LeftButton)
    assert "Asthma" not in shown(tab.summary)


def test_observations_are_entered_with_their_score_and_impossible_ones_refused(
    qtbot: QtBot, desk: Desk, patient: int
) -> None:
    tab = desk.tab(qtbot, patient)
    tab.show_section("observations")
    form = tab.observations.form
    qtbot.keyClicks(form._ui.pulse_edit, "1200")
    qtbot.mouseClick(form._ui.save_button, Qt.MouseButton.LeftButton)
    assert "The most is 350." in shown(form)
    form._ui.pulse_edit.clear()
    qtbot.keyClicks(form._ui.pulse_edit, "135")
    assert form.score_sentence().startswith("NEWS2 incomplete")
    assert "Royal College of Physicians" in shown(form)
    qtbot.mouseClick(form._ui.save_button, Qt.MouseButton.LeftButton)
    assert form.is_empty
    assert "135 per minute high" in shown(tab.summary)
    assert "NEWS2" not in shown(tab.summary)


def test_news2_is_not_offered_for_a_child(qtbot: QtBot, clinic: Clinic, desk: Desk) -> None:
    child = add_patient(clinic, date_of_birth=utc_now().date().replace(year=utc_now().year - 9, day=1))
    tab = desk.tab(qtbot, child)
    qtbot.keyClicks(tab.observations.form._ui.pulse_edit, "110")
    assert tab.observations.form.score_sentence() == "NEWS2 is not for people under 16."


def test_the_journal_opens_the_consultation_it_shows(qtbot: QtBot, clinic: Clinic, desk: Desk, patient: int) -> None:
    doctor = clinic.people["doctor"].user_id
    now = utc_now()
    add_row(
        clinic, "consultations", patient_id=patient, provider_id=doctor, type="consultation", diagnosis="Gout",
        status="completed", signed_at=now, signed_by=doctor,
    )  # fmt: skip
    tab = desk.tab(qtbot, patient)
    tab.show_section("journal")
    tab.journal.table.setFocus()
    qtbot.keyClick(tab.journal.table, Qt.Key.Key_Return)
    assert tab.tabs.current_section() is tab.note
    assert "Gout" in shown(tab.note)
    tab.show_section("journal")
    qtbot.keyClicks(tab.journal.search_box, "nothing like it")
    qtbot.keyClick(tab.journal.search_box, Qt.Key.Key_Return)
    assert not tab.journal.table.records()


def test_another_room_is_mounted_as_a_section(qtbot: QtBot, desk: Desk, patient: int) -> None:
    class Prescribing(QWidget):
        loaded = forgotten = 0

        def load(self) -> None:
            self.loaded += 1

        def forget(self) -> None:
            self.forgotten += 1

    section = Prescribing()
    tab = RecordTab(patient, desk.services(), InlineTasks(), desk.caller)
    qtbot.addWidget(tab)
    tab.add_section("prescribing", "P&rescribing", section)
    tab.open()
    tab.show_section("prescribing")
    assert tab.tabs.current_section() is section
    tab.close_chart()
    assert (section.loaded, section.forgotten) == (1, 1)
