"""The problem list of one patient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cura_desktop.domain.dates import format_date
from cura_desktop.domain.errors import StaleRecordError
from cura_desktop.domain.records import Problem, ProblemDraft, ProblemStatus
from cura_desktop.gui.forms.record.ui_problem import Ui_Problem
from cura_desktop.gui.record.keys import submit_by_key
from cura_desktop.gui.record.problems_presenter import Problems, ProblemsPresenter
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, set_allowed
from cura_desktop.gui.widgets.diff_merge_dialog import DiffMergeDialog, FieldDifference
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.side_sheet import SideSheet

if TYPE_CHECKING:
    from cura_desktop.domain.caller import Caller
    from cura_desktop.gui.shell.tasks import Tasks

LABELS = {
    "label": "Problem",
    "significance": "Significance",
    "status": "Status",
    "onset_on": "Began",
    "ended_on": "Ended",
    "notes": "Notes",
}
_PILLS = {
    ProblemStatus.ACTIVE: PillText("Active", "info", "activity"),
    ProblemStatus.INACTIVE: PillText("Inactive", "neutral", "circle-dashed"),
    ProblemStatus.RESOLVED: PillText("Resolved", "success", "check"),
    ProblemStatus.ENTERED_IN_ERROR: PillText("Entered in error", "neutral", "undo-2"),
}


class ProblemEditor(QWidget):
    """`submitted` carries a ProblemDraft without problems."""

    submitted = Signal(object)

    def __init__(self, draft: ProblemDraft, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._ui = Ui_Problem()
        self._ui.setupUi(self)
        self._ui.significance_box.set_choices([("major", "Major"), ("minor", "Minor")])
        self._ui.status_box.set_choices([(status, status.words) for status in ProblemStatus])
        self._ui.notes_edit.setFixedHeight(px(96))
        for edit in (self._ui.onset_edit, self._ui.ended_edit):
            edit.set_up(today)
            edit.set_bounds(None, today())
        self._problems = FormProblems(
            {
                "label": self._ui.label_edit,
                "onset_on": self._ui.onset_edit,
                "ended_on": self._ui.ended_edit,
                "notes": self._ui.notes_edit,
            }
        )
        self._ui.label_edit.setText(draft.label)
        self._ui.significance_box.set_value(draft.significance)
        self._ui.status_box.set_value(draft.status)
        self._ui.onset_edit.set_value(draft.onset_on)
        self._ui.ended_edit.set_value(draft.ended_on)
        self._ui.notes_edit.setPlainText(draft.notes)
        self._ui.status_box.changed.connect(self._suggest_end)
        self._ui.save_button.clicked.connect(self._submit)
        submit_by_key(self, self._submit)

    def draft(self) -> ProblemDraft:
        """What stands in the fields."""
        return ProblemDraft(
            label=self._ui.label_edit.text(),
            significance=self._ui.significance_box.value() or "major",
            status=self._ui.status_box.value() or ProblemStatus.ACTIVE,
            onset_on=self._ui.onset_edit.value(),
            ended_on=self._ui.ended_edit.value(),
            notes=self._ui.notes_edit.toPlainText(),
        )

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside the fields."""
        self._problems.show(problems)

    def _suggest_end(self) -> None:
        if self._ui.status_box.value() is ProblemStatus.RESOLVED and not self._ui.ended_edit.text():
            self._ui.ended_edit.set_value(self._today())

    def _submit(self) -> None:
        draft = self.draft()
        problems = {**draft.problems(self._today()), **self._problems.typed()}
        self.show_problems(problems)
        if not problems:
            self.submitted.emit(draft)


