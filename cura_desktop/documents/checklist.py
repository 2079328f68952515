"""A checklist to work through on paper: a box and a line for the time at every step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from cura_desktop.documents.frame import Sheet, build
from cura_desktop.documents.letterhead import Letterhead
from cura_desktop.documents.styles import BODY, LABEL, STRONG, TITLE, paragraph
from cura_desktop.documents.tables import cell_widths, data_table, facts
from cura_desktop.domain.dates import format_date_time


@dataclass(frozen=True, slots=True)
class ChecklistDocument:
    """`facts` are label and value; `printed_at` is the clinic's time; `version` tells an old paper from a new one."""

    letterhead: Letterhead
    title: str
    facts: tuple[tuple[str, str], ...]
    prerequisites: tuple[str, ...]
    steps: tuple[str, ...]
    complications: tuple[str, ...]
    printed_at: datetime
    version: int = 1


def write_checklist(data: ChecklistDocument) -> bytes:
    """A4, the header row on every page."""
    sheet = Sheet(
        title=data.title,
        letterhead=data.letterhead,
        running=f"{data.title} — continued",
        dated=data.printed_at,
        footer=f"{data.title}, version {data.version}. Printed {format_date_time(data.printed_at)}.",
    )
    return build(sheet, list(_story(data, sheet.width)))


def _story(data: ChecklistDocument, width: float) -> Iterator[Any]:
    yield paragraph(data.title, TITLE, width)
    yield Spacer(1, 3 * mm)
    yield facts(data.facts, width, 30 * mm)
    yield from _list("Before you begin", data.prerequisites, width)
    yield Spacer(1, 4 * mm)
    widths = [10 * mm, width - 72 * mm, 14 * mm, 22 * mm, 26 * mm]
    room = cell_widths(widths)
    rows = [
        [
            paragraph(str(number), STRONG, room[0]),
            paragraph(step, BODY, room[1]),
            paragraph("[   ]", BODY, room[2]),
            paragraph("", BODY, room[3]),
            paragraph("", BODY, room[4]),
        ]
        for number, step in enumerate(data.steps, 1)
    ]
    yield data_table([("", False), ("Step", False), ("Done", False), ("Time", False), ("By", False)], rows, widths)
    yield from _list("What may go wrong", data.complications, width)


def _list(title: str, lines: Sequence[str], width: float) -> Iterator[Any]:
    if not lines:
        return
    yield Spacer(1, 4 * mm)
    yield paragraph(title, LABEL, width)
    for line in lines:
        yield paragraph(f"– {line}", BODY, width)
