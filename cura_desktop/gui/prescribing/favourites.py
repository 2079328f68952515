"""Favourites and protocols beside the prescription in hand (P7): one key brings them, Enter puts them on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.favourites import LONGEST_NAME, Favourite
from cura_desktop.domain.prescriptions import PrescriptionLine
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, QuietButton, set_allowed
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class Favourites(Protocol):
    """What is needed of `MedicineService`."""

    def favourites(self) -> tuple[Favourite, ...]: ...
    def keep_favourite(self, name: str, lines: Sequence[PrescriptionLine]) -> None: ...
    def remove_favourite(self, favourite: Favourite) -> None: ...


class FavouritesPresenter:
    """Reads, keeps and removes favourites off the GUI thread."""

    def __init__(self, view: FavouritesList, favourites: Favourites, tasks: Tasks) -> None:
        self._view = view
        self._favourites = favourites
        self._tasks = tasks

    def load(self) -> None:
        """Read the list."""
        self._tasks.run(self._favourites.favourites, self._view.show_favourites, self._view.report, latest="favourites")

    def keep(self, name: str, lines: Sequence[PrescriptionLine]) -> None:
        """Keep the lines in hand."""
        wanted = tuple(lines)
        self._tasks.run(
            lambda: self._favourites.keep_favourite(name, wanted), lambda _: self._view.tell_kept(), self._failed
        )

    def remove(self, favourite: Favourite) -> None:
        """Take one out of use."""
        self._tasks.run(lambda: self._favourites.remove_favourite(favourite), lambda _: self.load(), self._failed)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        else:
            self._view.report(error)
            self.load()


class FavouritesList(QWidget):
    """`picked` carries the lines of a favourite. `lines` are those in hand, which can be kept."""

    picked = Signal(object)

    def __init__(self, favourites: Favourites, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = FavouritesPresenter(self, favourites, tasks)
        self._lines: tuple[PrescriptionLine, ...] = ()
        self._may_keep = True
        self.table = RecordTable()
        self.table.set_up(
            [
                Column("Name", lambda one: one.name, strong=True, tooltip=lambda one: one.words, width=170),
                Column("Medicines", lambda one: "; ".join(line.title for line in one.lines), width=250),
                Column("Kept by", lambda one: one.kept_by, role="muted"),
            ],
            name="Favourites",
            empty="No favourites yet. Write a prescription, then keep it here under a name.",
            empty_icon="star",
        )
        self.table.set_identity(lambda one: one.id)
        self.words_label = text_label("", "small", wrap=True)
        self.use_button = PrimaryButton("&Put on the prescription", "plus")
        self.remove_button = QuietButton("Remo&ve favourite", "trash-2")
        self.name_edit = QLineEdit()
        self.name_edit.setMaxLength(LONGEST_NAME)
        self.name_edit.setPlaceholderText("For example: chest infection, adult")
        self.keep_button = PlainButton("&Keep", "star")
        self.problem_label = text_label("", "problem", wrap=True)
        self._build()
        self.table.opened.connect(self._pick)
        self.table.current_changed.connect(lambda _: self._allow())
        self.use_button.clicked.connect(lambda: self._pick(self.table.current()))
        self.remove_button.clicked.connect(self._remove)
        self.keep_button.clicked.connect(self._keep)
        self.name_edit.returnPressed.connect(self._keep)
        self._allow()

    def open_with(self, lines: Sequence[PrescriptionLine], *, may_keep: bool = True) -> None:
        """Read the list again; `lines` are what could be kept."""
        self._lines, self._may_keep = tuple(lines), may_keep
        self.problem_label.hide()
        self._allow()
        self._presenter.load()

    def show_favourites(self, found: Sequence[Favourite]) -> None:
        """Alphabetical."""
        self.table.show_records(list(found))
        self.table.select_first()
        self._allow()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """What is missing."""
        self.problem_label.setText(" ".join(problems.values()))
        self.problem_label.show()

    def tell_kept(self) -> None:
        """It is in the list now."""
        self.name_edit.clear()
        self.problem_label.hide()
        messages_for(self).toast("Kept as a favourite.", "success")
        self._presenter.load()

    def report(self, error: Exception) -> None:
        """Show an error."""
        messages_for(self).report(error, self)

    def _pick(self, favourite: Favourite | None) -> None:
        if favourite is not None:
            self.picked.emit(favourite.lines)

    def _remove(self) -> None:
        favourite = self.table.current()
        if favourite is not None:
            self._presenter.remove(favourite)

    def _keep(self) -> None:
        if self.keep_button.isEnabled():
            self._presenter.keep(self.name_edit.text(), self._lines)

    def _allow(self) -> None:
        favourite: Favourite | None = self.table.current()
        # In full and wrapped: a dose must never be cut (domain-rules A4).
        self.words_label.setText(favourite.words if favourite else "")
        self.words_label.setVisible(favourite is not None)
        set_allowed(self.use_button, favourite is not None, "Choose a favourite first.")
        set_allowed(self.remove_button, favourite is not None and self._may_keep, "Choose a favourite first.")
        why = "Put a medicine on the prescription first." if self._may_keep else "Your role does not keep favourites."
        set_allowed(self.keep_button, bool(self._lines) and self._may_keep, why)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.addWidget(self.table, 1)
        column.addWidget(self.words_label)
        buttons = QHBoxLayout()
        buttons.addWidget(self.use_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        label = text_label("Keep the prescription in hand &as", "field")
        label.setBuddy(self.name_edit)
        column.addWidget(label)
        last = QHBoxLayout()
        last.addWidget(self.name_edit, 1)
        last.addWidget(self.keep_button)
        column.addLayout(last)
        column.addWidget(self.problem_label)
        self.problem_label.hide()
