"""Modules and field groups down, verbs across: what somebody may do, ticked and unticked."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from cura_desktop.domain.modules import FIELD_GROUPS, FIELD_VERBS, MODULES, VERBS, Permissions
from cura_desktop.domain.roles import EFFECTIVE_FIELDS
from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.icons import draw_icon
from cura_desktop.gui.shell.scaling import px, row_height
from cura_desktop.gui.shell.theme import theme, tokens

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_LEFT_OUT = ("platform", "quickbooks", "userManual", "integrations", "patientPortal", "mobileHealth")
"""Modules without a table of this program behind them; nothing would change."""
_VERB_WORDS = {"view": "See", "create": "Add", "edit": "Change", "delete": "Remove"}
ROWS: tuple[tuple[str, str, str], ...] = (
    *(("modules", key, name) for key, name in MODULES.items() if key not in _LEFT_OUT),
    *(("fields", key, FIELD_GROUPS[key]) for key in EFFECTIVE_FIELDS),
)


class PermissionModel(QAbstractTableModel):
    """`base` is the role that a person's exceptions differ from; without one every cell is the thing itself."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._value: dict[tuple[str, str], frozenset[str]] = {}
        self._base: dict[tuple[str, str], frozenset[str]] | None = None
        self.editable = True

    def show(self, value: Permissions, base: Permissions | None) -> None:
        """Show what `value` allows, beside `base`."""
        self.beginResetModel()
        self._value = _flat(value)
        self._base = _flat(base) if base is not None else None
        self.endResetModel()

    def value(self) -> Permissions:
        """What is ticked; rows with nothing ticked are left out."""
        return _permissions({key: verbs for key, verbs in self._value.items() if verbs})

    def exceptions(self) -> Permissions:
        """The rows that differ from the base."""
        base = self._base or {}
        rows = {(section, key) for section, key, _ in ROWS}
        differing = {key: self._value.get(key, frozenset()) for key in rows if self.differs(key)}
        return _permissions(differing) if base or differing else Permissions()

    def differs(self, key: tuple[str, str]) -> bool:
        """Whether a row is an exception."""
        return self._base is not None and self._value.get(key, frozenset()) != self._base.get(key, frozenset())

    def allows(self, index: Index) -> bool:
        """Whether a cell is ticked."""
        section, key, _ = ROWS[index.row()]
        return index.column() > 0 and VERBS[index.column() - 1] in self._value.get((section, key), frozenset())

    def offered(self, index: Index) -> bool:
        """Field groups know seeing and changing only."""
        return index.column() > 0 and (ROWS[index.row()][0] == "modules" or VERBS[index.column() - 1] in FIELD_VERBS)

    def toggle(self, index: Index) -> None:
        """Tick or untick. Nothing is changed unseen: other verbs bring seeing, and go with it."""
        if not self.editable or not self.offered(index):
            return
        section, key, _ = ROWS[index.row()]
        verb = VERBS[index.column() - 1]
        verbs = self._value.get((section, key), frozenset())
        if verb in verbs:
            verbs = frozenset() if verb == "view" else verbs - {verb}
        else:
            verbs = verbs | {verb, "view"}
        self._value[section, key] = verbs
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), len(VERBS)))
        self.edited.emit()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(ROWS)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(VERBS) + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and section == 0:
            return Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return "Area" if section == 0 else _VERB_WORDS[VERBS[section - 1]]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        section, key, name = ROWS[index.row()]
        own = self.differs((section, key))
        if role == Qt.ItemDataRole.DisplayRole and index.column() == 0:
            return f"{name}{' (own)' if own else ''}"
        if role == Qt.ItemDataRole.FontRole and index.column() == 0:
            return QFont(font("base", "semibold" if own else "regular"))
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() > 0:
            verb = _VERB_WORDS[VERBS[index.column() - 1]].lower()
            return f"{name}, {verb}: {'yes' if self.allows(index) else 'no'}{', own exception' if own else ''}"
        if role == Qt.ItemDataRole.ToolTipRole and section == "fields":
            return "Guarded details: shown and changed only by roles with this right"
        return None


class PermissionMatrix(QTableView):
    """Space or a click ticks; the arrows move. `edited` after each change."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = PermissionModel()
        self._model.setParent(self)
        self.setModel(self._model)
        self.setItemDelegate(_Ticks(self._model, self))
        self._model.edited.connect(self.edited)
        self.setAccessibleName("Permissions")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setAccessibleName("Verbs")
        self.clicked.connect(self._model.toggle)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def show_permissions(self, value: Permissions, base: Permissions | None = None) -> None:
        """Show what `value` allows; with `base` the rows that differ are marked as the person's own."""
        at = self.currentIndex()
        scrolled = self.verticalScrollBar().value()
        self._model.show(value, base)
        if at.isValid():
            self.setCurrentIndex(self._model.index(at.row(), at.column()))
        self.verticalScrollBar().setValue(scrolled)

    def value(self) -> Permissions:
        """What is ticked."""
        return self._model.value()

    def exceptions(self) -> Permissions:
        """What differs from the base."""
        return self._model.exceptions()

    def set_editable(self, editable: bool) -> None:
        """Whether ticking is allowed at all."""
        self._model.editable = editable

    def toggle(self, key: str, verb: str, section: str = "modules") -> None:
        """Tick one cell by name."""
        row = next(at for at, (kind, name, _) in enumerate(ROWS) if (kind, name) == (section, key))
        self._model.toggle(self._model.index(row, VERBS.index(verb) + 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._model.toggle(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(px(420), px(320))

    def _set_lengths(self) -> None:
        header = self.horizontalHeader()
        for column in range(1, len(VERBS) + 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, px(72))
        self.verticalHeader().setMinimumSectionSize(16)
        self.verticalHeader().setDefaultSectionSize(row_height("compact"))
        self.setMinimumHeight(px(240))


class _Ticks(QStyledItemDelegate):
    """A tick in the middle of its cell, readable without colour."""

    def __init__(self, model: PermissionModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        now = tokens()
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(option.rect, QColor(now.accent_soft))
        if index.column() == 0:
            painter.save()
            painter.setFont(index.data(Qt.ItemDataRole.FontRole))
            painter.setPen(QColor(now.text))
            room = option.rect.adjusted(px(8), 0, -px(4), 0)
            shown = painter.fontMetrics().elidedText(
                index.data(Qt.ItemDataRole.DisplayRole), Qt.TextElideMode.ElideRight, room.width()
            )
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
            painter.restore()
            return
        if not self._model.offered(index):
            return
        side = px(16)
        box = QRect(0, 0, side, side)
        box.moveCenter(option.rect.center())
        ticked = self._model.allows(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = now.accent if ticked else now.control_line
        ground = now.accent if ticked else now.surface
        if not self._model.editable:
            edge, ground = now.line, now.neutral_soft if ticked else now.surface_raised
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(box, px(4), px(4))
        if ticked:
            ink = now.on_accent if self._model.editable else now.text
            draw_icon(painter, "check", ink, box.adjusted(px(2), px(2), -px(2), -px(2)))
        painter.restore()


def _flat(permissions: Permissions) -> dict[tuple[str, str], frozenset[str]]:
    return {
        **{("modules", key): verbs for key, verbs in permissions.modules.items()},
        **{("fields", key): verbs for key, verbs in permissions.fields.items()},
    }


def _permissions(rows: dict[tuple[str, str], frozenset[str]]) -> Permissions:
    return Permissions(
        {key: verbs for (section, key), verbs in rows.items() if section == "modules"},
        {key: verbs for (section, key), verbs in rows.items() if section == "fields"},
    )
