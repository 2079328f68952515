"""A telephone number: anything may be typed; a number that is recognised is spaced on leaving (A1.9, A1.10)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from cura_desktop.domain.phones import format_phone
from cura_desktop.gui.widgets.value_edit import ValueEdit


class PhoneEdit(ValueEdit[str]):
    """The value is the text. Nothing is refused: an unknown number is kept as it was given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(50)

    def read(self, text: str) -> str | None:
        return text

    def write(self, value: str) -> str:
        return format_phone(value)

    def unreadable(self) -> str:
        return ""
