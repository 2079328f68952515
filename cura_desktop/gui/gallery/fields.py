"""Every kind of field: empty, filled, with problems, disabled."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from cura_desktop.gui.gallery.samples import LONG, TODAY, page_and_column
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.date_edit import DateEdit
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.labels import SectionHeader, text_label
from cura_desktop.gui.widgets.money_edit import MoneyEdit
from cura_desktop.gui.widgets.nhs_number_edit import NhsNumberEdit
from cura_desktop.gui.widgets.phone_edit import PhoneEdit
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit
from cura_desktop.gui.widgets.time_edit import TimeEdit


def fields_page() -> QWidget:
    """The fields of a form, side by side in four states."""
    page, column = page_and_column()
    grid = QHBoxLayout()
    grid.setSpacing(px(32))
    for title, prepare in (("Empty", _leave), ("Filled", _fill), ("With problems", _spoil), ("Disabled", _disable)):
        holder = QWidget()
        form = QFormLayout(holder)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(px(3))
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.addRow(SectionHeader(title))
        fields = make_fields()
        for name, field in fields.items():
            label = text_label(name, "field")
            label.setBuddy(field)
            form.addRow(label, field)
        prepare(fields)
        grid.addWidget(holder, 1, Qt.AlignmentFlag.AlignTop)
    column.addLayout(grid)
    column.addStretch(1)
    return page


def make_fields() -> dict[str, QWidget]:
    """One empty field of each kind, by its label."""
    choice: ChoiceBox[str] = ChoiceBox(choices=[("f", "Female"), ("m", "Male")], empty_text="Not known")
    note = QPlainTextEdit()
    note.setFixedHeight(px(60))
    note.setTabChangesFocus(True)
    return {
        "Family name": QLineEdit(),
        "Date of birth": DateEdit(today=lambda: TODAY, birth=True),
        "Gender": choice,
        "NHS number": NhsNumberEdit(),
        "Phone": PhoneEdit(),
        "Time": TimeEdit(),
        "Amount": MoneyEdit(),
        "Quantity": QuantityEdit(unit="tablets"),
        "Note": note,
    }


def _leave(fields: dict[str, Any]) -> None:
    """Empty fields need nothing."""


def _fill(fields: dict[str, Any]) -> None:
    fields["Family name"].setText("Featherstonehaugh-Cholmondeley")
    fields["Date of birth"].set_value(date(1980, 8, 14))
    fields["Gender"].set_value("f")
    fields["NHS number"].set_value("9990000018")
    fields["Phone"].setText("01632 960 183")
    fields["Time"].set_value(time(9, 30))
    fields["Amount"].set_value(Decimal("1234.50"))
    fields["Quantity"].set_value(Decimal(28))
    fields["Note"].setPlainText(LONG)


def _spoil(fields: dict[str, Any]) -> None:
    fields["Date of birth"].setText("31 February 1980")
    fields["NHS number"].setText("123 456 7890")
    fields["Amount"].setText("12,50")
    fields["Quantity"].setText("-3")
    problems = FormProblems(fields)
    problems.show({"Family name": "A family name is needed.", **problems.typed()})


def _disable(fields: dict[str, Any]) -> None:
    _fill(fields)
    for field in fields.values():
        field.setEnabled(False)
