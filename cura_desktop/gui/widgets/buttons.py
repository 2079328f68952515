"""Buttons of the four weights, and saying why one cannot be pressed."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from cura_desktop.gui.shell.icons import icon


class PlainButton(QPushButton):
    """A button of no special weight. Give the text a mnemonic (`&Print`)."""

    _property = ""
    _icon_role = "text"

    def __init__(self, text: str, icon_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        if self._property:
            self.setProperty(self._property, True)
        if icon_name:
            self.setIcon(icon(icon_name, self._icon_role))
        self.setAutoDefault(False)


class PrimaryButton(PlainButton):
    """The one thing a screen is for."""

    _property = "primary"
    _icon_role = "on-accent"


class QuietButton(PlainButton):
    """A step aside, drawn as a link."""

    _property = "quiet"
    _icon_role = "accent-text"


class DangerButton(PlainButton):
    """A step with clinical or financial consequences that cannot be undone."""

    _property = "danger"
    _icon_role = "on-danger"


class IconButton(QToolButton):
    """A square button with an icon alone; `name` is what it is called, aloud and on hover."""

    def __init__(self, icon_name: str, name: str, shortcut: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setIcon(icon(icon_name))
        self.setAccessibleName(name)
        shown = ""
        if shortcut:
            self.setShortcut(QKeySequence(shortcut))
            shown = f" ({QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)})"
        self.setToolTip(f"{name}{shown}")


def set_allowed(widget: QWidget, allowed: bool, reason: str = "") -> None:
    """Enable a control, or disable it and say why on hover and to the screen reader."""
    widget.setEnabled(allowed)
    if allowed:
        if (usual := widget.property("usual_tool_tip")) is not None:
            widget.setToolTip(str(usual))
        widget.setAccessibleDescription("")
        return
    if widget.property("usual_tool_tip") is None:
        widget.setProperty("usual_tool_tip", widget.toolTip())
    widget.setToolTip(reason)
    widget.setAccessibleDescription(reason)
