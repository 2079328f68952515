"""A time of day, 24 hours (domain-rules A2.10)."""

from __future__ import annotations

import re
from datetime import time

from PySide6.QtWidgets import QWidget

from cura_desktop.domain.dates import format_time
from cura_desktop.gui.widgets.value_edit import ValueEdit

_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.\s]?([0-9]{2}))?\s*(am|pm|a|p)?", re.IGNORECASE)


class TimeEdit(ValueEdit[time]):
    """A time typed as 9, 930, 9:30, 9.30 or 2:30pm, shown as 09:30."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("HH:mm")
        self.setToolTip("24-hour clock")

    def read(self, text: str) -> time | None:
        match = _CLOCK.fullmatch(text)
        if match is None:
            return None
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "")[:1].lower()
        if half:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if half == "p" else 0)
        return time(hour, minute) if hour < 24 and minute < 60 else None

    def write(self, value: time) -> str:
        return format_time(value)

    def unreadable(self) -> str:
        return "This is not a time. Type it as 14:30."
