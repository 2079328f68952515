"""Walking through what a layout holds."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QLayout, QWidget

W = TypeVar("W", bound=QWidget)


def layout_widgets(layout: QLayout, kind: type[W]) -> list[W]:
    """The widgets of one kind directly in a layout, in its order."""
    items = (layout.itemAt(index) for index in range(layout.count()))
    widgets = (item.widget() for item in items if item is not None)
    return [widget for widget in widgets if isinstance(widget, kind)]
