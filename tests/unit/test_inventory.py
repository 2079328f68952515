from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from cura_desktop.domain.barcodes import Scan, read_scan
from cura_desktop.domain.counter_sales import (
    line_of,
    not_enough,
    payment_problem,
    pick_packs,
    sale_totals,
    whole_packs,
)
from cura_desktop.domain.inventory import BatchState, StockBatch, StockItem, StockState, units_text
from cura_desktop.domain.vat import VatCategory

TODAY = date(2026, 11, 23)
ITEM = StockItem(
    id=1, name="x", sku="x", barcode="", category="", unit="tablets", pack_size=16, stock=320, unusable=0, expired=0,
    expiring=0, next_expiry=None, minimum=16, reorder_point=32, maximum=3200, sale_price=Decimal("3.33"),
    vat_category=VatCategory.STANDARD, prescription_required=False,
)  # fmt: skip


def batch(number: int, expiry: date | None, remaining: int, status: str = "active") -> StockBatch:
    return StockBatch(number, 1, f"B{number}", expiry, remaining, status, Decimal(1), datetime(2026, 1, 1))


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, StockState.FINE),
        ({"stock": 0}, StockState.OUT),
        ({"unusable": 320, "expired": 320}, StockState.OUT),
        ({"unusable": 16, "expired": 16}, StockState.EXPIRED),
        ({"stock": 32}, StockState.LOW),
        ({"unusable": 300}, StockState.LOW),
        ({"expiring": 16}, StockState.EXPIRING),
        ({"stock": 9999}, StockState.OVER),
    ],
)
def test_the_most_urgent_thing_about_an_item_is_its_state(changes: dict[str, int], state: StockState) -> None:
    assert replace(ITEM, **changes).state is state  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (batch(1, date(2027, 11, 1), 5), BatchState.USABLE),
        (batch(1, None, 5), BatchState.USABLE),
        (batch(1, date(2026, 11, 23), 5), BatchState.EXPIRING),
        (batch(1, date(2026, 11, 22), 5), BatchState.EXPIRED),
        (batch(1, date(2026, 11, 22), 5, "quarantined"), BatchState.QUARANTINED),
        (batch(1, date(2026, 11, 22), 0, "expired"), BatchState.WRITTEN_OFF),
        (batch(1, date(2027, 11, 1), 0, "depleted"), BatchState.USED_UP),
    ],
)
def test_a_batch_is_usable_up_to_and_including_its_last_day(found: StockBatch, state: BatchState) -> None:
    assert found.state(TODAY) is state


def test_whole_packs_are_taken_first_to_expire_first_and_never_from_what_is_expired() -> None:
    found = [
        batch(1, date(2028, 1, 1), 48),
        batch(2, date(2026, 12, 1), 24),
        batch(3, date(2026, 1, 1), 160),
        batch(4, date(2026, 12, 5), 160, "quarantined"),
    ]
    assert whole_packs((one.as_batch() for one in found), 16, TODAY) == 4
    assert [(one.number, one.packs) for one in pick_packs(found, 3, 16, TODAY)] == [("B2", 1), ("B1", 2)]
    with pytest.raises(ValueError, match="not enough"):
        pick_packs(found, 5, 16, TODAY)


def test_vat_is_rounded_by_line_and_the_total_is_their_sum() -> None:
    lines = [line_of(ITEM, packs, registered=True) for packs in (1, 1, 2)]
    assert [line.vat for line in lines] == [Decimal("0.67"), Decimal("0.67"), Decimal("1.33")]
    assert sale_totals(lines).gross == Decimal("15.99")
    assert line_of(ITEM, 1, registered=False).vat == 0


def test_cash_must_cover_what_is_to_pay_and_a_card_needs_none() -> None:
    gross = Decimal("8.40")
    assert payment_problem("card", None, gross) == ""
    assert payment_problem("cash", gross, gross) == ""
    assert payment_problem("cash", Decimal("8.39"), gross) == "£0.01 is still missing."
    assert payment_problem("cash", None, gross)
    assert payment_problem("cash", Decimal(10**12), gross)


def test_a_refusal_says_whether_the_last_pack_is_gone_or_only_unusable_ones_are_left() -> None:
    assert not_enough(replace(ITEM, stock=0), 0) == "x cannot be sold: the last pack is gone."
    assert not_enough(replace(ITEM, unusable=320), 0) == "x cannot be sold: what is left is expired or set aside."
    assert not_enough(ITEM, 1) == "Only 1 pack of x can be sold now."


@pytest.mark.parametrize(
    ("text", "scan"),
    [
        ("5000158100244", Scan("5000158100244")),
        (" CD0001 ", Scan("CD0001")),
        ("010500015810024417271100" + "10AB1234\x1d21SN", Scan("5000158100244", date(2027, 11, 30), "AB1234")),
        ("]d2010500015810024410AB\x1d17280229", Scan("5000158100244", date(2028, 2, 29), "AB")),
        ("010500015810024517271100", Scan("010500015810024517271100")),
        ("0105000158100244" + "17271399", Scan("5000158100244")),
        ("", Scan("")),
    ],
)
def test_a_scan_is_read_as_gs1_only_when_its_check_digit_fits(text: str, scan: Scan) -> None:
    assert read_scan(text) == scan


def test_units_are_written_in_words_that_fit_the_number() -> None:
    assert [units_text(1, "tablets"), units_text(1000, "ml"), units_text(2, "boxes"), units_text(1, "boxes")] == [
        "1 tablet",
        "1,000 mL",
        "2 boxes",
        "1 box",
    ]
