"""Finding and describing what is in stock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from cura_desktop.db.database import Transaction
from cura_desktop.db.inventory import InventoryRepository
from cura_desktop.db.inventory_rows import item_columns, supplier_columns
from cura_desktop.domain.barcodes import read_scan
from cura_desktop.domain.categories import CategoryDraft, CategoryRecord
from cura_desktop.domain.errors import InvalidInputError, NotFoundError, StaleRecordError
from cura_desktop.domain.inventory import (
    ActiveAlert,
    Category,
    ItemDraft,
    ItemRecord,
    StockCounts,
    StockFilter,
    StockItem,
    StockView,
)
from cura_desktop.domain.merge import merge
from cura_desktop.domain.purchasing import Supplier, SupplierDraft
from cura_desktop.services.inventory.base import GONE, StockPart

MOST = 200
_ATTEMPTS = 3


class ItemService(StockPart):
    """Items, categories, suppliers and alerts."""

    # ------------------------------------------------------------------ finding

    def search(
        self, text: str = "", which: StockFilter = StockFilter.ALL, *, most: int = MOST
    ) -> tuple[StockItem, ...]:
        """Active items by name (beginning, then words anywhere), SKU or barcode (exact); all for an empty text."""
        with self._reading() as transaction:
            return self._find(transaction, text, which, most)

    def look(self, text: str = "", which: StockFilter = StockFilter.ALL) -> StockView:
        """The same, with how many items need something."""
        with self._reading() as transaction:
            found = self._find(transaction, text, which, MOST)
            counts: StockCounts = InventoryRepository(transaction.session).counts(self.today(), self._soon())
        return StockView(found, counts)

    def _find(self, transaction: Transaction, text: str, which: StockFilter, most: int) -> tuple[StockItem, ...]:
        wanted = read_scan(text.replace("\x00", "")).code[:200]
        return InventoryRepository(transaction.session).find(wanted, which, self.today(), self._soon(), most)

    def stock_now(self, item_ids: Sequence[int]) -> dict[int, StockItem]:
        """These items as they are at this moment, by id."""
        with self._reading() as transaction:
            return InventoryRepository(transaction.session).by_ids(item_ids, self.today(), self._soon())

    def item(self, item_id: int) -> ItemRecord:
        """One item with its batches, first to expire first, and its stock card. Raises `NotFoundError`."""
        with self._reading() as transaction:
            return self._record(transaction, item_id)

    # ------------------------------------------------------------------ describing

    def add_item(self, draft: ItemDraft, client_key: UUID) -> int:
        """Add an item; the same key again gives the item of the first time. Raises `InvalidInputError`."""
        typed = draft.normalised()
        if problems := typed.problems():
            raise InvalidInputError(problems)
        with self._writing("create") as transaction:
            items = InventoryRepository(transaction.session)
            item_id = items.add(typed, client_key)
            self._check_barcode(items, typed.barcode, item_id)
            return item_id

    def change_item(self, item_id: int, version: int, base: ItemDraft, draft: ItemDraft) -> ItemRecord:
        """Save what changed from `base`, the details as they were when editing began at `version`.

        What somebody else changed meanwhile is kept where the fields differ. Raises `StaleRecordError` (its `current`
        is an `ItemRecord`) where they do not, `InvalidInputError`, `NotFoundError`.
        """
        mine, before = draft.normalised(), base.normalised()
        if problems := mine.problems():
            raise InvalidInputError(problems)
        with self._writing() as transaction:
            items = InventoryRepository(transaction.session)
            for _ in range(_ATTEMPTS):
                stored_version, stored = self._draft(items, item_id)
                merged = self._merged(transaction, item_id, before, mine, stored)
                values = item_columns(merged, _changed(stored, merged))
                if "batch_tracking" in values:
                    self._check_tracking(transaction, item_id)
                if not values or items.change(item_id, stored_version, values):
                    self._check_barcode(items, merged.barcode, item_id)
                    return self._record(transaction, item_id)
        raise StaleRecordError(None)

    def _draft(self, items: InventoryRepository, item_id: int) -> tuple[int, ItemDraft]:
        found = items.draft(item_id)
        if found is None:
            raise NotFoundError(GONE)
        return found

    def _merged(
        self, transaction: Transaction, item_id: int, base: ItemDraft, mine: ItemDraft, stored: ItemDraft
    ) -> ItemDraft:
        result = merge(base, mine, stored.normalised())
        if not result.is_clean:
            raise StaleRecordError(self._record(transaction, item_id), result.conflicts)
        merged = ItemDraft(**result.values)
        if problems := merged.problems():
            raise InvalidInputError(problems)
        return merged

    def _check_tracking(self, transaction: Transaction, item_id: int) -> None:
        """Units on the shelf either belong to batches or they do not; the sums could not agree otherwise."""
        if self._record(transaction, item_id).summary.stock:
            sentence = "This can change only while nothing is in stock: what is there belongs to batches or does not."
            raise InvalidInputError({"batch_tracking": sentence})

    def _check_barcode(self, items: InventoryRepository, barcode: str, item_id: int) -> None:
        other = items.name_of_barcode(barcode, item_id) if barcode else None
        if other is not None:
            raise InvalidInputError({"barcode": f"{other} has this barcode."})

    # ------------------------------------------------------------------ categories and suppliers

    def categories(self) -> tuple[Category, ...]:
        """Those in use, by name."""
        with self._reading() as transaction:
            return InventoryRepository(transaction.session).categories()

    def add_category(self, name: str) -> Category:
        """Add a category; one of this name is taken as it is. Raises `InvalidInputError` {"name"}."""
        cleaned = " ".join(name.split())
        if not cleaned or len(cleaned) > 100:
            raise InvalidInputError({"name": "Please give a name of at most 100 characters."})
        with self._writing("create") as transaction:
            return Category(InventoryRepository(transaction.session).add_category(cleaned), cleaned)

    def category_records(self) -> tuple[CategoryRecord, ...]:
        """All, also those not in use, in the order of their paths."""
        with self._reading() as transaction:
            return InventoryRepository(transaction.session).category_records()

    def add_category_record(self, draft: CategoryDraft) -> CategoryRecord:
        """Add a category with its place in the tree. Raises `InvalidInputError` (also for a name that is taken)."""
        typed = draft.normalised()
        if problems := typed.problems():
            raise InvalidInputError(problems)
        with self._writing("create") as transaction:
            items = InventoryRepository(transaction.session)
            return items.category_records(items.add_category_record(typed))[0]

    def change_category(
        self, category_id: int, version: int, base: CategoryDraft, draft: CategoryDraft
    ) -> CategoryRecord:
        """Rename, move or retire a category. Raises `InvalidInputError` ("parent_id" for a ring), `StaleRecordError`.

        `base` is the category as it was when editing began at `version`; what others changed in other fields is kept.
        """
        typed = draft.normalised()
        if problems := typed.problems():
            raise InvalidInputError(problems)
        with self._writing() as transaction:
            items = InventoryRepository(transaction.session)
            found = items.category_records(category_id)
            if not found:
                raise NotFoundError("This category is not in the clinic's list.")
            stored = found[0]
            result = merge(base.normalised(), typed, stored.details)
            if not result.is_clean:
                raise StaleRecordError(stored, result.conflicts)
            if not items.change_category(category_id, stored.version, CategoryDraft(**result.values)):
                raise StaleRecordError(stored)
            return items.category_records(category_id)[0]

    def suppliers(self) -> tuple[Supplier, ...]:
        """All, by name."""
        with self._reading() as transaction:
            return InventoryRepository(transaction.session).suppliers()

    def add_supplier(self, draft: SupplierDraft) -> int:
        """Add a supplier. Raises `InvalidInputError`."""
        typed = _cleaned(draft)
        if problems := typed.problems():
            raise InvalidInputError(problems)
        with self._writing("create") as transaction:
            return InventoryRepository(transaction.session).add_supplier(typed)

    def change_supplier(self, supplier_id: int, version: int, base: SupplierDraft, draft: SupplierDraft) -> Supplier:
        """Save what changed from `base`. Raises as `change_item`."""
        mine, before = _cleaned(draft), _cleaned(base)
        if problems := mine.problems():
            raise InvalidInputError(problems)
        with self._writing() as transaction:
            repository = InventoryRepository(transaction.session)
            for _ in range(_ATTEMPTS):
                stored = repository.supplier(supplier_id)
                if stored is None:
                    raise NotFoundError("This supplier is not in the clinic's list.")
                result = merge(before, mine, stored.details)
                if not result.is_clean:
                    raise StaleRecordError(stored, result.conflicts)
                values = supplier_columns(
                    SupplierDraft(**result.values), _changed(stored.details, SupplierDraft(**result.values))
                )
                if not values or repository.change_supplier(supplier_id, stored.version, values):
                    changed = repository.supplier(supplier_id)
                    return changed or stored
        raise StaleRecordError(None)

    # ------------------------------------------------------------------ alerts

    def alerts(self) -> tuple[ActiveAlert, ...]:
        """What is to be seen to now, the most urgent first. Looks at every item again: days pass without a movement."""
        with self._database.transaction(self._caller) as transaction:
            repository = InventoryRepository(transaction.session)
            repository.refresh_alerts()
            return repository.alerts()


def _changed(old: Any, new: Any) -> Mapping[str, None]:
    return {one.name: None for one in fields(old) if getattr(old, one.name) != getattr(new, one.name)}


def _cleaned(draft: SupplierDraft) -> SupplierDraft:
    texts = {one.name: " ".join(getattr(draft, one.name).split()) for one in fields(draft) if one.name != "is_active"}
    return SupplierDraft(**texts, is_active=draft.is_active)
