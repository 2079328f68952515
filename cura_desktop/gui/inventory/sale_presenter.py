"""Selling over the counter: finding, adding, paying."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from cura_desktop.domain.barcodes import read_scan
from cura_desktop.domain.counter_sales import PaymentMethod, SaleReceipt, packs_problem, payment_problem
from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.inventory import NotEnoughStockError, StockItem
from cura_desktop.gui.inventory.cart import Cart
from cura_desktop.gui.shell.tasks import Tasks

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService

MOST_FOUND = 8
NOTHING = "Scan or type what is sold first."


class SaleView(Protocol):
    """The counter as its presenter knows it."""

    def packs(self) -> int | None: ...
    def payment(self) -> tuple[PaymentMethod, Decimal | None]: ...
    def show_found(self, items: Sequence[StockItem]) -> None: ...
    def show_cart(self, cart: Cart) -> None: ...
    def show_problem(self, sentence: str) -> None: ...
    def show_packs_problem(self, sentence: str) -> None: ...
    def show_money_problem(self, sentence: str) -> None: ...
    def show_busy(self, busy: bool) -> None: ...
    def show_added(self, item: StockItem) -> None: ...
    def show_sold(self, receipt: SaleReceipt) -> None: ...
    def show_receipt(self, content: bytes, number: str) -> None: ...
    def show_failure(self, error: Exception) -> None: ...
    def enter_found(self) -> None: ...


class SalePresenter:
    """The client key is made for each sale and kept until it is paid: an impatient second F9 sells nothing twice."""

    def __init__(self, view: SaleView, service: InventoryService, tasks: Tasks) -> None:
        self._view = view
        self._service = service
        self._tasks = tasks
        self._key = uuid4()
        self._found: tuple[StockItem, ...] = ()
        self._found_for: str | None = None
        self._text = ""
        self._adding = False
        self._busy = False
        self.cart = Cart()

    def load(self) -> None:
        """Whether the clinic charges VAT."""
        self._tasks.run(self._service.is_vat_registered, self._settled, self._view.show_failure, latest="sale.vat")

    def search(self, text: str) -> None:
        """Offer what fits; a newer text gives up an older one."""
        self._text, self._adding = text.strip(), False
        wanted = self._text
        if not wanted:
            self._show_found("", ())
            return
        self._tasks.run(
            lambda: self._service.search(wanted, most=MOST_FOUND),
            lambda found: self._show_found(wanted, found),
            self._view.show_failure,
            latest="sale.search",
        )

    def submit(self, text: str) -> None:
        """Enter in the box, which a scanner sends, too: add the one that is meant, or go into the list.

        The same pack scanned again is the same text again, of which the box tells no new search.
        """
        if text.strip() != self._text:
            self.search(text)
        if not self._text:
            return
        if self._found_for != self._text:
            self._adding = True
            return
        code = read_scan(self._text).code
        exact = [one for one in self._found if code.lstrip("0") == one.barcode.lstrip("0") or code == one.sku]
        if len(self._found) == 1 or exact:
            self.add((exact or list(self._found))[0])
        elif self._found:
            self._view.enter_found()
        else:
            self._view.show_problem(f"No stock item matches “{self._text[:60]}”.")

    def add(self, item: StockItem) -> None:
        """Put packs of an item on the counter, or say why not."""
        packs = self._view.packs()
        if problem := packs_problem(packs):
            self._view.show_packs_problem(problem)
            return
        problem = self.cart.add(item, packs or 1)
        self._view.show_problem(problem)
        if not problem:
            self._text, self._found, self._found_for = "", (), ""
            self._view.show_cart(self.cart)
            self._view.show_added(item)

    def remove(self, item_id: int) -> None:
        """Take a line off."""
        self.cart.remove(item_id)
        self._view.show_problem("")
        self._view.show_cart(self.cart)

    def start_again(self) -> None:
        """An empty counter and a new sale."""
        self._key = uuid4()
        self.cart.clear()
        self._view.show_problem("")
        self._view.show_cart(self.cart)

    def refresh(self) -> None:
        """Stock changed on another seat: look at the lines again."""
        ids = [line.item.id for line in self.cart.lines]
        if ids:
            self._tasks.run(lambda: self._service.stock_now(ids), self._fresh, lambda _: None, latest="sale.fresh")

    def pay(self) -> None:
        """Sell, unless something is missing. While one submit is under way another is not sent."""
        if self._busy:
            return
        method, tendered = self._view.payment()
        if not self.cart.lines:
            self._view.show_problem(NOTHING)
            return
        if problem := payment_problem(method, tendered, self.cart.totals.gross):
            self._view.show_money_problem(problem)
            return
        self._busy = True
        self._view.show_busy(True)
        lines, key = self.cart.for_sale(), self._key
        self._tasks.run(lambda: self._service.sell(lines, method, tendered, key), self._sold, self._failed)

    def receipt(self, sale: SaleReceipt) -> None:
        """The paper of a sale."""
        self._tasks.run(
            lambda: self._service.receipt_pdf(sale.id),
            lambda content: self._view.show_receipt(content, sale.number),
            self._view.show_failure,
            latest="sale.receipt",
        )

    def _settled(self, registered: bool) -> None:
        self.cart.settle(registered)
        self._view.show_cart(self.cart)

    def _show_found(self, text: str, found: tuple[StockItem, ...]) -> None:
        self._found, self._found_for = found, text
        self._view.show_found(found)
        if self._adding:
            self._adding = False
            self.submit(self._text)

    def _fresh(self, stock: dict[int, StockItem]) -> None:
        self.cart.update(stock)
        self._view.show_cart(self.cart)

    def _sold(self, receipt: SaleReceipt) -> None:
        self._end()
        self.start_again()
        self._view.show_sold(receipt)

    def _failed(self, error: Exception) -> None:
        self._end()
        if isinstance(error, NotEnoughStockError):
            self._view.show_problem(str(error))
            self.refresh()
        elif isinstance(error, InvalidInputError):
            said = error.problems.get("tendered")
            if said:
                self._view.show_money_problem(said)
            else:
                self._view.show_problem(str(error))
        else:
            self._view.show_failure(error)

    def _end(self) -> None:
        self._busy = False
        self._view.show_busy(False)
