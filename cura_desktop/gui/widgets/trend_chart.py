"""A measured value over time, with the band in which it is expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cura_desktop.domain.dates import format_date
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme, tokens
from cura_desktop.gui.widgets.trend_scale import nice_steps

EMPTY = "No measurements yet."


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One measurement. `abnormal` draws a filled triangle instead of a dot: shape and colour both tell."""

    when: date
    value: float
    abnormal: bool = False


class TrendChart(QWidget):
    """A line of one series. Left and Right walk the points and read them out; the pointer does the same."""

    def __init__(self, title: str, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._unit = title, unit
        self._points: list[TrendPoint] = []
        self._band: tuple[float, float] | None = None
        self._marked = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self.updateGeometry)
        self.show_points([])

    def show_points(self, points: Sequence[TrendPoint], band: tuple[float, float] | None = None) -> None:
        """Draw these in order of time; `band` is the expected range (low, high)."""
        self._points = sorted(points, key=lambda point: point.when)
        self._band, self._marked = band, -1
        self.setAccessibleName(f"{self._title}, {self._unit}: {self._summary()}")
        self.update()

    def marked(self) -> TrendPoint | None:
        """The point the keyboard or pointer is on."""
        return self._points[self._marked] if 0 <= self._marked < len(self._points) else None

    def _summary(self) -> str:
        if not self._points:
            return EMPTY
        last = self._points[-1]
        return f"{len(self._points)} measurements, last {last.value:g} on {format_date(last.when)}"

    def sizeHint(self) -> QSize:
        return QSize(px(360), px(180))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(200), px(120))

    # ------------------------------------------------------------------ drawing

    def _plot(self) -> QRectF:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(f"{step:g}") for step in self._steps()), default=0)
        line = metrics.height()
        return QRectF(self.rect()).adjusted(widest + px(12), 2 * line + px(16), -px(16), -line - px(8))

    def _steps(self) -> list[float]:
        values = [point.value for point in self._points] + list(self._band or ())
        return nice_steps(min(values), max(values)) if values else []

    def _at(self, point: TrendPoint, plot: QRectF, steps: Sequence[float]) -> QPointF:
        first, last = self._points[0].when.toordinal(), self._points[-1].when.toordinal()
        along = (point.when.toordinal() - first) / (last - first) if last > first else 0.5
        up = (point.value - steps[0]) / (steps[-1] - steps[0])
        return QPointF(plot.left() + along * plot.width(), plot.bottom() - up * plot.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, now = QPainter(self), tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small", "semibold"))
        painter.setPen(QColor(now.text))
        top = QRectF(self.rect()).adjusted(px(4), px(4), -px(4), 0)
        painter.drawText(top, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, f"{self._title} ({self._unit})")
        painter.setFont(font("caption"))
        if not self._points:
            painter.setPen(QColor(now.text_muted))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, EMPTY)
            return
        plot, steps = self._plot(), self._steps()
        self._paint_grid(painter, plot, steps)
        self._paint_line(painter, plot, steps)
        self._paint_mark(painter, top)

    def _paint_grid(self, painter: QPainter, plot: QRectF, steps: Sequence[float]) -> None:
        now, span = tokens(), steps[-1] - steps[0]
        if self._band is not None:
            low, high = ((value - steps[0]) / span * plot.height() for value in self._band)
            band = QRectF(plot.left(), plot.bottom() - high, plot.width(), high - low)
            painter.fillRect(band, QColor(now.success_soft))
        for step in steps:
            height = plot.bottom() - (step - steps[0]) / span * plot.height()
            painter.setPen(QPen(QColor(now.line), 1))
            painter.drawLine(QPointF(plot.left(), height), QPointF(plot.right(), height))
            painter.setPen(QColor(now.text_muted))
            label = QRectF(0, height - px(8), plot.left() - px(6), px(16))
            painter.drawText(label, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, f"{step:g}")
        below = QRectF(plot.left(), plot.bottom() + px(4), plot.width(), px(16))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, format_date(self._points[0].when))
        if len(self._points) > 1:
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, format_date(self._points[-1].when))

    def _paint_line(self, painter: QPainter, plot: QRectF, steps: Sequence[float]) -> None:
        now = tokens()
        places = [self._at(point, plot, steps) for point in self._points]
        painter.setPen(QPen(QColor(now.accent), px(2)))
        painter.drawPolyline(QPolygonF(places))
        for number, (point, place) in enumerate(zip(self._points, places, strict=True)):
            size = px(5) if number == self._marked else px(3)
            painter.setPen(QPen(QColor(now.surface), 1))
            painter.setBrush(QColor(now.danger if point.abnormal else now.accent))
            if point.abnormal:
                side = size + px(2)
                corners = [QPointF(0, -side), QPointF(side, side * 0.8), QPointF(-side, side * 0.8)]
                painter.drawPolygon(QPolygonF([place + corner for corner in corners]))
            else:
                painter.drawEllipse(place, size, size)

    def _paint_mark(self, painter: QPainter, top: QRectF) -> None:
        point = self.marked() or self._points[-1]
        painter.setFont(font("small"))
        painter.setPen(QColor(tokens().danger_text if point.abnormal else tokens().text))
        below = top.translated(0, painter.fontMetrics().height() + px(2))
        painter.drawText(below, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, self._reading(point))

    def _reading(self, point: TrendPoint) -> str:
        outside = ", outside the expected range" if point.abnormal else ""
        return f"{point.value:g} {self._unit} on {format_date(point.when)}{outside}"

    # ------------------------------------------------------------------ pointing

    def _mark(self, number: int) -> None:
        if number != self._marked and 0 <= number < len(self._points):
            self._marked = number
            self.setAccessibleDescription(self._reading(self._points[number]))
            announce(self, self._reading(self._points[number]))
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._points:
            start = self._marked if self._marked >= 0 else len(self._points)
            self._mark(start + (1 if event.key() == Qt.Key.Key_Right else -1))
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._points:
            plot, steps = self._plot(), self._steps()
            across = [abs(self._at(point, plot, steps).x() - event.position().x()) for point in self._points]
            self._mark(across.index(min(across)))
        super().mouseMoveEvent(event)
