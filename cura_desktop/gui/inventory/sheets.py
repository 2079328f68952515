"""What is typed beside an item: a delivery, a corrected count, a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLayout, QLineEdit, QPushButton, QWidget

from cura_desktop.domain.barcodes import read_scan
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.inventory import (
    MOST_UNITS,
    ItemRecord,
    ReceiptDraft,
    StockBatch,
    adjustment_problems,
    reason_problem,
    units_text,
)
from cura_desktop.domain.purchasing import Supplier
from cura_desktop.gui.forms.inventory.ui_adjust import Ui_Adjust
from cura_desktop.gui.forms.inventory.ui_reason import Ui_Reason
from cura_desktop.gui.forms.inventory.ui_receive import Ui_Receive
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.form_problems import FormProblems

FEWER, MORE = "fewer", "more"


class ReceiveForm(QWidget):
    """A delivery of one batch. `submitted` carries the draft; the key stays the same until it is taken in."""

    submitted = Signal(object)

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui, self.key = Ui_Receive(), uuid4()
        self._ui.setupUi(self)
        self._today = today
        self._item: ItemRecord | None = None
        self._expected: tuple[str, str] | None = None
        ui = self._ui
        ui.expiry_edit.set_up(lambda: self._today)
        ui.supplier_id_box.set_choices([], "Not recorded")
        self._problems = FormProblems(
            {
                "batch_number": ui.batch_number_edit,
                "expiry": ui.expiry_edit,
                "quantity": ui.packs_edit,
                "price": ui.price_edit,
                "supplier_id": ui.supplier_id_box,
            }
        )
        ui.batch_number_edit.editingFinished.connect(self._take_scan)
        ui.packs_edit.changed.connect(self._tell_units)
        ui.save_button.clicked.connect(self.submit)
        _submit_on_enter(self, ui.save_button)
        _say(ui.state_label, "")
        _set_margins(ui.column)

    def show_item(self, record: ItemRecord) -> None:
        """For which item; what is typed stays."""
        self._item = record
        ui, details = self._ui, record.details
        pack = details.pack_size or 1
        ui.lead_label.setText(details.name)
        ui.packs_label.setText(f"&Packs of {units_text(pack, details.unit)}" if pack > 1 else "&How many")
        ui.packs_edit.set_bounds(Decimal(1), Decimal(MOST_UNITS // pack))
        ui.packs_edit.set_unit("packs" if pack > 1 else details.unit)
        for widget in (ui.batch_number_label, ui.batch_number_edit, ui.expiry_label, ui.expiry_edit):
            widget.setVisible(details.batch_tracking)
        if not ui.price_edit.text():
            ui.price_edit.set_value(details.purchase_price)
        self._tell_units()

    def expect(self, packs: int, price: Decimal) -> None:
        """A delivery that was ordered: so many packs are still to come at this price, from the order's supplier."""
        ui = self._ui
        ui.packs_edit.set_value(Decimal(packs))
        ui.price_edit.set_value(price)
        for widget in (ui.supplier_id_label, ui.supplier_id_box):
            widget.hide()
        self._expected = (ui.packs_edit.text(), ui.price_edit.text())
        self._tell_units()

    def show_suppliers(self, suppliers: Sequence[Supplier]) -> None:
        """Who may have delivered it."""
        self._ui.supplier_id_box.set_choices((one.id, one.details.name) for one in suppliers if one.details.is_active)

    def draft(self) -> ReceiptDraft:
        """What stands in the fields."""
        ui = self._ui
        packs = ui.packs_edit.value()
        size = (self._item.details.pack_size or 1) if self._item else 1
        return ReceiptDraft(
            batch_number=ui.batch_number_edit.text(),
            expiry=ui.expiry_edit.value(),
            quantity=int(packs) * size if packs is not None else None,
            price=ui.price_edit.value(),
            supplier_id=ui.supplier_id_box.value(),
        )

    def has_typed(self) -> bool:
        """Whether closing would lose something."""
        ui = self._ui
        counted = (
            bool(ui.packs_edit.text())
            if self._expected is None
            else ((ui.packs_edit.text(), ui.price_edit.text()) != self._expected)
        )
        return bool(ui.batch_number_edit.text() or ui.expiry_edit.text()) or counted

    def submit(self) -> None:
        """Ask for the delivery to be taken in, unless something is wrong with it."""
        if self._item is None:
            return
        problems = self.draft().problems(self._item.details, self._today) | self._problems.typed()
        if (said := self._problems.typed().get("quantity")) is not None:
            problems["quantity"] = said
        self.show_problems(problems)
        if not problems:
            self.submitted.emit(self.draft())

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the fields; what has no field stands above the button."""
        _say(self._ui.state_label, " ".join(self._problems.show(problems).values()))

    def set_busy(self, busy: bool) -> None:
        """While it is being saved."""
        self._ui.save_button.setEnabled(not busy)

    def _take_scan(self) -> None:
        """A GS1 code scanned into the first field fills batch and expiry (domain-rules A5e.10)."""
        scan = read_scan(self._ui.batch_number_edit.text())
        if scan.batch:
            self._ui.batch_number_edit.setText(scan.batch)
        if scan.expiry is not None:
            self._ui.expiry_edit.set_value(scan.expiry)

    def _tell_units(self) -> None:
        draft, item = self.draft(), self._item
        shown = item is not None and (item.details.pack_size or 1) > 1 and draft.quantity is not None
        self._ui.units_label.setText(
            f"= {units_text(draft.quantity or 0, item.details.unit)}" if shown and item else ""
        )


class AdjustForm(QWidget):
    """A corrected count. `submitted` carries batch, change in units and reason."""

    submitted = Signal(object, int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui, self.key = Ui_Adjust(), uuid4()
        self._ui.setupUi(self)
        self._item: ItemRecord | None = None
        ui = self._ui
        ui.direction_box.set_choices([(FEWER, "Fewer are there"), (MORE, "More are there")])
        ui.quantity_edit.set_bounds(Decimal(1), Decimal(MOST_UNITS))
        ui.reason_edit.setPlaceholderText("Counted, broken, given away…")
        self._problems = FormProblems({"batch": ui.batch_box, "quantity": ui.quantity_edit, "reason": ui.reason_edit})
        for signal in (ui.quantity_edit.changed, ui.direction_box.changed, ui.batch_box.changed):
            signal.connect(self._tell_after)
        ui.save_button.clicked.connect(self.submit)
        _submit_on_enter(self, ui.save_button)
        _say(ui.state_label, "")
        _set_margins(ui.column)

    def show_item(self, record: ItemRecord, batch: StockBatch | None = None) -> None:
        """For which item, and which batch to begin with; what is typed stays."""
        self._item = record
        ui, tracked = self._ui, record.details.batch_tracking
        ui.lead_label.setText(record.details.name)
        ui.batch_box.set_choices((one.id, _batch_words(one, record.details.unit)) for one in record.batches)
        for widget in (ui.batch_label, ui.batch_box):
            widget.setVisible(tracked)
        if batch is not None:
            ui.batch_box.set_value(batch.id)
        ui.quantity_edit.set_unit(record.details.unit)
        self._tell_after()

    def change(self) -> int:
        """The change in units; 0 while nothing sensible is typed."""
        typed = self._ui.quantity_edit.value()
        return 0 if typed is None else int(typed) * (1 if self._ui.direction_box.value() == MORE else -1)

    def has_typed(self) -> bool:
        """Whether closing would lose something."""
        return bool(self._ui.quantity_edit.text() or self._ui.reason_edit.text())

    def submit(self) -> None:
        """Ask for the count to be corrected, unless something is wrong."""
        reason = self._ui.reason_edit.text()
        problems = adjustment_problems(self.change(), reason, self._there())
        if self._item is not None and self._item.details.batch_tracking and self._ui.batch_box.value() is None:
            problems["batch"] = "There is no batch yet; take in a delivery first."
        problems |= self._problems.typed()
        self.show_problems(problems)
        if not problems:
            batch = self._ui.batch_box.value() if self._item and self._item.details.batch_tracking else None
            self.submitted.emit(batch, self.change(), reason)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the fields; what has no field stands above the button."""
        _say(self._ui.state_label, " ".join(self._problems.show(problems).values()))

    def set_busy(self, busy: bool) -> None:
        """While it is being saved."""
        self._ui.save_button.setEnabled(not busy)

    def _there(self) -> int | None:
        if self._item is None:
            return None
        if not self._item.details.batch_tracking:
            return self._item.summary.stock
        chosen = self._ui.batch_box.value()
        return next((one.remaining for one in self._item.batches if one.id == chosen), None)

    def _tell_after(self) -> None:
        there, change = self._there(), self.change()
        if there is None or self._item is None:
            _say(self._ui.after_label, "")
            return
        unit = self._item.details.unit
        after = f", then {units_text(there + change, unit)}" if change and there + change >= 0 else ""
        _say(self._ui.after_label, f"Now {units_text(there, unit)}{after}")


