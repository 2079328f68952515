"""Where things lie in the calendar grid: columns across, wall-clock minutes down. Plain arithmetic, no widgets."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cura_desktop.domain.appointments import AppointmentBlock, CalendarRange, DayHours, Provider, local_minutes
from cura_desktop.domain.calendar import Interval
from cura_desktop.domain.clinic_time import nearest_utc

DAY_MINUTES = 1440
QUARTER = 15
SNAP = 5


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One provider on one clinic day."""

    day: date
    provider: Provider


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block with its wall-clock minutes, and its lane among those that share the time."""

    block: AppointmentBlock
    start: float
    end: float
    lane: int = 0
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """A column with everything drawn in it; spans are wall-clock minutes."""

    column: GridColumn
    hours: DayHours
    working: tuple[tuple[float, float], ...]
    breaks: tuple[tuple[float, float], ...]
    away: tuple[tuple[float, float], ...]
    placed: tuple[PlacedBlock, ...]

    def at(self, minute: float) -> PlacedBlock | None:
        """The block under a minute, the later-starting one where two overlap."""
        return next((one for one in reversed(self.placed) if one.start <= minute < one.end), None)

    def beside(self, current: PlacedBlock, step: int) -> PlacedBlock | None:
        """The next (`step` 1) or earlier (-1) block of the same time, where several share it."""
        group = [one for one in self.placed if one.start < current.end and current.start < one.end]
        place = group.index(current) + step
        return group[place] if 0 <= place < len(group) else None


def fill_columns(
    columns: Sequence[GridColumn], view: CalendarRange, zone: ZoneInfo, shown: Iterable[AppointmentBlock]
) -> tuple[FilledColumn, ...]:
    """Put the shown blocks and the hours into their columns."""
    by_place: dict[tuple[int, date], list[AppointmentBlock]] = defaultdict(list)
    midnights = [datetime.combine(day, time()) for day in view.days]
    starts = [nearest_utc(midnight, zone) for midnight in midnights]
    for block in shown:
        index = bisect_right(starts, block.start) - 1
        if index >= 0:
            by_place[block.provider_id, view.days[index]].append(block)
    hours = {(one.provider_id, one.day): one for one in view.hours}
    return tuple(_fill(column, hours, by_place.get((column.provider.id, column.day), []), zone) for column in columns)


def _fill(
    column: GridColumn, hours: dict[tuple[int, date], DayHours], blocks: list[AppointmentBlock], zone: ZoneInfo
) -> FilledColumn:
    key = column.provider.id, column.day
    mine = hours.get(key) or DayHours(*key)

    def spans(intervals: Iterable[Interval]) -> tuple[tuple[float, float], ...]:
        return tuple(
            (local_minutes(one.start, column.day, zone), local_minutes(one.end, column.day, zone)) for one in intervals
        )

    starts = [(local_minutes(block.start, column.day, zone), block) for block in blocks]
    placed = lanes([PlacedBlock(block, start, start + block.minutes) for start, block in starts])
    return FilledColumn(column, mine, spans(mine.working), spans(mine.breaks), spans(mine.absences), placed)


def lanes(placed: Sequence[PlacedBlock]) -> tuple[PlacedBlock, ...]:
    """Share the width among blocks that overlap, first come leftmost; the rest keep all of it."""
    found: list[PlacedBlock] = []
    group: list[tuple[PlacedBlock, int]] = []
    ends: list[float] = []

    def close() -> None:
        found.extend(PlacedBlock(one.block, one.start, one.end, lane, len(ends)) for one, lane in group)
        group.clear()
        ends.clear()

    for one in sorted(placed, key=lambda each: (each.start, -each.end, each.block.id)):
        if ends and one.start >= max(ends):
            close()
        lane = next((number for number, end in enumerate(ends) if end <= one.start), len(ends))
        ends[lane : lane + 1] = [one.end]
        group.append((one, lane))
    close()
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Geometry:
    """Pixels of a grid: a header above and a gutter of times at the left stay; the rest scrolls."""

    columns: int
    width: int
    gutter: int
    header: int
    hour: int
    narrowest: int

    @property
    def column_width(self) -> float:
        """All columns fill the view; below the narrowest width they scroll instead."""
        return max((self.width - self.gutter) / max(self.columns, 1), float(self.narrowest))

    @property
    def content_width(self) -> int:
        """Of all columns together, without the gutter."""
        return round(self.column_width * self.columns)

    @property
    def content_height(self) -> int:
        """Of the whole day, without the header."""
        return self.hour * 24

    def left(self, column: int) -> int:
        """Where a column begins, before scrolling."""
        return self.gutter + round(column * self.column_width)

    def top(self, minute: float) -> int:
        """Where a wall-clock minute lies, before scrolling."""
        return self.header + round(minute * self.hour / 60)

    def box(self, column: int, placed: PlacedBlock, inset: int, gap: int) -> tuple[int, int, int, int]:
        """Left, top, width and height of a block before scrolling; `gap` of each column's width stays free."""
        left, top = self.left(column), self.top(placed.start)
        lane = (self.left(column + 1) - left - gap) / placed.lanes
        return left + inset + round(placed.lane * lane), top, round(lane), self.top(placed.end) - top

    def column_at(self, x: int) -> int | None:
        """The column under a horizontal place (scrolling already added); None beside all of them."""
        if x < self.gutter or not self.columns:
            return None
        column = int((x - self.gutter) / self.column_width)
        return column if column < self.columns else None

    def minute_at(self, y: int) -> float:
        """The wall-clock minute under a vertical place (scrolling already added)."""
        return min(max((y - self.header) * 60 / self.hour, 0), DAY_MINUTES - 1)


def snap(minute: float, step: int = SNAP) -> int:
    """The nearest multiple of `step` minutes."""
    return round(minute / step) * step


def utc_of(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Naive UTC of a wall-clock minute of a clinic day; in the hour the clocks skip, the moment they jump."""
    return nearest_utc(datetime.combine(day, time()) + timedelta(minutes=minute), zone)
