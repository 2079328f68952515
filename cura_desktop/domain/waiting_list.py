"""Who waits for an appointment, what times would do, and who comes first (C7, C8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

URGENCIES = {"urgent": "Urgent", "soon": "Soon", "routine": "Routine"}
DAY_PARTS = {"morning": "Morning", "afternoon": "Afternoon", "evening": "Evening"}
NOON, EVENING = time(12), time(17)
AGEING_DAYS = {"urgent": 0, "soon": 14, "routine": 42}
"""After so many days somebody waits longer than is meant for the urgency; then they come before newer ones above."""


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """A request as typed. Without `provider_id` anybody will do; `latest_day` is the clinic's."""

    patient_id: int | None = None
    provider_id: int | None = None
    minutes: int | None = 15
    urgency: str = "routine"
    reason: str = ""
    day_parts: frozenset[str] = frozenset(DAY_PARTS)
    weekdays: frozenset[int] = frozenset(range(7))
    latest_day: date | None = None

    def problems(self, today: date) -> dict[str, str]:
        """Field -> sentence."""
        found = {}
        if self.patient_id is None:
            found["patient"] = "Choose the patient."
        if self.minutes is None or not 1 <= self.minutes <= 1440:
            found["minutes"] = "A length is between 1 minute and 24 hours."
        if not self.reason.strip():
            found["reason"] = "Say briefly what it is about."
        if not self.day_parts:
            found["day_parts"] = "Choose at least one part of the day."
        if self.latest_day is not None and self.latest_day < today:
            found["latest_day"] = "This day has passed."
        return found


@dataclass(frozen=True, slots=True)
class WaitingEntry:
    """A stored request. `since` is naive UTC."""

    id: int
    version: int
    details: WaitingDraft
    patient_name: str
    patient_number: str
    phone: str
    provider: str
    since: datetime
    status: str = "waiting"

    @property
    def times(self) -> str:
        """`Mornings, Mon and Wed, by 12-Dec-2026` without what is not limited."""
        parts = [] if self.details.day_parts == frozenset(DAY_PARTS) else [
            DAY_PARTS[one] for one in DAY_PARTS if one in self.details.day_parts
        ]  # fmt: skip
        days = "" if len(self.details.weekdays) == 7 else ", ".join(
            name for number, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
            if number in self.details.weekdays
        )  # fmt: skip
        return "; ".join(part for part in (", ".join(parts), days) if part) or "Any time"

    def waits(self, now: datetime) -> int:
        """Whole days."""
        return max((now - self.since).days, 0)

    def is_overdue(self, now: datetime, today: date) -> bool:
        """Waits longer than its urgency allows, or the last day that would do has come."""
        late = self.details.latest_day is not None and self.details.latest_day <= today
        return late or self.waits(now) > AGEING_DAYS[self.details.urgency]


@dataclass(frozen=True, slots=True)
class FreedTime:
    """A time that became free; `start` is naive UTC, `local` the clinic's clock."""

    provider_id: int
    start: datetime
    local: datetime
    minutes: int
    provider: str = field(default="")


def part_of_day(at: time) -> str:
    """Morning before noon, evening from five."""
    return "morning" if at < NOON else "afternoon" if at < EVENING else "evening"


def fits(entry: WaitingEntry, freed: FreedTime) -> bool:
    """Whether the time would do: long enough, with the right person, in the right part of a day that suits."""
    wanted = entry.details
    return (
        (wanted.minutes or 0) <= freed.minutes
        and wanted.provider_id in (None, freed.provider_id)
        and part_of_day(freed.local.time()) in wanted.day_parts
        and freed.local.weekday() in wanted.weekdays
        and (wanted.latest_day is None or freed.local.date() <= wanted.latest_day)
    )


def in_order(entries: Sequence[WaitingEntry], now: datetime, today: date) -> tuple[WaitingEntry, ...]:
    """Who comes first: urgent ones, then who waits too long already, then by urgency, the longest wait first."""
    rank = {name: place for place, name in enumerate(URGENCIES)}

    def place(one: WaitingEntry) -> tuple[int, int, datetime]:
        urgency = rank[one.details.urgency]
        late = one.is_overdue(now, today)
        return (0 if urgency == 0 else 1 if late else 2, urgency, one.since)

    return tuple(sorted(entries, key=place))
