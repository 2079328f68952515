"""Choosing a patient in a form: a search with its results below, or the one who was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.patient_choice import FindPatients, PatientChoice
from cura_desktop.gui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

FEWEST = 2


class PatientBox(QWidget):
    """Type at least two letters; Down goes to the results, Enter takes the first or the chosen one.

    `picked` comes when a person has chosen somebody: the form may take the keyboard further than the next field.
    """

    changed = Signal()
    picked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks: Tasks | None = None
        self._search: FindPatients | None = None
        self._chosen: PatientChoice | None = None
        self._found: tuple[PatientChoice, ...] = ()
        self._take_first = False
        self.search_box = SearchBox(self, "Name, date of birth, number or phone")
        self.search_box.setAccessibleName("Find the patient")
        self.results = _Results(self)
        self.hint_label = text_label("", "muted", wrap=True)
        self._card = QWidget()
        self.name_label = text_label("", "strong", wrap=True)
        self.detail_label = text_label("", "muted", wrap=True)
        self.change_button = PlainButton("C&hange")
        self._lay_out()
        self.setFocusProxy(self.search_box)
        self.search_box.searched.connect(self._searched)
        self.search_box.submitted.connect(self._submitted)
        self.search_box.left_down.connect(self._go_down)
        self.results.picked.connect(self._pick)
        self.change_button.clicked.connect(self.clear)
        theme().changed.connect(self._set_lengths)
        QWidget.setTabOrder(self.search_box, self.results)
        QWidget.setTabOrder(self.results, self.change_button)
        self._show()

    def set_up(self, search: FindPatients, tasks: Tasks) -> None:
        """Where patients are found; `search` runs off the GUI thread."""
        self._search, self._tasks = search, tasks

    def set_fixed(self, fixed: bool) -> None:
        """An appointment keeps its patient: no button to change them."""
        self.change_button.setVisible(not fixed)

    def value(self) -> PatientChoice | None:
        """Who was chosen."""
        return self._chosen

    def set_value(self, patient: PatientChoice | None) -> None:
        """Show somebody as chosen, or the search."""
        self._chosen = patient
        self._found = ()
        self.search_box.clear()
        self._show()
        self.changed.emit()

    def clear(self) -> None:
        """Choose somebody else."""
        self.set_value(None)
        self.search_box.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name_label)
        words.addWidget(self.detail_label)
        row = QHBoxLayout(self._card)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(words, 1)
        row.addWidget(self.change_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        for part in (self._card, self.search_box, self.hint_label, self.results):
            column.addWidget(part)
        self._set_lengths()

    def _set_lengths(self) -> None:
        self.results.setFixedHeight(self.results.wanted_height(px(4), px(200)))
        self.search_box.setMinimumHeight(px(32))

    def _show(self) -> None:
        chosen = self._chosen
        self._card.setVisible(chosen is not None)
        self.search_box.setVisible(chosen is None)
        self.results.setVisible(chosen is None and bool(self._found))
        self.hint_label.setVisible(False)
        if chosen is not None:
            self.name_label.setText(chosen.name)
            self.detail_label.setText(chosen.detail)
            self.detail_label.setVisible(bool(chosen.detail))

    def _searched(self, text: str) -> None:
        self._take_first = False
        if self._search is None or self._tasks is None or len(text) < FEWEST:
            self._took(())
            return
        search = self._search
        self._tasks.run(lambda: search(text), self._took, latest="patients")

    def _took(self, found: Sequence[PatientChoice]) -> None:
        self._found = tuple(found)
        self.results.show_patients(self._found)
        self._set_lengths()
        self._show()
        nobody = not found and len(self.search_box.text().strip()) >= FEWEST
        self.hint_label.setText("No patient is found by this.")
        self.hint_label.setVisible(nobody and self._chosen is None)
        if self._take_first and len(found) == 1:
            self._pick(0)

    def _submitted(self, _text: str) -> None:
        """Enter takes the only one found; of several, the person chooses with the arrows."""
        if len(self._found) == 1:
            self._pick(0)
        elif self._found:
            self._go_down()
        else:
            self._take_first = True

    def _go_down(self) -> None:
        if self._found:
            self.results.setFocus(Qt.FocusReason.TabFocusReason)
            self.results.setCurrentRow(max(self.results.currentRow(), 0))

    def _pick(self, row: int) -> None:
        self.set_value(self._found[row])
        self.change_button.setFocus(Qt.FocusReason.TabFocusReason)
        self.focusNextChild()
        self.picked.emit()


class _Results(QListWidget):
    picked = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Patients found")
        self.setWordWrap(True)
        self.itemClicked.connect(lambda item: self.picked.emit(self.row(item)))

    def show_patients(self, found: Sequence[PatientChoice]) -> None:
        self.clear()
        for one in found:
            self.addItem(QListWidgetItem(f"{one.name}\n{one.detail}" if one.detail else one.name))

    def wanted_height(self, edge: int, highest: int) -> int:
        """Room for all rows, up to `highest` pixels."""
        rows = sum(self.sizeHintForRow(row) for row in range(self.count()))
        return min(rows + 2 * edge, highest)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.picked.emit(self.currentRow())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.currentRow() < 0 and self.count():
            self.setCurrentRow(0)
