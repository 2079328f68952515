"""One stock item as a tab: what it is, its batches, its stock card, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.inventory import BatchState, ItemRecord, StockBatch
from cura_desktop.domain.money import format_money
from cura_desktop.domain.purchasing import Supplier
from cura_desktop.gui.forms.inventory.ui_item import Ui_Item
from cura_desktop.gui.inventory.item_columns import batch_columns, card_columns
from cura_desktop.gui.inventory.item_presenter import ItemPresenter
from cura_desktop.gui.inventory.look import state_pill, stock_text, unusable_text
from cura_desktop.gui.inventory.return_form import ReturnForm
from cura_desktop.gui.inventory.sheets import AdjustForm, ReasonForm, ReceiveForm, SheetForm
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.banner_patient import clinic_today
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.fact import Fact
from cura_desktop.gui.widgets.flow_layout import FlowLayout
from cura_desktop.gui.widgets.pill import Pill, PillText
from cura_desktop.gui.widgets.side_sheet import SideSheet

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService

MAY_NOT_CHANGE = "Your role may not change the stock."
CHOOSE_BATCH = "Choose a batch first."
NOTHING_LEFT = "Nothing is left of this batch."
NOT_EXPIRED = "Only an expired batch is written off; adjust the count for anything else."
STALE = "Somebody else changed this batch. The list is fresh now; please look again."
_FACTS = ("Usable", "Set aside", "Levels", "Price of a pack", "VAT", "Category", "Shelf", "Storage", "Supplied")


class ItemTab(QWidget):
    """`loaded` carries the name for the tab's title; `edit_wanted` opens the editor, `recall_wanted` a recall."""

    loaded = Signal(str)
    recall_wanted = Signal(str)
    edit_wanted = Signal(int)
    live_tables: tuple[str, ...] = ("inventory_items", "inventory_batches")

    def __init__(self, service: InventoryService, caller: Caller, item_id: int, tasks: Tasks | None = None) -> None:
        super().__init__()
        self._caller, self._item_id = caller, item_id
        self._ui = Ui_Item()
        self._ui.setupUi(self)
        self._record: ItemRecord | None = None
        self._form: SheetForm | ReturnForm | None = None
        self._sheet = SideSheet(self, "")
        self._pill = Pill(PillText("", "neutral"))
        self._facts = {name: Fact(name) for name in _FACTS}
        self._buttons: dict[str, QPushButton] = {}
        self._presenter = ItemPresenter(self, service, tasks or QtTasks(self), item_id)
        self._build()
        self._ui.batches_table.show_loading()
        self._ui.card_table.show_loading()
        self._presenter.load()

    def refresh(self) -> None:
        """Stock changed on another seat."""
        self._presenter.load()

    def has_unsaved_work(self) -> bool:
        """Whether a sheet holds something typed."""
        return not self._sheet.isHidden() and self._form is not None and self._form.has_typed()

    # ------------------------------------------------------------------ what the presenter says

    def show_item(self, record: ItemRecord) -> None:
        self._record = record
        details, item = record.details, record.summary
        self._ui.name_label.setText(details.name)
        self._ui.code_label.setText("  ·  ".join(part for part in (details.sku, details.barcode) if part))
        self._pill.set_value(state_pill(item))
        self._show_facts(record)
        first = not self._ui.batches_table.records()
        self._ui.batches_table.show_records(record.batches)
        if first:
            self._ui.batches_table.select(lambda _: True)
        self._ui.card_table.show_records(record.movements)
        if isinstance(self._form, ReceiveForm | AdjustForm):
            self._form.show_item(record)
        self._allow()
        self.loaded.emit(details.name)

    def show_missing(self, sentence: str) -> None:
        self._ui.batches_table.show_failure(sentence)
        self._ui.card_table.show_failure(sentence)

    def show_suppliers(self, suppliers: tuple[Supplier, ...]) -> None:
        if isinstance(self._form, ReceiveForm):
            self._form.show_suppliers(suppliers)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        if self._form is not None and not self._sheet.isHidden():
            self._form.show_problems(problems)
        else:
            messages_for(self).toast(" ".join(problems.values()), "warning")

    def show_busy(self, busy: bool) -> None:
        if self._form is not None:
            self._form.set_busy(busy)

    def show_done(self, sentence: str) -> None:
        self._form = None
        self._sheet.close_sheet()
        messages_for(self).toast(sentence, "success")

    def show_stale(self) -> None:
        self.show_problems({"stale": STALE})

    def show_failure(self, error: Exception) -> None:
        messages_for(self).report(error, self)

    # ------------------------------------------------------------------ doing

    def receive(self) -> None:
        """Open the sheet for a delivery."""
        form = ReceiveForm(clinic_today(self._caller))
        form.submitted.connect(lambda draft: self._presenter.receive(draft, form.key))
        self._open("Take in a delivery", form)
        self._presenter.load_suppliers()

    def adjust(self) -> None:
        """Open the sheet for a corrected count, with the chosen batch."""
        form = AdjustForm()
        form.submitted.connect(lambda batch, change, why: self._presenter.adjust(batch, change, why, form.key))
        self._open("Correct the count", form)

    def quarantine(self) -> None:
        """Set the chosen batch aside, or release it."""
        batch = self._batch()
        if batch is None:
            return
        held = batch.status in ("quarantined", "recalled")
        lead = (
            f"Batch {batch.number} may be sold and dispensed again."
            if held
            else f"Batch {batch.number} will be neither sold nor dispensed until it is released."
        )
        form = ReasonForm(lead, "&Release" if held else "&Quarantine")
        form.submitted.connect(lambda why: self._presenter.set_aside(batch, why))
        self._open("Release a batch" if held else "Quarantine a batch", form)

    def recall(self) -> None:
        """Where the chosen batch went, and from there its recall."""
        batch = self._batch()
        if batch is not None:
            self.recall_wanted.emit(batch.number)

    def send_back(self) -> None:
        """Open the sheet for units of the chosen batch that go back to the supplier."""
        batch = self._batch()
        if batch is None or self._record is None:
            return
        form = ReturnForm(batch, self._record.details.unit)
        form.submitted.connect(lambda units, why: self._presenter.send_back(batch, units, why, form.key))
        form.cancelled.connect(self._sheet.close_sheet)
        self._open("Send back to the supplier", form)

    def write_off(self) -> None:
        """Ask, then take what is left of the chosen batch out of stock."""
        batch = self._batch()
        if batch is not None:
            messages_for(self).ask(
                f"Write off batch {batch.number}?",
                f"The {batch.remaining:,} that are left go out of stock. The stock card keeps the record.",
                "&Write off",
                lambda: self._presenter.write_off(batch),
                danger=True,
            )

    # ------------------------------------------------------------------ inside

    def _build(self) -> None:
        ui = self._ui
        self._fact_row = FlowLayout(ui.facts)
        self._fact_row.addWidget(self._pill)
        for fact in self._facts.values():
            self._fact_row.addWidget(fact)
        ui.name_label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        zone, today = self._caller.zone, lambda: clinic_today(self._caller)
        ui.batches_table.set_up(
            batch_columns(today),
            name="Batches",
            empty="No batch yet. Take in a delivery to begin.",
            empty_icon="package",
        )
        ui.card_table.set_up(
            card_columns(zone), name="Stock card", empty="Nothing has moved yet.", empty_icon="history"
        )
        ui.batches_table.current_changed.connect(lambda _: self._allow())
        ui.batches_table.empty_action_chosen.connect(self._presenter.load)
        ui.card_table.empty_action_chosen.connect(self._presenter.load)
        self._sheet.closing.connect(self._ask_to_close)
        self._build_actions()
        self._allow()
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _build_actions(self) -> None:
        self._action_row = FlowLayout(self._ui.actions)
        specs = (
            ("receive", "&Receive", "truck", self.receive),
            ("adjust", "&Adjust", "scale", self.adjust),
            ("quarantine", "&Quarantine", "ban", self.quarantine),
            ("write_off", "&Write off", "trash-2", self.write_off),
            ("send_back", "Send &back…", "undo-2", self.send_back),
            ("recall", "Re&call…", "shield-alert", self.recall),
            ("edit", "&Edit", "pencil", lambda: self.edit_wanted.emit(self._item_id)),
        )
        for name, words, icon_name, call in specs:
            button = QPushButton(words)
            primary = name == "receive"
            button.setProperty("primary", primary)
            button.setIcon(icon(icon_name, "on-accent" if primary else "text"))
            button.clicked.connect(call)
            self._action_row.addWidget(button)
            self._buttons[name] = button
        menu = []
        for name in ("adjust", "quarantine", "write_off", "send_back", "recall"):
            action = QAction(self._buttons[name].icon(), self._buttons[name].text(), self)
            action.triggered.connect(self._buttons[name].click)
            menu.append(action)
        self._ui.batches_table.set_context_actions(menu)

    def _allow(self) -> None:
        may, batch = self._caller.may("edit", "inventory"), self._batch()
        for name in ("receive", "adjust", "edit"):
            set_allowed(self._buttons[name], may and self._record is not None, MAY_NOT_CHANGE)
        state = batch.state(clinic_today(self._caller)) if batch is not None else None
        held = state in (BatchState.QUARANTINED, BatchState.RECALLED)
        self._buttons["quarantine"].setText("&Release" if held else "&Quarantine")
        reason = MAY_NOT_CHANGE if not may else CHOOSE_BATCH
        for name in ("quarantine", "recall"):
            set_allowed(self._buttons[name], may and batch is not None, reason)
        left = batch is not None and batch.remaining > 0
        set_allowed(self._buttons["send_back"], may and left, reason if batch is None else NOTHING_LEFT)
        expired = batch is not None and bool(batch.remaining) and batch.expiry is not None
        expired = (
            expired and batch is not None and (batch.expiry or clinic_today(self._caller)) < clinic_today(self._caller)
        )
        set_allowed(self._buttons["write_off"], may and expired, reason if batch is None or not may else NOT_EXPIRED)

    def _batch(self) -> StockBatch | None:
        chosen = self._ui.batches_table.current()
        return chosen if isinstance(chosen, StockBatch) else None

    def _show_facts(self, record: ItemRecord) -> None:
        details, item = record.details, record.summary
        values = {
            "Usable": stock_text(item),
            "Set aside": unusable_text(item),
            "Levels": f"minimum {item.minimum:,}, reorder at {item.reorder_point:,}, maximum {item.maximum:,}",
            "Price of a pack": f"{format_money(item.sale_price)} without VAT",
            "VAT": item.vat_category.label,
            "Category": record.category,
            "Shelf": details.location,
            "Storage": details.storage,
            "Supplied": "on prescription only" if details.prescription_required else "",
        }
        for name, value in values.items():
            self._facts[name].set_value(value, hide_empty=True)

    def _open(self, title: str, form: SheetForm | ReturnForm) -> None:
        self._form = form
        if self._record is not None and isinstance(form, ReceiveForm):
            form.show_item(self._record)
        elif self._record is not None and isinstance(form, AdjustForm):
            form.show_item(self._record, self._batch())
        self._sheet.set_title(title)
        self._sheet.set_body(form)
        self._sheet.open_sheet()

    def _ask_to_close(self) -> None:
        if self._form is None or not self._form.has_typed():
            return
        self._sheet.keep_open()
        messages_for(self).ask(
            "Throw away what you typed?", "Nothing of it has been saved.", "&Throw away", self._throw_away, danger=True
        )

    def _throw_away(self) -> None:
        self._form = None
        self._sheet.close_sheet()

    def _set_lengths(self) -> None:
        ui = self._ui
        ui.column.setSpacing(px(12))
        ui.head_column.setContentsMargins(px(24), px(12), px(24), 0)
        ui.body_column.setContentsMargins(px(24), 0, px(24), px(16))
        ui.body_column.setStretch(1, 2)
        ui.body_column.setStretch(3, 3)
        self._fact_row.setContentsMargins(0, 0, 0, 0)
        self._action_row.setContentsMargins(0, 0, 0, 0)
        self._fact_row.set_gap(px(24), px(6))
        self._action_row.set_gap(px(8), px(8))
