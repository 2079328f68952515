"""The bundled typefaces, registered once with the PDF library."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import reportlab
from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

FONT_FILES = threading.Lock()
"""Held while a font file is read: the library keeps one reading position for all documents (seen: KeyError in a glyph
table when two threads saved at once). Laying out pages needs no lock."""

log = logging.getLogger(__name__)

# Name inside the PDF library -> file in resources/fonts.
BUNDLED = {
    "Cura": "CuraSans-Regular.ttf",
    "Cura-Medium": "CuraSans-Medium.ttf",
    "Cura-SemiBold": "CuraSans-SemiBold.ttf",
    "CuraArabic": "NotoSansArabic-Regular.ttf",
    "CuraArabic-Medium": "NotoSansArabic-Medium.ttf",
    "CuraArabic-SemiBold": "NotoSansArabic-SemiBold.ttf",
}
# The same names from the files that travel inside the PDF library, which know no Arabic.
SPARE = {"Cura": "Vera.ttf", "Cura-Medium": "Vera.ttf", "Cura-SemiBold": "VeraBd.ttf"}


@dataclass(frozen=True, slots=True)
class Face:
    """One weight of the family: the Latin font and, for what it does not hold, the Arabic one beside it."""

    latin: str
    arabic: str
    latin_codes: frozenset[int]
    arabic_codes: frozenset[int]

    def font_for(self, character: str) -> str | None:
        """The font that can draw `character`, or None when no bundled font can."""
        if ord(character) in self.latin_codes:
            return self.latin
        return self.arabic if ord(character) in self.arabic_codes else None

    @property
    def replacement(self) -> str:
        """A visible mark for a character nobody can draw (an emoji, a script we do not bundle)."""
        return next(mark for mark in "\ufffd□?" if ord(mark) in self.latin_codes)


def _load(files: dict[str, str], folder: Traversable) -> dict[str, TTFont]:
    loaded = {}
    for name, file in files.items():
        with resources.as_file(folder.joinpath(file)) as path:
            # Shaping is done by bidi.py; shaping twice would reverse the letters.
            loaded[name] = TTFont(name, str(path), shapable=False)
    return loaded


def faces() -> dict[str, Face]:
    """Regular, medium and semibold, by those names; loaded once, also when several threads ask first."""
    if not _FACES:
        with FONT_FILES:
            if not _FACES:
                _FACES.update(_register())
    return _FACES


_FACES: dict[str, Face] = {}


def _register() -> dict[str, Face]:
    """Make the fonts known to the library.

    A damaged installation still prints: without the bundled files the spare fonts stand in, and the log says so.
    """
    try:
        loaded = _load(BUNDLED, resources.files("cura_desktop").joinpath("_resources", "fonts"))
    except (OSError, TTFError):
        log.warning("The bundled fonts are missing; documents use the spare fonts, which know no Arabic.")
        loaded = _load(SPARE, Path(reportlab.__file__).parent / "fonts")
    for name, font in loaded.items():
        pdfmetrics.registerFont(font)
        addMapping(name, 0, 0, name)
    return {
        weight: _face(loaded, suffix)
        for weight, suffix in (("regular", ""), ("medium", "-Medium"), ("semibold", "-SemiBold"))
    }


def _face(loaded: dict[str, TTFont], suffix: str) -> Face:
    latin, arabic = f"Cura{suffix}", f"CuraArabic{suffix}"
    return Face(
        latin=latin,
        arabic=arabic,
        latin_codes=frozenset(loaded[latin].face.charToGlyph),
        arabic_codes=frozenset(loaded[arabic].face.charToGlyph) if arabic in loaded else frozenset(),
    )
