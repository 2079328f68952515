from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.domain.errors import (
    DatabaseUnavailableError,
    InvalidInputError,
    StaleRecordError,
    UnknownOutcomeError,
)
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patients import (
    AlertDraft,
    Patient,
    PatientAlert,
    PatientDraft,
    PatientFacts,
    PatientSummary,
    SamePatient,
)
from cura_desktop.gui.patients.editor import PatientEditor
from cura_desktop.gui.patients.entries import search_entries
from cura_desktop.gui.patients.hub import PatientHub
from cura_desktop.gui.patients.panel import PatientPanel
from cura_desktop.gui.patients.recent import RecentPatients
from cura_desktop.gui.shell.layouts import LayoutStore, Person
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import install_theme

TODAY = date(2026, 11, 23)
ADA = PatientDraft(
    given_name="Ada", family_name="Quill", born=PartialDate(1980, 8, 14), phone="07700 900123", city="Kirkwater"
)
DESK = Caller(
    1,
    "Clinic",
    7,
    "Rae",
    "receptionist",
    "t",
    modules={"patients": frozenset({"view", "create", "edit"})},
    fields=frozenset({"patientSensitiveInfo", "financialData"}),
    editable_fields=frozenset({"patientSensitiveInfo", "financialData"}),
)
READER = replace(DESK, role="pharmacist", modules={"patients": frozenset({"view"})}, editable_fields=frozenset())


class Register:
    """Patients in memory, with the same promises as the service: keys, versions, merging refusals."""

    def __init__(self) -> None:
        self.patients: dict[int, Patient] = {}
        self.keys: dict[UUID, int] = {}
        self.alerts_of: dict[int, list[PatientAlert]] = {}
        self.failures: list[Exception] = []
        self.calls: list[str] = []

    def add(self, draft: PatientDraft = ADA) -> Patient:
        number = len(self.patients) + 1
        patient = Patient(number, 1, f"P{number:06d}", draft.normalised(), updated_at=datetime(2026, 11, 23, 9, 30))
        self.patients[number] = patient
        return patient

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.failures:
            raise self.failures.pop(0)

    def today(self) -> date:
        return TODAY

    def search(self, text: str, *, most: int = 50) -> list[PatientSummary]:
        self._called("search")
        return [_summary(p) for p in self.patients.values() if text.casefold() in p.name.casefold()][:most]

    def summaries(self, ids: Sequence[int]) -> list[PatientSummary]:
        self._called("summaries")
        return [_summary(self.patients[one]) for one in ids if one in self.patients]

    def same_patients(self, draft: PatientDraft, *, besides: int | None = None) -> list[SamePatient]:
        return [
            SamePatient(p.id, p.number, p.details.family_name, p.details.given_name, date(1980, 8, 14), False)
            for p in self.patients.values()
            if p.id != besides
            and (p.details.family_name, p.details.given_name, p.details.born)
            == (draft.family_name, draft.given_name, draft.born)
        ]

    def get(self, patient_id: int) -> Patient:
        self._called("get")
        return self.patients[patient_id]

    def page(self, patient_id: int) -> tuple[PatientFacts, list[PatientAlert]]:
        self._called("page")
        facts = PatientFacts(self.patients[patient_id], AllergyState.UNAVAILABLE)
        return facts, list(self.alerts_of.get(patient_id, []))

    def register(self, draft: PatientDraft, client_key: UUID) -> Patient:
        self.calls.append("register")
        if client_key not in self.keys:
            self.keys[client_key] = self.add(draft).id
        if self.failures:
            raise self.failures.pop(0)
        return self.patients[self.keys[client_key]]

    def change(self, patient_id: int, version: int, base: PatientDraft, draft: PatientDraft) -> Patient:
        self._called("change")
        now = self.patients[patient_id]
        if now.version != version:
            raise StaleRecordError(now, tuple(sorted(draft.changed(base) & now.details.changed(base))))
        return self._put(replace(now, details=draft.normalised()))

    def _put(self, patient: Patient) -> Patient:
        self.patients[patient.id] = replace(patient, version=patient.version + 1)
        return self.patients[patient.id]

    def deactivate(self, patient_id: int, version: int, because: str, left_on: date | None = None) -> Patient:
        if left_on is not None and left_on > TODAY:
            raise InvalidInputError({"left_on": "That day is still to come."})
        gone = replace(self.patients[patient_id], is_active=False, left_on=left_on or TODAY, left_because=because)
        return self._put(gone)

    def reactivate(self, patient_id: int, version: int) -> Patient:
        return self._put(replace(self.patients[patient_id], is_active=True))

    def mark_deceased(self, patient_id: int, version: int, died: date | None) -> Patient:
        if died is None:
            raise InvalidInputError({"died": "Please enter the date of death."})
        return self._put(replace(self.patients[patient_id], died=died))

    def unmark_deceased(self, patient_id: int, version: int) -> Patient:
        return self._put(replace(self.patients[patient_id], died=None))

    def add_alert(self, patient_id: int, draft: AlertDraft, client_key: UUID) -> None:
        alert = PatientAlert(len(self.alerts_of) + 1, 1, patient_id, draft.text, draft.audience, draft.expires_on)
        self.alerts_of.setdefault(patient_id, []).append(alert)

    def end_alert(self, alert_id: int, version: int) -> int:
        for alerts in self.alerts_of.values():
            alerts[:] = [one for one in alerts if one.id != alert_id]
        return version + 1


