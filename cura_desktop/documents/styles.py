"""Paragraphs in the language of the house: the sizes, the colours, and text that is never read as markup."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph

from cura_desktop.documents.bidi import has_rtl, reads_rtl, visual_lines
from cura_desktop.documents.fonts import Face, faces
from cura_desktop.documents.text import JOINERS, clean

TEXT = HexColor("#1B2330")
MUTED = HexColor("#586174")
LINE = HexColor("#C9D0DB")
DANGER = HexColor("#B3261E")
ACCENT = "#0F6FC5"


@dataclass(frozen=True, slots=True)
class Ink:
    """How a piece of text looks: size in points, weight, colour, side, and the line height as a factor.

    `prose` is running text: written from right to left it starts at the right edge. A value beside its label stays
    beside it in any script.
    """

    size: float = 9.0
    weight: str = "regular"
    colour: Color = TEXT
    right: bool = False
    leading: float = 1.38
    prose: bool = False

    @property
    def face(self) -> Face:
        """The fonts of this weight."""
        return faces()[self.weight]


BODY = Ink()
SMALL = Ink(size=8)
LABEL = Ink(size=7.5, colour=MUTED)
STRONG = Ink(weight="semibold")
AMOUNT = Ink(right=True)
STRONG_AMOUNT = Ink(weight="semibold", right=True)
TITLE = Ink(size=17, weight="semibold", leading=1.2)
HEADING = Ink(size=10, weight="semibold")


@functools.cache
def _style(ink: Ink, rtl: bool) -> ParagraphStyle:
    return ParagraphStyle(
        "ink",
        fontName=ink.face.latin,
        fontSize=ink.size,
        leading=ink.size * ink.leading,
        textColor=ink.colour,
        alignment=TA_RIGHT if ink.right or rtl else TA_LEFT,
        splitLongWords=True,
        allowWidows=0,
        allowOrphans=0,
    )


def runs(text: str, face: Face) -> Iterator[tuple[str, str]]:
    """`text` cut into (font, piece); what no font can draw is a visible mark, one for a joined emoji."""
    font, piece, joined = face.latin, "", False
    for character in text:
        if character in JOINERS:
            joined = True
            continue
        wanted = face.font_for(character)
        mark = wanted is None
        wanted, drawn = (face.latin, face.replacement) if wanted is None else (wanted, character)
        if mark and joined and piece.endswith(face.replacement):
            joined = False
            continue
        joined = False
        if wanted != font and character != " ":
            if piece:
                yield font, piece
            font, piece = wanted, ""
        piece += drawn
    if piece:
        yield font, piece


def width_of(text: str, ink: Ink) -> float:
    """Points that one line of cleaned text takes."""
    return float(sum(stringWidth(piece, font, ink.size) for font, piece in runs(text, ink.face)))


def _markup(line: str, face: Face) -> str:
    return "".join(
        escape(piece) if font == face.latin else f'<font name="{font}">{escape(piece)}</font>'
        for font, piece in runs(line, face)
    )


def paragraph(text: str, ink: Ink, width: float) -> Paragraph:
    """`text`, as typed, in a column `width` points wide; nothing in it is read as markup."""
    text = clean(text)
    lines: Iterable[str] = text.split("\n")
    if has_rtl(text):
        # A hair of tolerance, so that rounding cannot make the library break our lines again.
        lines = visual_lines(text, width - 0.5, lambda line: width_of(line, ink))
    return Paragraph(
        "<br/>".join(_markup(line, ink.face) for line in lines), _style(ink, ink.prose and reads_rtl(text))
    )


def spans(pieces: Iterable[tuple[str, Ink]], ink: Ink) -> Paragraph:
    """One left-to-right paragraph of pieces that differ in weight, colour or size (`ink` sets the line)."""
    marked = []
    for text, look in pieces:
        line = clean(text).replace("\n", " ")
        if has_rtl(line):
            line = next(visual_lines(line, float("inf"), lambda _: 0.0))
        colour = look.colour.hexval().replace("0x", "#")
        name = look.face.latin
        marked.append(f'<font name="{name}" size="{look.size}" color="{colour}">{_markup(line, look.face)}</font>')
    return Paragraph("".join(marked), _style(ink, False))


def clamped(text: str, ink: Ink, width: float, lines: int) -> Paragraph:
    """Like `paragraph`, but at most `lines` lines high and ending in a visible "…" when something is left out.

    Only for places that cannot grow (a letterhead, a running head, a small label).
    """
    text = clean(text)
    # More characters than could ever fit need not be measured.
    text = text if len(text) < 400 * lines else text[: 400 * lines] + "…"
    limit = lines * ink.size * ink.leading + 0.1
    whole = paragraph(text, ink, width)
    if height_of(whole, width) <= limit:
        return whole
    low, high = 0, len(text)
    while high - low > 1:
        middle = (low + high) // 2
        fits = height_of(paragraph(text[:middle].rstrip() + "…", ink, width), width) <= limit
        low, high = (middle, high) if fits else (low, middle)
    return paragraph(text[:low].rstrip() + "…", ink, width)


def height_of(item: Paragraph, width: float) -> float:
    """Points that `item` takes in a column `width` points wide."""
    return float(item.wrap(width, 10_000_000)[1])
