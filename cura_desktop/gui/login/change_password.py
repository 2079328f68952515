"""Choosing a new password, by one's own wish or because one must."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.gui.forms.login.ui_change_password import Ui_ChangePassword
from cura_desktop.gui.login.contracts import Sessions
from cura_desktop.gui.login.parts import FieldProblems, ShowToggle, StrengthMeter, give_room
from cura_desktop.gui.login.session_presenter import ChangePasswordPresenter
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

_OWN = "Your other sessions end when you change it."
_FORCED = "Before you go on, please choose a password that only you know."


class ChangePasswordScreen(QWidget):
    """`forced` after a reset: then the current password is the code, and cancelling goes back to signing in."""

    changed = Signal(object)
    cancelled = Signal()

    def __init__(
        self, sessions: Sessions, caller: Caller, tasks: Tasks, *, forced: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ui = ui = Ui_ChangePassword()
        ui.setupUi(self)
        known = (caller.full_name, caller.username, caller.organization_name)
        self._presenter = ChangePasswordPresenter(self, sessions, known, tasks)
        self._problems = FieldProblems(
            {
                "current": (ui.current_edit, ui.current_problem_label),
                "new": (ui.new_edit, ui.new_problem_label),
                "again": (ui.again_edit, ui.again_problem_label),
            }
        )
        ui.title_label.setText("Choose your own password" if forced else "Change your password")
        ui.lead_label.setText(_FORCED if forced else _OWN)
        ui.current_label.setText("&Current password or code" if forced else "&Current password")
        self.strength = StrengthMeter(ui.new_edit, tasks)
        self.strength.set_known(*known)
        place = QVBoxLayout(ui.strength_place)
        place.setContentsMargins(0, 0, 0, 0)
        place.addWidget(self.strength)
        for edit in (ui.current_edit, ui.new_edit, ui.again_edit):
            ShowToggle(edit)
            edit.returnPressed.connect(self._change)
        give_room(self, ui.change_button)
        ui.change_button.clicked.connect(self._change)
        ui.cancel_button.setText("&Sign out" if forced else "Ca&ncel")
        ui.cancel_button.clicked.connect(self.cancelled)
        self.show_busy(False)
        self.show_problem("")

    def _change(self) -> None:
        self._presenter.change(self._ui.current_edit.text(), self._ui.new_edit.text(), self._ui.again_edit.text())

    def show_busy(self, busy: bool) -> None:
        """While the server is asked."""
        ui = self._ui
        for widget in (ui.current_edit, ui.new_edit, ui.again_edit, ui.change_button, ui.cancel_button):
            widget.setEnabled(not busy)
        ui.busy_bar.setVisible(busy)

    def show_problem(self, sentence: str) -> None:
        """One sentence above the buttons."""
        self._ui.problem_label.setText(sentence)
        self._ui.problem_label.setVisible(bool(sentence))

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the fields."""
        rest = self._problems.show(problems)
        if rest:
            self.show_problem(" ".join(rest))

    def changed_to(self, caller: Caller) -> None:
        """The new session; nothing typed stays in the form."""
        for edit in (self._ui.current_edit, self._ui.new_edit, self._ui.again_edit):
            edit.clear()
        self.changed.emit(caller)

    def report(self, error: Exception) -> None:
        """A bug: the window shows it with its incident number."""
        messages_for(self).report(error, self)


class ChangePasswordDialog(QDialog):
    """The same over the main window."""

    changed = Signal(object)

    def __init__(self, sessions: Sessions, caller: Caller, tasks: Tasks, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Change your password")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        screen = ChangePasswordScreen(sessions, caller, tasks, parent=self)
        screen.changed.connect(self._done)
        screen.cancelled.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(24), px(24), px(16))
        column.addWidget(screen)
        self.setMinimumWidth(px(440))

    def _done(self, caller: Caller) -> None:
        self.changed.emit(caller)
        self.accept()
