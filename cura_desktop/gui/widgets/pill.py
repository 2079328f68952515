"""A status: icon and word on a soft ground. Colour never speaks alone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.icons import draw_icon
from cura_desktop.gui.shell.palette import Kind
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme, tokens

_KIND_ICONS: dict[Kind, str] = {
    "neutral": "circle-dashed",
    "accent": "circle-dashed",
    "info": "info",
    "success": "check",
    "warning": "triangle-alert",
    "danger": "octagon-alert",
}


@dataclass(frozen=True, slots=True)
class PillText:
    """What a pill says. Without `icon_name` the icon of the kind is used."""

    text: str
    kind: Kind = "neutral"
    icon_name: str = ""

    @property
    def icon(self) -> str:
        """The icon drawn."""
        return self.icon_name or _KIND_ICONS[self.kind]


def pill_size(value: PillText) -> QSize:
    """How much room a pill needs."""
    words = QFontMetrics(font("small", "medium")).horizontalAdvance(value.text)
    return QSize(px(6) + px(12) + px(4) + words + px(8), px(20))


def draw_pill(painter: QPainter, rect: QRect, value: PillText, *, right_to_left: bool = False) -> None:
    """Draw a pill at the leading edge of `rect`, vertically centred; text that does not fit ends in an ellipsis."""
    now, size = tokens(), pill_size(value)
    box = QRect(rect.left(), rect.center().y() - size.height() // 2, min(size.width(), rect.width()), size.height())
    if right_to_left:
        box.moveRight(rect.right())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(now.soft(value.kind)))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    sign, side = QRect(box.left() + px(6), box.top(), px(12), box.height()), px(6) + px(12) + px(4)
    words = box.adjusted(side, 0, -px(8), 0)
    if right_to_left:
        sign.moveRight(box.right() - px(6))
        words = box.adjusted(px(8), 0, -side, 0)
    draw_icon(painter, value.icon, now.on_soft(value.kind), sign)
    painter.setFont(font("small", "medium"))
    painter.setPen(QColor(now.on_soft(value.kind)))
    edge = Qt.AlignmentFlag.AlignRight if right_to_left else Qt.AlignmentFlag.AlignLeft
    shown = painter.fontMetrics().elidedText(value.text, Qt.TextElideMode.ElideRight, words.width() + 1)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | edge, shown)
    painter.restore()


class Pill(QWidget):
    """A pill outside a table."""

    def __init__(self, value: PillText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = value
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)
        self.set_value(value)

    def set_value(self, value: PillText) -> None:
        """Show another status."""
        self._value = value
        self.setAccessibleName(value.text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return pill_size(self._value)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_pill(painter, self.rect(), self._value, right_to_left=self.isRightToLeft())
