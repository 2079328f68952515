"""What can be done with an appointment: one set of actions for keys, context menu and list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.appointments import AppointmentBlock
from cura_desktop.domain.calendar import AppointmentStatus, may_change, previous_status
from cura_desktop.gui.calendar.look import status_icon
from cura_desktop.gui.shell.icons import icon

NOT_ALLOWED = "Your role may not change the diary."
NONE_CHOSEN = "Choose an appointment first."
_STEPS = (
    ("&Arrived", "A", AppointmentStatus.ARRIVED),
    ("In the &room", "R", AppointmentStatus.IN_ROOM),
    ("&Seen", "S", AppointmentStatus.COMPLETED),
    ("&Left unseen", "", AppointmentStatus.LEFT),
    ("C&onfirmed", "", AppointmentStatus.CONFIRMED),
    ("&Did not attend", "N", AppointmentStatus.NO_SHOW),
)


@dataclass(frozen=True, slots=True)
class Commands:
    """What the panel does for the actions."""

    open: Callable[[AppointmentBlock], object]
    open_patient: Callable[[AppointmentBlock], object]
    set_status: Callable[[AppointmentBlock, AppointmentStatus], object]
    step_back: Callable[[AppointmentBlock], object]
    cancel: Callable[[AppointmentBlock], object]


class BlockActions(QObject):
    """The actions of the chosen appointment; each says why it cannot be used when it cannot."""

    done = Signal()

    def __init__(self, owner: QWidget, commands: Commands, may_edit: bool) -> None:
        super().__init__(owner)
        self._block: AppointmentBlock | None = None
        self._may_edit = may_edit
        self._owner = owner
        self._steps: list[tuple[QAction, AppointmentStatus]] = []
        self.open = self._make("&Open the appointment", "", "pencil", commands.open)
        self.open_patient = self._make("Open the &patient's record", "Ctrl+Return", "user", commands.open_patient)
        for text, key, status in _STEPS:
            step = partial(_take_step, commands, status)
            self._steps.append((self._make(text, key, status_icon(status), step), status))
        self.back = self._make("Take the last step &back", "Backspace", "undo-2", commands.step_back)
        self.cancel = self._make("&Cancel the appointment…", "Del", "ban", commands.cancel)
        self.set_block(None)

    def all(self) -> list[QAction]:
        """In the order of the context menu."""
        line = QAction(self)
        line.setSeparator(True)
        return [self.open, self.open_patient, *(action for action, _ in self._steps), self.back, line, self.cancel]

    def set_block(self, block: AppointmentBlock | None) -> None:
        """The appointment they are about now."""
        self._block = block
        for action in (self.open, self.open_patient):
            _allow(action, "" if block is not None else NONE_CHOSEN)
        for action, status in self._steps:
            _allow(action, self._reason(block, status))
        back = previous_status(block.status) if block is not None else None
        _allow(self.back, self._reason(block, back) if back or block is None else "There is no step to take back.")
        _allow(self.cancel, self._reason(block, AppointmentStatus.CANCELLED))

    def _reason(self, block: AppointmentBlock | None, status: AppointmentStatus | None) -> str:
        if block is None or status is None:
            return NONE_CHOSEN
        if not self._may_edit:
            return NOT_ALLOWED
        return "" if may_change(block.status, status) else f"“{block.status.words}” does not go there."

    def _make(self, text: str, key: str, icon_name: str, call: Callable[[AppointmentBlock], object]) -> QAction:
        action = QAction(icon(icon_name), text, self._owner)
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: call(self._block) if self._block is not None else None)
        self._owner.addAction(action)
        return action


def _take_step(commands: Commands, status: AppointmentStatus, block: AppointmentBlock) -> None:
    commands.set_status(block, status)


def _allow(action: QAction, reason: str) -> None:
    action.setEnabled(not reason)
    action.setToolTip(reason or action.text().replace("&", ""))
    action.setStatusTip(reason)
