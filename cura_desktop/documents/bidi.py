"""Right-to-left text for a library that only draws from left to right.

The order of the steps matters: join the letters, break the lines in the order they are read, and only then turn each
line round. Turning before breaking would put the last line first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

import arabic_reshaper
from bidi import get_display

_STRONG_RTL = ("R", "AL")
_ISOLATE, _END = "\u2066", "\u2069"
_MEASURE = re.compile(r"\d[\d.,]*[ \u00a0][A-Za-z]+")


def has_rtl(text: str) -> bool:
    """Whether any letter is written from right to left."""
    return any(unicodedata.bidirectional(character) in _STRONG_RTL for character in text)


def reads_rtl(text: str) -> bool:
    """Whether the first strong letter sets the whole paragraph from right to left."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in (*_STRONG_RTL, "L"):
            return direction != "L"
    return False


def visual_lines(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """The lines of `text`, each no wider than `width` points, in the order in which they are drawn."""
    for paragraph in text.split("\n"):
        base = "R" if reads_rtl(paragraph) else "L"
        for line in _wrapped(arabic_reshaper.reshape(paragraph), width, measure):
            yield _displayed(line, base)


def _displayed(line: str, base: str) -> str:
    """The line as drawn. A measure keeps its own order: "500 mg", where the plain rule would draw "mg 500"."""
    isolated = _MEASURE.sub(lambda found: f"{_ISOLATE}{found[0]}{_END}", line)
    return str(get_display(isolated, base_dir=base)).replace(_ISOLATE, "").replace(_END, "")


def _wrapped(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        candidate = f"{line} {word}" if line else word
        if measure(candidate) <= width:
            line = candidate
            continue
        if line:
            yield line
        *full, line = _pieces(word, width, measure)
        yield from full
    yield line


def _pieces(word: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """`word` cut where it no longer fits; one character stays even if the column is narrower than it."""
    pieces = [""]
    for character in word:
        if pieces[-1] and measure(pieces[-1] + character) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces
