"""Orders to suppliers, and what comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from cura_desktop.db.clinic import ClinicSender, clinic_sender
from cura_desktop.db.inventory import InventoryRepository
from cura_desktop.db.inventory_orders import PurchaseOrderRepository
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotFoundError, StaleRecordError
from cura_desktop.domain.inventory import ReceiptDraft, quantity_problem, units_text
from cura_desktop.domain.outbox import Enclosure
from cura_desktop.domain.purchasing import (
    OrderLineDraft,
    PurchaseOrder,
    ReorderProposal,
    Supplier,
    SupplierDraft,
    order_problems,
)
from cura_desktop.domain.stock import to_units
from cura_desktop.services.inventory.movements import MovementService

NO_ORDER = "This order is not in the clinic's records."


class PurchasingService(MovementService):
    """Orders are in packs."""

    def orders(self, *, only_open: bool = False) -> tuple[PurchaseOrder, ...]:
        """The newest first; with `only_open`, those of which something is still expected."""
        with self._reading() as transaction:
            return PurchaseOrderRepository(transaction.session).orders(only_open=only_open, staff=self._staff)

    def purchase_order(self, order_id: int) -> PurchaseOrder:
        """One order. Raises `NotFoundError`."""
        with self._reading() as transaction:
            return self._order(PurchaseOrderRepository(transaction.session), order_id)

    def proposals(self) -> tuple[ReorderProposal, ...]:
        """What should be ordered, by supplier: items at or under their reorder point, counting what is on order."""
        with self._reading() as transaction:
            return PurchaseOrderRepository(transaction.session).proposals(self.today())

    def take_step(self, order: PurchaseOrder, status: str) -> PurchaseOrder:
        """Approve, send, close or cancel an order; who approved it and when are the database's.

        Raises `ConflictError` for a step that does not follow, `StaleRecordError` when it moved on elsewhere.
        """
        if not order.may_become(status):
            raise ConflictError(f"Order {order.number} is “{order.words}” and cannot become that.")
        with self._writing() as transaction:
            orders = PurchaseOrderRepository(transaction.session)
            if not orders.step(order.id, order.version, status):
                raise StaleRecordError(self._order(orders, order.id))
            return self._order(orders, order.id)

    def order_paper(self, order_id: int) -> bytes:
        """The order as PDF: a proof until it is approved, then the same bytes for good. Raises `NotFoundError`."""
        return self._paper(order_id)[1]

    def order_enclosure(self, order_id: int) -> Enclosure:
        """The paper of an approved order, to go with an e-mail. Raises `ConflictError` before it is approved."""
        file_id, _content, number = self._paper(order_id)
        if file_id is None:
            raise ConflictError("Approve the order first: what is sent does not change any more.")
        return Enclosure(file_id, f"{number}.pdf")

    def _paper(self, order_id: int) -> tuple[int | None, bytes, str]:
        with self._reading() as transaction:
            orders = PurchaseOrderRepository(transaction.session)
            kept = orders.paper(order_id)
            order = self._order(orders, order_id)
            if kept is not None:
                return kept[0], kept[1], order.number
            supplier = InventoryRepository(transaction.session).supplier(order.supplier_id)
            content = self._written(order, supplier, clinic_sender(transaction.session))
        final = order.status in ("approved", "sent", "part_received", "received")
        if not final or not self._caller.may("edit", "inventory"):
            return None, content, order.number
        with self._writing() as transaction:
            orders = PurchaseOrderRepository(transaction.session)
            orders.keep_paper(order_id, f"{order.number}.pdf", content)
            stored = orders.paper(order_id)
        return (stored[0], stored[1], order.number) if stored is not None else (None, content, order.number)

    def _written(self, order: PurchaseOrder, supplier: Supplier | None, clinic: ClinicSender) -> bytes:
        from cura_desktop.documents.letterhead import Letterhead
        from cura_desktop.documents.purchase_order import OrderedLine, PurchaseOrderDocument, write_purchase_order

        details = supplier.details if supplier is not None else SupplierDraft(order.supplier)
        return write_purchase_order(
            PurchaseOrderDocument(
                letterhead=Letterhead(clinic.name, clinic.address, clinic.phone, clinic.email),
                number=order.number,
                ordered_on=to_clinic(order.ordered_at, self._caller.zone).date(),
                supplier=tuple(line for line in (details.name, details.address, details.city) if line),
                lines=tuple(
                    OrderedLine(line.item, line.packs, units_text(line.pack_size, line.unit), line.price, line.total)
                    for line in order.lines
                ),
                total=order.total,
                currency=clinic.currency,
                expected=order.expected,
                terms=details.payment_terms,
                notes=order.notes,
                ordered_by=order.ordered_by,
                approved_by=order.approved_by,
            )
        )

    def _order(self, orders: PurchaseOrderRepository, order_id: int) -> PurchaseOrder:
        found = orders.orders(order_id, staff=self._staff)
        if not found:
            raise NotFoundError(NO_ORDER)
        return found[0]

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
            return self._order(orders, order_id or 0)

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
            line = next((one for one in self._order(orders, order_id).lines if one.id == line_id), None)
            if line is None:
                raise NotFoundError(NO_ORDER)
            units = replace(draft, quantity=to_units(packs, 0, line.pack_size))
            if self._receive(transaction, line.item_id, units, client_key, ("purchase_order", order_id)):
                orders.take(line_id, packs)
            return self._order(orders, order_id)
