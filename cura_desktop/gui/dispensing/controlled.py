"""The register of controlled drugs: its parts, the entries of one, the weekly count, notes, the paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.controlled import RegisterEntry, RegisterPart
from cura_desktop.domain.dates import format_date, format_date_time
from cura_desktop.domain.errors import CuraError, InvalidInputError
from cura_desktop.domain.inventory import units_text
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, set_allowed
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pdf_viewer import PdfViewer
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField, RecordForm
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.side_sheet import SideSheet

if TYPE_CHECKING:
    from cura_desktop.services.controlled import ControlledRegisterService

MAY_NOT = "Your role may not write in the register."
CHOOSE_PART, CHOOSE_ENTRY = "Choose a medicine first.", "Choose an entry first."
NONE_YET = "No controlled drug of schedule 1 or 2 was ever in stock."


class ControlledRegister(QWidget):
    """Entries never change: what was wrong gets a dated note of its own."""

    live_tables: tuple[str, ...] = ("controlled_register",)

    def __init__(self, service: ControlledRegisterService, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self._service, self._caller, self._tasks = service, caller, tasks or QtTasks(self)
        self._part: RegisterPart | None = None
        self._key: UUID = uuid4()
        self._keep: Callable[[], RegisterPart] | None = None
        self.parts_table: RecordTable = RecordTable()
        self.parts_table.set_up(
            _part_columns(service.today), name="Parts of the register", empty=NONE_YET, empty_icon="lock"
        )
        self.parts_table.set_identity(lambda part: part.item_id)
        self.entries_table: RecordTable = RecordTable()
        self.entries_table.set_up(
            _entry_columns(caller), name="Entries", empty="Choose a medicine to see its entries.", empty_icon="list"
        )
        self.check_button = PrimaryButton("&Count the balance", "scale")
        self.note_button = PlainButton("&Note beside the entry", "notebook-pen")
        self.paper_button = PlainButton("&Print this part", "printer")
        self.check_form = RecordForm(
            (
                FormField("counted", "Co&unted, in units", lambda: QuantityEdit(None, "")),
                FormField(
                    "note", "What you &found", QPlainTextEdit, hint="Only where the count differs. No stock changes."
                ),
            )
        )
        self.note_form = RecordForm((FormField("note", "N&ote", QPlainTextEdit, hint="Dated, with your name."),))
        self.sheet = SideSheet(self, "")
        self.paper = PdfViewer()
        self.paper.title_label.hide()
        self.paper_sheet = SideSheet(self, "Controlled drugs register", 720)
        self.paper_sheet.set_body(self.paper)
        self._form = self.check_form
        self._lay_out()
        self._connect()
        self._allow()
        self.parts_table.show_loading()
        self.refresh()

    def refresh(self) -> None:
        """Read again."""
        self._tasks.run(self._service.parts, self._show_parts, self._fail, latest="parts")

    def has_unsaved_work(self) -> bool:
        """Whether a count or a note is typed."""
        return self.sheet.isVisible() and self._form.is_dirty()

    # ------------------------------------------------------------------ inside

    def _show_parts(self, parts: Sequence[RegisterPart]) -> None:
        self.parts_table.show_records(parts)
        if parts and self.parts_table.current() is None:
            self.parts_table.select(lambda _: True)

    def _choose(self, part: object) -> None:
        self._part = part if isinstance(part, RegisterPart) else None
        self._allow()
        if self._part is not None:
            item_id = self._part.item_id
            self._tasks.run(
                lambda: self._service.entries(item_id), self.entries_table.show_records, self._fail, latest="entries"
            )

    def _begin_check(self) -> None:
        part = self._part
        if part is None or not self.check_button.isEnabled():
            return
        self._open(self.check_form, f"Count {part.item}", lambda key: self._check(part.item_id, key))

    def _begin_note(self) -> None:
        part, entry = self._part, self.entries_table.current()
        if part is not None and isinstance(entry, RegisterEntry) and self.note_button.isEnabled():
            self._open(
                self.note_form, f"Note beside entry {entry.id}", lambda key: self._annotate(part.item_id, entry.id, key)
            )

    def _check(self, item_id: int, key: UUID) -> RegisterPart:
        typed = self._typed
        counted = typed["counted"]
        whole = int(counted) if isinstance(counted, Decimal) and counted == int(counted) else None
        return self._service.check(item_id, whole, str(typed["note"]), key)

    def _annotate(self, item_id: int, entry_id: int, key: UUID) -> RegisterPart:
        return self._service.annotate(item_id, entry_id, str(self._typed["note"]), key)

    def _open(self, form: RecordForm, title: str, keep: Callable[[UUID], RegisterPart]) -> None:
        self._form, self._key = form, uuid4()
        key = self._key
        self._keep = lambda: keep(key)
        form.edit({}, new=True)
        self.sheet.set_title(title)
        self.sheet.set_body(form)
        self.sheet.open_sheet()

    def _save(self) -> None:
        keep = self._keep
        if keep is None or not self._form.save_button.isEnabled():
            return
        self._typed = self._form.values()
        self._form.show_saving(True)
        self._tasks.run(keep, self._saved, self._not_saved)

    def _saved(self, part: RegisterPart) -> None:
        self._drop()
        messages_for(self).toast(f"Entered for {part.item}.", "success")
        self.refresh()
        self._choose(part)

    def _not_saved(self, error: Exception) -> None:
        self._form.show_saving(False)
        if isinstance(error, InvalidInputError):
            self._form.show_problems(error.problems)
        else:
            self._fail(error)

    def _drop(self) -> None:
        self._form.show_saving(False)
        self._form.edit({}, new=True)
        self._keep = None
        self.sheet.close_sheet()

    def _closing(self) -> None:
        if self._form.is_dirty():
            self.sheet.keep_open()
            messages_for(self).ask(
                "Close without entering it?", "What you typed is lost.", "Close &without entering", self._drop
            )

    def _show_paper(self) -> None:
        part = self._part
        if part is not None:
            self._tasks.run(lambda: self._service.paper(part.item_id), self._open_paper, self._fail, latest="paper")

    def _open_paper(self, data: bytes) -> None:
        self.paper.open_bytes(data, "Controlled drugs register")
        self.paper_sheet.open_sheet()

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        messages_for(self).report(error, self)

    def _allow(self) -> None:
        may, part = self._caller.may("create", "sales"), self._part is not None
        set_allowed(self.check_button, may and part, CHOOSE_PART if may else MAY_NOT)
        chosen = isinstance(self.entries_table.current(), RegisterEntry)
        set_allowed(self.note_button, may and part and chosen, CHOOSE_ENTRY if may else MAY_NOT)
        set_allowed(self.paper_button, part, CHOOSE_PART)

    def _connect(self) -> None:
        self.parts_table.current_changed.connect(self._choose)
        self.parts_table.opened.connect(lambda _: self._begin_check())
        self.parts_table.empty_action_chosen.connect(self.refresh)
        self.entries_table.current_changed.connect(lambda _: self._allow())
        self.entries_table.opened.connect(lambda _: self._begin_note())
        self.check_button.clicked.connect(self._begin_check)
        self.note_button.clicked.connect(self._begin_note)
        self.paper_button.clicked.connect(self._show_paper)
        for form in (self.check_form, self.note_form):
            form.saved.connect(self._save)
            form.cancelled.connect(self.sheet.close_sheet)
        self.sheet.closing.connect(self._closing)

    def _lay_out(self) -> None:
        self._column, self._head = QVBoxLayout(self), QHBoxLayout()
        said = QVBoxLayout()
        said.addWidget(text_label("Controlled drugs register", "title"))
        lead = "Schedules 1 and 2, a part for each medicine. The stock makes the entries; nothing is changed or erased."
        said.addWidget(text_label(lead, "muted", wrap=True))
        self._head.addLayout(said, 1)
        for button in (self.paper_button, self.note_button, self.check_button):
            self._head.addWidget(button)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.parts_table)
        splitter.addWidget(self.entries_table)
        splitter.setSizes([px(200), px(420)])
        self._column.addLayout(self._head)
        self._column.addWidget(splitter, 1)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(12))
        self._head.setSpacing(px(8))


def _part_columns(today: Callable[[], date]) -> list[Column[RegisterPart]]:
    def due(part: RegisterPart) -> PillText:
        if part.is_due(today()):
            return PillText("Count it", "warning", "clock")
        return PillText("Counted", "success", "check")

    return [
        Column("Medicine", lambda one: one.item, strong=True, width=320),
        Column(
            "Balance", lambda one: units_text(one.balance, one.unit), role="number", sort=lambda one: one.balance,
            width=130,
        ),
        Column("This week", lambda one: due(one).text, role="pill", pill=due, width=120),
        Column(
            "Last counted", lambda one: format_date(one.checked_on) if one.checked_on else "Never",
            sort=lambda one: one.checked_on or date.min, width=130,
        ),
        Column("Entries", lambda one: f"{one.entries:,}", role="number", sort=lambda one: one.entries, width=80),
    ]  # fmt: skip


def _entry_columns(caller: Caller) -> list[Column[RegisterEntry]]:
    return [
        Column("No.", lambda one: str(one.id), role="number", sort=lambda one: one.id, width=60),
        Column(
            "When", lambda one: format_date_time(to_clinic(one.at, caller.zone)), sort=lambda one: one.id, width=150
        ),
        Column("What", lambda one: one.words, strong=True, width=120),
        Column(
            "Quantity", lambda one: f"{one.quantity:+,}" if one.quantity else "", role="number",
            sort=lambda one: one.quantity, width=80,
        ),
        Column("Balance", lambda one: f"{one.balance:,}", role="number", sort=lambda one: one.balance, width=80),
        Column("From or to whom", lambda one: one.party, width=240, tooltip=lambda one: one.party),
        Column("Authority", lambda one: one.authority, width=190, tooltip=lambda one: one.authority),
        Column("By", lambda one: one.by, width=140),
        Column("Remark", lambda one: one.remark, role="muted", width=200, tooltip=lambda one: one.remark),
    ]  # fmt: skip
