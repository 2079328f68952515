"""Making panels whose background calls end with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cura_desktop.gui.shell.tasks import QtTasks, Tasks

W = TypeVar("W", bound=QWidget)


def with_tasks(make: Callable[[Tasks], W]) -> W:
    """What `make` returns, given tasks of its own: their results are dropped when the widget is gone."""
    owner = QObject()
    widget = make(QtTasks(owner))
    owner.setParent(widget)
    return widget
