"""The course of a value in the height of a line of text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme, tokens


class Sparkline(QWidget):
    """Values from old to new; the last one is marked. With fewer than two there is nothing to draw."""

    def __init__(self, values: Sequence[float], *, abnormal: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values, self._abnormal = list(values), abnormal
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(px(48), px(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._values) < 2:
            return
        painter, now = QPainter(self), tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high = min(self._values), max(self._values)
        inset, span = px(3), (high - low) or 1.0
        wide, tall = self.width() - 2 * inset, self.height() - 2 * inset
        places = [
            QPointF(
                inset + wide * number / (len(self._values) - 1),
                inset + tall * (0.5 if high == low else 1 - (value - low) / span),
            )
            for number, value in enumerate(self._values)
        ]
        painter.setPen(QPen(QColor(now.text_muted), px(1.2)))
        painter.drawPolyline(QPolygonF(places))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(now.danger if self._abnormal else now.accent))
        painter.drawEllipse(places[-1], px(2.5), px(2.5))
