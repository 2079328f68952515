"""Drawing the calendar grid (design/look.md "Calendar"): only what is visible is touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from PySide6.QtCore import QLine, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen

from cura_desktop.domain.appointments import AppointmentBlock
from cura_desktop.domain.calendar import AppointmentStatus
from cura_desktop.domain.dates import format_weekday_date
from cura_desktop.gui.calendar.geometry import DAY_MINUTES, QUARTER, FilledColumn, Geometry, PlacedBlock
from cura_desktop.gui.calendar.look import TYPE_KINDS, detail, hours_text, role_words, signs
from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.icons import draw_icon
from cura_desktop.gui.shell.palette import Kind
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import tokens

_QUIET = frozenset({AppointmentStatus.COMPLETED, AppointmentStatus.LEFT})
_STRUCK = frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.RESCHEDULED, AppointmentStatus.NO_SHOW})


@dataclass(frozen=True, slots=True)
class Ghost:
    """What is being dragged: where it would land, what the place says, and whether it would be refused."""

    column: int
    start: float
    end: float
    text: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class GridScene:
    """Everything one painting of the grid needs. `now` is (day, minute) on the clinic's clock."""

    geometry: Geometry
    filled: Sequence[FilledColumn]
    zone: ZoneInfo
    one_day: bool
    now: tuple[date, float] | None = None
    cursor: tuple[int, int] | None = None
    chosen: int = 0
    selection: Ghost | None = None
    ghost: Ghost | None = None
    focused: bool = False


_ACROSS = 0.3
"""How strong the now-line is over a block: a full one would strike the name out."""
Words = dict[tuple[int, int, bool, bool], str]
"""Texts cut to their width, by block, width, small type and whether it is the name; empty after every change."""


