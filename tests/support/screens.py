"""What every screen must fulfil, and pictures of it."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QAccessible, QInputMethodEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QScrollArea, QWidget

_INNER = {"qt_spinbox_lineedit", "qt_scrollarea_viewport"}


def shown(widget: QWidget, width: int | None = None, height: int | None = None) -> QWidget:
    """Show a widget without a screen and let its layouts settle."""
    widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, False)
    if width is not None or height is not None:
        widget.resize(QSize(width or widget.sizeHint().width(), height or widget.sizeHint().height()))
    widget.show()
    settle()
    return widget


def settle() -> None:
    """Deliver what layouts posted to themselves."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        QCoreApplication.sendPostedEvents()


def assert_accessible(widget: QWidget) -> None:
    """Every visible widget that takes the keyboard has a name a screen reader can say."""
    nameless = [_where(child) for child in _visible(widget, QWidget) if _takes_keys(child) and not _name(child)]
    assert not nameless, f"no accessible name: {', '.join(nameless)}"


def assert_not_clipped(widget: QWidget) -> None:
    """No visible label or button is smaller than its words."""
    clipped = [_where(child) for kind in (QLabel, QAbstractButton) for child in _visible(widget, kind) if _cut(child)]
    assert not clipped, f"clipped: {', '.join(clipped)}"


def screenshot(widget: QWidget, name: str) -> Path | None:
    """A picture in the folder `CURA_SCREENSHOTS` names; nothing without it."""
    folder = os.environ.get("CURA_SCREENSHOTS")
    if not folder:
        return None
    path = Path(folder) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    assert widget.grab().save(str(path))
    return path


def type_text(widget: QWidget, text: str) -> None:
    """Type any text, also what has no key on a British keyboard."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QCoreApplication.sendEvent(widget, event)


def _visible(widget: QWidget, kind: type[QWidget]) -> list[QWidget]:
    found: list[QWidget] = list(widget.findChildren(kind))
    if isinstance(widget, kind):
        found.insert(0, widget)
    return [child for child in found if child.isVisible()]


def _takes_keys(widget: QWidget) -> bool:
    focusable = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(focusable) and widget.objectName() not in _INNER and not isinstance(widget, QScrollArea)


def _name(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def _cut(widget: QWidget) -> bool:
    if isinstance(widget.parentWidget(), QLineEdit):
        return False  # the icons inside a box are placed by Qt
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            return widget.height() < widget.heightForWidth(widget.width()) - 1
        if not widget.pixmap().isNull():
            return False
    needed = widget.sizeHint()
    return widget.width() < needed.width() - 1 or widget.height() < needed.height() - 1


def _where(widget: QWidget) -> str:
    words = getattr(widget, "text", lambda: "")()
    return f"{type(widget).__name__} {widget.objectName()} '{words}' {widget.width()}x{widget.height()}"
