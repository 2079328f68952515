"""What is on the counter before it is paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cura_desktop.domain.counter_sales import SaleLine, line_of, not_enough, packs_problem, refusal, sale_totals
from cura_desktop.domain.inventory import StockItem
from cura_desktop.domain.vat import LineAmounts, Totals


@dataclass(frozen=True, slots=True)
class CartLine:
    """Packs of one item; `item` is its stock as last seen."""

    item: StockItem
    packs: int
    registered: bool

    @property
    def id(self) -> int:
        """The item's id: an item stands in one line."""
        return self.item.id

    @property
    def amounts(self) -> LineAmounts:
        """Net, VAT and gross."""
        return line_of(self.item, self.packs, registered=self.registered)

    @property
    def problem(self) -> str:
        """Why this line cannot be sold as it stands; empty when it can."""
        if sentence := refusal(self.item) or packs_problem(self.packs):
            return sentence
        left = self.item.usable_packs
        return not_enough(self.item, left) if left < self.packs else ""


class Cart:
    """Lines in the order they were added."""

    def __init__(self) -> None:
        self.registered = False
        self._lines: dict[int, CartLine] = {}

    @property
    def lines(self) -> tuple[CartLine, ...]:
        """What is shown."""
        return tuple(self._lines.values())

    @property
    def totals(self) -> Totals:
        """The sum of the lines."""
        return sale_totals(line.amounts for line in self._lines.values())

    def add(self, item: StockItem, packs: int) -> str:
        """Add packs of an item; the sentence says why not, empty when they were added."""
        before = self._lines[item.id].packs if item.id in self._lines else 0
        line = CartLine(item, before + packs, self.registered)
        problem = packs_problem(packs) or line.problem
        if not problem:
            self._lines[item.id] = line
        return problem

    def remove(self, item_id: int) -> None:
        """Take a line off."""
        self._lines.pop(item_id, None)

    def clear(self) -> None:
        """Take everything off."""
        self._lines.clear()

    def settle(self, registered: bool) -> None:
        """Whether VAT is charged, once it is known."""
        self.registered = registered
        self._lines = {key: replace(line, registered=registered) for key, line in self._lines.items()}

    def update(self, stock: Mapping[int, StockItem]) -> None:
        """Take over the stock as it is now; what is in the lines stays."""
        self._lines = {key: replace(line, item=stock.get(key, line.item)) for key, line in self._lines.items()}

    def for_sale(self) -> tuple[SaleLine, ...]:
        """What is asked of the service."""
        return tuple(SaleLine(line.item.id, line.packs) for line in self._lines.values())
