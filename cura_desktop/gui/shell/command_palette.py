"""Ctrl+K: one line that finds patients, actions and places, for hands that stay on the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from cura_desktop.domain.errors import CuraError
from cura_desktop.gui.shell.actions import ActionRegistry, plain, shortcut_text
from cura_desktop.gui.shell.icons import draw_icon
from cura_desktop.gui.shell.overlay import Overlay
from cura_desktop.gui.shell.palette_ranking import Entry, ranked
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme_state import tokens

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

PatientSearch = Callable[[str], Sequence[Entry]]
"""Called off the GUI thread with what was typed (two letters or more); returns entries of kind `patient`."""

_ENTRY = int(Qt.ItemDataRole.UserRole)
_ICONS = {"patient": "user", "action": "command", "place": "arrow-right"}
_MOST = 60
_ROOT = QModelIndex()
_REMEMBERED = 20

PLACES = ("Go", "Office")
"""Menus whose entries lead somewhere."""


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = list(entries[:_MOST])
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Any:
        entry = self.entries[index.row()]
        if role == _ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.DecorationRole:
            return _ICONS[entry.kind]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (entry.text, entry.detail, entry.shortcut, entry.reason) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.reason or None
        return None


class _EntryDelegate(QStyledItemDelegate):
    """Icon, text, quiet detail behind it; the shortcut at the right edge; the reason below a disabled line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        line = option.fontMetrics.height()
        entry: Entry = index.data(_ENTRY)
        return QSize(200, line * 2 + px(16) if entry.reason else line + px(16))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(_ENTRY)
        now = tokens()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        text, quiet = QColor(now.text), QColor(now.text_muted)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = option.rect.adjusted(4, 1, -4, -1)
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(now.accent_soft))
            painter.drawRoundedRect(area, 6, 6)
        area = area.adjusted(10, 8, -10, -8)
        line = option.fontMetrics.height()
        side = px(16)
        square = QRect(area.left(), area.top() + (line - side) // 2, side, side)
        draw_icon(painter, _ICONS[entry.kind], now.text_disabled if entry.reason else now.accent, square)
        first = QRect(area.left() + px(26), area.top(), area.width() - px(26), line)
        right = self._shortcut(painter, option, first, entry.shortcut, quiet)
        first.setRight(right)
        strong = QFont(option.font)
        strong.setWeight(QFont.Weight.Medium)
        painter.setFont(strong)
        painter.setPen(quiet if entry.reason else text)
        shown = painter.fontMetrics().elidedText(entry.text, Qt.TextElideMode.ElideRight, first.width())
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        used = painter.fontMetrics().horizontalAdvance(shown) + 10
        painter.setFont(option.font)
        painter.setPen(quiet)
        rest = first.adjusted(used, 0, 0, 0)
        if rest.width() > 30 and entry.detail:
            detail = option.fontMetrics.elidedText(entry.detail, Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, detail)
        if entry.reason:
            below = QRect(area.left() + px(26), area.top() + line + 1, area.width() - px(26), line)
            why = option.fontMetrics.elidedText(entry.reason, Qt.TextElideMode.ElideRight, below.width())
            painter.drawText(below, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, why)
        painter.restore()

    def _shortcut(self, painter: QPainter, option: QStyleOptionViewItem, line: QRect, keys: str, colour: QColor) -> int:
        if not keys:
            return line.right()
        width = option.fontMetrics.horizontalAdvance(keys) + 4
        place = QRect(line.right() - width, line.top(), width, line.height())
        painter.setFont(option.font)
        painter.setPen(colour)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, keys)
        return place.left() - 12


