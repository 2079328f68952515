"""What the central area shows while no work is open: a greeting and the few things one starts with."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cura_desktop.gui.shell.actions import ActionRegistry, plain, shortcut_text
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme

MOST = 7


class StartPage(QWidget):
    """`offer(ids)` chooses the actions; those the registry does not know, or the role may not do, are left out."""

    def __init__(self, full_name: str, registry: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start_page")
        self._registry = registry
        self._ids: tuple[str, ...] = ()
        greeting = QLabel(f"Signed in as {full_name}", self)
        greeting.setObjectName("greeting_label")
        greeting.setProperty("textRole", "title")
        hint = QLabel("Open a patient, or begin with one of these.", self)
        hint.setProperty("textRole", "muted")
        hint.setWordWrap(True)
        self._rows = QVBoxLayout()
        inner = QWidget(self)
        inner.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._column = QVBoxLayout(inner)
        self._column.addWidget(greeting)
        self._column.addWidget(hint)
        self._column.addLayout(self._rows)
        self._inner = inner
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(inner, 4)
        row.addStretch(1)
        theme().changed.connect(self._set_lengths)
        registry.changed.connect(self._fill)
        self._set_lengths()

    def offer(self, ids: tuple[str, ...]) -> None:
        """Choose what to begin with."""
        self._ids = ids
        self._fill()

    def _fill(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        known = [id_ for id_ in self._ids if self._registry.has(id_) and not self._registry.reason(id_)]
        for id_ in known[:MOST]:
            self._rows.addWidget(self._button(id_))

    def _button(self, id_: str) -> QPushButton:
        spec = self._registry.spec(id_)
        button = QPushButton(self._inner)
        button.setObjectName(f"start_{id_.replace('.', '_')}")
        button.setProperty("quiet", True)
        button.setAccessibleName(plain(spec.text))
        if spec.icon:
            button.setIcon(icon(spec.icon, "accent"))
            button.setIconSize(QSize(px(18), px(18)))
        row = QHBoxLayout(button)
        row.setContentsMargins(px(40), 0, px(8), 0)
        words = QLabel(plain(spec.text), button)
        words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(words, 1)
        if spec.shortcut:
            keys = QLabel(shortcut_text(spec.shortcut), button)
            keys.setProperty("textRole", "key")
            keys.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(keys, 0, Qt.AlignmentFlag.AlignVCenter)
        button.setStyleSheet("QPushButton { text-align: left; }")
        button.setMinimumHeight(px(38))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: self._registry.run(id_))
        return button

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(32), px(16), px(32))
        self._column.setSpacing(px(6))
        self._rows.setSpacing(px(4))
        self._inner.setMaximumWidth(px(460))
        self._fill()
