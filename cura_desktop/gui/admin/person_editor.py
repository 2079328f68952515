"""Adding and changing a person, in a sheet beside the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.modules import Permissions, combine
from cura_desktop.domain.people import BODIES, PRESCRIBER_KINDS, Person, PersonDraft
from cura_desktop.domain.roles import Role
from cura_desktop.gui.admin.permission_matrix import PermissionMatrix
from cura_desktop.gui.admin.place import plain
from cura_desktop.gui.forms.admin.ui_person import Ui_PersonEditor
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.placeholder import put_in_place

OWN_HINT = "Tick what this person may do beyond the role, or take away what the role allows. Own rows are marked."


class PersonEditor(QWidget):
    """`saved(draft)` when the primary button is pressed; the place answers with problems or closes the sheet."""

    saved = Signal(PersonDraft)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._ui = ui = Ui_PersonEditor()
        ui.setupUi(self)
        self._matrix = put_in_place(ui.matrix, PermissionMatrix())
        self._roles: dict[str, Permissions] = {}
        self._person: Person | None = None
        self._base = PersonDraft()
        plain(ui.problem_label, ui.warning_label)
        ui.problem_label.hide()
        ui.warning_label.hide()
        ui.own_hint_label.setText(OWN_HINT)
        ui.prescriber_box.set_choices(PRESCRIBER_KINDS.items(), "Does not prescribe")
        ui.body_box.set_choices([(body, body) for body in BODIES], "None")
        self._problems = FormProblems(
            {
                "first_name": ui.first_name_edit,
                "last_name": ui.last_name_edit,
                "username": ui.username_edit,
                "email": ui.email_edit,
                "professional_body": ui.body_box,
                "professional_number": ui.number_edit,
                "cd_prescriber_number": ui.cd_number_edit,
            }
        )
        ui.role_box.changed.connect(self._role_changed)
        ui.as_role_button.clicked.connect(self._as_role)
        ui.save_button.clicked.connect(lambda: self.saved.emit(self.draft()))
        ui.cancel_button.clicked.connect(self.cancelled)
        for edit in (ui.body_box.changed, ui.number_edit.textChanged):
            edit.connect(self._warn)

    @property
    def base(self) -> PersonDraft:
        """The details as they were when editing began."""
        return self._base

    @property
    def person(self) -> Person | None:
        """Whose details these are; None for a new person."""
        return self._person

    @property
    def is_dirty(self) -> bool:
        """Whether something was typed."""
        return self.draft().normalised() != self._base.normalised()

    def set_roles(self, roles: Sequence[Role]) -> None:
        """The roles to choose from."""
        self._roles = {role.name: role.details.permissions for role in roles}
        self._ui.role_box.set_choices([(role.name, role.details.display_name) for role in roles])

    def edit(self, person: Person | None) -> None:
        """Begin with a person, or a new one."""
        ui, self._person = self._ui, person
        self._base = details = person.details if person is not None else PersonDraft()
        self._problems.clear()
        texts = {
            ui.title_edit: details.title,
            ui.first_name_edit: details.first_name,
            ui.last_name_edit: details.last_name,
            ui.username_edit: details.username,
            ui.email_edit: details.email,
            ui.phone_edit: details.phone,
            ui.department_edit: details.department,
            ui.specialty_edit: details.specialty,
            ui.number_edit: details.professional_number,
            ui.cd_number_edit: details.cd_prescriber_number,
        }
        for field, text in texts.items():
            field.setText(text)
            field.setCursorPosition(0)
        ui.role_box.set_value(details.role)
        ui.prescriber_box.set_value(details.prescriber_kind)
        ui.body_box.set_value(details.professional_body)
        ui.active_check.setChecked(details.active)
        ui.active_check.setVisible(person is not None)
        ui.save_button.setText("Sa&ve" if person is not None else "Sa&ve and make a code")
        self._show_permissions(details.overrides)
        self._warn()
        self.show_problems({})

    def draft(self) -> PersonDraft:
        """What is typed now."""
        ui = self._ui
        return PersonDraft(
            first_name=ui.first_name_edit.text(),
            last_name=ui.last_name_edit.text(),
            title=ui.title_edit.text(),
            username=ui.username_edit.text(),
            email=ui.email_edit.text(),
            phone=ui.phone_edit.text(),
            role=ui.role_box.value() or self._base.role,
            department=ui.department_edit.text(),
            specialty=ui.specialty_edit.text(),
            professional_body=ui.body_box.value(),
            professional_number=ui.number_edit.text(),
            prescriber_kind=ui.prescriber_box.value(),
            cd_prescriber_number=ui.cd_number_edit.text(),
            active=ui.active_check.isChecked(),
            overrides=self._matrix.exceptions(),
        )

    def show_problems(self, problems: Mapping[str, str]) -> Mapping[str, str]:
        """Beside the fields, and above them what belongs to none."""
        rest = self._problems.show(problems)
        self._ui.problem_label.setText(" ".join(rest.values()))
        self._ui.problem_label.setVisible(bool(rest))
        return {}

    def show_saving(self, saving: bool) -> None:
        """Once is enough."""
        self._ui.save_button.setEnabled(not saving)

    def _role_changed(self) -> None:
        """Exceptions stay what they are when the role changes below them."""
        self._show_permissions(self._matrix.exceptions())

    def _as_role(self) -> None:
        self._show_permissions(Permissions())

    def _show_permissions(self, overrides: Permissions) -> None:
        role = self._roles.get(self._ui.role_box.value() or "", Permissions())
        self._matrix.show_permissions(combine(role, overrides), role)

    def _warn(self) -> None:
        warnings = self.draft().warnings()
        self._ui.warning_label.setText(" ".join(warnings.values()))
        self._ui.warning_label.setVisible(bool(warnings))
