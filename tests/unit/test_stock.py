from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.domain.stock import (
    Batch,
    StockAlertKind,
    allocate,
    stock_alerts,
    to_packs,
    to_units,
    usable_quantity,
    whole_pack_supply,
)

TODAY = date(2026, 11, 23)
SOON = Batch(1, "A1", date(2026, 12, 31), 10)
LATER = Batch(2, "B2", date(2027, 6, 30), 20)
EXPIRED = Batch(3, "C3", date(2026, 11, 22), 50)
HELD = Batch(4, "D4", date(2026, 12, 1), 50, quarantined=True)
FOREVER = Batch(5, "E5", None, 5)


def test_the_batch_first_to_expire_is_picked_first_and_undated_ones_last() -> None:
    picked = allocate([FOREVER, LATER, SOON], 32, TODAY)
    assert [(pick.batch.number, pick.quantity) for pick in picked.picks] == [("A1", 10), ("B2", 20), ("E5", 2)]
    assert picked.is_complete


def test_expired_and_quarantined_batches_are_never_picked() -> None:
    picked = allocate([EXPIRED, HELD], 1, TODAY)
    assert (picked.picks, picked.missing, picked.is_complete) == ((), 1, False)


def test_a_batch_may_be_used_on_its_last_day_and_not_after() -> None:
    last = Batch(9, "Z", TODAY, 1)
    assert allocate([last], 1, TODAY).is_complete
    assert not allocate([last], 1, TODAY + timedelta(days=1)).is_complete


def test_nothing_is_not_allocated() -> None:
    with pytest.raises(ValueError):
        allocate([SOON], 0, TODAY)
    with pytest.raises(ValueError):
        allocate([SOON], -3, TODAY)


batches = st.lists(
    st.builds(
        Batch,
        st.integers(1, 10_000),
        st.just("N"),
        st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)),
        st.integers(0, 100),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda batch: batch.id,
)


@given(batches, st.integers(1, 600))
def test_picks_never_exceed_a_batch_the_need_or_the_rules_and_follow_expiry(stock: list[Batch], need: int) -> None:
    picked = allocate(stock, need, TODAY)
    assert sum(pick.quantity for pick in picked.picks) + picked.missing == need
    assert picked.missing == max(0, need - usable_quantity(stock, TODAY))
    assert all(0 < pick.quantity <= pick.batch.remaining and pick.batch.is_usable(TODAY) for pick in picked.picks)
    order = [pick.batch.expiry or date.max for pick in picked.picks]
    assert order == sorted(order)
    assert all(pick.quantity == pick.batch.remaining for pick in picked.picks[:-1])


def test_alerts_name_expired_and_expiring_batches_and_low_usable_stock() -> None:
    alerts = stock_alerts([SOON, LATER, EXPIRED, FOREVER], 40, TODAY)
    assert [(alert.kind, alert.text) for alert in alerts] == [
        (StockAlertKind.EXPIRED, "Batch C3 expired on 22-Nov-2026, 50 left"),
        (StockAlertKind.EXPIRING, "Batch A1 expires on 31-Dec-2026, 10 left"),
        (StockAlertKind.LOW, "35 usable, the minimum is 40"),
    ]


def test_empty_batches_and_enough_stock_raise_no_alert() -> None:
    empty = Batch(6, "F6", date(2020, 1, 1), 0)
    assert stock_alerts([LATER, empty], 19, TODAY) == ()


@given(st.integers(0, 10_000), st.integers(1, 1000))
def test_packs_and_units_convert_both_ways(units: int, pack: int) -> None:
    packs, loose = to_packs(units, pack)
    assert to_units(packs, loose, pack) == units
    assert 0 <= loose < pack


@pytest.mark.parametrize(("packs", "loose", "size"), [(-1, 0, 28), (0, -1, 28), (1, 0, 0)])
def test_impossible_packs_are_refused(packs: int, loose: int, size: int) -> None:
    with pytest.raises(ValueError):
        to_units(packs, loose, size)


@pytest.mark.parametrize(
    ("prescribed", "pack", "controlled", "valproate", "quantity", "rule"),
    [
        (28, 30, False, False, 30, "within 10 per cent"),
        (30, 28, False, False, 28, "within 10 per cent"),
        (21, 28, False, False, 21, "as prescribed"),
        (28, 28, False, False, 28, "as prescribed"),
        (28, 30, True, False, 28, "as prescribed"),
        (45, 30, False, True, 60, "valproate whole packs"),
        (44, 30, False, True, 30, "valproate whole packs"),
        (5, 30, False, True, 30, "valproate whole packs"),
        (300, 30, False, False, 300, "as prescribed"),
        (10, 11, False, False, 11, "within 10 per cent"),
        (9, 10, False, False, 9, "as prescribed"),
    ],
)
def test_whole_packs_may_replace_the_quantity_within_the_law(
    prescribed: int, pack: int, controlled: bool, valproate: bool, quantity: int, rule: str
) -> None:
    supply = whole_pack_supply(prescribed, pack, controlled=controlled, valproate=valproate)
    assert (supply.quantity, supply.rule) == (quantity, rule)
