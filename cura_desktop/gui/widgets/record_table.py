"""The table people live in (design/look.md "Tables")."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from cura_desktop.gui.shell.scaling import px, row_height
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_delegate import RecordDelegate
from cura_desktop.gui.widgets.record_model import RecordModel

NARROWEST = 40


class RecordTable(QTableView):
    """A list of frozen records. Arrows move, Enter or a double click opens, typing goes out as `typed` (to a search
    box), Ctrl+C copies the selection as tab-separated text with titles, the menu key opens the actions of the row.

    `set_up` once, then `show_loading`, `show_records` or `show_failure` as things go. A reload keeps the current row
    where its record is still there, as `set_identity` tells.
    """

    opened = Signal(object)
    current_changed = Signal(object)
    typed = Signal(str)
    empty_action_chosen = Signal()
    layout_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._identity: Callable[[Any], object] = lambda record: getattr(record, "id", record)
        self._sentence, self._action_text, self._icon_name = "Nothing here yet.", "", "inbox"
        self._menu_actions: list[QAction] = []
        self._told: Any = None
        self._restoring = False
        self._empty = EmptyState(self._sentence, parent=self.viewport())
        self._empty.action_chosen.connect(self.empty_action_chosen)
        self._empty.hide()
        self._use([])
        self._behave()
        theme().changed.connect(self._set_lengths)
        theme().density_changed.connect(self._set_lengths)

    def set_up(
        self,
        columns: Sequence[Column[Any]],
        *,
        name: str,
        empty: str,
        empty_action: str = "",
        empty_icon: str = "inbox",
        sort_by: str = "",
    ) -> None:
        """`name` is what the table is called aloud; `sort_by` a column's key, with a leading `-` for descending."""
        self.setAccessibleName(name)
        self._sentence, self._action_text, self._icon_name = empty, empty_action, empty_icon
        self._empty.set_text(empty, empty_action, empty_icon)
        self._use(columns)
        self._restoring = True
        for section, column in enumerate(columns):
            self.setColumnWidth(section, px(column.width))
        self._sort_by(sort_by)
        self._restoring = False

    def set_identity(self, identity: Callable[[Any], object]) -> None:
        """How a record is recognised after a reload; its `id` unless said otherwise."""
        self._identity = identity

    def set_empty(self, sentence: str, action: str = "") -> None:
        """Say something else when there are no records: another filter, or a search that found nothing."""
        self._sentence, self._action_text = sentence, action

    # ------------------------------------------------------------------ content

    def show_records(self, records: Sequence[Any]) -> None:
        """Show these, keeping the current row and the scroll position where possible."""
        chosen = self.current()
        kept = self._identity(chosen) if chosen is not None else None
        scrolled = self.verticalScrollBar().value()
        self._show_bars(bool(records))
        self._model.show_records(records)
        self._empty.set_text(self._sentence, self._action_text, self._icon_name)
        self._show_empty(not records)
        if kept is None or not self.select(lambda record: self._identity(record) == kept):
            self._tell_current()
        if scrolled:
            self.doItemsLayout()  # until then there is nothing to scroll, and the value would be lost
            self.verticalScrollBar().setValue(scrolled)

    def show_loading(self) -> None:
        """Skeleton rows: the first load of this table, or another subject. A mere reload keeps the old rows instead."""
        self._show_bars(False)
        self._show_empty(False)
        self._model.show_loading()
        self._tell_current()

    def show_failure(self, sentence: str, action: str = "&Try again") -> None:
        """Say that the rows could not be had; the action is `empty_action_chosen`."""
        self._show_bars(False)
        self._model.show_records([])
        self._empty.set_text(sentence, action, "circle-alert")
        self._show_empty(True)
        self._tell_current()

    def records(self) -> list[Any]:
        """The records in the order shown."""
        return list(self._model.records)

    def current(self) -> Any | None:
        """The record the keyboard is on."""
        return self._model.record(self.currentIndex())

    def selected(self) -> list[Any]:
        """The selected records, from the top."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self._model.records[row] for row in rows if row < len(self._model.records)]

    def select(self, wanted: Callable[[Any], bool]) -> bool:
        """Make the first record that fits the current one; whether there was one."""
        for row, record in enumerate(self._model.records):
            if wanted(record):
                self.selectRow(row)
                self.scrollTo(self._model.index(row, 0))
                return True
        return False

    def select_first(self) -> None:
        """Put the keyboard on the first row, as when coming down from a search box."""
        if self._model.records:
            self.selectRow(0)
            self.setFocus(Qt.FocusReason.TabFocusReason)

    def set_context_actions(self, actions: Sequence[QAction]) -> None:
        """What the menu of a row offers."""
        self._menu_actions = list(actions)

    # ------------------------------------------------------------------ remembered layout

    def layout_state(self) -> str:
        """Widths, order of columns and sorting, as text to keep per person."""
        header = self.horizontalHeader()
        names = [column.name for column in self._model.columns]
        widths = {name: round(header.sectionSize(at) * 100 / theme().text_size) for at, name in enumerate(names)}
        places = {name: header.visualIndex(at) for at, name in enumerate(names)}
        by = self._model.sorted_by
        sort = "" if by is None else ("-" if by[1] == Qt.SortOrder.DescendingOrder else "") + names[by[0]]
        return json.dumps({"widths": widths, "places": places, "sort": sort}, sort_keys=True)

    def restore_layout(self, state: str) -> None:
        """Take up a kept layout; what it says about columns that no longer exist, or a damaged text, is passed over."""
        try:
            kept = json.loads(state)
            widths, places, sort = dict(kept["widths"]), dict(kept["places"]), str(kept["sort"])
        except (ValueError, KeyError, TypeError):
            return
        self._restoring = True
        header = self.horizontalHeader()
        sections = {column.name: section for section, column in enumerate(self._model.columns)}
        for name, section in sections.items():
            if isinstance(width := widths.get(name), int):
                header.resizeSection(section, px(max(width, NARROWEST)))
        known = [name for name in sections if isinstance(places.get(name), int)]
        for place, name in enumerate(sorted(known, key=lambda name: places[name])):
            header.moveSection(header.visualIndex(sections[name]), place)
        self._sort_by(sort)
        self._restoring = False

    # ------------------------------------------------------------------ set-up

    def _use(self, columns: Sequence[Column[Any]]) -> None:
        self._model: RecordModel[Any] = RecordModel(columns)
        self._model.setParent(self)
        self._delegate = RecordDelegate(self._model)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.selectionModel().currentRowChanged.connect(lambda *_: self._tell_current())

    def _behave(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setStretchLastSection(True)
        header.setSortIndicatorClearable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setAccessibleName("Column titles")
        header.sortIndicatorChanged.connect(self._sort)
        header.sectionResized.connect(self._note_layout)
        header.sectionMoved.connect(self._note_layout)
        header.setSectionsClickable(True)
        self.doubleClicked.connect(self._open)
        self._set_lengths()

    def _set_lengths(self) -> None:
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(16)  # the style's own is taller than a compact row
        self.verticalHeader().setDefaultSectionSize(row_height(theme().density))
        self.horizontalHeader().setMinimumSectionSize(px(NARROWEST))
        self._rescale_columns()
        self._place_empty()
        self.viewport().update()

    def _rescale_columns(self) -> None:
        scale, self._scale = theme().text_size, getattr(self, "_scale", theme().text_size)
        if scale != self._scale:
            self._restoring = True
            for section in range(self._model.columnCount()):
                self.setColumnWidth(section, round(self.columnWidth(section) * scale / self._scale))
            self._restoring = False
        self._scale = scale

    def _sort_by(self, name: str) -> None:
        order = Qt.SortOrder.DescendingOrder if name.startswith("-") else Qt.SortOrder.AscendingOrder
        names = [column.name for column in self._model.columns]
        wanted = name.removeprefix("-")
        self.horizontalHeader().setSortIndicator(names.index(wanted) if wanted in names else -1, order)

    def _sort(self, section: int, order: Qt.SortOrder) -> None:
        self._model.sort(section, order)
        self._note_layout()

    def _note_layout(self, *_: object) -> None:
        if not self._restoring:
            self.layout_changed.emit()

    # ------------------------------------------------------------------ behaviour

    def _open(self, index: QModelIndex) -> None:
        record = self._model.record(index)
        if record is not None:
            self.opened.emit(record)

    def _tell_current(self) -> None:
        self._delegate.current_row = self.currentIndex().row()
        self.viewport().update()
        record = self.current()
        if record is not self._told:
            self._told = record
            self.current_changed.emit(record)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.key() == Qt.Key.Key_Menu:
            self._open_menu(self.visualRect(self.currentIndex()).bottomLeft())
        elif _is_typing(event):
            self.typed.emit(event.text())
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._model.records:
            self.selectRow(0 if event.key() == Qt.Key.Key_Home else len(self._model.records) - 1)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Typing belongs to the search box."""

    def copy(self) -> None:
        """The selected rows, with titles, as tab-separated text in the order of the columns on screen."""
        header = self.horizontalHeader()
        sections = [header.logicalIndex(place) for place in range(header.count())]
        columns = [self._model.columns[section] for section in sections]
        lines = ["\t".join(column.title for column in columns)]
        lines += ["\t".join(_cell(column.text(record)) for column in columns) for record in self.selected()]
        if len(lines) > 1:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def contextMenuEvent(self, event: Any) -> None:
        self._open_menu(event.pos())

    def _open_menu(self, at: QPoint) -> None:
        if self.current() is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._menu_actions)
        if self._menu_actions:
            menu.addSeparator()
        copying = menu.addAction("&Copy", self.copy)
        copying.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        menu.popup(self.viewport().mapToGlobal(at))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.indexAt(event.position().toPoint()).row())
        super().mouseMoveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered_row:
            self._delegate.hovered_row = row
            self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._delegate.has_focus = True
        if self._model.records and not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.index(max(self.rowAt(0), 0), 0))  # the first that is in view
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._delegate.has_focus = False
        super().focusOutEvent(event)
        self.viewport().update()

    def _show_empty(self, shown: bool) -> None:
        self._empty.setVisible(shown)
        self.horizontalHeader().setEnabled(not shown)
        self._place_empty()

    def _show_bars(self, shown: bool) -> None:
        """Nothing to scroll, no bars: they would promise more than there is."""
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if shown else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        self.setHorizontalScrollBarPolicy(policy)

    def _place_empty(self) -> None:
        self._empty.setGeometry(self.viewport().rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_empty()


def _is_typing(event: QKeyEvent) -> bool:
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return bool(event.text()) and event.text().isprintable() and event.text() != " " and not held


def _cell(text: str) -> str:
    return " ".join(text.split())
