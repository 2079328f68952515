"""Stock of the clinics: batches, a ledger that never goes below zero, dispensing by first expiry, counter sales.

Medicines are counted in dispensing units (tablets, mL ...), everything else in packs; prices are for one pack.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from cura_desktop.db.demo.clinical import Line, Script, medicine_id
from cura_desktop.db.demo.content import Content
from cura_desktop.db.demo.people import Clinic
from cura_desktop.db.demo.rows import Book, Row, midnight, to_utc

_PENNY = Decimal("0.01")


@dataclass
class Batch:
    """A batch on the shelf. `expires` is None for what does not spoil."""

    id: int
    expires: date | None
    received: datetime
    left: int
    row: Row


@dataclass
class Shelf:
    """One stock item with its batches."""

    row: Row
    batches: list[Batch]

    @property
    def total(self) -> int:
        """What is there in all batches."""
        return sum(batch.left for batch in self.batches)


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
    shelves, by_medicine = _shelves(book, content, clinic, suppliers, need, keeper)
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
            _dispense(book, clinic, wanted, by_medicine, moment, keeper)
    _clear_out(book, clinic, shelves, keeper)
    _alerts(book, clinic, shelves)
    _settle(book, clinic)
    for shelf in shelves:
        shelf.row["current_stock"] = shelf.total
        del shelf.row["_shop"]


def _shelves(
    book: Book, content: Content, clinic: Clinic, suppliers: dict[str, int], need: dict[str, int], keeper: int
) -> tuple[list[Shelf], dict[str, list[Shelf]]]:
    categories: dict[str, int] = {}
    shelves: list[Shelf] = []
    by_medicine: dict[str, list[Shelf]] = defaultdict(list)
    dental_only = not clinic.written["registered_pharmacy"]
    for line in content.stock:
        name = line["category"]
        if dental_only and name not in {"Dental materials", "Clinic consumables"}:
            continue
        if name not in categories:
            categories[name] = book.add("inventory_categories", clinic.organization_id, name=name)
        medicine = content.medicines.get(line["medicine"])
        item_id = book.add(
            "inventory_items",
            clinic.organization_id,
            category_id=categories[name],
            name=line["name"],
            sku=line["sku"],
            barcode=line["barcode"],
            generic_name=medicine.name if medicine else None,
            unit_of_measurement=line["unit"],
            pack_size=int(line["pack_size"]),
            purchase_price=Decimal(line["purchase_price"]),
            sale_price=Decimal(line["sale_price"]),
            tax_rate=Decimal(20) if line["vat_category"] == "STANDARD" else Decimal(0),
            vat_category=line["vat_category"],
            current_stock=0,
            minimum_stock=int(line["minimum"]),
            reorder_point=int(line["reorder_point"]),
            maximum_stock=int(line["maximum"]),
            batch_tracking=line["batch_tracking"] == "yes",
            expiry_tracking=line["batch_tracking"] == "yes",
            prescription_required=line["prescription_required"] == "yes",
            storage_conditions=line["storage"],
            location="Fridge"
            if "2 to 8" in line["storage"]
            else "CD cupboard"
            if line["cd_code"] == "0002"
            else "Shelf",
            medication_id=medicine_id(book, clinic, medicine) if medicine else None,
            cd_schedule=line["cd_code"],
            _shop=name == "Shop",
        )
        shelf = Shelf(book.tables["inventory_items"][-1], [])
        shelves.append(shelf)
        wanted = 0
        if medicine:
            by_medicine[medicine.code].append(shelf)
            wanted = need[medicine.code] if len(by_medicine[medicine.code]) == 1 else 0
        _stock_up(book, clinic, shelf, item_id, suppliers[line["supplier"]], wanted, keeper)
    return shelves, by_medicine


def _stock_up(book: Book, clinic: Clinic, shelf: Shelf, item_id: int, supplier: int, wanted: int, keeper: int) -> None:
    row, random = shelf.row, book.random
    pack = int(str(row["pack_size"]))
    spoils = bool(row["expiry_tracking"])
    opening = -(-wanted // pack) + random.randint(3, 9)
    kinds: list[tuple[int, int, str]] = [(310, opening, "opening")]
    if book.chance(0.3):
        kinds.append((20, random.randint(2, 6), "purchase"))
    if spoils and book.chance(0.14):
        kinds.insert(0, (320, random.randint(1, 2), "opening"))
    for number, (back, packs, kind) in enumerate(kinds):
        day = book.reference - timedelta(days=back)
        received = to_utc(day, 8 * 60 + 30)
        expires: date | None = None
        if spoils:
            ahead = random.randint(260, 900)
            if len(kinds) > 1 and number == 0 and back == 320:
                ahead = random.choice([-25, -9, 6, 18, 33, 52])
            expires = book.reference + timedelta(days=ahead)
        batch_id = book.add(
            "inventory_batches",
            clinic.organization_id,
            item_id=item_id,
            batch_number=f"{random.choice('ABCDEFGHK')}{random.randint(1000, 9999)}{chr(65 + number)}",
            expiry_date=midnight(expires) if expires else None,
            quantity=packs * pack,
            remaining_quantity=0,
            purchase_price=row["purchase_price"],
            supplier_id=supplier,
            received_date=received,
            status="active",
            is_expired=expires is not None and expires < book.reference,
        )
        batch = Batch(batch_id, expires, received, 0, book.tables["inventory_batches"][-1])
        shelf.batches.append(batch)
        order = _order(book, clinic, item_id, supplier, packs, received, row, keeper) if kind == "purchase" else None
        _move(book, clinic, shelf, batch, kind, packs * pack, received, keeper, reference=("purchase_order", order))


def _order(
    book: Book, clinic: Clinic, item_id: int, supplier: int, packs: int, received: datetime, row: Row, keeper: int
) -> int:
    price = Decimal(str(row["purchase_price"]))
    order_id = book.add(
        "inventory_purchase_orders",
        clinic.organization_id,
        po_number=f"PO-{received.year}-{len(book.tables['inventory_purchase_orders']) + 1:06d}",
        supplier_id=supplier,
        order_date=received - timedelta(days=3),
        expected_delivery_date=received,
        status="received",
        total_amount=price * packs,
        created_by=keeper,
        email_sent=True,
        email_sent_at=received - timedelta(days=3),
    )
    book.add(
        "inventory_purchase_order_items",
        clinic.organization_id,
        purchase_order_id=order_id,
        item_id=item_id,
        quantity=packs,
        unit_price=price,
        total_price=price * packs,
        received_quantity=packs,
    )
    return order_id


def _move(
    book: Book,
    clinic: Clinic,
    shelf: Shelf,
    batch: Batch,
    kind: str,
    quantity: int,
    moment: datetime,
    keeper: int,
    reference: tuple[str, int | None] = ("", None),
    patient_id: int | None = None,
    reason: str | None = None,
) -> None:
    batch.left += quantity
    if batch.left < 0:
        raise ValueError("a batch cannot fall below zero")
    batch.row["remaining_quantity"] = batch.left
    if batch.left == 0:
        batch.row["status"] = "depleted"
    book.add(
        "inventory_stock_movements",
        clinic.organization_id,
        item_id=shelf.row["id"],
        batch_id=batch.id,
        movement_type=kind,
        quantity=quantity,
        previous_stock=0,
        new_stock=quantity,
        unit_cost=shelf.row["purchase_price"],
        reference_type=reference[0] if reference[1] else None,
        reference_id=reference[1],
        reason=reason,
        patient_id=patient_id,
        created_by=keeper,
        created_at=moment,
    )


def _first_to_expire(shelf: Shelf, moment: datetime) -> list[Batch]:
    """Usable batches, first to expire first (domain-rules A5e.9)."""
    usable = [
        batch
        for batch in shelf.batches
        if batch.left and batch.received <= moment and (batch.expires is None or batch.expires >= moment.date())
    ]
    return sorted(usable, key=lambda batch: (batch.expires or date.max, batch.id))


def _dispense(
    book: Book, clinic: Clinic, script: Script, by_medicine: dict[str, list[Shelf]], moment: datetime, keeper: int
) -> None:
    second = [person.id for person in clinic.staff if person.role == "pharmacist"][-1]
    dispensing_id = book.add(
        "dispensings",
        clinic.organization_id,
        prescription_id=script.prescription_id,
        patient_id=script.patient.id,
        assembled_by=keeper,
        clinical_check_by=second,
        clinical_check_at=moment - timedelta(minutes=10),
        accuracy_check_by=second,
        accuracy_check_at=moment,
        collected_by=script.patient.name,
        collected_at=moment + timedelta(minutes=15),
        created_at=moment - timedelta(minutes=12),
    )
    short = False
    for line in script.lines:
        left = _supply(book, clinic, script, dispensing_id, line, by_medicine[line.medicine.code], moment, keeper)
        if left:
            short = True
            _set_owing(book, line, left)
    if short:
        for row in book.tables["prescriptions"]:
            if row["id"] == script.prescription_id and row["organization_id"] == clinic.organization_id:
                row["status"], row["supply_state"] = "part_dispensed", "owing"


def _set_owing(book: Book, line: Line, left: int) -> None:
    for row in book.tables["prescription_items"]:
        if row["id"] == line.item_id:
            row["state"] = "owing" if left == line.quantity else "part_dispensed"
            row["dispensed_quantity"] = line.quantity - left


def _supply(
    book: Book,
    clinic: Clinic,
    script: Script,
    dispensing_id: int,
    line: Line,
    shelves: list[Shelf],
    moment: datetime,
    keeper: int,
) -> int:
    """Take the line from the shelves; returns what is still owed."""
    left = line.quantity
    if book.chance(0.012):
        return left  # the wholesaler could not deliver in time
    for shelf in shelves:
        for batch in _first_to_expire(shelf, moment):
            if not left:
                break
            taken = min(left, batch.left)
            book.add(
                "dispensing_items",
                clinic.organization_id,
                dispensing_id=dispensing_id,
                prescription_item_id=line.item_id,
                patient_id=script.patient.id,
                item_id=shelf.row["id"],
                batch_id=batch.id,
                quantity=taken,
                label_text=f"{line.medicine.name} {line.medicine.strength} {line.medicine.form}",
                label_prints=1,
                created_at=moment,
            )
            _move(
                book, clinic, shelf, batch, "dispense", -taken, moment, keeper,
                reference=("dispensing", dispensing_id), patient_id=script.patient.id,
            )  # fmt: skip
            left -= taken
    return left


def _sale_times(book: Book) -> list[datetime]:
    return [
        to_utc(book.reference - timedelta(days=back), 9 * 60 + 20 + 47 * number)
        for back in range(35, 0, -1)
        for number in range(book.random.randint(1, 5))
        if (book.reference - timedelta(days=back)).weekday() < 5
    ]


def _sell(book: Book, clinic: Clinic, shop: list[Shelf], moment: datetime, keeper: int) -> None:
    picked = [shelf for shelf in book.random.sample(shop, book.random.randint(1, 3)) if _first_to_expire(shelf, moment)]
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
        batch = _first_to_expire(shelf, moment)[0]
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
        _move(book, clinic, shelf, batch, "sale", -1, moment, keeper, reference=("sale", sale_id))
        net, vat = net + price, vat + tax
    sale.update(total_amount=net + vat, tax_amount=vat, discount_amount=Decimal(0))


def _clear_out(book: Book, clinic: Clinic, shelves: list[Shelf], keeper: int) -> None:
    """Half of what has expired has been taken off the shelf; the rest waits to be noticed. A few counts were off."""
    yesterday = book.now - timedelta(days=1)
    for number, shelf in enumerate(shelves):
        for batch in shelf.batches:
            if batch.left and batch.expires and batch.expires < yesterday.date() and number % 2:
                _move(book, clinic, shelf, batch, "expired", -batch.left, yesterday, keeper, reason="Past expiry")
                batch.row["status"] = "expired"
        if number % 60 == 7 and shelf.total > 2:
            batch = max(shelf.batches, key=lambda one: one.left)
            _move(book, clinic, shelf, batch, "adjustment", -1, yesterday, keeper, reason="Monthly count, one fewer")


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
