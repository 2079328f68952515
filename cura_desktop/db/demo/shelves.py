"""What stands on the shelves: items, batches and the orders they came with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from cura_desktop.db.demo.content import Content
from cura_desktop.db.demo.formulary import medicine_id
from cura_desktop.db.demo.people import Clinic
from cura_desktop.db.demo.rows import Book, Row, midnight, to_utc


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


def fill_shelves(
    book: Book, content: Content, clinic: Clinic, suppliers: dict[str, int], need: dict[str, int], keeper: int
) -> tuple[list[Shelf], dict[str, list[Shelf]]]:
    """Every item with its batches; also the shelves of each medicine. `need` is what scripts will take, in units."""
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
        move(book, clinic, shelf, batch, kind, packs * pack, received, keeper, reference=("purchase_order", order))


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


def move(
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
    """Write a movement of `quantity` (signed) into the ledger. Raises ValueError if the batch would fall below zero."""
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


def first_to_expire(shelf: Shelf, moment: datetime) -> list[Batch]:
    """Usable batches, first to expire first (domain-rules A5e.9)."""
    usable = [
        batch
        for batch in shelf.batches
        if batch.left and batch.received <= moment and (batch.expires is None or batch.expires >= moment.date())
    ]
    return sorted(usable, key=lambda batch: (batch.expires or date.max, batch.id))