class ProblemsSection(QWidget):
    """`changed` after every change, so that the summary follows."""

    changed = Signal()

    def __init__(
        self,
        patient_id: int,
        records: Problems,
        tasks: Tasks,
        caller: Caller,
        today: Callable[[], date],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._caller, self._today = caller, today
        self._presenter = ProblemsPresenter(self, records, tasks, patient_id)
        self._editor: ProblemEditor | None = None
        self.table = RecordTable()
        self.table.set_up(
            [
                Column("Problem", lambda each: each.label, key="label", strong=True, width=260),
                Column(
                    "Status", lambda each: each.status.words, key="status", role="pill",
                    pill=lambda each: _PILLS[each.status], width=130,
                ),
                Column("Significance", lambda each: each.significance.capitalize(), key="significance", width=100),
                Column(
                    "Began", lambda each: format_date(each.onset_on), key="began", role="date",
                    sort=lambda each: each.onset_on, width=110,
                ),
                Column(
                    "Ended", lambda each: format_date(each.ended_on) if each.ended_on else "", key="ended", role="date",
                    sort=lambda each: each.ended_on, width=110,
                ),
                Column("Recorded by", lambda each: each.recorded.name, key="by", role="muted", width=160),
                Column("Notes", lambda each: " ".join(each.notes.split()), key="notes", width=240),
            ],
            name="Problems",
            empty="No problems are on the list.",
            empty_action="&Add problem",
            empty_icon="clipboard-list",
            sort_by="status",
        )  # fmt: skip
        self.add_button = PrimaryButton("&Add problem", "plus")
        self.change_button = PlainButton("Chan&ge", "pencil")
        self.resolve_button = PlainButton("&Resolve", "check")
        self.sheet = SideSheet(self, "Problem")
        self._build()

    def show_records(self, problems: tuple[Problem, ...] | None) -> None:
        """Show the list; None: the role may not see it."""
        if problems is None:
            self.table.show_failure("Problems are not shown to your role.")
        else:
            self.table.show_records(list(problems))
        self._allow()

    def forget(self) -> None:
        """The chart is closed: show nothing."""
        self.sheet.close_sheet()
        self.table.show_records([])

    def tell_changed(self, sentence: str) -> None:
        """It is stored."""
        self.sheet.close_sheet()
        messages_for(self).toast(sentence, "success")
        self.changed.emit()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside the fields of the sheet that is open."""
        if self._editor is not None:
            self._editor.show_problems(problems)

    def ask_which(self, problem: Problem, mine: ProblemDraft, error: StaleRecordError) -> None:
        """Both changed the same field: the person decides."""
        theirs: ProblemDraft = error.current
        differences = [
            FieldDifference(name, LABELS[name], _shown(getattr(theirs, name)), _shown(getattr(mine, name)))
            for name in error.conflicts
        ]
        self.merge_dialog = DiffMergeDialog("Another seat saved this problem meanwhile.", differences, self)
        self.merge_dialog.merged.connect(lambda keep: self._choose(problem, mine, theirs, keep))
        self.merge_dialog.open()

    def report(self, error: Exception) -> None:
        """Show an error."""
        messages_for(self).report(error, self)

    def _choose(self, problem: Problem, mine: ProblemDraft, theirs: ProblemDraft, keep: Mapping[str, bool]) -> None:
        chosen: dict[str, Any] = {name: getattr(theirs, name) for name, mine_wins in keep.items() if not mine_wins}
        base = replace(problem, **{each.name: getattr(theirs, each.name) for each in fields(theirs)})
        self._presenter.change(base, replace(mine, **chosen))

    def _build(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(text_label("Problems", "title"), 1)
        for button in (self.resolve_button, self.change_button, self.add_button):
            self._head.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self.table, 1)
        self.add_button.clicked.connect(lambda: self.open_editor(None))
        self.change_button.clicked.connect(lambda: self._edit_current())
        self.resolve_button.clicked.connect(lambda: self._edit_current(resolve=True))
        self.table.opened.connect(lambda _: self._edit_current())
        self.table.empty_action_chosen.connect(lambda: self.open_editor(None))
        self.table.current_changed.connect(lambda _: self._allow())
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(12), px(12), px(8))
        self._column.setSpacing(px(8))
        self._head.setSpacing(px(8))

    def _allow(self) -> None:
        create, edit = (self._caller.may(verb, "medicalRecords") for verb in ("create", "edit"))
        current = self.table.current()
        role = "Your role may read the problem list but not change it."
        set_allowed(self.add_button, create, role)
        chosen = "Choose a problem first." if edit else role
        set_allowed(self.change_button, edit and current is not None, chosen)
        active = isinstance(current, Problem) and current.status is ProblemStatus.ACTIVE
        set_allowed(self.resolve_button, edit and active, "Choose an active problem first." if edit else role)

    def _edit_current(self, *, resolve: bool = False) -> None:
        current = self.table.current()
        if isinstance(current, Problem) and self.change_button.isEnabled():
            self.open_editor(current, resolve=resolve)

    def open_editor(self, problem: Problem | None, *, resolve: bool = False) -> None:
        """The sheet for a new problem, or to change one."""
        draft = problem.as_draft() if problem is not None else ProblemDraft()
        if resolve:
            draft = replace(draft, status=ProblemStatus.RESOLVED, ended_on=draft.ended_on or self._today())
        self._editor = ProblemEditor(draft, self._today)
        if problem is None:
            self._editor.submitted.connect(self._presenter.add)
        else:
            self._editor.submitted.connect(lambda typed: self._presenter.change(problem, typed))
        self.sheet.set_title("Add problem" if problem is None else "Resolve problem" if resolve else "Change problem")
        self.sheet.set_body(self._editor)
        self.sheet.open_sheet()


def _shown(value: object) -> str:
    if isinstance(value, date):
        return format_date(value)
    return value.words if isinstance(value, ProblemStatus) else str(value or "")
