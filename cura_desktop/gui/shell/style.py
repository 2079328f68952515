"""The style sheet and the Qt palette, made from the tokens and the text size."""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QPalette

from cura_desktop.gui.shell.palette import DARK, Tokens
from cura_desktop.gui.shell.resources import resource_path, resource_text
from cura_desktop.gui.shell.scaling import px

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LENGTH = re.compile(r"\b(\d+)px")
_ART = re.compile(r"@art\(([a-z-]+)\)")
_ROLE = re.compile(r"@([a-z][a-z-]*)")


def style_sheet(tokens: Tokens) -> str:
    """The style sheet at the current text size. Raises KeyError for a role the palette does not have."""
    theme = "dark" if tokens is DARK else "light"
    colors = tokens.as_mapping()
    sheet = _COMMENT.sub("", resource_text("themes", "cura.qss"))
    sheet = _ART.sub(lambda found: resource_path("themes", f"{found[1]}-{theme}.svg").as_posix(), sheet)
    sheet = _LENGTH.sub(lambda found: f"{_scaled(int(found[1]))}px", sheet)
    return _ROLE.sub(lambda found: colors[found[1]], sheet)


def _scaled(length: int) -> int:
    return length if length <= 1 else px(length)


def qt_palette(tokens: Tokens) -> QPalette:
    """The same colours for what the style sheet does not reach (Fusion, text documents, item delegates)."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.surface_raised,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.surface,
        QPalette.ColorRole.AlternateBase: tokens.surface_raised,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.text_muted,
        QPalette.ColorRole.Button: tokens.surface_raised,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.BrightText: tokens.danger,
        QPalette.ColorRole.ToolTipBase: tokens.tooltip,
        QPalette.ColorRole.ToolTipText: tokens.on_tooltip,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.Link: tokens.accent_text,
        QPalette.ColorRole.LinkVisited: tokens.accent_text,
        QPalette.ColorRole.Accent: tokens.accent,
        QPalette.ColorRole.Light: tokens.surface,
        QPalette.ColorRole.Midlight: tokens.surface_raised,
        QPalette.ColorRole.Mid: tokens.line,
        QPalette.ColorRole.Dark: tokens.control_line,
        QPalette.ColorRole.Shadow: tokens.control_line,
    }
    for role, value in roles.items():
        made.setColor(role, QColor(value))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.text_disabled))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Highlight, QColor(tokens.control_line))
    return made
