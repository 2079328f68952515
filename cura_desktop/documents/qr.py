"""QR codes drawn as plain squares: the library's own drawing would name a font that the file does not hold."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.lib.colors import black
from reportlab.pdfgen.canvas import Canvas

QUIET_ZONE = 2
"""Light modules on each side, inside the square; the white paper around gives the rest."""


def draw_qr(canvas: Canvas, text: str, x: float, y: float, size: float) -> None:
    """A code with 15 per cent of redundancy in a square of `size` points whose lower left corner is (`x`, `y`)."""
    code = QrCodeWidget(text, barLevel="M").qr
    code.make()
    count = code.getModuleCount()
    module = size / (count + 2 * QUIET_ZONE)
    left, top = x + QUIET_ZONE * module, y + size - QUIET_ZONE * module
    path = canvas.beginPath()
    for row in range(count):
        modules = [bool(code.isDark(row, column)) for column in range(count)]
        for dark, run in groupby(enumerate(modules), key=itemgetter(1)):
            if dark:
                columns = [column for column, _ in run]
                width = len(columns) * module
                path.rect(left + columns[0] * module, top - (row + 1) * module, width, module)
    canvas.setFillColor(black)
    canvas.drawPath(path, stroke=0, fill=1)
