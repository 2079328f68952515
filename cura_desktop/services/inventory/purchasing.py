"""Orders to suppliers, and what comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from cura_desktop.db.inventory_orders import PurchaseOrderRepository
from cura_desktop.domain.errors import InvalidInputError, NotFoundError
from cura_desktop.domain.inventory import ReceiptDraft, quantity_problem
from cura_desktop.domain.purchasing import OrderLineDraft, PurchaseOrder, order_problems
from cura_desktop.domain.stock import to_units
from cura_desktop.services.inventory.movements import MovementService

NO_ORDER = "This order is not in the clinic's records."


class PurchasingService(MovementService):
    """Orders are in packs."""

    def orders(self) -> tuple[PurchaseOrder, ...]:
        """The newest first."""
        with self._reading() as transaction:
            return PurchaseOrderRepository(transaction.session).orders()

    def order(
        self,
        supplier_id: int,
        lines: Sequence[OrderLineDraft],
        client_key: UUID,
        *,
        expected: date | None = None,
        notes: str = "",
    ) -> PurchaseOrder:
        """Write an order; the same key again gives the order of the first time. Raises `InvalidInputError`."""
        if problems := order_problems(lines, expected, self.today()):
            raise InvalidInputError(problems)
        with self._writing("create") as transaction:
            orders = PurchaseOrderRepository(transaction.session)
            order_id = orders.add(supplier_id, expected, lines, notes, client_key) or orders.by_key(client_key)
            return orders.orders(order_id)[0]

    def receive_order_line(
        self, order_id: int, line_id: int, packs: int, draft: ReceiptDraft, client_key: UUID
    ) -> PurchaseOrder:
        """Take in part or all of a line; `draft.quantity` is filled from the packs. The same key changes nothing.

        Raises `InvalidInputError` ("quantity" when more comes than was ordered), `NotFoundError`.
        """
        if problem := quantity_problem(packs):
            raise InvalidInputError({"quantity": problem})
        with self._writing() as transaction:
            orders = PurchaseOrderRepository(transaction.session)
            found = orders.orders(order_id)
            line = next((one for one in found[0].lines if one.id == line_id), None) if found else None
            if line is None:
                raise NotFoundError(NO_ORDER)
            units = replace(draft, quantity=to_units(packs, 0, line.pack_size))
            if self._receive(transaction, line.item_id, units, client_key, ("purchase_order", order_id)):
                orders.take(line_id, packs)
            return orders.orders(order_id)[0]
