"""The patients dock: one box, and whom it finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import CuraError, DatabaseUnavailableError, NotAllowedError, SessionEndedError
from cura_desktop.domain.patients import PatientSummary
from cura_desktop.gui.forms.patients.ui_panel import Ui_Panel
from cura_desktop.gui.patients.list_export import ListExport
from cura_desktop.gui.patients.panel_presenter import PanelPresenter
from cura_desktop.gui.patients.patient_list import PatientList
from cura_desktop.gui.patients.recent import Recent
from cura_desktop.gui.shell.actions import ActionSpec
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.banner_patient import clinic_today
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from cura_desktop.services.patient_export import PatientExportService
    from cura_desktop.services.patients import PatientService

MAY_NOT_REGISTER = "Your role may not register patients."


class PatientPanel(QWidget):
    """`picked` opens a patient, `register_wanted` carries what was searched for, `edit_wanted` asks for the details."""

    picked = Signal(int)
    edit_wanted = Signal(int)
    register_wanted = Signal(str)
    live_tables: tuple[str, ...] = ("patients",)

    def __init__(
        self,
        service: PatientService,
        caller: Caller,
        recent: Recent,
        tasks: Tasks | None = None,
        exports: PatientExportService | None = None,
    ) -> None:
        super().__init__()
        self._caller = caller
        tasks = tasks or QtTasks(self)
        self._list_export = ListExport(self, exports, tasks) if exports is not None else None
        self._ui = Ui_Panel()
        self._ui.setupUi(self)
        self._list, self._empty = PatientList(), EmptyState("", "", "users")
        self._failed = False
        self._build()
        self._presenter = PanelPresenter(self, service, tasks, recent)
        self._connect()
        self._presenter.refresh()

    def _build(self) -> None:
        ui = self._ui
        ui.search_edit.set_up("Name, birth date, NHS number, phone…")
        ui.new_button.setIcon(icon("user-plus"))
        ui.new_button.setToolTip("Register a patient (Ctrl+N)")
        ui.new_button.setAccessibleName("Register a patient")
        set_allowed(ui.new_button, self._may_register, MAY_NOT_REGISTER)
        ui.pages.addWidget(self._list)
        ui.pages.addWidget(self._empty)
        self._list.set_context_actions(self._line_actions())
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _line_actions(self) -> list[QAction]:
        opening = QAction(icon("user"), "&Open", self)
        opening.triggered.connect(lambda: self._with_current(self._presenter.open))
        editing = QAction(icon("pencil"), "&Edit details", self)
        editing.triggered.connect(lambda: self._with_current(self.edit_wanted.emit))
        editing.setEnabled(self._caller.may("edit", "patients"))
        copying = QAction(icon("copy"), "&Copy the line", self)
        copying.triggered.connect(self._list.copy)
        return [opening, editing, copying]

    def export_list(self) -> None:
        """Save whom the search finds, or every active patient while the box is empty, as a file."""
        if self._list_export is not None:
            self._list_export.ask(self._ui.search_edit.text().strip())

    def _connect(self) -> None:
        ui = self._ui
        ui.search_edit.searched.connect(self._presenter.search)
        ui.search_edit.submitted.connect(lambda _: self._presenter.submit())
        ui.search_edit.left_down.connect(self._list.select_first)
        ui.new_button.clicked.connect(lambda: self.register_wanted.emit(ui.search_edit.text().strip()))
        self._list.opened.connect(lambda one: self._presenter.open(one.id))
        self._list.left_up.connect(self.focus_search)
        self._list.typed.connect(self._type_on)
        self._empty.action_chosen.connect(self._act_on_empty)

    @property
    def _may_register(self) -> bool:
        return self._caller.may("create", "patients")

    def actions_offered(self) -> list[ActionSpec]:
        """For the window's registry."""
        offered = [
            ActionSpec(
                "patients.find", "&Find a patient", self.focus_search, "Go", "F3", "Patients", ("view", "patients"),
                "search", also="search look up",
            ),
            ActionSpec(
                "patients.new", "&Register a patient", lambda: self.register_wanted.emit(""), "File", "Ctrl+N",
                "Patients", ("create", "patients"), "user-plus", also="new add",
            ),
        ]  # fmt: skip
        if self._list_export is not None:
            offered.append(
                ActionSpec(
                    "patients.export", "&Export the patient list…", self.export_list, "File", "", "Patients",
                    ("create", "gdprCompliance"), "download", also="save csv excel spreadsheet",
                )
            )  # fmt: skip
        return offered

    def focus_search(self) -> None:
        """Put the keyboard into the box, what it holds selected."""
        self._ui.search_edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._ui.search_edit.selectAll()

    def note_opened(self, patient_id: int) -> None:
        """Somebody was opened elsewhere: they belong to those opened last."""
        self._presenter.note_opened(patient_id)

    def refresh(self) -> None:
        """Patients changed on another seat."""
        self._presenter.refresh()

    # ------------------------------------------------------------------ what the presenter says

    def show_patients(self, patients: Sequence[PatientSummary], caption: str) -> None:
        self._list.show_patients(patients, clinic_today(self._caller))
        self._ui.caption_label.setText(caption)
        self._ui.pages.setCurrentWidget(self._list)
        announce(self._list, caption)

    def show_loading(self) -> None:
        self._list.show_loading(clinic_today(self._caller))
        self._ui.caption_label.setText("")
        self._ui.pages.setCurrentWidget(self._list)

    def show_nobody(self, sentence: str, *, offer_new: bool) -> None:
        self._failed = False
        self._list.show_patients([], clinic_today(self._caller))
        action = "&Register a patient" if offer_new and self._may_register else ""
        self._say(sentence, action, "users" if not self._ui.search_edit.text() else "search")

    def show_failure(self, error: Exception) -> None:
        self._failed = True
        known = isinstance(error, CuraError)
        action = "" if isinstance(error, NotAllowedError) else "&Try again"
        self._say(str(error) if known else "The patients could not be read.", action, "circle-alert")
        if not known or isinstance(error, DatabaseUnavailableError | SessionEndedError):
            messages_for(self).report(error, self)

    def open_patient(self, patient_id: int) -> None:
        self.picked.emit(patient_id)

    def enter_list(self) -> None:
        self._list.select_first()

    # ------------------------------------------------------------------ inside

    def _say(self, sentence: str, action: str, icon_name: str) -> None:
        self._ui.caption_label.setText("")
        self._empty.set_text(sentence, action, icon_name)
        self._ui.pages.setCurrentWidget(self._empty)
        announce(self._empty, sentence)

    def _act_on_empty(self) -> None:
        if self._failed:
            self._presenter.refresh()
        else:
            self.register_wanted.emit(self._ui.search_edit.text().strip())

    def _with_current(self, call: object) -> None:
        current = self._list.current()
        if current is not None and callable(call):
            call(current.id)

    def _type_on(self, text: str) -> None:
        box = self._ui.search_edit
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        box.setText(box.text() + text)

    def _set_lengths(self) -> None:
        self._ui.column.setContentsMargins(0, px(4), 0, 0)
        self._ui.column.setSpacing(px(4))
        for widget in (self._ui.search_label, self._ui.caption_label):
            widget.setContentsMargins(px(12), 0, px(12), 0)
        self._ui.search_row.setContentsMargins(px(12), 0, px(12), 0)
        self._ui.search_row.setSpacing(px(6))
