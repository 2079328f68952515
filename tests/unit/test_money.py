from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.domain.money import LARGEST, currency_of_region, format_money, parse_money, round_penny, split_evenly

amounts = st.decimals(min_value=-LARGEST, max_value=LARGEST, places=2)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0.005", "0.01"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("1.0049", "1.00"), ("3", "3.00"), ("-0.001", "0.00")],
)
def test_amounts_round_half_up_to_the_penny(amount: str, rounded: str) -> None:
    assert str(round_penny(Decimal(amount))) == rounded


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1234.5", "GBP", "£1,234.50"),
        ("-3", "GBP", "-£3.00"),
        ("0", "EUR", "€0.00"),
        ("20", "AED", "AED 20.00"),
        ("-0.001", "GBP", "£0.00"),
    ],
)
def test_money_shows_with_two_places_and_its_currency(amount: str, currency: str, shown: str) -> None:
    assert format_money(Decimal(amount), currency) == shown


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12", "12.00"), ("£1,234.5", "1234.50"), (" 3.20 ", "3.20"), ("-£3", "-3.00"), (".5", "0.50"),
        ("GBP 5", "5.00"), ("1,000,000", "1000000.00"), ("\u221212", "-12.00"), ("5.", "5.00"),
    ],
)  # fmt: skip
def test_typed_money_is_read(typed: str, amount: str) -> None:
    assert parse_money(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["", "abc", "1.234", "12,34", "1e5", "NaN", "Infinity", "--3", "£", ".", "100000000", "5 5 x"]
)
def test_what_is_not_money_is_none_and_nothing_is_rounded_silently(typed: str) -> None:
    assert parse_money(typed) is None


@given(amounts)
def test_shown_money_reads_back(amount: Decimal) -> None:
    assert parse_money(format_money(amount)) == amount


@given(amounts, st.integers(min_value=1, max_value=60))
def test_a_split_sums_to_the_whole_and_its_parts_differ_by_at_most_a_penny(total: Decimal, parts: int) -> None:
    shares = split_evenly(total, parts)
    assert len(shares) == parts
    assert sum(shares) == total
    assert max(shares) - min(shares) <= Decimal("0.01")


def test_a_split_into_no_parts_is_refused() -> None:
    with pytest.raises(ValueError):
        split_evenly(Decimal(1), 0)


def test_a_region_has_its_currency_and_an_unknown_one_pounds() -> None:
    assert [currency_of_region(name) for name in ("UK", "us", "ME", "South Asia", "Atlantis")] == [
        "GBP", "USD", "AED", "PKR", "GBP",
    ]  # fmt: skip
