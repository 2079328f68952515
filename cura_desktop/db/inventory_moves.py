"""The only SQL that moves stock by hand: deliveries, adjustments, write-offs, quarantine. The ledger does the sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from cura_desktop.db import stock_rules  # noqa: F401 - its sentences are said here
from cura_desktop.domain.inventory import ReceiptDraft, StockBatch

# Items before batches, as the ledger's own trigger does, in the order of their ids: two desks cannot lock each other.
_LOCK_ITEMS = text(
    "SELECT i.id, i.current_stock FROM cura.inventory_items i WHERE i.id = ANY (:ids) ORDER BY i.id FOR NO KEY UPDATE"
)
_LOCK_BATCHES = text("""
SELECT b.id, b.version, b.item_id, b.batch_number, b.expiry_date::date AS expiry, b.remaining_quantity, b.status,
  b.purchase_price, b.received_date
  FROM cura.inventory_batches b WHERE b.item_id = ANY (:ids) AND b.remaining_quantity > 0
 ORDER BY b.id FOR NO KEY UPDATE""")
_BATCH = text("""
SELECT b.id, b.version, b.item_id, b.batch_number, b.expiry_date::date AS expiry, b.remaining_quantity, b.status,
  b.purchase_price, b.received_date, b.quarantine_reason FROM cura.inventory_batches b WHERE b.id = :id""")
_BATCH_OF = text("""
SELECT b.id, b.expiry_date::date AS expiry, b.status FROM cura.inventory_batches b
 WHERE b.item_id = :item AND b.batch_number = :number""")
_NEW_BATCH = text("""
INSERT INTO cura.inventory_batches (item_id, batch_number, expiry_date, quantity, purchase_price, supplier_id)
VALUES (:item, :number, CAST(:expiry AS date), :quantity, :price, :supplier) RETURNING id""")
_MOVE = text("""
INSERT INTO cura.inventory_stock_movements (item_id, batch_id, movement_type, quantity, unit_cost, reference_type,
  reference_id, reason, client_key)
VALUES (:item, :batch, :kind, :quantity, :cost, :reference, :reference_id, :reason, :key)""")
_MOVED = text("SELECT m.item_id, m.batch_id FROM cura.inventory_stock_movements m WHERE m.client_key = :key")
_SET_STATUS = text("""
UPDATE cura.inventory_batches SET status = :status, quarantine_reason = :reason
 WHERE id = :id AND version = :version""")


@dataclass(frozen=True, slots=True)
class LockedBatch:
    """A batch that this transaction holds."""

    item_id: int
    batch: StockBatch


class StockMovementRepository:
    """Movements are the only way stock changes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock_items(self, item_ids: list[int]) -> dict[int, int]:
        """Hold these items until the end; their stock by id. Items the person may not change are missing."""
        rows = self._session.execute(_LOCK_ITEMS, {"ids": sorted(set(item_ids))})
        return {row.id: row.current_stock for row in rows}

    def lock_batches(self, item_ids: list[int]) -> list[LockedBatch]:
        """Hold the batches of these items that hold something."""
        rows = self._session.execute(_LOCK_BATCHES, {"ids": sorted(set(item_ids))}).mappings()
        return [LockedBatch(row["item_id"], _stock_batch(row)) for row in rows]

    def batch(self, batch_id: int) -> LockedBatch | None:
        """One batch as it is now."""
        row = self._session.execute(_BATCH, {"id": batch_id}).mappings().one_or_none()
        return LockedBatch(row["item_id"], _stock_batch(row)) if row is not None else None

    def batch_of(self, item_id: int, number: str) -> tuple[int, date | None, str] | None:
        """Id, expiry and status of the batch of this number."""
        row = self._session.execute(_BATCH_OF, {"item": item_id, "number": number}).one_or_none()
        return (row.id, row.expiry, row.status) if row is not None else None

    def add_batch(self, item_id: int, draft: ReceiptDraft) -> int:
        """A new batch, still empty: a movement fills it."""
        values = {
            "item": item_id,
            "number": draft.batch_number,
            "expiry": draft.expiry,
            "quantity": draft.quantity,
            "price": draft.price,
            "supplier": draft.supplier_id,
        }
        return cast(int, self._session.execute(_NEW_BATCH, values).scalar_one())

    def moved(self, client_key: UUID) -> tuple[int, int | None] | None:
        """Item and batch of the movement that an earlier submit of this key made."""
        row = self._session.execute(_MOVED, {"key": client_key}).one_or_none()
        return (row.item_id, row.batch_id) if row is not None else None

    def move(
        self,
        item_id: int,
        batch_id: int | None,
        kind: str,
        quantity: int,
        client_key: UUID | None,
        *,
        reason: str | None = None,
        cost: object = None,
        reference: tuple[str, int] | None = None,
    ) -> None:
        """Write a movement; the ledger's trigger changes batch and item, or refuses."""
        values = {
            "item": item_id,
            "batch": batch_id,
            "kind": kind,
            "quantity": quantity,
            "cost": cost,
            "reason": reason,
            "key": client_key,
            "reference": reference[0] if reference else None,
            "reference_id": reference[1] if reference else None,
        }
        self._session.execute(_MOVE, values)

    def set_status(self, batch_id: int, version: int, status: str, reason: str | None) -> bool:
        """Change what may be done with a batch if its version is still this one."""
        values = {"id": batch_id, "version": version, "status": status, "reason": reason}
        return cast("CursorResult[Any]", self._session.execute(_SET_STATUS, values)).rowcount == 1


def _stock_batch(row: Any) -> StockBatch:
    received: datetime = row["received_date"]
    return StockBatch(
        row["id"],
        row["version"],
        row["batch_number"],
        row["expiry"],
        row["remaining_quantity"],
        row["status"],
        row["purchase_price"],
        received,
        reason=row.get("quarantine_reason") or "",
    )
