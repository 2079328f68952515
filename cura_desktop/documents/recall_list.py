"""Where a recalled batch went, on A4 landscape: whom to tell, and what is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, Spacer

from cura_desktop.documents.frame import Sheet, build
from cura_desktop.documents.letterhead import Letterhead
from cura_desktop.documents.styles import AMOUNT, BODY, LABEL, STRONG, TITLE, paragraph
from cura_desktop.documents.tables import cell_widths, data_table, facts
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date, format_date_time
from cura_desktop.domain.identity import display_name
from cura_desktop.domain.inventory import units_text
from cura_desktop.domain.recall import BatchSupply, BatchTrace


@dataclass(frozen=True, slots=True)
class RecallListDocument:
    """`printed_at` in the clinic's time; the moments of `trace` are naive UTC and shown in `zone`."""

    letterhead: Letterhead
    trace: BatchTrace
    printed_at: datetime
    printed_by: str
    zone: ZoneInfo


def write_recall_list(data: RecallListDocument) -> bytes:
    """The header row is on every page; a box at the end of each line is for whoever has told the person."""
    title = f"Batch {data.trace.batch.number}, {data.trace.item}"
    by = f" by {data.printed_by}" if data.printed_by else ""
    sheet = Sheet(
        title=title,
        letterhead=data.letterhead,
        running=f"{title} — continued",
        dated=data.printed_at,
        footer=f"Confidential: destroy after use. Printed {format_date_time(data.printed_at)}{by}.",
        size=landscape(A4),
    )
    return build(sheet, list(_story(data, sheet.width)))


def _story(data: RecallListDocument, width: float) -> Iterator[Any]:
    trace, batch = data.trace, data.trace.batch
    yield paragraph("Recall list" if trace.is_recalled else "Where a batch went (not recalled)", TITLE, width)
    yield Spacer(1, 3 * mm)
    yield facts(
        (
            ("Item", trace.item),
            ("Batch", batch.number),
            ("Expiry", format_date(batch.expiry) if batch.expiry else "None"),
            ("Supplied by", batch.supplier or "Not recorded"),
            ("Reason", batch.reason),
            ("Came in", units_text(trace.received, trace.unit)),
            ("Corrected, written off", units_text(trace.other, trace.unit) if trace.other else ""),
            ("Summary", trace.summary),
        ),
        width,
        40 * mm,
    )
    yield Spacer(1, 5 * mm)
    if not trace.supplies:
        yield paragraph("Nothing of this batch was supplied to anybody.", BODY, width)
        return
    widths = [62 * mm, 26 * mm, width - 226 * mm, 42 * mm, 36 * mm, 28 * mm, 32 * mm]
    room = cell_widths(widths)
    head = [
        ("Who", False), ("Born", False), ("How to reach", False), ("Supplied", False), ("How", False),
        ("Quantity", True), ("Told (who, when)", False),
    ]  # fmt: skip
    yield data_table(head, [_cells(one, data, room) for one in trace.supplies], widths)


def _cells(one: BatchSupply, data: RecallListDocument, room: list[float]) -> list[Any]:
    named = one.patient_id is not None
    name = display_name(one.family_name, one.given_name) if named else "No name taken"
    first = format_date(to_clinic(one.first_at, data.zone).date())
    last = format_date(to_clinic(one.last_at, data.zone).date())
    reach = [text for text in (one.phone, one.email, ", ".join(one.address)) if text]
    return [
        _lines(name, one.patient_number, room[0], STRONG if named else BODY),
        paragraph(format_date(one.born) if one.born else "", BODY, room[1]),
        [paragraph(text, BODY, room[2]) for text in reach] or paragraph("", BODY, room[2]),
        paragraph(first if first == last else f"{first} to {last}", BODY, room[3]),
        _lines(one.how, one.sale, room[4], BODY),
        paragraph(units_text(one.quantity, data.trace.unit), AMOUNT, room[5]),
        paragraph("", BODY, room[6]),
    ]


def _lines(first: str, second: str, width: float, ink: Any) -> list[Paragraph]:
    lines = [paragraph(first, ink, width)]
    return [*lines, paragraph(second, LABEL, width)] if second else lines
