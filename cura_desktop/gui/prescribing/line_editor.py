"""One medicine of a prescription: the dose in parts, the words it makes, the quantity it needs (domain-rules A4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from cura_desktop.domain.doses import FREQUENCIES, Dose
from cura_desktop.domain.number_words import quantity_words_and_figures
from cura_desktop.domain.prescriptions import PrescriptionLine, counted_unit, with_computed_quantity
from cura_desktop.domain.quantities import needed_quantity, taper
from cura_desktop.gui.forms.prescribing.ui_line import Ui_Line
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit

_COUNTS = ("amount", "upper_amount", "max_per_day", "min_interval_hours", "duration_days", "quantity", "repeats")
_WORDS = ("unit", "frequency", "route", "extra", "quantity_unit", "indication", "text", "long_supply_reason")
_WITH_UNIT = re.compile(r"(\d+(?:[.,]\d+)?)\s*([A-Za-z][A-Za-z ]{0,29})")
_LARGEST = Decimal(99_999)


class LineEditor(QWidget):
    """`kept` carries a PrescriptionLine without problems; `left_out` says that it was given up.

    Short codes (bd, tds, prn) may be typed; they are read as English at once, below the fields. The quantity follows
    the dose until somebody types one.
    """

    kept = Signal(object)
    left_out = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = PrescriptionLine("")
        self._own_quantity = False
        self._filling = False
        self._ui = Ui_Line()
        self._ui.setupUi(self)
        fields = {name: getattr(self._ui, f"{name}_edit") for name in (*_COUNTS, *_WORDS)}
        self._fields: Mapping[str, QWidget] = fields
        for name in _COUNTS:
            places = 3 if name in ("amount", "upper_amount", "max_per_day", "quantity") else 0
            fields[name].set_bounds(Decimal(0), _LARGEST, places)
            fields[name].changed.connect(self._show_words)
        for name in _WORDS:
            fields[name].textChanged.connect(self._show_words)
        self._ui.quantity_edit.textEdited.connect(self._own_quantity_typed)
        # No completion: half a code that completes itself to another one is a wrong dose.
        self._ui.frequency_edit.setToolTip("\n".join(f"{one.code}: {one.words}" for one in FREQUENCIES.values()))
        for column, weight in ((0, 2), (1, 2), (2, 3), (3, 3), (4, 2), (5, 2)):
            self._ui.dose_grid.setColumnStretch(column, weight)
        self._ui.frequency_edit.setPlaceholderText("bd, tds, om …")
        self._ui.amount_edit.setPlaceholderText("1")
        self._ui.text_edit.setPlaceholderText("Or a taper, amount x days: 6x5 4x5 2x5")
        self._ui.amount_edit.editingFinished.connect(self._part_unit)
        self._ui.as_required_box.toggled.connect(self._show_required)
        self._ui.keep_button.clicked.connect(self.keep)
        self._ui.cancel_button.clicked.connect(self.left_out)
        self._ui.problem_label.hide()
        self._problems = FormProblems(fields)
        for grid in self.findChildren(QGridLayout):
            for name in fields:  # a sentence under one field must not push its neighbours down
                grid.setAlignment(fields[name], Qt.AlignmentFlag.AlignTop)
        self._show_required()

    @property
    def preview(self) -> QLabel:
        """The directions as they will be printed."""
        return self._ui.preview_label

    def edit(self, line: PrescriptionLine, usual_dose: str = "", *, again: bool = False) -> None:
        """Start with a line; `again` when it stands on the prescription already."""
        self._line, self._filling = line, True
        dose = line.dose
        self._ui.medicine_label.setText(line.title)
        controlled = f"{line.controlled.label}. " if line.controlled.schedule else ""
        self._ui.usual_label.setText(
            f"{controlled}Usual adult dose: {usual_dose}" if usual_dose else controlled.strip()
        )
        self._ui.usual_label.setVisible(bool(self._ui.usual_label.text()))
        counts = {
            "amount": dose.amount,
            "upper_amount": dose.upper_amount,
            "max_per_day": dose.max_per_day,
            "min_interval_hours": dose.min_interval_hours,
            "duration_days": dose.duration_days,
            "quantity": line.quantity,
            "repeats": line.repeats or None,
        }
        for name, value in counts.items():
            self._count(name).set_value(None if value is None else Decimal(value))
        words = {
            "unit": dose.unit,
            "frequency": dose.frequency,
            "route": dose.route,
            "extra": dose.extra,
            "quantity_unit": line.quantity_unit,
            "indication": line.indication,
            "text": line.text,
            "long_supply_reason": line.long_supply_reason,
        }
        for name, text in words.items():
            getattr(self._ui, f"{name}_edit").setText(text)
        self._ui.as_required_box.setChecked(dose.as_required)
        long_supply = line.controlled.schedule in (2, 3, 4)
        self._ui.long_supply_reason_label.setVisible(long_supply)
        self._ui.long_supply_reason_edit.setVisible(long_supply)
        self._ui.keep_button.setText("&Change the line" if again else "&Add to prescription")
        self._filling = False
        self._own_quantity = line.quantity is not None and with_computed_quantity(line).quantity != line.quantity
        self._problems.clear()
        self._ui.problem_label.hide()
        self._show_required()
        self._ui.amount_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def line(self) -> PrescriptionLine:
        """What is typed, as it stands."""
        days, hours = self._count("duration_days").value(), self._count("min_interval_hours").value()
        required = self._ui.as_required_box.isChecked()
        dose = Dose(
            amount=self._count("amount").value(),
            unit=self._ui.unit_edit.text().strip(),
            frequency=self._ui.frequency_edit.text().strip(),
            route=self._ui.route_edit.text().strip(),
            duration_days=int(days) if days is not None else None,
            as_required=required,
            upper_amount=self._count("upper_amount").value(),
            max_per_day=self._count("max_per_day").value() if required else None,
            min_interval_hours=int(hours) if hours is not None and required else None,
            extra=self._ui.extra_edit.text().strip(),
        )
        words, quantity = self._ui.text_edit.text().strip(), self._count("quantity").value()
        course = taper(words, dose)
        if course is not None:
            dose, words = replace(dose, duration_days=course.days), course.words
        return replace(
            self._line,
            dose=dose,
            text=words,
            quantity=quantity,
            quantity_unit=self._ui.quantity_unit_edit.text().strip(),
            indication=self._ui.indication_edit.text().strip(),
            repeats=int(self._count("repeats").value() or 0),
            long_supply_reason=self._ui.long_supply_reason_edit.text().strip(),
        )

    def keep(self) -> None:
        """Hand the line on, or show what is wrong with it beside the fields."""
        line = self.line()
        problems = {**line.problems(), **self._problems.typed()}
        if problems:
            self.show_problems(problems)
            return
        self.kept.emit(line)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside their fields, the others above the buttons."""
        rest = self._problems.show(problems)
        self._ui.problem_label.setText(" ".join(rest.values()))
        self._ui.problem_label.setVisible(bool(rest))

    def _count(self, name: str) -> QuantityEdit:
        edit: QuantityEdit = getattr(self._ui, f"{name}_edit")
        return edit

    def _part_unit(self) -> None:
        """`5 mL` in the dose is five in one box and the unit in the next, as people say it."""
        found = _WITH_UNIT.fullmatch(self._ui.amount_edit.text().strip())
        if found is not None:
            self._ui.amount_edit.setText(found[1])
            self._ui.unit_edit.setText(found[2])
            self._problems.forget("amount")

    def _own_quantity_typed(self) -> None:
        self._own_quantity = bool(self._ui.quantity_edit.text().strip())

    def _show_required(self) -> None:
        required = self._ui.as_required_box.isChecked()
        for name in ("max_per_day", "min_interval_hours"):
            getattr(self._ui, f"{name}_label").setVisible(required)
            getattr(self._ui, f"{name}_edit").setVisible(required)
        self._show_words()

    def _show_words(self) -> None:
        if self._filling:
            return
        self._filling = True
        line, basis = self.line(), ""
        if not self._own_quantity:
            line, basis = self._computed(line)
            self._count("quantity").set_value(line.quantity)
            if line.quantity is not None:
                self._problems.forget("quantity")
        supply = ""
        if line.quantity is not None and line.quantity > 0:
            supply = (
                f"Supply {quantity_words_and_figures(line.quantity, counted_unit(line.quantity, line.quantity_unit))}."
            )
            supply = f"{supply} ({basis}.)" if basis else supply
        self._ui.preview_label.setText(f"{line.directions} {supply}".strip() or "The directions appear here.")
        self._filling = False

    def _computed(self, line: PrescriptionLine) -> tuple[PrescriptionLine, str]:
        """The line with the quantity that its dose or its taper needs, and how that was come by."""
        course = taper(self._ui.text_edit.text(), line.dose)
        if course is not None:
            return replace(line, quantity=course.quantity), f"taper over {course.days} days"
        needed = needed_quantity(line.dose, line.quantity_unit, line.form, line.strength, line.packs)
        return replace(line, quantity=needed.quantity if needed else None), needed.basis if needed else ""
