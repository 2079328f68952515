"""A module's panel as a dock that moves, tabs, floats and hides."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from cura_desktop.gui.shell.perspectives import Perspective, Slot

Area = Literal["left", "right", "top", "bottom"]

AREAS: dict[str, Qt.DockWidgetArea] = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "top": Qt.DockWidgetArea.TopDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
MINIMUM_WIDTH = 260


class Dock(QDockWidget):
    """One module. `key` names it in perspectives and remembered layouts; `area` is where it starts."""

    first_shown = Signal()
    came_forward = Signal()

    def __init__(self, key: str, title: str, icon: QIcon, content: QWidget, area: Area, parent: QMainWindow) -> None:
        super().__init__(title, parent)
        self.key = key
        self.area = area
        self._was_shown = False
        self.setObjectName(f"dock_{key}")
        self.setAccessibleName(title)
        self.setWindowIcon(icon)
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        content.setMinimumWidth(max(content.minimumWidth(), MINIMUM_WIDTH))
        self.setWidget(content)

    def bring_forward(self) -> None:
        """Show the dock in front of the others of its side, and give it the keyboard."""
        self.show()
        self.raise_()
        self.came_forward.emit()
        content = self.widget()
        itself = content.focusPolicy() != Qt.FocusPolicy.NoFocus or content.focusProxy() is not None
        first = content if itself else _first_field(content)
        (first or content).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_title(self, wanted: bool) -> None:
        """Without a title the tab above says the name; a lone or floating dock says it itself."""
        if wanted == (self.titleBarWidget() is None):
            return
        bare = self.titleBarWidget()
        if wanted:
            self.setTitleBarWidget(None)  # type: ignore[arg-type]
            if bare is not None:
                bare.deleteLater()
        else:
            self.setTitleBarWidget(QWidget(self))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self.first_shown.emit()


def _first_field(content: QWidget) -> QWidget | None:
    step = content.nextInFocusChain()
    while step is not None and step is not content:
        inside = content.isAncestorOf(step)
        if inside and step.focusPolicy() & Qt.FocusPolicy.TabFocus and step.isVisibleTo(content) and step.isEnabled():
            return step
        step = step.nextInFocusChain()
    return None


def arrange(window: QMainWindow, docks: dict[str, Dock], perspective: Perspective) -> None:
    """Put the docks where the perspective starts them; the others are hidden and keep their own side."""
    in_front: dict[str, Dock] = {}
    take_out(window, docks)
    for slot in perspective.slots:
        dock = docks.get(slot.dock)
        if dock is None:
            continue
        if slot.side in in_front:
            window.tabifyDockWidget(in_front[slot.side], dock)
        else:
            window.addDockWidget(AREAS[slot.side], dock)
            in_front[slot.side] = dock
        dock.show()
    placed = {slot.dock for slot in perspective.slots}
    for key, dock in docks.items():
        if key not in placed:
            window.addDockWidget(AREAS[dock.area], dock)
            dock.hide()
    for dock in in_front.values():
        dock.raise_()


def take_out(window: QMainWindow, docks: dict[str, Dock]) -> None:
    """Empty every side; the docks stay children of the window."""
    for dock in docks.values():
        dock.setFloating(False)
        window.removeDockWidget(dock)


def share_out(window: QMainWindow, docks: dict[str, Dock], perspective: Perspective, beside_work: bool) -> None:
    """Give each side its part of the window."""
    sides: dict[str, tuple[Dock, Slot]] = {}
    for slot in perspective.slots:
        dock = docks.get(slot.dock)
        if dock is not None and not dock.isFloating() and not dock.isHidden():
            sides.setdefault(slot.side, (dock, slot))
    wide = [pair for side, pair in sides.items() if side != "bottom"]
    tall = [pair for side, pair in sides.items() if side == "bottom"]
    for pairs, way, whole in (
        (wide, Qt.Orientation.Horizontal, window.width()),
        (tall, Qt.Orientation.Vertical, window.height()),
    ):
        if pairs:
            shares = [slot.share_beside_work if beside_work else slot.share for _dock, slot in pairs]
            window.resizeDocks([dock for dock, _slot in pairs], [round(whole * share) for share in shares], way)


def any_docked(docks: dict[str, Dock]) -> bool:
    """Whether some dock fills a side of the window now."""
    return any(not dock.isHidden() and not dock.isFloating() for dock in docks.values())


def focus_first(docks: dict[str, Dock], perspective: Perspective) -> None:
    """The keyboard starts in the panel the perspective puts first, not in some corner of the frame."""
    for slot in perspective.slots:
        dock = docks.get(slot.dock)
        if dock is not None and not dock.isHidden():
            dock.bring_forward()
            return


CORNERS = {
    Qt.Corner.TopLeftCorner: Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.Corner.BottomLeftCorner: Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.Corner.TopRightCorner: Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.Corner.BottomRightCorner: Qt.DockWidgetArea.RightDockWidgetArea,
}
"""The side docks reach into the corners."""
