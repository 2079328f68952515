"""A PDF onto paper."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter

FINEST = 600
"""Dots an inch: finer costs memory and shows nothing more."""


def print_document(document: QPdfDocument, printer: QPrinter) -> None:
    """Every page on a sheet of its own, as large as the paper allows and never larger than it is."""
    painter = QPainter(printer)
    for page in range(document.pageCount()):
        if page:
            printer.newPage()
        _print_page(document, page, printer, painter)
    painter.end()


def _print_page(document: QPdfDocument, page: int, printer: QPrinter, painter: QPainter) -> None:
    points, paper = document.pagePointSize(page), printer.pageRect(QPrinter.Unit.DevicePixel)
    dots = printer.resolution() / 72
    scale = min(paper.width() / (points.width() * dots), paper.height() / (points.height() * dots), 1.0)
    target = QRectF(0, 0, points.width() * dots * scale, points.height() * dots * scale)
    detail = min(1.0, FINEST / printer.resolution())
    rendered = document.render(page, QSize(round(target.width() * detail), round(target.height() * detail)))
    sheet = QImage(rendered.size(), QImage.Format.Format_RGB32)
    sheet.fill(Qt.GlobalColor.white)  # QtPdf draws on nothing, which some printers take for black
    on_sheet = QPainter(sheet)
    on_sheet.drawImage(0, 0, rendered)
    on_sheet.end()
    painter.drawImage(target, sheet)
