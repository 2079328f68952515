"""The central area: one tab for each piece of work, never two for the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QTabWidget, QVBoxLayout, QWidget

from cura_desktop.gui.shell.strip import Strip

TabKey = tuple[Hashable, ...]


@runtime_checkable
class UnsavedWork(Protocol):
    """What a tab's widget offers when it can hold unsaved work.

    `keep_as_draft()` returns True when the text is kept and will be offered again, so that the tab may close.
    """

    def has_unsaved_work(self) -> bool: ...
    def keep_as_draft(self) -> bool: ...


class _Page(QFrame):
    """A tab's content with room above it for the question about unsaved work."""

    def __init__(self, key: TabKey, content: QWidget) -> None:
        super().__init__()
        self.key = key
        self.content = content
        self.question: _UnsavedBar | None = None
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)

    def adopt(self) -> None:
        """Take the content in, once the page has its place: whatever moves has its style worked out anew."""
        self._column.addWidget(self.content, 1)

    def ask(self, question: _UnsavedBar) -> None:
        self.question = question
        self._column.insertWidget(0, question)


class WorkArea(QTabWidget):
    """Tabs by key, such as `("patient", 12)`; reordered by dragging, closed by button, middle click or Ctrl+W."""

    opened = Signal(object)
    emptied = Signal()
    filled = Signal()
    closed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("work_area")
        self.setAccessibleName("Open work")
        self.setDocumentMode(True)
        self.setMovable(True)
        self.setTabsClosable(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setUsesScrollButtons(True)
        self.tabBar().setAccessibleName("Open work")
        self.tabBar().setExpanding(False)
        self.tabCloseRequested.connect(self.try_close)

    def open_tab(self, key: TabKey, title: str, icon: QIcon, factory: Callable[[], QWidget]) -> QWidget:
        """Bring the tab of `key` to the front; `factory` makes its widget when it is not open yet."""
        page = self._page(key)
        if page is None:
            page = _Page(key, factory())
            self.addTab(page, icon, title)
            page.adopt()
            self._make_close_button_speak(page, title)
            if self.count() == 1:
                self.filled.emit()
        self.setCurrentWidget(page)
        page.content.setFocus()
        self.opened.emit(key)
        return page.content

    def rename(self, key: TabKey, title: str) -> None:
        """Give a tab a new title (a saved name)."""
        page = self._page(key)
        if page is not None:
            self.setTabText(self.indexOf(page), title)
            self._make_close_button_speak(page, title)

    def keys(self) -> list[TabKey]:
        """The open tabs from left to right."""
        return [page.key for page in self._pages()]

    def current_key(self) -> TabKey | None:
        """The tab in front, or None."""
        page = self.currentWidget()
        return page.key if isinstance(page, _Page) else None

    def content(self, key: TabKey) -> QWidget | None:
        """The widget of an open tab."""
        page = self._page(key)
        return page.content if page else None

    def close_current(self) -> None:
        """Ctrl+W."""
        if self.currentIndex() >= 0:
            self.try_close(self.currentIndex())

    def close_tab(self, key: TabKey) -> bool:
        """Close by key. False when unsaved work holds it open."""
        page = self._page(key)
        return page is None or self.try_close(self.indexOf(page))

    def close_all(self) -> bool:
        """Close every tab whose work is safe. False when one stayed open; it is brought to the front."""
        stayed = [page for page in self._pages() if not self.try_close(self.indexOf(page))]
        if stayed:
            self.setCurrentWidget(stayed[0])
        return not stayed

    def try_close(self, index: int) -> bool:
        """Close unless there is unsaved work that cannot be kept as a draft; then ask in the tab itself."""
        page = self.widget(index)
        if not isinstance(page, _Page):
            return False
        content = page.content
        if isinstance(content, UnsavedWork) and content.has_unsaved_work() and not content.keep_as_draft():
            self.setCurrentIndex(index)
            self._ask(page)
            return False
        self._remove(page)
        return True

    def step(self, by: int) -> None:
        """Ctrl+Tab and Ctrl+Shift+Tab: round the tabs."""
        if self.count():
            self.setCurrentIndex((self.currentIndex() + by) % self.count())
            page = self.currentWidget()
            if isinstance(page, _Page):
                page.content.setFocus()

    def _ask(self, page: _Page) -> None:
        if page.question is not None:
            page.question.keep_button.setFocus()
            return
        bar = _UnsavedBar(self.tabText(self.indexOf(page)), page)
        bar.kept.connect(lambda: self._answered(page))
        bar.discarded.connect(lambda: self._remove(page))
        page.ask(bar)
        bar.keep_button.setFocus()

    def _answered(self, page: _Page) -> None:
        if page.question is not None:
            page.question.hide()
            page.question.deleteLater()
            page.question = None
        page.content.setFocus()

    def _remove(self, page: _Page) -> None:
        index = self.indexOf(page)
        if index < 0:
            return
        self.removeTab(index)
        page.hide()
        page.deleteLater()
        self.closed.emit(page.key)
        if self.count() == 0:
            self.emptied.emit()

    def _make_close_button_speak(self, page: _Page, title: str) -> None:
        button = self.tabBar().tabButton(self.indexOf(page), self.tabBar().ButtonPosition.RightSide)
        if button is not None:
            button.setAccessibleName(f"Close {title}")
            button.setToolTip("Close (Ctrl+W)")
        self.setTabToolTip(self.indexOf(page), title)

    def _pages(self) -> list[_Page]:
        pages = (self.widget(index) for index in range(self.count()))
        return [page for page in pages if isinstance(page, _Page)]

    def _page(self, key: TabKey) -> _Page | None:
        return next((page for page in self._pages() if page.key == key), None)


class _UnsavedBar(Strip):
    kept = Signal()
    discarded = Signal()

    def __init__(self, title: str, parent: QWidget) -> None:
        sentence = f"“{title}” holds text that is not saved. Save it first, or close without it."
        super().__init__("warning", "triangle-alert", sentence, parent)
        self.keep_button = self.add_button("&Keep editing", "keep_editing_button")
        self.keep_button.clicked.connect(self.kept)
        self.add_button("Close &without saving", "discard_button").clicked.connect(self.discarded)
