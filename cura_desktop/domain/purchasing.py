"""Suppliers, and orders to them. Quantities are in packs, prices per pack without VAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from cura_desktop.domain.inventory import quantity_problem
from cura_desktop.domain.money import LARGEST, ZERO

STATUS_WORDS = {
    "draft": "Draft", "pending": "Ordered", "approved": "Approved", "sent": "Sent", "part_received": "Part received",
    "received": "Received", "cancelled": "Cancelled",
}  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """A stored order. `ordered_at` is naive UTC."""

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