def _summary(patient: Patient) -> PatientSummary:
    one = patient.details
    return PatientSummary(
        patient.id, patient.number, one.family_name, one.given_name, born=one.born, phone=one.phone, died=patient.died
    )


class Opened:
    def __init__(self) -> None:
        self.kept: list[int] = []

    def ids(self) -> tuple[int, ...]:
        return tuple(self.kept)

    def add(self, patient_id: int) -> None:
        self.kept.insert(0, patient_id)


class Notebook:
    """A journal in memory."""

    def __init__(self) -> None:
        self.kept: dict[DraftKey, Mapping[str, Any]] = {}

    def type(self, key: DraftKey, fields: Mapping[str, Any]) -> None:
        self.kept[key] = dict(fields)

    def flush(self) -> None: ...

    def offers(self) -> tuple[Draft, ...]:
        return tuple(Draft(key, fields, datetime(2026, 11, 23, 9, 0)) for key, fields in self.kept.items())

    def discard(self, key: DraftKey) -> None:
        self.kept.pop(key, None)


@pytest.fixture(autouse=True, scope="module")
def _look(qapp: Any) -> None:
    install_theme(qapp, "light", 100)


@pytest.fixture
def register() -> Register:
    return Register()


def shown(qtbot: QtBot, widget: QWidget, width: int = 900) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, 700)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()


def panel_of(qtbot: QtBot, register: Register, caller: Caller = DESK, opened: Opened | None = None) -> PatientPanel:
    panel = PatientPanel(register, caller, opened or Opened(), InlineTasks())  # type: ignore[arg-type]
    shown(qtbot, panel, 320)
    return panel


def search(qtbot: QtBot, panel: PatientPanel, text: str) -> None:
    panel.focus_search()
    with qtbot.waitSignal(panel._ui.search_edit.searched):
        qtbot.keyClicks(panel._ui.search_edit, text)


def visible_words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


# ---------------------------------------------------------------------------------------------------------------- panel


def test_typing_down_and_enter_opens_a_patient(qtbot: QtBot, register: Register) -> None:
    register.add()
    wanted = register.add(replace(ADA, given_name="Bea"))
    panel = panel_of(qtbot, register)
    search(qtbot, panel, "quill")
    qtbot.keyClick(panel._ui.search_edit, Qt.Key.Key_Down)
    qtbot.keyClick(panel._list, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.picked) as picked:
        qtbot.keyClick(panel._list, Qt.Key.Key_Return)
    assert picked.args == [wanted.id]


