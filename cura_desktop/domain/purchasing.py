"""Suppliers, and orders to them. Quantities are in packs, prices per pack without VAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from cura_desktop.domain.inventory import quantity_problem
from cura_desktop.domain.money import LARGEST, ZERO

STATUS_WORDS = {
    "draft": "Draft", "pending": "To be approved", "approved": "Approved", "sent": "Sent",
    "part_received": "Part received", "received": "Received", "cancelled": "Cancelled",
}  # fmt: skip
STEPS = {
    "draft": ("pending", "cancelled"), "pending": ("approved", "cancelled"), "approved": ("sent", "cancelled"),
    "sent": ("cancelled",), "part_received": ("received", "cancelled"),
}  # fmt: skip
"""What a person may make of an order; deliveries take it further by themselves."""
OPEN = ("pending", "approved", "sent", "part_received")
"""Orders of which something is still expected."""
USAGE_DAYS, COVER_DAYS = 90, 30
"""Usage is looked at over the first, and ordered for the second."""


@dataclass(frozen=True, slots=True)
class SupplierDraft:
    """What a person types about a supplier."""

    name: str = ""
    contact_person: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    city: str = ""
    payment_terms: str = "Net 30"
    is_active: bool = True

    def problems(self) -> dict[str, str]:
        """Field -> sentence."""
        found = {}
        if not self.name.strip():
            found["name"] = "Please give the supplier's name."
        if self.email.strip() and "@" not in self.email:
            found["email"] = "This is not an e-mail address."
        if len(self.phone) > 20:
            found["phone"] = "Please use at most 20 characters."
        return found


@dataclass(frozen=True, slots=True)
class Supplier:
    """A stored supplier."""

    id: int
    version: int
    details: SupplierDraft = field(default_factory=SupplierDraft)


@dataclass(frozen=True, slots=True)
class OrderLineDraft:
    """So many packs of one item."""

    item_id: int
    packs: int
    price: Decimal

    def problems(self) -> dict[str, str]:
        """Field -> sentence."""
        found = {"packs": problem} if (problem := quantity_problem(self.packs)) else {}
        if not ZERO <= self.price <= LARGEST:
            found["price"] = "The price cannot be negative or above 99 million."
        return found


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line of a stored order."""

    id: int
    item_id: int
    item: str
    packs: int
    received: int
    price: Decimal
    pack_size: int
    unit: str = ""

    @property
    def open(self) -> int:
        """Packs still to come."""
        return self.packs - self.received

    @property
    def total(self) -> Decimal:
        """Without VAT."""
        return self.packs * self.price


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """A stored order. `ordered_at` and `approved_at` are naive UTC; `ordered_by` and `approved_by` are names."""

    id: int
    version: int
    number: str
    supplier_id: int
    supplier: str
    status: str
    ordered_at: datetime
    expected: date | None
    total: Decimal
    lines: tuple[OrderLine, ...] = ()
    notes: str = ""
    ordered_by: str = ""
    approved_by: str = ""
    approved_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is still expected."""
        return self.status in OPEN

    def may_become(self, status: str) -> bool:
        """Whether a person may take this step now."""
        return status in STEPS.get(self.status, ())

    @property
    def words(self) -> str:
        """The status in words."""
        return STATUS_WORDS.get(self.status, self.status)


def order_problems(lines: Sequence[OrderLineDraft], expected: date | None, today: date) -> dict[str, str]:
    """Field -> sentence; lines as `lines.0.packs`."""
    found = {} if lines else {"lines": "Please add at least one item."}
    if expected is not None and expected < today:
        found["expected"] = "The delivery is expected on a day that has passed."
    for place, line in enumerate(lines):
        found |= {f"lines.{place}.{name}": sentence for name, sentence in line.problems().items()}
    return found


@dataclass(frozen=True, slots=True)
class ReorderProposal:
    """An item that should be ordered: `packs` at `price` from the last supplier, and the figures that say why."""

    item_id: int
    item: str
    unit: str
    pack_size: int
    usable: int
    on_order: int
    reorder_point: int
    used: int
    packs: int
    price: Decimal
    supplier_id: int | None = None
    supplier: str = ""

    @property
    def why(self) -> str:
        """`18 tablets left, reorder at 20; 45 used in 90 days`."""
        coming = f", {self.on_order:,} on order" if self.on_order else ""
        used = f"{self.used:,} used in {USAGE_DAYS} days" if self.used else f"none used in {USAGE_DAYS} days"
        return f"{self.usable:,} {self.unit} left{coming}, reorder at {self.reorder_point:,}; {used}"


def packs_to_order(usable: int, on_order: int, reorder_point: int, maximum: int, used: int, pack_size: int) -> int:
    """Packs that bring an item from what is left and on order to its reorder point and `COVER_DAYS` of usage above it.

    All in stock units but the answer. Without usage, to twice the reorder point. Never beyond `maximum`; 0 while
    enough is there or coming, and for a reorder point of 0, which asks for no reordering.
    """
    expected = usable + on_order
    if expected > reorder_point or reorder_point <= 0:
        return 0
    cover = -(-used * COVER_DAYS // USAGE_DAYS) if used else reorder_point
    target = min(max(reorder_point + cover, reorder_point + 1), max(maximum, reorder_point + 1))
    wanted = target - expected
    packs = -(-wanted // pack_size)
    within = max(maximum - expected, 0) // pack_size
    return max(min(packs, within), 1)
