"""The only SQL of counter sales."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.counter_sales import PaymentMethod, SaleReceipt, SoldLine
from cura_desktop.domain.errors import NotFoundError
from cura_desktop.domain.vat import LineAmounts, VatCategory, totals

_CLINIC = text("SELECT o.vat_registered, o.currency FROM cura.organizations o WHERE o.id = cura.org_id()")
_BY_KEY = text("SELECT s.id FROM cura.inventory_sales s WHERE s.client_key = :key")
# The key is looked up first: a number taken from the series for a row that is then not inserted would leave a gap.
_ADD = text("""
INSERT INTO cura.inventory_sales (total_amount, tax_amount, payment_method, tendered, change_given, client_key)
SELECT :gross, :vat, :method, :tendered, :change, :key
 WHERE NOT EXISTS (SELECT FROM cura.inventory_sales s WHERE s.client_key = :key) RETURNING id""")
_ADD_LINE = text("""
INSERT INTO cura.inventory_sale_items (sale_id, item_id, batch_id, quantity, unit_price, total_price,
  vat_category, vat_rate, vat_amount)
VALUES (:sale, :item, :batch, :quantity, :price, :net, :category, :rate, :vat)""")
_SALE = text("""
SELECT s.id, s.sale_number, s.sale_date, s.sold_by, s.payment_method, s.tendered, s.change_given
  FROM cura.inventory_sales s WHERE s.id = :id""")
_LINES = text("""
SELECT l.item_id, i.name, sum(l.quantity / i.pack_size) AS packs, max(l.unit_price) AS price, sum(l.total_price) AS net,
  sum(l.vat_amount) AS vat, l.vat_category, l.vat_rate,
  coalesce(array_agg(b.batch_number ORDER BY l.id) FILTER (WHERE b.batch_number IS NOT NULL), '{}') AS batches
  FROM cura.inventory_sale_items l
  JOIN cura.inventory_items i ON i.organization_id = l.organization_id AND i.id = l.item_id
  LEFT JOIN cura.inventory_batches b ON b.organization_id = l.organization_id AND b.id = l.batch_id
 WHERE l.sale_id = :id GROUP BY l.item_id, i.name, l.vat_category, l.vat_rate ORDER BY min(l.id)""")

_PAPER = text("""
SELECT f.content FROM cura.document_files f
 WHERE f.subject_table = 'inventory_sales' AND f.subject_id = :sale AND f.kind = :kind""")
_KEEP = text("""
INSERT INTO cura.document_files (subject_table, subject_id, kind, is_clinical, file_name, content, sha256)
VALUES ('inventory_sales', :sale, :kind, false, :name, :content, :hash)
ON CONFLICT (organization_id, subject_table, subject_id, kind) DO NOTHING""")
_MAC = text("SELECT cura.verification_mac(:hash)")


class CounterSaleRepository:
    """Sales of the signed-in person's clinic. A line's insert moves the stock by trigger."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def clinic(self) -> tuple[bool, str]:
        """Whether the clinic is registered for VAT, and its currency."""
        row = self._session.execute(_CLINIC).one()
        return row.vat_registered, row.currency

    def by_key(self, client_key: UUID) -> int | None:
        """The sale that an earlier submit of this key made."""
        return self._session.execute(_BY_KEY, {"key": client_key}).scalar_one_or_none()

    def add(
        self,
        gross: Decimal,
        vat: Decimal,
        method: PaymentMethod,
        tendered: Decimal | None,
        change: Decimal | None,
        client_key: UUID,
    ) -> int | None:
        """A sale without lines; None when this key was submitted before."""
        values = {
            "gross": gross,
            "vat": vat,
            "method": method,
            "tendered": tendered,
            "change": change,
            "key": client_key,
        }
        return cast("int | None", self._session.execute(_ADD, values).scalar_one_or_none())

    def add_line(
        self, sale_id: int, item_id: int, batch_id: int | None, quantity: int, price: Decimal, amounts: LineAmounts
    ) -> None:
        """What one batch gave. `quantity` in stock units, `price` of a pack without VAT."""
        values: Mapping[str, Any] = {
            "sale": sale_id,
            "item": item_id,
            "batch": batch_id,
            "quantity": quantity,
            "price": price,
            "net": amounts.net,
            "vat": amounts.vat,
            "category": amounts.category.value.upper(),
            "rate": amounts.rate,
        }
        self._session.execute(_ADD_LINE, values)

    def paper(self, sale_id: int, kind: str) -> bytes | None:
        """The bytes that were kept, if any."""
        found = self._session.execute(_PAPER, {"sale": sale_id, "kind": kind}).scalar()
        return None if found is None else bytes(found)

    def keep_paper(self, sale_id: int, kind: str, name: str, content: bytes) -> None:
        """Keep the bytes once; what is there already stays."""
        digest = hashlib.sha256(content).digest()
        self._session.execute(_KEEP, {"sale": sale_id, "kind": kind, "name": name, "content": content, "hash": digest})

    def mac(self, content_hash: bytes) -> bytes:
        """The clinic's keyed hash of a document's content (32 bytes)."""
        return bytes(self._session.execute(_MAC, {"hash": content_hash}).scalar_one())

    def receipt(self, sale_id: int, staff: StaffNames) -> SaleReceipt:
        """A sale as its receipt shows it. Raises `NotFoundError`."""
        sale = self._session.execute(_SALE, {"id": sale_id}).one_or_none()
        if sale is None:
            raise NotFoundError("This sale is not there.")
        registered, _ = self.clinic()
        staff.ensure(self._session, [sale.sold_by])
        lines = tuple(_line(row) for row in self._session.execute(_LINES, {"id": sale_id}))
        sold_at: datetime = sale.sale_date
        return SaleReceipt(
            id=sale.id,
            number=sale.sale_number,
            sold_at=sold_at,
            sold_by=staff.name(sale.sold_by),
            method="cash" if sale.payment_method == "cash" else "card",
            lines=lines,
            totals=totals([line.amounts for line in lines]),
            vat_registered=registered,
            tendered=sale.tendered,
            change=sale.change_given,
        )


def _line(row: Any) -> SoldLine:
    category = VatCategory(row.vat_category.lower())
    amounts = LineAmounts(row.net, row.vat, row.net + row.vat, category, row.vat_rate)
    return SoldLine(row.item_id, row.name, int(row.packs), row.price, amounts, tuple(dict.fromkeys(row.batches)))
