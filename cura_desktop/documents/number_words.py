"""Whole numbers in English words, for the quantity of a controlled drug (domain-rules A5c.1)."""

from __future__ import annotations

from decimal import Decimal

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_words(value: Decimal) -> str:
    """28 -> twenty-eight, 2.5 -> two point five. Raises ValueError outside 0 to 999,999."""
    if not value.is_finite() or not 0 <= value < 1_000_000:
        raise ValueError(f"No words for the quantity {value}")
    whole, _, decimals = f"{value:f}".partition(".")
    decimals = decimals.rstrip("0")
    words = _whole(int(whole))
    return f"{words} point {' '.join(_ONES[int(digit)] for digit in decimals)}" if decimals else words


def _whole(number: int) -> str:
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_ONES[hundreds]} hundred" + (f" and {_whole(rest)}" if rest else "")
    thousands, rest = divmod(number, 1000)
    joint = " and " if 0 < rest < 100 else " "
    return f"{_whole(thousands)} thousand" + (f"{joint}{_whole(rest)}" if rest else "")
