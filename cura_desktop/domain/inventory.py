"""What stands on the shelves: items, batches, movements, and what a person types about them.

Stock is counted in the item's unit (tablets, ml, pieces); prices are for one pack of `pack_size` units, without VAT.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cura_desktop.domain.dates import format_date
from cura_desktop.domain.errors import ConflictError
from cura_desktop.domain.money import LARGEST, ZERO
from cura_desktop.domain.stock import Batch
from cura_desktop.domain.vat import VatCategory

EXPIRING_DAYS = 60
"""How far ahead a batch counts as expiring; the database's alerts use the same."""
MOST_UNITS = 1_000_000
UNITS: Mapping[str, str] = {
    "pieces": "pieces", "tablets": "tablets", "capsules": "capsules", "ml": "mL", "mg": "mg", "grams": "grams",
    "doses": "doses", "packs": "packs", "boxes": "boxes",
}  # fmt: skip
"""Values of `inventory_items.unit_of_measurement` and how they are written (domain-rules A4)."""
_ONE: Mapping[str, str] = {
    "pieces": "piece", "tablets": "tablet", "capsules": "capsule", "grams": "gram", "doses": "dose", "packs": "pack",
    "boxes": "box",
}  # fmt: skip


def units_text(quantity: int, unit: str) -> str:
    """`48 tablets`, `1 tablet`, `1,000 mL`."""
    word = _ONE.get(unit) if abs(quantity) == 1 else None
    return f"{quantity:,} {word or UNITS.get(unit, unit)}"


class NotEnoughStockError(ConflictError):
    """Less is there than was asked for; `left` units of the item may still be had."""

    def __init__(self, sentence: str, item_id: int, left: int) -> None:
        super().__init__(sentence, "inventory_items_stock_not_negative")
        self.item_id = item_id
        self.left = left


class StockFilter(StrEnum):
    """What the list is narrowed to."""

    ALL = "all"
    LOW = "low"
    EXPIRING = "expiring"
    EXPIRED = "expired"


class StockState(StrEnum):
    """The one thing to know about an item's stock; the most urgent wins."""

    OUT = "out"
    EXPIRED = "expired"
    LOW = "low"
    EXPIRING = "expiring"
    OVER = "over"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class StockItem:
    """A line of the stock list. `stock` is everything there, `unusable` of it expired, quarantined or recalled."""

    id: int
    name: str
    sku: str
    barcode: str
    category: str
    unit: str
    pack_size: int
    stock: int
    unusable: int
    expired: int
    expiring: int
    next_expiry: date | None
    minimum: int
    reorder_point: int
    maximum: int
    sale_price: Decimal
    vat_category: VatCategory
    prescription_required: bool
    is_active: bool = True

    @property
    def usable(self) -> int:
        """Units that may be handed out today."""
        return self.stock - self.unusable

    @property
    def usable_packs(self) -> int:
        """Whole packs that may be sold today, as far as the count tells."""
        return self.usable // self.pack_size

    @property
    def state(self) -> StockState:
        """What the list shows beside the stock."""
        if self.usable <= 0:
            return StockState.OUT
        if self.expired:
            return StockState.EXPIRED
        if self.usable <= self.reorder_point:
            return StockState.LOW
        if self.expiring:
            return StockState.EXPIRING
        return StockState.OVER if self.stock > self.maximum else StockState.FINE


@dataclass(frozen=True, slots=True)
class StockCounts:
    """How many items need something, for the filter chips."""

    low: int = 0
    expiring: int = 0
    expired: int = 0


@dataclass(frozen=True, slots=True)
class StockView:
    """What the list shows, and the counts beside it."""

    items: tuple[StockItem, ...]
    counts: StockCounts


class BatchState(StrEnum):
    """What may be done with a batch."""

    USABLE = "usable"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    QUARANTINED = "quarantined"
    RECALLED = "recalled"
    WRITTEN_OFF = "written_off"
    USED_UP = "used_up"


