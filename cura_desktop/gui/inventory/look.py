"""How stock is worded and coloured; red only for what must not reach a patient, or for money."""

from __future__ import annotations

from datetime import date

from cura_desktop.domain.inventory import BatchState, StockBatch, StockFilter, StockItem, StockState, units_text
from cura_desktop.gui.widgets.pill import PillText

STATES = {
    StockState.OUT: PillText("None usable", "danger", "circle-slash"),
    StockState.EXPIRED: PillText("Expired stock", "danger", "octagon-alert"),
    StockState.LOW: PillText("Reorder", "warning", "arrow-down"),
    StockState.EXPIRING: PillText("Expires soon", "warning", "hourglass"),
    StockState.OVER: PillText("Overstocked", "info", "arrow-up"),
    StockState.FINE: PillText("In stock", "success", "check"),
}
BATCH_STATES = {
    BatchState.USABLE: PillText("Usable", "success", "check"),
    BatchState.EXPIRING: PillText("Expires soon", "warning", "hourglass"),
    BatchState.EXPIRED: PillText("Expired", "danger", "octagon-alert"),
    BatchState.QUARANTINED: PillText("Quarantined", "warning", "ban"),
    BatchState.RECALLED: PillText("Recalled", "danger", "shield-alert"),
    BatchState.WRITTEN_OFF: PillText("Written off", "neutral", "trash-2"),
    BatchState.USED_UP: PillText("Used up", "neutral", "circle-dashed"),
}
ALERTS = {
    "expired": PillText("Expired", "danger", "octagon-alert"),
    "out_of_stock": PillText("None left", "danger", "circle-slash"),
    "low_stock": PillText("Reorder", "warning", "arrow-down"),
    "expiring_soon": PillText("Expires soon", "warning", "hourglass"),
    "overstock": PillText("Overstocked", "info", "arrow-up"),
}
FILTERS = {
    StockFilter.ALL: "&All",
    StockFilter.LOW: "&Low",
    StockFilter.EXPIRING: "E&xpiring",
    StockFilter.EXPIRED: "Expire&d",
}


def state_pill(item: StockItem) -> PillText:
    """The state of an item's stock."""
    return STATES[item.state]


def batch_pill(batch: StockBatch, today: date) -> PillText:
    """The state of a batch."""
    return BATCH_STATES[batch.state(today)]


def stock_text(item: StockItem) -> str:
    """What may be handed out: `48 tablets (3 packs)`."""
    words = units_text(item.usable, item.unit)
    if item.pack_size > 1 and item.usable >= item.pack_size:
        packs = item.usable_packs
        words += f" ({packs:,} {'pack' if packs == 1 else 'packs'})"
    return words


def unusable_text(item: StockItem) -> str:
    """What must not be handed out, of what is there."""
    return f"{units_text(item.unusable, item.unit)} unusable" if item.unusable else ""
