"""Text boxes as tall as their text, between a few lines and a good part of the screen."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme

TALLEST_LINES = 24


def grow_with_text(edit: QPlainTextEdit, lines: int) -> None:
    """Keep `edit` at least `lines` lines tall; beyond 24 it scrolls by itself."""
    edit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    edit.document().setDocumentMargin(4)
    _Growth(edit, lines)


class _Growth(QObject):
    """Child of the box, so that what it is connected to (the theme outlives every window) lets go with the box."""

    def __init__(self, edit: QPlainTextEdit, lines: int) -> None:
        super().__init__(edit)
        self._edit, self._lines = edit, lines
        edit.document().documentLayout().documentSizeChanged.connect(self._fit)
        theme().changed.connect(self._fit)
        self._fit()

    def _fit(self, _size: object = None) -> None:
        edit = self._edit
        line = edit.fontMetrics().lineSpacing()
        shown = max(self._lines, min(TALLEST_LINES, int(edit.document().size().height())))
        height = shown * line + 2 * int(edit.document().documentMargin()) + px(12)
        if height != edit.height() or height != edit.minimumHeight():
            edit.setFixedHeight(height)
