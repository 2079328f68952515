from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError, StaleRecordError
from cura_desktop.domain.inventory import BatchState, ItemRecord, ReceiptDraft, StockFilter, StockState
from cura_desktop.domain.purchasing import OrderLineDraft, SupplierDraft
from cura_desktop.services.inventory import InventoryService
from tests.support.people import Clinic, make_organization
from tests.support.shelves import add_item, in_days, let_expire, proof, stock_up


@pytest.fixture(scope="module")
def house(admin_dsn: str) -> Iterator[Clinic]:
    clinic = make_organization(admin_dsn, "admin", "pharmacist", "doctor", "receptionist")
    yield clinic
    clinic.close()


@pytest.fixture(scope="module")
def stock(house: Clinic) -> InventoryService:
    return InventoryService(*house.sign_in("pharmacist"))


@pytest.fixture(autouse=True)
def books_agree(house: Clinic) -> Iterator[None]:
    """Whatever a test does, the sums of the ledger agree afterwards."""
    yield
    assert proof(house) == []


def problems(call: object, *arguments: object) -> dict[str, str]:
    with pytest.raises(InvalidInputError) as caught:
        call(*arguments)  # type: ignore[operator]
    return caught.value.problems


def test_an_item_is_found_by_the_beginning_of_its_name_a_fragment_its_code_or_its_barcode(
    stock: InventoryService,
) -> None:
    item = add_item(stock, name="Quokka plasters", barcode="5012345678900", sku="QP-7")
    for typed in ("quok", "Plasters", "plast quok", "qp-7", "5012345678900", "05012345678900", "QUÓKKA"):
        assert [one.id for one in stock.search(typed)] == [item], typed
    for typed in ("zebra", "%", "QP", "quokka_x", "5012345", "🩹"):
        assert item not in [one.id for one in stock.search(typed)], typed


def test_names_that_begin_as_typed_come_before_names_that_hold_it(stock: InventoryService) -> None:
    inside = add_item(stock, name="Extra wombat gauze")
    begins = add_item(stock, name="Wombat gauze")
    assert [one.id for one in stock.search("wombat")] == [begins, inside]


def test_a_scanned_gs1_code_finds_the_item_by_its_gtin(stock: InventoryService) -> None:
    item = add_item(stock, name="Scanned syrup", barcode="5000158100244")
    assert [one.id for one in stock.search("]d2010500015810024417271100" + "10AB")] == [item]
    assert [one.id for one in stock.search("010500015810024417271100" + "10AB12")] == [item]


def test_the_filters_show_what_is_low_expiring_or_expired_and_count_it(house: Clinic, stock: InventoryService) -> None:
    low, soon, gone = (add_item(stock, name=f"Filtered {word}") for word in ("low", "soon", "gone"))
    stock_up(stock, low, 2)
    stock_up(stock, soon, 50, days=20)
    batch = stock_up(stock, gone, 50).batches[0]
    let_expire(house, batch.id)
    states = {one.id: one.state for one in stock.search("filtered")}
    assert states == {low: StockState.LOW, soon: StockState.EXPIRING, gone: StockState.OUT}
    view = stock.look("filtered", StockFilter.EXPIRED)
    assert [one.id for one in view.items] == [gone]
    assert [one.id for one in stock.search("filtered", StockFilter.EXPIRING)] == [soon]
    assert {one.id for one in stock.search("filtered", StockFilter.LOW)} == {low, gone}
    assert (view.counts.expired, view.counts.expiring) == (1, 1)
    stock.write_off_expired(batch.id)


def test_a_delivery_makes_a_batch_and_says_who_received_it(stock: InventoryService) -> None:
    item = add_item(stock)
    record = stock_up(stock, item, 3, number="ab 12")
    batch, moved = record.batches[0], record.movements[0]
    assert (batch.number, batch.remaining, batch.state(stock.today())) == ("AB12", 48, BatchState.USABLE)
    assert (moved.words, moved.quantity, moved.before, moved.after) == ("Received", 48, 0, 48)
    assert moved.who == "Pharmacist Tester"
    assert moved.batch_number == "AB12"
    assert record.summary.stock == record.summary.usable == 48


