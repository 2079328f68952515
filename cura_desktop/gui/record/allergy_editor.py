"""The sheets to add an allergy and to end one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QWidget

from cura_desktop.domain.drug_classes import DRUG_CLASSES, is_known
from cura_desktop.domain.records import (
    AGENT_KINDS,
    SEVERITIES,
    AllergyDraft,
    AllergyStatus,
    RecordedAllergy,
    read_reactions,
)
from cura_desktop.gui.forms.record.ui_allergy import Ui_Allergy
from cura_desktop.gui.forms.record.ui_end_allergy import Ui_EndAllergy
from cura_desktop.gui.record.keys import submit_by_key
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.form_problems import FormProblems

CHECKED = "Prescriptions are checked against this."
FREE_TEXT = "Free text: prescriptions are not checked against this allergy."
MEDICINE_KINDS = ("drug", "drug_class")


def known_agents() -> list[str]:
    """Everything an allergy can be checked by: classes and their members."""
    return sorted({*DRUG_CLASSES, *(name for found in DRUG_CLASSES.values() for name in found.members)})


class AllergyEditor(QWidget):
    """`submitted` carries an AllergyDraft without problems."""

    submitted = Signal(object)

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._ui = Ui_Allergy()
        self._ui.setupUi(self)
        self._ui.kind_box.set_choices(AGENT_KINDS.items())
        self._ui.severity_box.set_choices(SEVERITIES.items())
        self._ui.onset_edit.set_up(today)
        self._ui.onset_edit.set_bounds(None, today())
        self._ui.notes_edit.setFixedHeight(px(72))
        completer = QCompleter(known_agents(), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._ui.agent_edit.setCompleter(completer)
        self._problems = FormProblems(
            {
                "agent": self._ui.agent_edit,
                "onset_on": self._ui.onset_edit,
                "notes": self._ui.notes_edit,
            }
        )
        self._ui.agent_edit.textChanged.connect(self._say_checking)
        self._ui.kind_box.changed.connect(self._say_checking)
        self._ui.save_button.clicked.connect(self._submit)
        submit_by_key(self, self._submit)
        self._say_checking()

    def draft(self) -> AllergyDraft:
        """What stands in the fields. Only an agent of the list, as a medicine or a class, is checked (A3.5)."""
        agent, kind = self._ui.agent_edit.text().strip(), self._ui.kind_box.value() or "other"
        return AllergyDraft(
            agent=agent,
            kind=kind,
            checkable=kind in MEDICINE_KINDS and is_known(agent),
            reactions=read_reactions(self._ui.reactions_edit.text()),
            severity=self._ui.severity_box.value() or "not_known",
            onset_on=self._ui.onset_edit.value(),
            notes=self._ui.notes_edit.toPlainText(),
        )

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside the fields."""
        self._problems.show(problems)

    def _say_checking(self, *_: object) -> None:
        draft = self.draft()
        self._ui.checking_label.setText("" if not draft.agent else CHECKED if draft.checkable else FREE_TEXT)

    def _submit(self) -> None:
        draft = self.draft()
        problems = {**draft.problems(self._today()), **self._problems.typed()}
        self.show_problems(problems)
        if not problems:
            self.submitted.emit(draft)


class EndAllergySheet(QWidget):
    """`submitted` carries (AllergyStatus, reason)."""

    submitted = Signal(object, str)

    def __init__(self, allergy: RecordedAllergy, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui = Ui_EndAllergy()
        self._ui.setupUi(self)
        self._ui.agent_label.setText(allergy.agent)
        ended = (AllergyStatus.REFUTED, AllergyStatus.INACTIVE, AllergyStatus.ENTERED_IN_ERROR)
        self._ui.status_box.set_choices([(status, status.words) for status in ended], "Choose")
        self._ui.reason_edit.setFixedHeight(px(72))
        self._problems = FormProblems({"status": self._ui.status_box, "reason": self._ui.reason_edit})
        self._ui.end_button.clicked.connect(self._submit)
        submit_by_key(self, self._submit)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside the fields."""
        self._problems.show(problems)

    def _submit(self) -> None:
        status, reason = self._ui.status_box.value(), self._ui.reason_edit.toPlainText().strip()
        problems = {}
        if status is None:
            problems["status"] = "Choose why this allergy does not apply any more."
        if not reason:
            problems["reason"] = "Say how it was found out."
        self.show_problems(problems)
        if not problems:
            self.submitted.emit(status, reason)
