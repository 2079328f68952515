"""Joining a clinic that has a server."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.sign_in import Enrolment
from cura_desktop.gui.forms.login.ui_join import Ui_Join
from cura_desktop.gui.login.beginnings_presenter import BeginningsPresenter
from cura_desktop.gui.login.contracts import Beginnings
from cura_desktop.gui.login.parts import FieldProblems, give_room
from cura_desktop.gui.shell.messages import messages_for

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Progress, Tasks


class JoinScreen(QWidget):
    """Server address, code, and what this PC is called."""

    begun_with = Signal(object)
    back_wanted = Signal()

    def __init__(self, beginnings: Beginnings, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui = Ui_Join()
        self._ui.setupUi(self)
        ui = self._ui
        self._problems = FieldProblems(
            {
                "address": (ui.address_edit, ui.address_problem_label),
                "code": (ui.code_edit, ui.code_problem_label),
                "label": (ui.computer_edit, ui.computer_problem_label),
            }
        )
        self._presenter = BeginningsPresenter(self, beginnings, tasks)
        ui.computer_edit.setText(platform.node())
        give_room(self, ui.join_button)
        ui.join_button.clicked.connect(self._join)
        for edit in (ui.address_edit, ui.code_edit, ui.computer_edit):
            edit.returnPressed.connect(self._join)
        ui.back_button.clicked.connect(self.back_wanted)
        self.show_busy(False)
        self.show_problem("")

    def _join(self) -> None:
        self._presenter.join(self._ui.address_edit.text(), self._ui.code_edit.text(), self._ui.computer_edit.text())

    def show_busy(self, busy: bool) -> None:
        """A code works once: it must not be sent twice."""
        ui = self._ui
        for widget in (ui.address_edit, ui.code_edit, ui.computer_edit, ui.join_button, ui.back_button):
            widget.setEnabled(not busy)
        ui.busy_bar.setVisible(busy)
        ui.join_button.setText("Joining …" if busy else "&Join the clinic")

    def show_progress(self, progress: Progress) -> None:
        """Joining is one step."""

    def show_problem(self, sentence: str) -> None:
        """What went wrong, in one sentence."""
        self._ui.problem_label.setText(sentence)
        self._ui.problem_label.setVisible(bool(sentence))

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the fields."""
        rest = self._problems.show(problems)
        if rest:
            self.show_problem(" ".join(rest))

    def begun(self, enrolment: Enrolment) -> None:
        """This PC belongs to the clinic now; the code is spent."""
        self._ui.code_edit.clear()
        self.begun_with.emit(enrolment)

    def report(self, error: Exception) -> None:
        """A bug: the window shows it with its incident number."""
        messages_for(self).report(error, self)
