"""The only SQL that finds, reads and writes stock items, their categories and suppliers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, RowMapping, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_find
from sqlalchemy.orm import Session

from cura_desktop.db.inventory_rows import (
    InventoryCategoryRow,
    InventoryItemRow,
    InventorySupplierRow,
    item_columns,
    item_draft,
    supplier_columns,
    supplier_draft,
)
from cura_desktop.db.inventory_statements import (
    ALERTS,
    BATCHES,
    BY_IDS,
    CATEGORY_RECORDS,
    COUNTS,
    FIND,
    MOVEMENTS,
    RECORD,
    SAME_BARCODE,
)
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.categories import CategoryDraft, CategoryRecord, category_path
from cura_desktop.domain.inventory import (
    ActiveAlert,
    Category,
    ItemDraft,
    ItemRecord,
    Movement,
    StockBatch,
    StockCounts,
    StockFilter,
    StockItem,
    alert_text,
)
from cura_desktop.domain.purchasing import Supplier, SupplierDraft
from cura_desktop.domain.vat import VatCategory

register_sentence("inventory_items_sku", "Another item has this code (SKU).", field="sku")
register_sentence("inventory_items_levels", "The levels do not fit together.", field="maximum")
register_sentence("inventory_suppliers_name", "There is a supplier of this name.", field="name")
register_sentence("inventory_categories_name", "There is a category of this name.", field="name")
register_sentence("inventory_categories_no_ring", "A category cannot stand under itself.", field="parent_id")
register_sentence("inventory_categories_not_own_parent", "A category cannot stand under itself.", field="parent_id")


class InventoryRepository:
    """Stock of the signed-in person's clinic."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # ------------------------------------------------------------------ finding

    def find(self, wanted: str, which: StockFilter, today: date, soon: date, most: int) -> tuple[StockItem, ...]:
        """Active items; `wanted` is words, a SKU or a barcode."""
        values = {"wanted": wanted, "today": today, "soon": soon, "most": most}
        return tuple(_item(row) for row in self._session.execute(FIND[which], values).mappings())

    def counts(self, today: date, soon: date) -> StockCounts:
        """How many active items are low, expiring or expired."""
        row = self._session.execute(COUNTS, {"today": today, "soon": soon}).mappings().one()
        return StockCounts(row["low"], row["expiring"], row["expired"])

    def by_ids(self, ids: Sequence[int], today: date, soon: date) -> dict[int, StockItem]:
        """These items by id, inactive ones too."""
        rows = self._session.execute(BY_IDS, {"ids": list(ids), "today": today, "soon": soon}).mappings()
        return {row["id"]: _item(row) for row in rows}

    def record(self, item_id: int, today: date, soon: date, staff: StaffNames) -> ItemRecord | None:
        """One item with its batches, first to expire first, and its stock card."""
        row = self._session.execute(RECORD, {"id": item_id, "today": today, "soon": soon}).mappings().one_or_none()
        if row is None:
            return None
        batches = tuple(_batch(one) for one in self._session.execute(BATCHES, {"id": item_id}).mappings())
        moved = self._session.execute(MOVEMENTS, {"id": item_id}).mappings().all()
        staff.ensure(self._session, {one["created_by"] for one in moved})
        movements = tuple(_movement(one, staff) for one in moved)
        return ItemRecord(item_id, row["version"], item_draft(row), row["category"], _item(row), batches, movements)

    def draft(self, item_id: int) -> tuple[int, ItemDraft] | None:
        """Version and details of an item."""
        statement = select(InventoryItemRow.__table__).where(InventoryItemRow.id == item_id)
        row = self._session.execute(statement).mappings().one_or_none()
        return (row["version"], item_draft(row)) if row is not None else None

    def name_of_barcode(self, barcode: str, besides: int) -> str | None:
        """Which other active item has this barcode."""
        values = {"code": barcode, "besides": besides}
        return self._session.execute(SAME_BARCODE, values).scalar_one_or_none()

    # ------------------------------------------------------------------ writing

    def add(self, draft: ItemDraft, client_key: UUID) -> int:
        """Add an item; the same key again gives the item of the first time."""
        values = item_columns(draft, (one.name for one in fields(draft))) | {"client_key": client_key}
        return self._add(InventoryItemRow, values, ["organization_id", "client_key"], {"client_key": client_key})

    def change(self, item_id: int, version: int, values: Mapping[str, Any]) -> bool:
        """Write columns if the stored version is still this one."""
        return self._change(InventoryItemRow, item_id, version, values)

    def categories(self) -> tuple[Category, ...]:
        """Those in use, by name."""
        statement = select(InventoryCategoryRow.id, InventoryCategoryRow.name).where(InventoryCategoryRow.is_active)
        rows = self._session.execute(statement.order_by(InventoryCategoryRow.name))
        return tuple(Category(row.id, row.name) for row in rows)

    def add_category(self, name: str) -> int:
        """Add a category; one of this name is taken as it is."""
        return self._add(InventoryCategoryRow, {"name": name}, ["organization_id", "name"], {"name": name})

    def category_records(self, category_id: int | None = None) -> tuple[CategoryRecord, ...]:
        """All, also those not in use, in the order of their paths; or only this one."""
        rows = self._session.execute(CATEGORY_RECORDS).mappings().all()
        drafts = {row["id"]: _category_draft(row) for row in rows}
        found = [
            CategoryRecord(row["id"], row["version"], drafts[row["id"]], row["items"], category_path(drafts, row["id"]))
            for row in rows
            if category_id in (None, row["id"])
        ]
        return tuple(sorted(found, key=lambda one: one.path.casefold()))

    def add_category_record(self, draft: CategoryDraft) -> int:
        """Add a category; raises through `inventory_categories_name` when there is one of the name."""
        statement = insert_or_find(InventoryCategoryRow).values(_category_values(draft))
        return self._session.execute(statement.returning(InventoryCategoryRow.id)).scalar_one()

    def change_category(self, category_id: int, version: int, draft: CategoryDraft) -> bool:
        """Write it if the stored version is still this one."""
        return self._change(InventoryCategoryRow, category_id, version, _category_values(draft))

    def suppliers(self) -> tuple[Supplier, ...]:
        """All, by name."""
        rows = self._session.execute(select(InventorySupplierRow.__table__).order_by(InventorySupplierRow.name))
        return tuple(Supplier(row["id"], row["version"], supplier_draft(row)) for row in rows.mappings())

    def supplier(self, supplier_id: int) -> Supplier | None:
        """One of them."""
        statement = select(InventorySupplierRow.__table__).where(InventorySupplierRow.id == supplier_id)
        row = self._session.execute(statement).mappings().one_or_none()
        return Supplier(row["id"], row["version"], supplier_draft(row)) if row is not None else None

    def add_supplier(self, draft: SupplierDraft) -> int:
        """Add a supplier; raises through `inventory_suppliers_name` when there is one of the name."""
        values = supplier_columns(draft, (one.name for one in fields(draft)))
        statement = insert_or_find(InventorySupplierRow).values(values).returning(InventorySupplierRow.id)
        return self._session.execute(statement).scalar_one()

    def change_supplier(self, supplier_id: int, version: int, values: Mapping[str, Any]) -> bool:
        """Write columns if the stored version is still this one."""
        return self._change(InventorySupplierRow, supplier_id, version, values)

    def refresh_alerts(self) -> None:
        """Let the database look at every item again: days pass without a movement."""
        self._session.execute(text("SELECT cura.refresh_stock_alerts()"))

    def alerts(self) -> tuple[ActiveAlert, ...]:
        """The active ones, the most urgent first, told from the stock as it is now."""
        return tuple(_alert(row) for row in self._session.execute(ALERTS).mappings())

    def _add(self, table: Any, values: Mapping[str, Any], unique: list[str], same: Mapping[str, Any]) -> int:
        statement = insert_or_find(table).values(dict(values)).on_conflict_do_nothing(index_elements=unique)
        found = self._session.execute(statement.returning(table.id)).scalar_one_or_none()
        if found is None:
            found = self._session.execute(select(table.id).filter_by(**same)).scalar_one()
        return cast(int, found)

    def _change(self, table: Any, row_id: int, version: int, values: Mapping[str, Any]) -> bool:
        statement = (
            update(table)
            .where(table.id == row_id, table.version == version)
            .values(dict(values))
            .execution_options(synchronize_session=False)
        )
        return cast("CursorResult[Any]", self._session.execute(statement)).rowcount == 1


