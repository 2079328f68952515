"""The list of conversations: who, what about, how it ends, and how much of it is new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.messages import Conversation
from cura_desktop.gui.messaging.wording import Clock, names_of, short_when
from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.icons import draw_icon
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import tokens

Index = QModelIndex | QPersistentModelIndex
CONVERSATION = Qt.ItemDataRole.UserRole


class ConversationModel(QAbstractListModel):
    """Conversations in the order given, with the words a screen reader says."""

    def __init__(self, caller: Caller, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._caller, self._clock = caller, clock
        self._shown: tuple[Conversation, ...] = ()

    def show(self, conversations: Sequence[Conversation]) -> None:
        """Replace the list."""
        self.beginResetModel()
        self._shown = tuple(conversations)
        self.endResetModel()

    def row_of(self, conversation_id: str | None) -> int:
        """Where a conversation is, or -1."""
        return next((row for row, each in enumerate(self._shown) if each.id == conversation_id), -1)

    def conversation(self, index: Index) -> Conversation | None:
        """The conversation of a row."""
        return self._shown[index.row()] if index.isValid() else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 -- Qt's own default
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        one = self._shown[index.row()]
        if role == CONVERSATION:
            return one
        names = names_of(one.others(self._caller.user_id))
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{names} {one.subject}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return names
        if role == Qt.ItemDataRole.AccessibleTextRole:
            news = f"{one.unread} unread{', urgent' if one.urgent_unread else ''}. " if one.unread else ""
            return f"{news}{names}. {one.subject}. {self.when(one)}. {self.ending(one)}"
        return None

    def when(self, one: Conversation) -> str:
        """The time of the last message, as short as it can be said."""
        return short_when(one.last_at, self._caller.zone, self._clock())

    def ending(self, one: Conversation) -> str:
        """The last message in one line."""
        text = " ".join(one.last_text.split())
        return f"You: {text}" if one.last_sender_id == self._caller.user_id and text else text


class ConversationDelegate(QStyledItemDelegate):
    """Names and time; the subject or patient; the last words and the number of unread messages."""

    def __init__(self, model: ConversationModel, me: int, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._me = model, me

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        lines = QFontMetrics(font("base", "semibold")).height() + 2 * QFontMetrics(font("small")).height()
        return QSize(px(200), lines + px(20))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        one: Conversation = index.data(CONVERSATION)
        painter.save()
        self._paint_ground(painter, option)
        box = option.rect.adjusted(px(12), px(8), -px(12), -px(8))
        line = QFontMetrics(font("base", "semibold")).height()
        small = QFontMetrics(font("small")).height()
        top = QRect(box.left(), box.top(), box.width(), line)
        when = self._model.when(one)
        painter.setFont(font("small"))
        taken = painter.fontMetrics().horizontalAdvance(when) + px(8)
        self._write(painter, top, when, "text_muted", at_end=True)
        painter.setFont(font("base", "semibold" if one.unread else "regular"))
        names = top.adjusted(0, 0, -taken, 0) if not self._mirrored(option) else top.adjusted(taken, 0, 0, 0)
        self._write(painter, names, names_of(one.others(self._me)), "text")
        second = QRect(box.left(), top.bottom() + px(2), box.width(), small)
        painter.setFont(font("small", "medium" if one.unread else "regular"))
        about = " · ".join(part for part in (one.subject, one.patient_name) if part)
        ending = self._model.ending(one)
        self._write(painter, second, about or ending, "text" if about else "text_muted")
        third = QRect(box.left(), second.bottom() + px(2), box.width(), small)
        room = self._paint_news(painter, third, one, self._mirrored(option))
        painter.setFont(font("small"))
        self._write(painter, room, ending if about else "", "text_muted")
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        now = tokens()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(now.accent_soft))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, QColor(now.hover))
        painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), QColor(now.line))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(now.focus))
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))

    def _paint_news(self, painter: QPainter, line: QRect, one: Conversation, mirrored: bool) -> QRect:
        """The badge (and the word Urgent) at the far edge; returns what is left of the line."""
        if not one.unread:
            return line
        now = tokens()
        count = str(one.unread) if one.unread < 100 else "99+"
        painter.setFont(font("caption", "semibold"))
        metrics = painter.fontMetrics()
        height = metrics.height() + px(2)
        width = max(height, metrics.horizontalAdvance(count) + px(10))
        badge = QRect(line.right() - width + 1, line.center().y() - height // 2, width, height)
        if mirrored:
            badge.moveLeft(line.left())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(now.accent))
        painter.drawRoundedRect(badge, height / 2, height / 2)
        painter.setPen(QColor(now.on_accent))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, count)
        taken = width + px(8)
        if one.urgent_unread:
            words = metrics.horizontalAdvance("Urgent")
            start = badge.right() + px(8) if mirrored else badge.left() - px(8) - words - px(16)
            draw_icon(painter, "triangle-alert", now.warning_text, QRect(start, line.top(), px(14), line.height()))
            painter.setPen(QColor(now.warning_text))
            painter.drawText(
                QRect(start + px(16), line.top(), words + px(2), line.height()), Qt.AlignmentFlag.AlignVCenter, "Urgent"
            )
            taken += words + px(24)
        return line.adjusted(taken, 0, 0, 0) if mirrored else line.adjusted(0, 0, -taken, 0)

    def _write(self, painter: QPainter, box: QRect, text: str, role: str, *, at_end: bool = False) -> None:
        painter.setPen(QColor(tokens().color(role)))
        edge = Qt.AlignmentFlag.AlignRight if at_end else Qt.AlignmentFlag.AlignLeft
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | edge, shown)

    def _mirrored(self, option: QStyleOptionViewItem) -> bool:
        return bool(option.direction == Qt.LayoutDirection.RightToLeft)
