"""Text size. Every length in the program is written as at 100 % and passed through `px`."""

from __future__ import annotations

from typing import Literal

SMALLEST, LARGEST = 100, 200
STEPS = (100, 110, 125, 150, 175, 200)

Density = Literal["compact", "normal", "roomy"]
_ROW_HEIGHTS: dict[Density, int] = {"compact": 26, "normal": 30, "roomy": 36}

_percent = SMALLEST


def text_size() -> int:
    """The current text size in per cent."""
    return _percent


def set_text_size(percent: int) -> None:
    """Remember the text size, kept within 100 to 200. Only `Theme` calls it: it repaints what is on screen."""
    global _percent
    _percent = max(SMALLEST, min(LARGEST, percent))


def px(length: float) -> int:
    """A length given at 100 %, in pixels at the current text size; at least 1 for a positive length."""
    scaled = round(length * _percent / 100)
    return max(scaled, 1) if length > 0 else scaled


def row_height(density: Density) -> int:
    """The height of a table row (30; compact 26, roomy 36) at the current text size."""
    return px(_ROW_HEIGHTS[density])
