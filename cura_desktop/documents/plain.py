"""The last resort: plain text on A4, without the bundled fonts, the letterhead or the flow of the other writers.

It is used when a proper document cannot be made and something must be on paper now.
"""

from __future__ import annotations

import io
import textwrap
from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

COLUMNS = 88
LINES = 58
FONT, SIZE, LEADING = "Courier", 9, 4.4 * mm


@dataclass(frozen=True, slots=True)
class PlainDocument:
    """`printed_at` in the clinic's time. Letters outside Western Europe print as "?": no font is loaded."""

    title: str
    text: str
    printed_at: datetime


def write_plain(data: PlainDocument) -> bytes:
    """The text, wrapped, with the title and page x of y on every page."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, initialFontName=FONT)
    lines = _lines(data.text)
    pages = [lines[start : start + LINES] for start in range(0, len(lines), LINES)] or [[]]
    title = _lines(data.title)[0] if data.title.strip() else "Plain print"
    for number, page in enumerate(pages, start=1):
        canvas.setFont(f"{FONT}-Bold", SIZE)
        canvas.drawString(18 * mm, 280 * mm, title)
        canvas.setFont(FONT, SIZE)
        for row, line in enumerate(page):
            canvas.drawString(18 * mm, 272 * mm - row * LEADING, line)
        canvas.drawString(18 * mm, 10 * mm, f"Printed {data.printed_at:%Y-%m-%d %H:%M} - page {number} of {len(pages)}")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _lines(text: str) -> list[str]:
    printable = text.replace("\t", " ").encode("latin-1", "replace").decode("latin-1")
    wrapped = []
    for line in printable.splitlines():
        shown = "".join(character for character in line if character.isprintable() or character == "\u00a0")
        wrapped += textwrap.wrap(shown, COLUMNS, replace_whitespace=False) or [""]
    return wrapped or [""]
