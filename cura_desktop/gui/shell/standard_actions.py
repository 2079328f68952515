"""What every window can do, whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from cura_desktop.gui.shell.actions import ActionSpec
from cura_desktop.gui.shell.perspectives import PERSPECTIVES
from cura_desktop.gui.shell.theme import Mode

Do = Callable[[], object]

THEMES: tuple[tuple[Mode, str, str], ...] = (
    ("light", "&Light", "sun"),
    ("dark", "&Dark", "moon"),
    ("system", "As the &system", "monitor"),
)


@dataclass(frozen=True, slots=True)
class Commands:
    """Who does it. `step_tab` and `step_text` take 1 or -1."""

    find: Do
    close_tab: Do
    step_tab: Callable[[int], object]
    show_perspective: Callable[[str], object]
    reset_layout: Do
    set_theme: Callable[[Mode], object]
    step_text: Callable[[int], object]
    normal_text: Do
    show_notifications: Do
    lock: Do
    switch_user: Do
    change_password: Do
    sign_out: Do
    quit: Do
    show_help: Callable[[str], object]


def standard_actions(do: Commands) -> Sequence[ActionSpec]:
    """The actions, in the order of the menus."""
    perspectives = [
        ActionSpec(
            f"perspective.{one.key}",
            f"&{one.title} perspective",
            partial(do.show_perspective, one.key),
            "View",
            f"Ctrl+Alt+{number}",
            group="Window",
            icon="layout-grid",
            section="perspectives",
            also=one.purpose,
        )
        for number, one in enumerate(PERSPECTIVES, 1)
    ]
    themes = [
        ActionSpec(
            f"theme.{mode}",
            f"{text} theme" if mode != "system" else "Theme as the &system",
            partial(do.set_theme, mode),
            "Theme",
            group="Window",
            icon=sign,
            also="theme dark light colours",
        )
        for mode, text, sign in THEMES
    ]
    return [
        ActionSpec("find.anything", "&Find anything…", do.find, "Edit", "Ctrl+K", icon="search",
                   section="find", in_palette=False),
        ActionSpec("tab.close", "&Close tab", do.close_tab, "File", "Ctrl+W", "Tabs", icon="x",
                   section="tab"),
        ActionSpec("tab.next", "&Next tab", partial(do.step_tab, 1), "Go", "Ctrl+Tab", "Tabs", section="tabs",
                   in_palette=False),
        ActionSpec("tab.previous", "&Previous tab", partial(do.step_tab, -1), "Go", "Ctrl+Shift+Tab", "Tabs",
                   section="tabs", in_palette=False),
        *perspectives,
        ActionSpec("layout.reset", "R&eset this layout", do.reset_layout, "View", group="Window",
                   icon="rotate-ccw", section="perspectives", also="docks arrangement"),
        *themes,
        ActionSpec("text.larger", "Lar&ger text", partial(do.step_text, 1), "View", "Ctrl++", "Window",
                   icon="zoom-in", section="text", also="size zoom"),
        ActionSpec("text.smaller", "S&maller text", partial(do.step_text, -1), "View", "Ctrl+-", "Window",
                   icon="zoom-out", section="text", also="size zoom"),
        ActionSpec("text.normal", "Te&xt at 100 %", do.normal_text, "View", "Ctrl+0", "Window",
                   section="text", also="size zoom normal"),
        ActionSpec("notifications.show", "&Notifications", do.show_notifications, "View", "Ctrl+Shift+N",
                   icon="bell", section="notifications"),
        ActionSpec("session.lock", "&Lock", do.lock, "File", "Ctrl+L", "Session", icon="lock",
                   section="session", also="away leave"),
        ActionSpec("session.switch", "S&witch user…", do.switch_user, "File", "Ctrl+Shift+L",
                   "Session", icon="users", section="session"),
        ActionSpec("session.password", "Change &password…", do.change_password, "File",
                   group="Session", icon="key-round", section="session"),
        ActionSpec("session.sign_out", "Sign &out", do.sign_out, "File", "Ctrl+Shift+Q",
                   "Session", icon="log-out", section="session", also="log out exit"),
        ActionSpec("program.quit", "&Quit", do.quit, "File", "Ctrl+Q", "Session", icon="door-open",
                   section="quit", also="exit close"),
        ActionSpec("help.show", "&Help and shortcuts", partial(do.show_help, "start"), "Help", "F1",
                   icon="circle-help", section="help", also="cheat sheet keys"),
        ActionSpec("help.shortcuts", "&Keyboard shortcuts", partial(do.show_help, "shortcuts"), "Help",
                   icon="keyboard", section="help", also="cheat sheet keys"),
    ]  # fmt: skip
