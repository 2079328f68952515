"""The summary beside the sections; in a narrow window it is the first of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QTabWidget, QWidget

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme

SUMMARY_WIDTH = 336
NARROW = 760
"""Below this width, at 100 % text size, the summary is a section instead of a column."""


class RecordSpread(QSplitter):
    """Half a dose box is worse than a click: in a narrow record nothing stands beside the sections."""

    def __init__(self, summary: QWidget, tabs: QTabWidget, width: int) -> None:
        super().__init__()
        self._tabs, self._room = tabs, width
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName("Summary of the record")
        self._scroll.setWidget(summary)
        self.setChildrenCollapsible(True)
        self.addWidget(self._scroll)
        self.addWidget(tabs)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def show_summary(self) -> None:
        """The summary in front, with the keyboard in it."""
        place = self._tabs.indexOf(self._scroll)
        if place >= 0:
            self._tabs.setCurrentIndex(place)
        self._scroll.setFocus(Qt.FocusReason.TabFocusReason)

    def fit(self, width: int) -> None:
        """Put the summary where it belongs in a record `width` pixels wide."""
        self._room = width
        narrow = width < px(NARROW)
        place = self._tabs.indexOf(self._scroll)
        if narrow and place < 0:
            front = self._tabs.currentIndex()
            self._tabs.insertTab(0, self._scroll, "Summary")
            self._tabs.setTabToolTip(0, "Summary (Alt+0)")
            self._tabs.setCurrentIndex(front + 1)
        elif not narrow and place >= 0:
            self._tabs.removeTab(place)
            self.insertWidget(0, self._scroll)
            self._scroll.show()
            self._set_lengths()

    def _set_lengths(self) -> None:
        self._scroll.setMinimumWidth(px(180))  # small, so that a window at 150 % still fits its screen
        self._tabs.setMinimumWidth(px(300))
        left = min(px(SUMMARY_WIDTH), max(px(250), self._room * 3 // 10))
        self.setSizes([left, max(self._room - left, px(350))])
