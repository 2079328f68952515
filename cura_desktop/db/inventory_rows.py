"""The tables of stock that people write to, and how their columns map to drafts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, FetchedValue, Integer, RowMapping, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from cura_desktop.db.base import Base, OrganizationOwned
from cura_desktop.domain.inventory import ItemDraft
from cura_desktop.domain.purchasing import SupplierDraft
from cura_desktop.domain.vat import VatCategory

_FILLED = FetchedValue()


class InventoryCategoryRow(OrganizationOwned, Base):
    """`cura.inventory_categories`."""

    __tablename__ = "inventory_categories"

    name: Mapped[str]
    parent_category_id: Mapped[int | None]
    description: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=_FILLED)
    version: Mapped[int] = mapped_column(Integer, server_default=_FILLED)


class InventoryItemRow(OrganizationOwned, Base):
    """`cura.inventory_items`. `current_stock` belongs to the ledger."""

    __tablename__ = "inventory_items"

    category_id: Mapped[int]
    name: Mapped[str]
    sku: Mapped[str] = mapped_column(String(100))
    barcode: Mapped[str | None] = mapped_column(String(100))
    generic_name: Mapped[str | None]
    brand_name: Mapped[str | None]
    manufacturer: Mapped[str | None]
    unit_of_measurement: Mapped[str] = mapped_column(String(20))
    pack_size: Mapped[int]
    purchase_price: Mapped[Decimal]
    sale_price: Mapped[Decimal]
    tax_rate: Mapped[Decimal]
    vat_category: Mapped[str] = mapped_column(String(10))
    minimum_stock: Mapped[int]
    maximum_stock: Mapped[int]
    reorder_point: Mapped[int]
    expiry_tracking: Mapped[bool]
    batch_tracking: Mapped[bool]
    prescription_required: Mapped[bool]
    storage_conditions: Mapped[str | None]
    location: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=_FILLED)
    version: Mapped[int] = mapped_column(Integer, server_default=_FILLED)
    client_key: Mapped[UUID | None] = mapped_column(Uuid)
    created_at: Mapped[datetime] = mapped_column(server_default=_FILLED)


class InventorySupplierRow(OrganizationOwned, Base):
    """`cura.inventory_suppliers`."""

    __tablename__ = "inventory_suppliers"

    name: Mapped[str]
    contact_person: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(String(20))
    address: Mapped[str | None]
    city: Mapped[str | None]
    payment_terms: Mapped[str | None] = mapped_column(String(100))
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=_FILLED)
    version: Mapped[int] = mapped_column(Integer, server_default=_FILLED)


_COLUMNS: Mapping[str, str] = {
    "unit": "unit_of_measurement",
    "minimum": "minimum_stock",
    "maximum": "maximum_stock",
    "storage": "storage_conditions",
}
_OPTIONAL = frozenset({"barcode", "generic_name", "brand_name", "manufacturer", "storage", "location"})


def item_columns(draft: ItemDraft, names: Iterable[str]) -> dict[str, Any]:
    """These fields of a draft as columns; VAT and batches also fill the documented columns that follow from them."""
    values: dict[str, Any] = {}
    for name in names:
        value = getattr(draft, name)
        values[_COLUMNS.get(name, name)] = value or None if name in _OPTIONAL else value
    if "vat_category" in values:
        values |= {"vat_category": draft.vat_category.value.upper(), "tax_rate": draft.vat_category.rate}
    if "batch_tracking" in values:
        values["expiry_tracking"] = draft.batch_tracking
    return values


def item_draft(row: RowMapping) -> ItemDraft:
    """The draft that a stored item stands for."""
    return ItemDraft(
        name=row["name"],
        sku=row["sku"],
        barcode=row["barcode"] or "",
        category_id=row["category_id"],
        generic_name=row["generic_name"] or "",
        brand_name=row["brand_name"] or "",
        manufacturer=row["manufacturer"] or "",
        unit=row["unit_of_measurement"],
        pack_size=row["pack_size"],
        purchase_price=row["purchase_price"],
        sale_price=row["sale_price"],
        vat_category=VatCategory(row["vat_category"].lower()),
        minimum=row["minimum_stock"],
        reorder_point=row["reorder_point"],
        maximum=row["maximum_stock"],
        batch_tracking=row["batch_tracking"],
        prescription_required=row["prescription_required"],
        storage=row["storage_conditions"] or "",
        location=row["location"] or "",
        is_active=row["is_active"],
    )


def supplier_columns(draft: SupplierDraft, names: Iterable[str]) -> dict[str, Any]:
    """These fields as columns; an empty text is stored as none."""
    return {
        name: getattr(draft, name) if name in ("name", "is_active") else getattr(draft, name) or None for name in names
    }


def supplier_draft(row: RowMapping) -> SupplierDraft:
    """The draft that a stored supplier stands for."""
    names = ("name", "contact_person", "email", "phone", "address", "city", "payment_terms")
    return SupplierDraft(**{name: row[name] or "" for name in names}, is_active=row["is_active"])
