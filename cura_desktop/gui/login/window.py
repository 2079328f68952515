"""The window before anybody is signed in."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.sign_in import Enrolment
from cura_desktop.gui.login.brand import BrandPanel
from cura_desktop.gui.login.contracts import Beginnings, Sessions, SignedIn, SignIns
from cura_desktop.gui.login.sign_in import DemoPeople, SignInScreen
from cura_desktop.gui.shell.banners import BannerArea
from cura_desktop.gui.shell.messages import Messages
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme

_NARROW = 760
_FORM_WIDTH = 420


class _Pages(QStackedWidget):
    """As tall as the screen in front; otherwise the tallest would make all of them scroll."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.currentChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        screen = self.currentWidget()
        return screen.sizeHint() if screen is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        screen = self.currentWidget()
        # A screen that does not fit is scrolled, never squeezed.
        return screen.sizeHint() if screen is not None else super().minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        return False


class LoginWindow(QWidget):
    """Signing in, beginning, and choosing a password when one must.

    `entered(signed_in)` when somebody is in and needs no new password. Other screens are made when they are first
    wanted, so that the sign-in screen is painted at once.
    """

    entered = Signal(object)
    password_needed = Signal(object)
    cancelled = Signal()

    def __init__(self, sign_ins: SignIns, beginnings: Beginnings, tasks: Tasks | None = None) -> None:
        super().__init__()
        self.setObjectName("login_window")
        self.setWindowTitle("Cura")
        self.setProperty("ground", "surface")
        self._beginnings = beginnings
        self._tasks: Tasks = tasks or QtTasks(self)
        self._made: dict[str, QWidget] = {}
        self._enrolled = False
        self.brand = BrandPanel(self)
        self.banners = BannerArea(self)
        self.messages = Messages(self, self.banners)
        self._pages = _Pages(self)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._room = QWidget()
        self._room.setProperty("ground", "surface")
        self._room_layout = QHBoxLayout(self._room)
        self._room_layout.addStretch(1)
        inner = QVBoxLayout()
        inner.addStretch(2)
        inner.addWidget(self._pages)
        inner.addStretch(3)
        self._room_layout.addLayout(inner, 0)
        self._room_layout.addStretch(1)
        self._scroll.setWidget(self._room)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.banners)
        right.addWidget(self._scroll, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.brand, 5)
        row.addLayout(right, 7)
        self.sign_in = SignInScreen(sign_ins, self._tasks)
        self.sign_in.signed_in.connect(self._signed_in)
        self.sign_in.nothing_enrolled.connect(lambda: self.show_first_run(back=False))
        self.sign_in.other_wanted.connect(lambda: self.show_first_run(back=True))
        self._pages.addWidget(self.sign_in)
        theme().changed.connect(self._set_lengths)
        self._set_lengths()

    def begin(self, preferred: str = "", username: str = "") -> None:
        """Ask for this PC's clinics; with none, the first-run screen appears."""
        self._turn_to(self.sign_in)
        self.sign_in.load(preferred, username)

    def set_demo_people(self, people: DemoPeople) -> None:
        """Who a newcomer may be in the demo clinic."""
        self.sign_in.set_demo_people(people)

    def show_first_run(self, *, back: bool) -> None:
        """The three ways to begin."""
        from cura_desktop.gui.login.first_run import FirstRunScreen

        screen = self._made.get("first_run")
        if not isinstance(screen, FirstRunScreen):
            screen = FirstRunScreen(self._beginnings, self._tasks)
            screen.begun_with.connect(self._begun)
            screen.start_wanted.connect(self.show_start_clinic)
            screen.join_wanted.connect(self.show_join)
            screen.back_wanted.connect(lambda: self._turn_to(self.sign_in))
            self._keep("first_run", screen)
        self._enrolled = back
        screen.offer_back(back)
        self._turn_to(screen)

    def show_start_clinic(self) -> None:
        """The wizard."""
        from cura_desktop.gui.login.start_clinic import StartClinicScreen

        if "start" not in self._made:
            screen = StartClinicScreen(self._beginnings, self._tasks)
            screen.begun_with.connect(self._begun)
            screen.back_wanted.connect(lambda: self.show_first_run(back=self._enrolled))
            self._keep("start", screen)
        self._turn_to(self._made["start"])

    def show_join(self) -> None:
        """Server address and code."""
        from cura_desktop.gui.login.join import JoinScreen

        if "join" not in self._made:
            screen = JoinScreen(self._beginnings, self._tasks)
            screen.begun_with.connect(self._begun)
            screen.back_wanted.connect(lambda: self.show_first_run(back=self._enrolled))
            self._keep("join", screen)
        self._turn_to(self._made["join"])

    def show_forced_change(self, sessions: Sessions, caller: Caller, changed: object) -> None:
        """A person who must choose a password first. `changed(caller)` is called with the new session."""
        from cura_desktop.gui.login.change_password import ChangePasswordScreen

        owner = QObject()  # what is under way ends with the screen, not with this window
        tasks: Tasks = QtTasks(owner) if isinstance(self._tasks, QtTasks) else self._tasks
        screen = ChangePasswordScreen(sessions, caller, tasks, forced=True)
        owner.setParent(screen)
        screen.changed.connect(changed)
        screen.changed.connect(lambda _caller: self._drop("change"))
        screen.cancelled.connect(self.cancelled)
        screen.cancelled.connect(lambda: self._drop("change"))
        self._keep("change", screen)
        self._turn_to(screen)

    def current_screen(self) -> QWidget:
        """What is on the right side now."""
        return cast("QWidget", self._pages.currentWidget())

    def _signed_in(self, signed_in: SignedIn) -> None:
        if signed_in.caller.must_change_password:
            self.password_needed.emit(signed_in)
        else:
            self.entered.emit(signed_in)

    def _begun(self, enrolment: Enrolment) -> None:
        self.begin(preferred=enrolment.role)

    def _keep(self, name: str, screen: QWidget) -> None:
        self._made[name] = screen
        self._pages.addWidget(screen)

    def _drop(self, name: str) -> None:
        screen = self._made.pop(name, None)
        if screen is not None:
            self._turn_to(self.sign_in)
            self._pages.removeWidget(screen)
            screen.deleteLater()

    def _turn_to(self, screen: QWidget) -> None:
        self._pages.setCurrentWidget(screen)
        self._scroll.verticalScrollBar().setValue(0)
        step = screen.nextInFocusChain()
        while step is not None and not (
            screen.isAncestorOf(step)
            and step.focusPolicy() & Qt.FocusPolicy.TabFocus
            and step.isVisibleTo(screen)
            and step.isEnabled()
        ):
            step = step.nextInFocusChain()
            if step is screen:
                return
        if step is not None:
            step.setFocus()

    def _set_lengths(self) -> None:
        self._pages.setFixedWidth(px(_FORM_WIDTH))
        self._room_layout.setContentsMargins(px(24), px(32), px(24), px(32))
        self.setMinimumSize(px(_FORM_WIDTH) + px(48), min(px(420), 640))
        self._show_brand()

    def _show_brand(self) -> None:
        self.brand.setVisible(self.width() >= max(_NARROW, px(_FORM_WIDTH + 48) + 240))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_brand()

    def sizeHint(self) -> QSize:
        return QSize(1040, 680)
