"""The allergies of the patient banner: one of four states, always in the same place (domain-rules A3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import repolish, theme
from cura_desktop.gui.widgets.labels import text_label

NOT_CHECKED = "free text, not checked against prescriptions"
UNKNOWN_RISK = "Risk status unknown: nobody has recorded whether there are any."
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class _Look:
    name: str
    icon_name: str
    role: str


_LOOKS = {
    "Known allergies": _Look("known", "triangle-alert", "on-danger"),
    "No known allergies": _Look("none", "check", "text"),
    "Allergies not recorded": _Look("missing", "circle-help", "warning"),
    "Allergies unavailable": _Look("unavailable", "wifi-off", "text-muted"),
}

Entry = tuple[str, str, str, bool]
"""Agent, reactions, date last updated, whether it is free text."""


class AllergyBox(QWidget):
    """A button with the state, which opens the record, over the agents with their dates."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton()
        self.button.clicked.connect(self.chosen)
        self.button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.list_label = text_label("", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeading)
        self._column.addWidget(self.list_label)
        self._open = True
        self._lines: list[str] = []
        self._state, self._agents = "", list[str]()
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def show_allergies(self, state: str, entries: Sequence[Entry], statement: str) -> None:
        """`statement` tells who recorded the state and when; agents are shown in alphabetical order."""
        look = _LOOKS.get(state)
        if look is None:
            return
        ordered = sorted(entries, key=lambda entry: entry[0].casefold())
        self._lines = [_line(*entry) for entry in ordered[:_SHOWN]]
        if len(ordered) > _SHOWN:
            self._lines.append(f"and {len(ordered) - _SHOWN} more")
        if statement:
            self._lines.append(statement)
        elif look.name == "missing":
            self._lines.append(UNKNOWN_RISK)
        agents = ", ".join(entry[0] for entry in ordered)
        spoken = ". ".join([state, *self._lines])
        self._state, self._agents = state, [entry[0] for entry in ordered]
        self.button.setIcon(icon(look.icon_name, look.role))
        self.button.setProperty("allergies", look.name)
        self.button.setAccessibleName(f"{state}: {agents}" if agents else state)
        self.button.setAccessibleDescription(spoken)
        self.button.setToolTip("\n".join([*self._lines, "Open the allergies in the record"]))
        repolish(self.button)
        self._write()

    def set_open(self, opened: bool) -> None:
        """Show the agents, or the state alone. Closed, they are named without their detail."""
        self._open = opened
        self._write()

    def _write(self) -> None:
        self.button.setText(self._state)
        agents = [", ".join(self._agents)] if self._agents else []
        lines = self._lines if self._open else agents
        self.list_label.setText("\n".join(lines))
        self.list_label.setVisible(bool(lines))

    def _set_lengths(self) -> None:
        self._column.setSpacing(px(2))


def _line(agent: str, reaction: str, updated: str, free_text: bool) -> str:
    parts = [agent, f": {reaction}" if reaction else "", f"  ({updated})" if updated else ""]
    return "".join(parts) + (f"  {NOT_CHECKED}" if free_text else "")
