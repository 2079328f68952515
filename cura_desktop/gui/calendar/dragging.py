"""A drag in the grid: where it would land, and what speaks against it before it is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractScrollArea

from cura_desktop.domain.appointments import LONGEST, SHORTEST, AppointmentBlock, CalendarRange
from cura_desktop.domain.calendar import AppointmentStatus, Interval
from cura_desktop.gui.calendar.geometry import DAY_MINUTES, QUARTER, SNAP, FilledColumn, PlacedBlock, snap, utc_of
from cura_desktop.gui.calendar.look import span_text
from cura_desktop.gui.calendar.painting import Ghost
from cura_desktop.gui.shell.scaling import px

_MOVABLE = (AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED, AppointmentStatus.ARRIVED)


@dataclass(slots=True)
class Drag:
    """`block` None: a stretch of free time is being chosen. `grip` is the minute of the block taken hold of."""

    pressed: QPoint
    column: int
    origin: float
    block: AppointmentBlock | None
    grip: float
    resizing: bool
    ghost: Ghost | None = None

    @property
    def begun(self) -> bool:
        """It has gone far enough to be one."""
        return self.ghost is not None

    def go_to(
        self, column: int, minute: float, filled: Sequence[FilledColumn], view: CalendarRange, zone: ZoneInfo
    ) -> None:
        """The pointer is over that column and minute now."""
        if self.block is None:
            self.ghost = self._chosen(minute, filled, view, zone)
        elif self.resizing:
            minutes = max(snap(minute - self.origin), SHORTEST)
            self.ghost = self._placed(self.column, self.origin, min(minutes, LONGEST), filled, view, zone)
        else:
            start = min(max(snap(minute - self.grip), 0), DAY_MINUTES - SNAP)
            self.ghost = self._placed(column, start, self.block.minutes, filled, view, zone)

    def _chosen(self, minute: float, filled: Sequence[FilledColumn], view: CalendarRange, zone: ZoneInfo) -> Ghost:
        low, high = sorted((self.origin, minute))
        start = int(low) // QUARTER * QUARTER
        end = max(snap(high, SNAP), start + SNAP)
        return self._placed(self.column, start, end - start, filled, view, zone)

    def _placed(
        self,
        column: int,
        start: float,
        minutes: int,
        filled: Sequence[FilledColumn],
        view: CalendarRange,
        zone: ZoneInfo,
    ) -> Ghost:
        """The place with the time it means, or with the reason why it will be refused."""
        target = filled[column]
        begin = utc_of(target.column.day, int(start), zone)
        wanted = Interval(begin, begin + timedelta(minutes=minutes))
        told = span_text(wanted, zone)
        refusal = self._refusal(target, wanted, view)
        if not refusal and not target.hours.is_inside(wanted):
            told += "  outside working hours"
        return Ghost(column, start, start + minutes, refusal or told, bool(refusal))

    def _refusal(self, target: FilledColumn, wanted: Interval, view: CalendarRange) -> str:
        block = self.block
        if block is not None and block.status not in _MOVABLE:
            return f"{block.status.words}: it stays where it is"
        if block is not None and block.is_overbooked:
            return ""
        clash = view.clash(wanted, target.column.provider.id, block.id if block is not None else 0)
        return f"Taken by {clash.patient_name}" if clash is not None else ""


def begin_drag(point: QPoint, column: int, minute: float, placed: PlacedBlock | None, *, resizing: bool) -> Drag:
    """The button went down on a block, on its lower edge, or on free time."""
    if placed is None:
        return Drag(point, column, minute, None, 0, False)
    return Drag(point, column, placed.start, placed.block, minute - placed.start, resizing)


def scroll_at_edge(area: QAbstractScrollArea, pointer: QPoint, gutter: int, header: int) -> None:
    """A step towards the edge of the view the pointer is near; `gutter` and `header` (pixels) do not scroll."""
    down, across, edge = area.verticalScrollBar(), area.horizontalScrollBar(), px(24)
    if pointer.y() > area.viewport().height() - edge:
        down.setValue(down.value() + px(12))
    elif pointer.y() < header + edge:
        down.setValue(down.value() - px(12))
    if pointer.x() > area.viewport().width() - edge:
        across.setValue(across.value() + px(12))
    elif pointer.x() < gutter + edge:
        across.setValue(across.value() - px(12))
