"""A list of records as lines of two or three rows, painted, that the keyboard and a search box above it can drive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import QListView, QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme, tokens

Index = QModelIndex | QPersistentModelIndex
RECORD = int(Qt.ItemDataRole.UserRole)
_ROOT = QModelIndex()
_SKELETONS = 6


class Numbered(Protocol):
    """What a record must have, so that the current line is found again."""

    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=Numbered)


class LineModel(QAbstractListModel, Generic[T]):
    """The records shown; while `loading`, a few empty lines that cannot be chosen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.records: list[T] = []
        self.loading = False

    def show(self, records: Sequence[T], *, loading: bool = False) -> None:
        """Replace everything."""
        self.beginResetModel()
        self.records, self.loading = list(records), loading
        self.endResetModel()

    def words(self, record: T) -> str:
        """The text of a line."""
        raise NotImplementedError

    def sentence(self, record: T) -> str | None:
        """What is spoken, and shown under the mouse, instead of the text."""
        return None

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else _SKELETONS if self.loading else len(self.records)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.NoItemFlags if self.loading else super().flags(index)

    def data(self, index: Index, role: int = 0) -> Any:
        if self.loading or not index.isValid() or index.row() >= len(self.records):
            return None
        record = self.records[index.row()]
        if role == RECORD:
            return record
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(record)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self.sentence(record)
        return None


class LineDelegate(QStyledItemDelegate, Generic[T]):
    """Ground, dividing line, focus and skeleton; what stands on a line is painted by `paint_record`."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def paint_record(self, painter: QPainter, area: QRect, record: T) -> None:
        """Paint one record into `area`; pen and font need not be put back."""
        raise NotImplementedError

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        record, area, now = index.data(RECORD), QRect(option.rect), tokens()
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        ground = now.accent_soft if selected else now.hover if hovered and record else now.surface
        painter.fillRect(area, QColor(ground))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, QColor(now.line))
        if selected and self._view.hasFocus():
            left = area.right() - px(3) + 1 if self._view.isRightToLeft() else area.left()
            painter.fillRect(left, area.top(), px(3), area.height(), QColor(now.focus))
        if record is None:
            _paint_skeleton(painter, area, index.row())
        else:
            self.paint_record(painter, area, record)
        painter.restore()


class LineList(QListView, Generic[T]):
    """Enter or a double click opens; Up on the first line leaves upwards; typing goes back to the search box."""

    opened = Signal(object)
    left_up = Signal()
    typed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._menu_actions: list[QAction] = []
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setProperty("flush", True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        theme().changed.connect(self.doItemsLayout)

    def set_lines(self, model: LineModel[T], delegate: LineDelegate[T]) -> None:
        """What is shown and how; to be called once."""
        self._lines = model
        self.setModel(model)
        self.setItemDelegate(delegate)

    def copied(self, record: T) -> Sequence[str]:
        """The parts of a line as they are copied, with tabs between them."""
        raise NotImplementedError

    def show_records(self, records: Sequence[T]) -> None:
        """Show these; the current line stays on its record where that is still there."""
        kept = self.current()
        self._lines.show(records)
        rows = [row for row, one in enumerate(records) if kept is not None and one.id == kept.id]
        if rows:
            self.setCurrentIndex(self._lines.index(rows[0], 0))

    def records(self) -> list[T]:
        """What is shown."""
        return list(self._lines.records)

    def current(self) -> T | None:
        """The line the keyboard is on."""
        record: T | None = self.currentIndex().data(RECORD)
        return record

    def select_first(self) -> None:
        """Come down from the search box."""
        if self._lines.records:
            self.setCurrentIndex(self._lines.index(0, 0))
            self.setFocus(Qt.FocusReason.TabFocusReason)

    def set_context_actions(self, actions: Sequence[QAction]) -> None:
        """What the menu of a line offers."""
        self._menu_actions = list(actions)

    def copy(self) -> None:
        """The current line as tab-separated text."""
        record = self.current()
        if record is not None:
            QGuiApplication.clipboard().setText("\t".join(self.copied(record)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        elif event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_up.emit()
        elif event.key() == Qt.Key.Key_Menu:
            self._open_menu(self.visualRect(self.currentIndex()).center())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif _is_typing(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self._open()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._open_menu(event.pos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _open(self) -> None:
        record = self.current()
        if record is not None:
            self.opened.emit(record)

    def _open_menu(self, at: QPoint) -> None:
        if self.current() is None or not self._menu_actions:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._menu_actions)
        menu.popup(self.viewport().mapToGlobal(at))


def _paint_skeleton(painter: QPainter, area: QRect, row: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens().surface_sunken))
    for line, share in enumerate((0.55, 0.8 - row % 3 * 0.1)):
        width = round((area.width() - px(24)) * share)
        painter.drawRoundedRect(area.left() + px(12), area.top() + px(12) + line * px(20), width, px(9), 4, 4)


def _is_typing(event: QKeyEvent) -> bool:
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return bool(event.text()) and event.text().isprintable() and event.text() != " " and not held
