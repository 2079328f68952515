"""The administration's places by keyboard and clicks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.audit import AuditEvent, AuditFilter, AuditPage, ChainReport, ChangedValue, LedgerDifference
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import ConflictError, CuraError, InvalidInputError, NotAllowedError, StaleRecordError
from cura_desktop.domain.modules import Permissions
from cura_desktop.domain.organization import OrganizationDraft, OrganizationSettings
from cura_desktop.domain.patients import PatientSummary
from cura_desktop.domain.people import Admission, Person, PersonDraft
from cura_desktop.domain.roles import Role, RoleDraft
from cura_desktop.domain.sign_in import Device, StaffMember
from cura_desktop.gui.admin.audit_place import AuditPlace
from cura_desktop.gui.admin.devices_place import DevicesPlace
from cura_desktop.gui.admin.one_time_code import OneTimeCodeDialog
from cura_desktop.gui.admin.organization_place import OrganizationPlace
from cura_desktop.gui.admin.people_place import PeoplePlace
from cura_desktop.gui.admin.permission_matrix import PermissionMatrix
from cura_desktop.gui.admin.place import Place
from cura_desktop.gui.admin.roles_place import RolesPlace
from cura_desktop.gui.shell.messages import Messages
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.widgets.record_table import RecordTable
from tests.support.screens import assert_accessible, assert_not_clipped, shown

NOW = datetime(2026, 7, 15, 13, 20)
ALL = frozenset({"view", "create", "edit", "delete"})
VIEW = frozenset({"view"})
ADMIN = Caller(
    1, "Clinic", 1, "Helen Marsden", "admin", "t", modules=dict.fromkeys(("userManagement", "devices", "settings"), ALL)
)
READER = replace(ADMIN, modules=dict.fromkeys(("userManagement", "devices", "settings"), VIEW))
NURSE = Role(3, 1, "nurse", RoleDraft("Nurse", "", Permissions({"patients": ALL, "billing": VIEW})), True, 1)
OWN = Role(9, 1, "runner", RoleDraft("Runner", "", Permissions({"messaging": VIEW})), False)
RUTH = Person(7, 1, PersonDraft("Ruth", "Okafor", "Ms", "ruth", "ruth@clinic.example", role="nurse"), "Nurse", NOW)


class ClinicFake:
    """Everything the places ask, remembered; `error` is raised by the next change."""

    def __init__(self) -> None:
        self.stored_people: tuple[Person, ...] = (RUTH,)
        self.stored_roles: tuple[Role, ...] = (NURSE, OWN)
        self.settings = OrganizationSettings(1, OrganizationDraft("Cura Clinic", "office@clinic.example"))
        self.error: CuraError | None = None
        self.added: list[PersonDraft] = []
        self.changes: list[tuple[object, object]] = []
        self.filters: list[AuditFilter] = []
        self.invited: list[str] = []
        self.value_error: CuraError | None = None

    def _fail(self) -> None:
        error, self.error = self.error, None
        if error is not None:
            raise error

    def people(self) -> tuple[Person, ...]:
        return self.stored_people

    def staff(self) -> Sequence[StaffMember]:
        return [StaffMember(7, "Ruth Okafor", "nurse", "", True)]

    def add(self, draft: PersonDraft) -> Admission:
        self._fail()
        self.added.append(draft)
        return Admission(RUTH, "ABCD-EFGH")

    def change(self, person_id: int, base: PersonDraft, draft: PersonDraft) -> Person:
        self.changes.append((base, draft))
        self._fail()
        return replace(RUTH, details=draft)

    def reset_password(self, person_id: int) -> str:
        return "WXYZ-1234"

    def roles(self) -> tuple[Role, ...]:
        return self.stored_roles

    def copy_role(self, source_id: int, display_name: str) -> Role:
        made = replace(
            NURSE, id=20, is_system=False, people=0, details=replace(NURSE.details, display_name=display_name)
        )
        self.stored_roles = (*self.stored_roles, made)
        return made

    def change_role(self, role_id: int, base: RoleDraft, draft: RoleDraft) -> Role:
        self.changes.append((base, draft))
        self._fail()
        made = replace(NURSE, version=2, details=draft)
        self.stored_roles = (made, OWN)
        return made

    def remove_role(self, role: Role) -> None:
        self.stored_roles = tuple(one for one in self.stored_roles if one.id != role.id)

    def organization(self) -> OrganizationSettings:
        return self.settings

    def change_organization(self, base: OrganizationDraft, draft: OrganizationDraft) -> OrganizationSettings:
        self.changes.append((base, draft))
        self._fail()
        self.settings = OrganizationSettings(2, draft)
        return self.settings

    def devices(self) -> Sequence[Device]:
        return [Device("ws_1", "Front desk", NOW, NOW, None)]

    def invite(self, label: str) -> str:
        self.invited.append(label)
        return "CODE-1"

    def revoke(self, role: str) -> None:
        self.invited.remove(role)

    def events(self, wanted: AuditFilter, before: int | None = None) -> AuditPage:
        self.filters.append(wanted)
        first = before if before is not None else 100
        event = AuditEvent(first - 1, NOW, "Ruth Okafor", "OPEN_CHART", "clinical", "patients", "4", 4, "DOE, Jo")
        return AuditPage((event,), before is None)

    def values(self, event_id: int) -> tuple[ChangedValue, ...]:
        if self.value_error is not None:
            raise self.value_error
        return (ChangedValue("phone", "1", "2"),)

    def verify_chain(self) -> ChainReport:
        return ChainReport(3, 1200, ("Block 2: 1 rows altered",))

    def prove_ledgers(self) -> tuple[LedgerDifference, ...]:
        return ()

    def patients_named(self, typed: str, most: int = 8) -> tuple[PatientSummary, ...]:
        return (PatientSummary(4, "P000004", "Doe", "Jo"),)


def _show(qtbot: QtBot, place: Place) -> None:
    qtbot.addWidget(place)
    Messages(place)
    shown(place, 1180, 720)


def _people(qtbot: QtBot, fake: ClinicFake, caller: Caller = ADMIN) -> PeoplePlace:
    place = PeoplePlace(fake, fake, caller, InlineTasks())
    _show(qtbot, place)
    return place


def _roles(qtbot: QtBot, fake: ClinicFake, caller: Caller = ADMIN) -> RolesPlace:
    place = RolesPlace(fake, caller, InlineTasks())
    _show(qtbot, place)
    return place


def _press(place: QWidget, name: str) -> None:
    button = place.findChild(QPushButton, name)
    assert button is not None, name
    assert button.isEnabled(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _type(place: QWidget, name: str, text: str) -> None:
    edit = place.findChild(QLineEdit, name)
    assert edit is not None
    edit.clear()
    QTest.keyClicks(edit, text)


def _dialog(place: QWidget, kind: type[QDialog]) -> QDialog:
    return next(one for one in place.findChildren(kind) if one.isVisible())


def _finish(dialog: QDialog) -> None:
    dialog.accept()


@pytest.fixture
def fake() -> ClinicFake:
    return ClinicFake()


# ----------------------------------------------------------------------------------------------------------- people


def test_an_added_person_gets_a_code_that_is_shown_once_and_can_be_copied(qtbot: QtBot, fake: ClinicFake) -> None:
    place = _people(qtbot, fake)
    _press(place, "add_button")
    for name, text in (
        ("first_name_edit", "Sam"),
        ("last_name_edit", "Lee"),
        ("username_edit", "sam"),
        ("email_edit", "s@x.example"),
    ):
        _type(place, name, text)
    _press(place, "save_button")
    dialog = _dialog(place, OneTimeCodeDialog)
    _press(dialog, "copy_button")
    assert fake.added[0].username == "sam"
    assert QGuiApplication.clipboard().text() == "ABCD-EFGH"
    _finish(dialog)


def test_a_refused_person_keeps_what_was_typed_with_the_sentence_beside_the_field(
    qtbot: QtBot, fake: ClinicFake
) -> None:
    place = _people(qtbot, fake)
    _press(place, "add_button")
    _type(place, "username_edit", "ruth")
    fake.error = InvalidInputError({"username": "Somebody has this user name already."})
    _press(place, "save_button")
    edit = place.findChild(QLineEdit, "username_edit")
    assert edit is not None
    assert edit.text() == "ruth"
    assert edit.accessibleDescription() == "Somebody has this user name already."


def test_a_person_changed_elsewhere_is_told_and_nothing_typed_is_lost(qtbot: QtBot, fake: ClinicFake) -> None:
    place = _people(qtbot, fake)
    place.open(RUTH)
    _type(place, "phone_edit", "01632 960001")
    fake.error = StaleRecordError(RUTH, ("phone",))
    _press(place, "save_button")
    edit = place.findChild(QLineEdit, "phone_edit")
    assert edit is not None
    assert edit.text() == "01632 960001"
    assert place.has_unsaved_work()


def test_an_exception_from_the_role_is_saved_alone(qtbot: QtBot, fake: ClinicFake) -> None:
    place = _people(qtbot, fake)
    place.open(RUTH)
    matrix = place.findChild(PermissionMatrix)
    assert matrix is not None
    matrix.toggle("inventory", "view")
    matrix.toggle("billing", "view")
    _press(place, "save_button")
    draft = fake.changes[0][1]
    assert isinstance(draft, PersonDraft)
    assert draft.overrides == Permissions({"inventory": VIEW, "billing": frozenset()})


def test_who_may_only_look_cannot_add_or_reset(qtbot: QtBot, fake: ClinicFake) -> None:
    place = _people(qtbot, fake, READER)
    for name in ("add_button", "reset_button"):
        button = place.findChild(QPushButton, name)
        assert button is not None
        assert not button.isEnabled()
        assert "Your role may not" in button.toolTip()


def test_people_who_left_are_shown_on_demand(qtbot: QtBot, fake: ClinicFake) -> None:
    gone = replace(RUTH, id=8, details=replace(RUTH.details, active=False, last_name="Gone"))
    fake.stored_people = (RUTH, gone)
    place = _people(qtbot, fake)
    table = place.findChild(RecordTable)
    assert table is not None
    assert table.records() == [RUTH]
    place._ui.inactive_check.click()
    assert len(table.records()) == 2


# ------------------------------------------------------------------------------------------------------------ matrix


def test_ticking_by_keyboard_brings_seeing_and_unticking_seeing_takes_all(qtbot: QtBot) -> None:
    matrix = PermissionMatrix()
    qtbot.addWidget(matrix)
    shown(matrix, 500, 400)
    matrix.show_permissions(Permissions())
    matrix.setCurrentIndex(matrix.model().index(1, 3))
    QTest.keyClick(matrix, Qt.Key.Key_Space)
    assert matrix.value().modules["patients"] == {"view", "edit"}
    QTest.keyClick(matrix, Qt.Key.Key_Left)
    QTest.keyClick(matrix, Qt.Key.Key_Left)
    QTest.keyClick(matrix, Qt.Key.Key_Space)
    assert matrix.value() == Permissions()


def test_the_matrix_says_each_cell_aloud_and_does_nothing_when_it_may_not(qtbot: QtBot) -> None:
    matrix = PermissionMatrix()
    qtbot.addWidget(matrix)
    matrix.show_permissions(Permissions({"patients": VIEW}), Permissions())
    cell = matrix.model().index(1, 1)
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == "Patients, see: yes, own exception"
    matrix.set_editable(False)
    matrix.toggle("patients", "view")
    assert matrix.value().modules["patients"] == VIEW


# ------------------------------------------------------------------------------------------------------------- roles


def test_a_changed_role_is_saved_from_what_it_was(qtbot: QtBot, fake: ClinicFake) -> None:
    place = _roles(qtbot, fake)
    matrix = place.findChild(PermissionMatrix)
    assert matrix is not None
    matrix.toggle("inventory", "view")
    assert place.has_unsaved_work()
    _press(place, "save_button")
    base, draft = fake.changes[0]
    assert base == NURSE.details
    assert isinstance(draft, RoleDraft)
    assert draft.permissions.modules["inventory"] == VIEW
    assert not place.has_unsaved_work()


def test_a_reload_keeps_what_is_being_ticked(qtbot: QtBot, fake: ClinicFake) -> None:
    place = _roles(qtbot, fake)
    matrix = place.findChild(PermissionMatrix)
    assert matrix is not None
    matrix.toggle("inventory", "view")
    fake.stored_roles = (replace(NURSE, version=5), OWN)
    place.refresh()
    assert matrix.value().modules["inventory"] == VIEW


def test_both_administrators_choose_when_they_changed_the_same_module(qtbot: QtBot, fake: ClinicFake) -> None:
    place = _roles(qtbot, fake)
    matrix = place.findChild(PermissionMatrix)
    assert matrix is not None
    matrix.toggle("billing", "edit")
    theirs = replace(NURSE, version=2, details=RoleDraft("Nurse", "", Permissions({"patients": ALL})))
    fake.error = StaleRecordError(theirs, ("modules.billing",))
    _press(place, "save_button")
    dialog = next(one for one in place.findChildren(QDialog) if one.isVisible())
    dialog.save_button.click()  # type: ignore[attr-defined]
    base, draft = fake.changes[-1]
    assert base == theirs.details
    assert isinstance(draft, RoleDraft)
    assert draft.permissions.modules["billing"] == {"view", "edit"}


def test_standard_roles_and_roles_in_use_cannot_be_removed(qtbot: QtBot, fake: ClinicFake) -> None:
    place = _roles(qtbot, fake)
    button = place.findChild(QPushButton, "remove_button")
    assert button is not None
    assert not button.isEnabled()
    assert "begins with" in button.toolTip()
    place._ui.table.select(lambda role: role.id == OWN.id)
    assert button.isEnabled()


def test_the_last_administrators_role_is_refused_in_words(qtbot: QtBot, fake: ClinicFake) -> None:
    place = _roles(qtbot, fake)
    matrix = place.findChild(PermissionMatrix)
    assert matrix is not None
    matrix.toggle("patients", "delete")
    fake.error = ConflictError("Nobody would be left who can manage people.", "users_last_admin")
    _press(place, "save_button")
    assert place.has_unsaved_work()
    for box in place.findChildren(QMessageBox):
        box.reject()


# ----------------------------------------------------------------------------------------------- devices and settings


def test_a_pc_is_invited_by_name_with_a_code_shown_once(qtbot: QtBot, fake: ClinicFake) -> None:
    place = DevicesPlace(fake, ADMIN, InlineTasks())
    _show(qtbot, place)
    _press(place, "invite_button")
    assert fake.invited == []
    _type(place, "label_edit", "Room 2")
    _press(place, "invite_button")
    dialog = _dialog(place, OneTimeCodeDialog)
    assert fake.invited == ["Room 2"]
    assert dialog.code == "CODE-1"  # type: ignore[attr-defined]
    _finish(dialog)


def test_settings_are_saved_and_a_day_can_be_opened(qtbot: QtBot, fake: ClinicFake) -> None:
    place = OrganizationPlace(fake, ADMIN, InlineTasks())
    _show(qtbot, place)
    assert not place.has_unsaved_work()
    _type(place, "phone_edit", "01632 960100")
    place._ui.monday_check.click()
    _press(place, "save_button")
    assert fake.settings.details.phone == "01632 960100"
    assert fake.settings.details.opening_hours[0] == (time(9), time(17))
    assert not place.has_unsaved_work()


def test_settings_saved_elsewhere_do_not_overwrite_what_is_typed(qtbot: QtBot, fake: ClinicFake) -> None:
    place = OrganizationPlace(fake, ADMIN, InlineTasks())
    _show(qtbot, place)
    _type(place, "phone_edit", "1")
    fake.settings = OrganizationSettings(2, replace(fake.settings.details, name="Other"))
    place.refresh()
    assert place.draft().phone == "1"
    assert place.draft().name == "Cura Clinic"


# -------------------------------------------------------------------------------------------------------------- trail


def test_the_trail_shows_values_or_says_why_not(qtbot: QtBot, fake: ClinicFake) -> None:
    place = AuditPlace(fake, fake, ADMIN, InlineTasks())
    _show(qtbot, place)
    place._ui.table.select_first()
    assert [one.column for one in place._ui.values_table.records()] == ["phone"]
    fake.value_error = NotAllowedError("No.")
    _press(place, "more_button")
    place._ui.table.select(lambda event: event.id == 98)
    assert "chart open" in place._ui.values_label.text()


def test_who_looked_at_a_patient_is_asked_of_the_server(qtbot: QtBot, fake: ClinicFake) -> None:
    place = AuditPlace(fake, fake, ADMIN, InlineTasks())
    _show(qtbot, place)
    place.show_patient(4, "DOE, Jo")
    assert fake.filters[-1] == AuditFilter(patient_id=4, readings_only=True)
    _press(place, "clear_button")
    assert fake.filters[-1] == AuditFilter()


def test_a_broken_chain_is_said_in_words(qtbot: QtBot, fake: ClinicFake) -> None:
    place = AuditPlace(fake, fake, ADMIN, InlineTasks())
    _show(qtbot, place)
    _press(place, "verify_button")
    assert "does NOT verify: Block 2" in place._ui.report_label.text()
    _press(place, "prove_button")
    assert place._ui.report_label.text() == "Money and stock agree with their ledgers."


def test_every_place_can_be_used_by_a_screen_reader_and_clips_nothing(qtbot: QtBot, fake: ClinicFake) -> None:
    places: list[Place] = [
        _people(qtbot, fake),
        _roles(qtbot, fake),
        DevicesPlace(fake, ADMIN, InlineTasks()),
        OrganizationPlace(fake, ADMIN, InlineTasks()),
        AuditPlace(fake, fake, ADMIN, InlineTasks()),
    ]
    for place in places:
        _show(qtbot, place)
        assert_accessible(place)
        assert_not_clipped(place)
