"""Stock, its alerts, and the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace

ACCESS = ("view", "inventory")


class InventoryRoom:
    """Items open as tabs; the counter sale and the alerts are tabs of their own."""

    def __init__(self, space: Workspace) -> None:
        from cura_desktop.services.inventory import InventoryService

        self._space = space
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

    def open(self, item_id: int) -> None:
        """An item's facts, batches and stock card."""

        def make() -> QWidget:
            from cura_desktop.gui.inventory.item_tab import ItemTab

            tab = ItemTab(self._service, self._space.caller, item_id)
            tab.loaded.connect(lambda name: self._space.window.work.rename(("item", item_id), name))
            tab.edit_wanted.connect(self.edit)
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
