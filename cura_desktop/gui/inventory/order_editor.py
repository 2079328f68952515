"""Writing an order to a supplier: scan or type, Enter adds, Ctrl+Enter orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPlainTextEdit, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.inventory import ItemRecord, StockItem, units_text
from cura_desktop.domain.money import format_money
from cura_desktop.domain.purchasing import OrderLineDraft, PurchaseOrder, ReorderProposal, Supplier
from cura_desktop.gui.inventory.look import stock_text
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.banner_patient import clinic_today
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, set_allowed
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.date_edit import DateEdit
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.money_edit import MoneyEdit
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService

MOST_PACKS = Decimal(9999)
MOST_FOUND = 8
MAY_NOT = "Your role may not write orders."
_ITEM = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class EditedLine:
    """Packs of one item as they stand in the editor."""

    item_id: int
    item: str
    pack: str
    packs: int
    price: Decimal

    @property
    def total(self) -> Decimal:
        """Without VAT."""
        return self.packs * self.price


class OrderEditor(QWidget):
    """`ordered` carries the order's id. The key is kept until it is ordered: an impatient second click orders once."""

    ordered = Signal(int)
    cancelled = Signal()

    def __init__(
        self,
        service: InventoryService,
        caller: Caller,
        supplier_id: int | None = None,
        proposals: Sequence[ReorderProposal] = (),
        tasks: Tasks | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self._service, self._caller, self._tasks = service, caller, tasks or QtTasks(self)
        self._key, self._wanted = uuid4(), supplier_id
        self._chosen: StockItem | None = None
        self._removed: EditedLine | None = None
        self._lines: dict[int, EditedLine] = {one.item_id: _proposed(one) for one in proposals}
        self.supplier_box: ChoiceBox[int] = ChoiceBox(empty_text="Choose a supplier")
        self.expected_edit = DateEdit(today=lambda: clinic_today(caller))
        self.notes_edit = QPlainTextEdit()
        self.notes_edit.setTabChangesFocus(True)
        self.search_box = SearchBox()
        self.search_box.set_up("Scan or type an item")
        self.packs_edit = QuantityEdit(unit="packs", smallest=Decimal(1), largest=MOST_PACKS)
        self.price_edit = MoneyEdit()
        self.add_button = PlainButton("&Add", "plus")
        self.found_list = QListWidget()
        self.found_list.setAccessibleName("Items found")
        self.lines_table: RecordTable = RecordTable()
        self.lines_table.set_up(
            _columns(),
            name="Lines of the order",
            empty="Nothing yet. Scan or type an item above.",
            empty_icon="barcode",
        )
        self.total_label = text_label("", "lead")
        self.order_button, self.cancel_button = PrimaryButton("&Order", "check"), PlainButton("Cancel")
        self.order_button.setToolTip("Order (Ctrl+Enter)")
        self._problems = FormProblems(
            {
                "supplier_id": self.supplier_box, "expected": self.expected_edit, "search": self.search_box,
                "packs": self.packs_edit, "price": self.price_edit,
            }
        )  # fmt: skip
        self._lay_out()
        self._connect()
        self._show_lines()
        set_allowed(self.order_button, caller.may("create", "inventory"), MAY_NOT)
        self._tasks.run(service.suppliers, self._show_suppliers, self._fail, latest="suppliers")

    def has_unsaved_work(self) -> bool:
        """Whether something would be lost."""
        return bool(self._lines or self.notes_edit.toPlainText().strip())

    @property
    def lines(self) -> tuple[EditedLine, ...]:
        """What is to be ordered."""
        return tuple(self._lines.values())

    # ------------------------------------------------------------------ lines

    def search(self, text: str) -> None:
        """Offer what fits."""
        wanted = text.strip()
        self._chosen = None
        if not wanted:
            self._show_found(())
            return
        self._tasks.run(
            lambda: self._service.search(wanted, most=MOST_FOUND), self._show_found, self._fail, latest="search"
        )

    def choose(self, item: StockItem) -> None:
        """An item for the next line: its last price stands in the field, the keyboard in the packs."""
        self._chosen = item
        self.search_box.setText(item.name)
        self._show_found(())
        self._tasks.run(lambda: self._service.item(item.id), self._offer_price, self._fail, latest="price")

    def add(self) -> None:
        """Put the chosen item on the order; a second time adds to its packs."""
        item, packs, price = self._chosen, self.packs_edit.value(), self.price_edit.value()
        problems = self._problems.typed()
        if item is None:
            problems["search"] = "Choose an item first."
        if packs is None:
            problems.setdefault("packs", "Type how many packs.")
        if price is None:
            problems.setdefault("price", "Type the price of a pack.")
        self._problems.show(problems)
        if problems or item is None or packs is None or price is None:
            return
        before = self._lines.get(item.id)
        pack = units_text(item.pack_size, item.unit)
        line = EditedLine(item.id, item.name, pack, int(packs) + (before.packs if before else 0), price)
        self._lines[item.id] = line
        self._show_lines()
        announce(self.lines_table, f"{line.item}: {line.packs} packs")
        self._chosen = None
        self.search_box.clear()
        self.packs_edit.set_value(Decimal(1))
        self.price_edit.clear()
        self.search_box.setFocus(Qt.FocusReason.OtherFocusReason)

    def remove(self) -> None:
        """Take the current line off; Ctrl+Z puts it back."""
        line = self.lines_table.current()
        if isinstance(line, EditedLine):
            self._removed = self._lines.pop(line.item_id)
            self._show_lines()
            messages_for(self).toast(f"{line.item} is taken off. Ctrl+Z puts it back.", "info")

    def put_back(self) -> None:
        """Undo the last removal."""
        if self._removed is not None:
            self._lines[self._removed.item_id] = self._removed
            self._removed = None
            self._show_lines()

    def change_packs(self, by: int) -> None:
        """More or fewer packs of the current line."""
        line = self.lines_table.current()
        if isinstance(line, EditedLine) and 1 <= line.packs + by <= MOST_PACKS:
            self._lines[line.item_id] = replace(line, packs=line.packs + by)
            self._show_lines()

    # ------------------------------------------------------------------ ordering

    def order(self) -> None:
        """Write the order; it waits for approval."""
        if not self.order_button.isEnabled():
            return
        supplier = self.supplier_box.value()
        problems = self._problems.typed()
        if supplier is None:
            problems["supplier_id"] = "Choose the supplier."
        if not self._lines:
            problems["search"] = "Please add at least one item."
        self._problems.show(problems)
        if problems or supplier is None:
            return
        lines = [OrderLineDraft(one.item_id, one.packs, one.price) for one in self._lines.values()]
        expected, notes, key = self.expected_edit.value(), self.notes_edit.toPlainText().strip(), self._key
        self.order_button.setEnabled(False)
        self._tasks.run(
            lambda: self._service.order(supplier, lines, key, expected=expected, notes=notes), self._done, self._failed
        )

    def _done(self, order: PurchaseOrder) -> None:
        self.order_button.setEnabled(True)
        self._lines.clear()
        self.notes_edit.clear()
        messages_for(self).toast(f"Order {order.number} is written; it waits for approval.", "success")
        self.ordered.emit(order.id)

    def _failed(self, error: Exception) -> None:
        self.order_button.setEnabled(True)
        if isinstance(error, InvalidInputError):
            rest = self._problems.show(error.problems)
            if rest:
                messages_for(self).toast(" ".join(rest.values()), "warning")
        else:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        messages_for(self).report(error, self)

    # ------------------------------------------------------------------ inside

    def _show_suppliers(self, suppliers: Sequence[Supplier]) -> None:
        self.supplier_box.set_choices((one.id, one.details.name) for one in suppliers if one.details.is_active)
        if self._wanted is not None:
            self.supplier_box.set_value(self._wanted)
            self._wanted = None

    def _show_found(self, items: Sequence[StockItem]) -> None:
        self.found_list.clear()
        for item in items:
            line = QListWidgetItem(f"{item.name}\n{stock_text(item)}")
            line.setData(_ITEM, item)
            self.found_list.addItem(line)
        self.found_list.setVisible(bool(items))
        self.found_list.setFixedHeight(min(self.found_list.count(), 4) * px(44) + px(4))

    def _submit_search(self) -> None:
        """Enter: the one item found, else into the list."""
        if self._chosen is not None:
            self.packs_edit.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.found_list.count() == 1:
            self.choose(self.found_list.item(0).data(_ITEM))
        elif self.found_list.count():
            self.found_list.setCurrentRow(0)
            self.found_list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer_price(self, record: ItemRecord) -> None:
        self.price_edit.set_value(record.details.purchase_price)
        self.packs_edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.packs_edit.selectAll()

    def _show_lines(self) -> None:
        self.lines_table.show_records(self.lines)
        total = sum((one.total for one in self._lines.values()), Decimal(0))
        self.total_label.setText(f"Total without VAT {format_money(total)}" if self._lines else "")

    def _cancel(self) -> None:
        if not self.has_unsaved_work():
            self.cancelled.emit()
            return
        messages_for(self).ask(
            "Throw this order away?", "Nothing of it has been saved.", "&Throw away", self._throw_away, danger=True
        )

    def _throw_away(self) -> None:
        self._lines.clear()
        self.notes_edit.clear()
        self.cancelled.emit()

    def _connect(self) -> None:
        self.search_box.searched.connect(self._searched)
        self.search_box.submitted.connect(lambda _: self._submit_search())
        self.search_box.left_down.connect(lambda: self.found_list.setFocus(Qt.FocusReason.OtherFocusReason))
        self.found_list.itemActivated.connect(lambda line: self.choose(line.data(_ITEM)))
        self.add_button.clicked.connect(self.add)
        for edit in (self.packs_edit, self.price_edit):
            edit.returnPressed.connect(self.add)
        self.order_button.clicked.connect(self.order)
        self.cancel_button.clicked.connect(self._cancel)
        within, table = Qt.ShortcutContext.WidgetWithChildrenShortcut, Qt.ShortcutContext.WidgetShortcut
        QShortcut(QKeySequence("Ctrl+Return"), self, self.order, context=within)
        QShortcut(QKeySequence("Ctrl+Z"), self.lines_table, self.put_back, context=table)
        QShortcut(QKeySequence("Delete"), self.lines_table, self.remove, context=table)
        QShortcut(QKeySequence("+"), self.lines_table, lambda: self.change_packs(1), context=table)
        QShortcut(QKeySequence("-"), self.lines_table, lambda: self.change_packs(-1), context=table)
        removing = QAction("&Take the line off (Delete)", self)
        removing.triggered.connect(self.remove)
        self.lines_table.set_context_actions([removing])

    def _searched(self, text: str) -> None:
        if self._chosen is None or text.strip() != self._chosen.name:
            self.search(text)

    def _lay_out(self) -> None:
        self._column, self._head, self._adding, self._foot = (
            QVBoxLayout(self),
            QHBoxLayout(),
            QHBoxLayout(),
            QHBoxLayout(),
        )
        self._column.addWidget(text_label("New order", "title"))
        self._head.addLayout(_labelled("&Supplier", self.supplier_box), 2)
        self._head.addLayout(_labelled("E&xpected by", self.expected_edit), 1)
        self._head.addLayout(_labelled("No&tes", self.notes_edit), 3)
        self._column.addLayout(self._head)
        self._adding.addLayout(_labelled("&Item", self.search_box), 1)
        self._adding.addLayout(_labelled("&Packs", self.packs_edit))
        self._adding.addLayout(_labelled("P&rice a pack", self.price_edit))
        self._adding.addLayout(_labelled(" ", self.add_button))
        self._column.addLayout(self._adding)
        self._column.addWidget(self.found_list)
        self._column.addWidget(self.lines_table, 1)
        self._foot.addWidget(self.total_label, 1)
        self._foot.addWidget(self.cancel_button)
        self._foot.addWidget(self.order_button)
        self._column.addLayout(self._foot)
        self.found_list.hide()
        self.packs_edit.set_value(Decimal(1))
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(12))
        for row in (self._head, self._adding, self._foot):
            row.setSpacing(px(12))
        self.notes_edit.setFixedHeight(px(56))
        self.packs_edit.setFixedWidth(px(110))
        self.price_edit.setFixedWidth(px(120))


def _labelled(text: str, widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(px(2))
    label = text_label(text, "field")
    if text.strip():
        label.setBuddy(widget)
        widget.setAccessibleName(text.replace("&", ""))
    column.addWidget(label)
    column.addWidget(widget)
    column.addStretch(1)
    return column


def _proposed(one: ReorderProposal) -> EditedLine:
    return EditedLine(one.item_id, one.item, units_text(one.pack_size, one.unit), one.packs, one.price)


def _columns() -> list[Column[EditedLine]]:
    return [
        Column("Item", lambda one: one.item, strong=True, width=320),
        Column("Packs", lambda one: f"{one.packs:,}", role="number", sort=lambda one: one.packs, width=70),
        Column("Pack of", lambda one: one.pack, width=120),
        Column(
            "Price a pack", lambda one: format_money(one.price), role="money", sort=lambda one: one.price, width=100
        ),
        Column("Amount", lambda one: format_money(one.total), role="money", sort=lambda one: one.total, width=110),
    ]
