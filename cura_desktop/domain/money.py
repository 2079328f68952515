"""Money: `Decimal` amounts in whole pennies, rounded half up (domain-rules A6.6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from types import MappingProxyType

PENNY = Decimal("0.01")
ZERO = Decimal("0.00")
# decimal(10,2) in the database.
LARGEST = Decimal("99999999.99")

_SYMBOLS: Mapping[str, str] = MappingProxyType({"GBP": "£", "EUR": "€", "USD": "$"})
_REGION_CURRENCIES: Mapping[str, str] = MappingProxyType({
    "UK": "GBP", "GB": "GBP", "IE": "EUR", "EU": "EUR", "US": "USD", "AE": "AED", "ME": "AED", "SA": "SAR",
    "SOUTH ASIA": "PKR", "PK": "PKR", "IN": "INR", "AU": "AUD", "CA": "CAD",
})  # fmt: skip
_TYPED = re.compile(r"(?P<sign>[-\u2212]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d*)(?:\.(?P<part>\d{0,2}))?")


def round_penny(amount: Decimal) -> Decimal:
    """Rounded half away from zero to 0.01 (domain-rules A6.6)."""
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP) + ZERO


def currency_of_region(region: str) -> str:
    """The ISO 4217 code an organization of this region bills in; GBP for a region that is not known."""
    return _REGION_CURRENCIES.get(region.strip().upper(), "GBP")


def format_money(amount: Decimal, currency: str = "GBP") -> str:
    """`£1,234.50`, `-£3.00`, `AED 20.00`: comma at thousands, two places, no exponent."""
    rounded = round_penny(amount)
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    return f"{'-' if rounded < 0 else ''}{symbol}{abs(rounded):,.2f}"


def parse_money(text: str) -> Decimal | None:
    """The amount that was typed (`1,234.5`, `£12`, `- 3.20`, `GBP 5`), or None.

    More than two places, a comma in the wrong place and amounts beyond the database's range are None, so that nothing
    is rounded behind the typist's back.
    """
    cleaned = re.sub(r"^([-\u2212]?)\s*(?:[£€$]|[A-Za-z]{3}(?=[\s\d]))\s*", r"\1", "".join(text.split()))
    match = _TYPED.fullmatch(cleaned)
    if match is None or not (match["whole"] or match["part"]):
        return None
    try:
        amount = Decimal(f"{match['whole'].replace(',', '') or '0'}.{match['part'] or '0'}")
    except InvalidOperation:  # digits of other scripts, which \d also accepts
        return None
    if amount > LARGEST:
        return None
    return round_penny(-amount if match["sign"] else amount)


def split_evenly(total: Decimal, parts: int) -> tuple[Decimal, ...]:
    """`total` in `parts` amounts that differ by at most a penny and sum to it exactly; the larger ones come first.

    Raises ValueError when `parts` is less than one.
    """
    if parts < 1:
        raise ValueError("an amount is split into at least one part")
    pennies = int(round_penny(total) / PENNY)
    share, rest = divmod(abs(pennies), parts)
    sign = -1 if pennies < 0 else 1
    return tuple(sign * (share + (index < rest)) * PENNY for index in range(parts))
