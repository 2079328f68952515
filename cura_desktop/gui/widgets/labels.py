"""Words on a screen in the roles of the type scale."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import QuietButton

_LONG = re.compile(r"\S{30}(?=\S)")


def text_label(text: str, role: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """A label in a role of the style sheet: caption small muted strong lead title display field problem."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    if role:
        label.setProperty("textRole", role)
    return label


class SectionHeader(QWidget):
    """The title of a part of a screen, with at most one action at its far edge."""

    action_chosen = Signal()

    def __init__(self, title: str, action_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title_label = text_label(title, "lead")
        self.action_button = QuietButton(action_text, parent=self)
        self.action_button.setVisible(bool(action_text))
        self.action_button.clicked.connect(self.action_chosen)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.title_label, 1)
        self._row.addWidget(self.action_button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_lengths()
        theme().changed.connect(self.set_lengths)

    def set_lengths(self) -> None:
        """Lengths for the current text size."""
        self._row.setContentsMargins(0, px(4), 0, px(4))
        self.setMinimumHeight(px(36))


class KeyHint(QLabel):
    """A key or combination, drawn as a key cap: `KeyHint("Ctrl+K")`."""

    def __init__(self, sequence: str, parent: QWidget | None = None) -> None:
        shown = QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText) or sequence
        super().__init__(shown, parent)
        self.setProperty("textRole", "key")
        self.setAccessibleName(f"Shortcut {shown}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


def breakable(text: str) -> str:
    """The same words, in which a very long one (an address of a page) may be broken: a label shows it whole."""
    return _LONG.sub("\\g<0>\u200b", text)
