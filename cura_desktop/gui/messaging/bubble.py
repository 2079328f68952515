"""One message on screen."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QTextEdit, QVBoxLayout, QWidget

from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_time
from cura_desktop.domain.messages import Message, Priority
from cura_desktop.gui.shell.perspectives import role_in_words
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import tokens
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pill import Pill, PillText

PADDING = 8


class MessageText(QTextEdit):
    """Text that can be selected and copied, as tall as it is; a word without end breaks anywhere."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("bubble", True)
        self.setReadOnly(True)
        self.setPlainText(text)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.setAccessibleName(text)

    def fit(self, most: int) -> None:
        """As wide as the longest line needs, `most` at the utmost."""
        document = self.document()
        document.setTextWidth(-1)
        width = min(most, int(document.idealWidth()) + px(4))
        document.setTextWidth(width)
        self.setFixedSize(width, int(document.size().height()) + 1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The conversation scrolls, not one message."""
        event.ignore()


class Bubble(QFrame):
    """`mine` stands at the far edge on the accent's ground, others' at the near edge; `headed` names the sender."""

    def __init__(self, message: Message, zone: ZoneInfo, *, mine: bool, headed: bool) -> None:
        super().__init__()
        self.message = message
        self._mine = mine
        self._text = MessageText(message.content)
        at = format_time(to_clinic(message.at, zone).time())
        self._foot = text_label(at, "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(PADDING), px(12), px(PADDING))
        column.setSpacing(px(2))
        who = "You" if mine else f"{message.sender_name}, {role_in_words(message.sender_role).lower()}"
        if headed and not mine:
            name = text_label(message.sender_name, "strong")
            role = text_label(role_in_words(message.sender_role), "caption")
            head = QHBoxLayout()
            head.setSpacing(px(8))
            head.addWidget(name)
            head.addWidget(role, 1)
            column.addLayout(head)
        if message.priority is Priority.URGENT:
            column.addWidget(Pill(PillText("Urgent", "warning")))
        column.addWidget(self._text)
        column.addWidget(self._foot, 0, Qt.AlignmentFlag.AlignRight)
        urgent = "Urgent. " if message.priority is Priority.URGENT else ""
        self.setAccessibleName(f"{urgent}{who}, {at}: {message.content}")
        self.show_read(message.read_by_all)

    def show_read(self, read: bool) -> None:
        """Under one's own message: whether everybody has read it."""
        if self._mine and read:
            time = self._foot.text().split(" · ")[0]
            self._foot.setText(f"{time} · Read")

    def fit(self, most: int) -> None:
        """Take at most `most` pixels across."""
        self._text.fit(most - px(24))

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.toPlainText()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, now = QPainter(self), tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = now.accent_soft if self._mine else now.surface_raised
        painter.setPen(QPen(QColor(ground if self._mine else now.line), 1))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), px(8), px(8))


def day_label(words: str) -> QLabel:
    """What stands between the messages of two days."""
    label = text_label(words, "caption")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label
