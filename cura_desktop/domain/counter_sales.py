"""Selling over the counter: lines in whole packs, VAT by line, cash and change (domain-rules A6.3, A6.6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from cura_desktop.domain.inventory import StockBatch, StockItem
from cura_desktop.domain.money import LARGEST, ZERO, format_money
from cura_desktop.domain.stock import Batch, picking_order
from cura_desktop.domain.vat import LineAmounts, Totals, line_amounts, totals

PaymentMethod = Literal["cash", "card"]
MOST_PACKS = 999


@dataclass(frozen=True, slots=True)
class SaleLine:
    """So many packs of one item."""

    item_id: int
    packs: int


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of the receipt. `price` is one pack without VAT; `batches` are the numbers it came from."""

    item_id: int
    name: str
    packs: int
    price: Decimal
    amounts: LineAmounts
    batches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SaleReceipt:
    """What the receipt says. `sold_at` is naive UTC; `change` is None for a card."""

    id: int
    number: str
    sold_at: datetime
    sold_by: str
    method: PaymentMethod
    lines: tuple[SoldLine, ...]
    totals: Totals
    vat_registered: bool
    tendered: Decimal | None = None
    change: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PackPick:
    """Whole packs out of one batch; None where the item is not kept in batches."""

    batch_id: int | None
    number: str
    packs: int


def line_of(item: StockItem, packs: int, *, registered: bool) -> LineAmounts:
    """Net, VAT and gross of a line."""
    return line_amounts(Decimal(packs), item.sale_price, item.vat_category, registered=registered)


def sale_totals(lines: Iterable[LineAmounts]) -> Totals:
    """The sum of the lines (domain-rules A6.6)."""
    return totals(tuple(lines))


def packs_problem(packs: int | None) -> str:
    """What is wrong with a number of packs, as a sentence; empty when nothing is."""
    if packs is None:
        return "Please give a number of packs."
    if packs < 1:
        return "At least 1 pack is sold."
    return f"The most is {MOST_PACKS} packs; please check the number." if packs > MOST_PACKS else ""


def refusal(item: StockItem) -> str:
    """Why an item is not sold over the counter at all; empty when it may be (domain-rules A5a)."""
    if item.prescription_required:
        return f"{item.name} needs a prescription: supply it from the prescription queue."
    return "" if item.is_active else f"{item.name} is no longer sold."


def not_enough(item: StockItem, packs: int) -> str:
    """The sentence when fewer packs are there than asked for."""
    if packs <= 0:
        why = "what is left is expired or set aside" if item.stock else "the last pack is gone"
        return f"{item.name} cannot be sold: {why}."
    return f"Only {packs} {'pack' if packs == 1 else 'packs'} of {item.name} can be sold now."


def whole_packs(batches: Iterable[Batch], pack_size: int, today: date) -> int:
    """Packs that can be taken unbroken: loose units of different batches never make one."""
    return sum(batch.remaining // pack_size for batch in picking_order(batches, today))


def pick_packs(batches: Sequence[StockBatch], packs: int, pack_size: int, today: date) -> tuple[PackPick, ...]:
    """First to expire first (domain-rules A5e.9), in whole packs. The caller has seen that there are enough."""
    picks, missing = [], packs
    for batch in picking_order((one.as_batch() for one in batches), today):
        taken = min(missing, batch.remaining // pack_size)
        if taken:
            picks.append(PackPick(batch.id, batch.number, taken))
            missing -= taken
    if missing:
        raise ValueError("there are not enough packs")
    return tuple(picks)


def change_due(method: PaymentMethod, tendered: Decimal | None, gross: Decimal) -> Decimal | None:
    """What is given back of cash; None for a card. See `payment_problem` first."""
    return None if method == "card" or tendered is None else tendered - gross


def payment_problem(method: PaymentMethod, tendered: Decimal | None, gross: Decimal) -> str:
    """What is wrong with the money handed over; empty when nothing is."""
    if method == "card":
        return ""
    if tendered is None:
        return "Please type how much cash was handed over."
    if tendered < ZERO or tendered > LARGEST:
        return "Please check the amount."
    return f"{format_money(gross - tendered)} is still missing." if tendered < gross else ""
