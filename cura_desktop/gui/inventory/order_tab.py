"""One order: its lines, how far each has come, and the next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date, format_date_time
from cura_desktop.domain.errors import CuraError, InvalidInputError, StaleRecordError
from cura_desktop.domain.inventory import ItemRecord, ReceiptDraft, units_text
from cura_desktop.domain.money import format_money
from cura_desktop.domain.purchasing import OrderLine, PurchaseOrder
from cura_desktop.gui.inventory.orders import STATES
from cura_desktop.gui.inventory.sheets import ReceiveForm
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.banner_patient import clinic_today
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, set_allowed
from cura_desktop.gui.widgets.fact import Fact
from cura_desktop.gui.widgets.flow_layout import FlowLayout
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pdf_viewer import PdfViewer
from cura_desktop.gui.widgets.pill import Pill, PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.side_sheet import SideSheet

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService

MAY_NOT = "Your role may not change orders."
STALE = "Somebody else took this order further. It was read again."
MAILED = "The order is on its way to {}; it can be taken back in the outbox for a few seconds."
_FACTS = ("Supplier", "Ordered", "Expected", "Total", "Ordered by", "Approved", "Notes")


class SendOrder(Protocol):
    """E-mails an approved order and returns the address; raises `InvalidInputError` when the supplier has none."""

    def __call__(self, order: PurchaseOrder) -> str: ...


class OrderTab(QWidget):
    """`loaded` carries the number for the tab's title; `item_picked` opens the item of a line."""

    loaded = Signal(str)
    item_picked = Signal(int)
    live_tables: tuple[str, ...] = ("inventory_purchase_orders", "inventory_purchase_order_items")

    def __init__(
        self,
        service: InventoryService,
        caller: Caller,
        order_id: int,
        send: SendOrder,
        tasks: Tasks | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self._service, self._caller, self._order_id, self._send = service, caller, order_id, send
        self._tasks = tasks or QtTasks(self)
        self._order: PurchaseOrder | None = None
        self._line: OrderLine | None = None
        self._busy = False
        self.title_label, self.pill = text_label("", "title"), Pill(PillText("", "neutral"))
        self.facts = {name: Fact(name) for name in _FACTS}
        self.lines_table: RecordTable = RecordTable()
        self.lines_table.set_up(_columns(), name="Lines of the order", empty="No lines.", empty_icon="list")
        self.approve_button = PrimaryButton("&Approve", "badge-check")
        self.send_button = PrimaryButton("&E-mail to the supplier", "send")
        self.sent_button = PlainButton("Mark as sen&t", "check")
        self.receive_button = PrimaryButton("&Receive this line", "package")
        self.close_button = PlainButton("Nothing more is &coming", "circle-check")
        self.cancel_button = PlainButton("Cancel the &order", "ban")
        self.paper_button = PlainButton("Show the &paper", "file-text")
        self.form = ReceiveForm(clinic_today(caller))
        self.sheet = SideSheet(self, "Delivery", 440)
        self.sheet.set_body(self.form)
        self.paper = PdfViewer()
        self.paper.title_label.hide()
        self.paper_sheet = SideSheet(self, "Purchase order", 640)
        self.paper_sheet.set_body(self.paper)
        self._lay_out()
        self._connect()
        self.lines_table.show_loading()
        self.refresh()

    def refresh(self) -> None:
        """Read the order again."""
        self._tasks.run(
            lambda: self._service.purchase_order(self._order_id), self.show_order, self._not_read, latest="order"
        )

    def has_unsaved_work(self) -> bool:
        """Whether a delivery is being typed."""
        return self.sheet.isVisible() and self.form.has_typed()

    def show_order(self, order: PurchaseOrder) -> None:
        """Everything about it."""
        self._order = order
        self.title_label.setText(f"Order {order.number}")
        self.pill.set_value(STATES[order.status])
        zone = self._caller.zone
        approved = (
            f"{order.approved_by}, {format_date_time(to_clinic(order.approved_at, zone))}"
            if (order.approved_at)
            else ""
        )
        told = {
            "Supplier": order.supplier,
            "Ordered": format_date(to_clinic(order.ordered_at, zone).date()),
            "Expected": format_date(order.expected) if order.expected else "Not said",
            "Total": f"{format_money(order.total)} without VAT",
            "Ordered by": order.ordered_by,
            "Approved": approved or "Not yet",
            "Notes": order.notes,
        }
        for name, text in told.items():
            self.facts[name].set_value(text)
            self.facts[name].setVisible(bool(text))
        self.lines_table.show_records(order.lines)
        if self.lines_table.current() is None:
            self.lines_table.select(lambda line: line.open > 0)
        self._allow()
        self.loaded.emit(order.number)

    # ------------------------------------------------------------------ steps

    def step(self, status: str, done: str) -> None:
        """Take a step; the order as it is afterwards is shown."""
        order = self._order
        if order is not None:
            self._do(lambda: self._service.take_step(order, status), done)

    def mail(self) -> None:
        """E-mail the paper to the supplier, then the order counts as sent."""
        order = self._order
        if order is None:
            return
        address: list[str] = []

        def send() -> PurchaseOrder:
            address.append(self._send(order))
            return self._service.take_step(order, "sent")

        self._do(send, lambda: MAILED.format(address[0]))

    def begin_delivery(self) -> None:
        """The sheet for what came of the chosen line."""
        line = self.lines_table.current()
        if not isinstance(line, OrderLine) or not self.receive_button.isEnabled():
            return
        self._line = line
        self._tasks.run(lambda: self._service.item(line.item_id), self._show_delivery, self._fail, latest="item")

    def take_in(self, draft: ReceiptDraft) -> None:
        """What the sheet holds has come."""
        line, order, key = self._line, self._order, self.form.key
        if line is None or order is None or draft.quantity is None:
            return
        packs, typed = draft.quantity // max(line.pack_size, 1), replace(draft, supplier_id=order.supplier_id)
        self._do(
            lambda: self._service.receive_order_line(order.id, line.id, packs, typed, key),
            f"{units_text(packs, 'packs')} of {line.item} are in stock.",
            received=True,
        )

    # ------------------------------------------------------------------ inside

    def _show_delivery(self, record: ItemRecord) -> None:
        line, order = self._line, self._order
        if line is None or order is None:
            return
        self.form = ReceiveForm(clinic_today(self._caller))
        self.sheet.set_body(self.form)
        self.form.show_item(record)
        self.form.expect(line.open, line.price)
        self.form.submitted.connect(self.take_in)
        self.sheet.set_title(f"Delivery of {order.number}")
        self.sheet.open_sheet()

    def _do(self, call: Callable[[], PurchaseOrder], done: str | Callable[[], str], *, received: bool = False) -> None:
        if self._busy:
            return
        self._busy = True
        self._allow()
        self.form.set_busy(True)
        self._tasks.run(call, lambda order: self._done(order, done, received), self._failed)

    def _done(self, order: PurchaseOrder, done: str | Callable[[], str], received: bool) -> None:
        self._end()
        if received:
            self._drop()
        self.show_order(order)
        messages_for(self).toast(done if isinstance(done, str) else done(), "success")

    def _failed(self, error: Exception) -> None:
        self._end()
        if isinstance(error, InvalidInputError) and self.sheet.isVisible():
            self.form.show_problems(error.problems)
        elif isinstance(error, StaleRecordError) and isinstance(error.current, PurchaseOrder):
            self.show_order(error.current)
            messages_for(self).toast(STALE, "warning")
        elif isinstance(error, InvalidInputError):
            messages_for(self).toast(" ".join(error.problems.values()), "warning")
        else:
            self._fail(error)
            self.refresh()

    def _end(self) -> None:
        self._busy = False
        self.form.set_busy(False)
        self._allow()

    def _fail(self, error: Exception) -> None:
        messages_for(self).report(error, self)

    def _not_read(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        self.lines_table.show_failure(str(error))
        messages_for(self).report(error, self)

    def _allow(self) -> None:
        order, may = self._order, self._caller.may("edit", "inventory")
        status = order.status if order is not None else ""
        self.approve_button.setVisible(status == "pending")
        self.send_button.setVisible(status == "approved")
        self.sent_button.setVisible(status == "approved")
        self.receive_button.setVisible(order is not None and order.is_open)
        self.close_button.setVisible(status == "part_received")
        self.cancel_button.setVisible(order is not None and order.may_become("cancelled") and status != "part_received")
        line = self.lines_table.current()
        wanted = isinstance(line, OrderLine) and line.open > 0
        for button in (self.approve_button, self.send_button, self.sent_button, self.close_button, self.cancel_button):
            set_allowed(button, may and not self._busy, MAY_NOT if not may else "Please wait a moment.")
        set_allowed(
            self.receive_button, may and wanted and not self._busy,
            MAY_NOT if not may else "Choose a line of which something is still to come.",
        )  # fmt: skip

    def _ask_cancel(self) -> None:
        messages_for(self).ask(
            "Cancel this order?", "The supplier is not told by the program.", "&Cancel the order",
            lambda: self.step("cancelled", "The order is cancelled."), danger=True,
        )  # fmt: skip

    def _show_paper(self) -> None:
        self._tasks.run(lambda: self._service.order_paper(self._order_id), self._paper_read, self._fail, latest="paper")

    def _paper_read(self, content: bytes) -> None:
        title = self.title_label.text()
        self.paper_sheet.set_title(title)
        self.paper.open_bytes(content, title)
        self.paper_sheet.open_sheet()

    def _connect(self) -> None:
        self.approve_button.clicked.connect(lambda: self.step("approved", "The order is approved."))
        self.sent_button.clicked.connect(lambda: self.step("sent", "The order counts as sent."))
        self.close_button.clicked.connect(lambda: self.step("received", "The order is closed."))
        self.send_button.clicked.connect(self.mail)
        self.cancel_button.clicked.connect(self._ask_cancel)
        self.paper_button.clicked.connect(self._show_paper)
        self.receive_button.clicked.connect(self.begin_delivery)
        self.lines_table.opened.connect(lambda _: self.begin_delivery())
        self.lines_table.current_changed.connect(lambda _: self._allow())
        self.lines_table.empty_action_chosen.connect(self.refresh)
        self.sheet.closing.connect(self._closing)

    def _closing(self) -> None:
        if self._busy or not self.form.has_typed() or self.form.isHidden():
            return
        self.sheet.keep_open()
        messages_for(self).ask(
            "Close without taking it in?", "What you typed about the delivery is lost.", "Close &without it", self._drop
        )

    def _drop(self) -> None:
        self.form = ReceiveForm(clinic_today(self._caller))
        self.sheet.set_body(self.form)
        self.sheet.close_sheet()

    def _lay_out(self) -> None:
        self._column, self._head, self._buttons = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        self._head.addWidget(self.title_label)
        self._head.addWidget(self.pill)
        self._head.addStretch(1)
        facts = QWidget()
        self._flow = FlowLayout(facts)
        for fact in self.facts.values():
            self._flow.addWidget(fact)
        for button in (self.paper_button, self.cancel_button, self.close_button):
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        for button in (self.sent_button, self.send_button, self.approve_button, self.receive_button):
            self._buttons.addWidget(button)
        self._column.addLayout(self._head)
        self._column.addWidget(facts)
        self._column.addWidget(self.lines_table, 1)
        self._column.addLayout(self._buttons)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(12))
        self._head.setSpacing(px(12))
        self._buttons.setSpacing(px(8))
        self._flow.set_gap(px(24), px(8))


def _columns() -> list[Column[OrderLine]]:
    def state(line: OrderLine) -> PillText:
        if not line.open:
            return PillText("All here", "success", "check")
        return PillText(f"{line.open:,} to come", "warning" if line.received else "neutral", "package")

    return [
        Column("Item", lambda one: one.item, strong=True, width=300),
        Column("Packs", lambda one: f"{one.packs:,}", role="number", sort=lambda one: one.packs, width=70),
        Column("Pack of", lambda one: units_text(one.pack_size, one.unit), width=120),
        Column(
            "Price a pack", lambda one: format_money(one.price), role="money", sort=lambda one: one.price, width=100
        ),
        Column("Amount", lambda one: format_money(one.total), role="money", sort=lambda one: one.total, width=100),
        Column("Received", lambda one: f"{one.received:,}", role="number", sort=lambda one: one.received, width=80),
        Column("State", lambda one: state(one).text, role="pill", pill=state, width=130),
    ]
