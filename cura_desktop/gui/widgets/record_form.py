"""A short form for one record of a list, from the names, labels and fields it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.patient_box import PatientBox
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit
from cura_desktop.gui.widgets.value_edit import ValueEdit


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: `name` as the draft calls it, a label with its mnemonic, and how its widget is made.

    A hint stands under the field. `fixed` fields are set once, when the record is new.
    """

    name: str
    label: str
    make: Callable[[], QWidget] = QLineEdit
    hint: str = ""
    fixed: bool = False


class RecordForm(QWidget):
    """`saved` when it is to be kept, `cancelled` when not; values go in and out by the names of the fields.

    A text is str, a ValueEdit gives its value or None, a ChoiceBox its choice, a check box bool.
    """

    saved = Signal()
    cancelled = Signal()

    def __init__(self, fields: Sequence[FormField], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields = tuple(fields)
        self.widgets: dict[str, QWidget] = {}
        self._base: dict[str, Any] = {}
        self._column = QVBoxLayout(self)
        self.problem_label = text_label("", "problem", wrap=True)
        self.problem_label.hide()
        self._column.addWidget(self.problem_label)
        for field in self._fields:
            self._add(field)
        self._column.addStretch(1)
        self.save_button, self.cancel_button = PrimaryButton("&Save"), PlainButton("Cancel")
        self.save_button.clicked.connect(self.saved)
        self.cancel_button.clicked.connect(self.cancelled)
        self._foot = QHBoxLayout()
        self._foot.addStretch(1)
        self._foot.addWidget(self.cancel_button)
        self._foot.addWidget(self.save_button)
        self._column.addLayout(self._foot)
        self._problems = FormProblems(self.widgets)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def edit(self, values: Mapping[str, Any], *, new: bool) -> None:
        """Begin with these values."""
        self.show_problems({})
        for field in self._fields:
            widget = self.widgets[field.name]
            _put(widget, values.get(field.name))
            widget.setEnabled(new or not field.fixed)
        self._base = self.values()

    def values(self) -> dict[str, Any]:
        """What the fields hold now."""
        return {name: _value(widget) for name, widget in self.widgets.items()}

    def is_dirty(self) -> bool:
        """Whether something differs from what `edit` put in; an amount that cannot be read counts."""
        return self.values() != self._base or bool(self.unreadable())

    def unreadable(self) -> dict[str, str]:
        """What the fields say about their own text."""
        return self._problems.typed()

    def own_problems(self) -> dict[str, str]:
        """What the form itself finds wrong, field -> sentence; a form with rules of its own says them here."""
        return {}

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the fields; what belongs to none stands above them."""
        rest = " ".join(self._problems.show(problems).values())
        self.problem_label.setText(rest)
        self.problem_label.setVisible(bool(rest))

    def show_saving(self, saving: bool) -> None:
        """Once is enough."""
        self.save_button.setEnabled(not saving)

    # ------------------------------------------------------------------ inside

    def _add(self, field: FormField) -> None:
        widget = field.make()
        widget.setObjectName(f"{field.name}_edit")
        self.widgets[field.name] = widget
        if isinstance(widget, QCheckBox):
            widget.setText(field.label)
        else:
            label = text_label(field.label, "field")
            label.setBuddy(widget)
            self._column.addWidget(label)
            widget.setAccessibleName(field.label.replace("&", ""))
        if isinstance(widget, QLineEdit):
            widget.returnPressed.connect(self.saved)
        if isinstance(widget, QPlainTextEdit):
            widget.setTabChangesFocus(True)
        self._column.addWidget(widget)
        if field.hint:
            hint: QLabel = text_label(field.hint, "caption", wrap=True)
            self._column.addWidget(hint)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(4), 0, px(4), px(4))
        self._column.setSpacing(px(4))
        self._foot.setSpacing(px(8))
        self._foot.setContentsMargins(0, px(16), 0, 0)
        for widget in self.widgets.values():
            if isinstance(widget, QPlainTextEdit):
                widget.setFixedHeight(px(96))
            elif isinstance(widget, ValueEdit):
                widget.setMaximumWidth(px(180))


def _put(widget: QWidget, value: Any) -> None:
    if isinstance(widget, QCheckBox):
        widget.setChecked(bool(value))
    elif isinstance(widget, QuantityEdit):
        widget.set_value(None if value is None else Decimal(value))
    elif isinstance(widget, ChoiceBox | ValueEdit | PatientBox):
        widget.set_value(value)
    elif isinstance(widget, QPlainTextEdit):
        widget.setPlainText(value or "")
    elif isinstance(widget, QLineEdit):
        widget.setText(value or "")
        widget.setCursorPosition(0)


def _value(widget: QWidget) -> Any:
    if isinstance(widget, QCheckBox):
        return widget.isChecked()
    if isinstance(widget, ChoiceBox | ValueEdit | PatientBox):
        return widget.value()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    return widget.text() if isinstance(widget, QLineEdit) else None


def check(text: str = "") -> QCheckBox:
    """A check box for a `FormField`."""
    box = QCheckBox(text)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return box
