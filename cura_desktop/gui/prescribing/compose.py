"""The prescription in hand: search, dose, lines, check, issue. It draws and asks; it calls no service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from cura_desktop.domain.checking import CheckReport
from cura_desktop.domain.prescriptions import (
    PRIORITIES,
    Medicine,
    PrescriptionDraft,
    PrescriptionLine,
    line_of,
)
from cura_desktop.gui.prescribing.check_strip import CheckStrip
from cura_desktop.gui.prescribing.line_editor import LineEditor
from cura_desktop.gui.prescribing.no_formulary import NoFormulary
from cura_desktop.gui.prescribing.wording import line_columns, medicine_columns
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, QuietButton, set_allowed
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.flow_layout import FlowLayout
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.search_box import SearchBox


class Compose(QWidget):
    """`lines_changed` after every change of the lines; the wishes when their buttons are pressed.

    `composing_changed` whenever more or less room may be wanted.
    """

    searched = Signal(str)
    lines_changed = Signal()
    composing_changed = Signal()
    issue_wanted = Signal()
    preview_wanted = Signal()
    keep_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[PrescriptionLine] = []
        self._edited: int | None = None
        self._wanted = ""
        self.search_box = SearchBox(self, "Add a medicine: name, strength or form", "Alt+M")
        self.favourites_button = QuietButton("Favou&rites…", "star")
        self.favourites_button.setToolTip("Favourites and protocols (Alt+R)")
        self.counts_button = QuietButton("Checks so far…", "list")
        self.counts_button.setToolTip("Which warnings fire, and how often they are overridden")
        self.found_table = RecordTable()
        self.found_table.set_up(
            medicine_columns(),
            name="Medicines found",
            empty="No medicine of the clinic's list fits. Check the spelling.",
        )
        self.no_formulary = NoFormulary()
        self.unlisted_button = QuietButton("Prescribe as &typed (cannot be checked)", "triangle-alert")
        self.editor = LineEditor()
        self.editor_card = QFrame(self)
        self.editor_card.setProperty("ground", "card")
        QVBoxLayout(self.editor_card).addWidget(self.editor)
        self.table = RecordTable()
        self.table.set_up(
            line_columns(),
            name="On this prescription",
            empty="Search for a medicine above to begin.",
            empty_icon="pill",
        )
        self.table.set_identity(id)
        self.words_label = text_label("", "strong", wrap=True)
        self.edit_button = QuietButton("Change l&ine", "pencil")
        self.remove_button = QuietButton("Remo&ve line", "trash-2")
        self.strip = CheckStrip()
        self.diagnosis_edit = QLineEdit()
        self.diagnosis_edit.setMaxLength(1_000)
        self.priority_box: ChoiceBox[str] = ChoiceBox(None, list(PRIORITIES.items()))
        self.send_box = QCheckBox("Send to the p&harmacy")
        self.send_box.setChecked(True)
        self.problem_label = text_label("", "problem", wrap=True)
        self.issue_button = PrimaryButton("Iss&ue for signature in ink", "signature")
        self.issue_button.setToolTip("Issue the prescription (Ctrl+Return). The paper is then signed in ink.")
        self.preview_button = PlainButton("Previe&w", "eye")
        self.keep_button = PlainButton("&Keep as draft", "save")
        self._build()
        self._connect()
        self.clear()

    # ------------------------------------------------------------------ what is in hand

    def draft(self) -> PrescriptionDraft:
        """What is written."""
        return PrescriptionDraft(
            tuple(self._lines), self.diagnosis_edit.text().strip(), self.priority_box.value() or "routine"
        )

    def lines(self) -> tuple[PrescriptionLine, ...]:
        """The lines as they stand."""
        return tuple(self._lines)

    @property
    def is_empty(self) -> bool:
        """Nothing was begun."""
        return not self._lines and self.editor_card.isHidden()

    @property
    def is_composing(self) -> bool:
        """Something is looked for or written."""
        return bool(self._wanted) or not self.is_empty

    def clear(self) -> None:
        """A new, empty prescription."""
        self._lines, self._edited = [], None
        self.diagnosis_edit.clear()
        self.priority_box.set_value("routine")
        self.strip.forget()
        self.search_box.clear()
        self._hide_found()
        self.editor_card.hide()
        self._show_lines()

    def show_draft(self, draft: PrescriptionDraft) -> None:
        """Go on with a stored draft."""
        self.clear()
        self._lines = list(draft.lines)
        self.diagnosis_edit.setText(draft.diagnosis)
        self.priority_box.set_value(draft.priority)
        self._show_lines()
        self.lines_changed.emit()

    def edit_new(self, line: PrescriptionLine, usual_dose: str = "") -> None:
        """Ask for the dose of a medicine."""
        self._edited = None
        self._hide_found()
        self.editor_card.show()
        self.editor.edit(line, usual_dose)
        self.composing_changed.emit()

    def add_again(self, lines: Sequence[PrescriptionLine]) -> None:
        """Current medicines on the prescription as they were."""
        self._lines += lines
        self._show_lines()
        self.lines_changed.emit()

    # ------------------------------------------------------------------ what is told

    def show_medicines(self, found: Sequence[Medicine]) -> None:
        """The answer to a search."""
        if not self._wanted:
            return
        self.no_formulary.hide()
        self.found_table.show_records(list(found))
        self.found_table.show()
        self.unlisted_button.setVisible(not found)
        self._fit_found(len(found))
        self.found_table.select_first()
        self.composing_changed.emit()

    def show_no_formulary(self) -> None:
        """There is no list to search in."""
        if self._wanted:
            self.found_table.hide()
            self.no_formulary.show()
            self.unlisted_button.show()
            self.composing_changed.emit()

    def search_again(self) -> None:
        """The list has changed: answer what is typed once more."""
        if self._wanted:
            self.searched.emit(self._wanted)

    def show_report(self, report: CheckReport, warnings: tuple[str, ...]) -> None:
        """The answer to a check."""
        if self._lines:
            self.strip.show_report(report, warnings)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside the findings, the others above the buttons."""
        rest = self.strip.show_problems(dict(problems))
        self.problem_label.setText(" ".join(dict.fromkeys(rest.values())))
        self.problem_label.setVisible(bool(rest))

    def show_busy(self, busy: bool) -> None:
        """Nothing is pressed twice."""
        for button in (self.issue_button, self.keep_button, self.preview_button):
            button.setEnabled(not busy)
        if not busy:
            self._allow()

    def allow_issue(self, allowed: bool, reason: str) -> None:
        """For a role that writes no prescriptions."""
        for widget in (self.issue_button, self.keep_button, self.search_box, self.favourites_button):
            set_allowed(widget, allowed, reason)

    # ------------------------------------------------------------------ keys and clicks

    def _search(self, text: str) -> None:
        self._wanted = text
        if text:
            self.searched.emit(text)
        else:
            self._hide_found()

    def _pick(self, medicine: Medicine) -> None:
        self.edit_new(line_of(medicine), medicine.usual_dose)

    def _pick_first(self, _text: str) -> None:
        found = self.found_table.current()
        if not self.found_table.isHidden() and found is not None:
            self._pick(found)

    def _pick_unlisted(self) -> None:
        self.edit_new(PrescriptionLine(self._wanted, quantity_unit="pack"))

    def _down(self) -> None:
        if not self.found_table.isHidden():
            self.found_table.setFocus(Qt.FocusReason.TabFocusReason)

    def _keep_line(self, line: PrescriptionLine) -> None:
        if self._edited is None:
            self._lines.append(line)
        else:
            self._lines[self._edited] = line
        self._leave_editor()
        self._show_lines()
        self.lines_changed.emit()

    def _leave_editor(self) -> None:
        self._edited = None
        self.editor_card.hide()
        self.search_box.clear()
        self.search_box.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edit_line(self, line: PrescriptionLine | None) -> None:
        place = self._place(line)
        if place is not None:
            self._hide_found()
            self.editor_card.show()
            self.editor.edit(self._lines[place], again=True)
            self._edited = place

    def _remove_line(self) -> None:
        place = self._place(self.table.current())
        if place is not None:
            del self._lines[place]
            self._leave_editor()
            self._show_lines()
            self.lines_changed.emit()

    def _place(self, line: PrescriptionLine | None) -> int | None:
        return next((number for number, one in enumerate(self._lines) if one is line), None)

    def _show_lines(self) -> None:
        self._lines = [replace(line) for line in self._lines]  # the same medicine twice is still two lines
        self.table.show_records(list(self._lines))
        self.table.setVisible(bool(self._lines))
        self._fit_lines()
        # In full and wrapped: a table cuts what does not fit, and a dose must never be cut (domain-rules A4).
        self.words_label.setText("\n".join(f"{line.title}: {line.directions}" for line in self._lines))
        self.words_label.setVisible(bool(self._lines))
        self.problem_label.hide()
        if not self._lines:
            self.strip.show_nothing()
        self._allow()
        self.composing_changed.emit()

    def _allow(self) -> None:
        for button in (self.issue_button, self.keep_button, self.preview_button):
            set_allowed(button, bool(self._lines), "" if self._lines else "Add a medicine first.")
        for button in (self.edit_button, self.remove_button):
            button.setVisible(bool(self._lines))

    def _hide_found(self) -> None:
        self._wanted = ""
        self.found_table.hide()
        self.no_formulary.hide()
        self.unlisted_button.hide()
        self.composing_changed.emit()

    def _fit_lines(self) -> None:
        rows = max(1, min(len(self._lines), 8))
        self.table.setFixedHeight(px(34) + px(30) * rows + px(20))

    def _fit_found(self, count: int) -> None:
        self.found_table.setFixedHeight(px(34) + px(30) * max(2, min(count, 7)) + px(4))

    # ------------------------------------------------------------------ layout

    def _build(self) -> None:
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        line_buttons = QHBoxLayout()
        line_buttons.addWidget(self.edit_button)
        line_buttons.addWidget(self.remove_button)
        line_buttons.addStretch(1)
        diagnosis_label = text_label("Dia&gnosis (optional)", "field")
        diagnosis_label.setBuddy(self.diagnosis_edit)
        priority_label = text_label("Priorit&y", "field")
        priority_label.setBuddy(self.priority_box)
        found = (self.found_table, self.no_formulary, self.unlisted_button)
        first = QHBoxLayout()
        first.addWidget(self.search_box, 1)
        first.addWidget(self.favourites_button)
        first.addWidget(self.counts_button)
        self._column.addLayout(first)
        for widget in (*found, self.editor_card, self.table):
            self._column.addWidget(widget)
        self._column.addWidget(self.words_label)
        self._column.addLayout(line_buttons)
        self._column.addWidget(self.strip)
        self._column.addWidget(diagnosis_label)
        self._column.addWidget(self.diagnosis_edit)
        last = QHBoxLayout()
        last.addWidget(priority_label)
        last.addWidget(self.priority_box)
        last.addSpacing(px(16))
        last.addWidget(self.send_box)
        last.addStretch(1)
        self._column.addLayout(last)
        self._column.addWidget(self.problem_label)
        buttons = FlowLayout()
        for button in (self.issue_button, self.preview_button, self.keep_button):
            buttons.addWidget(button)
        self._column.addLayout(buttons)
        self._column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.setFocusProxy(self.search_box)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _connect(self) -> None:
        self.search_box.searched.connect(self._search)
        self.search_box.submitted.connect(self._pick_first)
        self.search_box.left_down.connect(self._down)
        self.found_table.opened.connect(self._pick)
        self.found_table.typed.connect(self._typed_in_table)
        self.unlisted_button.clicked.connect(self._pick_unlisted)
        self.editor.kept.connect(self._keep_line)
        self.editor.left_out.connect(self._leave_editor)
        self.table.opened.connect(self._edit_line)
        self.edit_button.clicked.connect(lambda: self._edit_line(self.table.current() or next(iter(self._lines), None)))
        self.remove_button.clicked.connect(self._remove_line)
        self.issue_button.clicked.connect(self.issue_wanted)
        self.preview_button.clicked.connect(self.preview_wanted)
        self.keep_button.clicked.connect(self.keep_wanted)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(
                QKeySequence(keys), self, self._issue_by_key, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
            )
            shortcut.setAutoRepeat(False)  # a key held down must not keep the line and issue at once

    def _issue_by_key(self) -> None:
        if self.editor_card.isHidden():
            self.issue_button.click()
        else:
            self.editor.keep()

    def _typed_in_table(self, text: str) -> None:
        self.search_box.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search_box.insert(text)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(12), px(12), px(12), px(12))
        self._column.setSpacing(px(8))
        self._fit_lines()
