"""A patient's page at the desk: who it is, what must be known, how to reach them; other rooms add their parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.drafts import Draft
from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.patient_papers import PatientPaper
from cura_desktop.domain.patients import Patient, PatientAlert, PatientFacts
from cura_desktop.domain.registration import LEFT_BECAUSE
from cura_desktop.gui.forms.patients.ui_hub import Ui_Hub
from cura_desktop.gui.patients import hub_cards
from cura_desktop.gui.patients.alerts_card import AlertStrips
from cura_desktop.gui.patients.editor import PatientEditor
from cura_desktop.gui.patients.hub_cards import Card, FactsCard, FlagsCard
from cura_desktop.gui.patients.hub_presenter import HubPresenter, Undo
from cura_desktop.gui.patients.sheets import AlertForm, DeathForm, LabelsForm, LeavingForm, RestrictionForm
from cura_desktop.gui.shell.drafts import Journal
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.banner_patient import banner_patient, clinic_today
from cura_desktop.gui.widgets.buttons import PlainButton, set_allowed
from cura_desktop.gui.widgets.side_sheet import SideSheet

if TYPE_CHECKING:
    from cura_desktop.services.patients import PatientService

TWO_COLUMNS = 760
STACKED = 440
MAY_NOT_RESTRICT = "Your role may not restrict a record."
MAY_NOT_LIFT = "Only who reviews openings of restricted records may lift a restriction."
MAY_NOT_CHANGE = "Your role may not change a patient's details."
_HIDDEN = {
    "patientSensitiveInfo": "Your role may not see contact details.",
    "financialData": "Your role may not see insurance details.",
}


class PatientHub(QWidget):
    """`loaded` tells the name for the tab; `record_wanted` asks for the clinical record, `registration_wanted` for the
    lists beside the details, `paper_wanted` for a paper (`PatientPaper`), `labels_wanted` for labels (`LabelWish`).

    `add_section` takes a titled widget of another room (visits, invoices, messages); they stand above the details.
    """

    loaded = Signal(str)
    record_wanted = Signal(int)
    open_wanted = Signal(int)
    registration_wanted = Signal(int)
    paper_wanted = Signal(int, object)
    labels_wanted = Signal(int, object)
    live_tables: tuple[str, ...] = ("patients", "patient_alerts", "allergies", "patient_allergy_states")

    def __init__(
        self,
        service: PatientService,
        caller: Caller,
        patient_id: int,
        journal: Journal | None = None,
        tasks: Tasks | None = None,
    ) -> None:
        super().__init__()
        self._service, self._caller, self._journal = service, caller, journal
        self._id = patient_id
        self._ui = Ui_Hub()
        self._ui.setupUi(self)
        self._own_tasks = tasks
        self._editor: PatientEditor | None = None
        self._wide: bool | None = None
        self._make_cards()
        self._make_sheets()
        self._presenter = HubPresenter(self, service, tasks or QtTasks(self), patient_id)
        self._connect()
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        self._presenter.refresh()

    # ------------------------------------------------------------------ for the window and other rooms

    @property
    def patient_id(self) -> int:
        """Who is shown."""
        return self._id

    def add_section(self, title: str, widget: QWidget) -> None:
        """Put another room's part on the page."""
        card = Card(title, widget)
        self._sections.append(card)
        self._sections_column.addWidget(card)

    def refresh(self) -> None:
        """The patient changed on another seat. What is being edited stays; saving puts both together."""
        self._presenter.refresh()

    def edit(self) -> None:
        """Correct the details, in place of the page."""
        if not self._caller.may("edit", "patients"):
            return
        if self._editor is None:
            editor = PatientEditor(self._service, self._caller, self._journal, self._id, "", self._own_tasks)
            editor.set_heading("Edit details")
            editor.saved.connect(lambda _: self._leave_editor())
            editor.cancelled.connect(self._leave_editor)
            editor.open_wanted.connect(self.open_wanted)
            self._editor = editor
            self._ui.pages.addWidget(editor)
        self._ui.pages.setCurrentWidget(self._editor)
        self._editor.setFocus()

    def restore_draft(self, draft: Draft) -> None:
        """Put unsaved text of the journal back into the details."""
        self.edit()
        if self._editor is not None:
            self._editor.restore_draft(draft)

    def has_unsaved_work(self) -> bool:
        """Whether something typed here is not saved."""
        editing = self._editor is not None and self._editor.has_unsaved_work()
        return editing or self._alert_form.has_text() or self._restriction_form.is_dirty()

    def keep_as_draft(self) -> bool:
        """Keep what is typed in the details. An unsent alert is not a draft."""
        return self._editor is not None and self._editor.keep_as_draft()

    # ------------------------------------------------------------------ what the presenter says

    def show_facts(self, facts: PatientFacts, alerts: Sequence[PatientAlert]) -> None:
        patient = facts.patient
        self._ui.banner.show_patient(banner_patient(facts, self._caller))
        self._ui.number_label.setText(_number_words(patient))
        self._strips.show_alerts(alerts, may_end=self._caller.may("edit", "patients"))
        self._show_cards(patient)
        self._offer_steps(patient)
        self.loaded.emit(patient.name)

    def show_failure(self, error: Exception) -> None:
        messages_for(self).report(error, self)

    def show_alert_problems(self, error: InvalidInputError) -> None:
        self._alert_form.show_problems(error)

    def show_death_problems(self, error: InvalidInputError) -> None:
        self._death_form.show_problems(error)

    def show_restriction_problems(self, error: InvalidInputError) -> None:
        self._restriction_form.show_problems(error.problems)

    def show_leaving_problems(self, error: InvalidInputError) -> None:
        self._leaving_form.show_error(error)

    def close_sheet(self) -> None:
        self._alert_form.clear()
        self._restriction_form.edit({}, new=True)
        for sheet in (self._alert_sheet, self._death_sheet, self._leaving_sheet, self._restriction_sheet):
            if sheet.isVisible():
                sheet.close_sheet()

    def say(self, text: str, undo: Undo | None) -> None:
        messages_for(self).toast(text, "success", undo)

    # ------------------------------------------------------------------ inside

    def _make_cards(self) -> None:
        self._strips, self._flags = AlertStrips(), FlagsCard()
        titles = ("Contact", "Next of kin", "GP practice", "Insurance", "Communication", "Registration")
        self._contact, self._kin, self._practice, self._insurance, self._communication, self._identity = (
            FactsCard(title) for title in titles
        )
        self._left_cards: tuple[QWidget, ...] = (self._contact, self._kin, self._communication)
        self._right_cards: tuple[QWidget, ...] = (self._flags, self._insurance, self._practice, self._identity)
        self._sections: list[Card] = []
        self._column = QVBoxLayout(self._ui.page)
        self._sections_column = QVBoxLayout()
        self._columns = QHBoxLayout()
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        self._columns.addLayout(self._left, 1)
        self._columns.addLayout(self._right, 1)
        for part in (self._sections_column, self._columns):
            self._column.addLayout(part)
        self._column.insertWidget(0, self._strips)
        self._column.addStretch(1)

    def _make_sheets(self) -> None:
        today = lambda: clinic_today(self._caller)  # noqa: E731
        self._alert_form, self._death_form = AlertForm(today), DeathForm(today)
        self._alert_sheet = SideSheet(self, "Add an alert", 360)
        self._alert_sheet.set_body(self._alert_form)
        self._death_sheet = SideSheet(self, "Record a death", 360)
        self._death_sheet.set_body(self._death_form)
        self._leaving_form = LeavingForm(today)
        self._leaving_sheet = SideSheet(self, "No longer a patient here", 360)
        self._leaving_sheet.set_body(self._leaving_form)
        self._restriction_form = RestrictionForm()
        self._restriction_form.edit({}, new=True)
        self._restriction_sheet = SideSheet(self, "Restrict the record", 360)
        self._restriction_sheet.set_body(self._restriction_form)
        self._labels_form = LabelsForm()
        self._labels_sheet = SideSheet(self, "Print labels", 360)
        self._labels_sheet.set_body(self._labels_form)

    def _connect(self) -> None:
        ui = self._ui
        may_edit = self._caller.may("edit", "patients")
        ui.edit_button.setIcon(icon("pencil"))
        self.setFocusProxy(ui.edit_button)
        ui.record_button.setIcon(icon("clipboard-list"))
        set_allowed(ui.edit_button, may_edit, MAY_NOT_CHANGE)
        ui.record_button.setVisible(self._caller.may("view", "medicalRecords"))
        ui.edit_button.clicked.connect(self.edit)
        ui.record_button.clicked.connect(lambda: self.record_wanted.emit(self._id))
        ui.banner.allergies_chosen.connect(lambda: self.record_wanted.emit(self._id))
        self._strips.ended.connect(self._presenter.end_alert)
        self._alert_form.submitted.connect(self._presenter.add_alert)
        self._death_form.submitted.connect(self._presenter.record_death)
        self._leaving_form.saved.connect(self._leave)
        self._restriction_form.saved.connect(self._restrict)
        self._restriction_form.cancelled.connect(self._restriction_sheet.close_sheet)
        self._labels_form.saved.connect(self._print_labels)
        self._labels_form.cancelled.connect(self._labels_sheet.close_sheet)
        self._leaving_form.cancelled.connect(self._leaving_sheet.close_sheet)
        self._more_button = PlainButton("&Contacts and people", "users")
        self._more_button.setToolTip("Further phones and addresses, people, insurance, consents, household")
        self._more_button.clicked.connect(lambda: self.registration_wanted.emit(self._id))
        ui.tools.insertWidget(ui.tools.indexOf(ui.edit_button), self._more_button)
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._alert_action = self._step("Add an &alert…", "triangle-alert", self._alert_sheet.open_sheet)
        self._menu.addSeparator()
        self._step("Print &labels…", "printer", self._open_labels)
        for paper in PatientPaper:
            self._step(paper.words, "printer", lambda _=False, paper=paper: self.paper_wanted.emit(self._id, paper))
        self._menu.addSeparator()
        self._leave_action = self._step("&No longer a patient here…", "user-x", self._open_leaving)
        self._return_action = self._step("&Active again", "user-check", self._presenter.reactivate)
        self._restrict_action = self._step("Res&trict the record…", "lock", self._open_restriction)
        self._lift_action = self._step("Lift the restrict&ion", "lock-open", self._presenter.lift_restriction)
        self._death_action = self._step("&Record a death…", "file-text", self._death_sheet.open_sheet)
        self._alive_action = self._step("&Take back the death", "undo-2", self._presenter.take_back_death)
        self._alert_action.setEnabled(self._caller.may("create", "patients"))
        ui.more_button.setMenu(self._menu)
        set_allowed(ui.more_button, may_edit or self._caller.may("create", "patients"), MAY_NOT_CHANGE)

    def _open_leaving(self) -> None:
        self._leaving_form.edit({"because": "moved_away"}, new=True)
        self._leaving_sheet.open_sheet()

    def _open_restriction(self) -> None:
        """What was typed before and not sent is still there."""
        self._restriction_sheet.open_sheet()

    def _restrict(self) -> None:
        because = self._restriction_form.values()["because"]
        self._presenter.restrict(because, may_lift=self._caller.may("edit", "gdprCompliance"))

    def _open_labels(self) -> None:
        self._labels_form.begin()
        self._labels_sheet.open_sheet()

    def _print_labels(self) -> None:
        wish = self._labels_form.wish()
        if problems := self._labels_form.unreadable() | wish.problems():
            self._labels_form.show_problems(problems)
            return
        self._labels_sheet.close_sheet()
        self.labels_wanted.emit(self._id, wish)

    def _leave(self) -> None:
        if unreadable := self._leaving_form.unreadable():
            self._leaving_form.show_problems(unreadable)
            return
        typed = self._leaving_form.values()
        self._presenter.deactivate(typed["because"], typed["left_on"])

    def _step(self, text: str, icon_name: str, call: object) -> QAction:
        action = self._menu.addAction(icon(icon_name), text)
        action.triggered.connect(call)
        return action

    def _offer_steps(self, patient: Patient) -> None:
        may_edit = self._caller.may("edit", "patients")
        for action, fits in (
            (self._leave_action, patient.is_active),
            (self._return_action, not patient.is_active),
            (self._restrict_action, not patient.is_restricted),
            (self._lift_action, patient.is_restricted),
            (self._death_action, patient.died is None),
            (self._alive_action, patient.died is not None),
        ):
            action.setVisible(fits)
            action.setEnabled(may_edit)
        officer = self._caller.may("edit", "gdprCompliance")
        may_restrict = officer or self._caller.may("create", "medicalRecords")
        _allow(self._restrict_action, may_restrict and may_edit, MAY_NOT_RESTRICT)
        _allow(self._lift_action, officer and may_edit, MAY_NOT_LIFT)

    def _show_cards(self, patient: Patient) -> None:
        contact = _HIDDEN["patientSensitiveInfo"] if "patientSensitiveInfo" in patient.hidden else "Not recorded"
        money = _HIDDEN["financialData"] if "financialData" in patient.hidden else "Pays for themselves"
        self._contact.show_facts(hub_cards.contact_facts(patient), empty=contact)
        self._kin.show_facts(hub_cards.kin_facts(patient), empty=contact)
        self._practice.show_facts(hub_cards.practice_facts(patient), empty=contact)
        self._insurance.show_facts(hub_cards.insurance_facts(patient), empty=money)
        self._communication.show_facts(hub_cards.communication_facts(patient))
        self._identity.show_facts(hub_cards.identity_facts(patient))
        self._flags.show_flags(patient.details.flags, patient.details.notes)

    def _leave_editor(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            self._ui.pages.setCurrentIndex(0)
            self._ui.pages.removeWidget(editor)
            editor.deleteLater()
        self._ui.edit_button.setFocus()
        self._presenter.refresh()

    def _place_cards(self) -> None:
        """Two columns where there is room; the same order in one."""
        for card in (*self._left_cards, *self._right_cards):
            if isinstance(card, FactsCard):
                card.set_stacked(self.width() < px(STACKED))
        wide = self.width() >= px(TWO_COLUMNS)
        if wide == self._wide:
            return
        self._wide = wide
        for card in (*self._left_cards, *self._right_cards):
            self._left.removeWidget(card)
            self._right.removeWidget(card)
        for layout in (self._left, self._right):
            while layout.takeAt(0) is not None:
                pass
        for card in self._left_cards:
            self._left.addWidget(card)
        for card in self._right_cards:
            (self._right if wide else self._left).addWidget(card)
        self._left.addStretch(1)
        self._right.addStretch(1)
        self._columns.setStretch(1, 1 if wide else 0)
        self._columns.setSpacing(px(12) if wide else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_cards()

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(4), px(16), px(16))
        self._ui.tools.setContentsMargins(px(16), px(8), px(16), px(8))
        for layout in (self._column, self._left, self._right, self._sections_column):
            layout.setSpacing(px(12))
        self._wide = None
        self._place_cards()
        if (patient := self._presenter.patient) is not None:
            self._show_cards(patient)


def _allow(action: QAction, allowed: bool, reason: str) -> None:
    action.setEnabled(allowed)
    action.setToolTip(action.text().replace("&", "") if allowed else reason)


def _number_words(patient: Patient) -> str:
    if patient.is_active:
        return f"Patient {patient.number}"
    why = LEFT_BECAUSE.get(patient.left_because, "")
    since = f" since {format_date(patient.left_on)}" if patient.left_on else ""
    return f"Patient {patient.number}, not a patient here{since}" + (f": {why.lower()}" if why else "")
