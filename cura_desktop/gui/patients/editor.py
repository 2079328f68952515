"""The form that registers and corrects a patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_time
from cura_desktop.domain.drafts import Draft
from cura_desktop.domain.errors import StaleRecordError
from cura_desktop.domain.patient_fields import CONTACT_FIELDS, FIELD_LABELS, INSURANCE_FIELDS
from cura_desktop.domain.patient_prefill import draft_from_search
from cura_desktop.domain.patients import Patient, PatientDraft, SamePatient
from cura_desktop.gui.forms.patients.ui_editor import Ui_Editor
from cura_desktop.gui.patients.editor_drafts import EditorDrafts
from cura_desktop.gui.patients.editor_fields import EditorFields, words_of
from cura_desktop.gui.patients.editor_presenter import EditorPresenter
from cura_desktop.gui.patients.same_strip import SamePatientsStrip
from cura_desktop.gui.shell.drafts import Journal
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.banner_patient import clinic_today
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.diff_merge_dialog import DiffMergeDialog, FieldDifference
from cura_desktop.gui.widgets.form_problems import FormProblems

if TYPE_CHECKING:
    from cura_desktop.services.patients import PatientService

PAUSE_MS = 350
WIDEST = 860
_CARDS = ("identity", "contact", "address", "communication", "practice", "kin", "insurance", "desk")


class PatientEditor(QWidget):
    """Registers a patient, or with `patient_id` corrects one.

    `search_text` is what was searched for in vain. `registered` and `saved` carry the id; `open_wanted` asks for
    somebody who is registered already; `cancelled` comes when the person goes back, never with typed text unless they
    said to throw it away.
    """

    registered = Signal(int)
    saved = Signal(int)
    cancelled = Signal()
    open_wanted = Signal(int)

    def __init__(
        self,
        service: PatientService,
        caller: Caller,
        journal: Journal | None = None,
        patient_id: int | None = None,
        search_text: str = "",
        tasks: Tasks | None = None,
    ) -> None:
        super().__init__()
        self._caller, self._patient_id, self._heading = caller, patient_id, ""
        self._ui = Ui_Editor()
        self._ui.setupUi(self)
        self._tasks = tasks or QtTasks(self)
        self._fields = EditorFields(self._ui, lambda: clinic_today(caller), self)
        self._key_line = self._hidden_key()
        self._same = SamePatientsStrip()
        self._ui.strips.addWidget(self._same)
        self._problems = FormProblems(self._fields.widgets)
        self._baseline = self._fields.draft()
        self._drafts: EditorDrafts | None = None
        self._dialog: DiffMergeDialog | None = None
        self._presenter = EditorPresenter(self, service, self._tasks, patient_id)
        self._dress()
        self._connect()
        self.show_draft(draft_from_search(search_text, clinic_today(caller)))
        if journal is not None:
            self._drafts = EditorDrafts(self._ui.form, self._ui.strips, patient_id, journal, self._tasks, caller.zone)
            self._drafts.kept.connect(lambda: self._say("Kept as a draft on this PC."))
        self._ui.scroll.setEnabled(patient_id is None)
        self._presenter.load()
        if patient_id is None:
            self._ask_for_draft()
            self._presenter.look_for_same()

    # ------------------------------------------------------------------ for the window

    def has_unsaved_work(self) -> bool:
        """Whether something was typed that is not saved."""
        return self._fields.draft() != self._baseline or bool(self._fields.unreadable())

    def keep_as_draft(self) -> bool:
        """Write what was typed to the journal before closing; False when there is no journal."""
        if self._drafts is None:
            return False
        self._drafts.keeper.keep()
        return True

    def restore_draft(self, draft: Draft) -> None:
        """Put unsaved text of the journal back into the form."""
        if self._drafts is not None:
            self._drafts.restore(draft)

    def set_heading(self, text: str) -> None:
        """A title of its own, where the patient's name stands above the form already."""
        self._heading = text
        self._ui.heading_label.setText(text)

    # ------------------------------------------------------------------ what the presenter says

    def draft(self) -> PatientDraft:
        return self._fields.draft()

    def client_key(self) -> UUID:
        return UUID(self._key_line.text())

    def unreadable(self) -> Mapping[str, str]:
        return self._fields.unreadable()

    def show_draft(self, draft: PatientDraft) -> None:
        self._fields.show(draft)
        if self._dialog is None:
            self._rest()

    def show_patient(self, patient: Patient) -> None:
        self._ui.heading_label.setText(self._heading or patient.name)
        self._forbid(patient.hidden)
        self._ui.scroll.setEnabled(True)
        self._ask_for_draft()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        rest = self._problems.show(problems)
        count = len(problems)
        summary = "" if not count else "1 field needs a look." if count == 1 else f"{count} fields need a look."
        self._say(" ".join([summary, *rest.values()]).strip())
        first = next((name for name in self._fields.widgets if name in problems), None)
        if first is not None:
            self._ui.scroll.ensureWidgetVisible(self._fields.widgets[first], px(24), px(80))

    def show_same(self, found: Sequence[SamePatient]) -> None:
        self._same.show_same(found)

    def show_busy(self, busy: bool) -> None:
        self._ui.save_button.setEnabled(not busy)
        self._ui.scroll.setEnabled(not busy)
        self._say("Saving…" if busy else "")

    def show_merge(self, current: Patient, conflicts: Sequence[str], mine: PatientDraft) -> None:
        when = f" at {format_time(to_clinic(current.updated_at, self._caller.zone))}" if current.updated_at else ""
        sentence = f"Somebody else saved this patient{when}. Choose what to keep; other changes are put together."
        differences = [
            FieldDifference(
                name,
                FIELD_LABELS[name],
                words_of(name, getattr(current.details, name)),
                words_of(name, getattr(mine, name)),
            )
            for name in conflicts
        ]
        self._dialog = DiffMergeDialog(sentence, differences, self)
        self._dialog.merged.connect(lambda keeps: self._presenter.resolve(current, keeps))
        self._dialog.finished.connect(self._forget_dialog)
        self._dialog.open()

    def _forget_dialog(self) -> None:
        self._dialog = None

    def offer_merge(self, error: StaleRecordError) -> None:
        """What `messages.report` calls for an editor."""
        if isinstance(error.current, Patient):
            self.show_merge(error.current, error.conflicts, self.draft())
        else:
            self._say("Somebody else is saving this patient at this moment. Please save again.")

    def show_failure(self, error: Exception) -> None:
        self._say("Not saved. What you typed is kept.")
        messages_for(self).report(error, self)

    def show_registered(self, patient: Patient) -> None:
        self._finish()
        messages_for(self).toast(f"{patient.name} is registered as {patient.number}.", "success")
        self.registered.emit(patient.id)

    def show_saved(self, patient: Patient) -> None:
        self._fields.show(patient.details)
        self._finish()
        self.saved.emit(patient.id)

    # ------------------------------------------------------------------ inside

    def _hidden_key(self) -> QLineEdit:
        """The client key as a field of the form: a draft restored after a crash is submitted with the key of before,
        so that a patient whose registration had arrived is not registered again.
        """
        line = QLineEdit(str(uuid4()), self._ui.form)
        line.setObjectName("client_key_line")
        line.setProperty("keepAlways", True)
        line.hide()
        return line

    def _dress(self) -> None:
        ui, new = self._ui, self._patient_id is None
        ui.heading_label.setText("Register a patient" if new else "")
        ui.lead_label.setText("Names, date of birth and whatever else is known; the rest can follow." if new else "")
        ui.lead_label.setVisible(new)
        ui.save_button.setText("&Register" if new else "&Save")
        ui.save_button.setToolTip("Ctrl+S")
        self.setFocusProxy(self._fields.widgets["given_name" if new else "title"])
        ui.foot_row.setStretch(0, 1)
        ui.page_row.setStretch(0, 100)
        ui.page_row.addStretch(1)
        for label in ui.form.findChildren(QLabel):
            label.setIndent(0)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, label.sizePolicy().verticalPolicy())
        self._forbid(frozenset())
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _forbid(self, hidden: frozenset[str]) -> None:
        groups = (("patientSensitiveInfo", CONTACT_FIELDS, "contact"), ("financialData", INSURANCE_FIELDS, "insurance"))
        for group, names, word in groups:
            new = self._patient_id is None and group == "patientSensitiveInfo"
            reason = f"Your role may not {'see' if group in hidden else 'change'} {word} details."
            for name in names:
                set_allowed(self._fields.widgets[name], new or group in self._caller.editable_fields, reason)

    def _connect(self) -> None:
        ui = self._ui
        ui.save_button.clicked.connect(self._presenter.save)
        ui.cancel_button.clicked.connect(self._cancel)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Ctrl+S"), self, self._presenter.save, context=within)
        QShortcut(QKeySequence("Escape"), self, self._cancel, context=within)
        self._same.chosen.connect(self.open_wanted)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._presenter.look_for_same)
        self._fields.edited.connect(self._pause.start)

    def _rest(self) -> None:
        """What is shown now is not a draft."""
        self._baseline = self._fields.draft()
        self._pause.stop()
        if self._drafts is not None:
            self._drafts.keeper.loaded()

    def _finish(self) -> None:
        self._baseline = self._fields.draft()
        if self._drafts is not None:
            self._drafts.keeper.saved()

    def _cancel(self) -> None:
        if not self.has_unsaved_work():
            self.cancelled.emit()
            return
        messages_for(self).ask(
            "Throw away what you typed?",
            "Nothing of it has been saved.",
            "&Throw away",
            self._throw_away,
            danger=True,
        )

    def _throw_away(self) -> None:
        self._finish()
        self.cancelled.emit()

    def _ask_for_draft(self) -> None:
        if self._drafts is not None:
            self._drafts.ask()

    def _say(self, text: str) -> None:
        self._ui.state_label.setText(text)

    def _set_lengths(self) -> None:
        ui = self._ui
        ui.form.setMaximumWidth(px(WIDEST))
        ui.head_column.setContentsMargins(px(24), px(12), px(24), px(8))
        ui.page_row.setContentsMargins(px(24), px(4), px(24), px(24))
        ui.form_column.setSpacing(px(12))
        ui.foot_row.setContentsMargins(px(24), px(8), px(24), px(8))
        ui.notes_edit.setFixedHeight(px(72))
        for widget in self._fields.widgets.values():
            widget.setMinimumWidth(px(48))  # columns of one width, whatever they hold
        for name in _CARDS:
            grid = cast(QGridLayout, cast(QFrame, self.findChild(QFrame, f"{name}_card")).layout())
            grid.setContentsMargins(px(16), px(10), px(16), px(14))
            grid.setHorizontalSpacing(px(12))
            grid.setVerticalSpacing(px(2))
            for column in range(12):
                grid.setColumnStretch(column, 1)
