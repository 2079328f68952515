"""A part of the controlled-drug register on A4 landscape, in order of time, with its balance (domain-rules A5e.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from cura_desktop.documents.frame import Sheet, build
from cura_desktop.documents.letterhead import Letterhead
from cura_desktop.documents.styles import AMOUNT, BODY, STRONG, TITLE, paragraph
from cura_desktop.documents.tables import cell_widths, data_table
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.controlled import RegisterEntry, RegisterPart
from cura_desktop.domain.dates import format_date_time
from cura_desktop.domain.inventory import units_text


@dataclass(frozen=True, slots=True)
class ControlledRegisterDocument:
    """`entries` the oldest first, their moments naive UTC and shown in `zone`; `printed_at` in the clinic's time."""

    letterhead: Letterhead
    part: RegisterPart
    entries: tuple[RegisterEntry, ...]
    printed_at: datetime
    printed_by: str
    zone: ZoneInfo


def write_controlled_register(data: ControlledRegisterDocument) -> bytes:
    """The header row is on every page."""
    title = f"Controlled drugs register: {data.part.item}"
    sheet = Sheet(
        title=title,
        letterhead=data.letterhead,
        running=f"{title} — continued",
        dated=data.printed_at,
        footer=f"Confidential. Printed {format_date_time(data.printed_at)} by {data.printed_by}.",
        size=landscape(A4),
    )
    return build(sheet, list(_story(data, title, sheet.width)))


def _story(data: ControlledRegisterDocument, title: str, width: float) -> Iterator[Any]:
    yield paragraph(title, TITLE, width)
    yield Spacer(1, 1.5 * mm)
    yield paragraph(f"Balance {units_text(data.part.balance, data.part.unit)}", STRONG, width)
    yield Spacer(1, 4 * mm)
    widths = [16 * mm, 34 * mm, 26 * mm, width - 222 * mm, 46 * mm, 20 * mm, 20 * mm, 30 * mm, 30 * mm]
    room = cell_widths(widths)
    head = [
        ("No.", True), ("Date", False), ("What", False), ("From or to whom", False), ("Authority", False),
        ("Quantity", True), ("Balance", True), ("By", False), ("Remark", False),
    ]  # fmt: skip
    yield data_table(head, [_cells(one, data.zone, room) for one in data.entries], widths)


def _cells(one: RegisterEntry, zone: ZoneInfo, room: list[float]) -> list[Any]:
    texts = (
        str(one.id), format_date_time(to_clinic(one.at, zone)), one.words, one.party, one.authority,
        f"{one.quantity:+,}" if one.quantity else "", f"{one.balance:,}", one.by, one.remark,
    )  # fmt: skip
    inks = (AMOUNT, BODY, STRONG, BODY, BODY, AMOUNT, AMOUNT, BODY, BODY)
    return [paragraph(text, ink, width) for text, ink, width in zip(texts, inks, room, strict=True)]
