"""Quick entry of one round of observations, with the score as far as it can be given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.clinic_time import to_clinic, to_utc
from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.measurements import LEVELS, MEASURES, YOUNGEST_FOR_NEWS2, ObservationDraft, unit_words
from cura_desktop.domain.observations import NEWS2_SOURCE
from cura_desktop.gui.forms.record.ui_observations import Ui_Observations
from cura_desktop.gui.record.keys import submit_by_key
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit

NOT_FOR_CHILDREN = f"NEWS2 is not for people under {YOUNGEST_FOR_NEWS2}."


class ObservationForm(QWidget):
    """`submitted` carries an ObservationDraft without problems."""

    submitted = Signal(object)

    def __init__(self, now: Callable[[], datetime], zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now, self._zone = now, zone
        self._age: int | None = None
        self._ui = Ui_Observations()
        self._ui.setupUi(self)
        self._edits: dict[str, QuantityEdit] = {name: getattr(self._ui, f"{name}_edit") for name in MEASURES}
        for name, edit in self._edits.items():
            measure = MEASURES[name]
            edit.set_unit(unit_words(measure.unit))
            edit.set_bounds(measure.lowest, measure.highest, measure.places)
            edit.setAccessibleName(measure.name)
            edit.changed.connect(self._show_score)
        self._ui.on_oxygen_box.set_choices([(False, "Air"), (True, "Oxygen")], "Not recorded")
        self._ui.consciousness_box.set_choices(LEVELS.items(), "Not recorded")
        self._ui.scale_box.setToolTip("Only when a clinician has prescribed a target saturation of 88 to 92 %.")
        self._ui.taken_on_edit.set_up(lambda: to_clinic(now(), zone).date())
        self._problems = FormProblems(
            {**self._edits, "taken_at": self._ui.taken_at_edit, "taken_on": self._ui.taken_on_edit}
        )
        self._ui.problem_label.hide()
        self._ui.on_oxygen_box.changed.connect(self._show_score)
        self._ui.consciousness_box.changed.connect(self._show_score)
        self._ui.scale_box.toggled.connect(self._show_score)
        self._ui.save_button.clicked.connect(self._submit)
        submit_by_key(self, self._submit)
        self.clear()

    @property
    def save_button(self) -> QWidget:
        """For what the role may do."""
        return self._ui.save_button

    @property
    def is_empty(self) -> bool:
        """Nothing was entered."""
        filled = any(edit.text().strip() for edit in self._edits.values())
        return not filled and self._ui.on_oxygen_box.value() is None and self._ui.consciousness_box.value() is None

    def set_age(self, years: int | None) -> None:
        """The patient's age decides about the score."""
        self._age = years
        self._show_score()

    def clear(self) -> None:
        """An empty form for now."""
        for edit in self._edits.values():
            edit.clear()
        self._ui.on_oxygen_box.set_value(None)
        self._ui.consciousness_box.set_value(None)
        self._ui.scale_box.setChecked(False)
        local = to_clinic(self._now(), self._zone)
        self._ui.taken_on_edit.set_value(local.date())
        self._ui.taken_at_edit.set_value(local.time().replace(second=0, microsecond=0))
        self._problems.clear()
        self._show_score()

    def draft(self) -> ObservationDraft:
        """What stands in the fields; times that cannot be read become now, and are reported by `typed_problems`."""
        day, moment = self._ui.taken_on_edit.value(), self._ui.taken_at_edit.value()
        taken = self._now()
        if day is not None and moment is not None:
            taken = to_utc(datetime.combine(day, moment), self._zone)
        values: dict[str, Decimal] = {
            name: value for name, edit in self._edits.items() if (value := edit.value()) is not None
        }
        return ObservationDraft(
            taken_at=taken,
            values=values,
            on_oxygen=self._ui.on_oxygen_box.value(),
            consciousness=self._ui.consciousness_box.value(),
            spo2_scale=2 if self._ui.scale_box.isChecked() else 1,
        )

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside the fields; one without a field stands above the button."""
        rest = self._problems.show(problems)
        self._ui.problem_label.setText("; ".join(rest.values()))
        self._ui.problem_label.setVisible(bool(rest))

    def show_busy(self, busy: bool) -> None:
        """While it is being stored nothing can be pressed twice."""
        self._ui.save_button.setEnabled(not busy)

    def score_sentence(self) -> str:
        """What the form says about NEWS2 now."""
        return str(self._ui.score_label.text())

    def _show_score(self, *_: object) -> None:
        self._ui.source_label.setText(f"{NEWS2_SOURCE}. Support for a decision, not the decision.")
        if self._age is not None and self._age < YOUNGEST_FOR_NEWS2:
            self._ui.score_label.setText(NOT_FOR_CHILDREN)
            return
        try:
            score = None if self.is_empty else self.draft().score(self._age)
        except InvalidInputError:
            score = None
        self._ui.score_label.setText("" if score is None else _said(score.sentence))
        self._ui.source_label.setVisible(score is not None)

    def _submit(self) -> None:
        problems = self._problems.typed()
        try:
            draft = self.draft()
            problems = {**draft.problems(self._now()), **problems}
        except InvalidInputError as error:  # a wall-clock time that the clock skips in spring
            self.show_problems({"taken_at": str(error)})
            return
        self.show_problems(problems)
        if not problems:
            self.submitted.emit(draft)


def _said(sentence: str) -> str:
    return f"NEWS2 {sentence[0].lower()}{sentence[1:]}" if sentence.startswith("Incomplete") else sentence
