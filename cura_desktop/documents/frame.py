"""The page around the content: letterhead, running head, footer with page x of y, and the verification code."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageBreak, PageTemplate

from cura_desktop.documents.fonts import faces
from cura_desktop.documents.letterhead import Letterhead, draw_letterhead
from cura_desktop.documents.paper import finish
from cura_desktop.documents.qr import draw_qr
from cura_desktop.documents.styles import LINE, MUTED, Ink, clamped, height_of
from cura_desktop.documents.text import clean
from cura_desktop.documents.verification import Verification

MARGIN = 18 * mm
FOOTER_TOP = 27 * mm
QR_SIZE = 14 * mm
FOOT = Ink(size=7.5, colour=MUTED, leading=1.3)
FOOT_RIGHT = Ink(size=7.5, colour=MUTED, leading=1.3, right=True)
RUNNING = Ink(size=8, colour=MUTED)

Draw = Callable[[Canvas], None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a document has on every page. Lengths are points.

    `dated` is the creation date of the file: it comes from the data, so that the same data gives the same bytes.
    `running` heads the second and later pages; `first_top` and `bottom` reserve room on the paper; `on_first` and
    `on_every` draw into it; `on_end` receives the height at which the content of a page ended.
    """

    title: str
    letterhead: Letterhead
    running: str
    dated: date | datetime
    footer: str = ""
    verification: Verification | None = None
    size: tuple[float, float] = A4
    margin: float = MARGIN
    first_top: float | None = None
    bottom: float = 0.0
    watermark: str = ""
    on_first: Draw | None = None
    on_every: Draw | None = None
    on_end: Callable[[Canvas, float], None] | None = None

    @property
    def width(self) -> float:
        """The width of the content."""
        return self.size[0] - 2 * self.margin


Part = tuple[Sheet, Sequence[Any]]
"""A sheet and its flowables."""


def build(sheet: Sheet, story: Sequence[Any]) -> bytes:
    """The bytes of a PDF with `story` (flowables) on it; the same input gives the same bytes."""
    return build_parts([(sheet, story)])


def build_parts(parts: Sequence[Part]) -> bytes:
    """Several documents in one file: each begins with its own letterhead and counts its own pages.

    Size, title and date are those of the first.
    """
    leading = parts[0][0]
    target = io.BytesIO()
    document = BaseDocTemplate(
        target, pagesize=leading.size, title=clean(leading.title), author=clean(leading.letterhead.name), lang="en-GB",
        creator="Cura Desktop", invariant=1,
    )  # fmt: skip
    pages: list[int] = []
    story: list[Any] = []
    for index, (sheet, content) in enumerate(parts):
        document.addPageTemplates(_templates(sheet, index, pages))
        if index:
            story += [NextPageTemplate(f"first-{index}"), PageBreak()]
        story += [NextPageTemplate(f"later-{index}"), *content]
    document._doSave = 0  # the page count is known only after the last page, so saving waits for it
    document.build(story, canvasmaker=_canvas)
    canvas = document.canv
    _draw_page_numbers(canvas, [sheet for sheet, _ in parts], pages)
    finish(canvas, leading.dated)
    return target.getvalue()


def _canvas(*arguments: Any, **options: Any) -> Canvas:
    """Begin in our own font: otherwise the file names one that it does not hold."""
    return Canvas(*arguments, **{**options, "initialFontName": faces()["regular"].latin})


def _templates(sheet: Sheet, index: int, pages: list[int]) -> list[PageTemplate]:
    """The first and the later pages of a part; `pages` collects which part each page of the file belongs to."""
    later_top = sheet.size[1] - sheet.margin - 8 * mm
    return [
        _template(sheet, index, pages, f"first-{index}", _first_top(sheet), _draw_first),
        _template(sheet, index, pages, f"later-{index}", later_top, _draw_later),
    ]


def _first_top(sheet: Sheet) -> float:
    if sheet.first_top is not None:
        return sheet.first_top
    scratch = Canvas(io.BytesIO(), invariant=1)
    line = draw_letterhead(scratch, sheet.letterhead, sheet.margin, sheet.size[0] - sheet.margin, _top(sheet))
    return float(line - 6 * mm)


