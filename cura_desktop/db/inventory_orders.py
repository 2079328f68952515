"""The only SQL of purchase orders."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.db.staff_names import StaffNames
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.purchasing import (
    OPEN,
    USAGE_DAYS,
    OrderLine,
    OrderLineDraft,
    PurchaseOrder,
    ReorderProposal,
    packs_to_order,
)

register_sentence("purchase_orders_steps", "Somebody else took this order further; it was read again.")
register_sentence("purchase_order_lines_final", "An approved order does not change any more; write another one.")
register_sentence("purchase_order_items_quantities", "That is more than is still open on this order.", field="quantity")

_ORDERS = text("""
SELECT o.id, o.version, o.po_number, o.supplier_id, s.name AS supplier, o.status, o.order_date,
  o.expected_delivery_date::date AS expected, o.total_amount, coalesce(o.notes, '') AS notes, o.created_by,
  o.approved_by, o.approved_at,
  coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'item_id', l.item_id, 'item', i.name, 'packs', l.quantity,
    'received', l.received_quantity, 'price', l.unit_price::text, 'pack_size', i.pack_size,
    'unit', i.unit_of_measurement) ORDER BY l.id)
    FILTER (WHERE l.id IS NOT NULL), '[]') AS lines
  FROM cura.inventory_purchase_orders o
  JOIN cura.inventory_suppliers s ON s.organization_id = o.organization_id AND s.id = o.supplier_id
  LEFT JOIN cura.inventory_purchase_order_items l
    ON l.organization_id = o.organization_id AND l.purchase_order_id = o.id
  LEFT JOIN cura.inventory_items i ON i.organization_id = l.organization_id AND i.id = l.item_id
 WHERE (CAST(:id AS int) IS NULL OR o.id = :id) AND (NOT :open OR o.status = ANY (:states))
 GROUP BY o.organization_id, o.id, s.name ORDER BY o.id DESC LIMIT 200""")
_BY_KEY = text("SELECT o.id FROM cura.inventory_purchase_orders o WHERE o.client_key = :key")
_ADD = text("""
INSERT INTO cura.inventory_purchase_orders (supplier_id, expected_delivery_date, total_amount, notes, client_key)
SELECT :supplier, CAST(:expected AS date), :total, :notes, :key
 WHERE NOT EXISTS (SELECT FROM cura.inventory_purchase_orders o WHERE o.client_key = :key) RETURNING id""")
_ADD_LINE = text("""
INSERT INTO cura.inventory_purchase_order_items (purchase_order_id, item_id, quantity, unit_price, total_price)
VALUES (:order, :item, :packs, :price, :total)""")
_TAKE = text("""
UPDATE cura.inventory_purchase_order_items SET received_quantity = received_quantity + :packs WHERE id = :id
RETURNING purchase_order_id""")
_SETTLE = text("""
UPDATE cura.inventory_purchase_orders o SET status = CASE WHEN EXISTS (SELECT FROM cura.inventory_purchase_order_items l
  WHERE l.organization_id = o.organization_id AND l.purchase_order_id = o.id AND l.received_quantity < l.quantity)
  THEN 'part_received' ELSE 'received' END WHERE o.id = :id""")
_STEP = text(
    "UPDATE cura.inventory_purchase_orders SET status = :status WHERE id = :id AND version = :version RETURNING id"
)
_PAPER = text("""
SELECT f.id, f.content FROM cura.document_files f
 WHERE f.subject_table = 'inventory_purchase_orders' AND f.subject_id = :id AND f.kind = 'purchase_order'""")
_KEEP = text("""
INSERT INTO cura.document_files (subject_table, subject_id, kind, is_clinical, file_name, content, sha256)
VALUES ('inventory_purchase_orders', :id, 'purchase_order', false, :name, :content, :hash)
ON CONFLICT (organization_id, subject_table, subject_id, kind) DO NOTHING""")
# What every item has, what is coming, and what went to patients and customers; the supplier of the last delivery.
_LEVELS = text("""
SELECT i.id, i.name, i.unit_of_measurement AS unit, i.pack_size, i.reorder_point, i.maximum_stock AS maximum,
  i.purchase_price AS price, greatest(i.current_stock - coalesce(b.unusable, 0), 0) AS usable,
  coalesce(c.coming, 0) AS on_order, coalesce(u.used, 0) AS used, d.supplier_id, s.name AS supplier
  FROM cura.inventory_items i
  LEFT JOIN LATERAL (SELECT sum(b.remaining_quantity) AS unusable FROM cura.inventory_batches b
    WHERE b.organization_id = i.organization_id AND b.item_id = i.id AND b.remaining_quantity > 0
      AND (b.status <> 'active' OR b.expiry_date::date < :today)) b ON true
  LEFT JOIN LATERAL (SELECT sum((l.quantity - l.received_quantity) * i.pack_size) AS coming
     FROM cura.inventory_purchase_order_items l
     JOIN cura.inventory_purchase_orders o ON o.organization_id = l.organization_id AND o.id = l.purchase_order_id
    WHERE l.organization_id = i.organization_id AND l.item_id = i.id AND o.status = ANY (:states)) c ON true
  LEFT JOIN LATERAL (SELECT -sum(m.quantity) AS used FROM cura.inventory_stock_movements m
    WHERE m.organization_id = i.organization_id AND m.item_id = i.id AND m.created_at >= :since
      AND m.movement_type IN ('sale', 'dispense', 'return')) u ON true
  LEFT JOIN LATERAL (SELECT b.supplier_id FROM cura.inventory_batches b
    WHERE b.organization_id = i.organization_id AND b.item_id = i.id AND b.supplier_id IS NOT NULL
    ORDER BY b.received_date DESC, b.id DESC LIMIT 1) d ON true
  LEFT JOIN cura.inventory_suppliers s ON s.organization_id = i.organization_id AND s.id = d.supplier_id AND s.is_active
 WHERE i.is_active AND i.reorder_point > 0
   AND greatest(i.current_stock - coalesce(b.unusable, 0), 0) + coalesce(c.coming, 0) <= i.reorder_point
 ORDER BY s.name NULLS LAST, i.search_key LIMIT 500""")


class PurchaseOrderRepository:
    """Orders of the signed-in person's clinic."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def orders(
        self, order_id: int | None = None, *, only_open: bool = False, staff: StaffNames | None = None
    ) -> tuple[PurchaseOrder, ...]:
        """The newest first, or only this one; with `only_open`, those of which something is still expected."""
        values = {"id": order_id, "open": only_open, "states": list(OPEN)}
        rows = self._session.execute(_ORDERS, values).all()
        names = staff or StaffNames()
        names.ensure(self._session, {one for row in rows for one in (row.created_by, row.approved_by)})
        return tuple(_order(row, names) for row in rows)

    def step(self, order_id: int, version: int, status: str) -> bool:
        """Take a step if the stored version is still this one; the database knows which may follow which."""
        values = {"id": order_id, "version": version, "status": status}
        return self._session.execute(_STEP, values).scalar_one_or_none() is not None

    def paper(self, order_id: int) -> tuple[int, bytes] | None:
        """The id and bytes of the order's paper, once it was written."""
        row = self._session.execute(_PAPER, {"id": order_id}).one_or_none()
        return None if row is None else (row.id, bytes(row.content))

    def keep_paper(self, order_id: int, name: str, content: bytes) -> None:
        """Keep the bytes once; what is there already stays."""
        values = {"id": order_id, "name": name, "content": content, "hash": hashlib.sha256(content).digest()}
        self._session.execute(_KEEP, values)

    def proposals(self, today: date) -> tuple[ReorderProposal, ...]:
        """Items at or under their reorder point, counting what is on order, by supplier."""
        since = datetime.combine(today, time()) - timedelta(days=USAGE_DAYS)
        rows = self._session.execute(_LEVELS, {"today": today, "since": since, "states": list(OPEN)})
        return tuple(_proposal(row) for row in rows)

    def by_key(self, client_key: UUID) -> int | None:
        """The order that an earlier submit of this key made."""
        return self._session.execute(_BY_KEY, {"key": client_key}).scalar_one_or_none()

    def add(
        self, supplier_id: int, expected: date | None, lines: Sequence[OrderLineDraft], notes: str, client_key: UUID
    ) -> int | None:
        """Add an order with its lines; None when this key was submitted before."""
        total = sum((line.packs * line.price for line in lines), Decimal(0))
        values = {
            "supplier": supplier_id,
            "expected": expected,
            "total": total,
            "notes": notes or None,
            "key": client_key,
        }
        order_id = cast("int | None", self._session.execute(_ADD, values).scalar_one_or_none())
        if order_id is not None:
            for line in lines:
                row = {"order": order_id, "item": line.item_id, "packs": line.packs, "price": line.price}
                self._session.execute(_ADD_LINE, row | {"total": line.packs * line.price})
        return order_id

    def take(self, line_id: int, packs: int) -> None:
        """So many packs of a line have come; raises through `purchase_order_items_quantities` when too many."""
        order_id = self._session.execute(_TAKE, {"id": line_id, "packs": packs}).scalar_one()
        self._session.execute(_SETTLE, {"id": order_id})


def _proposal(row: Any) -> ReorderProposal:
    usable, coming, used = int(row.usable), int(row.on_order), max(int(row.used), 0)
    return ReorderProposal(
        row.id,
        row.name,
        row.unit,
        row.pack_size,
        usable,
        coming,
        row.reorder_point,
        used,
        packs_to_order(usable, coming, row.reorder_point, row.maximum, used, row.pack_size),
        row.price,
        row.supplier_id if row.supplier else None,
        row.supplier or "",
    )


def _order(row: Any, staff: StaffNames) -> PurchaseOrder:
    lines = tuple(OrderLine(**{**line, "price": Decimal(line["price"])}) for line in row.lines)
    return PurchaseOrder(
        row.id,
        row.version,
        row.po_number,
        row.supplier_id,
        row.supplier,
        row.status,
        row.order_date,
        row.expected,
        row.total_amount,
        lines,
        row.notes,
        staff.name(row.created_by),
        staff.name(row.approved_by),
        row.approved_at,
    )
