"""A stock room for tests: items with batches, filled through the service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from uuid import uuid4

from cura_desktop.domain.inventory import ItemDraft, ItemRecord, ReceiptDraft
from cura_desktop.domain.vat import VatCategory
from cura_desktop.services.inventory import InventoryService
from tests.support.people import Clinic

_numbers = count(1)

PARACETAMOL = ItemDraft(
    name="paracetamol 500 mg tablets, 16",
    sku="PARA16",
    unit="tablets",
    pack_size=16,
    purchase_price=Decimal("1.53"),
    sale_price=Decimal("3.50"),
    vat_category=VatCategory.STANDARD,
    minimum=16,
    reorder_point=32,
    maximum=3200,
)


def in_days(service: InventoryService, days: int) -> date:
    """A day of the clinic's calendar, counted from today."""
    return service.today() + timedelta(days=days)


def add_item(service: InventoryService, **changes: object) -> int:
    """An item of its own name and code."""
    number = next(_numbers)
    category = service.add_category("General sale medicines")
    draft = replace(PARACETAMOL, sku=f"T{number:04}", category_id=category.id)
    return service.add_item(replace(draft, **changes), uuid4())  # type: ignore[arg-type]


def stock_up(
    service: InventoryService, item_id: int, packs: int, *, days: int | None = 400, number: str = ""
) -> ItemRecord:
    """Take in whole packs of a batch that expires in so many days."""
    record = service.item(item_id)
    draft = ReceiptDraft(
        batch_number=number or f"B{next(_numbers):04}",
        expiry=None if days is None else in_days(service, days),
        quantity=packs * (record.details.pack_size or 1),
        price=Decimal("1.53"),
    )
    return service.receive(item_id, draft, uuid4())


def let_expire(clinic: Clinic, batch_id: int) -> None:
    """Move a batch's expiry to the past, as the days would."""
    clinic.as_administrator(
        "UPDATE cura.inventory_batches SET expiry_date = '2024-02-29' WHERE organization_id = %s AND id = %s",
        clinic.organization_id,
        batch_id,
    )


def proof(clinic: Clinic) -> list[tuple[object, ...]]:
    """What does not add up in the clinic's books: nothing, if all is well."""
    sql = "SELECT what, row_id FROM cura_private.prove() WHERE organization_id = %s"
    return clinic.as_administrator(sql, clinic.organization_id)
