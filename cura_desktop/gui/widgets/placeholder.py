"""A widget of a feature in the place that its form kept for it: forms may name shared widgets, never a feature's."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

W = TypeVar("W", bound=QWidget)


def put_in_place(placeholder: QWidget, widget: W) -> W:
    """Replace `placeholder`; its name, spoken name, buddy label and place in the tab order go over."""
    form = placeholder.parentWidget()
    layout = form.layout() if form is not None else None
    if form is None or layout is None:
        raise ValueError("the placeholder is in no layout")
    widget.setParent(form)
    widget.setObjectName(placeholder.objectName())
    if placeholder.accessibleName():
        widget.setAccessibleName(placeholder.accessibleName())
    layout.replaceWidget(placeholder, widget, Qt.FindChildOption.FindChildrenRecursively)
    for label in form.findChildren(QLabel):
        if label.buddy() is placeholder:
            label.setBuddy(widget)
    if placeholder.focusPolicy() != Qt.FocusPolicy.NoFocus:
        QWidget.setTabOrder(placeholder, widget)
    widget.show()
    placeholder.setParent(None)
    placeholder.deleteLater()
    return widget
