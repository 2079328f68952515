"""A person's hands: finds widgets by what they are called, types, clicks and presses keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from cura_desktop.gui.tour.guide import TourError

W = TypeVar("W", bound=QWidget)
_TEXT_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit)


class Hand:
    """Works on the window that `window()` gives (the one in front)."""

    def __init__(self, window: Callable[[], QWidget]) -> None:
        self._window = window

    # -------------------------------------------------------------------------------------------------------- finding

    def find(self, kind: type[W], name: str = "", *, inside: QWidget | None = None, text: str = "") -> W:
        """The visible widget of `kind` with this object name, or whose text (or accessible name) holds `text`."""
        found = self.look_for(kind, name, inside=inside, text=text)
        if found is None:
            place = type(inside).__name__ if inside is not None else "the window"
            raise TourError(f"no {kind.__name__} {name or text!r} is visible in {place}")
        return found

    def look_for(self, kind: type[W], name: str = "", *, inside: QWidget | None = None, text: str = "") -> W | None:
        """The same, or None."""
        for root in [inside] if inside is not None else self._roots():
            for widget in root.findChildren(kind, name) if name else [root, *root.findChildren(kind)]:
                if isinstance(widget, kind) and widget.isVisible() and (not text or text in _words(widget)):
                    return widget
        return None

    def sees(self, text: str, *, inside: QWidget | None = None) -> bool:
        """Whether a visible label, button or field shows `text`."""
        roots = [inside] if inside is not None else self._roots()
        kinds = (QLabel, QAbstractButton, *_TEXT_FIELDS)
        return any(
            isinstance(widget, kinds) and widget.isVisible() and text in _words(widget)
            for root in roots
            for widget in root.findChildren(QWidget)
        )

    def _roots(self) -> list[QWidget]:
        window = self._window()
        others = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not window]
        return [*others, window]

    def rows(self, view: QAbstractItemView) -> list[str]:
        """What a list or table shows, a line for each row."""
        model = view.model()
        columns = 1 if isinstance(view, QListView) else model.columnCount(QModelIndex())
        return [
            " | ".join(str(model.index(row, column).data() or "") for column in range(columns))
            for row in range(model.rowCount(QModelIndex()))
        ]

    def choose_row(self, view: QAbstractItemView, text: str) -> int:
        """Select the first row that holds `text`, as arrow keys would."""
        for row, line in enumerate(self.rows(view)):
            if text in line:
                view.setFocus(Qt.FocusReason.TabFocusReason)
                view.setCurrentIndex(view.model().index(row, 0))
                return row
        raise TourError(f"no row with {text!r}")

    # --------------------------------------------------------------------------------------------------------- acting

    def write(self, field: QWidget, text: str, *, replace: bool = True) -> None:
        """Put the cursor into a field and type; letters that no key has come as an input method would bring them."""
        field.setFocus(Qt.FocusReason.TabFocusReason)
        inner: QWidget | None = field.focusWidget()
        target = field if inner is None else inner
        if replace and isinstance(target, _TEXT_FIELDS):
            target.selectAll()
            QTest.keyClick(target, Qt.Key.Key_Delete)
        self.type(text, target)

    def type(self, text: str, target: QWidget | None = None) -> None:
        """Type where the focus is."""
        at = target or self.focus()
        for line, part in enumerate(text.split("\n")):
            if line:
                QTest.keyClick(at, Qt.Key.Key_Return)
            if part.isascii():
                QTest.keyClicks(at, part)
            else:
                event = QInputMethodEvent()
                event.setCommitString(part)
                QApplication.sendEvent(at, event)

    def press(self, keys: str, target: QWidget | None = None) -> None:
        """Press a key or shortcut ("Return", "Ctrl+K", "Alt+S")."""
        at = target or self.focus()
        at.window().activateWindow()
        QTest.keySequence(at, QKeySequence(keys))

    def click(self, button: QWidget, at: QPoint | None = None) -> None:
        """Click with the left button."""
        if not button.isEnabled():
            raise TourError(f"{_words(button)!r} cannot be clicked: {button.toolTip() or 'disabled'}")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=at or button.rect().center())

    def double_click(self, widget: QWidget, at: QPoint) -> None:
        """Double-click at a place."""
        QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, pos=at)

    def focus(self) -> QWidget:
        """Where typing goes now."""
        return QApplication.focusWidget() or self._window()


def _words(widget: QWidget) -> str:
    for getter in ("text", "toPlainText"):
        method = getattr(widget, getter, None)
        if callable(method):
            shown = str(method()).replace("&", "")
            if shown:
                return f"{shown} {widget.accessibleName()}"
    return widget.accessibleName()