def test_enter_opens_the_only_one_found_and_never_picks_among_several(qtbot: QtBot, register: Register) -> None:
    register.add()
    register.add(replace(ADA, given_name="Bea"))
    panel = panel_of(qtbot, register)
    search(qtbot, panel, "quill")
    with qtbot.assertNotEmitted(panel.picked):
        qtbot.keyClick(panel._ui.search_edit, Qt.Key.Key_Return)
    assert panel._list.hasFocus()
    panel.focus_search()
    with qtbot.waitSignal(panel.picked) as picked:
        qtbot.keyClicks(panel._ui.search_edit, "quill, bea")
        qtbot.keyClick(panel._ui.search_edit, Qt.Key.Key_Return)
    assert picked.args == [2]


def test_up_and_typing_in_the_list_lead_back_to_the_box(qtbot: QtBot, register: Register) -> None:
    register.add()
    panel = panel_of(qtbot, register)
    search(qtbot, panel, "qui")
    panel._list.select_first()
    qtbot.keyClick(panel._list, Qt.Key.Key_Up)
    assert panel._ui.search_edit.hasFocus()
    panel._list.select_first()
    qtbot.keyClick(panel._list, "l")
    assert panel._ui.search_edit.text() == "quil"


def test_an_empty_box_shows_whom_this_person_opened_last(qtbot: QtBot, register: Register) -> None:
    first, second = register.add(), register.add(replace(ADA, given_name="Bea"))
    opened = Opened()
    opened.kept = [second.id, first.id]
    panel = panel_of(qtbot, register, opened=opened)
    assert [one.id for one in panel._list.records()] == [second.id, first.id]
    assert "Opened last" in visible_words(panel)


def test_a_line_reads_name_birth_with_age_phone_and_number_aloud(qtbot: QtBot, register: Register) -> None:
    register.add()
    panel = panel_of(qtbot, register)
    search(qtbot, panel, "quill")
    spoken = panel._list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("QUILL, Ada")
    assert "Born 14-Aug-1980 (4" in spoken
    assert "Phone 07700 900123" in spoken


def test_nobody_found_offers_to_register_what_was_typed(qtbot: QtBot, register: Register) -> None:
    panel = panel_of(qtbot, register)
    search(qtbot, panel, "Grace Hopper")
    assert "No patient matches “Grace Hopper”." in visible_words(panel)
    with qtbot.waitSignal(panel.register_wanted) as wanted:
        qtbot.keyClick(panel._empty.action_button, Qt.Key.Key_Space)
    assert wanted.args == ["Grace Hopper"]


def test_a_mistyped_nhs_number_is_named_as_such(qtbot: QtBot, register: Register) -> None:
    panel = panel_of(qtbot, register)
    search(qtbot, panel, "943 476 5918")
    assert "check digit does not fit" in visible_words(panel)


def test_a_role_that_may_not_register_is_told_so(qtbot: QtBot, register: Register) -> None:
    panel = panel_of(qtbot, register, READER)
    assert not panel._ui.new_button.isEnabled()
    assert panel._ui.new_button.toolTip() == "Your role may not register patients."
    search(qtbot, panel, "nobody")
    assert not panel._empty.action_button.isVisible()


def test_a_lost_server_is_said_in_the_list_and_trying_again_finds(qtbot: QtBot, register: Register) -> None:
    register.add()
    panel = panel_of(qtbot, register)
    register.failures = [DatabaseUnavailableError("The clinic's server cannot be reached.")]
    search(qtbot, panel, "quill")
    assert "cannot be reached" in visible_words(panel)
    qtbot.mouseClick(panel._empty.action_button, Qt.MouseButton.LeftButton)
    assert [one.family_name for one in panel._list.records()] == ["Quill"]


