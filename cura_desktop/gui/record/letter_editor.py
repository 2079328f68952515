"""The fields of a letter: recipient, the headings of domain-rules A7, actions kept apart, copies."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from cura_desktop.domain.letters import PLAN, WRITTEN_HEADINGS, LetterBody
from cura_desktop.gui.forms.record.ui_letter import Ui_Letter
from cura_desktop.gui.record.growing_text import grow_with_text
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.labels import text_label

FIRST_SHOWN = ("Diagnoses", "Clinical summary", PLAN)


class LetterEditor(QWidget):
    """`typed` after every change of a person."""

    typed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui = Ui_Letter()
        self._ui.setupUi(self)
        self._filling = False
        self._order: tuple[str, ...] = WRITTEN_HEADINGS
        self._labels: dict[str, QLabel] = {}
        self._edits: dict[str, QPlainTextEdit] = {}
        for number, heading in enumerate(WRITTEN_HEADINGS):
            self._add_heading(number, heading)
        ui = self._ui
        self._lists = {
            "recipient": ui.recipient_edit,
            "gp_actions": ui.gp_actions_edit,
            "patient_actions": ui.patient_actions_edit,
            "clinic_actions": ui.clinic_actions_edit,
            "copies": ui.copies_edit,
        }
        for name, edit in self._lists.items():
            grow_with_text(edit, 4 if name == "recipient" else 2)
            edit.textChanged.connect(self._tell)
        for line in (ui.salutation_edit, ui.subject_edit, ui.closing_edit):
            line.textChanged.connect(self._tell)
        self._problems = FormProblems(
            {
                "recipient": ui.recipient_edit,
                "salutation": ui.salutation_edit,
                "subject": ui.subject_edit,
                "actions": ui.gp_actions_edit,
                "copies": ui.copies_edit,
                "sections": ui.heading_box,
            }
        )
        ui.heading_box.currentIndexChanged.connect(self._heading_chosen)
        self.fill(LetterBody())

    def body(self) -> LetterBody:
        """What stands in the fields."""
        ui = self._ui
        return LetterBody(
            recipient=_lines(ui.recipient_edit),
            salutation=ui.salutation_edit.text(),
            subject=ui.subject_edit.text(),
            sections=tuple(
                (heading, text) for heading in WRITTEN_HEADINGS if (text := self._edits[heading].toPlainText()).strip()
            ),
            gp_actions=ui.gp_actions_edit.toPlainText(),
            patient_actions=ui.patient_actions_edit.toPlainText(),
            clinic_actions=ui.clinic_actions_edit.toPlainText(),
            copies=_lines(ui.copies_edit),
            closing=ui.closing_edit.text(),
        )

    def fill(self, body: LetterBody) -> None:
        """Show a letter; headings without text are left out but for the usual ones."""
        self._filling = True
        ui = self._ui
        ui.recipient_edit.setPlainText("\n".join(body.recipient))
        ui.salutation_edit.setText(body.salutation)
        ui.subject_edit.setText(body.subject)
        ui.subject_edit.setCursorPosition(0)
        for heading, edit in self._edits.items():
            edit.setPlainText(body.text_of(heading))
        ui.gp_actions_edit.setPlainText(body.gp_actions)
        ui.patient_actions_edit.setPlainText(body.patient_actions)
        ui.clinic_actions_edit.setPlainText(body.clinic_actions)
        ui.copies_edit.setPlainText("\n".join(body.copies))
        ui.closing_edit.setText(body.closing)
        shown = {heading for heading, _ in body.sections} | set(FIRST_SHOWN)
        for heading in WRITTEN_HEADINGS:
            self._show_heading(heading, heading in shown)
        self._offer_headings()
        self._problems.clear()
        self._filling = False

    def show_problems(self, problems: Mapping[str, str]) -> Mapping[str, str]:
        """Sentences beside the fields; returns those without one."""
        return self._problems.show(problems)

    def _add_heading(self, number: int, heading: str) -> None:
        label, edit = text_label(heading, "field"), QPlainTextEdit()
        edit.setObjectName(f"section_{number}_edit")
        edit.setAccessibleName(heading)
        edit.setTabChangesFocus(True)
        label.setBuddy(edit)
        grow_with_text(edit, 3)
        edit.textChanged.connect(self._tell)
        self._ui.sections_column.addWidget(label)
        self._ui.sections_column.addWidget(edit)
        self._ui.sections_column.setSpacing(px(2))
        self._labels[heading], self._edits[heading] = label, edit

    def _show_heading(self, heading: str, shown: bool) -> None:
        self._labels[heading].setVisible(shown)
        self._edits[heading].setVisible(shown)

    def _offer_headings(self) -> None:
        hidden = [heading for heading in WRITTEN_HEADINGS if self._edits[heading].isHidden()]
        self._ui.heading_box.set_value(None)
        self._ui.heading_box.set_choices([(heading, heading) for heading in hidden], "Choose a heading")
        self._ui.heading_box.setEnabled(bool(hidden))

    def _heading_chosen(self, _index: int) -> None:
        heading = self._ui.heading_box.value()
        if heading is None or self._filling:
            return
        self._show_heading(heading, shown=True)
        self._offer_headings()
        self._edits[heading].setFocus()

    def _tell(self, *_: object) -> None:
        if not self._filling:
            self.typed.emit()


def _lines(edit: QPlainTextEdit) -> tuple[str, ...]:
    return tuple(line.strip() for line in edit.toPlainText().splitlines() if line.strip())
