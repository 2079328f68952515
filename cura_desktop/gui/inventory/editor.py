"""The form that describes a stock item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QSizePolicy, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import StaleRecordError
from cura_desktop.domain.inventory import MOST_UNITS, UNITS, Category, ItemDraft, ItemRecord
from cura_desktop.domain.vat import VatCategory
from cura_desktop.gui.forms.inventory.ui_editor import Ui_Editor
from cura_desktop.gui.inventory.editor_presenter import EditorPresenter
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.diff_merge_dialog import DiffMergeDialog, FieldDifference
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.money_edit import MoneyEdit
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService

MAY_NOT_CHANGE = "Your role may not change the stock."
WIDEST = 860


class ItemEditor(QWidget):
    """`saved` carries the item's id; `cancelled` comes when the person goes back."""

    saved = Signal(int)
    cancelled = Signal()

    def __init__(
        self, service: InventoryService, caller: Caller, item_id: int | None = None, tasks: Tasks | None = None
    ) -> None:
        super().__init__()
        self._item_id = item_id
        self._ui = Ui_Editor()
        self._ui.setupUi(self)
        self._fields: dict[str, Any] = {one.name: _widget(self._ui, one.name) for one in fields(ItemDraft)}
        self._problems = FormProblems(self._fields)
        self._dialog: DiffMergeDialog | None = None
        self._categories: dict[int, str] = {}
        self._presenter = EditorPresenter(self, service, tasks or QtTasks(self), item_id)
        self._dress(caller.may("create" if item_id is None else "edit", "inventory"))
        self.show_draft(ItemDraft())
        self._presenter.load()

    def has_unsaved_work(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.draft() != self._baseline or bool(self.unreadable())

    # ------------------------------------------------------------------ what the presenter says

    def draft(self) -> ItemDraft:
        return ItemDraft(**{name: _value(name, widget) for name, widget in self._fields.items()})

    def unreadable(self) -> Mapping[str, str]:
        return self._problems.typed()

    def show_categories(self, categories: Sequence[Category]) -> None:
        self._categories = {one.id: one.name for one in categories}
        self._fields["category_id"].set_choices(self._categories.items(), "Choose…")
        self._baseline = self.draft()

    def show_draft(self, draft: ItemDraft) -> None:
        for name, widget in self._fields.items():
            _put(widget, getattr(draft, name))
        self._ui.heading_label.setText(draft.name or "New stock item")
        if self._dialog is None:
            self._baseline = self.draft()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        rest = self._problems.show(problems)
        count = len(problems)
        summary = "" if not count else "1 field needs a look." if count == 1 else f"{count} fields need a look."
        self._ui.state_label.setText(" ".join([summary, *rest.values()]).strip())
        first = next((name for name in self._fields if name in problems), None)
        if first is not None:
            self._ui.scroll.ensureWidgetVisible(self._fields[first], px(24), px(80))

    def show_busy(self, busy: bool) -> None:
        self._ui.save_button.setEnabled(not busy)
        self._ui.scroll.setEnabled(not busy)
        self._ui.state_label.setText("Saving…" if busy else "")

    def show_merge(self, current: ItemRecord, conflicts: Sequence[str], mine: ItemDraft) -> None:
        differences = [
            FieldDifference(name, self._title(name), self._words(name, current.details), self._words(name, mine))
            for name in conflicts
        ]
        sentence = "Somebody else saved this item. Choose what to keep; other changes are put together."
        self._dialog = DiffMergeDialog(sentence, differences, self)
        self._dialog.merged.connect(lambda keeps: self._presenter.resolve(current, keeps))
        self._dialog.finished.connect(lambda _: setattr(self, "_dialog", None))
        self._dialog.open()

    def offer_merge(self, error: StaleRecordError) -> None:
        """What `messages.report` calls for an editor."""
        if isinstance(error.current, ItemRecord):
            self.show_merge(error.current, error.conflicts, self.draft())

    def show_saved(self, item_id: int, name: str) -> None:
        self._baseline = self.draft()
        messages_for(self).toast(f"{name} is saved.", "success")
        self.saved.emit(item_id)

    def show_failure(self, error: Exception) -> None:
        self._ui.state_label.setText("Not saved. What you typed is kept.")
        messages_for(self).report(error, self)

    # ------------------------------------------------------------------ inside

    def _dress(self, may: bool) -> None:
        ui = self._ui
        self._fields["category_id"].set_choices([], "Choose…")
        self._fields["unit"].set_choices(UNITS.items())
        self._fields["vat_category"].set_choices([(one, one.label) for one in VatCategory])
        for name in ("minimum", "reorder_point", "maximum"):
            self._fields[name].set_bounds(Decimal(0), Decimal(MOST_UNITS))
        self._fields["pack_size"].set_bounds(Decimal(1), Decimal(MOST_UNITS))
        ui.save_button.setToolTip("Ctrl+S")
        set_allowed(ui.save_button, may, MAY_NOT_CHANGE)
        ui.save_button.clicked.connect(self._presenter.save)
        ui.cancel_button.clicked.connect(self._cancel)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Ctrl+S"), self, self._presenter.save, context=within)
        QShortcut(QKeySequence("Escape"), self, self._cancel, context=within)
        self.setFocusProxy(self._fields["name"])
        ui.page_row.setStretch(0, 100)
        ui.page_row.addStretch(1)
        ui.foot_row.setStretch(0, 1)
        for label in ui.form.findChildren(QLabel):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, label.sizePolicy().verticalPolicy())
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _cancel(self) -> None:
        if not self.has_unsaved_work():
            self.cancelled.emit()
            return
        messages_for(self).ask(
            "Throw away what you typed?", "Nothing of it has been saved.", "&Throw away", self._throw_away, danger=True
        )

    def _throw_away(self) -> None:
        self._baseline = self.draft()
        self.cancelled.emit()

    def _title(self, name: str) -> str:
        label = getattr(self._ui, f"{name}_label", None)
        words = label.text() if isinstance(label, QLabel) else self._fields[name].text()
        return str(words).replace("&", "")

    def _words(self, name: str, draft: ItemDraft) -> str:
        value = getattr(draft, name)
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if name == "category_id":
            return self._categories.get(value, "")
        return value.label if isinstance(value, VatCategory) else "" if value is None else str(value)

    def _set_lengths(self) -> None:
        ui = self._ui
        ui.form.setMaximumWidth(px(WIDEST))
        ui.head_column.setContentsMargins(px(24), px(12), px(24), px(8))
        ui.page_row.setContentsMargins(px(24), px(4), px(24), px(24))
        ui.foot_row.setContentsMargins(px(24), px(8), px(24), px(8))
        for widget in self._fields.values():
            widget.setMinimumWidth(px(48))
        grids: tuple[QGridLayout, ...] = (ui.identity_grid, ui.money_grid, ui.levels_grid)
        for grid in grids:
            grid.setContentsMargins(px(16), px(10), px(16), px(14))
            grid.setHorizontalSpacing(px(12))
            grid.setVerticalSpacing(px(8))
            for column in range(12):
                grid.setColumnStretch(column, 1)


def _widget(ui: Ui_Editor, name: str) -> Any:
    for suffix in ("edit", "box", "check"):
        found = getattr(ui, f"{name}_{suffix}", None)
        if found is not None:
            return found
    raise LookupError(name)


def _put(widget: Any, value: Any) -> None:
    if isinstance(widget, QCheckBox):
        widget.setChecked(value)
    elif isinstance(widget, QuantityEdit):
        widget.set_value(None if value is None else Decimal(value))
    elif isinstance(widget, ChoiceBox | MoneyEdit):
        widget.set_value(value)
    else:
        widget.setText(value)
        widget.setCursorPosition(0)


def _value(name: str, widget: Any) -> Any:
    if isinstance(widget, QCheckBox):
        return widget.isChecked()
    if isinstance(widget, QuantityEdit):
        number = widget.value()
        return None if number is None else int(number)
    if isinstance(widget, ChoiceBox):
        value = widget.value()
        return "pieces" if value is None and name == "unit" else value
    return widget.value() if isinstance(widget, MoneyEdit) else widget.text()