def test_searching_does_not_hold_the_window_and_a_newer_text_wins(qtbot: QtBot, register: Register) -> None:
    register.add()
    register.add(replace(ADA, given_name="Bea"))
    panel = PatientPanel(register, DESK, Opened())  # type: ignore[arg-type]
    shown(qtbot, panel, 320)
    search(qtbot, panel, "quill, a")
    search(qtbot, panel, "x")
    panel._ui.search_edit.clear()
    search(qtbot, panel, "quill, b")
    qtbot.waitUntil(lambda: [one.given_name for one in panel._list.records()] == ["Bea"])


def test_the_panel_offers_find_and_register_with_their_keys(qtbot: QtBot, register: Register) -> None:
    specs = {spec.id: spec.shortcut for spec in panel_of(qtbot, register).actions_offered()}
    assert specs == {"patients.find": "F3", "patients.new": "Ctrl+N"}


def test_the_patients_opened_last_are_kept_as_ids_alone(tmp_path: Any) -> None:
    recent = RecentPatients(LayoutStore(tmp_path / "layouts.ini"), Person(1, 7))
    for one in (3, 5, 3):
        recent.add(one)
    assert recent.ids() == (3, 5)
    assert RecentPatients(LayoutStore(tmp_path / "layouts.ini"), Person(1, 8)).ids() == ()


def test_the_palette_shows_name_birth_and_key(register: Register) -> None:
    register.add()
    entry = search_entries(register, DESK, "quill")[0]  # type: ignore[arg-type]
    assert (entry.kind, entry.key, entry.text) == ("patient", "1", "QUILL, Ada")
    assert entry.detail.startswith("Born 14-Aug-1980")


# --------------------------------------------------------------------------------------------------------------- editor


def editor_of(
    qtbot: QtBot,
    register: Register,
    patient_id: int | None = None,
    caller: Caller = DESK,
    journal: Notebook | None = None,
    search_text: str = "",
) -> PatientEditor:
    editor = PatientEditor(register, caller, journal, patient_id, search_text, InlineTasks())  # type: ignore[arg-type]
    shown(qtbot, editor)
    return editor


def type_into(qtbot: QtBot, editor: PatientEditor, **texts: str) -> None:
    for name, text in texts.items():
        edit = editor._fields.widgets[name]
        edit.setFocus()
        edit.clear()
        if text.isascii():
            qtbot.keyClicks(edit, text)
        else:  # QTest knows the keys of Latin letters alone
            edit.insert(text)


