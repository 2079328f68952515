"""One of a few values, each with its words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

V = TypeVar("V")


class ChoiceBox(QComboBox, Generic[V]):
    """`empty_text` adds a first entry that stands for None ("Not recorded"). Typing letters jumps to an entry.

    The wheel does nothing until the box has the focus, so that scrolling a form never changes a value.
    """

    changed = Signal()

    def __init__(
        self, parent: QWidget | None = None, choices: Iterable[tuple[V, str]] = (), empty_text: str = ""
    ) -> None:
        super().__init__(parent)
        self._values: list[V | None] = []
        self._empty_text = empty_text
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.set_choices(choices)
        self.currentIndexChanged.connect(lambda _: self.changed.emit())

    def set_choices(self, choices: Iterable[tuple[V, str]], empty_text: str | None = None) -> None:
        """Replace the entries, keeping the chosen value where it is still offered."""
        if empty_text is not None:
            self._empty_text = empty_text
        offered, kept = list(choices), self.value()
        was_silent = self.blockSignals(True)
        self.clear()
        self._values = [None] if self._empty_text else []
        if self._empty_text:
            self.addItem(self._empty_text)
        for value, text in offered:
            self._values.append(value)
            self.addItem(text)
        self.setCurrentIndex(self._values.index(kept) if kept in self._values else 0)
        self.blockSignals(was_silent)
        if self.value() != kept:
            self.changed.emit()

    def value(self) -> V | None:
        """The chosen value."""
        index = self.currentIndex()
        return self._values[index] if 0 <= index < len(self._values) else None

    def set_value(self, value: V | None) -> None:
        """Choose a value. One that is not offered leaves the box without a choice, never on a wrong one."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else -1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