def _category_draft(row: RowMapping) -> CategoryDraft:
    return CategoryDraft(row["name"], row["parent_category_id"], row["description"] or "", row["is_active"])


def _category_values(draft: CategoryDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "parent_category_id": draft.parent_id,
        "description": draft.description or None,
        "is_active": draft.is_active,
    }


def _item(row: RowMapping) -> StockItem:
    return StockItem(
        id=row["id"],
        name=row["name"],
        sku=row["sku"],
        barcode=row["barcode"] or "",
        category=row["category"],
        unit=row["unit_of_measurement"],
        pack_size=row["pack_size"],
        stock=row["current_stock"],
        unusable=int(row["unusable"]),
        expired=int(row["expired"]),
        expiring=int(row["expiring"]),
        next_expiry=row["next_expiry"].date() if row["next_expiry"] else None,
        minimum=row["minimum_stock"],
        reorder_point=row["reorder_point"],
        maximum=row["maximum_stock"],
        sale_price=row["sale_price"],
        vat_category=VatCategory(row["vat_category"].lower()),
        prescription_required=row["prescription_required"],
        is_active=row["is_active"],
    )


def _batch(row: RowMapping) -> StockBatch:
    return StockBatch(
        id=row["id"],
        version=row["version"],
        number=row["batch_number"],
        expiry=row["expiry"],
        remaining=row["remaining_quantity"],
        status=row["status"],
        purchase_price=row["purchase_price"],
        received_at=row["received_date"],
        supplier=row["supplier"] or "",
        reason=row["quarantine_reason"] or "",
    )


def _movement(row: RowMapping, staff: StaffNames) -> Movement:
    return Movement(
        id=row["id"],
        moved_at=row["created_at"],
        kind=row["movement_type"],
        quantity=row["quantity"],
        before=row["previous_stock"],
        after=row["new_stock"],
        batch_number=row["batch_number"] or "",
        who=staff.name(row["created_by"]),
        reason=row["reason"],
    )


def _alert(row: RowMapping) -> ActiveAlert:
    words = alert_text(
        row["alert_type"],
        row["current_stock"],
        row["unit_of_measurement"],
        row["batch_number"] or "",
        row["expiry"],
        row["remaining_quantity"] or 0,
    )
    return ActiveAlert(
        row["id"], row["alert_type"], row["item_id"], row["name"], words, row["batch_id"], row["created_at"]
    )
