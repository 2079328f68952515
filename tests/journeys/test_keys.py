"""Everything on the main window can be reached by keyboard and named by a screen reader, for every role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QShortcut
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTabBar, QWidget

from cura_desktop.gui.messaging.panel import MessagingPanel
from cura_desktop.gui.shell.actions import has_mnemonic
from cura_desktop.gui.shell.nearest_mnemonics import mnemonic_of, mnemonic_widgets, room_of
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
    for holders, keys, context, what in (*_actions(window), *_shortcuts(window)):
        for key in keys:
            if context in _WITHIN:
                inside += [(one, key, what) for one in holders]
            elif holders:
                everywhere[key].append(what)
    rooms: dict[tuple[int, str], list[str]] = defaultdict(list)
    for widget in mnemonic_widgets(window):
        rooms[id(room_of(widget)), mnemonic_of(widget).toString()].append(f"{type(widget).__name__} {widget.text()!r}")
    found = {key: users for key, users in everywhere.items() if len(users) > 1}
    found |= {key: users for (_room, key), users in rooms.items() if key and len(users) > 1}
    for owner, key, what in inside:
        above = [
            text for other, same, text in inside if same == key and other is not owner and other.isAncestorOf(owner)
        ]
        if above or key in everywhere:
            found[key] = [*everywhere.get(key, ()), *above, what]
    return found


Keys = tuple[list[QWidget], list[str], Qt.ShortcutContext, str]


def _actions(window: QWidget) -> Iterator[Keys]:
    for action in window.findChildren(QAction):
        holders = [one for one in action.associatedObjects() if isinstance(one, QWidget)]
        if action.shortcutContext() in _WITHIN:
            holders = [one for one in holders if one.isVisible()]
        if action.isEnabled():
            keys = [one.toString() for one in action.shortcuts()]
            yield holders, keys, action.shortcutContext(), f"action {action.text()}"


def _shortcuts(window: QWidget) -> Iterator[Keys]:
    for shortcut in window.findChildren(QShortcut):
        owner = shortcut.parent()
        if isinstance(owner, QWidget) and owner.isVisible() and shortcut.isEnabled():
            keys = [one.toString() for one in shortcut.keys()]  # noqa: SIM118 - not a mapping
            yield [owner], keys, shortcut.context(), type(owner).__name__


def test_a_letter_that_several_panels_use_means_the_panel_one_is_in(sit: OpenSeat) -> None:
    seat = sit("receptionist").front()
    new = seat.the(QAbstractButton, "new_button", inside=seat.the(MessagingPanel))
    others = [one for one in mnemonic_widgets(seat.window) if mnemonic_of(one) == new.shortcut() and one is not new]
    assert others, "the letter is not shared, so this proves nothing"
    around = new.parentWidget()
    assert around is not None
    field = around.findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    with seat.bot.waitSignal(new.clicked):
        seat.press(new.shortcut().toString())
    seat.the(QLineEdit, "subject_edit")
    assert not seat.window.work.keys(), "the other panels did nothing"
