"""The household of a patient: who lives together, who answers for them, and what they owe together (peers R10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cura_desktop.domain.dates import format_age, format_date
from cura_desktop.domain.errors import CuraError, InvalidInputError
from cura_desktop.domain.money import format_money
from cura_desktop.domain.registration import Household, HouseholdMember
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, set_allowed
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.patient_box import PatientBox
from cura_desktop.gui.widgets.patient_choice import FindPatients
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField, RecordForm
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.side_sheet import SideSheet

if TYPE_CHECKING:
    from cura_desktop.services.registration import RegistrationService

ALONE = "No household. People who live together can share one guarantor and one balance."
_GUARANTOR = PillText("Guarantor", "info", "user-check")
_MEMBER = PillText("Member", "neutral", "user")


class HouseholdPanel(QWidget):
    """`open_wanted` carries a member to be opened. Steps go into the database one by one; each can be undone by the
    opposite step.
    """

    open_wanted = Signal(int)
    live_tables: tuple[str, ...] = ("households", "household_members", "invoices")

    def __init__(
        self,
        service: RegistrationService,
        patient_id: int,
        find: FindPatients,
        suggested_name: Callable[[], str],
        tasks: Tasks | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self._service, self._patient_id, self._suggested = service, patient_id, suggested_name
        self._tasks: Tasks = tasks or QtTasks(self)
        self._household: Household | None = None
        self.title_label = text_label("Household", "title")
        self.lead_label = text_label("", "muted", wrap=True)
        self.add_button = PrimaryButton("&Add somebody", "plus")
        self.guarantor_button = PlainButton("Make &guarantor", "user-check")
        self.leave_button = PlainButton("Ta&ke out", "user-x")
        self.rename_button = PlainButton("Re&name", "pencil")
        self.table: RecordTable = RecordTable()
        self.table.setObjectName("household_table")
        self.table.set_up(
            _columns(service), name="Household", empty_icon="users", sort_by="Name", empty=ALONE,
            empty_action="&Begin a household",
        )  # fmt: skip
        self.join_form = RecordForm((FormField("patient", "&Patient", self._patient_box(find)),))
        self.name_form = RecordForm((FormField("name", "Na&me"),))
        self.join_sheet, self.name_sheet = SideSheet(self, "Add somebody", 420), SideSheet(self, "Household", 420)
        self.join_sheet.set_body(self.join_form)
        self.name_sheet.set_body(self.name_form)
        self._lay_out()
        self._connect()
        self._show(None)
        self.refresh()

    def refresh(self) -> None:
        """Read again; an open sheet keeps what is typed."""
        self._tasks.run(lambda: self._service.household(self._patient_id), self._show, self._failed, latest="household")

    def has_unsaved_work(self) -> bool:
        """Whether a sheet holds something typed."""
        pairs = ((self.join_sheet, self.join_form), (self.name_sheet, self.name_form))
        return any(sheet.isVisible() and form.is_dirty() for sheet, form in pairs)

    # ------------------------------------------------------------------ steps

    def begin(self) -> None:
        """A household of this patient alone, or another name for it."""
        household = self._household
        name = household.name if household is not None else self._suggested()
        self.name_form.edit({"name": name}, new=True)
        self.name_sheet.set_title("Begin a household" if household is None else "Rename the household")
        self.name_sheet.open_sheet()

    def _keep_name(self) -> None:
        household, name, key = self._household, str(self.name_form.values()["name"]), uuid4()
        if household is None:
            self._run(lambda: self._service.found_household(name, self._patient_id, key), self.name_form)
        else:
            self._run(lambda: self._service.change_household(household, name, household.guarantor_id), self.name_form)

    def _join(self) -> None:
        household, chosen = self._household, self.join_form.values()["patient"]
        if household is None:
            return
        if chosen is None:
            self.join_form.show_problems({"patient": "Please choose a patient."})
            return
        self._run(lambda: self._service.join_household(household, chosen.id), self.join_form)

    def _make_guarantor(self) -> None:
        household, member = self._household, self._current()
        if household is not None and member is not None:
            self._run(lambda: self._service.change_household(household, household.name, member.patient_id))

    def _take_out(self) -> None:
        household, member = self._household, self._current()
        if household is not None and member is not None:
            self._run(lambda: self._service.leave_household(household, member))

    def _run(self, call: Callable[[], object], form: RecordForm | None = None) -> None:
        self._tasks.run(call, lambda _: self._done(), lambda error: self._refused(error, form))

    def _done(self) -> None:
        for sheet, form in ((self.join_sheet, self.join_form), (self.name_sheet, self.name_form)):
            form.edit({}, new=True)
            if sheet.isVisible():
                sheet.close_sheet()
        messages_for(self).toast("Saved.", "success")
        self.refresh()

    def _refused(self, error: Exception, form: RecordForm | None) -> None:
        if isinstance(error, InvalidInputError) and form is not None:
            form.show_problems(error.problems)
            return
        messages_for(self).report(error, self)
        self.refresh()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        messages_for(self).report(error, self)

    # ------------------------------------------------------------------ showing

    def _show(self, household: Household | None) -> None:
        self._household = household
        members = household.members if household is not None else ()
        self.table.show_records(members)
        self.title_label.setText(household.name if household is not None else "Household")
        self.lead_label.setText(_lead(household))
        for button in (self.add_button, self.rename_button, self.guarantor_button, self.leave_button):
            button.setVisible(household is not None)
        self._choose(self._current())

    def _choose(self, member: HouseholdMember | None) -> None:
        may = self._service.refusal("", "edit")
        choose = may or "Choose somebody first."
        set_allowed(self.add_button, not may, may)
        set_allowed(self.rename_button, not may, may)
        others = member is not None and not member.is_guarantor
        guarantor = may or (choose if member is None else "They are the guarantor already.")
        set_allowed(self.guarantor_button, not may and others, guarantor)
        alone = self._household is not None and len(self._household.members) == 1
        stays = "The guarantor stays while others do; make somebody else the guarantor first."
        set_allowed(
            self.leave_button, not may and (others or (member is not None and alone)), stays if member else choose
        )

    def _current(self) -> HouseholdMember | None:
        found = self.table.current()
        return found if isinstance(found, HouseholdMember) else None

    def _patient_box(self, find: FindPatients) -> Callable[[], QWidget]:
        def make() -> QWidget:
            box = PatientBox()
            box.set_up(find, self._tasks)
            return box

        return make

    def _connect(self) -> None:
        self.table.empty_action_chosen.connect(self.begin)
        self.rename_button.clicked.connect(self.begin)
        self.add_button.clicked.connect(self._open_join)
        self.guarantor_button.clicked.connect(self._make_guarantor)
        self.leave_button.clicked.connect(self._take_out)
        self.table.opened.connect(lambda one: self.open_wanted.emit(one.patient_id))
        self.table.current_changed.connect(lambda _: self._choose(self._current()))
        self.join_form.saved.connect(self._join)
        self.join_form.cancelled.connect(self.join_sheet.close_sheet)
        self.name_form.saved.connect(self._keep_name)
        self.name_form.cancelled.connect(self.name_sheet.close_sheet)

    def _open_join(self) -> None:
        self.join_form.edit({}, new=True)
        self.join_sheet.open_sheet()

    def _lay_out(self) -> None:
        self._column, self._head = QVBoxLayout(self), QHBoxLayout()
        said = QVBoxLayout()
        said.addWidget(self.title_label)
        said.addWidget(self.lead_label)
        self._head.addLayout(said, 1)
        for button in (self.rename_button, self.guarantor_button, self.leave_button, self.add_button):
            self._head.addWidget(button)
        self._column.addLayout(self._head)
        self._column.addWidget(self.table, 1)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(12))
        self._head.setSpacing(px(8))


def _lead(household: Household | None) -> str:
    if household is None:
        return ""
    guarantor = next((one.name for one in household.members if one.is_guarantor), "")
    owed = household.owed
    money = "" if owed is None else f" Together they owe {format_money(owed)}." if owed else " Nobody owes anything."
    return f"{guarantor} answers for the household.{money}"


def _columns(service: RegistrationService) -> list[Column[HouseholdMember]]:
    def role(one: HouseholdMember) -> PillText:
        return _GUARANTOR if one.is_guarantor else _MEMBER

    def born(one: HouseholdMember) -> str:
        return f"{format_date(one.born)} ({format_age(one.born, service.today())})" if one.born else "Not known"

    return [
        Column("Name", lambda one: one.name, strong=True, width=240),
        Column("Born", born, width=180, sort=lambda one: one.born),
        Column("Part", lambda one: role(one).text, role="pill", pill=role, width=120),
        Column(
            "Owes", lambda one: "Not shown" if one.owed is None else format_money(one.owed), role="money", width=110,
            sort=lambda one: one.owed,
        ),
    ]  # fmt: skip
