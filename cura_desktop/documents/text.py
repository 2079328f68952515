"""What may stand on paper: characters that print, and amounts that keep their unit. No markup and no fonts here."""

from __future__ import annotations

import re
import unicodedata

NBSP = "\u00a0"
JOINERS = "\u200c\u200d"
# A number and its unit stay on one line: "500 mg", "28 tablets", "5,000 units".
_MEASURE = re.compile(
    r"(?<![\w.,])(\d[\d,.]*) (?=(?:mg|g|kg|mcg|micrograms?|nanograms?|mL|ml|L|mmol|units?|tablets?|capsules?|puffs?"
    r"|drops?|sachets?|patch(?:es)?|ampoules?|pessar(?:y|ies)|suppositor(?:y|ies)|doses?|times?|hours?|days?|weeks?|months?)\b)"
)


def clean(text: str) -> str:
    """`text` without what cannot or must not be printed.

    Control characters and the invisible direction overrides (which can make a printed name differ from the stored one)
    are dropped; tabs become spaces; line ends become `\\n`; a lone surrogate becomes the replacement character.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return "".join(_kept(character) for character in text)


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if character == "\n" or character in JOINERS:
        return character
    if category == "Cs":
        return "\ufffd"
    if category in ("Cc", "Cf") or 0xFE00 <= ord(character) <= 0xFE0F:
        return ""
    return "\n" if category in ("Zl", "Zp") else character


def bind_units(text: str) -> str:
    """`text` with each amount bound to its unit by a no-break space (domain-rules A4)."""
    return _MEASURE.sub(rf"\1{NBSP}", text)


def unbroken(text: str) -> str:
    """`text` that never breaks across lines: a dose, a number, a postcode."""
    return NBSP.join(text.split())
