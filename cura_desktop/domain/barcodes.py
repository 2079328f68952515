"""What a scanner sends: plain numbers and GS1 element strings (domain-rules A5e.10)."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

GROUP_SEPARATOR = "\x1d"
_SUBSTITUTES = ("<GS>", "{GS}", "␝")  # what scanners are set to send in its place where a keyboard has no such key
_SYMBOLOGY = re.compile(r"^\][A-Za-z][0-9]")


@dataclass(frozen=True, slots=True)
class Scan:
    """The parts of a scan; `code` is what an item is found by."""

    code: str
    expiry: date | None = None
    batch: str = ""


def read_scan(text: str) -> Scan:
    """GTIN, expiry (AI 17; day 00 is the month's last) and batch (AI 10) of a GS1 string; other text is the code as is.

    A GTIN whose check digit does not fit is no GS1 string. The zeros in front of a GTIN-14 are dropped.
    """
    typed = text.strip()
    for substitute in _SUBSTITUTES:
        typed = typed.replace(substitute, GROUP_SEPARATOR)
    plain = _SYMBOLOGY.sub("", typed.strip(GROUP_SEPARATOR)).lstrip(GROUP_SEPARATOR)
    if not re.match(r"^01[0-9]{14}", plain) or not _check_fits(plain[2:16]):
        return Scan(plain)
    expiry, batch, rest = None, "", plain[16:]
    while rest:
        kind, rest = rest[:2], rest[2:]
        if kind == "17" and re.match(r"^[0-9]{6}", rest):
            expiry, rest = _day(rest[:6]), rest[6:]
        elif kind in ("10", "21"):
            value, _, rest = rest.partition(GROUP_SEPARATOR)
            batch = value[:20] if kind == "10" else batch
        else:
            break
        rest = rest.removeprefix(GROUP_SEPARATOR)
    return Scan(plain[2:16].lstrip("0"), expiry, batch)


def _check_fits(gtin: str) -> bool:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(gtin[:13]))
    return (10 - total % 10) % 10 == int(gtin[13])


def _day(text: str) -> date | None:
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except ValueError:
        return None
