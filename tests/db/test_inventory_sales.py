from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from cura_desktop.domain.counter_sales import SaleLine, SaleReceipt
from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from cura_desktop.domain.inventory import NotEnoughStockError
from cura_desktop.domain.vat import VatCategory
from cura_desktop.services.inventory import InventoryService
from tests.support.people import Clinic, make_organization
from tests.support.shelves import add_item, let_expire, proof, stock_up
from tests.unit.documents.reading import words

PLENTY = Decimal(1000)


@pytest.fixture(scope="module")
def house(admin_dsn: str) -> Iterator[Clinic]:
    clinic = make_organization(admin_dsn, "admin", "pharmacist", "nurse")
    clinic.as_administrator(
        "UPDATE cura.organizations SET vat_registered = true, vat_number = 'GB123456789' WHERE id = %s",
        clinic.organization_id,
    )
    yield clinic
    clinic.close()


@pytest.fixture(scope="module")
def till(house: Clinic) -> InventoryService:
    return InventoryService(*house.sign_in("pharmacist"))


@pytest.fixture(autouse=True)
def books_agree(house: Clinic) -> Iterator[None]:
    yield
    assert proof(house) == []


def sell(till: InventoryService, item: int, packs: int = 1, key: UUID | None = None) -> SaleReceipt:
    return till.sell([SaleLine(item, packs)], "cash", PLENTY, key or uuid4())


def test_a_sale_takes_the_first_to_expire_first_across_batches(till: InventoryService) -> None:
    item = add_item(till)
    stock_up(till, item, 5, days=500, number="LATE")
    stock_up(till, item, 2, days=100, number="EARLY")
    assert sell(till, item, 3).lines[0].batches == ("EARLY", "LATE")
    left = {one.number: one.remaining for one in till.item(item).batches}
    assert left == {"EARLY": 0, "LATE": 4 * 16}


def test_vat_is_by_line_and_the_receipt_adds_up_to_the_penny(till: InventoryService) -> None:
    item = add_item(till, sale_price=Decimal("3.33"))
    zero = add_item(till, vat_category=VatCategory.ZERO, sale_price=Decimal("2.00"))
    stock_up(till, item, 1, days=100)
    stock_up(till, item, 5, days=200)
    stock_up(till, zero, 5)
    receipt = till.sell([SaleLine(item, 4), SaleLine(zero, 1)], "cash", Decimal("20.00"), uuid4())
    first, second = receipt.lines
    assert (first.amounts.net, first.amounts.vat, first.packs) == (Decimal("13.32"), Decimal("2.66"), 4)
    assert (second.amounts.net, second.amounts.vat) == (Decimal("2.00"), Decimal("0.00"))
    assert (receipt.totals.gross, receipt.change) == (Decimal("17.98"), Decimal("2.02"))
    assert receipt.number.startswith("S-")
    assert receipt.sold_by == "Pharmacist Tester"


def test_a_clinic_that_is_not_registered_charges_no_vat(admin_dsn: str) -> None:
    clinic = make_organization(admin_dsn, "pharmacist")
    till = InventoryService(*clinic.sign_in("pharmacist"))
    item = add_item(till)
    stock_up(till, item, 1)
    receipt = sell(till, item)
    assert (receipt.totals.vat, receipt.totals.gross, receipt.vat_registered) == (Decimal(0), Decimal("3.50"), False)
    clinic.close()


def test_a_sale_submitted_twice_is_one_sale(till: InventoryService) -> None:
    item, key = add_item(till), uuid4()
    stock_up(till, item, 5)
    assert sell(till, item, 2, key) == sell(till, item, 2, key)
    assert till.item(item).summary.stock == 3 * 16


def test_the_same_submit_from_eight_places_at_once_is_one_sale(house: Clinic, till: InventoryService) -> None:
    item, key = add_item(till), uuid4()
    stock_up(till, item, 50)
    with ThreadPoolExecutor(4) as desks:
        numbers = set(desks.map(lambda _: sell(till, item, 1, key).number, range(8)))
    assert len(numbers) == 1
    assert till.item(item).summary.stock == 49 * 16