@dataclass(frozen=True, slots=True)
class StockBatch:
    """A batch as the item's tab shows it. `received_at` is naive UTC; `status` as stored."""

    id: int
    version: int
    number: str
    expiry: date | None
    remaining: int
    status: str
    purchase_price: Decimal
    received_at: datetime
    supplier: str = ""
    reason: str = ""

    def state(self, today: date) -> BatchState:
        """Quarantine and recall before expiry: both must be dealt with by a person (domain-rules A5e.9)."""
        if self.status in ("quarantined", "recalled"):
            return BatchState(self.status)
        if self.remaining <= 0:
            return BatchState.WRITTEN_OFF if self.status == "expired" else BatchState.USED_UP
        if self.expiry is not None and self.expiry < today:
            return BatchState.EXPIRED
        if self.expiry is not None and self.expiry < today + timedelta(days=EXPIRING_DAYS):
            return BatchState.EXPIRING
        return BatchState.USABLE

    def as_batch(self) -> Batch:
        """For the rules of picking (`domain/stock.py`)."""
        return Batch(self.id, self.number, self.expiry, self.remaining, self.status in ("quarantined", "recalled"))


MOVEMENT_WORDS: Mapping[str, str] = {
    "opening": "Opening stock", "purchase": "Received", "sale": "Sold", "dispense": "Dispensed", "return": "Returned",
    "supplier_return": "Sent back", "adjustment": "Adjusted", "transfer": "Moved", "expired": "Written off, expired",
    "destroyed": "Destroyed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of the stock card: who moved how much, why, and the stock before and after. `moved_at` is naive UTC."""

    id: int
    moved_at: datetime
    kind: str
    quantity: int
    before: int
    after: int
    batch_number: str
    who: str
    reason: str

    @property
    def words(self) -> str:
        """What happened."""
        return MOVEMENT_WORDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """What a person types about an item. Prices are per pack, without VAT; levels are in stock units."""

    name: str = ""
    sku: str = ""
    barcode: str = ""
    category_id: int | None = None
    generic_name: str = ""
    brand_name: str = ""
    manufacturer: str = ""
    unit: str = "pieces"
    pack_size: int | None = 1
    purchase_price: Decimal | None = None
    sale_price: Decimal | None = None
    vat_category: VatCategory = VatCategory.STANDARD
    minimum: int | None = 10
    reorder_point: int | None = 20
    maximum: int | None = 1000
    batch_tracking: bool = True
    prescription_required: bool = False
    storage: str = ""
    location: str = ""
    is_active: bool = True

    def normalised(self) -> ItemDraft:
        """Single spaces, no space at the ends, SKU and barcode without any."""
        texts: dict[str, Any] = {name: " ".join(getattr(self, name).split()) for name in _TEXTS}
        compact = {name: "".join(getattr(self, name).split()) for name in ("sku", "barcode")}
        return replace(self, **(texts | compact))

    def problems(self) -> dict[str, str]:
        """Field -> sentence."""
        found = self._missing() | self._wrong_numbers()
        for name, most in (("name", 300), ("sku", 100), ("barcode", 100)):
            if len(getattr(self, name)) > most:
                found[name] = f"Please use at most {most} characters."
        return found

    def _missing(self) -> dict[str, str]:
        found = {}
        if not self.name.strip():
            found["name"] = "Please give the item a name."
        if not self.sku.strip():
            found["sku"] = "Please give the item a code of its own (SKU)."
        if self.category_id is None:
            found["category_id"] = "Please choose a category."
        for name in ("purchase_price", "sale_price"):
            if getattr(self, name) is None:
                found[name] = "Please give the price of one pack, 0 if there is none."
        return found

    def _wrong_numbers(self) -> dict[str, str]:
        found = {}
        for name in ("purchase_price", "sale_price"):
            price = getattr(self, name)
            if price is not None and not ZERO <= price <= LARGEST:
                found[name] = "The price cannot be negative or above 99 million."
        for name, least in (("pack_size", 1), ("minimum", 0), ("reorder_point", 0), ("maximum", 0)):
            if problem := quantity_problem(getattr(self, name), least=least):
                found[name] = problem
        if not found and (self.maximum or 0) < (self.minimum or 0):
            found["maximum"] = "The maximum is below the minimum."
        return found


_TEXTS = ("name", "generic_name", "brand_name", "manufacturer", "storage", "location")


def quantity_problem(quantity: int | None, *, least: int = 1) -> str:
    """What is wrong with a number of units, as a sentence; empty when nothing is."""
    if quantity is None:
        return "Please give a number."
    if quantity < least:
        return f"The least is {least}."
    return f"The most is {MOST_UNITS:,}; please check the number." if quantity > MOST_UNITS else ""


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """Everything the tab of an item shows. `movements` are the newest first."""

    id: int
    version: int
    details: ItemDraft
    category: str
    summary: StockItem
    batches: tuple[StockBatch, ...] = ()
    movements: tuple[Movement, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    """A delivery of one batch. `quantity` is in stock units, `price` per pack without VAT."""

    batch_number: str = ""
    expiry: date | None = None
    quantity: int | None = None
    price: Decimal | None = None
    supplier_id: int | None = None

    def problems(self, item: ItemDraft, today: date) -> dict[str, str]:
        """Field -> sentence. Expired goods are not taken in (domain-rules A5e.9)."""
        found = {}
        if item.batch_tracking and not self.batch_number.strip():
            found["batch_number"] = "Please give the batch number on the pack."
        elif len(self.batch_number) > 100:
            found["batch_number"] = "Please use at most 100 characters."
        if self.expiry is not None and self.expiry < today:
            found["expiry"] = f"This expired on {format_date(self.expiry)}; it cannot be taken in."
        elif self.expiry is not None and self.expiry.year > today.year + 30:
            found["expiry"] = "This is more than 30 years ahead; please check the year."
        if problem := quantity_problem(self.quantity):
            found["quantity"] = problem
        if self.price is None or not ZERO <= self.price <= LARGEST:
            found["price"] = "Please give what one pack cost, 0 if nothing."
        return found


def adjustment_problems(quantity: int | None, reason: str, remaining: int | None) -> dict[str, str]:
    """`quantity` is the change in units, negative for fewer; `remaining` what the batch (or the item) holds."""
    found = {}
    if not quantity:
        found["quantity"] = "Please give a number other than 0."
    elif abs(quantity) > MOST_UNITS:
        found["quantity"] = f"The most is {MOST_UNITS:,}; please check the number."
    elif remaining is not None and remaining + quantity < 0:
        found["quantity"] = f"Only {remaining:,} are there; no more can be taken away."
    if problem := reason_problem(reason):
        found["reason"] = problem
    return found


def return_problems(quantity: int, reason: str, remaining: int) -> dict[str, str]:
    """What is wrong with stock that goes back to its supplier, field -> sentence."""
    found = {}
    if not 0 < quantity <= remaining:
        found["quantity"] = f"Between 1 and the {remaining:,} that are here." if remaining else "Nothing is left of it."
    if problem := reason_problem(reason):
        found["reason"] = problem
    return found


def reason_problem(reason: str) -> str:
    """The sentence about a reason that says nothing; empty when it says something."""
    if len(reason.strip()) < 3:
        return "Please say why; it stays in the records."
    return "Please use at most 500 characters." if len(reason) > 500 else ""


@dataclass(frozen=True, slots=True)
class Category:
    """A heading of the stock list."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ActiveAlert:
    """One thing to see to. `kind` is a value of `inventory_stock_alerts.alert_type`."""

    id: int
    kind: str
    item_id: int
    item: str
    text: str
    batch_id: int | None = None
    raised_at: datetime | None = None


def alert_text(kind: str, stock: int, unit: str, batch: str, expiry: date | None, remaining: int) -> str:
    """What an alert says, from the stock as it is now."""
    if kind in ("expired", "expiring_soon"):
        verb = "expired on" if kind == "expired" else "expires on"
        return f"Batch {batch} {verb} {format_date(expiry)}, {units_text(remaining, unit)} left"
    words = {"out_of_stock": "Nothing is left", "overstock": "above the maximum", "low_stock": "at the reorder point"}
    return words[kind] if kind == "out_of_stock" else f"{units_text(stock, unit)} left, {words.get(kind, '')}"