class GridPainter:
    """One painting. Colours and fonts are looked up once, since a full day holds hundreds of blocks."""

    def __init__(
        self, painter: QPainter, scene: GridScene, viewport: QRect, scrolled: tuple[int, int], words: Words
    ) -> None:
        self._painter, self._scene, self._viewport, self._told = painter, scene, viewport, words
        self._across, self._down = scrolled
        self._now = tokens()
        self._strong, self._plain, self._tiny = font("small", "semibold"), font("small"), font("caption", "semibold")
        self._strong_words, self._plain_words = QFontMetrics(self._strong), QFontMetrics(self._plain)
        self._tiny_words = QFontMetrics(self._tiny)
        self._plain_tiny = font("caption")
        self._plain_tiny_words = QFontMetrics(self._plain_tiny)
        geometry = scene.geometry
        first = int(self._across / geometry.column_width)
        last = int((self._across + viewport.width()) / geometry.column_width) + 1
        self._visible = range(max(first, 0), min(last, len(scene.filled)))

    def paint(self) -> None:
        """Everything, back to front."""
        geometry, painter = self._scene.geometry, self._painter
        painter.fillRect(self._viewport, QColor(self._now.surface_sunken))
        body = self._viewport.adjusted(geometry.gutter, geometry.header, 0, 0)
        painter.setClipRect(body)
        for index in self._visible:
            self._ground(index)
        self._lines()
        for index in self._visible:
            self._blocks(index)
        self._marks()
        painter.setClipping(False)
        self._gutter()
        self._header()

    # ----------------------------------------------------------------------------------------------------- background

    def _rect(self, index: int, start: float, end: float) -> QRect:
        geometry = self._scene.geometry
        left, right = geometry.left(index) - self._across, geometry.left(index + 1) - self._across
        top, bottom = geometry.top(start) - self._down, geometry.top(end) - self._down
        return QRect(left, top, right - left, bottom - top)

    def _ground(self, index: int) -> None:
        filled, painter = self._scene.filled[index], self._painter
        for start, end in filled.working:
            painter.fillRect(self._rect(index, start, end), QColor(self._now.surface))
        hatch = QBrush(_faded(self._now.control_line, 110), Qt.BrushStyle.BDiagPattern)
        for start, end in (*filled.breaks, *filled.away):
            painter.fillRect(self._rect(index, start, end), hatch)

    def _lines(self) -> None:
        """Hour lines firm, quarter lines faint, over all columns at once."""
        geometry, painter = self._scene.geometry, self._painter
        left = geometry.gutter
        right = min(self._viewport.right(), geometry.left(len(self._scene.filled)) - self._across)
        first = int(geometry.minute_at(self._down + geometry.header)) // QUARTER * QUARTER
        last = int(geometry.minute_at(self._down + self._viewport.height())) + QUARTER
        faint: list[QLine] = []
        firm: list[QLine] = []
        for minute in range(first, min(last, DAY_MINUTES) + 1, QUARTER):
            y = geometry.top(minute) - self._down
            (faint if minute % 60 else firm).append(QLine(left, y, right, y))
        painter.setPen(QPen(_faded(self._now.line, 120), 1))
        painter.drawLines(faint)
        painter.setPen(QPen(QColor(self._now.line), 1))
        painter.drawLines(firm)
        painter.setPen(QPen(_faded(self._now.control_line, 150), 1))
        edges = (geometry.left(index) - self._across for index in range(self._visible.start, self._visible.stop + 1))
        painter.drawLines([QLine(x, geometry.header, x, self._viewport.bottom()) for x in edges])

    # --------------------------------------------------------------------------------------------------------- blocks

    def _blocks(self, index: int) -> None:
        top, bottom = self._down, self._down + self._viewport.height()
        geometry = self._scene.geometry
        for placed in self._scene.filled[index].placed:
            if geometry.top(placed.end) > top and geometry.top(placed.start) < bottom:
                self._block(self.block_rect(index, placed), placed)

    def block_rect(self, index: int, placed: PlacedBlock) -> QRect:
        """Where a block is drawn: its lane, one pixel apart from its neighbours."""
        cell = self._rect(index, placed.start, placed.end)
        lane = (cell.width() - px(6)) / placed.lanes
        left = cell.left() + px(2) + round(placed.lane * lane)
        return QRect(left, cell.top() + 1, max(round(lane) - px(1), px(8)), max(cell.height() - 1, px(10)))

    def _block(self, rect: QRect, placed: PlacedBlock) -> None:
        block, painter, now = placed.block, self._painter, self._now
        kind = TYPE_KINDS[block.type]
        quiet, struck = block.status in _QUIET, block.status in _STRUCK
        chosen = block.id == self._scene.chosen
        painter.fillRect(rect, QColor(now.surface_raised if quiet or struck else now.soft(kind)))
        edge = QRect(rect.left(), rect.top(), px(4), rect.height())
        painter.fillRect(edge, _faded(now.strong(kind), 130) if quiet or struck else QColor(now.strong(kind)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        line = Qt.PenStyle.DashLine if struck else Qt.PenStyle.SolidLine
        painter.setPen(QPen(_faded(now.control_line if quiet or struck else now.strong(kind), 110), 1, line))
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
        if chosen:
            painter.setPen(QPen(QColor(now.focus), px(2)))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        text = QColor(now.text_muted if quiet or struck else now.text)
        second = QColor(now.text_muted if quiet or struck else now.on_soft(kind))
        self._words(rect.adjusted(px(8), 0, -px(4), 0), placed, text, second, struck=struck)

    def _words(self, room: QRect, placed: PlacedBlock, first: QColor, second: QColor, *, struck: bool) -> None:
        """Name first, then type and reason on a line of their own where there is room, behind the name where not."""
        painter, block = self._painter, placed.block
        nominal = (placed.end - placed.start) * self._scene.geometry.hour / 60
        short = nominal < self._strong_words.height() + px(3)
        words, face = (self._tiny_words, self._tiny) if short else (self._strong_words, self._strong)
        line = min(words.height() + (0 if short else px(2)), room.height())
        tall = room.height() >= line + self._plain_words.height() + px(3)
        head = QRect(room.left(), room.top() + (px(2) if tall else 0), room.width(), line if tall else room.height())
        head.setRight(self._signs(head, block, first))
        painter.setFont(_struck(face) if struck else face)
        painter.setPen(first)
        name = self._fitted(words, (block.id, head.width(), short, True), lambda: block.patient_name)
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        painter.setFont(self._plain)
        painter.setPen(second)
        if tall:
            below = QRect(room.left(), head.bottom() + 1, room.width(), room.bottom() - head.bottom() - 1)
            many = below.height() >= 2 * self._plain_words.height()
            if many:
                painter.drawText(below, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, detail(block))
            else:
                shown = self._fitted(self._plain_words, (block.id, below.width(), False, False), lambda: detail(block))
                painter.drawText(below, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, shown)
            return
        rest = head.width() - words.horizontalAdvance(name) - px(8)
        if rest > px(40):
            painter.setFont(self._plain_tiny if short else self._plain)
            faces = self._plain_tiny_words if short else self._plain_words
            tail = QRect(head.right() - rest + 1, head.top(), rest, head.height())
            shown = self._fitted(faces, (block.id, rest, short, False), lambda: detail(block))
            painter.drawText(tail, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _fitted(self, words: QFontMetrics, key: tuple[int, int, bool, bool], text: Callable[[], str]) -> str:
        """The text cut to the width in the key; measuring costs as much as drawing, so it is done once."""
        shown = self._told.get(key)
        if shown is None:
            shown = self._told[key] = words.elidedText(text(), Qt.TextElideMode.ElideRight, key[1])
        return shown

    def _signs(self, head: QRect, block: AppointmentBlock, color: QColor) -> int:
        """Draw the icons at the end of the first line; returns where the words must end."""
        right, side = head.right(), min(px(14), head.height())
        for name in reversed(signs(block)):
            if right - side < head.left() + px(40):
                break
            draw_icon(self._painter, name, color.name(), QRect(right - side, head.top(), side, head.height()))
            right -= side + px(3)
        return right

    # ---------------------------------------------------------------------------------------------------------- marks

    def _marks(self) -> None:
        scene, painter, now = self._scene, self._painter, self._now
        if scene.cursor is not None and scene.focused and scene.chosen == 0:
            column, minute = scene.cursor
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(now.focus), px(2)))
            painter.drawRect(self._rect(column, minute, minute + QUARTER).adjusted(px(2), 1, -px(2), 0))
        for ghost in (scene.selection, scene.ghost):
            if ghost is not None:
                self._ghost(ghost)
        if scene.now is not None:
            self._now_line(*scene.now)

    def _ghost(self, ghost: Ghost) -> None:
        painter, now = self._painter, self._now
        kind: Kind = "danger" if ghost.refused else "accent"
        rect = self._rect(ghost.column, ghost.start, ghost.end).adjusted(px(2), 0, -px(4), 0)
        painter.fillRect(rect, _faded(now.soft(kind), 245))
        line = Qt.PenStyle.DashLine if ghost.refused else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor(now.strong(kind)), px(2), line))
        painter.drawRect(rect)
        inside = rect.adjusted(px(8), px(2), -px(4), -px(2))
        if ghost.refused:
            draw_icon(painter, "ban", now.danger, QRect(inside.left(), inside.top(), px(14), px(16)))
            inside.setLeft(inside.left() + px(18))
        painter.setFont(self._strong)
        painter.setPen(QColor(now.on_soft(kind)))
        inside.setHeight(max(inside.height(), self._strong_words.height()))
        painter.drawText(inside, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, ghost.text)

    def _now_line(self, day: date, minute: float) -> None:
        painter, geometry = self._painter, self._scene.geometry
        y = geometry.top(minute) - self._down
        painter.setPen(QPen(QColor(self._now.accent), px(2)))
        painter.setBrush(QColor(self._now.accent))
        for index in self._visible:
            if self._scene.filled[index].column.day == day:
                rect = self._rect(index, minute, minute)
                painter.setOpacity(_ACROSS if self._is_booked(index, minute) else 1)
                painter.drawLine(rect.left(), y, rect.left() + rect.width(), y)
        painter.setOpacity(1)

    def _is_booked(self, index: int, minute: float) -> bool:
        return any(placed.start <= minute < placed.end for placed in self._scene.filled[index].placed)

    # ---------------------------------------------------------------------------------------------------------- frame

    def _gutter(self) -> None:
        geometry, painter, now = self._scene.geometry, self._painter, self._now
        strip = QRect(0, geometry.header, geometry.gutter, self._viewport.height() - geometry.header)
        painter.fillRect(strip, QColor(now.surface_raised))
        painter.setClipRect(strip)
        painter.setFont(font("caption"))
        painter.setPen(QColor(now.text_muted))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        for hour in range(24):
            y = geometry.top(hour * 60) - self._down
            if y > self._viewport.height() or y < geometry.header - geometry.hour:
                continue
            painter.drawText(QRect(0, y + px(2), geometry.gutter - px(6), px(16)), flags, f"{hour:02d}:00")
        if self._scene.now is not None:
            self._now_label(*self._scene.now)
        painter.setClipping(False)
        painter.setPen(QPen(QColor(now.line), 1))
        painter.drawLine(geometry.gutter - 1, 0, geometry.gutter - 1, self._viewport.height())

    def _now_label(self, day: date, minute: float) -> None:
        geometry, painter, now = self._scene.geometry, self._painter, self._now
        if not any(self._scene.filled[index].column.day == day for index in self._visible):
            return
        y = geometry.top(minute) - self._down
        badge = QRectF(px(3), y - px(8), geometry.gutter - px(6), px(16))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(now.accent))
        painter.drawRoundedRect(badge, px(4), px(4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(font("caption", "semibold"))
        painter.setPen(QColor(now.on_accent))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, f"{int(minute) // 60:02d}:{int(minute) % 60:02d}")

    def _header(self) -> None:
        geometry, painter, now = self._scene.geometry, self._painter, self._now
        strip = QRect(0, 0, self._viewport.width(), geometry.header)
        painter.fillRect(strip, QColor(now.surface_raised))
        painter.setClipRect(strip.adjusted(geometry.gutter, 0, 0, 0))
        for index in self._visible:
            self._column_head(index)
        painter.setClipping(False)
        painter.setPen(QPen(QColor(now.control_line), 1))
        painter.drawLine(0, geometry.header - 1, self._viewport.width(), geometry.header - 1)

    def _column_head(self, index: int) -> None:
        geometry, painter, now = self._scene.geometry, self._painter, self._now
        filled = self._scene.filled[index]
        left = geometry.left(index) - self._across
        width = geometry.left(index + 1) - self._across - left
        room = QRect(left + px(8), px(4), width - px(16), geometry.header - px(8))
        provider, day = filled.column.provider, filled.column.day
        today = self._scene.now is not None and self._scene.now[0] == day
        colour = QColor(provider.colour) if provider.colour else QColor()
        if self._scene.one_day and colour.isValid():
            painter.fillRect(QRect(left + 1, 0, width - 1, px(3)), colour)
        # The year stands in the title above; here it would cost the day its place.
        first = provider.name if self._scene.one_day else format_weekday_date(day).rsplit("-", 1)[0]
        away = bool(filled.away) and not filled.working
        hours = "Away" if away else hours_text(filled.hours.working, day, self._scene.zone)
        second = f"{hours} · {role_words(provider)}" if self._scene.one_day else hours
        painter.setFont(self._strong)
        painter.setPen(QColor(now.accent_text if today and not self._scene.one_day else now.text))
        line = room.height() // 2
        self._header_line(QRect(room.left(), room.top(), room.width(), line), first, self._strong_words)
        painter.setFont(font("caption"))
        painter.setPen(QColor(now.text_muted))
        words = QFontMetrics(font("caption"))
        self._header_line(QRect(room.left(), room.top() + line, room.width(), line), second, words)
        painter.setPen(QPen(QColor(now.line), 1))
        painter.drawLine(left, px(6), left, geometry.header - px(6))

    def _header_line(self, rect: QRect, text: str, words: QFontMetrics) -> None:
        shown = words.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        self._painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _faded(value: str, alpha: int) -> QColor:
    color = QColor(value)
    color.setAlpha(alpha)
    return color


def _struck(face: QFont) -> QFont:
    made = QFont(face)
    made.setStrikeOut(True)
    return made
