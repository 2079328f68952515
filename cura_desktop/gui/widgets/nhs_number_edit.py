"""The NHS number: one box, grouped 3-3-4 while typing (domain-rules A1.2, A1.3)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from cura_desktop.domain.identity import is_valid_nhs_number
from cura_desktop.gui.widgets.value_edit import ValueEdit

_DIGITS = "0123456789"


def group_nhs_digits(digits: str) -> str:
    """`943 476 5919` for up to ten digits, as far as they go."""
    return " ".join(part for part in (digits[:3], digits[3:6], digits[6:10]) if part)


class NhsNumberEdit(ValueEdit[str]):
    """Ten digits with the right check digit; everything else typed or pasted is left out. The value has no spaces."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("000 000 0000")
        self.textEdited.connect(self._regroup)

    def read(self, text: str) -> str | None:
        digits = _only_digits(text)
        return digits if len(digits) == 10 else None

    def write(self, value: str) -> str:
        return group_nhs_digits(_only_digits(value))

    def unreadable(self) -> str:
        return "An NHS number has ten digits."

    def refusal(self, value: str) -> str:
        return "" if is_valid_nhs_number(value) else "The check digit does not fit; please compare with the card."

    def _regroup(self, text: str) -> None:
        before = len(_only_digits(text[: self.cursorPosition()]))
        grouped = group_nhs_digits(_only_digits(text)[:10])
        if grouped != text:
            self.setText(grouped)
        self.setCursorPosition(_position_after(grouped, before))


def _only_digits(text: str) -> str:
    return "".join(character for character in text if character in _DIGITS)


def _position_after(grouped: str, digits: int) -> int:
    """The cursor's place behind that many digits."""
    seen = 0
    for position, character in enumerate(grouped):
        if seen == digits and character != " ":
            return position
        seen += character in _DIGITS
    return len(grouped)
