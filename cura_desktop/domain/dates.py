"""Dates and ages as the NHS shows them, and what people type for them (domain-rules A2.8 to A2.10).

Nothing here looks at the machine's locale or clock: `today` and `now` are passed in. Clinic time lives in
`clinic_time.py`, dates known only in part in `partial_dates.py`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NOT_RECORDED = "Not recorded"

_SEPARATED = re.compile(r"(\d{1,2})[\s/.\-]+(\d{1,2})[\s/.\-]+(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[\s/.\-]*([a-z]{3,9})[\s/.,\-]*(\d{4}|\d{2})")
_NAMED_FIRST = re.compile(r"([a-z]{3,9})[\s.]+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}|\d{2})")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_WEEKDAY_PREFIX = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+")
_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(LONG_MONTHS, 1)}


def parse_date(text: str, today: date, *, birth: bool = True) -> date | None:
    """A date in any form common in the UK, day before month, or None when it is not one.

    A two-digit year resolves to the past for a birth (the year itself may not lie after `today`); otherwise to the
    year nearest to `today`. A date that does not exist is None, never the next that does.
    """
    cleaned = _WEEKDAY_PREFIX.sub("", " ".join(text.strip().lower().split()))
    parts = _parts(cleaned)
    if parts is None:
        return None
    year_text, month, day = parts
    return _build(year_text, month, day, today, birth)


def _parts(text: str) -> tuple[str, int, int] | None:
    """Year as typed, month and day."""
    if match := _ISO.fullmatch(text):
        return match[1], int(match[2]), int(match[3])
    if match := _SEPARATED.fullmatch(text) or _COMPACT.fullmatch(text):
        return match[3], int(match[2]), int(match[1])
    if match := _NAMED.fullmatch(text):
        day_text, month_text, year_text = match[1], match[2], match[3]
    elif match := _NAMED_FIRST.fullmatch(text):
        month_text, day_text, year_text = match[1], match[2], match[3]
    else:
        return None
    month = month_number(month_text)
    return (year_text, month, int(day_text)) if month else None


def month_number(text: str) -> int | None:
    """The month of an English name of at least three letters, in any case (`aug`, `sept`, `August`)."""
    lowered = text.lower().rstrip(".")
    if len(lowered) < 3:
        return None
    return next((number for name, number in _MONTH_NUMBERS.items() if name.startswith(lowered)), None)


def _build(year_text: str, month: int, day: int, today: date, birth: bool) -> date | None:
    if len(year_text) == 4:
        return _existing(int(year_text), month, day)
    century = today.year - today.year % 100
    years = (century + offset + int(year_text) for offset in (100, 0, -100))
    candidates = [found for year in years if (found := _existing(year, month, day))]
    if birth:
        return next((found for found in candidates if found <= today), None)
    return min(candidates, key=lambda found: abs((found - today).days), default=None)


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def format_date(day: date | None) -> str:
    """`14-Aug-1980`, whatever the machine's regional settings; "Not recorded" for None (domain-rules A2.9)."""
    return NOT_RECORDED if day is None else f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year:04d}"


def format_weekday_date(day: date | None) -> str:
    """`Tue 05-Jan-2009` (domain-rules A2.9)."""
    return NOT_RECORDED if day is None else f"{WEEKDAYS[day.weekday()]} {format_date(day)}"


def format_long_date(day: date | None) -> str:
    """`14 August 1980`, for letters (domain-rules A2.9)."""
    return NOT_RECORDED if day is None else f"{day.day} {LONG_MONTHS[day.month - 1]} {day.year}"


def format_time(moment: time | datetime | None) -> str:
    """`09:05`, 24 hours, midnight `00:00` (domain-rules A2.10)."""
    return NOT_RECORDED if moment is None else f"{moment.hour:02d}:{moment.minute:02d}"


def format_date_time(moment: datetime | None) -> str:
    """`14-Aug-1980 09:05` (domain-rules A2.10). The caller has turned UTC into clinic time."""
    return NOT_RECORDED if moment is None else f"{format_date(moment)} {format_time(moment)}"


def years_between(born: date, day: date) -> int:
    """Whole years of age on `day`; somebody born on 29 February has a birthday on 1 March of a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def format_age(born: date | datetime, now: date | datetime) -> str:
    """Age in the unit the NHS uses at that age: 90min, 26hrs, 3d, 4w 1d, 12m 8d, 4y 1m, 61y (domain-rules A2.8).

    Minutes and hours are shown only when both moments carry a time. A birth after `now` gives "Not yet born".
    """
    if isinstance(born, datetime) and isinstance(now, datetime):
        elapsed = now - born
        if timedelta() <= elapsed < timedelta(hours=2):
            return f"{elapsed // timedelta(minutes=1)}min"
        if timedelta() <= elapsed < timedelta(days=2):
            return f"{elapsed // timedelta(hours=1)}hrs"
        days = elapsed // timedelta(days=1)
    else:
        days = (_day(now) - _day(born)).days
    return "Not yet born" if days < 0 else _age_from_days(_day(born), _day(now), days)


def _age_from_days(born: date, now: date, days: int) -> str:
    years = years_between(born, now)
    if days < 28:
        return f"{days}d"
    if years < 1:
        return _joined((days // 7, "w"), (days % 7, "d"))
    months, rest = _months_and_days(born, now)
    if years < 2:
        return _joined((months, "m"), (rest, "d"))
    if years < 18:
        return _joined((years, "y"), (months % 12, "m"))
    return f"{years}y"


def _months_and_days(born: date, now: date) -> tuple[int, int]:
    months = (now.year - born.year) * 12 + now.month - born.month
    if now.day < born.day:
        months -= 1
    return months, (now - add_months(born, months)).days


def add_months(day: date, months: int) -> date:
    """The same day-number `months` later (or earlier), or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _joined(*parts: tuple[int, str]) -> str:
    """Units that are not zero, as `4w 1d`."""
    return " ".join(f"{value}{unit}" for value, unit in parts if value)


def format_duration(span: timedelta) -> str:
    """`5d 50min`: whole minutes, units that are zero left out, "0min" for nothing (domain-rules A2.10).

    Raises ValueError for a negative span.
    """
    if span < timedelta():
        raise ValueError("a duration is never negative")
    minutes = span // timedelta(minutes=1)
    return _joined((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min")) or "0min"
