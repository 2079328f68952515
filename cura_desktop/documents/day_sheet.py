"""The day's appointments on paper, for the day the screens are dark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, Spacer

from cura_desktop.documents.frame import Sheet, build
from cura_desktop.documents.letterhead import Letterhead
from cura_desktop.documents.styles import BODY, LABEL, STRONG, TITLE, paragraph
from cura_desktop.documents.tables import cell_widths, data_table
from cura_desktop.domain.dates import format_date, format_date_time, format_time, format_weekday_date


@dataclass(frozen=True, slots=True)
class DaySheetRow:
    """One appointment. Times are the clinic's; `flags` are words (first visit, virtual, overbooked, unpaid)."""

    start: time
    end: time
    patient_name: str
    born: date | None = None
    patient_number: str = ""
    phone: str = ""
    kind: str = ""
    reason: str = ""
    room: str = ""
    status: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DaySheetDocument:
    """One provider's day, or the clinic's when `provider` is empty. `printed_at` in the clinic's time."""

    letterhead: Letterhead
    day: date
    provider: str
    rows: tuple[DaySheetRow, ...]
    printed_at: datetime
    printed_by: str = ""


def write_day_sheet(data: DaySheetDocument) -> bytes:
    """A4 landscape, in order of time, the header row on every page."""
    title = f"Appointments on {format_weekday_date(data.day)}"
    whose = f" — {data.provider}" if data.provider else ""
    by = f" by {data.printed_by}" if data.printed_by else ""
    sheet = Sheet(
        title=f"{title}{whose}",
        letterhead=data.letterhead,
        running=f"{title}{whose} — continued",
        dated=data.printed_at,
        footer=f"Confidential: destroy after use. Printed {format_date_time(data.printed_at)}{by}.",
        size=landscape(A4),
    )
    return build(sheet, list(_story(data, title, sheet.width)))


def _story(data: DaySheetDocument, title: str, width: float) -> Iterator[Any]:
    yield paragraph(title, TITLE, width)
    yield Spacer(1, 1.5 * mm)
    count = f"{len(data.rows)} appointment{'' if len(data.rows) == 1 else 's'}"
    yield paragraph(" — ".join(text for text in (data.provider, count) if text), BODY, width)
    yield Spacer(1, 4 * mm)
    if not data.rows:
        yield paragraph("No appointments on this day.", BODY, width)
        return
    widths = [25 * mm, 62 * mm, 26 * mm, 30 * mm, width - 205 * mm, 24 * mm, 38 * mm]
    head = ("Time", "Patient", "Born", "Phone", "Type and reason", "Room", "Status")
    room = cell_widths(widths)
    rows = [_cells(row, room) for row in sorted(data.rows, key=lambda row: (row.start, row.end, row.patient_name))]
    yield data_table([(text, False) for text in head], rows, widths)


def _cells(row: DaySheetRow, room: list[float]) -> list[Any]:
    return [
        paragraph(f"{format_time(row.start)}–{format_time(row.end)}", STRONG, room[0]),
        _two_lines(row.patient_name, row.patient_number, room[1], STRONG),
        paragraph(format_date(row.born), BODY, room[2]),
        paragraph(row.phone, BODY, room[3]),
        _two_lines(row.kind, row.reason, room[4], BODY),
        paragraph(row.room, BODY, room[5]),
        _two_lines(row.status, ", ".join(row.flags), room[6], BODY),
    ]


def _two_lines(first: str, second: str, width: float, ink: Any) -> list[Paragraph]:
    lines = [paragraph(first, ink, width)]
    return [*lines, paragraph(second, LABEL, width)] if second else lines
