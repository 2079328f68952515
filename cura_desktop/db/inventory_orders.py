"""The only SQL of purchase orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.purchasing import OrderLine, OrderLineDraft, PurchaseOrder

register_sentence("purchase_order_items_quantities", "That is more than is still open on this order.", field="quantity")

_ORDERS = text("""
SELECT o.id, o.version, o.po_number, o.supplier_id, s.name AS supplier, o.status, o.order_date,
  o.expected_delivery_date::date AS expected, o.total_amount,
  coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'item_id', l.item_id, 'item', i.name, 'packs', l.quantity,
    'received', l.received_quantity, 'price', l.unit_price::text, 'pack_size', i.pack_size) ORDER BY l.id)
    FILTER (WHERE l.id IS NOT NULL), '[]') AS lines
  FROM cura.inventory_purchase_orders o
  JOIN cura.inventory_suppliers s ON s.organization_id = o.organization_id AND s.id = o.supplier_id
  LEFT JOIN cura.inventory_purchase_order_items l
    ON l.organization_id = o.organization_id AND l.purchase_order_id = o.id
  LEFT JOIN cura.inventory_items i ON i.organization_id = l.organization_id AND i.id = l.item_id
 WHERE CAST(:id AS int) IS NULL OR o.id = :id
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


class PurchaseOrderRepository:
    """Orders of the signed-in person's clinic."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def orders(self, order_id: int | None = None) -> tuple[PurchaseOrder, ...]:
        """The newest first, or only this one."""
        return tuple(_order(row) for row in self._session.execute(_ORDERS, {"id": order_id}))

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


def _order(row: Any) -> PurchaseOrder:
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
    )
