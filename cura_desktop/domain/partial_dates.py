"""Dates of which only the year, or the year and month, are known: onset of an illness, an old operation."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from cura_desktop.domain.dates import MONTHS, NOT_RECORDED, format_date, month_number, parse_date


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, a year and month, or a whole date. Raises ValueError when the parts make no date."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a day needs its month")
        date(self.year, self.month or 1, self.day or 1)

    @property
    def earliest(self) -> date:
        """The first day it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def iso(self) -> str:
        """`1980`, `1980-08` or `1980-08-14`, for storage and exchange."""
        parts = (f"{self.year:04d}", self.month and f"{self.month:02d}", self.day and f"{self.day:02d}")
        return "-".join(part for part in parts if part)


def parse_partial_date(text: str, today: date) -> PartialDate | None:
    """`1980`, `aug 1980`, `08/1980`, `1980-08` or any whole date; None for anything else or after `today`."""
    cleaned = " ".join(text.strip().lower().split())
    found = _year_or_month(cleaned)
    if found is None and (whole := parse_date(cleaned, today)):
        found = PartialDate(whole.year, whole.month, whole.day)
    return found if found and found.earliest <= today else None


def _year_or_month(text: str) -> PartialDate | None:
    if re.fullmatch(r"(?:1[89]|20)\d\d", text):
        return PartialDate(int(text))
    if match := re.fullmatch(r"(\d{4})[/.\-](\d{1,2})", text):
        return _of_month(int(match[1]), int(match[2]))
    if match := re.fullmatch(r"(\d{1,2})[/.\-\s](\d{4})", text):
        return _of_month(int(match[2]), int(match[1]))
    if match := re.fullmatch(r"([a-z]{3,9})[\s.,\-]*(\d{4})", text):
        return _of_month(int(match[2]), month_number(match[1]) or 0)
    return None


def _of_month(year: int, month: int) -> PartialDate | None:
    return PartialDate(year, month) if 1 <= month <= 12 and year >= 1 else None


def format_partial_date(value: PartialDate | None) -> str:
    """`1980`, `Aug-1980` or `14-Aug-1980`; "Not recorded" for None (domain-rules A2.9)."""
    if value is None:
        return NOT_RECORDED
    if value.month is None:
        return str(value.year)
    if value.day is None:
        return f"{MONTHS[value.month - 1]}-{value.year}"
    return format_date(value.earliest)
