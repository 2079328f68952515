"""Stock as lines that are scanned in a second: name and state, then how much, code and next expiry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import QListView, QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cura_desktop.domain.dates import format_date
from cura_desktop.domain.inventory import StockItem
from cura_desktop.gui.inventory.look import state_pill, stock_text, unusable_text
from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme, tokens
from cura_desktop.gui.widgets.pill import draw_pill, pill_size

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_RECORD = int(Qt.ItemDataRole.UserRole)
_SKELETONS = 6
_LINE = 18


def detail_text(item: StockItem) -> str:
    """The second part of a line: what is unusable, the code, the next expiry of usable stock."""
    expiry = f"expires {format_date(item.next_expiry)}" if item.next_expiry else ""
    return "  ·  ".join(part for part in (unusable_text(item), item.sku, expiry) if part)


class _Stock(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.records: list[StockItem] = []
        self.loading = False

    def show(self, records: Sequence[StockItem], *, loading: bool = False) -> None:
        self.beginResetModel()
        self.records, self.loading = list(records), loading
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else _SKELETONS if self.loading else len(self.records)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.NoItemFlags if self.loading else super().flags(index)

    def data(self, index: _Index, role: int = 0) -> Any:
        if self.loading or not index.isValid() or index.row() >= len(self.records):
            return None
        item = self.records[index.row()]
        if role == _RECORD:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{item.name}\n{state_pill(item).text}, {stock_text(item)}, {detail_text(item)}"
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: StockList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        item: StockItem | None = index.data(_RECORD)
        width = self._view.viewport().width()
        name = self._name_height(item, width) if item else px(_LINE)
        return QSize(px(200), name + px(2 * _LINE + 16))

    def _name_height(self, item: StockItem, width: int) -> int:
        """Names of medicines wrap between words and are never cut (domain-rules A4)."""
        room = QRect(0, 0, max(width - px(24), px(80)), px(400))
        words = QFontMetrics(font("base", "semibold")).boundingRect(room, int(Qt.TextFlag.TextWordWrap), item.name)
        return max(words.height(), px(_LINE))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        item, area, now = index.data(_RECORD), QRect(option.rect), tokens()
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        ground = now.accent_soft if selected else now.hover if hovered and item else now.surface
        painter.fillRect(area, QColor(ground))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, QColor(now.line))
        if selected and self._view.hasFocus():
            left = area.right() - px(3) + 1 if self._view.isRightToLeft() else area.left()
            painter.fillRect(left, area.top(), px(3), area.height(), QColor(now.focus))
        if item is None:
            self._paint_skeleton(painter, area, index.row())
        else:
            self._paint_item(painter, area, item)
        painter.restore()

    def _paint_skeleton(self, painter: QPainter, area: QRect, row: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().surface_sunken))
        for line, share in enumerate((0.7, 0.5 - row % 3 * 0.08)):
            width = round((area.width() - px(24)) * share)
            painter.drawRoundedRect(area.left() + px(12), area.top() + px(12) + line * px(20), width, px(9), 4, 4)

    def _paint_item(self, painter: QPainter, area: QRect, item: StockItem) -> None:
        now, mirrored = tokens(), self._view.isRightToLeft()
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        flags = int(Qt.AlignmentFlag.AlignAbsolute | side | Qt.AlignmentFlag.AlignVCenter)
        inner = area.adjusted(px(12), px(8), -px(12), 0)
        name = QRect(inner.left(), inner.top(), inner.width(), self._name_height(item, area.width()))
        painter.setFont(font("base", "semibold"))
        painter.setPen(QColor(now.text))
        painter.drawText(name, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignAbsolute | side), item.name)
        pill = state_pill(item)
        size = pill_size(pill)
        stock = QRect(inner.left(), name.bottom() + 1, inner.width() - size.width() - px(8), px(_LINE))
        at = QRect(inner.right() - size.width() + 1, stock.top(), size.width(), px(_LINE))
        if mirrored:
            stock.moveRight(inner.right())
            at.moveLeft(inner.left())
        painter.setFont(font("small"))
        painter.drawText(stock, flags, painter.fontMetrics().elidedText(
            stock_text(item), Qt.TextElideMode.ElideRight, stock.width()))  # fmt: skip
        draw_pill(painter, at, pill, right_to_left=mirrored)
        painter.setFont(font("small"))
        painter.setPen(QColor(now.text_muted))
        below = QRect(inner.left(), stock.bottom() + 1, inner.width(), px(_LINE))
        words = painter.fontMetrics().elidedText(detail_text(item), Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, flags, words)


class StockList(QListView):
    """Enter or a double click opens; Up on the first line leaves upwards; typing goes back to the search box."""

    opened = Signal(object)
    left_up = Signal()
    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Stock(self)
        self._menu_actions: list[QAction] = []
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName("Stock found")
        self.setMouseTracking(True)
        self.setProperty("flush", True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        theme().changed.connect(self.doItemsLayout)

    def show_items(self, records: Sequence[StockItem]) -> None:
        """Show these; the current line stays on its item where that is still there, and the list where it was."""
        kept, scrolled = self.current(), self.verticalScrollBar().value()
        self._model.show(records)
        rows = [row for row, one in enumerate(records) if kept is not None and one.id == kept.id]
        if rows:
            self.setCurrentIndex(self._model.index(rows[0], 0))
        self.verticalScrollBar().setValue(scrolled)

    def show_loading(self) -> None:
        """Skeleton lines."""
        self._model.show([], loading=True)

    def records(self) -> list[StockItem]:
        """What is shown."""
        return list(self._model.records)

    def current(self) -> StockItem | None:
        """The line the keyboard is on."""
        item = self.currentIndex().data(_RECORD)
        return item if isinstance(item, StockItem) else None

    def select_first(self) -> None:
        """Come down from the search box."""
        if self._model.records:
            self.setCurrentIndex(self._model.index(0, 0))
            self.setFocus(Qt.FocusReason.TabFocusReason)

    def set_context_actions(self, actions: Sequence[QAction]) -> None:
        """What the menu of a line offers."""
        self._menu_actions = list(actions)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        elif event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_up.emit()
        elif event.key() == Qt.Key.Key_Menu:
            self._open_menu(self.visualRect(self.currentIndex()).center())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.text().isprintable() and event.text() and not _held(event):
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

    def copy(self) -> None:
        """The current line as tab-separated text."""
        item = self.current()
        if item is not None:
            parts = (item.name, item.sku, str(item.usable), item.unit, state_pill(item).text)
            QGuiApplication.clipboard().setText("\t".join(parts))

    def _open(self) -> None:
        item = self.current()
        if item is not None:
            self.opened.emit(item)

    def _open_menu(self, at: QPoint) -> None:
        if self.current() is None or not self._menu_actions:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._menu_actions)
        menu.popup(self.viewport().mapToGlobal(at))


def _held(event: QKeyEvent) -> bool:
    harmless = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    return bool(event.modifiers() & ~harmless)