class ReasonForm(QWidget):
    """One reason that stays in the records."""

    submitted = Signal(str)

    def __init__(self, lead: str, verb: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui = Ui_Reason()
        self._ui.setupUi(self)
        self._ui.lead_label.setText(lead)
        self._ui.save_button.setText(verb)
        self._problems = FormProblems({"reason": self._ui.reason_edit})
        self._ui.save_button.clicked.connect(self.submit)
        _submit_on_enter(self, self._ui.save_button)
        _say(self._ui.state_label, "")
        _set_margins(self._ui.column)

    def has_typed(self) -> bool:
        """Whether closing would lose something."""
        return bool(self._ui.reason_edit.text())

    def submit(self) -> None:
        """Hand the reason on, unless it says nothing."""
        problem = reason_problem(self._ui.reason_edit.text())
        self.show_problems({"reason": problem} if problem else {})
        if not problem:
            self.submitted.emit(self._ui.reason_edit.text())

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the field."""
        _say(self._ui.state_label, " ".join(self._problems.show(problems).values()))

    def set_busy(self, busy: bool) -> None:
        """While it is being saved."""
        self._ui.save_button.setEnabled(not busy)


SheetForm = ReceiveForm | AdjustForm | ReasonForm


def _say(label: QLabel, text: str) -> None:
    """A label that says nothing takes no room."""
    label.setText(text)
    label.setVisible(bool(text))


def _batch_words(batch: StockBatch, unit: str) -> str:
    expiry = f", {format_date(batch.expiry)}" if batch.expiry else ""
    return f"{batch.number}{expiry}: {units_text(batch.remaining, unit)}"


def _submit_on_enter(form: QWidget, button: QPushButton) -> None:
    """Enter in a line of the form does the primary thing."""
    for line in form.findChildren(QLineEdit):
        line.returnPressed.connect(button.click)


def _set_margins(column: QLayout) -> None:
    column.setContentsMargins(px(2), px(2), px(6), px(2))  # the focus ring lies outside the fields
