"""The people of the clinic: who, which role, and getting somebody in again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date_time
from cura_desktop.domain.errors import StaleRecordError
from cura_desktop.domain.people import PRESCRIBER_KINDS, Admission, Person, PersonDraft
from cura_desktop.domain.roles import Role
from cura_desktop.gui.admin.one_time_code import OneTimeCodeDialog
from cura_desktop.gui.admin.person_editor import PersonEditor
from cura_desktop.gui.admin.place import Place
from cura_desktop.gui.forms.admin.ui_people import Ui_PeoplePlace
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.side_sheet import SideSheet

NO_RIGHT = "Your role may not change people."
CODE_LEAD = "Give it to {name} in person. It works once, within 24 hours, and then asks for a new password."


class People(Protocol):
    """The part of `services.people.PeopleService` that is needed."""

    def people(self) -> tuple[Person, ...]: ...
    def add(self, draft: PersonDraft) -> Admission: ...
    def change(self, person_id: int, base: PersonDraft, draft: PersonDraft) -> Person: ...
    def reset_password(self, person_id: int) -> str: ...


class RolesToChoose(Protocol):
    """The part of `services.administration.AdministrationService` that is needed."""

    def roles(self) -> tuple[Role, ...]: ...


class PeoplePlace(Place):
    """The list, and a sheet to add or change a person in."""

    live_tables = ("users", "roles")

    def __init__(self, people: People, roles: RolesToChoose, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__(caller, tasks)
        self._people, self._role_source = people, roles
        self._all: tuple[Person, ...] = ()
        self._ui = ui = Ui_PeoplePlace()
        ui.setupUi(self)
        self._editor = PersonEditor()
        self._sheet = SideSheet(self, "Add a person", 520)
        self._sheet.set_body(self._editor)
        self._code: OneTimeCodeDialog | None = None
        self._build()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Read the people and roles again; an open editor keeps what is typed."""
        self.load(self._ui.table, lambda: (self._people.people(), self._role_source.roles()), self._loaded)

    def _build(self) -> None:
        ui = self._ui
        ui.search_box.set_up("Search people")
        ui.add_button.setIcon(icon("user-plus", "on-accent"))
        ui.reset_button.setIcon(icon("key-round"))
        ui.table.set_up(
            [
                Column(
                    "Name", lambda one: one.full_name, sort=lambda one: one.details.last_name, strong=True, width=200
                ),
                Column("Role", lambda one: one.role_words, width=150),
                Column("User name", lambda one: one.details.username, width=140),
                Column("Prescriber", _prescriber, width=180),
                Column("Registration", _registration, width=130),
                Column("Status", lambda one: _status(one).text, pill=_status, width=150),
                Column(
                    "Last signed in",
                    lambda one: self._when(one.last_login_at),
                    sort=lambda one: one.last_login_at,
                    role="muted",
                    width=150,
                ),
            ],
            name="People of the clinic",
            empty="Nobody fits.",
            empty_icon="users",
            sort_by="Name",
        )
        may = self._caller.may
        set_allowed(ui.add_button, may("create", "userManagement"), NO_RIGHT)
        self._choose(None)

    def _connect(self) -> None:
        ui = self._ui
        ui.search_box.searched.connect(lambda _: self._filter())
        ui.search_box.left_down.connect(ui.table.select_first)
        ui.inactive_check.toggled.connect(lambda _: self._filter())
        ui.add_button.clicked.connect(lambda: self.open(None))
        ui.edit_button.clicked.connect(lambda: self.open(ui.table.current()))
        ui.reset_button.clicked.connect(self._ask_reset)
        ui.table.opened.connect(self.open)
        ui.table.current_changed.connect(self._choose)
        ui.table.empty_action_chosen.connect(self.refresh)
        self._editor.saved.connect(self._save)
        self._editor.cancelled.connect(self._sheet.close_sheet)
        self._sheet.closing.connect(self._closing)

    def open(self, person: Person | None) -> None:
        """Open the sheet with a person, or a new one."""
        self._editor.edit(person)
        self._sheet.set_title(person.full_name if person is not None else "Add a person")
        self._sheet.open_sheet()

    def has_unsaved_work(self) -> bool:
        """Whether the sheet holds something typed."""
        return self._sheet.isVisible() and self._editor.is_dirty

    # ------------------------------------------------------------------ inside

    def _loaded(self, found: tuple[Sequence[Person], Sequence[Role]]) -> None:
        self._all = tuple(found[0])
        if not self._sheet.isVisible():
            self._editor.set_roles(found[1])
        self._filter()

    def _filter(self) -> None:
        words = self._ui.search_box.text().casefold().split()
        shown = [
            one
            for one in self._all
            if (one.details.active or self._ui.inactive_check.isChecked())
            and all(word in f"{one.full_name} {one.role_words} {one.details.username}".casefold() for word in words)
        ]
        self._ui.table.show_records(shown)

    def _choose(self, person: Person | None) -> None:
        may = self._caller.may("edit", "userManagement")
        reason = NO_RIGHT if not may else "Choose a person first."
        set_allowed(self._ui.edit_button, person is not None, "Choose a person first.")
        active = person is not None and person.details.active
        if may and person is not None and not active:
            reason = "This person cannot sign in any more."
        set_allowed(self._ui.reset_button, may and active, reason)

    def _save(self, draft: PersonDraft) -> None:
        self._editor.show_saving(True)
        person = self._editor.person
        if person is None:
            self._tasks.run(lambda: self._people.add(draft), self._added, self._not_saved)
        else:
            base, person_id = self._editor.base, person.id
            self._tasks.run(lambda: self._people.change(person_id, base, draft), self._changed, self._not_saved)

    def _added(self, admission: Admission) -> None:
        self._close()
        self._show_code(admission.person, admission.code)

    def _changed(self, person: Person) -> None:
        self._close()
        self.toast(f"{person.full_name} is saved.")

    def _close(self) -> None:
        self._editor.show_saving(False)
        self._editor.edit(None)
        self._sheet.close_sheet()
        self.refresh()

    def _not_saved(self, error: Exception) -> None:
        self._editor.show_saving(False)
        if isinstance(error, StaleRecordError) and isinstance(error.current, Person):
            names = ", ".join(name.replace("_", " ") for name in error.conflicts)
            self._editor.show_problems(
                {"": f"Somebody else has just changed {names}. Cancel to see the stored details, then change again."}
            )
            return
        self.refuse(error, self._editor.show_problems)

    def _closing(self) -> None:
        if not self._editor.is_dirty or self._editor.isHidden():
            return
        self._sheet.keep_open()
        messages_for(self).ask(
            "Close without saving?", "What you typed about this person is lost.", "Close &without saving", self._drop
        )

    def _drop(self) -> None:
        self._editor.edit(None)
        self._sheet.close_sheet()

    def _ask_reset(self) -> None:
        person: Person | None = self._ui.table.current()
        if person is None:
            return
        messages_for(self).ask(
            f"Reset the password of {person.full_name}?",
            "The old password and every session of this person end now. You get a one-time code to hand over.",
            "&Reset password",
            lambda: self._reset(person),
        )

    def _reset(self, person: Person) -> None:
        self._tasks.run(
            lambda: self._people.reset_password(person.id), lambda code: self._show_code(person, code), self.report
        )

    def _show_code(self, person: Person, code: str) -> None:
        lead = CODE_LEAD.format(name=person.full_name)
        self._code = OneTimeCodeDialog(f"Sign-in code for {person.full_name}", lead, code, self.window())
        self._code.open()
        self.refresh()

    def _when(self, at: datetime | None) -> str:
        return format_date_time(to_clinic(at, self._caller.zone)) if at is not None else "Never"


def _prescriber(person: Person) -> str:
    kind = person.details.prescriber_kind
    return PRESCRIBER_KINDS[kind] if kind is not None else ""


def _registration(person: Person) -> str:
    details = person.details
    return f"{details.professional_body or ''} {details.professional_number}".strip()


def _status(person: Person) -> PillText:
    if not person.details.active:
        return PillText("Left", "neutral", "user-x")
    if person.pending:
        return PillText("Code not used", "warning", "key-round")
    return PillText("Active", "success", "check")
