"""Clinic time and UTC: the database holds naive UTC, people read the clinic's wall clock (decisions.md 7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cura_desktop.domain.dates import format_date_time
from cura_desktop.domain.errors import InvalidInputError


def to_clinic(utc: datetime, zone: ZoneInfo) -> datetime:
    """The wall-clock time (naive) of a naive UTC moment. `fold` is 1 in the second pass of a repeated hour."""
    return utc.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """The naive UTC moment of a wall-clock time.

    A time that the clock skips in spring raises InvalidInputError (field `time`); one that happens twice in autumn is
    the first of the two, unless `local.fold` is 1.
    """
    utc = _as_utc(local, zone)
    if to_clinic(utc, zone).replace(fold=0) != local.replace(fold=0):
        raise InvalidInputError(
            {"time": f"{format_date_time(local)} does not exist: the clocks go forward over it. Choose another time."}
        )
    return utc


def nearest_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """As `to_utc`, but a skipped time becomes the moment the clock jumps, so that a night shift keeps its edge."""
    utc = _as_utc(local, zone)
    if to_clinic(utc, zone).replace(fold=0) == local.replace(fold=0):
        return utc
    # PEP 495: in a gap, fold=0 uses the offset before the jump and lands after it by as much as `local` is inside it.
    before = local.replace(tzinfo=zone, fold=0).utcoffset() or timedelta()
    after = local.replace(tzinfo=zone, fold=1).utcoffset() or timedelta()
    low, high = local - after, local - before
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        offset = middle.replace(tzinfo=UTC).astimezone(zone).utcoffset()
        low, high = (middle, high) if offset == before else (low, middle)
    return high.replace(microsecond=0)


def day_bounds_utc(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Naive UTC start and end (excluded) of a clinic day: 23, 24 or 25 hours apart."""
    return (
        nearest_utc(datetime.combine(day, time()), zone),
        nearest_utc(datetime.combine(day + timedelta(days=1), time()), zone),
    )


def _as_utc(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