def test_expired_and_quarantined_stock_is_never_sold(house: Clinic, till: InventoryService) -> None:
    item = add_item(till)
    expired = stock_up(till, item, 3, number="OLD").batches[0]
    let_expire(house, expired.id)
    record = stock_up(till, item, 2, number="ASIDE")
    aside = next(one for one in record.batches if one.number == "ASIDE")
    till.quarantine(aside.id, aside.version, "Broken seal")
    with pytest.raises(NotEnoughStockError, match="what is left is expired or set aside"):
        sell(till, item)
    stock_up(till, item, 1, number="GOOD")
    assert sell(till, item).lines[0].batches == ("GOOD",)
    with pytest.raises(NotEnoughStockError) as caught:
        sell(till, item)
    assert caught.value.left == 0


def test_loose_units_of_different_batches_never_make_a_pack(till: InventoryService) -> None:
    item = add_item(till)
    for number in ("L1", "L2"):
        batch = next(one for one in stock_up(till, item, 1, number=number).batches if one.number == number)
        till.adjust(item, batch.id, -8, "Half a pack dispensed", uuid4())
    with pytest.raises(NotEnoughStockError):
        sell(till, item)


def test_the_second_of_two_desks_gets_a_sentence_and_what_is_left(house: Clinic, till: InventoryService) -> None:
    item = add_item(till, name="Last pack")
    stock_up(till, item, 1)
    other = InventoryService(*house.sign_in("admin"))
    sell(till, item)
    with pytest.raises(NotEnoughStockError, match="Last pack cannot be sold: the last pack is gone") as caught:
        sell(other, item)
    assert (caught.value.item_id, caught.value.left) == (item, 0)


def desk(house: Clinic, number: int) -> InventoryService:
    """A PC of its own, as at a real counter."""
    return InventoryService(*house.sign_in("pharmacist", house.database(house.enrol(f"Desk {number}"))))


def test_eight_desks_sell_exactly_what_is_there(house: Clinic) -> None:
    tills = [desk(house, number) for number in range(8)]
    item = add_item(tills[0])
    for days in (100, 200, 300):
        stock_up(tills[0], item, 7, days=days)

    def serve(till: InventoryService) -> list[str]:
        done = []
        for _ in range(4):
            try:
                done.append(sell(till, item).number)
            except NotEnoughStockError:
                done.append("")
        return done

    with ThreadPoolExecutor(8) as desks:
        numbers = [number for done in desks.map(serve, tills) for number in done]
    sold = [number for number in numbers if number]
    assert len(sold) == len(set(sold)) == 21
    assert numbers.count("") == 11
    assert till_stock(tills[0], item) == 0


def till_stock(till: InventoryService, item: int) -> int:
    return till.item(item).summary.stock


def test_desks_that_sell_the_same_items_in_another_order_never_block_each_other(house: Clinic) -> None:
    tills = [desk(house, number) for number in range(4)]
    items = [add_item(tills[0]) for _ in range(3)]
    for item in items:
        stock_up(tills[0], item, 40)

    def serve(numbered: tuple[int, InventoryService]) -> None:
        place, till = numbered
        order = items if place % 2 else items[::-1]
        for _ in range(5):
            till.sell([SaleLine(item, 1) for item in order], "card", None, uuid4())

    with ThreadPoolExecutor(4) as desks:
        list(desks.map(serve, enumerate(tills)))
    assert [till_stock(tills[0], item) for item in items] == [20 * 16] * 3


def test_a_medicine_that_needs_a_prescription_is_refused_with_a_sentence(till: InventoryService) -> None:
    item = add_item(till, name="amoxicillin 500 mg capsules, 21", prescription_required=True)
    stock_up(till, item, 5)
    with pytest.raises(InvalidInputError) as caught:
        sell(till, item)
    assert caught.value.problems == {
        "lines.0": "amoxicillin 500 mg capsules, 21 needs a prescription: supply it from the prescription queue."
    }
    assert till_stock(till, item) == 80


@pytest.mark.parametrize(
    ("packs", "said"),
    [(0, "At least 1 pack is sold."), (-3, "At least 1 pack is sold."), (10**9, "The most is 999 packs")],
)
def test_a_number_of_packs_that_makes_no_sense_is_refused(till: InventoryService, packs: int, said: str) -> None:
    item = add_item(till)
    with pytest.raises(InvalidInputError, match=said):
        sell(till, item, packs)


