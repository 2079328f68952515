"""The roles of the clinic and what each may do."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import InvalidInputError, StaleRecordError
from cura_desktop.domain.merge import merge
from cura_desktop.domain.modules import FIELD_GROUPS, MODULES
from cura_desktop.domain.roles import Role, RoleDraft
from cura_desktop.gui.admin.permission_matrix import PermissionMatrix
from cura_desktop.gui.admin.place import Place
from cura_desktop.gui.forms.admin.ui_roles import Ui_RolesPlace
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.diff_merge_dialog import DiffMergeDialog, FieldDifference
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.placeholder import put_in_place
from cura_desktop.gui.widgets.record_columns import Column

NO_RIGHT = "Your role may not change roles."


class Roles(Protocol):
    """The part of `services.administration.AdministrationService` that is needed."""

    def roles(self) -> tuple[Role, ...]: ...
    def copy_role(self, source_id: int, display_name: str) -> Role: ...
    def change_role(self, role_id: int, base: RoleDraft, draft: RoleDraft) -> Role: ...
    def remove_role(self, role: Role) -> None: ...


class RolesPlace(Place):
    """A list of roles beside the matrix of the one chosen."""

    live_tables = ("roles", "users")

    def __init__(self, service: Roles, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__(caller, tasks)
        self._service = service
        self._role: Role | None = None
        self._wanted: int | None = None
        self._ui = ui = Ui_RolesPlace()
        ui.setupUi(self)
        self._matrix = put_in_place(ui.matrix, PermissionMatrix())
        ui.table.set_up(
            [
                Column("Role", lambda role: role.details.display_name, strong=True, width=170),
                Column("Kind", lambda role: _kind(role).text, pill=_kind, width=110),
                Column("People", lambda role: str(role.people), role="number", sort=lambda role: role.people, width=70),
            ],
            name="Roles",
            empty="No roles.",
            empty_icon="shield",
        )
        self._problems = FormProblems({"display_name": ui.name_edit})
        ui.copy_button.setIcon(icon("copy"))
        ui.remove_button.setIcon(icon("trash-2"))
        ui.table.current_changed.connect(self._choose)
        ui.table.empty_action_chosen.connect(self.refresh)
        self._matrix.edited.connect(self._note)
        ui.name_edit.textEdited.connect(lambda _: self._note())
        ui.description_edit.textEdited.connect(lambda _: self._note())
        ui.copy_button.clicked.connect(self._ask_name)
        ui.remove_button.clicked.connect(self._ask_remove)
        ui.undo_button.clicked.connect(self._undo)
        ui.save_button.clicked.connect(self._save)
        self._choose(None)
        self.refresh()

    def refresh(self) -> None:
        """Read the roles again; what is being changed stays."""
        self.load(self._ui.table, self._service.roles, self._loaded)

    def has_unsaved_work(self) -> bool:
        """Whether the chosen role was changed and not saved."""
        return self._role is not None and self.draft().parts() != self._role.details.parts()

    def draft(self) -> RoleDraft:
        """What is on screen."""
        ui = self._ui
        shown = self._matrix.value()
        return RoleDraft(ui.name_edit.text(), ui.description_edit.text(), shown)

    # ------------------------------------------------------------------ inside

    def _loaded(self, roles: tuple[Role, ...]) -> None:
        kept = self._role if self.has_unsaved_work() else None
        typed, base = (self.draft(), kept) if kept is not None else (None, None)
        self._ui.table.show_records(roles)
        if self._wanted is not None:
            self._ui.table.select(lambda role: role.id == self._wanted)
            self._wanted = None
        elif self._ui.table.current() is None and roles:
            self._ui.table.select(lambda role: role.id == (self._role.id if self._role is not None else roles[0].id))
        if typed is not None and base is not None:
            self._role = base
            self._show(typed)
        self._note()

    def _choose(self, role: Role | None) -> None:
        if role is not None and self._role is not None and role.id != self._role.id and self.has_unsaved_work():
            messages_for(self).toast(f"Changes to {self._role.details.display_name} were not saved.", "warning")
        if role is not None and self._role is not None and role.id == self._role.id and self.has_unsaved_work():
            return
        self._role = role
        self._problems.clear()
        self._show(role.details if role is not None else RoleDraft())
        self._note()

    def _show(self, draft: RoleDraft) -> None:
        ui = self._ui
        ui.name_edit.setText(draft.display_name)
        ui.description_edit.setText(draft.description)
        for edit in (ui.name_edit, ui.description_edit):
            edit.setCursorPosition(0)  # a long text is read from its beginning
        self._matrix.show_permissions(draft.permissions)

    def _note(self) -> None:
        ui, role = self._ui, self._role
        may, dirty = self._caller.may("edit", "userManagement"), self.has_unsaved_work()
        self._matrix.set_editable(may and role is not None)
        for field in (ui.name_edit, ui.description_edit):
            field.setReadOnly(not may or role is None)
        set_allowed(ui.save_button, may and dirty, "Nothing was changed." if may else NO_RIGHT)
        set_allowed(ui.undo_button, dirty, "Nothing was changed.")
        ui.state_label.setText("Not saved yet" if dirty else "")
        create = self._caller.may("create", "userManagement")
        set_allowed(ui.copy_button, create and role is not None, NO_RIGHT if not create else "Choose a role first.")
        set_allowed(ui.remove_button, self._removable(), self._why_not_removable())

    def _removable(self) -> bool:
        role = self._role
        return (
            role is not None and not role.is_system and not role.people and self._caller.may("delete", "userManagement")
        )

    def _why_not_removable(self) -> str:
        if self._role is None:
            return "Choose a role first."
        if self._role.is_system:
            return "The roles a clinic begins with stay."
        return "Somebody has this role." if self._role.people else NO_RIGHT

    def _undo(self) -> None:
        if self._role is not None:
            self._show(self._role.details)
        self._note()

    def _save(self) -> None:
        if self._role is not None:
            self._send(self._role.id, self._role.details, self.draft())

    def _send(self, role_id: int, base: RoleDraft, draft: RoleDraft) -> None:
        self._ui.save_button.setEnabled(False)
        self._tasks.run(
            lambda: self._service.change_role(role_id, base, draft),
            self._saved,
            lambda error: self._not_saved(error, base, draft),
        )

    def _saved(self, role: Role) -> None:
        self._role = role
        self._show(role.details)
        self.toast(f"{role.details.display_name} is saved and counts now.")
        self.refresh()

    def _not_saved(self, error: Exception, base: RoleDraft, draft: RoleDraft) -> None:
        self._note()
        if isinstance(error, StaleRecordError) and isinstance(error.current, Role):
            self._offer_merge(error.current, base, draft, error.conflicts)
        else:
            self.refuse(error, self._problems.show)

    def _offer_merge(self, stored: Role, base: RoleDraft, draft: RoleDraft, conflicts: tuple[str, ...]) -> None:
        mine, theirs = draft.parts(), stored.details.parts()
        differences = [
            FieldDifference(name, _label(name), _words(theirs.get(name)), _words(mine.get(name))) for name in conflicts
        ]
        dialog = DiffMergeDialog("Another administrator has just saved this role.", differences, self.window())
        dialog.merged.connect(lambda choice: self._merged(stored, base, draft, choice))
        dialog.open()

    def _merged(self, stored: Role, base: RoleDraft, draft: RoleDraft, keeps_mine: dict[str, bool]) -> None:
        mine, theirs = draft.parts(), stored.details.parts()
        values = dict(merge(base.parts(), mine, theirs).values)
        for name, keep in keeps_mine.items():
            chosen = (mine if keep else theirs).get(name)
            values.pop(name, None)
            if chosen is not None:
                values[name] = chosen
        self._send(stored.id, stored.details, RoleDraft.of_parts(values))

    def _ask_name(self) -> None:
        if self._role is None:
            return
        dialog = QInputDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(f"Copy {self._role.details.display_name}")
        dialog.setLabelText("Name of the new role")
        dialog.setOkButtonText("&Make role")
        source = self._role.id
        dialog.textValueSelected.connect(lambda name: self._copy(source, name))
        dialog.open()

    def _copy(self, source: int, name: str) -> None:
        self._tasks.run(lambda: self._service.copy_role(source, name), self._made, self._not_made)

    def _made(self, role: Role) -> None:
        self._wanted, self._role = role.id, None
        self.refresh()

    def _not_made(self, error: Exception) -> None:
        if isinstance(error, InvalidInputError):
            messages_for(self).toast(str(error), "warning")
        else:
            self.report(error)

    def _ask_remove(self) -> None:
        role = self._role
        if role is not None:
            messages_for(self).ask(
                f"Remove the role {role.details.display_name}?",
                "Nobody has it. It cannot be brought back.",
                "&Remove role",
                lambda: self._remove(role),
                danger=True,
            )

    def _remove(self, role: Role) -> None:
        self._tasks.run(lambda: self._service.remove_role(role), lambda _: self._removed(), self.report)

    def _removed(self) -> None:
        self._role = None
        self.refresh()


def _kind(role: Role) -> PillText:
    return PillText("Standard", "neutral", "shield") if role.is_system else PillText("Own", "accent", "star")


def _label(name: str) -> str:
    section, _, key = name.partition(".")
    return {"modules": MODULES, "fields": FIELD_GROUPS}.get(section, {}).get(key, name.replace("_", " ").capitalize())


def _words(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(verb for verb in ("view", "create", "edit", "delete") if verb in value)
    return str(value or "nothing")
