"""A few short words that can be added and taken away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.flow_layout import FlowLayout


class TagList(QWidget):
    """Type a word and press Enter or comma to add it; Backspace in the empty box or a tag's button takes it away."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tags: list[str] = []
        self._buttons: list[QToolButton] = []
        self._flow = FlowLayout(self)
        self.edit = _TagEdit()
        self.edit.setPlaceholderText("Add")
        self.edit.setAccessibleName("Add a tag")
        self.edit.setMaxLength(50)
        self.edit.added.connect(self.add)
        self.edit.took_back.connect(self._remove_last)
        self.setFocusProxy(self.edit)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        self._rebuild()

    def tags(self) -> list[str]:
        """The words in order."""
        return list(self._tags)

    def set_tags(self, tags: Sequence[str]) -> None:
        """Show these."""
        self._tags = list(dict.fromkeys(tags))
        self._rebuild()

    def add(self, text: str) -> None:
        """Add a word; one that is there already, in any case, is not added again."""
        word = " ".join(text.split())
        if word and word.casefold() not in (tag.casefold() for tag in self._tags):
            self._tags.append(word)
            self._rebuild()
            self.changed.emit()

    def remove(self, tag: str) -> None:
        """Take a word away."""
        if tag in self._tags:
            self._tags.remove(tag)
            self._rebuild()
            self.changed.emit()
            self.edit.setFocus()

    def _remove_last(self) -> None:
        if self._tags:
            self.remove(self._tags[-1])

    def _rebuild(self) -> None:
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.deleteLater()
        self._flow.removeWidget(self.edit)
        self._buttons = [self._button(tag) for tag in self._tags]
        for widget in (*self._buttons, self.edit):
            self._flow.addWidget(widget)
            widget.show()
        self.updateGeometry()

    def _button(self, tag: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(tag.replace("&", "&&"))
        button.setIcon(icon("x", "text-muted"))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setLayoutDirection(
            Qt.LayoutDirection.LeftToRight if self.isRightToLeft() else Qt.LayoutDirection.RightToLeft
        )
        button.setProperty("tag", True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(f"Remove {tag}")
        button.setToolTip(f"Remove {tag}")
        button.clicked.connect(lambda: self.remove(tag))
        return button

    def _set_lengths(self) -> None:
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.set_gap(px(4), px(4))
        self.edit.setFixedWidth(px(120))


class _TagEdit(QLineEdit):
    added = Signal(str)
    took_back = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.text() == ","
        if enters and self.text().strip():
            self.added.emit(self.text())
            self.clear()
        elif event.text() == ",":
            return
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.took_back.emit()
        else:
            super().keyPressEvent(event)