class CommandPalette(Overlay):
    """The sheet. `chosen(entry)` is emitted for a patient; actions and places are run here."""

    patient_chosen = Signal(str)
    recent_changed = Signal(list)

    def __init__(
        self,
        over: QWidget,
        registry: ActionRegistry,
        tasks: Tasks,
    ) -> None:
        super().__init__(over)
        self._registry = registry
        self._tasks = tasks
        self._patients: PatientSearch | None = None
        self._found: tuple[str, Sequence[Entry]] = ("", ())
        self._recent: list[str] = []
        self._sheet = QFrame(self)
        self._sheet.setObjectName("command_palette")
        self._sheet.setProperty("ground", "card")
        self._edit = QLineEdit(self._sheet)
        self._edit.setObjectName("palette_edit")
        self._edit.setPlaceholderText("Find a patient, an action or a place")
        self._edit.setAccessibleName("Find a patient, an action or a place")
        self._edit.setClearButtonEnabled(True)
        self._edit.setMinimumHeight(px(38))
        self._edit.textChanged.connect(self._search)
        self._edit.installEventFilter(self)
        self._model = _Entries(self)
        self._list = QListView(self._sheet)
        self._list.setObjectName("palette_list")
        self._list.setAccessibleName("Found")
        self._list.setModel(self._model)
        self._list.setItemDelegate(_EntryDelegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setProperty("flush", True)
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(lambda _index: self._accept())
        self._hint = QLabel(self._sheet)
        self._hint.setObjectName("palette_hint")
        self._hint.setProperty("textRole", "caption")
        self._hint.setContentsMargins(8, 2, 8, 2)
        column = QVBoxLayout(self._sheet)
        column.setContentsMargins(10, 10, 10, 8)
        column.setSpacing(8)
        column.addWidget(self._edit)
        column.addWidget(self._list, 1)
        column.addWidget(self._hint)

    def set_patient_search(self, search: PatientSearch | None) -> None:
        """Find patients too; None when the role may not see them."""
        self._patients = search

    def set_recent(self, keys: Sequence[str]) -> None:
        """What was chosen last time, latest first (ids only)."""
        self._recent = list(keys)[:_REMEMBERED]

    @property
    def shown(self) -> list[Entry]:
        """The lines as they stand, best first."""
        return self._model.entries

    def open(self) -> None:
        super().open()
        self._edit.clear()
        self._search("")
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _own_entries(self) -> list[Entry]:
        entries: list[Entry] = []
        for spec in self._registry:
            if spec.in_palette:
                kind: Any = "place" if spec.menu in PLACES else "action"
                detail = spec.group if spec.menu not in PLACES else "Go to"
                keys = shortcut_text(spec.shortcut)
                entries.append(
                    Entry(kind, spec.id, plain(spec.text), detail, keys, self._registry.reason(spec.id), spec.also)
                )
        return entries

    def _search(self, typed: str) -> None:
        query = typed.strip()
        self._refresh()
        if self._patients is not None and len(query) >= 2:
            search = self._patients
            self._tasks.run(
                lambda: search(query), lambda hits: self._take(query, hits), self._no_patients, latest="palette"
            )

    def _take(self, query: str, hits: Sequence[Entry]) -> None:
        if query == self._edit.text().strip():
            self._found = (query, hits)
            self._refresh()

    def _no_patients(self, error: Exception) -> None:
        self._found = ("", ())
        self._refresh()
        why = f" {error}" if isinstance(error, CuraError) else ""
        self._hint.setText(f"Patients cannot be searched now.{why}")

    def _refresh(self) -> None:
        query = self._edit.text().strip()
        own = ranked(query, self._own_entries(), self._recent)
        # The server already matched the patients (number, phone, postcode), so the words need not stand in their names.
        patients = list(self._found[1]) if self._found[0] == query and query else []
        strong = [entry for entry in own if query and plain(entry.text).casefold().startswith(query.casefold())]
        rest = [entry for entry in own if entry not in strong]
        self._model.show([*strong, *patients, *rest])
        self._select(0)
        nothing = not self._model.entries
        self._hint.setText(
            f"Nothing answers “{query}”." if nothing else "↑ ↓ to move      Enter to choose      Esc to close"
        )
        self._lay_out()

    def _select(self, row: int) -> None:
        count = self._model.rowCount()
        if count:
            self._list.setCurrentIndex(self._model.index(max(0, min(row, count - 1)), 0))

    def _accept(self) -> None:
        index = self._list.currentIndex()
        if not index.isValid():
            return
        entry: Entry = index.data(_ENTRY)
        if entry.reason:
            self._hint.setText(entry.reason)
            return
        self._remember(entry.key)
        self.close_sheet()
        if entry.kind == "patient":
            self.patient_chosen.emit(entry.key)
        else:
            self._registry.run(entry.key)

    def _remember(self, key: str) -> None:
        self._recent = [key, *(other for other in self._recent if other != key)][:_REMEMBERED]
        self.recent_changed.emit(list(self._recent))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if watched is self._edit and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        row = self._list.currentIndex().row()
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        key = Qt.Key(event.key())
        if key in steps:
            self._select(row + steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        elif key == Qt.Key.Key_Escape:
            self.close_sheet()
        else:
            return False
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        width = min(px(680), self.width() - 48)
        rows = sum(self._list.sizeHintForRow(row) for row in range(min(9, self._model.rowCount())))
        height = min(86 + self._hint.sizeHint().height() + max(rows, 40), self.height() - 96)
        self._sheet.setGeometry((self.width() - width) // 2, max(36, self.height() // 9), width, height)
