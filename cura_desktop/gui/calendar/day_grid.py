"""A table whose cells are days: one is chosen at a time, none is typed into, and Tab leaves it."""

from __future__ import annotations

from PySide6.QtWidgets import QHeaderView, QTableWidget


def as_day_grid(table: QTableWidget) -> None:
    """Make it behave so; its columns share the width."""
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.horizontalHeader().setHighlightSections(False)
    table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
