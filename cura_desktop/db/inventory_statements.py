"""How stock is asked for. Every statement finds only what the signed-in person's policies let through."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from cura_desktop.domain.inventory import StockFilter

_UNUSABLE = "b.status IN ('quarantined', 'recalled') OR b.expiry_date < :today"
_ITEM = """i.id, i.version, i.name, i.sku, i.barcode, i.unit_of_measurement, i.pack_size, i.current_stock,
 i.minimum_stock, i.reorder_point, i.maximum_stock, i.sale_price, i.vat_category, i.prescription_required, i.is_active,
 i.search_key, i.organization_id, i.category_id"""
_SHELF = f"""CROSS JOIN LATERAL (SELECT coalesce(sum(b.remaining_quantity) FILTER (WHERE {_UNUSABLE}), 0) AS unusable,
   coalesce(sum(b.remaining_quantity) FILTER (WHERE b.expiry_date < :today), 0) AS expired,
   coalesce(sum(b.remaining_quantity) FILTER (WHERE b.expiry_date >= :today AND b.expiry_date < :soon
     AND b.status NOT IN ('quarantined', 'recalled')), 0) AS expiring,
   min(b.expiry_date) FILTER (WHERE NOT ({_UNUSABLE})) AS next_expiry
   FROM cura.inventory_batches b
  WHERE b.organization_id = i.organization_id AND b.item_id = i.id AND b.remaining_quantity > 0) s
 JOIN cura.inventory_categories c ON c.organization_id = i.organization_id AND c.id = i.category_id"""  # noqa: S608 (constants of this module)
_SPOILT = """EXISTS (SELECT FROM cura.inventory_batches b WHERE b.organization_id = i.organization_id
  AND b.item_id = i.id AND b.remaining_quantity > 0 AND {0})"""
_LOW = f"""i.current_stock - coalesce((SELECT sum(b.remaining_quantity) FROM cura.inventory_batches b
  WHERE b.organization_id = i.organization_id AND b.item_id = i.id AND b.remaining_quantity > 0 AND ({_UNUSABLE})), 0)
  <= i.reorder_point"""  # noqa: S608 (constants of this module)
_EXPIRED = _SPOILT.format("b.expiry_date < :today")
_EXPIRING = _SPOILT.format(
    "b.expiry_date >= :today AND b.expiry_date < :soon AND b.status NOT IN ('quarantined', 'recalled')"
)
_NARROWED: Mapping[StockFilter, str] = {
    StockFilter.ALL: "true",
    StockFilter.LOW: _LOW,
    StockFilter.EXPIRING: _EXPIRING,
    StockFilter.EXPIRED: _EXPIRED,
}
# An exact code comes first, then names that begin as asked, then names that hold all the words. What is folded holds
# letters, digits and spaces only, so nothing in it is a wildcard.
_CODE = "upper(i.sku) = upper(:wanted) OR ltrim(i.barcode, '0') = ltrim(:wanted, '0')"
FIND = {
    which: text(f"""
WITH w AS MATERIALIZED (SELECT f.folded,
  ARRAY(SELECT '%' || part || '%' FROM unnest(string_to_array(f.folded, ' ')) part) AS patterns
  FROM (SELECT cura.fold(:wanted) AS folded OFFSET 0) f)
SELECT i.*, c.name AS category, s.unusable, s.expired, s.expiring, s.next_expiry FROM (
  SELECT {_ITEM}, CASE WHEN :wanted = '' THEN 3 WHEN {_CODE} THEN 0 WHEN starts_with(i.search_key, w.folded) THEN 1
    ELSE 2 END AS rank FROM cura.inventory_items i, w
   WHERE i.is_active AND {condition}
     AND (:wanted = '' OR {_CODE} OR (w.folded <> '' AND i.search_key LIKE ALL (w.patterns)))
   ORDER BY rank, i.search_key, i.id LIMIT :most) i
 {_SHELF} ORDER BY i.rank, i.search_key, i.id""")  # noqa: S608 (constants of this module)
    for which, condition in _NARROWED.items()
}
BY_IDS = text(f"""
SELECT {_ITEM}, c.name AS category, s.unusable, s.expired, s.expiring, s.next_expiry
  FROM cura.inventory_items i {_SHELF}
 WHERE i.id = ANY (:ids)""")  # noqa: S608 (constants of this module)
COUNTS = text(f"""
SELECT count(*) FILTER (WHERE {_LOW}) AS low, count(*) FILTER (WHERE {_EXPIRING}) AS expiring,
  count(*) FILTER (WHERE {_EXPIRED}) AS expired FROM cura.inventory_items i WHERE i.is_active""")  # noqa: S608 (constants of this module)
RECORD = text(f"""
SELECT i.*, c.name AS category, s.unusable, s.expired, s.expiring, s.next_expiry FROM cura.inventory_items i {_SHELF}
 WHERE i.id = :id""")  # noqa: S608 (constants of this module)
BATCHES = text("""
SELECT b.id, b.version, b.batch_number, b.expiry_date::date AS expiry, b.remaining_quantity, b.status, b.purchase_price,
  b.received_date, b.quarantine_reason, u.name AS supplier
  FROM cura.inventory_batches b
  LEFT JOIN cura.inventory_suppliers u ON u.organization_id = b.organization_id AND u.id = b.supplier_id
 WHERE b.item_id = :id ORDER BY b.remaining_quantity = 0, b.expiry_date NULLS LAST, b.id LIMIT 200""")
MOVEMENTS = text("""
SELECT m.id, m.created_at, m.movement_type, m.quantity, m.previous_stock, m.new_stock, b.batch_number, m.created_by,
  coalesce(m.reason, m.notes, '') AS reason
  FROM cura.inventory_stock_movements m
  LEFT JOIN cura.inventory_batches b ON b.organization_id = m.organization_id AND b.id = m.batch_id
 WHERE m.item_id = :id ORDER BY m.id DESC LIMIT 200""")
ALERTS = text("""
SELECT a.id, a.alert_type, a.item_id, i.name, i.current_stock, i.unit_of_measurement, a.batch_id, b.batch_number,
  b.expiry_date::date AS expiry, b.remaining_quantity, a.created_at
  FROM cura.inventory_stock_alerts a
  JOIN cura.inventory_items i ON i.organization_id = a.organization_id AND i.id = a.item_id
  LEFT JOIN cura.inventory_batches b ON b.organization_id = a.organization_id AND b.id = a.batch_id
 WHERE a.status = 'active' AND i.is_active
 ORDER BY array_position(
    ARRAY['expired', 'out_of_stock', 'low_stock', 'expiring_soon', 'overstock'], a.alert_type::text),
  b.expiry_date NULLS LAST, i.search_key, a.id LIMIT 500""")
SAME_BARCODE = text(
    "SELECT i.name FROM cura.inventory_items i WHERE i.barcode = :code AND i.id <> :besides AND i.is_active LIMIT 1"
)
CATEGORY_RECORDS = text("""
SELECT c.id, c.version, c.name, c.parent_category_id, c.description, c.is_active,
  (SELECT count(*) FROM cura.inventory_items i
    WHERE i.organization_id = c.organization_id AND i.category_id = c.id AND i.is_active) AS items
  FROM cura.inventory_categories c""")
