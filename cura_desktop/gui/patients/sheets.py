"""The small forms beside a patient's page: a new alert, a death, and leaving the clinic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.patient_choices import AUDIENCES
from cura_desktop.domain.patient_papers import LABEL_KINDS, LABEL_PAPERS, LabelWish
from cura_desktop.domain.patients import AlertDraft
from cura_desktop.domain.registration import LEFT_BECAUSE
from cura_desktop.gui.forms.patients.ui_alert import Ui_Alert
from cura_desktop.gui.forms.patients.ui_death import Ui_Death
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.date_edit import DateEdit
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit
from cura_desktop.gui.widgets.record_form import FormField, RecordForm


class AlertForm(QWidget):
    """`submitted` carries the alert as typed."""

    submitted = Signal(object)

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._ui = Ui_Alert()
        self._ui.setupUi(self)
        self._ui.audience_box.set_choices(AUDIENCES.items())
        self._ui.audience_box.set_value("everyone")
        self._ui.expires_on_edit.set_up(today)
        self._ui.text_edit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        fields: dict[str, Any] = {
            "text": self._ui.text_edit,
            "audience": self._ui.audience_box,
            "expires_on": self._ui.expires_on_edit,
        }
        self._problems = FormProblems(fields)
        self._ui.add_button.clicked.connect(self._submit)

    def _set_lengths(self) -> None:
        self._ui.text_edit.setFixedHeight(px(96))

    def clear(self) -> None:
        """Ready for the next alert."""
        self._ui.text_edit.clear()
        self._ui.expires_on_edit.clear()
        self._ui.audience_box.set_value("everyone")
        self._problems.clear()

    def has_text(self) -> bool:
        """Whether something was typed."""
        return bool(self._ui.text_edit.toPlainText().strip())

    def show_problems(self, error: InvalidInputError) -> None:
        """Sentences beside the fields."""
        self._problems.show(error.problems)

    def _submit(self) -> None:
        if typed := self._problems.typed():
            self._problems.show(typed)
            return
        ui = self._ui
        draft = AlertDraft(ui.text_edit.toPlainText(), ui.audience_box.value() or "", ui.expires_on_edit.value())
        self.submitted.emit(draft)


class DeathForm(QWidget):
    """`submitted` carries the date, or None."""

    submitted = Signal(object)

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._ui = Ui_Death()
        self._ui.setupUi(self)
        self._ui.died_edit.set_up(today)
        self._problems = FormProblems({"died": self._ui.died_edit})
        self._ui.record_button.clicked.connect(self._submit)

    def show_problems(self, error: InvalidInputError) -> None:
        """The sentence beside the date."""
        self._problems.show(error.problems)

    def _submit(self) -> None:
        if typed := self._problems.typed():
            self._problems.show(typed)
            return
        self.submitted.emit(self._ui.died_edit.value())


class LeavingForm(RecordForm):
    """Why and since when somebody is no longer a patient here."""

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__(
            (
                FormField("because", "&Why", lambda: ChoiceBox(choices=LEFT_BECAUSE.items())),
                FormField("left_on", "&Since", lambda: DateEdit(today=today), "Empty means today."),
            )
        )

    def show_error(self, error: InvalidInputError) -> None:
        """The sentence beside the day."""
        self.show_problems(error.problems)


class RestrictionForm(RecordForm):
    """Why a record is restricted."""

    def __init__(self) -> None:
        hint = "Opening the record will need a reason, and whoever looks after privacy reads it."
        super().__init__((FormField("because", "&Why", QPlainTextEdit, hint),))
        self.save_button.setText("&Restrict")


class LabelsForm(RecordForm):
    """Which labels, how many, and on what paper."""

    def __init__(self) -> None:
        super().__init__(
            (
                FormField("kind", "&What", lambda: ChoiceBox(choices=LABEL_KINDS.items())),
                FormField("copies", "&How many", lambda: QuantityEdit(smallest=Decimal(1))),
                FormField("paper", "&Paper", lambda: ChoiceBox(choices=LABEL_PAPERS.items())),
                FormField("first", "&First free place of the sheet", lambda: QuantityEdit(smallest=Decimal(1))),
            )
        )
        self.save_button.setText("&Print")
        paper = self.widgets["paper"]
        if isinstance(paper, ChoiceBox):
            paper.changed.connect(self._follow)

    def begin(self) -> None:
        """Four labels with who the patient is."""
        wish = LabelWish()
        self.edit({"kind": wish.kind, "copies": wish.copies, "paper": 0, "first": 1}, new=True)
        self._follow()

    def wish(self) -> LabelWish:
        """What is wanted."""
        typed = self.values()
        first = int(typed["first"] or 0) if typed["paper"] else 0
        return LabelWish(typed["kind"], int(typed["copies"] or 0), first)

    def _follow(self) -> None:
        self.widgets["first"].setEnabled(self.values()["paper"] == 1)
