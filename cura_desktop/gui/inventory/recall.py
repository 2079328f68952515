"""A batch recall: find the batch, see where every unit went, stop it on all seats, print or save the list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QIODevice, QSaveFile, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from cura_desktop.domain.barcodes import read_scan
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import CuraError, InvalidInputError
from cura_desktop.domain.recall import BatchFound, BatchTrace
from cura_desktop.gui.inventory.recall_columns import found_columns, supply_columns
from cura_desktop.gui.inventory.sheets import ReasonForm
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.strip import Strip
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.banner_patient import clinic_today
from cura_desktop.gui.widgets.buttons import DangerButton, PlainButton, set_allowed
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pdf_viewer import PdfViewer
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.search_box import SearchBox
from cura_desktop.gui.widgets.side_sheet import SideSheet

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService

CHOOSE = "Choose a batch first."
ALREADY = "This batch is recalled already. Its item's screen releases it."
LEAD = "Batch {number} of {item} will be neither sold nor dispensed, on all seats, from this moment."


class RecallScreen(QWidget):
    """`item_picked` opens the item of a batch."""

    item_picked = Signal(int)
    live_tables: tuple[str, ...] = ("inventory_batches",)

    def __init__(self, service: InventoryService, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self._service, self._caller, self._tasks = service, caller, tasks or QtTasks(self)
        self._trace: BatchTrace | None = None
        self._form: ReasonForm | None = None
        self.search_box = SearchBox()
        self.search_box.set_up("Batch number, typed or scanned")
        self.search_box.setAccessibleName("Batch number, typed or scanned")
        self.batches_table: RecordTable = RecordTable()
        self.batches_table.set_up(
            found_columns(lambda: clinic_today(caller)), name="Batches",
            empty="Type the batch number of the recall notice.", empty_icon="search",
        )  # fmt: skip
        self.batches_table.set_identity(lambda one: one.batch.id)
        self.supplies_table: RecordTable = RecordTable()
        self.supplies_table.set_up(
            supply_columns(caller.zone, lambda: self._trace.unit if self._trace else ""), name="Where it went",
            empty="Choose a batch to see where it went.", empty_icon="users",
        )  # fmt: skip
        self.supplies_table.set_identity(lambda one: (one.patient_id, one.how, one.sale))
        self.state_strip = Strip("danger", "shield-alert", "")
        self.summary_label = text_label("", "lead", wrap=True)
        self.recall_button = DangerButton("&Recall this batch…", "shield-alert")
        self.list_button = PlainButton("&Print the list", "printer")
        self.save_button = PlainButton("Sa&ve for a spreadsheet", "download")
        self.item_button = PlainButton("Open the &item", "package")
        self.sheet = SideSheet(self, "Recall a batch")
        self.paper = PdfViewer()
        self.paper.title_label.hide()
        self.paper_sheet = SideSheet(self, "Recall list", 720)
        self.paper_sheet.set_body(self.paper)
        self._lay_out()
        self._connect()
        self._allow()

    def seek(self, number: str) -> None:
        """Look for a batch number."""
        self.search_box.setText(number)
        self._find(number)

    def refresh(self) -> None:
        """Another seat moved or stopped a batch."""
        if self._trace is not None:
            self._read(self._trace.batch.id)

    def has_unsaved_work(self) -> bool:
        """Whether a reason is typed."""
        return self.sheet.isVisible() and self._form is not None and self._form.has_typed()

    def save_to(self, path: Path) -> bool:
        """Write the list for a spreadsheet in one step; False, after telling the person, when the disk refuses."""
        if self._trace is None:
            return False
        content = self._trace.as_csv(self._caller.zone).encode("utf-8-sig")
        file = QSaveFile(str(path))
        written = file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(content) == len(content)
        if written and file.commit():
            messages_for(self).toast(f"Saved as {path.name}", "success")
            return True
        messages_for(self).toast("The list could not be saved. Choose another folder or make room.", "warning")
        return False

    # ------------------------------------------------------------------ inside

    def _find(self, text: str) -> None:
        scan = read_scan(text)
        number = scan.batch or text
        self._tasks.run(lambda: self._service.find_batches(number), self._show_found, self._fail, latest="batches")

    def _show_found(self, found: tuple[BatchFound, ...]) -> None:
        typed = bool(self.search_box.text().strip())
        self.batches_table.set_empty(
            "No batch of this number is or was in stock." if typed else "Type the batch number of the recall notice."
        )
        self.batches_table.show_records(found)
        if len(found) == 1:
            self.batches_table.select(lambda _: True)
        elif not found:
            self._show_trace(None)

    def _choose(self, found: object) -> None:
        if isinstance(found, BatchFound) and (self._trace is None or self._trace.batch.id != found.batch.id):
            self._read(found.batch.id)

    def _read(self, batch_id: int) -> None:
        self._tasks.run(lambda: self._service.trace(batch_id), self._show_trace, self._fail, latest="trace")

    def _show_trace(self, trace: BatchTrace | None) -> None:
        self._trace = trace
        self.supplies_table.set_empty(
            "Nothing of this batch went to anybody." if trace else "Choose a batch to see where it went."
        )
        self.supplies_table.show_records(trace.supplies if trace else ())
        self.summary_label.setText(trace.summary if trace else "")
        self.summary_label.setVisible(trace is not None)
        recalled = trace is not None and trace.is_recalled
        if trace is not None and recalled:
            self.state_strip.say(f"Recalled: {trace.batch.reason}. No seat sells or dispenses it.")
        self.state_strip.setVisible(recalled)
        self._allow()

    def _ask(self) -> None:
        trace = self._trace
        if trace is None or trace.is_recalled:
            return
        form = self._form = ReasonForm(LEAD.format(number=trace.batch.number, item=trace.item), "&Recall")
        form.submitted.connect(lambda reason: self._recall(trace.batch.id, reason))
        self.sheet.set_body(form)
        self.sheet.open_sheet()

    def _recall(self, batch_id: int, reason: str) -> None:
        if self._form is not None:
            self._form.set_busy(True)
        self._tasks.run(lambda: self._service.recall(batch_id, reason), self._recalled, self._not_recalled)

    def _recalled(self, trace: BatchTrace) -> None:
        self._form = None
        self.sheet.close_sheet()
        self._show_trace(trace)
        self._find(self.search_box.text())
        messages_for(self).toast(f"Batch {trace.batch.number} is stopped on all seats.", "success")

    def _not_recalled(self, error: Exception) -> None:
        if self._form is not None:
            self._form.set_busy(False)
            if isinstance(error, InvalidInputError):
                self._form.show_problems(error.problems)
                return
        self._fail(error)

    def _show_list(self) -> None:
        trace = self._trace
        if trace is not None:
            self._tasks.run(
                lambda: self._service.recall_list(trace.batch.id), self._open_list, self._fail, latest="pdf"
            )

    def _open_list(self, data: bytes) -> None:
        title = f"Recall list {self._trace.batch.number}" if self._trace else "Recall list"
        self.paper_sheet.set_title(title)
        self.paper.open_bytes(data, title)
        self.paper_sheet.open_sheet()

    def _save(self) -> None:
        if self._trace is None:
            return
        dialog = QFileDialog(self, "Save the list", f"recall-{self._trace.batch.number}.csv", "Spreadsheet (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.open()

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        messages_for(self).report(error, self)

    def _allow(self) -> None:
        there = self._trace is not None
        for button in (self.list_button, self.save_button, self.item_button):
            set_allowed(button, there, CHOOSE)
        recalled = self._trace is not None and self._trace.is_recalled
        set_allowed(self.recall_button, there and not recalled, ALREADY if recalled else CHOOSE)

    def _closing(self) -> None:
        if self._form is not None and self._form.has_typed():
            self.sheet.keep_open()
            messages_for(self).ask(
                "Close without recalling?", "The batch stays in use.", "Close &without recalling", self._drop
            )

    def _drop(self) -> None:
        self._form = None
        self.sheet.close_sheet()

    def _connect(self) -> None:
        self.search_box.searched.connect(self._find)
        self.search_box.left_down.connect(self.batches_table.select_first)
        self.batches_table.current_changed.connect(self._choose)
        self.batches_table.opened.connect(lambda _: self._ask())
        self.recall_button.clicked.connect(self._ask)
        self.list_button.clicked.connect(self._show_list)
        self.save_button.clicked.connect(self._save)
        self.item_button.clicked.connect(lambda: self.item_picked.emit(self._trace.item_id) if self._trace else None)
        self.sheet.closing.connect(self._closing)

    def _lay_out(self) -> None:
        self._column, self._buttons = QVBoxLayout(self), QHBoxLayout()
        self._column.addWidget(text_label("Batch recall", "title"))
        lead = "Every patient and sale a batch went to, and what is left. A recall stops it on all seats at once."
        self._column.addWidget(text_label(lead, "muted", wrap=True))
        self._column.addWidget(self.search_box)
        lower = QWidget()
        self._lower = QVBoxLayout(lower)
        for widget in (self.state_strip, self.summary_label):
            self._lower.addWidget(widget)
        self._lower.addWidget(self.supplies_table, 1)
        for button in (self.item_button, self.save_button, self.list_button):
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.recall_button)
        self._lower.addLayout(self._buttons)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.batches_table)
        splitter.addWidget(lower)
        splitter.setSizes([px(180), px(420)])
        self._column.addWidget(splitter, 1)
        self.state_strip.hide()
        self.summary_label.hide()
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(8))
        self._lower.setContentsMargins(0, px(8), 0, 0)
        self._lower.setSpacing(px(8))
        self._buttons.setSpacing(px(8))
