"""One run of the program: the sign-in window, then a signed-in person's workspace, then sign-in again."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QLocale, QObject, QTimer
from PySide6.QtWidgets import QApplication

from cura_desktop.app.collecting import Collecting
from cura_desktop.app.places import Places
from cura_desktop.app.this_pc import ThisPc
from cura_desktop.app.turns import Turns
from cura_desktop.gui.login.window import LoginWindow
from cura_desktop.gui.shell.tasks import QtTasks
from cura_desktop.gui.shell.theme import install_theme

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace
    from cura_desktop.domain.caller import Caller
    from cura_desktop.domain.errors import CuraError
    from cura_desktop.domain.sign_in import Enrolment
    from cura_desktop.gui.login.contracts import SignedIn
    from cura_desktop.services.drafts import DraftService
    from cura_desktop.services.sign_in import SignedIn as Door

log = logging.getLogger(__name__)

AFTER_PAINT_MS = 60
"""The sign-in screen is painted before a worker competes with it for the interpreter."""


def make_application() -> QApplication:
    """The Qt application with our font, theme and British dates; made once a process."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    # Workers give the interpreter back after this many seconds: a repaint enters Python dozens of times, and each time
    # it waited up to the default of 5 ms for a worker that reads rows or imports.
    sys.setswitchinterval(0.0005)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Cura Desktop")
    application.setOrganizationName("Cura")
    application.setQuitOnLastWindowClosed(True)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    install_theme(application)
    return application


class Program(QObject):
    """Holds the one window that is open: `login` while nobody is signed in, `workspace` while somebody is."""

    def __init__(self, application: QApplication, places: Places, this_pc: ThisPc | None = None) -> None:
        super().__init__()
        self.places = places
        self.this_pc = this_pc or ThisPc(places)
        self.workspace: Workspace | None = None
        self._coming: Workspace | None = None
        self._unchosen: Door | None = None
        self._application = application
        self._tasks = QtTasks(self)
        self._collecting = Collecting(self)
        self.login = LoginWindow(self.this_pc, self.this_pc)
        self.login.entered.connect(self._enter)
        self.login.password_needed.connect(self._choose_password)
        self.login.cancelled.connect(self._come_back)
        application.aboutToQuit.connect(self._leave)

    def show(self, preferred: str = "", *, demo: bool = False) -> None:
        """Open on the sign-in screen. `demo` makes the demo clinic first when this PC has none."""
        self.login.set_demo_people(self.this_pc.demo_people)
        self.login.show()
        if demo and not self.this_pc.organizations():
            self._tasks.run(
                lambda report: self.this_pc.try_demo(report),
                lambda enrolment: self._begin(enrolment.role),
                progress=lambda progress: self.login.messages.banner(
                    "demo", f"{progress.text} ({progress.done + 1} of {progress.total})", kind="info"
                ),
            )
            return
        self._begin(preferred)

    def _begin(self, preferred: str) -> None:
        self.login.messages.clear_banner("demo")
        self.login.begin(preferred)
        QTimer.singleShot(AFTER_PAINT_MS, self, self._warm)

    def _warm(self) -> None:
        self._tasks.run(self.this_pc.warm, lambda _nothing: self._collecting.settle(), self._not_warmed)

    def _not_warmed(self, error: Exception) -> None:
        # It is said, better, when somebody signs in.
        log.info("not warmed: %s", type(error))
        self._collecting.settle()

    def _enter(self, signed_in: SignedIn) -> None:
        """The window is made behind the sign-in screen: what reads the disk on a worker, the widgets step by step."""
        self.login.sign_in.show_busy(True)
        self._tasks.run(
            lambda: prepared(door(signed_in), self.places, self.this_pc),
            lambda ready: self._build(door(signed_in), *ready),
            self._not_entered,
        )

    def _build(self, signed_in: Door, drafts: DraftService | None, why_no_drafts: CuraError | None) -> None:
        from cura_desktop.app.workspace import Workspace

        space = self._coming = Workspace(signed_in, self.places, drafts)
        if why_no_drafts is not None:
            sentence = f"{why_no_drafts} What you type is not kept if this program ends."
            space.window.messages.banner("drafts", sentence, "warning")
        Turns(space.build(), self._entered, self._not_entered, space).start()

    def _entered(self) -> None:
        from cura_desktop.app.backups import Backups

        space, self._coming = self._coming, None
        if space is None:
            return
        space.left.connect(self._left)
        space.window.closing.connect(self._application.quit)
        space.show()
        Backups(space, self.this_pc)
        self.workspace = space
        self.login.hide()
        self.login.sign_in.show_busy(False)

    def _not_entered(self, error: Exception) -> None:
        space, self._coming = self._coming, None
        if space is not None:
            space.close()
        self.login.sign_in.show_busy(False)
        self.login.messages.report(error)

    def _choose_password(self, signed_in: SignedIn) -> None:
        from cura_desktop.app.sessions import session_of

        def chosen(caller: Caller) -> None:
            self._unchosen = None
            self._enter(renewed(signed_in, caller))

        self._unchosen = door(signed_in)
        self.login.show_forced_change(session_of(signed_in), signed_in.caller, chosen)

    def _left(self, sentence: str) -> None:
        """Signed out, switched user, or the session ended: `sentence` says why when it was not the person's wish."""
        workspace, self.workspace = self.workspace, None
        enrolment: Enrolment | None = None
        if workspace is not None:
            enrolment = workspace.enrolment
            workspace.close()
        self._come_back()
        if enrolment is not None:
            self.login.begin(preferred=enrolment.role)
        if sentence:
            self.login.messages.banner("ended", sentence, kind="warning")

    def _come_back(self) -> None:
        unchosen, self._unchosen = self._unchosen, None
        if unchosen is not None:  # somebody who did not choose the password they must choose
            self._tasks.run(unchosen.database.close, lambda _none: None)
        self.login.show()
        self.login.begin()

    def _leave(self) -> None:
        if self._coming is not None:
            self._coming.close()
            self._coming = None
        if self.workspace is not None:
            self.workspace.close()
            self.workspace = None
        self.this_pc.release()


def prepared(signed_in: Door, places: Places, this_pc: ThisPc) -> tuple[DraftService | None, CuraError | None]:
    """Everything a window needs that would hold up the screen: modules and the journal of drafts. On a worker."""
    from cura_desktop.app import warming
    from cura_desktop.app.workspace import open_drafts

    warming.load_rooms()
    return open_drafts(signed_in, places, this_pc)


def renewed(signed_in: SignedIn, caller: Caller) -> Door:
    """The same door with the caller as known now (a new password was chosen)."""
    from dataclasses import replace

    return replace(door(signed_in), caller=caller)


def door(signed_in: SignedIn) -> Door:
    """What the sign-in screen carries is what the service gave it: the open connection, the person, the enrolment."""
    return cast("Door", signed_in)
