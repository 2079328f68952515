"""The main window: docks, menus, tabs, perspectives and the memory of their arrangement. A frame, not a brain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QMenuBar,
    QPushButton,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import DatabaseUnavailableError
from cura_desktop.gui.shell import docks as docking
from cura_desktop.gui.shell.actions import ActionRegistry, ActionSpec, distinct_mnemonics
from cura_desktop.gui.shell.banners import BannerArea
from cura_desktop.gui.shell.command_palette import CommandPalette, PatientSearch
from cura_desktop.gui.shell.docks import Area, Dock
from cura_desktop.gui.shell.help import HelpSheet
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.layouts import LAYOUT_VERSION, Layout, LayoutStore, Person
from cura_desktop.gui.shell.messages import Messages
from cura_desktop.gui.shell.notification_centre import Bell, NotificationCentre
from cura_desktop.gui.shell.perspectives import BY_KEY, PERSPECTIVES, Perspective, perspective_for_role, role_in_words
from cura_desktop.gui.shell.scaling import STEPS, px
from cura_desktop.gui.shell.start_page import StartPage
from cura_desktop.gui.shell.status import Connection, StatusBar
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import Mode, theme
from cura_desktop.gui.shell.theme_state import tokens
from cura_desktop.gui.shell.work_area import TabKey, WorkArea

MENUS = {"File": "&File", "Edit": "&Edit", "View": "&View", "Go": "&Go", "Help": "&Help"}
THEMES: tuple[tuple[Mode, str, str], ...] = (
    ("light", "&Light", "sun"),
    ("dark", "&Dark", "moon"),
    ("system", "As the &system", "monitor"),
)


class MainWindow(QMainWindow):
    """One signed-in person's window.

    Order of use: make it, `add_dock` and `add_place` and `actions.register` for every room, `begin()`, `show()`.
    """

    lock_requested = Signal()
    switch_user_requested = Signal()
    sign_out_requested = Signal()
    change_password_requested = Signal()
    retry_requested = Signal()
    patient_chosen = Signal(str)
    closing = Signal()

    def __init__(self, caller: Caller, layouts: LayoutStore, tasks: Tasks | None = None) -> None:
        super().__init__()
        self._caller = caller
        self._layouts = layouts
        self._person = Person(caller.organization_id, caller.user_id)
        self._docks: dict[str, Dock] = {}
        self._places: dict[str, str] = {}
        self._perspective: Perspective = perspective_for_role(caller.role)
        self._begun = False
        self._arranging = False
        self._fresh = True
        self._hidden_by_lock: list[QWidget] = []
        self._locked = False
        role = role_in_words(caller.role)
        self.setObjectName("main_window")
        self.setWindowTitle(f"{caller.organization_name} – Cura")
        self.setDockNestingEnabled(True)
        self.setDockOptions(QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks)
        for area in docking.AREAS.values():
            self.setTabPosition(area, QTabWidget.TabPosition.North)
        for corner, side in _CORNERS.items():
            self.setCorner(corner, side)
        self.registry = ActionRegistry(self, caller.may, role)
        self.banners = BannerArea(self)
        self.messages = Messages(self, self.banners)
        self.messages.retry_wanted.connect(self._retry)
        self.work = WorkArea(self)
        self.start_page = StartPage(caller.full_name, self.registry, self)
        self._centre = self._build_centre()
        self._menu_bar = QMenuBar(self)
        self._menu_bar.setNativeMenuBar(False)
        self._menus = {title: self._menu_bar.addMenu(text) for title, text in MENUS.items()}
        self._person_menu = QMenu(self)
        self.status = StatusBar(caller.organization_name, caller.full_name, role, self._person_menu, self)
        self.setStatusBar(self.status)
        self.palette_sheet = CommandPalette(self, self.registry, tasks or QtTasks(self))
        self._help_sheet: HelpSheet | None = None
        self.notifications = NotificationCentre(self)
        self.bell = Bell(self)
        self._register_own_actions()
        self._build_top()
        self._connect()

    # -------------------------------------------------------------------------------------------------- public

    def add_dock(
        self,
        key: str,
        title: str,
        icon_name: str,
        widget: QWidget,
        area: Area = "left",
        *,
        shortcut: str = "",
        needs: tuple[str, str] | None = None,
    ) -> Dock | None:
        """A module's panel. `needs` is (verb, module): None, and no trace, when the role may not see it."""
        if needs is not None and not self._caller.may(*needs):
            widget.deleteLater()
            return None
        dock = Dock(key, title, icon(icon_name), widget, area, self)
        self._docks[key] = dock
        self.addDockWidget(docking.AREAS[area], dock)
        self._register_place(key, title, icon_name, dock.bring_forward, shortcut or f"Ctrl+{len(self._docks)}")
        dock.visibilityChanged.connect(self._settle_centre)
        dock.topLevelChanged.connect(self._settle_centre)
        dock.dockLocationChanged.connect(self._moved)
        return dock

    def dock(self, key: str) -> Dock | None:
        """The dock of a module, or None when the role may not see it."""
        return self._docks.get(key)

    def add_place(
        self,
        key: str,
        title: str,
        icon_name: str,
        go: Callable[[], object],
        *,
        shortcut: str,
        needs: tuple[str, str] | None = None,
    ) -> bool:
        """A screen that opens as a tab (dispensing, settings). False, and no trace, when the role may not see it."""
        if needs is not None and not self._caller.may(*needs):
            return False
        self._register_place(key, title, icon_name, go, shortcut)
        return True

    def open_tab(self, key: TabKey, title: str, icon_name: str, factory: Callable[[], QWidget]) -> QWidget:
        """The tab of `key` in front; made by `factory` when it is not open yet."""
        content = self.work.open_tab(key, title, icon(icon_name), factory)
        self._settle_centre()
        return content

    def close_tab(self, key: TabKey) -> bool:
        """False when unsaved work holds the tab open."""
        return self.work.close_tab(key)

    def go(self, place: str) -> bool:
        """Go to a dock or place by key. False when this person has no such place."""
        return place in self._places and self.registry.run(self._places[place])

    def set_patient_search(self, search: PatientSearch | None) -> None:
        """Let Ctrl+K find patients."""
        self.palette_sheet.set_patient_search(search)

    def set_connection(self, state: Connection) -> None:
        """Tell the window how the server is. LOST shows the lasting banner with Retry, CONNECTED takes it away."""
        self.status.set_connection(state)
        if state is Connection.LOST:
            self.messages.report(DatabaseUnavailableError("The server cannot be reached."))
        elif state is Connection.CONNECTED:
            self.messages.connected()

    def _retry(self) -> None:
        self.status.set_connection(Connection.WORKING)
        self.retry_requested.emit()

    @property
    def help_sheet(self) -> HelpSheet:
        """Help and shortcuts; read from the disk when first wanted."""
        if self._help_sheet is None:
            self._help_sheet = HelpSheet(self, self.registry)
        return self._help_sheet

    def begin(self) -> None:
        """Finish building: menus, then the perspective of the last visit or of the role, as the person left it."""
        self._fill_menus()
        self.palette_sheet.set_recent([key for key in self._choice("recent").split("|") if key])
        remembered = BY_KEY.get(self._layouts.perspective(self._person))
        self._begun = True
        self._enter(remembered or perspective_for_role(self._caller.role))

    @property
    def perspective(self) -> str:
        """The key of the perspective on screen."""
        return self._perspective.key

    def show_perspective(self, key: str) -> None:
        """Switch; the arrangement of the one left behind is remembered."""
        if self._begun:
            self.keep_layout()
        self._enter(BY_KEY[key])

    def reset_layout(self) -> None:
        """Back to the perspective's own arrangement."""
        self._layouts.forget(self._person, self._perspective.key)
        self._arrange()

    def keep_layout(self) -> None:
        """Remember the arrangement (called on switching, signing out and closing)."""
        layout = Layout(self.saveGeometry(), self.saveState(LAYOUT_VERSION))
        self._layouts.keep(self._person, self._perspective.key, layout)
        self._layouts.keep_perspective(self._person, self._perspective.key)
        self._layouts.flush()

    @property
    def locked(self) -> bool:
        """Whether the work is covered and out of reach."""
        return self._locked

    def set_locked(self, locked: bool, cover: QWidget | None = None) -> None:
        """Put the work out of reach of keyboard, mouse and eye. `cover` is the lock screen, which stays alive."""
        if locked == self._locked:
            return
        self._locked = locked
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if child is not cover and not child.isWindow():
                child.setEnabled(not locked)
        for action in self.registry.findChildren(QObject):
            action.blockSignals(locked)
        self._hide_other_windows(cover) if locked else self._show_other_windows()

    # -------------------------------------------------------------------------------------------------- building

    def _build_centre(self) -> QWidget:
        centre = QWidget(self)
        centre.setObjectName("centre")
        centre.setProperty("ground", "surface")
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.start_page, 1)
        column.addWidget(self.work, 1)
        self.work.hide()
        self.setCentralWidget(centre)
        return centre

    def _build_top(self) -> None:
        """Menus, the search line and the bell in one row; below it the lasting strips, across the whole window."""
        top = QWidget(self)
        top.setObjectName("top")
        top.setProperty("ground", "raised")
        self._search_button = QPushButton(top)
        self._search_button.setObjectName("palette_button")
        self._search_button.setAccessibleName("Find a patient, an action or a place")
        self._search_button.setToolTip("Find a patient, an action or a place (Ctrl+K)")
        self._search_button.setIcon(icon("search", "text-muted"))
        self._search_button.setText("Find or do anything")
        self._search_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._search_button.clicked.connect(self.palette_sheet.open)
        keys = QLabel("Ctrl+K", self._search_button)
        keys.setProperty("textRole", "key")
        keys.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QHBoxLayout(self._search_button)
        inside.setContentsMargins(0, 0, px(8), 0)
        inside.addStretch(1)
        inside.addWidget(keys, 0, Qt.AlignmentFlag.AlignVCenter)
        self.bell.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.bell.clicked.connect(self.notifications.open)
        self._menu_bar.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self._top_row = QHBoxLayout()
        self._top_row.addWidget(self._menu_bar)
        self._top_row.addStretch(1)
        self._top_row.addWidget(self._search_button)
        self._top_row.addWidget(self.bell)
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._top_row)
        column.addWidget(self.banners)
        self.setMenuWidget(top)
        self._restyle()

    def _register_place(self, key: str, title: str, icon_name: str, go: Callable[[], object], shortcut: str) -> None:
        id_ = f"go.{key}"
        self._places[key] = id_
        self.registry.register(
            ActionSpec(id_, f"&{title}", go, "Go", shortcut, group="Places", icon=icon_name, section="places")
        )

    def _register_own_actions(self) -> None:
        for spec in self._own_actions():
            self.registry.register(spec)

    def _own_actions(self) -> Sequence[ActionSpec]:
        perspectives = [
            ActionSpec(
                f"perspective.{one.key}",
                f"&{one.title} perspective",
                partial(self.show_perspective, one.key),
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
                partial(self._set_theme, mode),
                "Theme",
                group="Window",
                icon=sign,
                also="theme dark light colours",
            )
            for mode, text, sign in THEMES
        ]
        return [
            ActionSpec("find.anything", "&Find anything…", self.palette_sheet.open, "Edit", "Ctrl+K", icon="search",
                       section="find", in_palette=False),
            ActionSpec("tab.close", "&Close tab", self.work.close_current, "File", "Ctrl+W", "Tabs", icon="x",
                       section="tab"),
            ActionSpec("tab.next", "&Next tab", lambda: self.work.step(1), "Go", "Ctrl+Tab", "Tabs", section="tabs",
                       in_palette=False),
            ActionSpec("tab.previous", "&Previous tab", lambda: self.work.step(-1), "Go", "Ctrl+Shift+Tab", "Tabs",
                       section="tabs", in_palette=False),
            *perspectives,
            ActionSpec("layout.reset", "R&eset this layout", self.reset_layout, "View", group="Window",
                       icon="rotate-ccw", section="perspectives", also="docks arrangement"),
            *themes,
            ActionSpec("text.larger", "Lar&ger text", lambda: self._step_text(1), "View", "Ctrl++", "Window",
                       icon="zoom-in", section="text", also="size zoom"),
            ActionSpec("text.smaller", "S&maller text", lambda: self._step_text(-1), "View", "Ctrl+-", "Window",
                       icon="zoom-out", section="text", also="size zoom"),
            ActionSpec("text.normal", "Te&xt at 100 %", lambda: self._set_text_size(100), "View", "Ctrl+0", "Window",
                       section="text", also="size zoom normal"),
            ActionSpec("notifications.show", "&Notifications", self.notifications.open, "View", "Ctrl+Shift+N",
                       icon="bell", section="notifications"),
            ActionSpec("session.lock", "&Lock", self.lock_requested.emit, "File", "Ctrl+L", "Session", icon="lock",
                       section="session", also="away leave"),
            ActionSpec("session.switch", "S&witch user…", self.switch_user_requested.emit, "File", "Ctrl+Shift+L",
                       "Session", icon="users", section="session"),
            ActionSpec("session.password", "Change &password…", self.change_password_requested.emit, "File",
                       group="Session", icon="key-round", section="session"),
            ActionSpec("session.sign_out", "Sign &out", self.sign_out_requested.emit, "File", "Ctrl+Shift+Q",
                       "Session", icon="log-out", section="session", also="log out exit"),
            ActionSpec("program.quit", "&Quit", self.close, "File", "Ctrl+Q", "Session", icon="door-open",
                       section="quit", also="exit close"),
            ActionSpec("help.show", "&Help and shortcuts", lambda: self.help_sheet.open("start"), "Help", "F1",
                       icon="circle-help", section="help", also="cheat sheet keys"),
            ActionSpec("help.shortcuts", "&Keyboard shortcuts", lambda: self.help_sheet.open("shortcuts"), "Help",
                       icon="keyboard", section="help", also="cheat sheet keys"),
        ]  # fmt: skip

    def _fill_menus(self) -> None:
        for menu in self._menus.values():
            menu.clear()
        last: dict[str, str] = {}
        for spec in self.registry:
            if spec.menu not in self._menus:
                continue
            menu = self._menus[spec.menu]
            if last.get(spec.menu, spec.section) != spec.section:
                menu.addSeparator()
            last[spec.menu] = spec.section
            menu.addAction(self.registry.action(spec.id))
            menu.setToolTipsVisible(True)
        self._add_look_menus()
        self._add_panels_menu()
        for menu in (*self._menus.values(), self._panels):
            worded = [action for action in menu.actions() if not action.isSeparator()]
            for action, text in zip(worded, distinct_mnemonics([one.text() for one in worded]), strict=True):
                action.setText(text)
        self._person_menu.clear()
        for id_ in ("session.lock", "session.switch", "session.password", "session.sign_out"):
            self._person_menu.addAction(self.registry.action(id_))

    def _add_look_menus(self) -> None:
        view = self._menus["View"]
        view.addSeparator()
        themes = view.addMenu(icon("sun"), "&Theme")
        for mode, _text, _sign in THEMES:
            action = self.registry.action(f"theme.{mode}")
            action.setCheckable(True)
            themes.addAction(action)
        sizes = view.addMenu(icon("zoom-in"), "Text &size")
        for percent in STEPS:
            action = sizes.addAction(f"{percent} &%" if percent == 100 else f"&{percent} %")
            action.setCheckable(True)
            action.setData(percent)
            action.triggered.connect(lambda _on=False, wanted=percent: self._set_text_size(wanted))
        sizes.aboutToShow.connect(partial(self._tick_size, sizes))
        themes.aboutToShow.connect(self._tick_theme)

    def _tick_size(self, sizes: QMenu) -> None:
        for action in sizes.actions():
            action.setChecked(action.data() == theme().text_size)

    def _tick_theme(self) -> None:
        for mode, _text, _sign in THEMES:
            self.registry.action(f"theme.{mode}").setChecked(theme().mode == mode)

    def _add_panels_menu(self) -> None:
        self._panels = self._menus["View"].addMenu(icon("panel-left"), "&Panels")
        for dock in self._docks.values():
            toggle = dock.toggleViewAction()
            toggle.setText(f"&{dock.windowTitle()}")
            self._panels.addAction(toggle)

    def _connect(self) -> None:
        self.work.filled.connect(lambda: self._settle_centre())
        self.work.emptied.connect(lambda: self._settle_centre())
        self.palette_sheet.patient_chosen.connect(self.patient_chosen)
        self.palette_sheet.recent_changed.connect(lambda keys: self._keep_choice("recent", "|".join(keys)))
        theme().changed.connect(self._restyle)

    # -------------------------------------------------------------------------------------------------- arranging

    def _enter(self, perspective: Perspective) -> None:
        self._perspective = perspective
        remembered = self._layouts.find(self._person, perspective.key)
        self._fresh = remembered is None or not self._restore(remembered)
        if self._fresh:
            self._arrange()
        self._settle_centre()
        for place in perspective.places:
            if place in self._places and self._begun:
                self.go(place)

    def _restore(self, layout: Layout) -> bool:
        if not self.isVisible():
            self.restoreGeometry(layout.geometry)
        self._arranging = True
        # Without this Qt leaves the tab bars of the arrangement before on the window (seen with 6.12).
        docking.arrange(self, self._docks, self._perspective)
        QApplication.sendPostedEvents(self, QEvent.Type.LayoutRequest)
        docking.take_out(self, self._docks)
        restored = self.restoreState(QByteArray(layout.state), LAYOUT_VERSION)
        self._arranging = False
        return restored

    def _arrange(self) -> None:
        self._arranging = True
        docking.arrange(self, self._docks, self._perspective)
        self._arranging = False
        self._settle_centre()
        docking.share_out(self, self._docks, self._perspective, self.work.count() > 0)

    def _settle_centre(self, _seen: bool = True) -> None:
        """With nothing open, docks may have the whole window; with no dock either, the start page says what to do."""
        if self._arranging or not self._begun:
            return
        for dock in self._docks.values():
            dock.show_title(dock.isFloating() or not self.tabifiedDockWidgets(dock))
        open_tabs = self.work.count() > 0
        self.work.setVisible(open_tabs)
        self.start_page.setVisible(not open_tabs)
        wanted = open_tabs or self._perspective.centre_stays or not docking.any_docked(self._docks)
        if wanted == self._centre.isVisibleTo(self):
            return
        self._centre.setVisible(wanted)
        docking.share_out(self, self._docks, self._perspective, open_tabs)

    def _moved(self, _area: Qt.DockWidgetArea) -> None:
        self._settle_centre()

    def _hide_other_windows(self, cover: QWidget | None) -> None:
        mine = [self, cover]
        self._hidden_by_lock = [
            widget for widget in QApplication.topLevelWidgets() if widget.isVisible() and widget not in mine
        ]
        self._hidden_by_lock += [dock for dock in self._docks.values() if dock.isFloating() and dock.isVisible()]
        for widget in self._hidden_by_lock:
            widget.hide()

    def _show_other_windows(self) -> None:
        for widget in self._hidden_by_lock:
            widget.show()
        self._hidden_by_lock = []

    # -------------------------------------------------------------------------------------------------- look

    def _set_theme(self, mode: Mode) -> None:
        self._keep_choice("theme", mode)
        theme().set_mode(mode)

    def _set_text_size(self, percent: int) -> None:
        self._keep_choice("text_size", str(percent))
        theme().set_text_size(percent)

    def _step_text(self, by: int) -> None:
        now = theme().text_size
        steps = [step for step in STEPS if (step > now if by > 0 else step < now)]
        if steps:
            self._set_text_size(steps[0] if by > 0 else steps[-1])

    def restore_look(self) -> None:
        """The theme and text size this person chose last."""
        mode, percent = self._choice("theme"), self._choice("text_size")
        if mode in ("light", "dark", "system"):
            theme().set_mode(cast("Mode", mode))
        if percent.isdigit():
            theme().set_text_size(int(percent))

    def _restyle(self) -> None:
        self.status.restyle()
        self._top_row.setContentsMargins(px(4), px(4), px(8), px(4))
        self._top_row.setSpacing(px(8))
        self._search_button.setMinimumWidth(px(300))
        self._search_button.setIconSize(QSize(px(16), px(16)))
        self._search_button.setStyleSheet(
            f"QPushButton {{ text-align: left; font-weight: 400; color: {tokens().text_muted}; }}"
        )

    def _choice(self, name: str) -> str:
        return self._layouts.choice(self._person, name)

    def _keep_choice(self, name: str, value: str) -> None:
        self._layouts.keep_choice(self._person, name, value)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._fresh and self._begun and not event.spontaneous():
            # Shares of the window's width mean something only now that it has one.
            docking.share_out(self, self._docks, self._perspective, self.work.count() > 0)
            self._fresh = False

    def closeEvent(self, event: QCloseEvent) -> None:
        """Unsaved work that cannot be kept as a draft holds the window open."""
        if not self._locked and not self.work.close_all():
            event.ignore()
            return
        if not self._locked:
            self.keep_layout()
        self.closing.emit()
        super().closeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(1366, 768)


_CORNERS = {
    Qt.Corner.TopLeftCorner: Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.Corner.BottomLeftCorner: Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.Corner.TopRightCorner: Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.Corner.BottomRightCorner: Qt.DockWidgetArea.RightDockWidgetArea,
}
