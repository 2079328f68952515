"""Text on its way into a spreadsheet, which must show it and never run it."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""How a cell begins that spreadsheet programs take for a formula (OWASP, CSV injection)."""


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run the text instead of showing it, leading spaces included."""
    return text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)


def shown(text: str) -> str:
    """The text as a cell of a CSV file; an apostrophe in front keeps a phone number with its plus what it is."""
    return f"'{text}" if is_formula(text) else text
