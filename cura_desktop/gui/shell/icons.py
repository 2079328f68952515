"""Line icons (Lucide), coloured from the palette of the moment and drawn sharp at any scale."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from cura_desktop.gui.shell.resources import resource_names, resource_text
from cura_desktop.gui.shell.theme_state import tokens

_kept: list[QIconEngine] = []
"""QIcon owns its engine on the C++ side only; without a reference here Python would collect it."""


@cache
def icon(name: str, role: str = "text") -> QIcon:
    """The icon `name` (a file of `resources/icons`) in the colour of a palette role.

    It follows the theme live, greys when disabled, and turns to the colour of its ground when on a primary button
    (`role="on-accent"`). Raises FileNotFoundError for a name that does not exist.
    """
    return QIcon(_kept_engine(name, role))


def icon_names() -> tuple[str, ...]:
    """Every icon there is."""
    return resource_names("icons", ".svg")


def icon_pixmap(name: str, role: str, size: int, ratio: float = 1.0) -> QPixmap:
    """A square icon of `size` device-independent pixels in a palette role, for painters."""
    return _pixmap(name, tokens().color(role), size, ratio)


def draw_icon(painter: QPainter, name: str, color: str, rect: QRect) -> None:
    """Draw an icon centred in `rect` in a given colour, sharp on the painter's device."""
    side = min(rect.width(), rect.height())
    square = QRect(0, 0, side, side)
    square.moveCenter(rect.center())
    painter.drawPixmap(square, _pixmap(name, color, side, painter.device().devicePixelRatioF()))


class _Engine(QIconEngine):
    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        _source(name)
        self._name, self._role = name, role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        draw_icon(painter, self._name, self._color(mode), rect)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return _pixmap(self._name, self._color(mode), min(size.width(), size.height()), 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        return _pixmap(self._name, self._color(mode), min(size.width(), size.height()), scale)

    def clone(self) -> QIconEngine:
        return _kept_engine(self._name, self._role)

    def key(self) -> str:
        return f"cura-{self._name}-{self._role}"

    def _color(self, mode: QIcon.Mode) -> str:
        return tokens().color("text-disabled" if mode == QIcon.Mode.Disabled else self._role)


def _kept_engine(name: str, role: str) -> QIconEngine:
    engine = _Engine(name, role)
    _kept.append(engine)
    return engine


@cache
def _source(name: str) -> str:
    return resource_text("icons", f"{name}.svg")


def _pixmap(name: str, color: str, size: int, ratio: float) -> QPixmap:
    key = f"cura/{name}/{color}/{size}/{ratio}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    pixels = max(round(size * ratio), 1)
    made = QPixmap(pixels, pixels)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    svg = _source(name).replace("currentColor", QColor(color).name()).replace('stroke-width="2"', 'stroke-width="1.75"')
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(QPoint(0, 0), QSize(pixels, pixels)))
    painter.end()
    made.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, made)
    return made


def screen_ratio() -> float:
    """The highest device pixel ratio on this computer."""
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
