"""Nothing here yet: one sentence and one thing to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cura_desktop.gui.shell.icons import icon_pixmap
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton
from cura_desktop.gui.widgets.labels import text_label


class EmptyState(QWidget):
    """`action_text` may be empty when there is nothing sensible to do."""

    action_chosen = Signal()

    def __init__(
        self, sentence: str, action_text: str = "", icon_name: str = "inbox", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._icon = QLabel()
        self.sentence_label = text_label(sentence, "muted", wrap=True)
        self.sentence_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.action_button = PlainButton(action_text)
        self.action_button.clicked.connect(self.action_chosen)
        column = self._column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.sentence_label)
        column.addWidget(self.action_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self.set_text(sentence, action_text, icon_name)
        theme().changed.connect(self.set_lengths)

    def set_text(self, sentence: str, action_text: str = "", icon_name: str = "") -> None:
        """Say something else, for example that a search found nothing."""
        self.sentence_label.setText(sentence)
        self.action_button.setText(action_text)
        self.action_button.setVisible(bool(action_text))
        self._icon_name = icon_name or self._icon_name
        self.set_lengths()

    def set_lengths(self) -> None:
        """Lengths and icon for the current look."""
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(12))
        self._icon.setPixmap(icon_pixmap(self._icon_name, "text-muted", px(32), self.devicePixelRatioF()))
