"""The sections of a record: tabs whose content is made when somebody first looks at it or asks for it.

A record has seven sections of some hundred widgets each, and a consultation needs two of them. Made all at once they
held up the window for most of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget


class _Place(QWidget):
    """An empty page that the content is put into."""

    def __init__(self, make: Callable[[], QWidget], parent: QWidget) -> None:
        super().__init__(parent)
        self._make = make
        self.content: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fill()

    def fill(self) -> QWidget:
        if self.content is None:
            self.content = self._make()
            self._column.addWidget(self.content)
        return self.content


class SectionTabs(QTabWidget):
    """Sections by key, in the order in which they were offered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: dict[str, _Place] = {}

    def offer(self, key: str, title: str, make: Callable[[], QWidget]) -> int:
        """A tab for the section that `make` will make; its place from the left, beginning at 0."""
        place = self._places[key] = _Place(make, self)
        return self.addTab(place, title)

    def section(self, key: str) -> QWidget:
        """The section, made now if it was not yet."""
        return self._places[key].fill()

    def made(self) -> Iterator[tuple[str, QWidget]]:
        """The sections that exist, by key."""
        for key, place in tuple(self._places.items()):
            if place.content is not None:
                yield key, place.content

    def bring(self, key: str) -> None:
        """The section in front."""
        self.section(key)
        self.setCurrentWidget(self._places[key])

    def current_section(self) -> QWidget | None:
        """The section in front."""
        page = self.currentWidget()
        return page.content if isinstance(page, _Place) else None
