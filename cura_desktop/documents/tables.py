"""Tables with hairlines: a header that repeats on every page, and rows that may be taller than a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, Table, TableStyle

from cura_desktop.documents.fonts import faces
from cura_desktop.documents.styles import LABEL, LINE, STRONG, TEXT, Ink, paragraph

PADDING = 1.5 * mm
HEAD = Ink(size=7.5, weight="semibold", colour=LABEL.colour)
HEAD_RIGHT = Ink(size=7.5, weight="semibold", colour=LABEL.colour, right=True)


def data_table(head: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Paragraph]], widths: Sequence[float]) -> Table:
    """`head` is (title, whether its column is right-aligned); `rows` hold paragraphs made for `cell_widths(widths)`."""
    titles = [
        paragraph(title, HEAD_RIGHT if right else HEAD, width)
        for (title, right), width in zip(head, cell_widths(widths), strict=True)
    ]
    table = Table([titles, *rows], colWidths=list(widths), repeatRows=1, splitInRow=1)
    table.setStyle(
        TableStyle(
            [
                *_cells(),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
                ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.9, TEXT),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
            ]
        )
    )
    return table


def cell_widths(widths: Sequence[float]) -> list[float]:
    """The room for text in each column of `data_table`: the outer edges have no padding."""
    inner = [width - 2 * PADDING for width in widths]
    inner[0] += PADDING
    inner[-1] += PADDING
    return inner


def _own_font() -> tuple[Any, ...]:
    """Empty cells too are drawn in a font, and by default in one that the file would not hold."""
    return ("FONTNAME", (0, 0), (-1, -1), faces()["regular"].latin)


def _cells() -> list[Any]:
    return [
        _own_font(),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 1.3 * mm),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5 * mm),
    ]


def facts(pairs: Sequence[tuple[str, str]], width: float, label_width: float, value: Ink = STRONG) -> Table:
    """Label and value beside each other, one pair a line; pairs without a value are left out."""
    room = width - label_width
    rows = [
        [paragraph(label, LABEL, label_width - 2 * mm), paragraph(text, value, room)] for label, text in pairs if text
    ]
    table = borderless(rows, [label_width, room], gap=0.35 * mm)
    # The small label stands on the same line as its value.
    table.setStyle(TableStyle([("TOPPADDING", (0, 0), (0, -1), 0.35 * mm + value.size - LABEL.size)]))
    return table


def borderless(rows: Sequence[Sequence[Any]], widths: Sequence[float], gap: float = 0.0) -> Table:
    """A grid without lines; rows may break across pages."""
    table = Table([list(row) for row in rows] or [[""] * len(widths)], colWidths=list(widths), splitInRow=1)
    table.setStyle(
        TableStyle(
            [
                _own_font(),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), gap),
                ("BOTTOMPADDING", (0, 0), (-1, -1), gap),
            ]
        )
    )
    return table


def boxed(content: Sequence[Any], width: float, border: Any = LINE, fill: Any = None, weight: float = 0.6) -> Table:
    """One cell with a line round it; `content` is made for `boxed_width(width)`."""
    table = Table([[item] for item in content], colWidths=[width], splitInRow=1)
    commands: list[Any] = [
        _own_font(),
        ("BOX", (0, 0), (-1, -1), weight, border),
        ("LEFTPADDING", (0, 0), (-1, -1), 3 * mm),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3 * mm),
        ("TOPPADDING", (0, 0), (-1, -1), 0.4 * mm),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0.4 * mm),
        ("TOPPADDING", (0, 0), (-1, 0), 1.8 * mm),
        ("BOTTOMPADDING", (0, -1), (-1, -1), 2.2 * mm),
    ]
    if fill is not None:
        commands.append(("BACKGROUND", (0, 0), (-1, -1), fill))
    table.setStyle(TableStyle(commands))
    return table


def boxed_width(width: float) -> float:
    """The room for text inside `boxed`."""
    return float(width - 6 * mm)
