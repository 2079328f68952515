"""One prescribed line beside the batches it is taken from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from cura_desktop.domain.dates import format_date
from cura_desktop.domain.dispensing import Picked, Shelf, Supply, WorkLine, picks_of, quantity_text, whole_pack_hint
from cura_desktop.domain.medicines import format_quantity
from cura_desktop.domain.scanning import Judgement, picks_from_batch
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pill import Pill, PillText
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit

TO_SCAN = PillText("Scan the pack", "warning", "barcode")
SCANNED = PillText("Scanned, it fits", "success", "check")


class PickCard(QFrame):
    """First to expire is preselected out of the linked item; expired batches are never offered.

    An item that is only alike by name must be chosen by the pharmacist. `changed` after every change of a quantity.
    """

    changed = Signal()

    def __init__(self, line: WorkLine, supply: Supply | None, today: date, *, picking: bool) -> None:
        super().__init__()
        self._line, self._today = line, today
        self._edits: list[tuple[int, int, QuantityEdit]] = []
        self.setProperty("ground", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(8), px(12), px(12))
        column.setSpacing(px(4))
        column.addWidget(text_label(line.line.title, "lead", wrap=True))
        if line.line.controlled.schedule:
            column.addWidget(Pill(PillText(line.line.controlled.label, "warning", "lock")))
        column.addWidget(text_label(line.line.directions, "", wrap=True))
        if line.line.indication:
            column.addWidget(text_label(f"For {line.line.indication}", "muted", wrap=True))
        column.addWidget(text_label(_amounts(line), "strong", wrap=True))
        taken = [one for one in (supply.items if supply else ()) if one.item_id == line.item_id]
        for one in taken:
            expiry = f", expires {format_date(one.expiry)}" if one.expiry else ""
            text = f"Taken: {one.quantity:,} of {one.product}, batch {one.batch_number}{expiry}"
            column.addWidget(text_label(text, "", wrap=True))
        self._scanned: dict[int, str] = {}
        self.scan_pill = Pill(TO_SCAN)
        self.unscanned_label = text_label("If it cannot be scanned: why", "field")
        self.unscanned_edit = QLineEdit()
        self.unscanned_edit.setMaxLength(200)
        self.unscanned_edit.setAccessibleName(f"Why the pack of {line.line.title} cannot be scanned")
        self.unscanned_label.setBuddy(self.unscanned_edit)
        self.problem_label = text_label("", "problem", wrap=True)
        self.problem_label.hide()
        self.shelf_box: ChoiceBox[int] | None = None
        if picking and line.outstanding:
            self._build_picking(column)
        column.addWidget(self.problem_label)

    def picks(self) -> tuple[Picked, ...]:
        """What is typed, batches without a quantity left out."""
        found = []
        for shelf_id, batch_id, edit in self._edits:
            value = edit.value()
            if value is not None and value > 0:
                code, why = self._scanned.get(shelf_id, ""), self.unscanned_edit.text().strip()
                found.append(Picked(self._line.item_id, shelf_id, batch_id, int(value), code, "" if code else why))
        return tuple(found)

    def first_edit(self) -> QuantityEdit | None:
        """Where the keyboard goes."""
        return self._edits[0][2] if self._edits else None

    def scan(self, judgement: Judgement) -> None:
        """A scanned pack fits: its item and, where the code tells it, its batch are taken."""
        if self.shelf_box is None or judgement.shelf_id is None:
            return
        self._scanned[judgement.shelf_id] = judgement.code
        if self.shelf_box.value() != judgement.shelf_id:
            self.shelf_box.set_value(judgement.shelf_id)
        self._show_batches()
        shelf = next(one for one in self._line.shelves if one.id == judgement.shelf_id)
        if judgement.batch_id is not None:
            wanted = picks_from_batch(self._line, shelf, judgement.batch_id, self._today)
            taken = {pick.batch_id: pick.quantity for pick in wanted}
            for _, batch_id, edit in self._edits:
                edit.set_value(Decimal(taken[batch_id]) if batch_id in taken else None)
        self.changed.emit()

    @property
    def code(self) -> str:
        """What the chosen item's pack carries."""
        shelf = self._shelf()
        return shelf.barcode if shelf is not None else ""

    @property
    def wants_scan(self) -> bool:
        """Whether the chosen item carries a code and was not scanned yet."""
        shelf = self._shelf()
        return shelf is not None and bool(shelf.barcode) and shelf.id not in self._scanned

    def show_problem(self, text: str) -> None:
        """A sentence under the batches; empty takes it away."""
        self.problem_label.setText(text)
        self.problem_label.setVisible(bool(text))

    def _build_picking(self, column: QVBoxLayout) -> None:
        if not self._line.shelves:
            column.addWidget(text_label("No item in stock fits this medicine. It stays owing.", "problem", wrap=True))
            return
        linked = any(shelf.linked for shelf in self._line.shelves)
        label = text_label("Stock item" if linked else "Stock item (only alike by name: compare it yourself)", "field")
        choices = [(shelf.id, _shelf_text(shelf, self._today)) for shelf in self._line.shelves]
        self.shelf_box = ChoiceBox(None, choices, "" if linked else "Choose the item")
        self.shelf_box.setMinimumContentsLength(12)  # a long name must not push the card out of the screen
        self.shelf_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.shelf_box.setAccessibleName(f"Stock item for {self._line.line.title}")
        label.setBuddy(self.shelf_box)
        column.addWidget(label)
        column.addWidget(self.shelf_box)
        column.addWidget(self.scan_pill)
        self._batches = QWidget(self)
        self._grid = QGridLayout(self._batches)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(4))
        self._grid.setColumnStretch(4, 1)
        column.addWidget(self._batches)
        column.addWidget(self.unscanned_label)
        column.addWidget(self.unscanned_edit)
        if linked:
            stocked = [shelf for shelf in self._line.shelves if shelf.linked and shelf.usable(self._today)]
            self.shelf_box.set_value((stocked or list(self._line.shelves))[0].id)
        self.shelf_box.changed.connect(self._show_batches)
        self._show_batches()

    def _show_batches(self) -> None:
        self._edits = []
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        shelf = self._shelf()
        self._show_scan(shelf)
        if shelf is None:
            return
        suggested = {pick.batch_id: pick.quantity for pick in picks_of(self._line, shelf, self._today)}
        usable = shelf.usable(self._today)
        if not usable:
            self._grid.addWidget(text_label("Nothing usable is left of this item.", "problem", wrap=True), 0, 0, 1, 5)
        for row, batch in enumerate(usable):
            edit = QuantityEdit(None, self._line.line.quantity_unit, largest=Decimal(batch.remaining))
            edit.setMaximumWidth(px(150))
            expiry = f"expires {format_date(batch.expiry)}" if batch.expiry else "does not expire"
            edit.setAccessibleName(f"Quantity from batch {batch.number}, {expiry}, {batch.remaining:,} left")
            edit.set_value(Decimal(suggested[batch.id]) if batch.id in suggested else None)
            edit.changed.connect(self.changed)
            name = text_label(f"Batch {batch.number}", "strong" if batch.id in suggested else "")
            name.setBuddy(edit)
            for place, widget in enumerate(
                (edit, name, text_label(expiry), text_label(f"{batch.remaining:,} left", "muted"))
            ):
                self._grid.addWidget(widget, row, place)
            self._edits.append((shelf.id, batch.id, edit))
        hint = whole_pack_hint(self._line, shelf)
        if hint:
            self._grid.addWidget(text_label(hint, "muted", wrap=True), len(usable), 0, 1, 5)
        self.changed.emit()

    def _shelf(self) -> Shelf | None:
        wanted = self.shelf_box.value() if self.shelf_box is not None else None
        return next((one for one in self._line.shelves if one.id == wanted), None)

    def _show_scan(self, shelf: Shelf | None) -> None:
        coded = shelf is not None and bool(shelf.barcode)
        self.scan_pill.setVisible(coded)
        self.scan_pill.set_value(TO_SCAN if self.wants_scan else SCANNED)
        for widget in (self.unscanned_label, self.unscanned_edit):
            widget.setVisible(self.wants_scan)


def _amounts(line: WorkLine) -> str:
    unit = line.line.quantity_unit
    wanted = line.line.quantity or Decimal(0)
    whole = wanted == int(wanted)
    text = f"Prescribed {quantity_text(int(wanted), unit) if whole else f'{format_quantity(wanted)} {unit}'}"
    if line.dispensed:
        text += f", supplied {format_quantity(line.dispensed)}"
    return f"{text}, owing {quantity_text(line.outstanding, unit)}" if line.outstanding else f"{text}, complete"


def _shelf_text(shelf: Shelf, today: date) -> str:
    left = sum(batch.remaining for batch in shelf.usable(today))
    place = f", {shelf.location}" if shelf.location else ""
    return f"{shelf.name} ({left:,} usable{place})"
