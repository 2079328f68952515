"""A line of text that stands for a value: it takes what people type and shows the exact form on leaving."""

from __future__ import annotations

from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QWidget

V = TypeVar("V")


class ValueEdit(QLineEdit, Generic[V]):
    """Subclasses say how a value reads, how it is written, and what is wrong with the text.

    What cannot be read stays in the box as typed: nothing a person wrote is ever thrown away.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textChanged.connect(self.changed)
        self.editingFinished.connect(self._settle)

    def value(self) -> V | None:
        """The value; None when the box is empty or its text is no value (`problem` tells which)."""
        text = self.text().strip()
        return None if not text or self.problem() else self.read(text)

    def set_value(self, value: V | None) -> None:
        """Show a value."""
        self.setText("" if value is None else self.write(value))
        self.setCursorPosition(0)

    def problem(self) -> str:
        """What is wrong with the text, as a sentence; empty when nothing is. An empty box is never wrong."""
        text = self.text().strip()
        if not text:
            return ""
        value = self.read(text)
        return self.unreadable() if value is None else self.refusal(value)

    def read(self, text: str) -> V | None:
        """The value of some text, None when it is none."""
        raise NotImplementedError

    def write(self, value: V) -> str:
        """The exact form of a value."""
        raise NotImplementedError

    def unreadable(self) -> str:
        """The sentence for text that is no value."""
        raise NotImplementedError

    def refusal(self, value: V) -> str:
        """The sentence for a value that is out of bounds."""
        return ""

    def _settle(self) -> None:
        value = self.value()
        if value is not None and self.write(value) != self.text():
            self.setText(self.write(value))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setCursorPosition(0)
