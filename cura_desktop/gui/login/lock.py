"""The lock screen: covers the work completely and keeps it as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.gui.forms.login.ui_lock import Ui_Lock
from cura_desktop.gui.login.brand import draw_mark
from cura_desktop.gui.login.contracts import Sessions
from cura_desktop.gui.login.parts import ShowToggle, give_room
from cura_desktop.gui.login.session_presenter import LockPresenter
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.icons import icon_pixmap, screen_ratio
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.overlay import Overlay
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.shell.theme_state import tokens

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class LockScreen(Overlay):
    """Opaque, over the whole window. `unlocked` carries the new session's caller."""

    unlocked = Signal(object)
    switch_wanted = Signal()

    def __init__(self, over: QWidget, caller: Caller, sessions: Sessions, tasks: Tasks) -> None:
        super().__init__(over, firm=True)
        self.setObjectName("lock_screen")
        self.setAccessibleName("Locked")
        self._card = QFrame(self)
        self._card.setObjectName("lock_card")
        self._card.setProperty("ground", "card")
        form = QWidget(self._card)
        self._ui = ui = Ui_Lock()
        ui.setupUi(form)
        self._presenter = LockPresenter(self, sessions, tasks)
        self._column = QVBoxLayout(self._card)
        self._column.addWidget(form)
        ui.sign_label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for label in (ui.title_label, ui.lead_label):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        ui.title_label.setText(caller.full_name)
        ui.lead_label.setText(f"{caller.organization_name} is locked. Your work is as you left it.")
        ShowToggle(ui.password_edit)
        give_room(self, ui.unlock_button)
        ui.unlock_button.clicked.connect(self._unlock)
        ui.password_edit.returnPressed.connect(self._unlock)
        ui.switch_button.clicked.connect(self.switch_wanted)
        self.show_busy(False)
        self.show_problem("")
        theme().changed.connect(self._set_lengths)
        self._set_lengths()

    def open(self) -> None:
        """Cover the window."""
        super().open()
        self._ui.password_edit.setFocus()
        announce(self, "Locked")

    def _unlock(self) -> None:
        self._presenter.unlock(self._ui.password_edit.text())

    def show_busy(self, busy: bool) -> None:
        """While the server is asked."""
        for widget in (self._ui.password_edit, self._ui.unlock_button, self._ui.switch_button):
            widget.setEnabled(not busy)
        self._ui.unlock_button.setText("Unlocking …" if busy else "&Unlock")
        self._ui.busy_bar.setVisible(busy)
        self._lay_out()

    def show_problem(self, sentence: str) -> None:
        """One sentence below the password."""
        self._ui.problem_label.setText(sentence)
        self._ui.problem_label.setVisible(bool(sentence))
        self._lay_out()
        if sentence:
            announce(self._ui.problem_label, sentence, urgent=True)

    def clear_password(self) -> None:
        """After every try."""
        self._ui.password_edit.clear()
        self._ui.password_edit.setFocus()

    def open_up(self, caller: Caller) -> None:
        """The right password."""
        self.unlocked.emit(caller)

    def report(self, error: Exception) -> None:
        """A bug: the window shows it with its incident number."""
        messages_for(self).report(error, self)

    def _set_lengths(self) -> None:
        self._ui.sign_label.setPixmap(icon_pixmap("lock", "accent", px(28), screen_ratio()))
        self._column.setContentsMargins(px(32), px(28), px(32), px(20))
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        width = min(px(380), self.width() - px(32))
        wanted = self._column.totalHeightForWidth(width) if self._column.hasHeightForWidth() else 0
        height = min(max(wanted, self._card.sizeHint().height()), self.height() - px(16))
        self._card.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens().surface_sunken))
        side = px(32)
        draw_mark(painter, QRectF(px(24), px(24), side, side), tokens().accent, tokens().on_accent)
