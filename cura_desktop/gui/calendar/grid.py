"""The calendar grid: time down, providers or days across. Mouse and keyboard; what they mean goes out as signals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QToolTip, QWidget

from cura_desktop.domain.appointments import AppointmentBlock, CalendarRange, local_minutes
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.gui.calendar.dragging import Drag, begin_drag, scroll_at_edge
from cura_desktop.gui.calendar.geometry import (
    DAY_MINUTES,
    QUARTER,
    FilledColumn,
    Geometry,
    GridColumn,
    PlacedBlock,
    fill_columns,
    utc_of,
)
from cura_desktop.gui.calendar.look import sentence
from cura_desktop.gui.calendar.painting import Ghost, GridPainter, GridScene, Words
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme

EDGE = 6
"""Pixels at the lower edge of a block that change its length."""
MORNING = 8 * 60


class CalendarGrid(QAbstractScrollArea):
    """Arrows move over the quarter hours, Enter opens what is there or books the free time; dragging a block moves it,
    dragging its lower edge changes its length, dragging over free time chooses it. Escape gives a drag up.
    """

    opened = Signal(object)
    slot_chosen = Signal(int, object, int)
    moved = Signal(object, object, int)
    resized = Signal(object, int)
    refused = Signal(str)
    current_changed = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(self, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self._view = CalendarRange(())
        self._filled: tuple[FilledColumn, ...] = ()
        self._one_day = True
        self._may_change = True
        self._now: tuple[date, float] | None = None
        self._cursor: tuple[int, int] = (0, 9 * 60)
        self._chosen = 0
        self._drag: Drag | None = None
        self._words: Words = {}
        self._placed_once = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Calendar")
        self.setAccessibleDescription("Arrow keys move over the times, Enter opens or books.")
        self.viewport().setMouseTracking(True)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self._scroller = QTimer(self)
        self._scroller.setInterval(40)
        self._scroller.timeout.connect(self._scroll_while_dragging)
        self._pointer = QPoint()
        self.verticalScrollBar().valueChanged.connect(self.viewport().update)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)
        theme().changed.connect(self._lay_out)
        self._lay_out()

    # -------------------------------------------------------------------------------------------------------- content

    def show_columns(
        self, columns: Sequence[GridColumn], view: CalendarRange, shown: Sequence[AppointmentBlock], *, one_day: bool
    ) -> None:
        """Draw these columns with these blocks. A reload keeps the place, the cursor and the chosen block."""
        before = [filled.column for filled in self._filled]
        self._view, self._one_day = view, one_day
        self._filled = fill_columns(columns, view, self._zone, shown)
        self._cursor = (min(self._cursor[0], max(len(columns) - 1, 0)), self._cursor[1])
        if self._chosen and self.current() is None:
            self._chosen = 0
        if [filled.column for filled in self._filled] != before:
            self._give_up()  # a reload of the same columns leaves a drag that is under way alone
        self._lay_out()
        if not self._placed_once and self._filled:
            self._placed_once = True
            self.show_working_time()
        if [filled.column for filled in self._filled] != before:
            self.current_changed.emit(self.current())

    def set_now(self, now: datetime) -> None:
        """Move the line of the present (naive UTC)."""
        local = to_clinic(now, self._zone)
        self._now = local.date(), local_minutes(now, local.date(), self._zone)
        self.viewport().update()

    def set_may_change(self, may: bool) -> None:
        """Whether dragging and booking are offered at all."""
        self._may_change = may

    def current(self) -> AppointmentBlock | None:
        """The chosen block, or None when a free time is."""
        return next(
            (one.block for filled in self._filled for one in filled.placed if one.block.id == self._chosen), None
        )

    def current_slot(self) -> tuple[GridColumn, datetime] | None:
        """The column and time (naive UTC) of the keyboard's place."""
        if not self._filled:
            return None
        column = self._filled[self._cursor[0]].column
        return column, utc_of(column.day, self._cursor[1], self._zone)

    def choose(self, block: AppointmentBlock) -> None:
        """Put the keyboard's place on a block."""
        for index, filled in enumerate(self._filled):
            for placed in filled.placed:
                if placed.block.id == block.id:
                    self._go_to(index, int(placed.start), placed)

    def show_working_time(self) -> None:
        """Scroll to where work begins, or to the present while it is within the working day."""
        starts = [start for filled in self._filled for start, _ in filled.working]
        minute = min(starts, default=float(MORNING))
        today = [one for one in self._filled if self._now is not None and one.column.day == self._now[0]]
        last = max((end for filled in today for _, end in filled.working), default=24.0 * 60)
        if self._now is not None and today and self._now[1] <= last:  # after work the hours to come are empty and grey
            minute = max(minute, self._now[1] - 60)
        self._cursor = (self._cursor[0], int(minute) // QUARTER * QUARTER)
        placed = self._filled[self._cursor[0]].at(self._cursor[1]) if self._filled else None
        self._chosen = placed.block.id if placed is not None else 0
        self.verticalScrollBar().setValue(self._geometry.top(max(minute - 15, 0)) - self._geometry.header)

    def scene(self) -> GridScene:
        """What is drawn now."""
        drag = self._drag
        return GridScene(
            self._geometry,
            self._filled,
            self._zone,
            self._one_day,
            self._now,
            self._cursor if self._filled else None,
            self._chosen,
            drag.ghost if drag is not None and drag.block is None else None,
            drag.ghost if drag is not None and drag.block is not None else None,
            self.hasFocus(),
        )

    # --------------------------------------------------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        self._words.clear()
        self._geometry = Geometry(
            len(self._filled), self.viewport().width(), px(52), px(44), px(104), px(120 if self._one_day else 96)
        )
        page = self.viewport().size()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setRange(0, max(self._geometry.content_width + self._geometry.gutter - page.width(), 0))
        down.setRange(0, max(self._geometry.content_height + self._geometry.header - page.height(), 0))
        across.setPageStep(max(page.width() - self._geometry.gutter, 1))
        down.setPageStep(max(page.height() - self._geometry.header, 1))
        across.setSingleStep(px(40))
        down.setSingleStep(self._geometry.hour // 4)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        scrolled = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        GridPainter(painter, self.scene(), self.viewport().rect(), scrolled, self._words).paint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    # ------------------------------------------------------------------------------------------------------- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
        }
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._drag is not None:
            self._give_up()
        elif not self._filled or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in steps:
            self._step(*steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_Home:
            self._go_to_minute(int(min((s for s, _ in self._filled[self._cursor[0]].working), default=MORNING)))
        elif key == Qt.Key.Key_End:
            ends = [end for _, end in self._filled[self._cursor[0]].working]
            self._go_to_minute(int(max(ends, default=float(DAY_MINUTES))) - QUARTER)
        else:
            super().keyPressEvent(event)

    def _step(self, across: int, down: int) -> None:
        """One quarter hour or column on; a block is one step, however long, and so is each of those side by side."""
        index, minute = self._cursor
        column = min(max(index + across, 0), len(self._filled) - 1)
        current = next((one for one in self._filled[index].placed if one.block.id == self._chosen), None)
        if down:
            beside = self._filled[index].beside(current, down) if current is not None else None
            if beside is not None:
                self._go_to(index, int(beside.start), beside)
                return
            if current is not None:
                minute = int(current.end) if down > 0 else int(current.start) - 1
            else:
                minute = minute + QUARTER * down
        self._go_to_column(column, min(max(minute, 0), DAY_MINUTES - QUARTER))

    def _go_to_minute(self, minute: int) -> None:
        self._go_to_column(self._cursor[0], minute)

    def _go_to_column(self, column: int, minute: int) -> None:
        filled = self._filled[column]
        rounded = minute // QUARTER * QUARTER
        placed = filled.at(minute) or next(
            (one for one in filled.placed if rounded <= one.start < rounded + QUARTER), None
        )
        self._go_to(column, int(placed.start) if placed else rounded, placed)

    def _go_to(self, column: int, minute: int, placed: PlacedBlock | None) -> None:
        self._cursor = column, minute
        self._chosen = placed.block.id if placed is not None else 0
        self._reveal(column, minute, placed.end if placed is not None else minute + QUARTER)
        self.viewport().update()
        filled = self._filled[column]
        free = f"{minute // 60:02d}:{minute % 60:02d} free, {filled.column.provider.name}"
        announce(self, sentence(placed.block, self._zone) if placed is not None else free)
        self.current_changed.emit(placed.block if placed is not None else None)

    def _reveal(self, column: int, start: float, end: float) -> None:
        geometry, down, across = self._geometry, self.verticalScrollBar(), self.horizontalScrollBar()
        top, bottom = geometry.top(start) - geometry.header, geometry.top(end) - self.viewport().height()
        down.setValue(min(max(down.value(), bottom), top))
        left, right = geometry.left(column) - geometry.gutter, geometry.left(column + 1) - self.viewport().width()
        across.setValue(min(max(across.value(), right), left))

    def _enter(self) -> None:
        block = self.current()
        slot = self.current_slot()
        if block is not None:
            self.opened.emit(block)
        elif slot is not None and self._may_change:
            self.slot_chosen.emit(slot[0].provider.id, slot[1], 0)

    # ---------------------------------------------------------------------------------------------------------- mouse

    def _at(self, point: QPoint) -> tuple[int, float] | None:
        """Column and minute under a place of the viewport; None on the frame."""
        if point.y() < self._geometry.header or point.x() < self._geometry.gutter:
            return None
        column = self._geometry.column_at(point.x() + self.horizontalScrollBar().value())
        minute = self._geometry.minute_at(point.y() + self.verticalScrollBar().value())
        return None if column is None else (column, minute)

    def rect_of(self, block: AppointmentBlock) -> QRect:
        """Where a block is in the viewport; empty when it is not shown."""
        for index, filled in enumerate(self._filled):
            for placed in filled.placed:
                if placed.block.id == block.id:
                    return self._rect_of(index, placed)
        return QRect()

    def _rect_of(self, index: int, placed: PlacedBlock) -> QRect:
        box = QRect(*self._geometry.box(index, placed, px(2), px(6)))
        return box.translated(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())

    def _placed_at(self, point: QPoint) -> tuple[int, PlacedBlock] | None:
        place = self._at(point)
        if place is None:
            return None
        for placed in reversed(self._filled[place[0]].placed):
            if self._rect_of(place[0], placed).contains(point):
                return place[0], placed
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point, place = event.position().toPoint(), self._at(event.position().toPoint())
        if place is None:
            return
        hit = self._placed_at(point)
        column, minute = place
        if hit is not None:
            self._go_to(hit[0], int(hit[1].start), hit[1])
        else:
            self._go_to(column, int(minute) // QUARTER * QUARTER, None)
        if event.button() == Qt.MouseButton.LeftButton and self._may_change:
            at_edge = hit is not None and self._at_edge(hit, point)
            self._drag = begin_drag(point, column, minute, hit[1] if hit else None, resizing=at_edge)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position().toPoint()
        if self._drag is None:
            hit = self._placed_at(self._pointer)
            edge = hit is not None and self._may_change and self._at_edge(hit, self._pointer)
            self.viewport().setCursor(Qt.CursorShape.SizeVerCursor if edge else Qt.CursorShape.ArrowCursor)
            return
        far = (self._pointer - self._drag.pressed).manhattanLength() >= QApplication.startDragDistance()
        if far or self._drag.begun:
            self._scroller.start()
            self._drag_to(self._pointer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        self._scroller.stop()
        self.viewport().update()
        if drag is None or drag.ghost is None:
            return
        ghost = drag.ghost
        column = self._filled[ghost.column].column
        start = utc_of(column.day, int(ghost.start), self._zone)
        if ghost.refused:
            self.refused.emit(ghost.text)
        elif drag.block is None:
            self.slot_chosen.emit(column.provider.id, start, int(ghost.end - ghost.start))
        elif drag.resizing:
            self.resized.emit(drag.block, int(ghost.end - ghost.start))
        elif (start, column.provider.id) != (drag.block.start, drag.block.provider_id):
            self.moved.emit(drag.block, start, column.provider.id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        if event.button() == Qt.MouseButton.LeftButton and self._at(event.position().toPoint()) is not None:
            self._enter()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            block = self.current()
            place = self.rect_of(block).center() if block is not None else self.viewport().rect().center()
            self.menu_wanted.emit(self.viewport().mapToGlobal(place))
        else:
            self.menu_wanted.emit(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hit = self._placed_at(event.pos())
            QToolTip.showText(event.globalPos(), sentence(hit[1].block, self._zone) if hit else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def _at_edge(self, hit: tuple[int, PlacedBlock], point: QPoint) -> bool:
        rect = self._rect_of(*hit)
        return rect.bottom() - point.y() < min(px(EDGE), rect.height() // 3)

    def _drag_to(self, point: QPoint) -> None:
        if self._drag is None:
            return
        bounded = QPoint(max(point.x(), self._geometry.gutter), max(point.y(), self._geometry.header))
        place = self._at(bounded)
        if place is not None:
            self._drag.go_to(*place, self._filled, self._view, self._zone)
            self.viewport().update()

    def _scroll_while_dragging(self) -> None:
        """Near an edge of the view the grid goes on under the pointer."""
        if self._drag is None:
            self._scroller.stop()
            return
        scroll_at_edge(self, self._pointer, self._geometry.gutter, self._geometry.header)
        self._drag_to(self._pointer)

    def _give_up(self) -> None:
        self._drag = None
        self._scroller.stop()
        self.viewport().update()

    def ghost(self) -> Ghost | None:
        """What is being dragged now."""
        return self._drag.ghost if self._drag is not None else None
