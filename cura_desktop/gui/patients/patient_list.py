"""Patients as lines that are scanned in a second: name, birth and age, NHS number, phone and postcode."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cura_desktop.domain.identity import format_nhs_number
from cura_desktop.domain.patients import PatientSummary, born_text
from cura_desktop.domain.phones import format_phone
from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme, tokens
from cura_desktop.gui.widgets.pill import PillText, draw_pill, pill_size

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_RECORD = int(Qt.ItemDataRole.UserRole)
_SKELETONS = 6
_WIDE = 460
"""From this width, at 100 %, birth, number, phone and postcode stand on one line."""
_NARROW = 270
"""Below this width two of them do not stand beside each other."""
_COLUMNS = (0, 150, 256, 372)


def state_of(patient: PatientSummary) -> PillText | None:
    """What must be seen before anything is done with the patient."""
    if patient.died is not None:
        return PillText("Deceased", "neutral", "info")
    if patient.is_restricted:
        return PillText("Restricted", "warning", "lock")
    return PillText("Inactive", "neutral", "user-x") if not patient.is_active else None


def summary_parts(patient: PatientSummary, today: date) -> tuple[str, str, str, str]:
    """Birth with age, NHS number, phone, postcode; empty where not recorded or not shown to this role."""
    return (
        born_text(patient.born, patient.died or today),
        format_nhs_number(patient.nhs_number),
        format_phone(patient.phone),
        patient.postcode,
    )


class _Patients(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.records: list[PatientSummary] = []
        self.loading = False
        self.today = date.min

    def show(self, records: Sequence[PatientSummary], today: date, *, loading: bool = False) -> None:
        self.beginResetModel()
        self.records, self.today, self.loading = list(records), today, loading
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else _SKELETONS if self.loading else len(self.records)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.NoItemFlags if self.loading else super().flags(index)

    def data(self, index: _Index, role: int = 0) -> Any:
        if self.loading or not index.isValid() or index.row() >= len(self.records):
            return None
        record = self.records[index.row()]
        if role == _RECORD:
            return record
        if role == Qt.ItemDataRole.DisplayRole:
            return record.name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._sentence(record)
        return None

    def _sentence(self, record: PatientSummary) -> str:
        born, nhs, phone, postcode = summary_parts(record, self.today)
        state = state_of(record)
        known = (("Born", born), ("NHS No.", nhs), ("Phone", phone), ("Postcode", postcode), ("No.", record.number))
        words = [f"{title} {value}" for title, value in known if value]
        return "\n".join([record.name, *([state.text] if state else []), ", ".join(words)])


class _Delegate(QStyledItemDelegate):
    def __init__(self, view: PatientList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        record = index.data(_RECORD)
        width = self._view.viewport().width()
        across = _across(width)
        lines = 4 // across if across > 1 else len(_known(summary_parts(record, self._view.today()))) if record else 2
        name = self._name_rect(record, QRect(0, 0, width, 0)).height() if record else px(18)
        return QSize(px(200), name + lines * px(18) + px(16))

    def _name_rect(self, record: PatientSummary, area: QRect) -> QRect:
        state = state_of(record)
        taken = pill_size(state).width() + px(8) if state else 0
        width = max(area.width() - px(24) - taken, px(80))
        metrics = self._view.name_metrics()
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        height = metrics.boundingRect(QRect(0, 0, width, px(400)), int(flags), record.name).height()
        return QRect(area.left() + px(12), area.top() + px(8), width, max(height, px(18)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        record, area, now = index.data(_RECORD), QRect(option.rect), tokens()
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        ground = now.accent_soft if selected else now.hover if hovered and record else now.surface
        painter.fillRect(area, QColor(ground))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, QColor(now.line))
        if selected and self._view.hasFocus():
            left = area.right() - px(3) + 1 if self._view.isRightToLeft() else area.left()
            painter.fillRect(left, area.top(), px(3), area.height(), QColor(now.focus))
        if record is None:
            self._paint_skeleton(painter, area, index.row())
        else:
            self._paint_record(painter, area, record)
        painter.restore()

    def _paint_skeleton(self, painter: QPainter, area: QRect, row: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().surface_sunken))
        for line, share in enumerate((0.55, 0.8 - row % 3 * 0.1)):
            width = round((area.width() - px(24)) * share)
            painter.drawRoundedRect(area.left() + px(12), area.top() + px(12) + line * px(20), width, px(9), 4, 4)

    def _paint_record(self, painter: QPainter, area: QRect, record: PatientSummary) -> None:
        now, right_to_left = tokens(), self._view.isRightToLeft()
        name, state = self._name_rect(record, area), state_of(record)
        inner = area.adjusted(px(12), 0, -px(12), 0)
        side = Qt.AlignmentFlag.AlignRight if right_to_left else Qt.AlignmentFlag.AlignLeft
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignAbsolute | side)
        painter.setFont(font("base", "semibold"))
        painter.setPen(QColor(now.text))
        painter.drawText(_mirrored(name, area, right_to_left), flags, record.name)
        if state is not None:
            size = pill_size(state)
            pill = QRect(inner.right() - size.width() + 1, name.top(), size.width(), px(18))
            draw_pill(painter, _mirrored(pill, area, right_to_left), state, right_to_left=right_to_left)
        painter.setFont(font("small"))
        across = _across(self._view.viewport().width())
        parts = summary_parts(record, self._view.today())
        for place, text in enumerate(parts if across > 1 else _known(parts)):
            column, line = place % across, place // across
            painter.setPen(QColor(now.text if place == 0 else now.text_muted))
            box = QRect(inner.left() + px(_COLUMNS[column]), name.bottom() + 1 + line * px(18), 0, px(18))
            box.setRight(inner.right())
            painter.drawText(
                _mirrored(box, area, right_to_left),
                int(Qt.AlignmentFlag.AlignAbsolute | side | Qt.AlignmentFlag.AlignVCenter),
                text,
            )


def _across(width: int) -> int:
    """How many facts stand beside each other in a list `width` pixels wide."""
    return 4 if width >= px(_WIDE) else 2 if width >= px(_NARROW) else 1


def _known(parts: Sequence[str]) -> list[str]:
    return [part for part in parts if part]


def _mirrored(box: QRect, area: QRect, right_to_left: bool) -> QRect:
    if not right_to_left:
        return box
    return QRect(area.left() + area.right() - box.right(), box.top(), box.width(), box.height())


class PatientList(QListView):
    """Enter or a double click opens; Up on the first line leaves upwards; typing goes back to the search box."""

    opened = Signal(object)
    left_up = Signal()
    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Patients(self)
        self._menu_actions: list[QAction] = []
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName("Patients found")
        self.setMouseTracking(True)
        self.setProperty("flush", True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        theme().changed.connect(self.doItemsLayout)

    def today(self) -> date:
        """The clinic's date that ages are counted to."""
        return self._model.today

    def name_metrics(self) -> Any:
        """How wide a name is drawn."""
        from PySide6.QtGui import QFontMetrics

        return QFontMetrics(font("base", "semibold"))

    def show_patients(self, records: Sequence[PatientSummary], today: date) -> None:
        """Show these; the current line stays on its patient where that is still there."""
        kept = self.current()
        self._model.show(records, today)
        rows = [row for row, one in enumerate(records) if kept is not None and one.id == kept.id]
        if rows:
            self.setCurrentIndex(self._model.index(rows[0], 0))

    def show_loading(self, today: date) -> None:
        """Skeleton lines."""
        self._model.show([], today, loading=True)

    def records(self) -> list[PatientSummary]:
        """What is shown."""
        return list(self._model.records)

    def current(self) -> PatientSummary | None:
        """The line the keyboard is on."""
        record = self.currentIndex().data(_RECORD)
        return record if isinstance(record, PatientSummary) else None

    def select_first(self) -> None:
        """Come down from the search box."""
        if self._model.records:
            self.setCurrentIndex(self._model.index(0, 0))
            self.setFocus(Qt.FocusReason.TabFocusReason)

    def set_context_actions(self, actions: Sequence[QAction]) -> None:
        """What the menu of a line offers."""
        self._menu_actions = list(actions)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        elif event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_up.emit()
        elif event.key() == Qt.Key.Key_Menu:
            self._open_menu(self.visualRect(self.currentIndex()).center())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif _is_typing(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self._open()

    def contextMenuEvent(self, event: Any) -> None:
        self._open_menu(event.pos())

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _open(self) -> None:
        record = self.current()
        if record is not None:
            self.opened.emit(record)

    def _open_menu(self, at: QPoint) -> None:
        if self.current() is None or not self._menu_actions:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._menu_actions)
        menu.popup(self.viewport().mapToGlobal(at))

    def _copy(self) -> None:
        record = self.current()
        if record is not None:
            parts = (record.name, record.number, *summary_parts(record, self.today()))
            QGuiApplication.clipboard().setText("\t".join(parts))


def _is_typing(event: QKeyEvent) -> bool:
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return bool(event.text()) and event.text().isprintable() and event.text() != " " and not held
