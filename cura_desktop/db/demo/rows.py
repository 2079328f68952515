"""Rows in the making: one list for each table, ids handed out in order."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

Row = dict[str, object]
FIRST_ID = 101
"""Ids below are left to what a new organization already holds (its roles, its system user)."""
ZONE = ZoneInfo("Europe/London")


@dataclass
class Book:
    """All rows made so far. `now` is naive UTC: what lies before it has happened."""

    reference: date
    random: Random
    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    _next: dict[str, int] = field(default_factory=lambda: defaultdict(lambda: FIRST_ID))

    @property
    def now(self) -> datetime:
        """Eleven in the morning of the reference day, as naive UTC."""
        return to_utc(self.reference, 11 * 60)

    def add(self, table: str, organization_id: int, **columns: object) -> int:
        """Append a row and return its id."""
        row_id = self._next[table]
        self._next[table] += 1
        self.tables[table].append({"organization_id": organization_id, "id": row_id, **columns})
        return row_id

    def add_keyed(self, table: str, organization_id: int, **columns: object) -> str:
        """Append a row whose id is a text UUID and return it."""
        key = str(UUID(int=self.random.getrandbits(128), version=4))
        self.tables[table].append({"organization_id": organization_id, "id": key, **columns})
        return key

    def chance(self, share: float) -> bool:
        """True in `share` of the cases."""
        return self.random.random() < share


def to_utc(day: date, minutes: int) -> datetime:
    """Clinic time (`minutes` after midnight of `day`) as naive UTC."""
    local = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=ZONE)
    return local.astimezone(UTC).replace(tzinfo=None)


def to_local(moment: datetime) -> datetime:
    """Naive UTC as clinic time."""
    return moment.replace(tzinfo=UTC).astimezone(ZONE)


def midnight(day: date) -> datetime:
    """A pure date in a timestamp column: midnight of the clinic's calendar, never converted (decisions 7)."""
    return datetime.combine(day, time())


def clock(text: str) -> int:
    """`HH:MM` as minutes after midnight."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
