"""The lists beside a patient's details, the household, the required details: on the real services."""

from __future__ import annotations

from typing import Any, Literal
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patient_papers import LabelWish, PatientPaper
from cura_desktop.domain.patients import Patient, PatientDraft
from cura_desktop.domain.registration import ConsentDraft, ContactDraft, PersonDraft, PolicyDraft
from cura_desktop.gui.admin.openings_place import OpeningsPlace
from cura_desktop.gui.patients.hub import PatientHub
from cura_desktop.gui.patients.registration import RegistrationTab
from cura_desktop.gui.patients.required_list import RequiredList
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.patient_choice import PatientChoice
from cura_desktop.services.patients import PatientService
from cura_desktop.services.records import RecordService
from cura_desktop.services.registration import RegistrationService
from cura_desktop.services.restricted import OpeningService
from tests.support.people import Clinic
from tests.support.record_desk import shown as words
from tests.support.records import add_patient
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, settle, shown


@pytest.fixture
def patients(clinic: Clinic) -> PatientService:
    return PatientService(*clinic.sign_in("receptionist"))


@pytest.fixture
def kept(clinic: Clinic) -> RegistrationService:
    return RegistrationService(*clinic.sign_in("receptionist"))


@pytest.fixture
def ada(patients: PatientService) -> Patient:
    draft = PatientDraft(given_name="Ada", family_name="Quill", born=PartialDate(1980, 8, 14))
    return patients.register(draft, uuid4())


def tab_of(
    qtbot: QtBot, patients: PatientService, kept: RegistrationService, patient_id: int, **found: int
) -> RegistrationTab:
    def find(_query: str) -> list[PatientChoice]:
        return [PatientChoice(id_, name, "Born") for name, id_ in found.items()]

    tab = RegistrationTab(patients, kept, patients._caller, patient_id, find, InlineTasks())
    qtbot.addWidget(tab)
    shown(tab, 1100, 720)
    return tab


def type_into(qtbot: QtBot, form: Any, **fields: str) -> None:
    for name, text in fields.items():
        edit = form.widgets[name]
        assert isinstance(edit, QLineEdit | QPlainTextEdit)
        edit.selectAll()
        qtbot.keyClicks(edit, text)


def choose(form: Any, name: str, value: Any) -> None:
    box = form.widgets[name]
    assert isinstance(box, ChoiceBox)
    box.set_value(value)


def click(qtbot: QtBot, button: QWidget) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_every_list_takes_what_is_typed(
    qtbot: QtBot, patients: PatientService, kept: RegistrationService, ada: Patient
) -> None:
    tab = tab_of(qtbot, patients, kept, ada.id)
    contacts, people, policies, consents = tab.lists
    contacts.open(None)
    click(qtbot, contacts.form.save_button)
    assert "Please enter the number or the address." in words(contacts.form)
    type_into(qtbot, contacts.form, value="020 7946 0018")
    choose(contacts.form, "place", "work")
    click(qtbot, contacts.form.save_button)
    assert "020 7946 0018" in words(contacts) or contacts.table.records()
    tab.tabs.setCurrentWidget(people)
    people.open(None)
    type_into(qtbot, people.form, name="Ravi Quill")
    emergency = people.form.widgets["is_emergency_contact"]
    assert isinstance(emergency, QCheckBox)
    emergency.setChecked(True)
    click(qtbot, people.form.save_button)
    assert "An emergency contact needs a phone number." in words(people.form)
    type_into(qtbot, people.form, phone="07700 900124")
    click(qtbot, people.form.save_button)
    tab.tabs.setCurrentWidget(policies)
    policies.open(None)
    type_into(qtbot, policies.form, insurer="Northern Mutual", excess="100")
    click(qtbot, policies.form.save_button)
    policies.open(None)
    assert policies.form.values()["rank"] == 3  # the next free place is offered
    policies.form.cancelled.emit()
    tab.tabs.setCurrentWidget(consents)
    consents.open(None)
    type_into(qtbot, consents.form, how="at the desk")
    click(qtbot, consents.form.save_button)
    (said,) = consents.table.records()
    consents.open(said)
    assert consents.form.values()["given"] is False  # changing an answer begins with the other one
    assert [len(one.table.records()) for one in tab.lists] == [1, 1, 1, 1]


def test_a_household_begins_takes_somebody_in_and_changes_its_guarantor(
    qtbot: QtBot, patients: PatientService, kept: RegistrationService, ada: Patient, clinic: Clinic
) -> None:
    mia = add_patient(clinic, "Quill", "Mia")
    tab = tab_of(qtbot, patients, kept, ada.id, Mia=mia)
    home = tab.household
    tab.tabs.setCurrentWidget(home)
    assert "No household." in words(home)
    home.begin()
    assert home.name_form.values()["name"] == "Quill household"
    click(qtbot, home.name_form.save_button)
    assert "QUILL, Ada answers for the household." in words(home)
    click(qtbot, home.add_button)
    click(qtbot, home.join_form.save_button)
    assert "Please choose a patient." in words(home.join_form)
    home.join_form.widgets["patient"].set_value(PatientChoice(mia, "Mia", "Born"))  # type: ignore[attr-defined]
    click(qtbot, home.join_form.save_button)
    assert home.table.select(lambda one: one.patient_id == mia)
    click(qtbot, home.guarantor_button)
    assert "QUILL, Mia answers for the household." in words(home)
    assert home.table.select(lambda one: one.patient_id == mia)
    assert not home.leave_button.isEnabled()
    assert home.table.select(lambda one: one.patient_id == ada.id)
    click(qtbot, home.leave_button)
    assert "No household." in words(home)


