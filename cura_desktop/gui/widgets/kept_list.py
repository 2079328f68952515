"""A list that the clinic keeps (suppliers, prices ...): search it, add to it, change a record in a sheet beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from cura_desktop.domain.errors import CuraError, InvalidInputError, StaleRecordError
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, set_allowed
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField, RecordForm
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.search_box import SearchBox
from cura_desktop.gui.widgets.side_sheet import SideSheet

R = TypeVar("R")
CHANGED = "Somebody else has just changed this too. What is stored now: {}. Save again to keep what you typed instead."


@dataclass(frozen=True, slots=True)
class ListWords:
    """What the screen says: `one` is a record ("supplier"), `retired` the check box that shows those not in use."""

    title: str
    lead: str
    one: str
    empty: str
    icon_name: str
    retired: str = ""


class KeptList(QWidget, Generic[R]):
    """Subclasses say how records are read, described and kept; `read` and `keep` run away from the window.

    Nothing typed is lost: a failure leaves the sheet open, and closing it asks.
    """

    live_tables: tuple[str, ...] = ()
    words: ListWords

    def __init__(self, columns: Sequence[Column[R]], fields: Sequence[FormField], tasks: Tasks | None = None) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self._tasks: Tasks = tasks or QtTasks(self)
        self._all: tuple[R, ...] = ()
        self._record: R | None = None
        words = self.words
        self.search_box = SearchBox()
        self.search_box.set_up(f"Search {words.title.lower()}")
        self.search_box.setAccessibleName(f"Search {words.title.lower()}")
        self.retired_check = QCheckBox(words.retired)
        self.add_button = PrimaryButton(f"&Add a {words.one}", "plus")
        self.change_button = PlainButton("Chan&ge", "pencil")
        self.table: RecordTable = RecordTable()
        self.table.setObjectName("table")
        self.table.set_up(
            list(columns), name=words.title, empty=words.empty, empty_icon=words.icon_name, sort_by=columns[0].title
        )
        self.form = RecordForm(fields)
        self.sheet = SideSheet(self, "", 460)
        self.sheet.set_body(self.form)
        self._lay_out()
        self._connect()
        self._choose(None)
        self.refresh()

    # ------------------------------------------------------------------ for the list in question

    def read(self) -> Sequence[R]:
        """All records, also those not in use."""
        raise NotImplementedError

    def values(self, record: R | None) -> Mapping[str, Any]:
        """What the form begins with; None is a new record."""
        raise NotImplementedError

    def keep(self, record: R | None, typed: Mapping[str, Any]) -> object:
        """Add, or change `record` as it was when editing began. Raises `InvalidInputError`, `StaleRecordError`."""
        raise NotImplementedError

    def name(self, record: R) -> str:
        """What a record is called."""
        raise NotImplementedError

    def sought(self, record: R) -> str:
        """What the search looks through."""
        return self.name(record)

    def in_use(self, record: R) -> bool:
        """Whether it is shown without asking."""
        return True

    def may_add(self) -> str:
        """Why nothing can be added; "" when it can."""
        return ""

    def may_change(self) -> str:
        """Why nothing can be changed; "" when it can."""
        return ""

    def loaded(self, records: Sequence[R]) -> None:
        """The records were read; choices that depend on them can follow."""

    # ------------------------------------------------------------------ acting

    def refresh(self) -> None:
        """Read again; an open sheet keeps what is typed."""
        if not self._all:
            self.table.show_loading()
        self._tasks.run(lambda: tuple(self.read()), self._show, self._not_read, latest="list")

    def open(self, record: R | None) -> None:
        """The sheet with a record, or with a new one."""
        reason = self.may_add() if record is None else self.may_change()
        if reason:
            messages_for(self).toast(reason, "warning")
            return
        self._record = record
        self.form.edit(self.values(record), new=record is None)
        self.sheet.set_title(self.name(record) if record is not None else f"Add a {self.words.one}")
        self.sheet.open_sheet()

    def has_unsaved_work(self) -> bool:
        """Whether the sheet holds something typed."""
        return self.sheet.isVisible() and self.form.is_dirty()

    def save(self) -> None:
        """Keep what the form holds."""
        if not self.form.save_button.isEnabled():
            return
        self.form.show_problems(self.form.unreadable())
        if self.form.unreadable():
            return
        record, typed = self._record, self.form.values()
        self.form.show_saving(True)
        self._tasks.run(lambda: self.keep(record, typed), lambda _: self._saved(), self._not_saved)

    # ------------------------------------------------------------------ inside

    def _show(self, records: tuple[R, ...]) -> None:
        self._all = records
        self.loaded(records)
        self._filter()

    def _not_read(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        self.table.show_failure(str(error))
        messages_for(self).report(error, self)

    def _filter(self) -> None:
        words = self.search_box.text().casefold().split()
        shown = [
            one
            for one in self._all
            if (self.in_use(one) or self.retired_check.isChecked())
            and all(word in self.sought(one).casefold() for word in words)
        ]
        self.table.show_records(shown)

    def _saved(self) -> None:
        self.form.show_saving(False)
        self.form.edit(self.values(None), new=True)
        self.sheet.close_sheet()
        messages_for(self).toast("Saved.", "success")
        self.refresh()

    def _not_saved(self, error: Exception) -> None:
        self.form.show_saving(False)
        if isinstance(error, InvalidInputError):
            self.form.show_problems(error.problems)
        elif isinstance(error, StaleRecordError) and error.current is not None:
            self._record = error.current
            mine, theirs = self.form.values(), self.values(error.current)
            told = [f"{self._label(name)} “{theirs[name]}”" for name in mine if theirs.get(name) != mine[name]]
            self.form.show_problems({"": CHANGED.format(", ".join(told) or "the same as here")})
        else:
            messages_for(self).report(error, self)

    def _label(self, name: str) -> str:
        return self.form.widgets[name].accessibleName() or name.replace("_", " ")

    def _choose(self, record: R | None) -> None:
        set_allowed(self.add_button, not self.may_add(), self.may_add())
        reason = self.may_change() or f"Choose a {self.words.one} first."
        set_allowed(self.change_button, record is not None and not self.may_change(), reason)

    def _closing(self) -> None:
        if not self.form.is_dirty():
            return
        self.sheet.keep_open()
        messages_for(self).ask(
            "Close without saving?", "What you typed is lost.", "Close &without saving", self._throw_away
        )

    def _throw_away(self) -> None:
        self.form.edit(self.values(None), new=True)
        self.sheet.close_sheet()

    def _connect(self) -> None:
        self.search_box.searched.connect(lambda _: self._filter())
        self.search_box.left_down.connect(self.table.select_first)
        self.retired_check.toggled.connect(lambda _: self._filter())
        self.add_button.clicked.connect(lambda: self.open(None))
        self.change_button.clicked.connect(lambda: self.open(self.table.current()) if self.table.current() else None)
        self.table.opened.connect(self.open)
        self.table.current_changed.connect(self._choose)
        self.table.empty_action_chosen.connect(self.refresh)
        self.form.saved.connect(self.save)
        self.form.cancelled.connect(self.sheet.close_sheet)
        self.sheet.closing.connect(self._closing)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._head, self._row, said = QHBoxLayout(), QHBoxLayout(), QVBoxLayout()
        said.addWidget(text_label(self.words.title, "title"))
        said.addWidget(text_label(self.words.lead, "muted", wrap=True))
        self._head.addLayout(said, 1)
        self._head.addWidget(self.change_button)
        self._head.addWidget(self.add_button)
        self._row.addWidget(self.search_box, 1)
        if self.words.retired:
            self._row.addWidget(self.retired_check)
        self._column.addLayout(self._head)
        self._column.addLayout(self._row)
        self._column.addWidget(self.table, 1)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(12))
        self._head.setSpacing(px(8))
        self._row.setSpacing(px(12))
