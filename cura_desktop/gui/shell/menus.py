"""The menus of the window, filled from the registered actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from cura_desktop.gui.shell.actions import ActionRegistry, distinct_mnemonics
from cura_desktop.gui.shell.docks import Dock
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.scaling import STEPS
from cura_desktop.gui.shell.standard_actions import THEMES
from cura_desktop.gui.shell.theme import theme

_TITLES = {"File": "&File", "Edit": "&Edit", "View": "&View", "Go": "&Go", "Office": "&Office", "Help": "&Help"}
_SESSION = ("session.lock", "session.switch", "session.password", "session.sign_out")


class Menus(QObject):
    """The menu bar, and the small menu behind the person's name."""

    def __init__(self, registry: ActionRegistry, set_text_size: Callable[[int], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._registry = registry
        self._set_text_size = set_text_size
        self.bar = QMenuBar(parent)
        self.bar.setNativeMenuBar(False)
        self.by_title = {title: self.bar.addMenu(text) for title, text in _TITLES.items()}
        self.person = QMenu(parent)

    def fill(self, docks: Iterable[Dock]) -> None:
        """Write all menus anew, when everything is registered."""
        for menu in self.by_title.values():
            menu.clear()
            menu.setToolTipsVisible(True)
        self._add_actions()
        view = self.by_title["View"]
        view.addSeparator()
        panels = self._add_panels(view, docks)
        themes = self._add_themes(view)
        self._add_sizes(view)
        for menu in (*self.by_title.values(), panels, themes):
            _give_letters(menu)
        office = self.by_title["Office"]
        office.menuAction().setVisible(not office.isEmpty())
        self.person.clear()
        self.person.addActions([self._registry.action(id_) for id_ in _SESSION])

    def _add_actions(self) -> None:
        last: dict[str, str] = {}
        for spec in self._registry:
            if spec.menu in self.by_title:
                menu = self.by_title[spec.menu]
                if last.get(spec.menu, spec.section) != spec.section:
                    menu.addSeparator()
                last[spec.menu] = spec.section
                menu.addAction(self._registry.action(spec.id))

    def _add_panels(self, view: QMenu, docks: Iterable[Dock]) -> QMenu:
        panels = view.addMenu(icon("panel-left"), "&Panels")
        for dock in docks:
            toggle = dock.toggleViewAction()
            toggle.setText(f"&{dock.windowTitle()}")
            panels.addAction(toggle)
        return panels

    def _add_themes(self, view: QMenu) -> QMenu:
        themes = view.addMenu(icon("sun"), "&Theme")
        for mode, _text, _sign in THEMES:
            action = self._registry.action(f"theme.{mode}")
            action.setCheckable(True)
            themes.addAction(action)
        themes.aboutToShow.connect(self._tick_theme)
        return themes

    def _add_sizes(self, view: QMenu) -> None:
        sizes = view.addMenu(icon("zoom-in"), "Text si&ze")
        for percent in STEPS:
            action = sizes.addAction(f"{percent} &%" if percent == STEPS[0] else f"&{percent} %")
            action.setCheckable(True)
            action.setData(percent)
            action.triggered.connect(lambda _on=False, wanted=percent: self._set_text_size(wanted))
        sizes.aboutToShow.connect(partial(self._tick_size, sizes))

    def _tick_size(self, sizes: QMenu) -> None:
        for action in sizes.actions():
            action.setChecked(action.data() == theme().text_size)

    def _tick_theme(self) -> None:
        for mode, _text, _sign in THEMES:
            self._registry.action(f"theme.{mode}").setChecked(theme().mode == mode)


def _give_letters(menu: QMenu) -> None:
    worded = [action for action in menu.actions() if not action.isSeparator()]
    for action, text in zip(worded, distinct_mnemonics([one.text() for one in worded]), strict=True):
        action.setText(text)
