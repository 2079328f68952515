"""Everything that happened to one patient, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from cura_desktop.domain.records import Attachment, EntryKind, JournalEntry
from cura_desktop.gui.record.attachment_sheet import AttachmentSheet
from cura_desktop.gui.record.wording import at_time, on_day
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

_ICONS = {
    EntryKind.CONSULTATION: "stethoscope",
    EntryKind.ADDENDUM: "file-plus",
    EntryKind.NOTE: "notebook-pen",
    EntryKind.PRESCRIPTION: "pill",
    EntryKind.RESULT: "test-tube",
    EntryKind.OBSERVATIONS: "activity",
    EntryKind.IMMUNIZATION: "syringe",
    EntryKind.LETTER: "mail",
    EntryKind.DOCUMENT: "paperclip",
}


class Journals(Protocol):
    """What is needed of `RecordService`."""

    def journal(self, patient_id: int, kind: EntryKind | None = None, text: str = "") -> tuple[JournalEntry, ...]: ...
    def attachment(self, patient_id: int, document_id: int) -> Attachment | None: ...


class JournalView(Protocol):
    """What the presenter needs of the screen."""

    def show_loading(self) -> None: ...
    def show_entries(self, entries: tuple[JournalEntry, ...]) -> None: ...
    def show_attachment(self, attachment: Attachment | None) -> None: ...
    def report_attachment(self, error: Exception) -> None: ...
    def report(self, error: Exception) -> None: ...


class JournalPresenter:
    """Asks for one patient's journal; only the newest question is answered."""

    def __init__(self, view: JournalView, records: Journals, tasks: Tasks, patient_id: int) -> None:
        self._view, self._records, self._tasks, self._patient_id = view, records, tasks, patient_id

    def load(self, kind: EntryKind | None, text: str) -> None:
        """Read it."""
        self._view.show_loading()
        self._tasks.run(
            lambda: self._records.journal(self._patient_id, kind, text),
            self._view.show_entries,
            self._view.report,
            latest="journal",
        )

    def open_attachment(self, document_id: int) -> None:
        """Fetch the file of a document."""
        self._tasks.run(
            lambda: self._records.attachment(self._patient_id, document_id),
            self._view.show_attachment,
            self._view.report_attachment,
            latest="attachment",
        )


class JournalSection(QWidget):
    """A list with a filter and a search over its text; `opened` carries (kind, id) of the entry chosen."""

    opened = Signal(object, int)

    def __init__(
        self, patient_id: int, records: Journals, tasks: Tasks, zone: ZoneInfo, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._zone = zone
        self._presenter = JournalPresenter(self, records, tasks, patient_id)
        self.kind_box: ChoiceBox[EntryKind] = ChoiceBox(None, [(kind, kind.words) for kind in EntryKind], "Everything")
        show = text_label("S&how", "muted")
        show.setTextFormat(Qt.TextFormat.AutoText)
        show.setBuddy(self.kind_box)
        self.search_box = SearchBox(None, "Search in this record")
        self.table = RecordTable()
        self.table.set_up(
            [
                Column("When", lambda each: _when(each, zone), key="when", role="date", sort=_at, width=152),
                Column("Kind", _kind, key="kind", role="pill", pill=_pill, width=116),
                Column("What", lambda each: each.title, key="what", strong=True, width=176),
                Column("Who", lambda each: each.author, key="who", role="muted", width=124),
                Column("Text", _one_line, key="text", width=120),
            ],
            name="Journal",
            empty="Nothing is recorded that fits.",
            empty_icon="history",
            sort_by="-when",
        )
        self.table.set_identity(lambda each: (each.kind, each.source_id, each.at))
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setAccessibleName("The entry in full")
        self.file_sheet = AttachmentSheet(self)
        self._build(show)
        self.kind_box.changed.connect(self.load)
        self.search_box.searched.connect(lambda _text: self.load())
        self.search_box.left_down.connect(self.table.setFocus)
        self.table.typed.connect(self._search_for)
        self.table.current_changed.connect(self._show_entry)
        self.table.opened.connect(self._open)

    def load(self) -> None:
        """Read the journal as filtered now."""
        self._presenter.load(self.kind_box.value(), self.search_box.text().strip())

    def forget(self) -> None:
        """The chart is closed: show nothing."""
        self.table.show_records([])
        self.detail.clear()
        self.file_sheet.forget()

    def show_loading(self) -> None:
        """Rows are on their way."""
        if not self.table.records():
            self.table.show_loading()

    def show_entries(self, entries: tuple[JournalEntry, ...]) -> None:
        """Show these."""
        self.table.show_records(list(entries))
        if self.table.current() is None:
            self.table.select_first()

    def show_attachment(self, attachment: Attachment | None) -> None:
        """Show the file of the document; without one the words beside the list are all there is."""
        if attachment is None:
            messages_for(self).toast("This document is in words alone; they stand below the list.")
        else:
            self.file_sheet.show_attachment(attachment)

    def report_attachment(self, error: Exception) -> None:
        """The list stays as it is."""
        messages_for(self).report(error, self)

    def report(self, error: Exception) -> None:
        """Say that it could not be read."""
        self.table.show_failure("The journal cannot be read now.")
        messages_for(self).report(error, self)

    def _build(self, show: QWidget) -> None:
        self._bar = QHBoxLayout()
        self._bar.addWidget(self.search_box, 1)
        self._bar.addWidget(show)
        self._bar.addWidget(self.kind_box)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._bar)
        self._column.addWidget(split, 1)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(12), px(12), px(8))
        self._column.setSpacing(px(8))
        self._bar.setSpacing(px(8))

    def _open(self, entry: JournalEntry) -> None:
        if entry.kind is EntryKind.DOCUMENT:
            self._presenter.open_attachment(entry.source_id)
        else:
            self.opened.emit(entry.kind, entry.source_id)

    def _search_for(self, letter: str) -> None:
        self.search_box.setFocus()
        self.search_box.setText(letter)

    def _show_entry(self, entry: JournalEntry | None) -> None:
        if entry is None:
            self.detail.clear()
            return
        head = ", ".join(part for part in (entry.title, on_day(entry.at, self._zone), entry.author) if part)
        self.detail.setPlainText(f"{head}\n\n{entry.text}".strip())


def _when(entry: JournalEntry, zone: ZoneInfo) -> str:
    """A vaccine is given on a day; everything else has a time."""
    return on_day(entry.at, zone) if entry.kind is EntryKind.IMMUNIZATION else at_time(entry.at, zone)


def _at(entry: JournalEntry) -> object:
    return entry.at


def _kind(entry: JournalEntry) -> str:
    return entry.kind.words


def _pill(entry: JournalEntry) -> PillText:
    kind = "warning" if entry.status == "draft" else "neutral"
    words = f"{entry.kind.words}, draft" if entry.status == "draft" else entry.kind.words
    return PillText(words, kind, _ICONS[entry.kind])  # type: ignore[arg-type]


def _one_line(entry: JournalEntry) -> str:
    return " · ".join(line.strip() for line in entry.text.splitlines() if line.strip())[:300]
