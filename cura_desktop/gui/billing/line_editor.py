"""The lines of a draft: a grid of fields with one empty row waiting at the end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from cura_desktop.domain.billing import PriceItem
from cura_desktop.domain.invoices import InvoiceLine
from cura_desktop.gui.billing.line_row import LineRow, line_from_json, line_to_json
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.labels import text_label

_TITLES = ("Description", "Quantity", "Price", "VAT", "Discount", "Amount")
_WIDTHS = (0, 72, 104, 150, 84, 96)
_VAT = 3
_NARROW_VAT = 116
_ROOMY = 736
"""Below this width (at 100 %) the description has a row of its own above the numbers."""
_PER_LINE = 4


class LineEditor(QWidget):
    """`changed` whenever a line is typed, added or removed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prices: Sequence[PriceItem] = ()
        self._currency, self._registered = "GBP", False
        self._rows: list[LineRow] = []
        self._filling = False
        self._is_narrow = False
        self._titles: list[QLabel] = []
        self._grid = QGridLayout(self)
        for column, title in enumerate(_TITLES):
            label = text_label(title, "caption", parent=self)
            if column not in (0, _VAT):
                label.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(label, 0, column)
            self._titles.append(label)
        self._grid.setColumnStretch(0, 1)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def set_up(self, prices: Sequence[PriceItem], currency: str, *, registered: bool) -> None:
        """What can be charged, and whether VAT is shown; before `set_lines`."""
        self._prices, self._currency, self._registered = prices, currency, registered
        self._titles[_VAT].setVisible(registered)

    def set_lines(self, lines: Sequence[InvoiceLine]) -> None:
        """Show these and an empty row."""
        self._filling = True
        for row in self._rows:
            row.discard()
        self._rows = []
        for line in lines:
            self._add().set_line(line)
        self._filling = False
        self._keep_one_empty()
        self.changed.emit()

    def lines(self) -> tuple[InvoiceLine, ...]:
        """What was typed, without empty rows."""
        return tuple(row.line() for row in self._rows if not row.is_empty)

    def problems(self) -> dict[str, str]:
        """`lines.0.quantity` -> sentence for text that is no value."""
        used = [row for row in self._rows if not row.is_empty]
        return {
            f"lines.{place}.{name}": text for place, row in enumerate(used) for name, text in row.problems().items()
        }

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Mark the fields; the keyboard goes to the first."""
        first: QWidget | None = None
        for place, row in enumerate(row for row in self._rows if not row.is_empty):
            start = f"lines.{place}."
            own = {name.removeprefix(start): text for name, text in problems.items() if name.startswith(start)}
            first = first or row.show_problems(own)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_end(self) -> None:
        """Put the keyboard into the empty row."""
        self._rows[-1].description_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def prices(self) -> Sequence[PriceItem]:
        """What can be charged."""
        return self._prices

    def rows(self) -> list[LineRow]:
        """The rows, the empty one included."""
        return list(self._rows)

    def as_text(self) -> str:
        """All lines as one text, for the journal of unsaved work."""
        return json.dumps([line_to_json(line) for line in self.lines()])

    def restore_text(self, text: str) -> None:
        """Put a kept text back; a damaged one changes nothing."""
        try:
            lines = [line_from_json(kept) for kept in json.loads(text)]
        except (ValueError, TypeError, KeyError, ArithmeticError):
            return
        self.set_lines(lines)

    # ------------------------------------------------------------------ inside

    def _add(self) -> LineRow:
        row = LineRow(self, self._prices, self._currency)
        row.changed.connect(self._edited)
        row.finished.connect(lambda: self._go_on(row))
        row.removed.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._place()
        return row

    def _place(self) -> None:
        """Put every row where it belongs, and the keyboard's order with it."""
        before: QWidget | None = None
        for place, row in enumerate(self._rows):
            top = 1 + place * _PER_LINE
            cells = (
                row.description_edit, row.quantity_edit, row.price_edit, row.vat_box, row.discount_edit,
                row.amount_label, row.remove_button,
            )  # fmt: skip
            for column, widget in enumerate(cells):
                alone = column == 0 and self._is_narrow
                below = 1 if self._is_narrow and column > 0 else 0
                self._grid.addWidget(widget, top + below, column, 1, len(cells) if alone else 1)
                if column != _VAT or self._registered:
                    widget.show()
            half = 3 if self._is_narrow else 1
            self._grid.addWidget(row.purpose_edit, top + 2, 0, 1, half)
            self._grid.addWidget(row.diagnosis_edit, top + 2, half, 1, 6 - half)
            self._grid.addWidget(row.problem_label, top + 3, 0, 1, 7)
            self._set_widths(row)
            row.set_number(place + 1, registered=self._registered)
            row.remove_button.setVisible(True)
            for field in row.fields:
                if before is not None:
                    QWidget.setTabOrder(before, field)
                before = field
        last = 1 + len(self._rows) * _PER_LINE
        for line in range(max(last + 1, self._grid.rowCount())):
            self._grid.setRowStretch(line, 1 if line == last else 0)

    def _edited(self) -> None:
        self._keep_one_empty()
        if not self._filling:
            self.changed.emit()

    def _keep_one_empty(self) -> None:
        if not self._filling and (not self._rows or not self._rows[-1].is_empty):
            self._add()

    def _go_on(self, row: LineRow) -> None:
        place = self._rows.index(row) + 1
        if place < len(self._rows):
            self._rows[place].description_edit.setFocus(Qt.FocusReason.TabFocusReason)

    def _remove(self, row: LineRow) -> None:
        place = self._rows.index(row)
        if place == len(self._rows) - 1:
            row.set_line(InvoiceLine("", row.line().quantity, row.line().unit_price * 0))
            row.price_edit.clear()
            return
        self._rows.remove(row)
        row.discard()
        self._place()
        self._rows[min(place, len(self._rows) - 1)].description_edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def fit(self, width: int) -> None:
        """Arrange the lines for a view `width` pixels wide."""
        narrow = width < px(_ROOMY)
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            self._titles[0].setVisible(not narrow)  # the field's own words say it, and the numbers need the place
            self._set_lengths()
            self._place()

    def _width(self, column: int) -> int:
        return px(_NARROW_VAT if column == _VAT and self._is_narrow else _WIDTHS[column])

    def _set_widths(self, row: LineRow) -> None:
        cells = (row.quantity_edit, row.price_edit, row.vat_box, row.discount_edit, row.amount_label)
        for column, widget in enumerate(cells, start=1):
            widget.setFixedWidth(self._width(column))
        row.description_edit.setMinimumWidth(px(160))

    def _set_lengths(self) -> None:
        for row in self._rows:
            self._set_widths(row)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(6))
        self._grid.setVerticalSpacing(px(4))
        for column in range(len(_WIDTHS)):
            if column != _VAT or self._registered:
                self._grid.setColumnMinimumWidth(column, self._width(column))
