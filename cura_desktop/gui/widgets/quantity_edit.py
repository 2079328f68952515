"""How much or how many, with the unit beside it."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.numbers import read_number, write_plain
from cura_desktop.gui.widgets.value_edit import ValueEdit


class QuantityEdit(ValueEdit[Decimal]):
    """A quantity between `smallest` and `largest` with at most `places` decimals; Up and Down step by one."""

    def __init__(
        self,
        parent: QWidget | None = None,
        unit: str = "",
        *,
        places: int = 0,
        smallest: Decimal = Decimal(0),
        largest: Decimal | None = None,
    ) -> None:
        super().__init__(parent)
        self._places, self._smallest, self._largest = places, smallest, largest
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._unit: QLabel = text_label(unit, "muted", parent=self)
        self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_unit(unit)
        theme().changed.connect(self._place_unit)

    def set_bounds(self, smallest: Decimal, largest: Decimal | None, places: int = 0) -> None:
        """Change what is accepted."""
        self._smallest, self._largest, self._places = smallest, largest, places

    def set_unit(self, unit: str) -> None:
        """Write another unit beside the number, in full (domain-rules A4)."""
        self._unit.setText(unit)
        self._unit.setVisible(bool(unit))
        self.setAccessibleDescription(f"in {unit}" if unit else "")
        self._place_unit()

    def read(self, text: str) -> Decimal | None:
        return read_number(text)

    def write(self, value: Decimal) -> str:
        return write_plain(value)

    def unreadable(self) -> str:
        return "This is not a number."

    def refusal(self, value: Decimal) -> str:
        if value != round(value, self._places):
            return "Use a whole number." if self._places == 0 else f"Use at most {self._places} decimals."
        if value < self._smallest:
            return f"The least is {write_plain(self._smallest)}."
        if self._largest is not None and value > self._largest:
            return f"The most is {write_plain(self._largest)}."
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None or self.isReadOnly():
            super().keyPressEvent(event)
            return
        stepped = (self.value() or Decimal(0)) + step
        if not self.refusal(stepped):
            self.set_value(stepped)

    def _place_unit(self) -> None:
        self._unit.adjustSize()
        room = self._unit.width() + px(6) if self._unit.text() else 0
        self.setTextMargins(0, 0, room, 0)
        left = self.width() - self._unit.width() - px(9)
        if self.isRightToLeft():
            self.setTextMargins(room, 0, 0, 0)
            left = px(9)
        self._unit.move(left, (self.height() - self._unit.height()) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_unit()
