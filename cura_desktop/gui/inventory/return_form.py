"""The sheet for stock that goes back to its supplier."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from PySide6.QtCore import Signal

from cura_desktop.domain.inventory import StockBatch, units_text
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit
from cura_desktop.gui.widgets.record_form import FormField, RecordForm


class ReturnForm(RecordForm):
    """All that is left of the batch is proposed; `submitted` carries the units and the reason."""

    submitted = Signal(int, str)

    def __init__(self, batch: StockBatch, unit: str) -> None:
        whom = f"To {batch.supplier}. " if batch.supplier else ""
        super().__init__(
            (
                FormField(
                    "quantity", "&Units", lambda: QuantityEdit(None, unit),
                    hint=f"{whom}{units_text(batch.remaining, unit)} of batch {batch.number} are here.",
                ),
                FormField("reason", "&Why", hint="The supplier's return or credit number belongs here too."),
            )
        )  # fmt: skip
        self.key = uuid4()
        self.save_button.setText("&Send back")
        self.edit({"quantity": batch.remaining, "reason": ""}, new=True)
        self.saved.connect(self.submit)

    def has_typed(self) -> bool:
        """Whether closing would lose something."""
        return self.is_dirty()

    def submit(self) -> None:
        """Hand it on, unless the quantity cannot be read."""
        typed = self.values()
        quantity = typed["quantity"]
        if not isinstance(quantity, Decimal) or quantity != int(quantity):
            self.show_problems({"quantity": "Say how many units go back."})
        elif self.save_button.isEnabled():
            self.submitted.emit(int(quantity), str(typed["reason"]))

    def set_busy(self, busy: bool) -> None:
        """While it is being saved."""
        self.show_saving(busy)