def test_required_details_are_kept_by_the_administrator(qtbot: QtBot, clinic: Clinic) -> None:
    service = RegistrationService(*clinic.sign_in("admin"))
    rules = RequiredList(service, service._caller, InlineTasks())
    qtbot.addWidget(rules)
    shown(rules, 1000, 600)
    rules.open(None)
    choose(rules.form, "field", "kin_name")
    type_into(qtbot, rules.form, to_age="15")
    click(qtbot, rules.form.save_button)
    assert [(one.details.field, one.details.to_age) for one in rules.table.records()] == [("kin_name", 15)]
    screenshot(rules, "required-details")
    assert_not_clipped(rules)


def test_the_page_asks_for_the_registration_the_papers_and_the_labels(
    qtbot: QtBot, patients: PatientService, ada: Patient
) -> None:
    hub = PatientHub(patients, patients._caller, ada.id, tasks=InlineTasks())
    qtbot.addWidget(hub)
    shown(hub, 1000, 700)
    with qtbot.waitSignal(hub.registration_wanted) as asked:
        click(qtbot, hub._more_button)
    assert asked.args == [ada.id]
    summary = next(one for one in hub._menu.actions() if one.text() == PatientPaper.SUMMARY.words)
    with qtbot.waitSignal(hub.paper_wanted) as printed:
        summary.trigger()
    assert printed.args == [ada.id, PatientPaper.SUMMARY]
    hub._open_labels()
    type_into(qtbot, hub._labels_form, copies="0")
    click(qtbot, hub._labels_form.save_button)
    assert hub._labels_sheet.isVisible()
    choose(hub._labels_form, "paper", 1)
    type_into(qtbot, hub._labels_form, copies="2", first="5")
    screenshot(hub, "patient-labels-sheet")
    with qtbot.waitSignal(hub.labels_wanted) as labels:
        click(qtbot, hub._labels_form.save_button)
    assert labels.args == [ada.id, LabelWish("identity", 2, 5)]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("percent", [100, 150])
def test_the_tabs_read_well(
    qtbot: QtBot, patients: PatientService, kept: RegistrationService, ada: Patient, clinic: Clinic,
    mode: Literal["light", "dark"], percent: int,
) -> None:  # fmt: skip
    kept.add_contact(ada.id, ContactDraft("address", "temporary", "2 Pier Row\nKirkwater\nKW1 2AB", "June"), uuid4())
    kept.add_contact(ada.id, ContactDraft("phone", "work", "020 7946 0018", "until five"), uuid4())
    kept.add_person(
        ada.id, PersonDraft("Ravi Quill", "spouse", "07700900124", "", True, True, may_be_told=True), uuid4()
    )
    kept.add_policy(ada.id, PolicyDraft("Northern Mutual", "Silver", "NM-1234"), uuid4())
    kept.say(ada.id, ConsentDraft("reminders", "sms", True, "at the desk"), uuid4())
    kept.say(ada.id, ConsentDraft("marketing", "email", False, "on paper"), uuid4())
    kept.found_household("Quill household", ada.id, uuid4())
    theme().set_mode(mode)
    theme().set_text_size(percent)
    try:
        tab = tab_of(qtbot, patients, kept, ada.id)
        for at in range(tab.tabs.count()):
            tab.tabs.setCurrentIndex(at)
            settle()
            screenshot(tab, f"registration-{at}-{mode}-{percent}")
            assert_not_clipped(tab)
            assert_accessible(tab)
        people = tab.lists[1]
        tab.tabs.setCurrentWidget(people)
        people.open(people.table.records()[0])
        settle()
        screenshot(tab, f"registration-sheet-{mode}-{percent}")
    finally:
        theme().set_mode("light")
        theme().set_text_size(100)


def test_a_record_is_restricted_from_the_page_and_its_openings_are_reviewed(
    qtbot: QtBot, clinic: Clinic, ada: Patient
) -> None:
    officer = PatientService(*clinic.sign_in("admin"))
    hub = PatientHub(officer, officer._caller, ada.id, tasks=InlineTasks())
    qtbot.addWidget(hub)
    shown(hub, 1000, 700)
    hub._restrict_action.trigger()
    click(qtbot, hub._restriction_form.save_button)
    assert "Say why, for those who decide about it later." in words(hub._restriction_form)
    type_into(qtbot, hub._restriction_form, because="Works here")
    screenshot(hub, "restriction-sheet")
    hub._restriction_sheet.close_sheet()
    assert hub.has_unsaved_work()
    hub._restrict_action.trigger()
    assert hub._restriction_form.values()["because"] == "Works here"
    click(qtbot, hub._restriction_form.save_button)
    assert hub._lift_action.isVisible()
    assert not hub.has_unsaved_work()
    RecordService(*clinic.sign_in("doctor")).open_chart(ada.id, "Called by the ward about her", break_glass=True)
    service = OpeningService(*clinic.sign_in("admin"))
    place = OpeningsPlace(service, service._caller, InlineTasks())
    qtbot.addWidget(place)
    shown(place, 1100, 600)
    (opening,) = place.table.records()
    screenshot(place, "openings")
    assert_not_clipped(place)
    place.open(opening)
    click(qtbot, place.form.save_button)
    assert "Choose what you found." in words(place.form)
    choose(place.form, "verdict", "justified")
    click(qtbot, place.form.save_button)
    assert not place.table.records()
    place.retired_check.setChecked(True)
    assert len(place.table.records()) == 1


def test_who_may_not_restrict_reads_why(qtbot: QtBot, patients: PatientService, ada: Patient) -> None:
    hub = PatientHub(patients, patients._caller, ada.id, tasks=InlineTasks())
    qtbot.addWidget(hub)
    assert not hub._restrict_action.isEnabled()
    assert "may not restrict" in hub._restrict_action.toolTip()
