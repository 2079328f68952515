"""The first screen of a new PC: three ways to begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from cura_desktop.domain.sign_in import Enrolment
from cura_desktop.gui.forms.login.ui_first_run import Ui_FirstRun
from cura_desktop.gui.login.beginnings_presenter import BeginningsPresenter
from cura_desktop.gui.login.contracts import Beginnings
from cura_desktop.gui.login.parts import give_room
from cura_desktop.gui.shell.icons import icon_pixmap, screen_ratio
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Progress, Tasks

_WAYS = {
    "demo_button": ("star", "A clinic with invented patients, ready in a minute. Look around; nothing can break."),
    "start_button": ("house", "For a practice with one PC. Everything stays on this computer."),
    "join_button": ("link", "Your clinic has a server. You need its address and a code from the administrator."),
}


class FirstRunScreen(QWidget):
    """Try, start or join."""

    begun_with = Signal(object)
    start_wanted = Signal()
    join_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, beginnings: Beginnings, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui = Ui_FirstRun()
        self._ui.setupUi(self)
        self._presenter = BeginningsPresenter(self, beginnings, tasks)
        self._signs: list[tuple[QLabel, str]] = []
        self._work = QLabel(self)
        self._work.setProperty("textRole", "muted")
        self._work.setObjectName("work_label")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Setting up")
        column = self._ui.column
        place = column.indexOf(self._ui.problem_label)
        column.insertWidget(place, self._bar)
        column.insertWidget(place, self._work)
        for name, (icon_name, words) in _WAYS.items():
            self._dress(getattr(self._ui, name), icon_name, words)
        self._ui.demo_button.setDefault(True)
        self._ui.demo_button.clicked.connect(self._presenter.try_demo)
        self._ui.start_button.clicked.connect(self.start_wanted)
        self._ui.join_button.clicked.connect(self.join_wanted)
        self._ui.back_button.clicked.connect(self.back_wanted)
        give_room(self)
        self.offer_back(False)
        self.show_problem("")
        self.show_busy(False)
        theme().changed.connect(self._repaint_signs)
        self._repaint_signs()

    def offer_back(self, offered: bool) -> None:
        """Only a PC that already belongs to a clinic has something to go back to."""
        self._ui.back_button.setVisible(offered)

    def _dress(self, button: QPushButton, icon_name: str, words: str) -> None:
        """A button as a card: sign, name, and what it means."""
        name = button.text()
        button.setAccessibleName(name.replace("&", ""))
        button.setAccessibleDescription(words)
        sign = QLabel(button)
        title = QLabel(name, button)
        title.setProperty("textRole", "lead")
        title.setBuddy(button)
        detail = QLabel(words, button)
        detail.setProperty("textRole", "muted")
        detail.setWordWrap(True)
        text = QVBoxLayout()
        text.setSpacing(px(2))
        text.addWidget(title)
        text.addWidget(detail)
        row = QHBoxLayout(button)
        row.setContentsMargins(px(16), px(12), px(16), px(12))
        row.setSpacing(px(16))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(text, 1)
        for label in (sign, title, detail):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        button.setText("")
        self._signs.append((sign, icon_name))

    def _repaint_signs(self) -> None:
        for sign, icon_name in self._signs:
            sign.setPixmap(icon_pixmap(icon_name, "accent", px(24), screen_ratio()))
            button = sign.parentWidget()
            layout = button.layout() if button else None
            if button is not None and layout is not None:
                height = max(px(72), layout.heightForWidth(px(400)))
                button.setStyleSheet(f"QPushButton {{ min-height: {height}px; }}")

    def show_busy(self, busy: bool) -> None:
        """While one way is taken the others wait."""
        for name in _WAYS:
            getattr(self._ui, name).setEnabled(not busy)
        self._ui.back_button.setEnabled(not busy)
        self._bar.setVisible(busy)
        self._work.setVisible(busy)
        if busy:
            self._bar.setRange(0, 0)
            self._work.setText("Getting ready …")

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        self._work.setText(progress.text)

    def show_problem(self, sentence: str) -> None:
        """What went wrong, in one sentence."""
        self._ui.problem_label.setText(sentence)
        self._ui.problem_label.setVisible(bool(sentence))

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """This screen has no fields."""
        self.show_problem(" ".join(problems.values()))

    def begun(self, enrolment: Enrolment) -> None:
        """This PC belongs to a clinic now."""
        self.begun_with.emit(enrolment)

    def report(self, error: Exception) -> None:
        """A bug: the window shows it with its incident number."""
        messages_for(self).report(error, self)

    def sizeHint(self) -> QSize:
        return QSize(px(460), px(480))
