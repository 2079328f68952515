"""Selling over the counter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from cura_desktop.db.clinic import ClinicSender, clinic_sender
from cura_desktop.db.database import Transaction
from cura_desktop.db.inventory import InventoryRepository
from cura_desktop.db.inventory_moves import StockMovementRepository
from cura_desktop.db.inventory_sales import CounterSaleRepository
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.counter_sales import (
    PackPick,
    PaymentMethod,
    SaleLine,
    SaleReceipt,
    change_due,
    line_of,
    not_enough,
    packs_problem,
    payment_problem,
    pick_packs,
    refusal,
    sale_totals,
    whole_packs,
)
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError
from cura_desktop.domain.inventory import NotEnoughStockError, StockBatch, StockItem
from cura_desktop.domain.money import ZERO, format_money
from cura_desktop.domain.vat import LineAmounts
from cura_desktop.services.inventory.base import GONE, StockPart

if TYPE_CHECKING:
    from cura_desktop.documents.receipt import ReceiptDocument

RECEIPT, COPY = "receipt", "receipt_copy"
MAY_NOT_SELL = "Your role may not sell over the counter."
NEEDS_STOCK = "A counter sale changes the stock, which your role may not do."
_Batches = Mapping[int, tuple[StockBatch, ...]]


class CounterSaleService(StockPart):
    """A sale is one transaction: either everything in it is sold, or nothing."""

    def is_vat_registered(self) -> bool:
        """Whether the clinic charges VAT (domain-rules A6.2)."""
        with self._reading() as transaction:
            return CounterSaleRepository(transaction.session).clinic()[0]

    def sell(
        self, lines: Sequence[SaleLine], method: PaymentMethod, tendered: Decimal | None, client_key: UUID
    ) -> SaleReceipt:
        """Sell whole packs, first to expire first, VAT by line; the same key again gives the first receipt.

        The items are locked before they are looked at, so the second of two desks sees what the first has left.
        Raises `NotEnoughStockError`, `InvalidInputError` ("lines.0" for a refused item or a wrong number of packs,
        "tendered"), `NotFoundError`, `NotAllowedError`.
        """
        if not self._caller.may("create", "sales"):
            raise NotAllowedError(MAY_NOT_SELL)
        wanted = _joined(lines)
        with self._database.transaction(self._caller) as transaction:
            sales = CounterSaleRepository(transaction.session)
            batches = self._lock_sale(transaction, wanted)
            sale_id = sales.by_key(client_key)
            if sale_id is None:
                sale_id = self._sell(transaction, wanted, batches, method, tendered, client_key)
            return sales.receipt(sale_id, self._staff)

    def receipt_pdf(self, sale_id: int) -> bytes:
        """The receipt the first time it is asked for; afterwards the same paper marked as a copy. Both are kept.

        Raises `NotFoundError`, `NotAllowedError`.
        """
        if not self._caller.may("view", "sales"):
            raise NotAllowedError(MAY_NOT_SELL)
        with self._reading() as transaction:
            sales = CounterSaleRepository(transaction.session)
            again = sales.paper(sale_id, RECEIPT) is not None
            kept = sales.paper(sale_id, COPY) if again else None
            if kept is not None:
                return kept
            receipt = sales.receipt(sale_id, self._staff)
            document = self._document(receipt, clinic_sender(transaction.session), is_copy=again)
            content = _printed(document, sales)
        return self._keep_paper(sale_id, COPY if again else RECEIPT, receipt.number, content)

    def _document(self, receipt: SaleReceipt, clinic: ClinicSender, *, is_copy: bool) -> ReceiptDocument:
        from cura_desktop.documents.letterhead import Letterhead
        from cura_desktop.documents.receipt import ReceiptDocument, ReceiptLine, ReceiptVat

        registration = (f"VAT number {clinic.vat_number}",) if receipt.vat_registered and clinic.vat_number else ()
        vat = receipt.totals.by_category if receipt.vat_registered else ()
        return ReceiptDocument(
            letterhead=Letterhead(clinic.name, clinic.address, clinic.phone, clinic.email, registration=registration),
            number=receipt.number,
            received_at=to_clinic(receipt.sold_at, self._caller.zone),
            payer="",
            amount=receipt.totals.gross,
            method=receipt.method.capitalize(),
            currency=clinic.currency,
            lines=tuple(ReceiptLine(line.name, line.packs, line.amounts.gross) for line in receipt.lines),
            vat=tuple(ReceiptVat(category.label, net + tax, tax) for category, net, tax in vat),
            is_copy=is_copy,
            received_by=receipt.sold_by,
            note=_cash_note(receipt, clinic.currency),
        )

    def _keep_paper(self, sale_id: int, kind: str, number: str, content: bytes) -> bytes:
        """Who only reads sales keeps nothing; the same sale gives the same paper again."""
        if not self._caller.may("create", "sales"):
            return content
        with self._database.transaction(self._caller) as transaction:
            sales = CounterSaleRepository(transaction.session)
            sales.keep_paper(sale_id, kind, f"{number}.pdf", content)
            return sales.paper(sale_id, kind) or content

    def _lock_sale(self, transaction: Transaction, wanted: Mapping[int, int]) -> _Batches:
        moves = StockMovementRepository(transaction.session)
        held = moves.lock_items(list(wanted))
        if held.keys() != wanted.keys():
            raise NotFoundError(GONE) if self._caller.may("edit", "inventory") else NotAllowedError(NEEDS_STOCK)
        locked = moves.lock_batches(list(wanted))
        return {item: tuple(one.batch for one in locked if one.item_id == item) for item in wanted}

    def _sell(
        self,
        transaction: Transaction,
        wanted: Mapping[int, int],
        batches: _Batches,
        method: PaymentMethod,
        tendered: Decimal | None,
        client_key: UUID,
    ) -> int:
        items = InventoryRepository(transaction.session).by_ids(list(wanted), self.today(), self._soon())
        self._check(wanted, items, batches)
        sales = CounterSaleRepository(transaction.session)
        registered, _ = sales.clinic()
        amounts = {item: line_of(items[item], packs, registered=registered) for item, packs in wanted.items()}
        total = sale_totals(amounts.values())
        if problem := payment_problem(method, tendered, total.gross):
            raise InvalidInputError({"tendered": problem})
        handed = tendered if method == "cash" else None
        change = change_due(method, handed, total.gross)
        sale_id = sales.add(total.gross, total.vat, method, handed, change, client_key)
        if sale_id is None:  # the same submit was faster, on another item's lock
            return sales.by_key(client_key) or 0
        for item_id, packs in wanted.items():
            item = items[item_id]
            picks = self._picks(item, packs, batches[item_id])
            shares = _shares(picks, item.sale_price, amounts[item_id])
            for pick, share in zip(picks, shares, strict=True):
                sales.add_line(sale_id, item_id, pick.batch_id, pick.packs * item.pack_size, item.sale_price, share)
        return sale_id

    def _check(self, wanted: Mapping[int, int], items: Mapping[int, StockItem], batches: _Batches) -> None:
        for place, (item_id, packs) in enumerate(wanted.items()):
            item = items[item_id]
            if problem := packs_problem(packs) or refusal(item):
                raise InvalidInputError({f"lines.{place}": problem})
            left = self._packs_left(item, batches[item_id])
            if left < packs:
                raise NotEnoughStockError(not_enough(item, left), item_id, left)

    def _packs_left(self, item: StockItem, batches: tuple[StockBatch, ...]) -> int:
        """In whole packs: those of usable batches, and what stands there without a batch (untracked items only)."""
        loose = max(item.stock - sum(one.remaining for one in batches), 0)
        return self._packs_in(batches, item) + loose // item.pack_size

    def _packs_in(self, batches: tuple[StockBatch, ...], item: StockItem) -> int:
        return whole_packs((one.as_batch() for one in batches), item.pack_size, self.today())

    def _picks(self, item: StockItem, packs: int, batches: tuple[StockBatch, ...]) -> tuple[PackPick, ...]:
        kept = min(packs, self._packs_in(batches, item))
        picks = pick_packs(batches, kept, item.pack_size, self.today())
        return (*picks, PackPick(None, "", packs - kept)) if packs > kept else picks


def _printed(document: ReceiptDocument, sales: CounterSaleRepository) -> bytes:
    from cura_desktop.documents.issued import verified
    from cura_desktop.documents.receipt import write_receipt
    from cura_desktop.documents.verification import content_hash, verification_code

    hashed = content_hash(document)
    return write_receipt(verified(document, verification_code(sales.mac(bytes.fromhex(hashed)), hashed)))


def _cash_note(receipt: SaleReceipt, currency: str) -> str:
    if receipt.tendered is None:
        return ""
    change = receipt.change or ZERO
    return f"Cash {format_money(receipt.tendered, currency)}, change {format_money(change, currency)}."


def _joined(lines: Sequence[SaleLine]) -> dict[int, int]:
    """Packs by item, in the order of the first line of each; raises when there is nothing to sell."""
    if not lines:
        raise InvalidInputError({"lines": "Please add what is sold."})
    packs: dict[int, int] = {}
    for place, line in enumerate(lines):
        if problem := packs_problem(line.packs):
            raise InvalidInputError({f"lines.{place}": problem})
        packs[line.item_id] = packs.get(line.item_id, 0) + line.packs
    return packs


def _shares(picks: Sequence[PackPick], price: Decimal, whole: LineAmounts) -> list[LineAmounts]:
    """The line's amounts over its batches; the last takes the odd penny, so that the sum is the line's."""
    shares, vat_left = [], whole.vat
    for pick in picks[:-1]:
        vat = (whole.vat * (pick.packs * price) / whole.net).quantize(ZERO) if whole.net else ZERO
        shares.append(LineAmounts(pick.packs * price, vat, pick.packs * price + vat, whole.category, whole.rate))
        vat_left -= vat
    last = picks[-1].packs * price
    return [*shares, LineAmounts(last, vat_left, last + vat_left, whole.category, whole.rate)]
