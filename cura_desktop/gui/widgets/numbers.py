"""Numbers as people type and read them: comma at thousands, point before decimals."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"[-\u2212]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})?(?:\.[0-9]{0,6})?")


def read_number(text: str) -> Decimal | None:
    """The number of a text such as `1,234.5`, `.5` or `- 3`; None when it is none. Commas must stand at thousands."""
    compact = "".join(text.split())
    if not _NUMBER.fullmatch(compact) or not any(character in "0123456789" for character in compact):
        return None
    return Decimal(compact.replace(",", "").replace("\u2212", "-"))


def write_grouped(value: Decimal, places: int) -> str:
    """`1,234.50` for two places."""
    return f"{value:,.{places}f}"


def write_plain(value: Decimal) -> str:
    """No trailing zero, a leading zero, comma at thousands (domain-rules A4): `0.5`, `5,000`."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
