"""Stock, its alerts, and the counter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace
    from cura_desktop.domain.purchasing import PurchaseOrder, ReorderProposal
    from cura_desktop.services.outbox import OutboxService

ACCESS = ("view", "inventory")


class InventoryRoom:
    """Items open as tabs; the counter sale and the alerts are tabs of their own."""

    def __init__(self, space: Workspace) -> None:
        from cura_desktop.services.inventory import InventoryService

        self._space = space
        self.outbox: OutboxService | None = None  # through which orders leave; furnished after this room
        self._service = InventoryService(space.database, space.caller)
        if not space.caller.may(*ACCESS):
            return
        from cura_desktop.gui.inventory.panel import InventoryPanel

        panel = InventoryPanel(self._service, space.caller)
        space.window.add_dock("inventory", "Inventory", "package", panel, "right", needs=ACCESS)
        space.offer(panel.actions_offered())
        space.watch(panel)
        panel.picked.connect(self.open)
        panel.sale_wanted.connect(self.sell)
        panel.alerts_wanted.connect(self.alerts)
        panel.add_wanted.connect(lambda: self.edit(None))
        space.window.add_place("purchasing", "Purchasing", "truck", self.purchasing, shortcut="", needs=ACCESS)
        needs = ("edit", "inventory")
        space.window.add_place(
            "recall", "Batch recall", "shield-alert", self.recall, shortcut="", needs=needs, menu="Office"
        )
        space.window.add_place(
            "suppliers", "Suppliers", "truck", self.suppliers, shortcut="", needs=ACCESS, menu="Office"
        )
        space.window.add_place(
            "categories", "Stock categories", "folder", self.categories, shortcut="", needs=ACCESS, menu="Office"
        )

    def open(self, item_id: int) -> None:
        """An item's facts, batches and stock card."""

        def make() -> QWidget:
            from cura_desktop.gui.inventory.item_tab import ItemTab

            tab = ItemTab(self._service, self._space.caller, item_id)
            tab.loaded.connect(lambda name: self._space.window.work.rename(("item", item_id), name))
            tab.edit_wanted.connect(self.edit)
            tab.recall_wanted.connect(self.recall)
            self._space.watch(tab)
            return tab

        self._space.window.open_tab(("item", item_id), "Item", "package", make)

    def edit(self, item_id: int | None) -> None:
        """A new item, or the facts of one."""
        key = ("item", "edit", item_id or 0)

        def show(saved: int) -> None:
            self._space.window.close_tab(key)
            self.open(saved)

        def make() -> QWidget:
            from cura_desktop.gui.inventory.editor import ItemEditor

            editor = ItemEditor(self._service, self._space.caller, item_id)
            editor.saved.connect(show)
            editor.cancelled.connect(lambda: self._space.window.close_tab(key))
            return editor

        self._space.window.open_tab(key, "Edit item" if item_id else "New item", "package", make)

    def sell(self) -> None:
        """The counter."""

        def make() -> QWidget:
            from cura_desktop.gui.inventory.sale import CounterSale

            sale = CounterSale(self._service, self._space.caller)
            self._space.watch(sale)
            return sale

        self._space.window.open_tab(("sale",), "Counter sale", "banknote", make)

    def alerts(self) -> None:
        """What is low, expiring or expired."""

        def make() -> QWidget:
            from cura_desktop.gui.inventory.alerts import AlertsList

            alerts = AlertsList(self._service, self._space.caller)
            alerts.picked.connect(self.open)
            self._space.watch(alerts)
            return alerts

        self._space.window.open_tab(("alerts",), "Stock alerts", "triangle-alert", make)

    def recall(self, number: str = "") -> None:
        """Where a batch went, and stopping it everywhere."""

        def make() -> QWidget:
            from cura_desktop.gui.inventory.recall import RecallScreen

            screen = RecallScreen(self._service, self._space.caller)
            screen.item_picked.connect(self.open)
            self._space.watch(screen)
            return screen

        screen = self._space.window.open_tab(("recall",), "Batch recall", "shield-alert", make)
        if number:
            screen.seek(number)  # type: ignore[attr-defined]

    def purchasing(self) -> None:
        """Orders to suppliers, and what should be ordered."""

        def make() -> QWidget:
            from cura_desktop.gui.inventory.orders import OrdersList

            orders = OrdersList(self._service, self._space.caller)
            orders.picked.connect(self.open_order)
            orders.order_wanted.connect(self.order)
            self._space.watch(orders)
            return orders

        self._space.window.open_tab(("purchasing",), "Purchasing", "truck", make)

    def open_order(self, order_id: int) -> None:
        """One order with its lines and deliveries."""
        key = ("purchase order", order_id)

        def make() -> QWidget:
            from cura_desktop.gui.inventory.order_tab import OrderTab

            tab = OrderTab(self._service, self._space.caller, order_id, self._mail_order)
            tab.loaded.connect(lambda number: self._space.window.work.rename(key, number))
            self._space.watch(tab)
            return tab

        self._space.window.open_tab(key, "Order", "truck", make)

    def order(self, supplier_id: int | None, proposals: Sequence[ReorderProposal]) -> None:
        """A new order, begun with what is proposed."""
        key = ("purchase order", "new", supplier_id or 0)

        def show(order_id: int) -> None:
            self._space.window.close_tab(key)
            self.open_order(order_id)

        def make() -> QWidget:
            from cura_desktop.gui.inventory.order_editor import OrderEditor

            editor = OrderEditor(self._service, self._space.caller, supplier_id, proposals)
            editor.ordered.connect(show)
            editor.cancelled.connect(lambda: self._space.window.close_tab(key))
            return editor

        self._space.window.open_tab(key, "New order", "truck", make)

    def _mail_order(self, order: PurchaseOrder) -> str:
        """The approved order on its way to the supplier, in the outbox; once for each order."""
        from cura_desktop.domain.errors import InvalidInputError
        from cura_desktop.domain.outbox import MailDraft

        supplier = next((one for one in self._service.suppliers() if one.id == order.supplier_id), None)
        address = supplier.details.email.strip() if supplier is not None else ""
        if not address:
            raise InvalidInputError({"email": "The supplier has no e-mail address; enter one under Suppliers."})
        clinic = self._space.caller.organization_name
        draft = MailDraft(
            purpose="purchase_order",
            recipient=address,
            recipient_name=order.supplier,
            subject=f"Purchase order {order.number} from {clinic}",
            body=f"Please find our order {order.number} attached.\n\n{clinic}",
            subject_of=("inventory_purchase_orders", order.id),
            enclosures=(self._service.order_enclosure(order.id),),
            once=f"order {order.id}",
        )
        if self.outbox is None:
            raise InvalidInputError({"email": "This program cannot send e-mail."})
        self.outbox.queue(draft, uuid4())
        return address

    def suppliers(self) -> None:
        """From whom the clinic buys."""

        def make() -> QWidget:
            from cura_desktop.gui.inventory.suppliers import SuppliersList

            kept = SuppliersList(self._service, self._space.caller)
            self._space.watch(kept)
            return kept

        self._space.window.open_tab(("suppliers",), "Suppliers", "truck", make)

    def categories(self) -> None:
        """The headings of the stock list."""

        def make() -> QWidget:
            from cura_desktop.gui.inventory.categories import CategoriesList

            kept = CategoriesList(self._service, self._space.caller)
            self._space.watch(kept)
            return kept

        self._space.window.open_tab(("categories",), "Stock categories", "folder", make)
