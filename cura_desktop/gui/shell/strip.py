"""A quiet strip across a page that says a state of the world and offers a way on."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from cura_desktop.gui.shell.icons import icon_pixmap, screen_ratio
from cura_desktop.gui.shell.palette import Kind
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme


class Strip(QFrame):
    """Icon, sentence, buttons, on the soft ground of its kind."""

    def __init__(self, kind: Kind, icon_name: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("banner", kind)
        self._kind: Kind = kind
        self._icon_name = icon_name
        self._sign = QLabel(self)
        self._words = QLabel(self)
        self._words.setObjectName("strip_label")
        self._words.setWordWrap(True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._sign)
        self._row.addWidget(self._words, 1)
        self.say(sentence)
        self._restyle()
        theme().changed.connect(self._restyle)

    def say(self, sentence: str) -> None:
        """Change the sentence."""
        self._words.setText(sentence)
        self.setAccessibleName(sentence)

    def sentence(self) -> str:
        """What the strip says."""
        return self._words.text()

    def add_button(self, text: str, name: str) -> QPushButton:
        """A button at the right end; `text` carries the mnemonic."""
        button = QPushButton(text, self)
        button.setObjectName(name)
        self._row.addWidget(button)
        return button

    def _restyle(self) -> None:
        self._row.setContentsMargins(px(12), px(6), px(8), px(6))
        self._row.setSpacing(px(8))
        self._sign.setPixmap(icon_pixmap(self._icon_name, self._kind, px(16), screen_ratio()))