def test_two_lines_of_one_item_are_sold_as_one(till: InventoryService) -> None:
    item = add_item(till)
    stock_up(till, item, 3)
    receipt = till.sell([SaleLine(item, 1), SaleLine(item, 2)], "card", None, uuid4())
    assert [line.packs for line in receipt.lines] == [3]
    assert receipt.change is None


def test_too_little_cash_sells_nothing(till: InventoryService) -> None:
    item = add_item(till)
    stock_up(till, item, 1)
    for tendered, said in ((Decimal("4.00"), "£0.20 is still missing."), (None, "Please type how much cash")):
        with pytest.raises(InvalidInputError, match=said):
            till.sell([SaleLine(item, 1)], "cash", tendered, uuid4())
    assert till_stock(till, item) == 16


def test_a_sale_with_one_line_that_cannot_be_sold_sells_nothing(till: InventoryService) -> None:
    there, empty = add_item(till), add_item(till)
    stock_up(till, there, 1)
    with pytest.raises(ConflictError):
        till.sell([SaleLine(there, 1), SaleLine(empty, 1)], "card", None, uuid4())
    assert till_stock(till, there) == 16


def test_an_item_that_does_not_exist_is_not_sold(till: InventoryService) -> None:
    with pytest.raises(NotFoundError):
        sell(till, 2_000_000_000)


def test_a_nurse_may_not_sell(house: Clinic, till: InventoryService) -> None:
    item = add_item(till)
    stock_up(till, item, 1)
    with pytest.raises(NotAllowedError):
        sell(InventoryService(*house.sign_in("nurse")), item)


def test_an_item_kept_without_batches_is_sold_too(till: InventoryService) -> None:
    from cura_desktop.domain.inventory import ReceiptDraft

    item = add_item(till, batch_tracking=False, pack_size=1)
    till.receive(item, ReceiptDraft(quantity=2, price=Decimal(1)), uuid4())
    assert sell(till, item, 2).lines[0].batches == ()
    with pytest.raises(NotEnoughStockError):
        sell(till, item)


def test_an_item_kept_partly_in_batches_is_sold_from_both(house: Clinic, till: InventoryService) -> None:
    from cura_desktop.domain.inventory import ReceiptDraft

    item = add_item(till, pack_size=1)
    stock_up(till, item, 2, number="OPEN")
    house.as_administrator(
        "UPDATE cura.inventory_items SET batch_tracking = false WHERE organization_id = %s AND id = %s",
        house.organization_id,
        item,
    )
    till.receive(item, ReceiptDraft(quantity=3, price=Decimal(1)), uuid4())
    assert sell(till, item, 4).lines[0].packs == 4
    record = till.item(item)
    assert (record.summary.stock, record.batches[0].remaining) == (1, 0)


def test_the_receipt_is_made_once_and_what_is_printed_again_says_copy(till: InventoryService, house: Clinic) -> None:
    item = add_item(till, sale_price=Decimal("3.33"))
    stock_up(till, item, 5)
    sold = till.sell([SaleLine(item, 2)], "cash", Decimal("10.00"), uuid4())
    first = till.receipt_pdf(sold.id)
    said = words(first)
    for wanted in (
        f"Receipt {sold.number}", "£7.99", "paracetamol 500 mg tablets, 16 2 £7.99", "Standard rate 20% £7.99 £1.33",
        "Cash £10.00, change £2.01.", "Received by Pharmacist Tester", "VAT number GB123456789",
    ):  # fmt: skip
        assert wanted in said
    assert "copy" not in said
    copies = till.receipt_pdf(sold.id), till.receipt_pdf(sold.id)
    assert f"Receipt {sold.number} (copy)" in words(copies[0])
    assert copies[0] == copies[1]
    kept = house.as_administrator(
        "SELECT kind, content FROM cura.document_files WHERE subject_table = 'inventory_sales' AND subject_id = %s"
        " ORDER BY kind",
        sold.id,
    )
    assert [(kind, bytes(content)) for kind, content in kept] == [("receipt", first), ("receipt_copy", copies[0])]
    with pytest.raises(NotFoundError):
        till.receipt_pdf(sold.id + 1000)
    with pytest.raises(NotAllowedError):
        InventoryService(*house.sign_in("nurse")).receipt_pdf(sold.id)
