"""The side of the first screens that says what this is: a mark, a name, one sentence."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cura_desktop import __version__
from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.shell.theme_state import is_dark, tokens

_PROMISES = ("Find anybody in a moment.", "Write, prescribe, dispense, bill.", "Every clinic's data apart.")


class BrandPanel(QWidget):
    """Painted, not assembled: it has nothing to focus and nothing to read but its name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("brand_panel")
        self.setAccessibleName("Cura, clinic management")
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(px(380), px(600))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter)
        self._waves(painter)
        left = px(40)
        draw_mark(painter, QRectF(left, px(48), px(44), px(44)), "#FFFFFF", "#0F6FC5" if not is_dark() else "#17324C")
        painter.setPen(QColor("#FFFFFF"))
        painter.setFont(font("display", "semibold"))
        painter.drawText(QRect(left + px(58), px(48), self.width(), px(44)), Qt.AlignmentFlag.AlignVCenter, "Cura")
        self._words(painter, left)

    def _ground(self, painter: QPainter) -> None:
        shade = QLinearGradient(QPointF(0, 0), QPointF(self.width() * 0.4, self.height()))
        first, last = ("#17324C", "#101F30") if is_dark() else ("#0F6FC5", "#0A4C8B")
        shade.setColorAt(0, QColor(first))
        shade.setColorAt(1, QColor(last))
        painter.fillRect(self.rect(), shade)

    def _waves(self, painter: QPainter) -> None:
        """A pulse line, repeated ever fainter: the one ornament of the program."""
        middle, width = self.height() * 0.40, float(self.width())
        for step in range(7):
            colour = QColor("#FFFFFF")
            colour.setAlpha(58 - step * 8)
            painter.setPen(QPen(colour, 1.6))
            painter.drawPath(_pulse(width, middle + step * px(15), px(54) * (1 - step * 0.11), px(2) * step))

    def _words(self, painter: QPainter, left: int) -> None:
        width = self.width() - 2 * left
        bottom = self.height() - px(56)
        painter.setFont(font("small"))
        painter.setPen(QColor(255, 255, 255, 200))
        painter.drawText(QRect(left, bottom, width, px(24)), Qt.AlignmentFlag.AlignVCenter, f"Version {__version__}")
        painter.setFont(font("base"))
        line = px(24)
        top = bottom - px(20) - line * len(_PROMISES)
        for number, promise in enumerate(_PROMISES):
            painter.drawText(QRect(left, top + number * line, width, line), Qt.AlignmentFlag.AlignVCenter, promise)
        painter.setFont(font("title", "semibold"))
        painter.setPen(QColor("#FFFFFF"))
        heading = QRect(left, top - px(64), width, px(56))
        painter.drawText(heading, Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap, "A calm day at the clinic.")


def _pulse(width: float, middle: float, height: float, shift: float) -> QPainterPath:
    path = QPainterPath(QPointF(-4, middle))
    points = (
        (0.30, 0),
        (0.38, -0.22),
        (0.44, 0.0),
        (0.50, 0.18),
        (0.56, -1.0),
        (0.63, 0.62),
        (0.69, 0.0),
        (0.77, -0.28),
    )
    for across, up in points:
        here, target = path.currentPosition(), QPointF(width * across + shift, middle + up * height)
        half = (target.x() - here.x()) / 2
        path.cubicTo(here + QPointF(half, 0), target - QPointF(half, 0), target)
    here = path.currentPosition()
    path.cubicTo(here + QPointF(width * 0.05, 0), QPointF(width * 0.82, middle), QPointF(width * 0.87, middle))
    path.lineTo(QPointF(width + 4, middle))
    return path


def draw_mark(painter: QPainter, area: QRectF, ground: str, ink: str) -> None:
    """The mark: a cross with soft arms inside a rounded square."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(area, area.width() * 0.26, area.width() * 0.26)
    painter.setBrush(QColor(ink))
    arm, reach = area.width() * 0.20, area.width() * 0.58
    centre = area.center()
    for width, height in ((reach, arm), (arm, reach)):
        painter.drawRoundedRect(
            QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height), arm * 0.42, arm * 0.42
        )
    painter.restore()


class Mark(QWidget):
    """The mark alone, for screens without the panel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(px(40), px(40))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_mark(painter, QRectF(self.rect()), tokens().accent, tokens().on_accent)
