"""Stock as lines that are scanned in a second: name and state, then how much, code and next expiry."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from cura_desktop.domain.dates import format_date
from cura_desktop.domain.inventory import StockItem
from cura_desktop.gui.inventory.look import state_pill, stock_text, unusable_text
from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import tokens
from cura_desktop.gui.widgets.line_list import RECORD, Index, LineDelegate, LineList, LineModel
from cura_desktop.gui.widgets.pill import draw_pill, pill_size

_LINE = 18


def detail_text(item: StockItem) -> str:
    """The second part of a line: what is unusable, the code, the next expiry of usable stock."""
    expiry = f"expires {format_date(item.next_expiry)}" if item.next_expiry else ""
    return "  ·  ".join(part for part in (unusable_text(item), item.sku, expiry) if part)


class _Stock(LineModel[StockItem]):
    def words(self, record: StockItem) -> str:
        return f"{record.name}\n{state_pill(record).text}, {stock_text(record)}, {detail_text(record)}"


class _Delegate(LineDelegate[StockItem]):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        item: StockItem | None = index.data(RECORD)
        width = self._view.viewport().width()
        name = self._name_height(item, width) if item else px(_LINE)
        return QSize(px(200), name + px(2 * _LINE + 16))

    def _name_height(self, item: StockItem, width: int) -> int:
        """Names of medicines wrap between words and are never cut (domain-rules A4)."""
        room = QRect(0, 0, max(width - px(24), px(80)), px(400))
        words = QFontMetrics(font("base", "semibold")).boundingRect(room, int(Qt.TextFlag.TextWordWrap), item.name)
        return max(words.height(), px(_LINE))

    def paint_record(self, painter: QPainter, area: QRect, record: StockItem) -> None:
        now, mirrored = tokens(), self._view.isRightToLeft()
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        flags = int(Qt.AlignmentFlag.AlignAbsolute | side | Qt.AlignmentFlag.AlignVCenter)
        inner = area.adjusted(px(12), px(8), -px(12), 0)
        name = QRect(inner.left(), inner.top(), inner.width(), self._name_height(record, area.width()))
        painter.setFont(font("base", "semibold"))
        painter.setPen(QColor(now.text))
        painter.drawText(name, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignAbsolute | side), record.name)
        pill = state_pill(record)
        size = pill_size(pill)
        stock = QRect(inner.left(), name.bottom() + 1, inner.width() - size.width() - px(8), px(_LINE))
        at = QRect(inner.right() - size.width() + 1, stock.top(), size.width(), px(_LINE))
        if mirrored:
            stock.moveRight(inner.right())
            at.moveLeft(inner.left())
        painter.setFont(font("small"))
        painter.drawText(stock, flags, painter.fontMetrics().elidedText(
            stock_text(record), Qt.TextElideMode.ElideRight, stock.width()))  # fmt: skip
        draw_pill(painter, at, pill, right_to_left=mirrored)
        painter.setFont(font("small"))
        painter.setPen(QColor(now.text_muted))
        below = QRect(inner.left(), stock.bottom() + 1, inner.width(), px(_LINE))
        words = painter.fontMetrics().elidedText(detail_text(record), Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, flags, words)


class StockList(LineList[StockItem]):
    """What was found in the stock."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Stock found", parent)
        self._model = _Stock(self)
        self.set_lines(self._model, _Delegate(self))

    def show_items(self, records: Sequence[StockItem]) -> None:
        """Show these; the current line stays on its item where that is still there, and the list where it was."""
        scrolled = self.verticalScrollBar().value()
        self.show_records(records)
        self.verticalScrollBar().setValue(scrolled)

    def show_loading(self) -> None:
        """Skeleton lines."""
        self._model.show([], loading=True)

    def copied(self, record: StockItem) -> Sequence[str]:
        return record.name, record.sku, str(record.usable), record.unit, state_pill(record).text
