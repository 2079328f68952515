"""The only SQL that follows a batch to people and sales: from its movements, by the index on the batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from cura_desktop.db.record_shapes import address_lines
from cura_desktop.domain.inventory import StockBatch
from cura_desktop.domain.recall import BatchFound, BatchSupply, BatchTrace

_BATCH = """
SELECT b.id, b.version, b.batch_number, b.expiry_date::date AS expiry, b.remaining_quantity, b.status, b.purchase_price,
  b.received_date, coalesce(b.quarantine_reason, '') AS reason, coalesce(u.name, '') AS supplier, i.id AS item_id,
  i.name AS item, i.unit_of_measurement AS unit
  FROM cura.inventory_batches b
  JOIN cura.inventory_items i ON i.organization_id = b.organization_id AND i.id = b.item_id
  LEFT JOIN cura.inventory_suppliers u ON u.organization_id = b.organization_id AND u.id = b.supplier_id"""
_FIND = text(f"""{_BATCH}
 WHERE upper(b.batch_number) LIKE :beginning
 ORDER BY b.status = 'recalled' DESC, b.batch_number, i.search_key LIMIT 100""")
_ONE = text(f"{_BATCH} WHERE b.id = :id")
_SUMS = text("""
SELECT coalesce(sum(m.quantity) FILTER (WHERE m.movement_type IN ('opening', 'purchase')), 0) AS received,
  coalesce(-sum(m.quantity) FILTER (WHERE m.movement_type IN ('sale', 'dispense', 'return')), 0) AS supplied,
  coalesce(sum(m.quantity) FILTER (
    WHERE m.movement_type NOT IN ('opening', 'purchase', 'sale', 'dispense', 'return')), 0) AS other
  FROM cura.inventory_stock_movements m WHERE m.batch_id = :id""")
# One line for each patient and way; sales without a name one line each, so that the till's copy can be found. People
# and sales are read by their ids afterwards: joined under row-level security they would be looked up one by one.
_SUPPLIES = text("""
SELECT CASE WHEN m.reference_type = 'dispensing' THEN 'Dispensed' ELSE 'Sold' END AS how, m.patient_id,
  min(m.created_at) AS first_at, max(m.created_at) AS last_at, -sum(m.quantity) AS quantity,
  array_agg(DISTINCT m.reference_id) FILTER (WHERE m.reference_type = 'sale') AS sales
  FROM cura.inventory_stock_movements m
 WHERE m.batch_id = :id AND m.movement_type IN ('sale', 'dispense', 'return')
 GROUP BY how, m.patient_id, CASE WHEN m.patient_id IS NULL THEN m.reference_id END
HAVING sum(m.quantity) <> 0""")
_SALES = text("SELECT s.id, s.sale_number FROM cura.inventory_sales s WHERE s.id = ANY (CAST(:ids AS integer[]))")
_PEOPLE = text("""
SELECT p.id, p.patient_id AS number, p.last_name, p.first_name, p.date_of_birth
  FROM cura.patients p WHERE p.id = ANY (CAST(:ids AS integer[]))""")
_REACH = text("""
SELECT f.id, f.phone, f.email, f.address FROM cura.patient_fields f WHERE f.id = ANY (CAST(:ids AS integer[]))""")


class RecallRepository:
    """Batches of the signed-in person's clinic and where they went."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, number: str) -> tuple[BatchFound, ...]:
        """Batches whose number begins so, recalled ones first."""
        plain = number.upper().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = self._session.execute(_FIND, {"beginning": f"{plain}%"}).mappings()
        return tuple(BatchFound(row["item_id"], row["item"], row["unit"], _batch(row)) for row in rows)

    def trace(self, batch_id: int) -> BatchTrace | None:
        """Everything about one batch, people by name, sales without a name last."""
        row = self._session.execute(_ONE, {"id": batch_id}).mappings().one_or_none()
        if row is None:
            return None
        sums = self._session.execute(_SUMS, {"id": batch_id}).one()
        supplies = self._supplies(batch_id)
        return BatchTrace(
            row["item_id"], row["item"], row["unit"], _batch(row), int(sums.received), int(sums.supplied),
            int(sums.other), supplies,
        )  # fmt: skip

    def _supplies(self, batch_id: int) -> tuple[BatchSupply, ...]:
        rows = self._session.execute(_SUPPLIES, {"id": batch_id}).mappings().all()
        ids = sorted({row["patient_id"] for row in rows if row["patient_id"] is not None})
        people = {one["id"]: one for one in self._session.execute(_PEOPLE, {"ids": ids}).mappings()}
        reach = {one["id"]: one for one in self._session.execute(_REACH, {"ids": ids}).mappings()}
        sales = sorted({one for row in rows for one in row["sales"] or ()})
        numbers = {row.id: row.sale_number for row in self._session.execute(_SALES, {"ids": sales})}
        found = [_supply(row, people.get(row["patient_id"]), reach.get(row["patient_id"]), numbers) for row in rows]
        return tuple(sorted(found, key=_by_name))


def _by_name(one: BatchSupply) -> tuple[bool, str, str, int, datetime]:
    """People by name, then what has none."""
    return (
        one.patient_id is None,
        one.family_name.casefold(),
        one.given_name.casefold(),
        one.patient_id or 0,
        one.first_at,
    )


def _batch(row: RowMapping) -> StockBatch:
    return StockBatch(
        row["id"], row["version"], row["batch_number"], row["expiry"], row["remaining_quantity"], row["status"],
        row["purchase_price"], row["received_date"], row["supplier"], row["reason"],
    )  # fmt: skip


def _supply(
    row: RowMapping, person: RowMapping | None, reach: RowMapping | None, numbers: Mapping[int, str]
) -> BatchSupply:
    supply = BatchSupply(
        how=row["how"],
        first_at=row["first_at"],
        last_at=row["last_at"],
        quantity=int(row["quantity"]),
        patient_id=row["patient_id"],
        sale=", ".join(numbers[one] for one in row["sales"] or () if one in numbers),
    )
    if person is None or reach is None:
        return supply
    return replace(
        supply,
        patient_number=person["number"],
        family_name=person["last_name"],
        given_name=person["first_name"],
        born=person["date_of_birth"],
        phone=reach["phone"] or "",
        email=reach["email"] or "",
        address=address_lines(reach["address"]),
    )
