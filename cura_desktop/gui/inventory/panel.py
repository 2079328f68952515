"""The stock dock: one box, four filters, and what they find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import DatabaseUnavailableError, SessionEndedError
from cura_desktop.domain.inventory import StockCounts, StockFilter, StockItem
from cura_desktop.gui.forms.inventory.ui_panel import Ui_Panel
from cura_desktop.gui.inventory.look import FILTERS
from cura_desktop.gui.inventory.panel_presenter import PanelPresenter
from cura_desktop.gui.inventory.stock_list import StockList
from cura_desktop.gui.shell.actions import ActionSpec
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.flow_layout import FlowLayout

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService

MAY_NOT_ADD = "Your role may not add stock items."
MAY_NOT_SELL = "Your role may not sell over the counter."


class InventoryPanel(QWidget):
    """`picked` opens an item; the others ask for the counter, the alerts and a new item."""

    picked = Signal(int)
    sale_wanted = Signal()
    alerts_wanted = Signal()
    add_wanted = Signal()
    live_tables: tuple[str, ...] = ("inventory_items", "inventory_batches")

    def __init__(self, service: InventoryService, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__()
        self._caller = caller
        self._ui = Ui_Panel()
        self._ui.setupUi(self)
        self._list, self._empty = StockList(), EmptyState("", "", "package")
        self._chips: dict[StockFilter, QPushButton] = {}
        self._failed = False
        self._build()
        self._presenter = PanelPresenter(self, service, tasks or QtTasks(self))
        self._connect()
        self._presenter.refresh()

    def _build(self) -> None:
        ui = self._ui
        ui.search_edit.set_up("Name, code or barcode…")
        ui.sale_button.setIcon(icon("receipt-pound-sterling"))
        ui.sale_button.setToolTip("Sell over the counter (F8)")
        ui.alerts_button.setIcon(icon("bell", "accent-text"))
        ui.alerts_button.setToolTip("What is to be seen to")
        ui.add_button.setIcon(icon("plus", "accent-text"))
        set_allowed(ui.sale_button, self._caller.may("create", "sales"), MAY_NOT_SELL)
        set_allowed(ui.add_button, self._may_add, MAY_NOT_ADD)
        ui.pages.addWidget(self._list)
        ui.pages.addWidget(self._empty)
        opening = QAction(icon("package"), "&Open", self)
        opening.triggered.connect(lambda: self._open_current())
        copying = QAction(icon("copy"), "&Copy the line", self)
        copying.triggered.connect(self._list.copy)
        self._list.set_context_actions([opening, copying])
        self._build_chips()
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _build_chips(self) -> None:
        self._chip_row = FlowLayout(self._ui.chips)
        group = QButtonGroup(self)
        for which, words in FILTERS.items():
            chip = QPushButton(words)
            chip.setCheckable(True)
            chip.setChecked(which is StockFilter.ALL)
            chip.setProperty("chip", True)
            chip.toggled.connect(lambda on, which=which: self._presenter.narrow(which) if on else None)
            group.addButton(chip)
            self._chip_row.addWidget(chip)
            self._chips[which] = chip

    def _connect(self) -> None:
        ui = self._ui
        ui.search_edit.searched.connect(self._presenter.search)
        ui.search_edit.submitted.connect(lambda _: self._presenter.submit())
        ui.search_edit.left_down.connect(self._list.select_first)
        ui.sale_button.clicked.connect(self.sale_wanted)
        ui.alerts_button.clicked.connect(self.alerts_wanted)
        ui.add_button.clicked.connect(self.add_wanted)
        self._list.opened.connect(lambda item: self.open_item(item.id))
        self._list.left_up.connect(self.focus_search)
        self._list.typed.connect(self._type_on)
        self._empty.action_chosen.connect(self._act_on_empty)

    @property
    def _may_add(self) -> bool:
        return self._caller.may("create", "inventory")

    def actions_offered(self) -> list[ActionSpec]:
        """For the window's registry."""
        return [
            ActionSpec(
                "inventory.find", "Find in st&ock", self.focus_search, "Go", "F4", "Stock", ("view", "inventory"),
                "package", also="search item medicine barcode",
            ),
            ActionSpec(
                "inventory.sell", "Sell over the &counter", self.sale_wanted.emit, "Go", "F8", "Stock",
                ("create", "sales"), "receipt-pound-sterling", also="till shop sale",
            ),
            ActionSpec(
                "inventory.alerts", "Stoc&k alerts", self.alerts_wanted.emit, "Go", "", "Stock", ("view", "inventory"),
                "bell", also="reorder expired low",
            ),
            ActionSpec(
                "inventory.add", "New stock &item", self.add_wanted.emit, "File", "", "Stock", ("create", "inventory"),
                "plus", also="add",
            ),
        ]  # fmt: skip

    def focus_search(self) -> None:
        """Put the keyboard into the box, what it holds selected."""
        self._ui.search_edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._ui.search_edit.selectAll()

    def refresh(self) -> None:
        """Stock changed on another seat."""
        self._presenter.refresh()

    # ------------------------------------------------------------------ what the presenter says

    def show_items(self, items: Sequence[StockItem], caption: str) -> None:
        self._failed = False
        self._list.show_items(items)
        self._ui.caption_label.setText(caption)
        self._ui.pages.setCurrentWidget(self._list)

    def show_counts(self, counts: StockCounts) -> None:
        found = {
            StockFilter.LOW: counts.low,
            StockFilter.EXPIRING: counts.expiring,
            StockFilter.EXPIRED: counts.expired,
        }
        for which, count in found.items():
            self._chips[which].setText(f"{FILTERS[which]} {count:,}" if count else FILTERS[which])

    def show_loading(self) -> None:
        self._list.show_loading()
        self._ui.caption_label.setText("")
        self._ui.pages.setCurrentWidget(self._list)

    def show_nothing(self, sentence: str, *, offer_new: bool) -> None:
        self._failed = False
        self._list.show_items([])
        self._say(sentence, "&Add an item" if offer_new and self._may_add else "", "package")

    def show_failure(self, error: Exception) -> None:
        self._failed = True
        self._say(str(error), "&Try again", "circle-alert")
        if isinstance(error, DatabaseUnavailableError | SessionEndedError):
            messages_for(self).report(error, self)

    def open_item(self, item_id: int) -> None:
        self.picked.emit(item_id)

    def enter_list(self) -> None:
        self._list.select_first()

    # ------------------------------------------------------------------ inside

    def _open_current(self) -> None:
        item = self._list.current()
        if item is not None:
            self.picked.emit(item.id)

    def _say(self, sentence: str, action: str, icon_name: str) -> None:
        self._ui.caption_label.setText("")
        self._empty.set_text(sentence, action, icon_name)
        self._ui.pages.setCurrentWidget(self._empty)
        announce(self._empty, sentence)

    def _act_on_empty(self) -> None:
        if self._failed:
            self._presenter.refresh()
        else:
            self.add_wanted.emit()

    def _type_on(self, text: str) -> None:
        box = self._ui.search_edit
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        box.setText(box.text() + text)

    def _set_lengths(self) -> None:
        ui = self._ui
        ui.column.setContentsMargins(0, px(4), 0, 0)
        ui.column.setSpacing(px(6))
        for widget in (ui.search_label, ui.caption_label):
            widget.setContentsMargins(px(12), 0, px(12), 0)
        ui.search_row.setContentsMargins(px(12), 0, px(12), 0)
        ui.search_row.setSpacing(px(6))
        ui.foot_row.setContentsMargins(px(12), px(2), px(12), px(6))
        self._chip_row.setContentsMargins(px(12), 0, px(12), 0)
        self._chip_row.set_gap(px(4), px(4))