def test_more_of_the_same_batch_is_added_to_it_and_another_expiry_is_refused(stock: InventoryService) -> None:
    item = add_item(stock)
    stock_up(stock, item, 1, number="SAME")
    record = stock_up(stock, item, 2, number="same")
    assert [(one.number, one.remaining) for one in record.batches] == [("SAME", 48)]
    draft = ReceiptDraft("SAME", in_days(stock, 30), 16, Decimal(1))
    assert "is here already and expires on" in problems(stock.receive, item, draft, uuid4())["expiry"]


def test_a_delivery_submitted_twice_is_taken_in_once(stock: InventoryService) -> None:
    item, key = add_item(stock), uuid4()
    draft = ReceiptDraft("TWICE", in_days(stock, 300), 16, Decimal("1.53"))
    first = stock.receive(item, draft, key)
    assert stock.receive(item, draft, key).summary.stock == first.summary.stock == 16
    assert len(stock.item(item).movements) == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("quantity", -5, "The least is 1."),
        ("quantity", 0, "The least is 1."),
        ("quantity", None, "Please give a number."),
        ("quantity", 10**12, "The most is 1,000,000; please check the number."),
        ("batch_number", "  ", "Please give the batch number on the pack."),
        ("batch_number", "x" * 101, "Please use at most 100 characters."),
        ("price", Decimal(-1), "Please give what one pack cost, 0 if nothing."),
    ],
)
def test_a_delivery_that_makes_no_sense_is_refused_beside_its_field(
    stock: InventoryService, field: str, value: object, said: str
) -> None:
    item = add_item(stock)
    draft = replace(ReceiptDraft("OK1", in_days(stock, 300), 16, Decimal(1)), **{field: value})  # type: ignore[arg-type]
    assert problems(stock.receive, item, draft, uuid4()) == {field: said}
    assert stock.item(item).batches == ()


def test_goods_that_are_expired_or_expire_in_another_century_are_not_taken_in(stock: InventoryService) -> None:
    item = add_item(stock)
    for days, said in ((-1, "cannot be taken in"), (365 * 40, "check the year")):
        draft = ReceiptDraft("OLD", in_days(stock, days), 16, Decimal(1))
        assert said in problems(stock.receive, item, draft, uuid4())["expiry"]


def test_an_adjustment_needs_a_reason_and_never_goes_below_nothing(stock: InventoryService) -> None:
    item = add_item(stock)
    batch = stock_up(stock, item, 1).batches[0].id
    assert set(problems(stock.adjust, item, batch, 0, " ", uuid4())) == {"quantity", "reason"}
    said = problems(stock.adjust, item, batch, -17, "Miscounted", uuid4())
    assert said == {"quantity": "Only 16 are there; no more can be taken away."}
    key = uuid4()
    stock.adjust(item, batch, -2, "Dropped  two", key)
    record = stock.adjust(item, batch, -2, "Dropped  two", key)
    moved = record.movements[0]
    assert (record.summary.stock, moved.words, moved.quantity, moved.reason) == (14, "Adjusted", -2, "Dropped two")
    assert len(record.movements) == 2


def test_a_batch_of_another_item_is_not_adjusted(stock: InventoryService) -> None:
    one, other = add_item(stock), add_item(stock)
    batch = stock_up(stock, other, 1).batches[0].id
    with pytest.raises(NotFoundError):
        stock.adjust(one, batch, 1, "Wrong drawer", uuid4())


def test_only_an_expired_batch_is_written_off_and_only_once(house: Clinic, stock: InventoryService) -> None:
    item = add_item(stock)
    batch = stock_up(stock, item, 2).batches[0]
    assert "has not expired" in problems(stock.write_off_expired, batch.id)["batch"]
    let_expire(house, batch.id)
    assert stock.item(item).batches[0].state(stock.today()) is BatchState.EXPIRED
    stock.write_off_expired(batch.id)
    record = stock.write_off_expired(batch.id)
    assert record.summary.stock == 0
    assert record.batches[0].state(stock.today()) is BatchState.WRITTEN_OFF
    assert [one.words for one in record.movements] == ["Written off, expired", "Received"]


