"""Reading a PDF the way a person would: the words of each page, and the size of the paper."""

from __future__ import annotations

import io

import pypdfium2
from pypdf import PdfReader


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, no-break spaces read as spaces."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_page_text(page) for page in document]
    finally:
        document.close()


def _page_text(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage()
    words = str(text.get_text_bounded())
    text.close()
    page.close()
    return words.replace("\u00a0", " ").replace("\r\n", "\n")


def words(pdf: bytes) -> str:
    """All pages as one line of words, so that a wrapped sentence can be found."""
    return " ".join(" ".join(page_texts(pdf)).split())


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in whole millimetres."""
    return [
        (round(float(page.mediabox.width) / 72 * 25.4), round(float(page.mediabox.height) / 72 * 25.4))
        for page in PdfReader(io.BytesIO(pdf)).pages
    ]