def test_a_patient_is_registered_by_keyboard(qtbot: QtBot, register: Register) -> None:
    editor = editor_of(qtbot, register)
    type_into(qtbot, editor, given_name="Grace", family_name="Hopper", born="9.12.1946", nhs_number="9434765919")
    with qtbot.waitSignal(editor.registered) as registered:
        qtbot.keyClick(editor._fields.widgets["born"], Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    stored = register.patients[registered.args[0]].details
    assert (stored.family_name, stored.born, stored.nhs_number) == ("Hopper", PartialDate(1946, 12, 9), "9434765919")
    assert not editor.has_unsaved_work()


def test_what_was_searched_for_in_vain_is_already_typed(qtbot: QtBot, register: Register) -> None:
    editor = editor_of(qtbot, register, search_text="Grace Hopper 9/12/1946")
    assert editor.draft().family_name == "Hopper"
    assert not editor.has_unsaved_work()


def test_wrong_input_is_explained_beside_the_fields_and_nothing_is_lost(qtbot: QtBot, register: Register) -> None:
    editor = editor_of(qtbot, register)
    long_name = "n" * 10_000
    editor._fields.widgets["given_name"].setText(long_name)
    editor._fields.widgets["family_name"].setText("Quill 😀")
    editor._fields.widgets["born"].setText("31/2/1980")
    editor._fields.widgets["nhs_number"].setText("1234567890")
    editor._presenter.save()
    assert register.calls == []
    assert editor._fields.widgets["born"].text() == "31/2/1980"
    assert editor._fields.widgets["given_name"].text() == long_name
    assert "10,000 characters" in editor._problems.sentence("given_name")
    assert "“😀”" in editor._problems.sentence("family_name")
    assert "Not a past date" in editor._problems.sentence("born")
    assert "check digit" in editor._problems.sentence("nhs_number")
    assert "4 fields need a look." in visible_words(editor)
    assert editor._fields.widgets["given_name"].hasFocus()


def test_right_to_left_names_are_registered(qtbot: QtBot, register: Register) -> None:
    editor = editor_of(qtbot, register)
    type_into(qtbot, editor, given_name="محمد", family_name="الزهراني", born="1980")
    editor._presenter.save()
    assert register.patients[1].details.family_name == "الزهراني"


def test_a_duplicate_is_shown_while_typing_and_can_be_opened_instead(qtbot: QtBot, register: Register) -> None:
    same = register.add()
    editor = editor_of(qtbot, register)
    type_into(qtbot, editor, given_name="Ada", family_name="Quill", born="14/8/1980")
    qtbot.waitUntil(lambda: "same name and date of birth" in visible_words(editor._same))
    button = editor._same.findChild(QPushButton, f"open_{same.id}_button")
    assert button is not None
    with qtbot.waitSignal(editor.open_wanted) as wanted:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert wanted.args == [same.id]


def test_a_submit_whose_answer_was_lost_is_sent_again_without_doubling(qtbot: QtBot, register: Register) -> None:
    editor = editor_of(qtbot, register)
    type_into(qtbot, editor, given_name="Grace", family_name="Hopper", born="1946")
    register.failures = [UnknownOutcomeError("The connection was lost while saving.")]
    editor._presenter.save()
    assert editor.has_unsaved_work()
    type_into(qtbot, editor, city="Weirton")
    with qtbot.waitSignal(editor.registered):
        editor._presenter.save()
    assert len(register.patients) == 1
    assert register.patients[1].details.city == "Weirton"


def test_two_people_who_changed_the_same_field_are_asked_and_the_rest_is_put_together(
    qtbot: QtBot, register: Register
) -> None:
    made = register.add()
    editor = editor_of(qtbot, register, made.id)
    register._put(replace(made, details=replace(made.details, city="Dunmere", email="other@example.com")))
    type_into(qtbot, editor, city="Weirton", street="1 High Street")
    editor._presenter.save()
    dialog = editor._dialog
    assert dialog is not None
    assert list(dialog.keeps_mine()) == ["city"]
    with qtbot.waitSignal(editor.saved):
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    now = register.patients[made.id].details
    assert (now.city, now.street, now.email) == ("Weirton", "1 High Street", "other@example.com")


def test_escape_never_loses_typed_text(qtbot: QtBot, register: Register) -> None:
    editor = editor_of(qtbot, register)
    type_into(qtbot, editor, given_name="Grace")
    with qtbot.assertNotEmitted(editor.cancelled):
        editor._cancel()
    from PySide6.QtWidgets import QMessageBox

    box = editor.window().findChild(QMessageBox)
    assert box is not None
    box.reject()
    assert editor.draft().given_name == "Grace"


def test_a_draft_is_kept_and_offered_again_with_flags_and_the_key_of_before(qtbot: QtBot, register: Register) -> None:
    journal = Notebook()
    first = editor_of(qtbot, register, journal=journal)
    type_into(qtbot, first, given_name="Grace", family_name="Hopper", born="1946")
    first._fields.widgets["flags"].add("Needs a hoist")
    assert first.keep_as_draft()
    key = first.client_key()
    again = editor_of(qtbot, register, journal=journal)
    assert "Grace Hopper" in visible_words(again)
    restore = again.findChild(QPushButton, "restore_draft_button")
    assert restore is not None
    qtbot.mouseClick(restore, Qt.MouseButton.LeftButton)
    assert (again.draft().family_name, again.draft().flags) == ("Hopper", ("Needs a hoist",))
    assert again.client_key() == key
    again._presenter.save()
    assert journal.kept == {}


def test_a_code_that_is_not_listed_survives_an_edit(qtbot: QtBot, register: Register) -> None:
    made = register.add(replace(ADA, language="mi", kin_relationship="guardian", flags=("general:high:Needs a hoist",)))
    editor = editor_of(qtbot, register, made.id)
    assert editor.draft() == made.details
    assert not editor.has_unsaved_work()


def test_a_flag_typed_without_enter_is_saved_too(qtbot: QtBot, register: Register) -> None:
    made = register.add()
    editor = editor_of(qtbot, register, made.id)
    qtbot.keyClicks(editor._fields.widgets["flags"].edit, "Needs a hoist")
    assert editor.has_unsaved_work()
    editor._presenter.save()
    assert register.patients[made.id].details.flags == ("Needs a hoist",)


def test_fields_the_role_may_not_change_are_disabled_with_the_reason(qtbot: QtBot, register: Register) -> None:
    made = register.add()
    nurse = replace(DESK, role="nurse", editable_fields=frozenset({"patientSensitiveInfo"}))
    editor = editor_of(qtbot, register, made.id, nurse)
    insurer = editor._fields.widgets["insurer"]
    assert not insurer.isEnabled()
    assert insurer.toolTip() == "Your role may not change insurance details."
    assert editor._fields.widgets["phone"].isEnabled()


def test_every_field_has_a_label_that_leads_to_it(qtbot: QtBot, register: Register) -> None:
    editor = editor_of(qtbot, register)
    buddies = {label.buddy() for label in editor.findChildren(QLabel)}
    from PySide6.QtWidgets import QCheckBox

    assert not [n for n, w in editor._fields.widgets.items() if w not in buddies and not isinstance(w, QCheckBox)]


def test_changing_the_nhs_number_takes_its_verification_away(qtbot: QtBot, register: Register) -> None:
    made = register.add(replace(ADA, nhs_number="9434765919", nhs_status="verified"))
    editor = editor_of(qtbot, register, made.id)
    assert editor.draft().nhs_status == "verified"
    type_into(qtbot, editor, nhs_number="4505577104")
    assert editor.draft().nhs_status == "not_verified"


# ------------------------------------------------------------------------------------------------------------------ hub


def hub_of(qtbot: QtBot, register: Register, patient_id: int, caller: Caller = DESK) -> PatientHub:
    hub = PatientHub(register, caller, patient_id, None, InlineTasks())  # type: ignore[arg-type]
    shown(qtbot, hub)
    return hub


def test_the_page_shows_who_it_is_what_must_be_known_and_how_to_reach_them(qtbot: QtBot, register: Register) -> None:
    made = register.add(replace(ADA, flags=("Needs a hoist",), gp_practice="Weir Head Surgery"))
    register.add_alert(made.id, AlertDraft("Speak clearly"), UUID(int=1))
    hub = hub_of(qtbot, register, made.id)
    words = visible_words(hub)
    for expected in ("QUILL, Ada", "Speak clearly", "07700 900123", "Weir Head Surgery", "Pays for themselves"):
        assert expected in words


def test_hidden_details_say_that_the_role_may_not_see_them(qtbot: QtBot, register: Register) -> None:
    made = register.add(PatientDraft(given_name="Ada", family_name="Quill"))
    register.patients[made.id] = replace(made, hidden=frozenset({"patientSensitiveInfo", "financialData"}))
    words = visible_words(hub_of(qtbot, register, made.id, READER))
    assert "Your role may not see contact details." in words
    assert "Your role may not see insurance details." in words


def test_details_are_edited_on_the_page_and_shown_when_saved(qtbot: QtBot, register: Register) -> None:
    made = register.add()
    hub = hub_of(qtbot, register, made.id)
    qtbot.mouseClick(hub._ui.edit_button, Qt.MouseButton.LeftButton)
    editor = hub._editor
    assert editor is not None
    type_into(qtbot, editor, city="Weirton")
    assert hub.has_unsaved_work()
    editor._presenter.save()
    assert "Weirton" in visible_words(hub)
    assert not hub.has_unsaved_work()


def test_an_alert_is_added_and_ended_on_the_page(qtbot: QtBot, register: Register) -> None:
    made = register.add()
    hub = hub_of(qtbot, register, made.id)
    hub._alert_action.trigger()
    qtbot.mouseClick(hub._alert_form._ui.add_button, Qt.MouseButton.LeftButton)
    assert "Please write what people must know." in visible_words(hub._alert_form)
    qtbot.keyClicks(hub._alert_form._ui.text_edit, "Needs the ramp")
    qtbot.mouseClick(hub._alert_form._ui.add_button, Qt.MouseButton.LeftButton)
    assert "Needs the ramp" in visible_words(hub._strips)
    end = hub._strips.findChildren(QPushButton)[0]
    qtbot.mouseClick(end, Qt.MouseButton.LeftButton)
    assert not hub._strips.isVisible()


def test_a_patient_leaves_comes_back_and_dies_and_each_step_is_offered_only_where_it_fits(
    qtbot: QtBot, register: Register
) -> None:
    made = register.add()
    hub = hub_of(qtbot, register, made.id)
    hub._leave_action.trigger()
    qtbot.keyClicks(hub._leaving_form.widgets["left_on"], "24/11/2030")
    qtbot.mouseClick(hub._leaving_form.save_button, Qt.MouseButton.LeftButton)
    assert "That day is still to come." in visible_words(hub._leaving_form)
    hub._leave_action.trigger()
    qtbot.mouseClick(hub._leaving_form.save_button, Qt.MouseButton.LeftButton)
    assert "not a patient here since 23-Nov-2026: moved away" in visible_words(hub)
    assert (hub._leave_action.isVisible(), hub._return_action.isVisible()) == (False, True)
    hub._return_action.trigger()
    hub._death_action.trigger()
    qtbot.mouseClick(hub._death_form._ui.record_button, Qt.MouseButton.LeftButton)
    assert "Please enter the date of death." in visible_words(hub._death_form)
    hub._death_form._ui.died_edit.setText("3/2/2026")
    qtbot.mouseClick(hub._death_form._ui.record_button, Qt.MouseButton.LeftButton)
    assert "03-Feb-2026" in visible_words(hub._ui.banner)
    hub._alive_action.trigger()
    assert register.patients[made.id].died is None


def test_other_rooms_put_their_parts_on_the_page(qtbot: QtBot, register: Register) -> None:
    hub = hub_of(qtbot, register, register.add().id)
    hub.add_section("Visits", QLabel("Tue 09:30"))
    qtbot.waitUntil(lambda: "Tue 09:30" in visible_words(hub))
    assert "Visits" in visible_words(hub)


def test_a_reader_sees_no_way_to_change(qtbot: QtBot, register: Register) -> None:
    made = register.add()
    hub = hub_of(qtbot, register, made.id, READER)
    assert not hub._ui.edit_button.isEnabled()
    assert not hub._ui.more_button.isEnabled()
    hub.edit()
    assert hub._editor is None


def test_exporting_the_list_is_offered_to_whom_the_clinic_allows_it_and_takes_what_is_searched_for(
    qtbot: QtBot, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cura_desktop.gui.patients.list_export import ListExport

    asked: list[str] = []
    monkeypatch.setattr(ListExport, "ask", lambda _, text: asked.append(text))
    panel = PatientPanel(register, DESK, Opened(), InlineTasks(), object())  # type: ignore[arg-type]
    shown(qtbot, panel, 320)
    search(qtbot, panel, "quill")
    (offered,) = [one for one in panel.actions_offered() if one.id == "patients.export"]
    assert offered.needs == ("create", "gdprCompliance")
    offered.call()
    assert asked == ["quill"]
