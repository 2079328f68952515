"""How a cell of a record table is drawn."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.scaling import px, row_height
from cura_desktop.gui.shell.theme import theme, tokens
from cura_desktop.gui.widgets.pill import PillText, draw_pill
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_model import RecordModel

_Index = QModelIndex | QPersistentModelIndex
_SKELETON_WIDTHS = (0.72, 0.5, 0.62, 0.4, 0.8, 0.55)


class RecordDelegate(QStyledItemDelegate):
    """Ground by state, a bar at the leading edge of the current row, then text, pill or skeleton."""

    def __init__(self, model: RecordModel[Any]) -> None:
        super().__init__(model)
        self._model = model
        self.hovered_row = -1
        self.current_row = -1
        self.has_focus = False

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(px(40), row_height(theme().density))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect = QRect(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        right_to_left = option.direction == Qt.LayoutDirection.RightToLeft
        painter.save()
        self._paint_ground(painter, rect, index, selected, right_to_left)
        inner = rect.adjusted(px(8), 0, -px(8), 0)
        record = self._model.record(index)
        column = self._model.columns[index.column()]
        if record is None:
            self._paint_skeleton(painter, inner, index)
        elif column.pill is not None and (value := column.pill(record)) is not None:
            self._paint_pill(painter, inner, value, right_to_left)
        else:
            self._paint_text(painter, inner, column, column.text(record), right_to_left)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, index: _Index, selected: bool, right_to_left: bool) -> None:
        now, row = tokens(), index.row()
        ground = now.accent_soft if selected else now.hover if row == self.hovered_row else now.surface
        painter.fillRect(rect, QColor(ground))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(now.line))
        if row == self.current_row and self.has_focus and index.column() == 0:
            edge = rect.right() - px(3) + 1 if right_to_left else rect.left()
            painter.fillRect(edge, rect.top(), px(3), rect.height(), QColor(now.focus))

    def _paint_skeleton(self, painter: QPainter, rect: QRect, index: _Index) -> None:
        share = _SKELETON_WIDTHS[(index.row() * 5 + index.column() * 3) % len(_SKELETON_WIDTHS)]
        bar = QRect(rect.left(), rect.center().y() - px(4), round(rect.width() * share), px(8))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().neutral_soft))
        painter.drawRoundedRect(bar, px(4), px(4))

    def _paint_pill(self, painter: QPainter, rect: QRect, value: PillText, right_to_left: bool) -> None:
        draw_pill(painter, rect, value, right_to_left=right_to_left)

    def _paint_text(self, painter: QPainter, rect: QRect, column: Column[Any], text: str, right_to_left: bool) -> None:
        now = tokens()
        painter.setFont(font("base", "semibold" if column.strong else "regular"))
        painter.setPen(QColor(now.text_muted if column.role == "muted" else now.text))
        first_line = text.split("\n", 1)[0]
        shown = painter.fontMetrics().elidedText(first_line, Qt.TextElideMode.ElideRight, rect.width())
        sides = Qt.AlignmentFlag
        at_left = column.at_end is right_to_left
        side = sides.AlignHCenter if column.align == "centre" else sides.AlignLeft if at_left else sides.AlignRight
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.drawText(rect, sides.AlignVCenter | sides.AlignAbsolute | side, shown)
