"""The theme that is on now, for those who paint. `Theme` sets it; everybody else only reads."""

from __future__ import annotations

from cura_desktop.gui.shell.palette import DARK, LIGHT, Tokens

_now = LIGHT


def tokens() -> Tokens:
    """The colours on screen now. Read them while painting, never keep them."""
    return _now


def is_dark() -> bool:
    """Whether the dark theme is on."""
    return _now is DARK


def set_tokens(wanted: Tokens) -> None:
    """Only `Theme` calls it."""
    global _now
    _now = wanted
