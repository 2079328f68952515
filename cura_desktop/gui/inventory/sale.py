"""The counter: scan or type, Enter adds, F9 takes the payment."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QListWidgetItem, QSizePolicy, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.counter_sales import MOST_PACKS, PaymentMethod, SaleReceipt
from cura_desktop.domain.inventory import StockItem
from cura_desktop.domain.money import format_money
from cura_desktop.gui.forms.inventory.ui_sale import Ui_Sale
from cura_desktop.gui.inventory.cart import Cart, CartLine
from cura_desktop.gui.inventory.look import state_pill, stock_text
from cura_desktop.gui.inventory.sale_presenter import SalePresenter
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import QuietButton, set_allowed
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.pdf_viewer import PdfViewer
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.side_sheet import SideSheet

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService

MAY_NOT_SELL = "Your role may not sell over the counter."
_ITEM = int(Qt.ItemDataRole.UserRole)


class CounterSale(QWidget):
    """`sold` carries the receipt."""

    sold = Signal(object)
    live_tables: tuple[str, ...] = ("inventory_items", "inventory_batches")

    def __init__(self, service: InventoryService, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__()
        self._caller = caller
        self._ui = Ui_Sale()
        self._ui.setupUi(self)
        self._problems = FormProblems({"packs": self._ui.packs_edit, "tendered": self._ui.tendered_edit})
        self._sold: SaleReceipt | None = None
        self.receipt_button = QuietButton("Show &receipt", "receipt-text")
        self.paper = PdfViewer()
        self.paper_sheet = SideSheet(self, "Receipt", 620)
        self.paper_sheet.set_body(self.paper)
        self.paper.title_label.hide()  # the sheet has it
        self._presenter = SalePresenter(self, service, tasks or QtTasks(self))
        self._build()
        self._connect()
        self.show_cart(self._presenter.cart)
        self._presenter.load()

    def has_unsaved_work(self) -> bool:
        """Whether something is on the counter."""
        return bool(self._presenter.cart.lines)

    def keep_as_draft(self) -> bool:
        """A sale that is not paid is not kept."""
        return False

    def refresh(self) -> None:
        """Stock changed on another seat."""
        self._presenter.refresh()

    # ------------------------------------------------------------------ what the presenter says

    def packs(self) -> int | None:
        typed = self._ui.packs_edit.value()
        return int(typed) if typed is not None else None

    def payment(self) -> tuple[PaymentMethod, Decimal | None]:
        if self._ui.card_radio.isChecked():
            return "card", None
        return "cash", self._ui.tendered_edit.value()

    def show_found(self, items: Sequence[StockItem]) -> None:
        found = self._ui.found_list
        found.clear()
        for item in items:
            line = QListWidgetItem(f"{item.name}\n{stock_text(item)} · {state_pill(item).text}")
            line.setData(_ITEM, item)
            found.addItem(line)
        found.setVisible(bool(items))
        found.setFixedHeight(min(found.count(), 4) * px(44) + px(4))

    def show_cart(self, cart: Cart) -> None:
        ui, totals = self._ui, cart.totals
        ui.lines_table.show_records(cart.lines)
        ui.net_label.setText(f"Without VAT {format_money(totals.net)}" if cart.registered else "")
        ui.vat_label.setText(f"VAT {format_money(totals.vat)}" if cart.registered else "No VAT is charged")
        ui.gross_label.setText(f"To pay {format_money(totals.gross)}")
        ui.clear_button.setEnabled(bool(cart.lines))
        self._tell_change()

    def show_problem(self, sentence: str) -> None:
        self._ui.said_label.setText(sentence)
        self._ui.said_label.setVisible(bool(sentence))
        if sentence:
            announce(self._ui.scan_edit, sentence, urgent=True)

    def show_packs_problem(self, sentence: str) -> None:
        self._problems.show({"packs": self._ui.packs_edit.problem() or sentence})

    def show_money_problem(self, sentence: str) -> None:
        self._problems.show({"tendered": self._ui.tendered_edit.problem() or sentence})

    def show_busy(self, busy: bool) -> None:
        set_allowed(self._ui.pay_button, not busy and self._may_sell, "Taking the payment…" if busy else MAY_NOT_SELL)

    def show_added(self, item: StockItem) -> None:
        ui = self._ui
        ui.scan_edit.clear()
        self.show_found(())
        ui.packs_edit.set_value(Decimal(1))
        self._problems.clear()
        ui.lines_table.select(lambda line: line.id == item.id)
        ui.scan_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_sold(self, receipt: SaleReceipt) -> None:
        change = f" Give {format_money(receipt.change)} change." if receipt.change else ""
        ui = self._ui
        ui.tendered_edit.clear()
        ui.sold_label.setText(f"Sale {receipt.number}, {format_money(receipt.totals.gross)}.{change}")
        self._sold = receipt
        self._show_last_sale(True)
        announce(self, ui.sold_label.text())
        ui.scan_edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.sold.emit(receipt)

    def show_receipt(self, content: bytes, number: str) -> None:
        title = f"Receipt {number}"
        self.paper_sheet.set_title(title)
        self.paper.open_bytes(content, title)
        self.paper_sheet.open_sheet()

    def show_failure(self, error: Exception) -> None:
        messages_for(self).report(error, self)

    def enter_found(self) -> None:
        self._ui.found_list.setCurrentRow(0)
        self._ui.found_list.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ inside

    @property
    def _may_sell(self) -> bool:
        return self._caller.may("create", "sales")

    def _build(self) -> None:
        ui = self._ui
        ui.scan_edit.set_up("Scan or type a name or code")
        ui.packs_edit.set_bounds(Decimal(1), Decimal(MOST_PACKS))
        ui.packs_edit.set_value(Decimal(1))
        ui.found_list.setAccessibleName("Items found")
        ui.found_list.hide()
        ui.totals_column.addStretch(1)
        ui.method_column.addStretch(1)
        ui.pay_row.setAlignment(ui.pay_button, Qt.AlignmentFlag.AlignVCenter)
        ui.found_list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        ui.said_label.hide()
        place = ui.column.indexOf(ui.sold_label)
        ui.column.removeWidget(ui.sold_label)
        self._sold_row = QHBoxLayout()
        self._sold_row.addWidget(ui.sold_label, 1)
        self._sold_row.addWidget(self.receipt_button)
        ui.column.insertLayout(place, self._sold_row)
        self._show_last_sale(False)
        ui.cash_radio.setChecked(True)
        ui.add_button.setIcon(icon("plus"))
        ui.clear_button.setIcon(icon("rotate-ccw", "accent-text"))
        ui.pay_button.setIcon(icon("receipt-pound-sterling", "on-accent"))
        ui.lines_table.set_up(
            _columns(), name="On the counter", empty="Nothing on the counter yet. Scan a pack to begin.",
            empty_icon="barcode",
        )  # fmt: skip
        removing = QAction(icon("x"), "&Remove the line (Delete)", self)
        removing.triggered.connect(self._remove)
        ui.lines_table.set_context_actions([removing])
        set_allowed(ui.pay_button, self._may_sell, MAY_NOT_SELL)
        self.setFocusProxy(ui.scan_edit)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _connect(self) -> None:
        ui, does = self._ui, self._presenter
        ui.scan_edit.searched.connect(does.search)
        ui.scan_edit.submitted.connect(does.submit)
        ui.scan_edit.left_down.connect(self.enter_found)
        ui.scan_edit.textEdited.connect(lambda _: self._show_last_sale(False))
        self.receipt_button.clicked.connect(self._open_receipt)
        ui.packs_edit.returnPressed.connect(self._add_from_packs)
        ui.add_button.clicked.connect(self._add_from_packs)
        ui.found_list.itemActivated.connect(lambda line: does.add(line.data(_ITEM)))
        ui.clear_button.clicked.connect(does.start_again)
        ui.pay_button.clicked.connect(does.pay)
        ui.tendered_edit.returnPressed.connect(does.pay)
        ui.tendered_edit.changed.connect(self._tell_change)
        ui.card_radio.toggled.connect(self._choose_method)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("F9"), self, does.pay, context=within)
        QShortcut(QKeySequence("Delete"), ui.lines_table, self._remove, context=Qt.ShortcutContext.WidgetShortcut)

    def _add_from_packs(self) -> None:
        found = self._ui.found_list
        if found.currentRow() >= 0:
            self._presenter.add(found.currentItem().data(_ITEM))
        else:
            self._presenter.submit(self._ui.scan_edit.text())

    def _show_last_sale(self, shown: bool) -> None:
        self._ui.sold_label.setVisible(shown)
        self.receipt_button.setVisible(shown)

    def _open_receipt(self) -> None:
        if self._sold is not None:
            self._presenter.receipt(self._sold)

    def _remove(self) -> None:
        line = self._ui.lines_table.current()
        if isinstance(line, CartLine):
            self._presenter.remove(line.id)

    def _choose_method(self, card: bool) -> None:
        self._problems.clear()
        for widget in (self._ui.tendered_label, self._ui.tendered_edit, self._ui.change_label):
            widget.setVisible(not card)

    def _tell_change(self) -> None:
        method, tendered = self.payment()
        due = (tendered or Decimal(0)) - self._presenter.cart.totals.gross
        told = method == "cash" and tendered is not None and self._presenter.cart.lines
        words = f"Change {format_money(due)}" if due >= 0 else f"{format_money(-due)} missing"
        self._ui.change_label.setText(words if told else "")

    def _set_lengths(self) -> None:
        ui = self._ui
        ui.column.setContentsMargins(px(24), px(12), px(24), px(16))
        ui.column.setSpacing(px(12))
        ui.column.setStretch(ui.column.indexOf(ui.lines_table), 1)
        ui.pay_row.setContentsMargins(px(16), px(12), px(16), px(12))
        ui.packs_edit.setFixedWidth(px(84))
        ui.tendered_edit.setFixedWidth(px(140))


def _columns() -> list[Column[CartLine]]:
    def state(line: CartLine) -> PillText:
        left = max(line.item.usable_packs, 0)
        return (
            PillText(f"Only {left} left" if left else "None left", "danger", "circle-slash")
            if line.problem
            else PillText("In stock", "success")
        )

    return [
        Column("Item", lambda one: one.item.name, key="item", strong=True, width=280),
        Column("Packs", lambda one: str(one.packs), key="packs", role="number", sort=lambda one: one.packs, width=70),
        Column(
            "Price", lambda one: format_money(one.item.sale_price), key="price", role="money",
            sort=lambda one: one.item.sale_price, width=80,
        ),
        Column(
            "VAT", lambda one: format_money(one.amounts.vat), key="vat", role="money",
            sort=lambda one: one.amounts.vat, width=80,
        ),
        Column(
            "To pay", lambda one: format_money(one.amounts.gross), key="gross", role="money",
            sort=lambda one: one.amounts.gross, width=90,
        ),
        Column("Stock", lambda one: state(one).text, key="stock", role="pill", pill=state, width=120),
    ]  # fmt: skip
