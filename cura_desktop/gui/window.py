"""The main window: docks, menus, tabs, perspectives and the memory of their arrangement. A frame, not a brain."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTabWidget, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import DatabaseUnavailableError
from cura_desktop.gui.shell import docks as docking
from cura_desktop.gui.shell.actions import ActionRegistry, ActionSpec
from cura_desktop.gui.shell.banners import BannerArea
from cura_desktop.gui.shell.command_palette import CommandPalette, PatientSearch
from cura_desktop.gui.shell.docks import Area, Dock
from cura_desktop.gui.shell.help import HelpSheet
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.layouts import LAYOUT_VERSION, Layout, LayoutStore, Person
from cura_desktop.gui.shell.look import PersonalLook
from cura_desktop.gui.shell.menus import Menus
from cura_desktop.gui.shell.messages import Messages
from cura_desktop.gui.shell.nearest_mnemonics import NearestMnemonics
from cura_desktop.gui.shell.notification_centre import Bell, NotificationCentre
from cura_desktop.gui.shell.overlay import Overlay
from cura_desktop.gui.shell.perspectives import BY_KEY, Perspective, perspective_for_role, role_in_words
from cura_desktop.gui.shell.standard_actions import Commands, standard_actions
from cura_desktop.gui.shell.start_page import StartPage
from cura_desktop.gui.shell.status import Connection, StatusBar
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.shell.top_bar import TopBar
from cura_desktop.gui.shell.work_area import TabKey, WorkArea
from cura_desktop.gui.widgets.side_sheet import SideSheet


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
        for corner, side in docking.CORNERS.items():
            self.setCorner(corner, side)
        self.registry = ActionRegistry(self, caller.may, role)
        self.banners = BannerArea(self)
        self.messages = Messages(self, self.banners)
        self.messages.retry_wanted.connect(self._retry)
        self.work = WorkArea(self)
        self.start_page = StartPage(caller.full_name, self.registry, self)
        self._centre = self._build_centre()
        self.look = PersonalLook(layouts, self._person)
        self.menus = Menus(self.registry, self.look.set_text_size, self)
        self.status = StatusBar(caller.organization_name, caller.full_name, role, self.menus.person, self)
        self.setStatusBar(self.status)
        self.palette_sheet = CommandPalette(self, self.registry, tasks or QtTasks(self))
        self._help_sheet: HelpSheet | None = None
        self.notifications = NotificationCentre(self)
        self.bell = Bell(self)
        for spec in standard_actions(self._commands()):
            self.registry.register(spec)
        top = TopBar(self.menus.bar, self.banners, self.bell, self)
        top.find_wanted.connect(self.palette_sheet.open)
        top.notifications_wanted.connect(self.notifications.open)
        self.setMenuWidget(top)
        NearestMnemonics(self)
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
        dock.visibilityChanged.connect(self._sheets_above)
        dock.came_forward.connect(self._sheets_above)
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
        menu: str = "Go",
    ) -> bool:
        """A screen that opens as a tab, in the menu Go or Office. False, and no trace, when the role may not see it."""
        if needs is not None and not self._caller.may(*needs):
            return False
        self._register_place(key, title, icon_name, go, shortcut, menu)
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

    def restore_look(self) -> None:
        """The theme and text size this person chose last."""
        self.look.restore()

    def begin(self) -> None:
        """Finish building: menus, then the perspective of the last visit or of the role, as the person left it."""
        self.menus.fill(self._docks.values())
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
        self._fresh = True
        self._arrange()

    def keep_layout(self) -> None:
        """Remember the arrangement (called on switching, signing out and closing)."""
        if not self._begun:
            return
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

    def _register_place(
        self, key: str, title: str, icon_name: str, go: Callable[[], object], shortcut: str, menu: str = "Go"
    ) -> None:
        id_ = f"go.{key}"
        self._places[key] = id_
        self.registry.register(
            ActionSpec(id_, f"&{title}", go, menu, shortcut, group="Places", icon=icon_name, section="places")
        )

    def _commands(self) -> Commands:
        return Commands(
            find=self.palette_sheet.open,
            close_tab=self.work.close_current,
            step_tab=self.work.step,
            show_perspective=self.show_perspective,
            reset_layout=self.reset_layout,
            set_theme=self.look.set_theme,
            step_text=self.look.step_text,
            normal_text=partial(self.look.set_text_size, 100),
            show_notifications=self.notifications.open,
            lock=self.lock_requested.emit,
            switch_user=self.switch_user_requested.emit,
            change_password=self.change_password_requested.emit,
            sign_out=self.sign_out_requested.emit,
            quit=self.close,
            show_help=lambda page: self.help_sheet.open(page),
        )

    def _connect(self) -> None:
        self.work.filled.connect(lambda: self._settle_centre())
        self.work.emptied.connect(lambda: self._settle_centre())
        self.palette_sheet.patient_chosen.connect(self.patient_chosen)
        self.palette_sheet.recent_changed.connect(lambda keys: self._keep_choice("recent", "|".join(keys)))
        theme().changed.connect(self.status.restyle)

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

    def _sheets_above(self) -> None:
        """A dock that comes in front of its neighbours would also come in front of a sheet that is open."""
        for child in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if isinstance(child, Overlay | SideSheet) and child.isVisible():
                child.raise_()

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

    def _choice(self, name: str) -> str:
        return self._layouts.choice(self._person, name)

    def _keep_choice(self, name: str, value: str) -> None:
        self._layouts.keep_choice(self._person, name, value)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            self._fresh = False  # a separator may be moved now; from here on the widths are the person's own
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_if_fresh()

    def _share_if_fresh(self) -> None:
        """Shares of the window's width follow it (a desktop may give it one late) until a person moves something."""
        if self._fresh and self._begun:
            docking.share_out(self, self._docks, self._perspective, self.work.count() > 0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._share_if_fresh()
            docking.focus_first(self._docks, self._perspective)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Unsaved work that cannot be kept as a draft holds the window open."""
        if not self.work.close_all():
            event.ignore()
            return
        if not self._locked:
            self.keep_layout()
        self.closing.emit()
        super().closeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(1366, 768)
