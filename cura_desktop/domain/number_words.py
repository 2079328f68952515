"""Numbers in English words: a controlled drug's quantity is written in words and figures (domain-rules A5c.1)."""

from __future__ import annotations

from decimal import Decimal

from cura_desktop.domain.medicines import format_quantity

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((1_000_000, "million"), (1_000, "thousand"))


def number_words(number: int | Decimal) -> str:
    """`twenty-eight`, `one hundred and five`, `two point five`.

    Raises ValueError below zero and from a thousand million.
    """
    value = Decimal(number)
    if not value.is_finite() or not 0 <= value < 1_000_000_000:
        raise ValueError("only numbers from 0 to below a thousand million are put into words")
    whole, _, part = format_quantity(value).replace(",", "").partition(".")
    words = _whole(int(whole))
    return f"{words} point {' '.join(_SMALL[int(digit)] for digit in part)}" if part else words


def _whole(number: int) -> str:
    for size, name in _SCALES:
        if number >= size:
            count, rest = divmod(number, size)
            joint = " and " if 0 < rest < 100 else " "
            return f"{_whole(count)} {name}" + (joint + _whole(rest) if rest else "")
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        return f"{_SMALL[hundreds]} hundred" + (f" and {_whole(rest)}" if rest else "")
    if number >= 20:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")
    return _SMALL[number]


def quantity_words_and_figures(quantity: Decimal, unit: str = "") -> str:
    """`28 (twenty-eight) tablets` (domain-rules A5c.1)."""
    return f"{format_quantity(quantity)} ({number_words(quantity)}) {unit}".strip()
