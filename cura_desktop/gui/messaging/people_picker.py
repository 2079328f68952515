"""Choosing people by typing a part of a name or role."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QToolButton, QWidget

from cura_desktop.domain.messages import Correspondent
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.perspectives import role_in_words
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.flow_layout import FlowLayout


def offer_words(person: Correspondent) -> str:
    """A person as the list offers them."""
    return f"{person.name}, {role_in_words(person.role).lower()}"


class PeoplePicker(QWidget):
    """Type, choose with the arrows and Enter; Backspace in the empty box or a name's button takes a person away."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people: dict[str, Correspondent] = {}
        self._chosen: list[Correspondent] = []
        self._buttons: list[QToolButton] = []
        self._flow = FlowLayout(self)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self.edit = QLineEdit()
        self.edit.setObjectName("people_name_edit")
        self.edit.setProperty("keepDraft", False)
        self.edit.setPlaceholderText("Type a name or role")
        self.edit.setAccessibleName("To: type a name or role")
        self.edit.installEventFilter(self)
        self._offers = QStringListModel(self)
        completer = QCompleter(self._offers, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(8)
        # queued: the completer writes the chosen text into the box after it told us
        completer.activated.connect(self._choose, Qt.ConnectionType.QueuedConnection)
        self.edit.setCompleter(completer)
        self.edit.returnPressed.connect(self._choose_typed)
        self.setFocusProxy(self.edit)
        theme().changed.connect(self._set_lengths)
        self._set_lengths()
        self._rebuild()

    def set_people(self, people: Sequence[Correspondent]) -> None:
        """Whom to offer."""
        self._people = {offer_words(person): person for person in people}
        self._rebuild()

    def chosen(self) -> tuple[int, ...]:
        """The ids of those chosen, in order."""
        return tuple(person.id for person in self._chosen)

    def clear(self) -> None:
        """Choose nobody."""
        self._chosen.clear()
        self.edit.clear()
        self._rebuild()

    def choose(self, person: Correspondent) -> None:
        """Add a person."""
        if person.id not in self.chosen():
            self._chosen.append(person)
            self._rebuild()
            self.changed.emit()

    def _choose(self, words: str) -> None:
        if words in self._people:
            self.choose(self._people[words])
            self.edit.clear()

    def _choose_typed(self) -> None:
        """Enter takes the only one that fits what was typed."""
        typed = self.edit.text().strip().casefold()
        fitting = [words for words in self._offers.stringList() if typed and typed in words.casefold()]
        if len(fitting) == 1:
            self._choose(fitting[0])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if (
            watched is self.edit
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Backspace
            and not self.edit.text()
            and self._chosen
        ):
            self._remove(self._chosen[-1])
            return True
        return super().eventFilter(watched, event)

    def _remove(self, person: Correspondent) -> None:
        self._chosen.remove(person)
        self._rebuild()
        self.edit.setFocus()
        self.changed.emit()

    def _rebuild(self) -> None:
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.deleteLater()
        self._flow.removeWidget(self.edit)
        self._buttons = [self._button(person) for person in self._chosen]
        for button in self._buttons:
            self._flow.addWidget(button)
            button.show()
        self._flow.addWidget(self.edit)
        self.edit.show()
        self._offers.setStringList([words for words, person in self._people.items() if person not in self._chosen])
        self.updateGeometry()

    def _button(self, person: Correspondent) -> QToolButton:
        button = QToolButton()
        button.setText(person.name.replace("&", "&&"))
        button.setProperty("tag", True)
        button.setIcon(icon("x", "text-muted"))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        button.setAccessibleName(f"Remove {person.name}")
        button.setToolTip(f"{role_in_words(person.role)}. Press to remove.")
        button.clicked.connect(lambda: self._remove(person))
        return button

    def _set_lengths(self) -> None:
        self._flow.set_gap(px(4), px(4))
        self.edit.setMinimumWidth(px(240))
