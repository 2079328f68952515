"""Records as Qt's item views want them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from cura_desktop.gui.widgets.record_columns import Column

R = TypeVar("R")
_Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
SKELETON_ROWS = 8


class RecordModel(QAbstractTableModel, Generic[R]):
    """A sorted list of records, or skeleton rows while they are on their way."""

    def __init__(self, columns: Sequence[Column[R]]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self._given: list[R] = []
        self._shown: list[R] = []
        self._loading = False
        self.sorted_by: tuple[int, Qt.SortOrder] | None = None

    @property
    def loading(self) -> bool:
        """Whether skeleton rows are shown."""
        return self._loading

    @property
    def records(self) -> list[R]:
        """The records in the order shown."""
        return self._shown

    def show_records(self, records: Sequence[R]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self._loading = False
        self._given = list(records)
        self._shown = self._ordered()
        self.endResetModel()

    def show_loading(self) -> None:
        """Skeleton rows in place of records."""
        self.beginResetModel()
        self._loading, self._given, self._shown = True, [], []
        self.endResetModel()

    def record(self, index: _Index) -> R | None:
        """The record of a row."""
        return self._shown[index.row()] if index.isValid() and index.row() < len(self._shown) else None

    def _ordered(self) -> list[R]:
        if self.sorted_by is None:
            return list(self._given)
        section, order = self.sorted_by
        column, descending = self.columns[section], order == Qt.SortOrder.DescendingOrder
        filled = [record for record in self._given if column.order(record) is not None]
        blank = [record for record in self._given if column.order(record) is None]
        return sorted(filled, key=column.order, reverse=descending) + blank

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column (-1: as they came). Equal records keep that order; those without a value come last."""
        self.sorted_by = (column, order) if 0 <= column < len(self.columns) else None
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        before = [self.record(index) for index in kept]
        self._shown = self._ordered()
        rows = {id(record): row for row, record in enumerate(self._shown)}
        after = [
            self.index(rows[id(record)], index.column()) if record is not None else QModelIndex()
            for index, record in zip(kept, before, strict=True)
        ]
        self.changePersistentIndexList(kept, after)
        self.layoutChanged.emit()

    def rowCount(self, parent: _Index = _NONE) -> int:
        if parent.isValid():
            return 0
        return SKELETON_ROWS if self._loading else len(self._shown)

    def columnCount(self, parent: _Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.NoItemFlags if self._loading else super().flags(index)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        record = self.record(index)
        if record is None:
            return "Loading" if self._loading and role == Qt.ItemDataRole.AccessibleTextRole else None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(record)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {column.text(record)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tooltip(record) if column.tooltip is not None else column.text(record)
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _alignment(column: Column[Any]) -> Qt.AlignmentFlag:
    sides = Qt.AlignmentFlag
    side = sides.AlignRight if column.at_end else sides.AlignHCenter if column.align == "centre" else sides.AlignLeft
    return side | sides.AlignVCenter
