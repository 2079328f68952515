"""Everything on the main window can be reached by keyboard and named by a screen reader, for every role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QLabel, QTabBar, QWidget

from cura_desktop.gui.shell.actions import has_mnemonic
from cura_desktop.gui.shell.perspectives import ROLES
from tests.journeys.conftest import OpenSeat
from tests.support.people import Clinic, make_organization

_WITHIN = (Qt.ShortcutContext.WidgetShortcut, Qt.ShortcutContext.WidgetWithChildrenShortcut)


@pytest.fixture(scope="module")
def everybody(admin_dsn: str) -> Iterator[Clinic]:
    """A clinic with a person of each of the 16 roles."""
    clinic = make_organization(admin_dsn, *ROLES)
    yield clinic
    clinic.close()


@pytest.mark.parametrize("role", ROLES)
def test_every_button_has_a_key_and_a_name_and_no_key_means_two_things(
    sit: OpenSeat, everybody: Clinic, role: str
) -> None:
    seat = sit(role, everybody).front()
    seat.until(lambda: not seat.space.tasks.busy)
    window = seat.window
    assert len(ROLES) == 16
    assert not list(_without_key(window)), "no shortcut or mnemonic"
    assert not list(_without_name(window)), "no accessible name"
    assert not _ambiguous(window), "two meanings for one key"


def _without_key(window: QWidget) -> Iterator[str]:
    """Actions of the menus and buttons with words that no key reaches."""
    for action in window.findChildren(QAction):
        if action.text() and not action.isSeparator() and action.isVisible() and not action.shortcuts():
            named = "(" in action.text()  # the small signs inside a box say their key: "Open the calendar (Alt+Down)"
            if not named and not has_mnemonic(action.text()) and action.menu() is None:
                yield f"action {action.text()!r} {action.objectName()}"
    for button in window.findChildren(QAbstractButton):
        if not button.isVisible() or not button.text() or isinstance(button.parentWidget(), QTabBar):
            continue
        keys = has_mnemonic(button.text()) or not button.shortcut().isEmpty() or "(" in button.toolTip()
        if not keys and not button.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield f"button {button.text()!r} {button.objectName()}"


def _without_name(window: QWidget) -> Iterator[str]:
    for widget in window.findChildren(QWidget):
        inner = widget.objectName().startswith("qt_") or not widget.isVisible()
        if inner or not (isinstance(widget, QAbstractButton) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus):
            continue
        name = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        if not name and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            yield f"{type(widget).__name__} {widget.objectName()}"


def _ambiguous(window: QWidget) -> dict[str, list[str]]:
    """Keys that more than one enabled action or shortcut answers at one place of the window."""
    everywhere: dict[str, list[str]] = defaultdict(list)
    inside: list[tuple[QWidget, str, str]] = []
    for action in window.findChildren(QAction):
        holders = [one for one in action.associatedObjects() if isinstance(one, QWidget)]
        holders = [one for one in holders if one.isVisible() or not one.isWindow()]
        for key in (one.toString() for one in action.shortcuts() if action.isEnabled() and holders):
            if action.shortcutContext() in _WITHIN:
                inside += [(one, key, action.text()) for one in holders if one.isVisible()]
            else:
                everywhere[key].append(f"action {action.text()}")
    for shortcut in window.findChildren(QShortcut):
        owner = shortcut.parent()
        if not isinstance(owner, QWidget) or not owner.isVisible() or not shortcut.isEnabled():
            continue
        for key in (one.toString() for one in shortcut.keys()):
            if shortcut.context() in _WITHIN:
                inside.append((owner, key, type(owner).__name__))
            else:
                everywhere[key].append(f"shortcut of {type(owner).__name__}")
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QAbstractButton | QLabel) and widget.isVisible():
            key = _mnemonic(widget)
            if key and (isinstance(widget, QAbstractButton) or widget.buddy() is not None):
                everywhere[key].append(f"{type(widget).__name__} {widget.text()!r}")
    found = {key: users for key, users in everywhere.items() if len(users) > 1}
    for owner, key, what in inside:
        others = [text for other, same, text in inside if same == key and other is not owner and other.isAncestorOf(owner)]
        if others or key in everywhere:
            found[key] = [*everywhere.get(key, ()), *others, what]
    return found


def _mnemonic(widget: QAbstractButton | QLabel) -> str:
    return QKeySequence.mnemonic(widget.text()).toString()