def _top(sheet: Sheet) -> float:
    return float(sheet.size[1] - 14 * mm)


def _template(
    sheet: Sheet, index: int, pages: list[int], name: str, top: float, head: Callable[[Canvas, Sheet], None]
) -> PageTemplate:
    bottom = FOOTER_TOP + sheet.bottom
    frame = Frame(
        sheet.margin, bottom, sheet.width, top - bottom, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
    )

    def begin(canvas: Canvas, document: Any) -> None:
        pages.append(index)
        if sheet.watermark:
            _draw_watermark(canvas, sheet)
        head(canvas, sheet)
        _draw_footer(canvas, sheet, document.page)
        if sheet.on_every is not None:
            sheet.on_every(canvas)

    def end(canvas: Canvas, document: Any) -> None:
        if sheet.on_end is not None:
            sheet.on_end(canvas, document.frame._y)

    return PageTemplate(name, [frame], onPage=begin, onPageEnd=end, pagesize=sheet.size)


def _draw_first(canvas: Canvas, sheet: Sheet) -> None:
    draw_letterhead(canvas, sheet.letterhead, sheet.margin, sheet.size[0] - sheet.margin, _top(sheet))
    if sheet.on_first is not None:
        sheet.on_first(canvas)


def _draw_later(canvas: Canvas, sheet: Sheet) -> None:
    top = sheet.size[1] - sheet.margin
    item = clamped(sheet.running, RUNNING, sheet.width, 1)
    item.wrap(sheet.width, 100)
    item.drawOn(canvas, sheet.margin, top - 4 * mm)
    canvas.setStrokeColor(HexColor(sheet.letterhead.accent))
    canvas.setLineWidth(0.8)
    canvas.line(sheet.margin, top - 5.5 * mm, sheet.size[0] - sheet.margin, top - 5.5 * mm)


def _draw_footer(canvas: Canvas, sheet: Sheet, page: int) -> None:
    left, right = sheet.margin, sheet.size[0] - sheet.margin
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(left, FOOTER_TOP - 4 * mm, right, FOOTER_TOP - 4 * mm)
    if sheet.verification is not None:
        draw_qr(canvas, sheet.verification.qr_text, left - 1.2 * mm, FOOTER_TOP - 5 * mm - QR_SIZE, QR_SIZE)
        left += QR_SIZE + 2 * mm
    width = right - left - 28 * mm
    top = FOOTER_TOP - 6 * mm
    for line in _footer_lines(sheet):
        item = clamped(line, FOOT, width, 2)
        top -= height_of(item, width)
        item.drawOn(canvas, left, top)
    canvas.doForm(_page_form(page))


def _footer_lines(sheet: Sheet) -> list[str]:
    code = f"Verification code {sheet.verification.code}" if sheet.verification is not None else ""
    return [line for line in (code, sheet.footer) if line]


def _page_form(page: int) -> str:
    return f"page-{page}"


def _draw_page_numbers(canvas: Canvas, sheets: Sequence[Sheet], pages: Sequence[int]) -> None:
    """Fill in the "Page x of y" that every page has already referred to."""
    width = 26 * mm
    for place, index in enumerate(pages):
        sheet, number = sheets[index], pages[: place + 1].count(index)
        canvas.beginForm(_page_form(place + 1), 0, 0, *sheet.size)
        item = clamped(f"Page {number} of {pages.count(index)}", FOOT_RIGHT, width, 1)
        item.drawOn(canvas, sheet.size[0] - sheet.margin - width, FOOTER_TOP - 6 * mm - height_of(item, width))
        canvas.endForm()


def _draw_watermark(canvas: Canvas, sheet: Sheet) -> None:
    canvas.saveState()
    canvas.setFillColor(HexColor("#EBEEF3"))
    canvas.setFont(faces()["semibold"].latin, 110)
    canvas.translate(sheet.size[0] / 2, sheet.size[1] / 2)
    canvas.rotate(52)
    canvas.drawCentredString(0, -35, sheet.watermark)
    canvas.restoreState()
