"""Pounds and pence."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from cura_desktop.gui.widgets.numbers import read_number, write_grouped
from cura_desktop.gui.widgets.value_edit import ValueEdit

LARGEST = Decimal("99999999.99")
"""What the money columns hold (numeric(10,2))."""


class MoneyEdit(ValueEdit[Decimal]):
    """An amount in pounds with two decimals; `£`, spaces and thousands commas may be typed or not."""

    def __init__(self, parent: QWidget | None = None, *, negative: bool = False) -> None:
        super().__init__(parent)
        self._negative = negative
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setPlaceholderText("£0.00")

    def read(self, text: str) -> Decimal | None:
        return read_number(text.replace("£", ""))

    def write(self, value: Decimal) -> str:
        sign = "-" if value < 0 else ""
        return f"{sign}£{write_grouped(abs(value), 2)}"

    def unreadable(self) -> str:
        return "This is not an amount. Type pounds and pence, such as 45.50."

    def refusal(self, value: Decimal) -> str:
        if value != value.quantize(Decimal("0.01")):
            return "Amounts have at most two decimals."
        if value < 0 and not self._negative:
            return "The amount cannot be negative."
        return "The amount is too large." if abs(value) > LARGEST else ""
