"""Stock of the clinics: batches, a ledger that never goes below zero, dispensing by first expiry, counter sales.

Medicines are counted in dispensing units (tablets, mL ...), everything else in packs; prices are for one pack.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal

from cura_desktop.db.demo.content import Content
from cura_desktop.db.demo.people import Clinic
from cura_desktop.db.demo.rows import Book, to_utc
from cura_desktop.db.demo.scripts import Script
from cura_desktop.db.demo.shelves import Shelf, fill_shelves, first_to_expire, move
from cura_desktop.db.demo.supply import dispense

_PENNY = Decimal("0.01")


def fill_stock(book: Book, content: Content, clinic: Clinic, scripts: list[Script]) -> None:
    """Items, batches, orders and the whole ledger, in time order."""
    keeper = clinic.first("pharmacist").id
    suppliers = {
        str(one["name"]): book.add("inventory_suppliers", clinic.organization_id, **one) for one in content.suppliers
    }
    need: dict[str, int] = defaultdict(int)
    for script in scripts:
        if script.state == "collected":
            for line in script.lines:
                need[line.medicine.code] += line.quantity
    shelves, by_medicine = fill_shelves(book, content, clinic, suppliers, need, keeper)
    events: list[tuple[datetime, int, Script | None]] = [
        (script.issued + timedelta(minutes=40), script.prescription_id, script)
        for script in scripts
        if script.state == "collected"
    ]
    events += [(moment, -number, None) for number, moment in enumerate(_sale_times(book), 1)]
    shop = [shelf for shelf in shelves if shelf.row["_shop"]]
    for moment, _, wanted in sorted(events, key=lambda event: event[:2]):
        if wanted is None:
            if shop:
                _sell(book, clinic, shop, moment, keeper)
        else:
            dispense(book, clinic, wanted, by_medicine, moment, keeper)
    _clear_out(book, clinic, shelves, keeper)
    _alerts(book, clinic, shelves)
    _settle(book, clinic)
    for shelf in shelves:
        shelf.row["current_stock"] = shelf.total
        del shelf.row["_shop"]


def _sale_times(book: Book) -> list[datetime]:
    return [
        to_utc(book.reference - timedelta(days=back), 9 * 60 + 20 + 47 * number)
        for back in range(35, 0, -1)
        for number in range(book.random.randint(1, 5))
        if (book.reference - timedelta(days=back)).weekday() < 5
    ]


def _sell(book: Book, clinic: Clinic, shop: list[Shelf], moment: datetime, keeper: int) -> None:
    picked = [shelf for shelf in book.random.sample(shop, book.random.randint(1, 3)) if first_to_expire(shelf, moment)]
    if not picked:
        return
    sale_id = book.add(
        "inventory_sales",
        clinic.organization_id,
        sale_number=f"SALE-{moment.year}-{len(book.tables['inventory_sales']) + 1:06d}",
        sale_date=moment,
        payment_method=book.random.choice(["card", "card", "cash"]),
        payment_status="paid",
        sold_by=keeper,
        status="completed",
        created_at=moment,
    )
    sale = book.tables["inventory_sales"][-1]
    net = vat = Decimal(0)
    for shelf in picked:
        batch = first_to_expire(shelf, moment)[0]
        price = Decimal(str(shelf.row["sale_price"]))
        tax = (price * Decimal(str(shelf.row["tax_rate"])) / 100).quantize(_PENNY)
        book.add(
            "inventory_sale_items",
            clinic.organization_id,
            sale_id=sale_id,
            item_id=shelf.row["id"],
            batch_id=batch.id,
            quantity=1,
            unit_price=price,
            total_price=price,
            vat_category=shelf.row["vat_category"],
            vat_rate=shelf.row["tax_rate"],
            vat_amount=tax,
        )
        move(book, clinic, shelf, batch, "sale", -1, moment, keeper, reference=("sale", sale_id))
        net, vat = net + price, vat + tax
    sale.update(total_amount=net + vat, tax_amount=vat, discount_amount=Decimal(0))


def _clear_out(book: Book, clinic: Clinic, shelves: list[Shelf], keeper: int) -> None:
    """Half of what has expired has been taken off the shelf; the rest waits to be noticed. A few counts were off."""
    yesterday = book.now - timedelta(days=1)
    for number, shelf in enumerate(shelves):
        for batch in shelf.batches:
            if batch.left and batch.expires and batch.expires < yesterday.date() and number % 2:
                move(book, clinic, shelf, batch, "expired", -batch.left, yesterday, keeper, reason="Past expiry")
                batch.row["status"] = "expired"
        if number % 60 == 7 and shelf.total > 2:
            batch = max(shelf.batches, key=lambda one: one.left)
            move(book, clinic, shelf, batch, "adjustment", -1, yesterday, keeper, reason="Monthly count, one fewer")


def _settle(book: Book, clinic: Clinic) -> None:
    """Number the movements in time order and carry the balance of each item through them."""
    mine = [row for row in book.tables["inventory_stock_movements"] if row["organization_id"] == clinic.organization_id]
    ids = [row["id"] for row in mine]
    others = [
        row for row in book.tables["inventory_stock_movements"] if row["organization_id"] != clinic.organization_id
    ]
    mine.sort(key=lambda row: (str(row["created_at"]), int(str(row["id"]))))
    balance: dict[object, int] = defaultdict(int)
    for row_id, row in zip(ids, mine, strict=True):
        row["id"], row["previous_stock"] = row_id, balance[row["item_id"]]
        balance[row["item_id"]] += int(str(row["quantity"]))
        row["new_stock"] = balance[row["item_id"]]
    book.tables["inventory_stock_movements"] = others + mine


def _alerts(book: Book, clinic: Clinic, shelves: list[Shelf]) -> None:
    for shelf in shelves:
        row = shelf.row
        found: list[tuple[str, object, int, int | None]] = []
        if shelf.total <= int(str(row["reorder_point"])):
            found.append(("out_of_stock" if shelf.total == 0 else "low_stock", row["reorder_point"], shelf.total, None))
        for batch in shelf.batches:
            if batch.left and batch.expires:
                days = (batch.expires - book.reference).days
                if days <= 60:
                    found.append(("expired" if days < 0 else "expiring_soon", 60, days, batch.id))
        for kind, threshold, value, batch_id in found:
            book.add(
                "inventory_stock_alerts",
                clinic.organization_id,
                item_id=row["id"],
                batch_id=batch_id,
                alert_type=kind,
                threshold_value=threshold,
                current_value=value,
                status="active",
                message=f"{row['name']}: {str(kind).replace('_', ' ')}",
            )