def test_a_batch_set_aside_counts_as_unusable_until_it_is_released(stock: InventoryService) -> None:
    item = add_item(stock)
    batch = stock_up(stock, item, 2).batches[0]
    assert problems(stock.quarantine, batch.id, batch.version, "") == {
        "reason": "Please say why; it stays in the records."
    }
    aside = stock.quarantine(batch.id, batch.version, "Fridge was off")
    assert (aside.summary.stock, aside.summary.usable) == (32, 0)
    assert (aside.batches[0].state(stock.today()), aside.batches[0].reason) == (
        BatchState.QUARANTINED,
        "Fridge was off",
    )
    with pytest.raises(StaleRecordError):
        stock.release(batch.id, batch.version, "Looks fine")
    released = stock.release(batch.id, aside.batches[0].version, "Data logger was fine")
    assert released.summary.usable == 32


def test_two_people_who_change_different_fields_of_an_item_both_keep_their_change(stock: InventoryService) -> None:
    item = add_item(stock)
    base = stock.item(item)
    stock.change_item(item, base.version, base.details, replace(base.details, location="Shelf 4"))
    merged = stock.change_item(item, base.version, base.details, replace(base.details, reorder_point=99))
    assert (merged.details.location, merged.details.reorder_point) == ("Shelf 4", 99)


def test_the_same_field_changed_by_two_people_asks(stock: InventoryService) -> None:
    item = add_item(stock)
    base = stock.item(item)
    stock.change_item(item, base.version, base.details, replace(base.details, location="Shelf 4"))
    with pytest.raises(StaleRecordError) as caught:
        stock.change_item(item, base.version, base.details, replace(base.details, location="Shelf 5"))
    assert caught.value.conflicts == ("location",)
    assert isinstance(caught.value.current, ItemRecord)
    assert caught.value.current.details.location == "Shelf 4"


def test_an_item_submitted_twice_is_added_once_and_its_code_is_its_own(stock: InventoryService) -> None:
    item = add_item(stock, name="Only once", barcode="4006381333931")
    draft, key = replace(stock.item(item).details, sku="ONCE", barcode=""), uuid4()
    assert stock.add_item(draft, key) == stock.add_item(draft, key)
    assert problems(stock.add_item, draft, uuid4()) == {"sku": "Another item has this code (SKU)."}
    again = replace(draft, sku="ONCE2", barcode="4006381333931")
    assert problems(stock.add_item, again, uuid4()) == {"barcode": "Only once has this barcode."}


def test_an_item_with_impossible_values_is_refused_beside_each_field(stock: InventoryService) -> None:
    item = add_item(stock)
    details = stock.item(item).details
    wrong = replace(details, name=" ", sale_price=Decimal(-1), pack_size=0, maximum=None, minimum=10**9)
    assert set(problems(stock.add_item, wrong, uuid4())) == {"name", "sale_price", "pack_size", "maximum", "minimum"}
    assert set(problems(stock.add_item, replace(details, name="x" * 10_000), uuid4())) == {"name"}


def test_batches_are_kept_or_not_as_long_as_nothing_is_in_stock(stock: InventoryService) -> None:
    item = add_item(stock)
    base = stock_up(stock, item, 1)
    loose = replace(base.details, batch_tracking=False)
    assert "batch_tracking" in problems(stock.change_item, item, base.version, base.details, loose)


def test_an_item_without_batches_is_received_and_adjusted_as_a_whole(stock: InventoryService) -> None:
    item = add_item(stock, batch_tracking=False, unit="pieces", pack_size=1)
    stock.receive(item, ReceiptDraft(quantity=10, price=Decimal(2)), uuid4())
    record = stock.adjust(item, None, -3, "Monthly count", uuid4())
    assert (record.summary.stock, record.batches) == (7, ())


