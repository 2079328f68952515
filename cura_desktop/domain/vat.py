"""VAT categories, line amounts and which invoice the law wants (domain-rules A6.1 to A6.6).

Rounding choice of this product (A6.6): each line's VAT is rounded half up to a penny; a total is the sum of its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from cura_desktop.domain.money import ZERO, round_penny

SIMPLIFIED_LIMIT = Decimal("250.00")


class VatCategory(StrEnum):
    """What VAT makes of a line. Exempt and zero-rated are different and are never merged (domain-rules A6.3)."""

    EXEMPT = "exempt"
    ZERO = "zero"
    REDUCED = "reduced"
    STANDARD = "standard"
    OUTSIDE = "outside"

    @property
    def rate(self) -> Decimal:
        """Per cent, as in force since 2011 for the standard rate."""
        return _RATES[self]

    @property
    def label(self) -> str:
        """Words for an invoice."""
        return _LABELS[self]


_RATES = {
    VatCategory.EXEMPT: Decimal(0),
    VatCategory.ZERO: Decimal(0),
    VatCategory.REDUCED: Decimal(5),
    VatCategory.STANDARD: Decimal(20),
    VatCategory.OUTSIDE: Decimal(0),
}
_LABELS = {
    VatCategory.EXEMPT: "Exempt",
    VatCategory.ZERO: "Zero rated 0%",
    VatCategory.REDUCED: "Reduced rate 5%",
    VatCategory.STANDARD: "Standard rate 20%",
    VatCategory.OUTSIDE: "Outside the scope",
}


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """A line in whole pennies; `rate` is the per cent that was applied, 0 for a clinic that is not registered."""

    net: Decimal
    vat: Decimal
    gross: Decimal
    category: VatCategory
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of the lines, whole and per category in the order of `VatCategory`."""

    net: Decimal = ZERO
    vat: Decimal = ZERO
    gross: Decimal = ZERO
    by_category: tuple[tuple[VatCategory, Decimal, Decimal], ...] = field(default=())


def line_amounts(
    quantity: Decimal,
    unit_price: Decimal,
    category: VatCategory,
    *,
    discount_percent: Decimal = Decimal(0),
    registered: bool = True,
) -> LineAmounts:
    """Net, VAT and gross of a line; `unit_price` is net of VAT, in pounds.

    A clinic that is not registered charges and shows no VAT (domain-rules A6.2).
    """
    net = round_penny(quantity * unit_price * (100 - discount_percent) / 100)
    rate = category.rate if registered else Decimal(0)
    vat = round_penny(net * rate / 100)
    return LineAmounts(net=net, vat=vat, gross=net + vat, category=category, rate=rate)


def totals(lines: Sequence[LineAmounts]) -> Totals:
    """The sum of lines that are already rounded, so that it is what a reader adds up (domain-rules A6.6)."""
    by_category = tuple(
        (category, sum((line.net for line in chosen), ZERO), sum((line.vat for line in chosen), ZERO))
        for category in VatCategory
        if (chosen := [line for line in lines if line.category is category])
    )
    net = sum((line.net for line in lines), ZERO)
    vat = sum((line.vat for line in lines), ZERO)
    return Totals(net=net, vat=vat, gross=net + vat, by_category=by_category)


class InvoiceKind(StrEnum):
    """Which VAT invoice a document has to be."""

    FULL = "full"
    SIMPLIFIED = "simplified"
    NONE = "none"


def invoice_kind(lines: Sequence[LineAmounts], *, registered: bool) -> InvoiceKind:
    """No VAT invoice without registration or without a line that bears VAT; up to £250 gross a simplified one may do.

    Only exempt, zero-rated or outside lines need none (domain-rules A6.1, A6.2).
    """
    if not registered or not any(line.category in (VatCategory.REDUCED, VatCategory.STANDARD) for line in lines):
        return InvoiceKind.NONE
    return InvoiceKind.SIMPLIFIED if totals(lines).gross <= SIMPLIFIED_LIMIT else InvoiceKind.FULL


def default_category(*, aesthetic: bool, dispensed_on_prescription: bool = False, retail: bool = False) -> VatCategory:
    """Where a new line starts: aesthetics and retail at the standard rate, medical care exempt (A6.3, A6.4)."""
    if aesthetic or retail:
        return VatCategory.STANDARD
    return VatCategory.ZERO if dispensed_on_prescription else VatCategory.EXEMPT


def exemption_problems(
    category: VatCategory, therapeutic_purpose: str, diagnosis: str, *, aesthetic: bool
) -> dict[str, str]:
    """Field -> sentence. An aesthetic treatment is exempt only with a recorded purpose and diagnosis (A6.4)."""
    if not aesthetic or category is not VatCategory.EXEMPT:
        return {}
    problems = {}
    if not therapeutic_purpose.strip():
        problems["therapeutic_purpose"] = "Record the therapeutic purpose before this treatment can be VAT exempt."
    if not diagnosis.strip():
        problems["diagnosis"] = "Record the diagnosis before this treatment can be VAT exempt."
    return problems
