"""Small parts that the first screens share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTime
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTimeEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cura_desktop.domain.passwords import PasswordStrength, password_strength
from cura_desktop.gui.login.contracts import OpeningHours
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import repolish, theme
from cura_desktop.gui.shell.theme_state import tokens

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

SHOW_KEYS = "Ctrl+Shift+E"


def give_room(screen: QWidget, main_button: QPushButton | None = None) -> None:
    """Space above each label and below the lead, and a main button that is easy to hit, at the current text size."""

    def set_lengths() -> None:
        if (column := screen.findChild(QVBoxLayout, "column")) is not None:
            column.setContentsMargins(px(4), px(4), px(4), px(4))  # the focus ring is drawn outside the fields
        for label in screen.findChildren(QLabel):
            if label.property("textRole") == "field":
                label.setContentsMargins(0, px(8), 0, 0)
                label.setIndent(0)
            elif label.objectName() == "lead_label":
                label.setContentsMargins(0, 0, 0, px(8))
        if (buttons := screen.findChild(QHBoxLayout, "buttons")) is not None:
            buttons.setContentsMargins(0, px(12), 0, 0)
        if main_button is not None:
            main_button.setStyleSheet(f"QPushButton {{ min-height: {px(34)}px; }}")

    set_lengths()
    _Follower(screen, set_lengths)


class _Follower(QObject):
    """Calls when the look changes, as long as its parent lives."""

    def __init__(self, parent: QObject, react: Callable[[], None]) -> None:
        super().__init__(parent)
        self._react = react
        theme().changed.connect(self._changed)

    def _changed(self) -> None:
        self._react()


class ShowToggle(QToolButton):
    """An eye at the right end of a password field."""

    def __init__(self, edit: QLineEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self.setObjectName(f"{edit.objectName()}_show_button")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setStyleSheet("QToolButton { border: none; background: transparent; min-height: 0; min-width: 0; }")
        self.toggled.connect(self._show)
        keys = QShortcut(SHOW_KEYS, edit, context=Qt.ShortcutContext.WidgetShortcut)
        keys.activated.connect(self.toggle)
        edit.installEventFilter(self)
        theme().changed.connect(self._place)
        self._show(False)
        self._place()

    def _show(self, on: bool) -> None:
        self._edit.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        self.setIcon(icon("eye-off" if on else "eye", "text-muted"))
        words = "Hide the password" if on else "Show the password"
        self.setAccessibleName(words)
        self.setToolTip(f"{words} ({SHOW_KEYS})")

    def _place(self) -> None:
        side = px(20)
        self.setIconSize(QSize(px(16), px(16)))
        self._edit.setTextMargins(0, 0, side + px(6), 0)
        self.setGeometry(self._edit.width() - side - px(8), (self._edit.height() - side) // 2, side, side)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False


class _Bar(QWidget):
    score = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        gap, count = px(4), 4
        part = (self.width() - gap * (count - 1)) / count
        colours = [tokens().line, tokens().danger, tokens().warning, tokens().info, tokens().success]
        for number in range(count):
            painter.setBrush(QColor(colours[self.score] if number < self.score else tokens().line))
            painter.drawRoundedRect(QRectF(number * (part + gap), 0, part, self.height()), 2, 2)


class StrengthMeter(QWidget):
    """Four bars and a sentence; the judging runs off the GUI thread."""

    def __init__(self, edit: QLineEdit, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._edit = edit
        self._known: tuple[str, ...] = ()
        self._bar = _Bar(self)
        self._bar.setFixedHeight(px(4))
        self._words = QLabel("At least 12 characters. Three random words make a good password.", self)
        self._words.setObjectName("strength_label")
        self._words.setProperty("textRole", "caption")
        self._words.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(2), 0, px(4))
        column.setSpacing(px(4))
        column.addWidget(self._bar)
        column.addWidget(self._words)
        edit.textChanged.connect(self._judge)

    def set_known(self, *words: str) -> None:
        """Words an attacker would try first."""
        self._known = tuple(words)

    @property
    def score(self) -> int:
        """0 to 4, as shown."""
        return self._bar.score

    def words(self) -> str:
        """The sentence shown."""
        return self._words.text()

    def _judge(self, password: str) -> None:
        known = self._known
        self._tasks.run(lambda: password_strength(password, known), self._show, latest="strength")

    def _show(self, strength: PasswordStrength) -> None:
        length = len(self._edit.text())
        too_short = 0 < length < 12
        self._bar.score = min(strength.score, 1) if too_short else strength.score
        self._bar.update()
        if not length:
            self._words.setText("At least 12 characters. Three random words make a good password.")
        elif too_short:
            self._words.setText(f"{12 - length} more character{'s' if length != 11 else ''} needed.")
        else:
            self._words.setText(". ".join(part.rstrip(".") for part in (strength.word, strength.hint) if part) + ".")


class FieldProblems:
    """Shows sentences below the fields of a form: `{"address": (edit, label)}`."""

    def __init__(self, fields: Mapping[str, tuple[QWidget, QLabel]]) -> None:
        self._fields = dict(fields)
        self.show({})

    def show(self, problems: Mapping[str, str]) -> list[str]:
        """Show these and clear the others; the first problem gets the keyboard. Returns what has no field."""
        first: QWidget | None = None
        for name, (edit, label) in self._fields.items():
            sentence = problems.get(name, "")
            label.setText(sentence)
            label.setVisible(bool(sentence))
            edit.setProperty("problem", bool(sentence))
            edit.setAccessibleDescription(sentence)
            repolish(edit)
            if sentence and first is None:
                first = edit
        if first is not None:
            first.setFocus()
        return [sentence for name, sentence in problems.items() if name not in self._fields]


class HoursGrid(QWidget):
    """Seven days: open or closed, from, to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[QCheckBox, QTimeEdit, QTimeEdit]] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(px(4), px(4), px(4), px(4))
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(4))
        grid.setColumnStretch(0, 1)
        for number, (day, mark) in enumerate(zip(_DAYS, _MARKED, strict=True)):
            opens, closes = self._time(8, 30), self._time(17 if number < 5 else 12, 30)
            box = QCheckBox(mark, self)
            box.setObjectName(f"open_{day.lower()}_box")
            opens.setObjectName(f"opens_{day.lower()}_edit")
            closes.setObjectName(f"closes_{day.lower()}_edit")
            opens.setAccessibleName(f"{day} opens at")
            closes.setAccessibleName(f"{day} closes at")
            box.toggled.connect(opens.setEnabled)
            box.toggled.connect(closes.setEnabled)
            box.setChecked(number < 5)
            opens.setEnabled(number < 5)
            closes.setEnabled(number < 5)
            until = QLabel("to", self)
            until.setProperty("textRole", "muted")
            for column, widget in enumerate((box, opens, until, closes)):
                grid.addWidget(widget, number, column)
            self._rows.append((box, opens, closes))
        self.setFocusProxy(self._rows[0][0])

    def hours(self) -> tuple[OpeningHours, ...]:
        """The open days."""
        return tuple(
            OpeningHours(day, _as_time(opens.time()), _as_time(closes.time()))
            for day, (box, opens, closes) in enumerate(self._rows)
            if box.isChecked()
        )

    def _time(self, hour: int, minute: int) -> QTimeEdit:
        edit = QTimeEdit(QTime(hour, minute), self)
        edit.setDisplayFormat("HH:mm")
        edit.setMinimumWidth(px(88))
        return edit


def _as_time(value: QTime) -> time:
    return time(value.hour(), value.minute())


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MARKED = ("&Monday", "&Tuesday", "&Wednesday", "T&hursday", "&Friday", "&Saturday", "S&unday")