def test_alerts_tell_what_is_to_be_seen_to_the_most_urgent_first(house: Clinic, stock: InventoryService) -> None:
    low, gone = add_item(stock, name="Alert low"), add_item(stock, name="Alert gone")
    stock_up(stock, low, 2)
    batch = stock_up(stock, gone, 20, number="OLD1").batches[0]
    let_expire(house, batch.id)
    mine = [one for one in stock.alerts() if one.item_id in (low, gone)]
    assert [(one.kind, one.text) for one in mine] == [
        ("expired", "Batch OLD1 expired on 29-Feb-2024, 320 tablets left"),
        ("low_stock", "32 tablets left, at the reorder point"),
    ]
    stock.write_off_expired(batch.id)
    assert [one.kind for one in stock.alerts() if one.item_id == gone] == ["out_of_stock"]


def test_an_order_is_received_in_parts_and_never_beyond_what_was_ordered(stock: InventoryService) -> None:
    item, key = add_item(stock), uuid4()
    supplier = stock.add_supplier(SupplierDraft(name=f"Weirside {uuid4()}"))
    line = OrderLineDraft(item, 10, Decimal("1.50"))
    order = stock.order(supplier, [line], key)
    assert stock.order(supplier, [line], key).id == order.id
    assert order.number.startswith("PO-")
    assert order.total == Decimal("15.00")
    draft, once = ReceiptDraft("PO1", in_days(stock, 300), price=Decimal("1.50")), uuid4()
    stock.receive_order_line(order.id, order.lines[0].id, 4, draft, once)
    part = stock.receive_order_line(order.id, order.lines[0].id, 4, draft, once)
    assert (part.words, part.lines[0].received, stock.item(item).summary.stock) == ("Part received", 4, 64)
    said = problems(stock.receive_order_line, order.id, order.lines[0].id, 7, draft, uuid4())
    assert said == {"quantity": "That is more than is still open on this order."}
    assert stock.item(item).summary.stock == 64
    assert stock.receive_order_line(order.id, order.lines[0].id, 6, draft, uuid4()).words == "Received"


def test_a_supplier_is_changed_with_merge_and_its_name_is_its_own(stock: InventoryService) -> None:
    name = f"Supplier {uuid4()}"
    supplier = stock.add_supplier(SupplierDraft(name=name))
    base = SupplierDraft(name=name)
    stock.change_supplier(supplier, 1, base, replace(base, phone="01632 960001"))
    both = stock.change_supplier(supplier, 1, base, replace(base, email="orders@example.com"))
    assert (both.details.phone, both.details.email) == ("01632 960001", "orders@example.com")
    assert problems(stock.add_supplier, base) == {"name": "There is a supplier of this name."}


def test_a_doctor_sees_the_stock_and_may_not_change_it(house: Clinic, stock: InventoryService) -> None:
    item = add_item(stock)
    batch = stock_up(stock, item, 1).batches[0]
    doctor = InventoryService(*house.sign_in("doctor"))
    assert doctor.item(item).summary.stock == 16
    for call in (
        lambda: doctor.receive(item, ReceiptDraft("X1", None, 1, Decimal(1)), uuid4()),
        lambda: doctor.adjust(item, batch.id, 1, "Found one", uuid4()),
        lambda: doctor.quarantine(batch.id, batch.version, "Doubt"),
        lambda: doctor.write_off_expired(batch.id),
        lambda: doctor.add_category("Doctors"),
    ):
        with pytest.raises(NotAllowedError):
            call()


def test_reception_and_another_clinic_see_nothing_of_the_stock(
    house: Clinic, stock: InventoryService, admin_dsn: str
) -> None:
    item = add_item(stock, name="Hidden from others")
    other = make_organization(admin_dsn, "pharmacist")
    for clinic, role in ((house, "receptionist"), (other, "pharmacist")):
        outsider = InventoryService(*clinic.sign_in(role))
        assert outsider.search("hidden") == ()
        with pytest.raises(NotFoundError):
            outsider.item(item)
    other.close()
