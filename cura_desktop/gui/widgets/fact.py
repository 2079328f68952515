"""A label and its value on one line, the value heavier (domain-rules A2.2); it can be selected and tabbed to."""

from __future__ import annotations

import math
from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from cura_desktop.gui.shell.fonts import SIZES, Size
from cura_desktop.gui.shell.fonts import font as type_font
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme, tokens


class Fact(QLabel):
    """Without a title the value stands alone. Long values wrap between words and are never cut."""

    def __init__(self, title: str = "", parent: QWidget | None = None, *, size: Size = "base") -> None:
        super().__init__(parent)
        self._title, self._value, self._size = title, "", size
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme().changed.connect(self._write)
        self._write()

    def value(self) -> str:
        """The value alone."""
        return self._value

    def set_value(self, value: str, *, hide_empty: bool = False) -> None:
        """Show another value; an empty one hides the fact when wanted."""
        self._value = value
        self.setVisible(bool(value) or not hide_empty)
        self._write()

    def _write(self) -> None:
        size = px(SIZES[self._size])
        title = f'<span style="color:{tokens().text_muted};">{escape(self._title)}&nbsp; </span>' if self._title else ""
        value = f'<span style="font-weight:600; font-size:{size}px;">{escape(self._value)}</span>'
        self.setText(title + value)
        self.setAccessibleName(f"{self._title} {self._value}".strip())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        document = QTextDocument()
        document.setDefaultFont(type_font())
        document.setDocumentMargin(0)
        document.setHtml(self.text())
        width = math.ceil(document.idealWidth()) + 2
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(80), self.fontMetrics().height())
