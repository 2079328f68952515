"""Orders to suppliers: what is open, what should be ordered, and the way to each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.money import format_money
from cura_desktop.domain.purchasing import PurchaseOrder, ReorderProposal
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.banner_patient import clinic_today
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, set_allowed
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService

MAY_NOT_ORDER = "Your role may not write orders."
STATES = {
    "draft": PillText("Draft", "neutral", "pencil"),
    "pending": PillText("To be approved", "warning", "hourglass"),
    "approved": PillText("Approved", "info", "badge-check"),
    "sent": PillText("Sent", "info", "send"),
    "part_received": PillText("Part received", "warning", "package"),
    "received": PillText("Received", "success", "check"),
    "cancelled": PillText("Cancelled", "neutral", "ban"),
}
VIEWS = {"open": "&Open", "all": "A&ll", "proposals": "&What to order"}


class OrdersList(QWidget):
    """`picked` opens an order; `order_wanted` carries the supplier and the proposals a new one begins with."""

    picked = Signal(int)
    order_wanted = Signal(object, object)
    live_tables: tuple[str, ...] = ("inventory_purchase_orders", "inventory_purchase_order_items", "inventory_items")

    def __init__(self, service: InventoryService, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self._service, self._caller, self._tasks = service, caller, tasks or QtTasks(self)
        self._view = "open"
        self.orders_table: RecordTable = RecordTable()
        self.orders_table.set_up(
            order_columns(caller), name="Orders to suppliers", empty="Nothing is on order.", empty_icon="truck"
        )
        self.proposals_table: RecordTable = RecordTable()
        self.proposals_table.set_up(
            _proposal_columns(), name="What to order", empty="Nothing needs to be ordered.", empty_icon="circle-check"
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.orders_table)
        self.pages.addWidget(self.proposals_table)
        self.new_button = PrimaryButton("&New order", "plus")
        self.fill_button = PlainButton("Order all from this &supplier", "truck")
        self.chips: dict[str, QPushButton] = {}
        self._lay_out()
        self._connect()
        self._choose(None)
        self.orders_table.show_loading()
        self.refresh()

    def refresh(self) -> None:
        """Read again what is shown."""
        if self._view == "proposals":
            self._tasks.run(self._service.proposals, self._show_proposals, self._fail, latest="orders")
        else:
            only_open = self._view == "open"
            self._tasks.run(
                lambda: self._service.orders(only_open=only_open), self._show_orders, self._fail, latest="orders"
            )

    def show_view(self, view: str) -> None:
        """Open orders, all of them, or what should be ordered."""
        self._view = view
        self.pages.setCurrentWidget(self.proposals_table if view == "proposals" else self.orders_table)
        self.fill_button.setVisible(view == "proposals")
        self._choose(None)
        self.refresh()

    # ------------------------------------------------------------------ inside

    def _show_orders(self, orders: Sequence[PurchaseOrder]) -> None:
        self.orders_table.show_records(orders)

    def _show_proposals(self, proposals: Sequence[ReorderProposal]) -> None:
        self.chips["proposals"].setText(f"{VIEWS['proposals']} {len(proposals)}" if proposals else VIEWS["proposals"])
        self.proposals_table.show_records(proposals)
        self._choose(self.proposals_table.current())

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        table = self.proposals_table if self._view == "proposals" else self.orders_table
        table.show_failure(str(error))
        messages_for(self).report(error, self)

    def _choose(self, chosen: object) -> None:
        may = self._caller.may("create", "inventory")
        set_allowed(self.new_button, may, MAY_NOT_ORDER)
        reason = "Choose a line first." if may else MAY_NOT_ORDER
        set_allowed(self.fill_button, may and isinstance(chosen, ReorderProposal), reason)

    def _order_from(self, chosen: ReorderProposal | None) -> None:
        """A new order with everything proposed from the supplier of the chosen line."""
        if chosen is not None and self._caller.may("create", "inventory"):
            same = [one for one in self.proposals_table.records() if one.supplier_id == chosen.supplier_id]
            self.order_wanted.emit(chosen.supplier_id, same)

    def _connect(self) -> None:
        self.new_button.clicked.connect(lambda: self.order_wanted.emit(None, []))
        self.fill_button.clicked.connect(lambda: self._order_from(self.proposals_table.current()))
        self.orders_table.opened.connect(lambda order: self.picked.emit(order.id))
        self.orders_table.empty_action_chosen.connect(self.refresh)
        self.proposals_table.opened.connect(self._order_from)
        self.proposals_table.current_changed.connect(self._choose)
        self.proposals_table.empty_action_chosen.connect(self.refresh)

    def _lay_out(self) -> None:
        self._column, self._head, self._row = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        said = QVBoxLayout()
        said.addWidget(text_label("Purchasing", "title"))
        said.addWidget(text_label("Orders to suppliers, and what should be ordered now.", "muted", wrap=True))
        self._head.addLayout(said, 1)
        self._head.addWidget(self.fill_button)
        self._head.addWidget(self.new_button)
        group = QButtonGroup(self)
        for view, words in VIEWS.items():
            chip = QPushButton(words)
            chip.setCheckable(True)
            chip.setChecked(view == self._view)
            chip.setProperty("chip", True)
            chip.toggled.connect(lambda on, view=view: self.show_view(view) if on else None)
            group.addButton(chip)
            self._row.addWidget(chip)
            self.chips[view] = chip
        self._row.addStretch(1)
        self._column.addLayout(self._head)
        self._column.addLayout(self._row)
        self._column.addWidget(self.pages, 1)
        self.fill_button.hide()
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(12))
        self._head.setSpacing(px(8))
        self._row.setSpacing(px(4))


def order_columns(caller: Caller) -> list[Column[PurchaseOrder]]:
    """Columns of the list of orders."""

    def late(order: PurchaseOrder) -> PillText:
        overdue = order.is_open and order.expected is not None and order.expected < clinic_today(caller)
        return PillText(f"{STATES[order.status].text}, late", "danger", "clock") if overdue else STATES[order.status]

    def day(order: PurchaseOrder) -> date:
        return to_clinic(order.ordered_at, caller.zone).date()

    return [
        Column("Order", lambda one: one.number, strong=True, width=150),
        Column("Supplier", lambda one: one.supplier, width=210),
        Column("Status", lambda one: late(one).text, role="pill", pill=late, width=150),
        Column("Ordered", lambda one: format_date(day(one)), sort=lambda one: one.ordered_at, width=110),
        Column(
            "Expected", lambda one: format_date(one.expected) if one.expected else "",
            sort=lambda one: one.expected or date.max, width=110,
        ),
        Column("Lines", lambda one: str(len(one.lines)), role="number", sort=lambda one: len(one.lines), width=60),
        Column("Total", lambda one: format_money(one.total), role="money", sort=lambda one: one.total, width=110),
        Column("Ordered by", lambda one: one.ordered_by, role="muted", width=150),
    ]  # fmt: skip


def _proposal_columns() -> list[Column[ReorderProposal]]:
    return [
        Column("Item", lambda one: one.item, strong=True, width=260),
        Column("Supplier", lambda one: one.supplier or "Not known", width=190),
        Column("Packs", lambda one: str(one.packs), role="number", sort=lambda one: one.packs, width=60),
        Column(
            "About", lambda one: format_money(one.packs * one.price), role="money",
            sort=lambda one: one.packs * one.price, width=100,
        ),
        Column("Why", lambda one: one.why, role="muted", width=420),
    ]  # fmt: skip
