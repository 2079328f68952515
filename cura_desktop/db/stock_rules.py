"""What the rules of the stock ledger say to people; every room that moves stock speaks with the same sentences."""

from __future__ import annotations

from cura_desktop.db.translation import register_sentence

NO_STOCK = "inventory_batches_stock_not_negative"

register_sentence(
    NO_STOCK, "There is not enough left in this batch: somebody else took the last units. Nothing was booked."
)
register_sentence(
    "inventory_items_stock_not_negative", "There is not enough of this item left in stock. Nothing was booked."
)
register_sentence("stock_movements_usable_batch", "Expired, recalled or quarantined stock is never supplied.")
register_sentence("stock_movements_needs_batch", "This item is kept in batches; please choose one.", field="batch")
register_sentence("stock_movements_reason", "Please say why; it stays in the records.", field="reason")
