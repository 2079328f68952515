"""One signed-in person's window with everything in it, and what keeps it alive: heartbeat, idle lock, change feed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from cura_desktop.app.offers import OfferedDrafts
from cura_desktop.app.places import Places
from cura_desktop.app.rooms import furnish
from cura_desktop.app.this_pc import ThisPc
from cura_desktop.domain.errors import CuraError, DatabaseUnavailableError, SessionEndedError, SignInError
from cura_desktop.gui.login.idle import IdleTimer
from cura_desktop.gui.shell.feed import ChangeFeed
from cura_desktop.gui.shell.layouts import LayoutStore, Person
from cura_desktop.gui.shell.status import Connection
from cura_desktop.gui.shell.tasks import QtTasks
from cura_desktop.gui.window import MainWindow
from cura_desktop.services.session import SessionService

if TYPE_CHECKING:
    from cura_desktop.db.database import Database
    from cura_desktop.domain.caller import Caller
    from cura_desktop.domain.sign_in import Enrolment
    from cura_desktop.gui.login.lock import LockScreen
    from cura_desktop.gui.shell.actions import ActionSpec
    from cura_desktop.services.drafts import DraftService
    from cura_desktop.services.sign_in import SignedIn

log = logging.getLogger(__name__)

HEARTBEAT_MS = 60_000
SEAL_MS = 5 * 60_000


class Workspace(QObject):
    """`left(sentence)` when the person is gone; the sentence is empty when it was the person's own wish."""

    left = Signal(str)
    reopened = Signal()
    """The screen was unlocked: charts that were open must be opened again."""

    def __init__(self, signed_in: SignedIn, places: Places, drafts: DraftService | None) -> None:
        """`drafts` is None where nothing that is typed can be kept (`open_drafts`). Then take `build()`'s steps."""
        super().__init__()
        from cura_desktop.db.feed import FeedReader

        self.caller: Caller = signed_in.caller
        self.database: Database = signed_in.database
        self.enrolment: Enrolment = signed_in.enrolment
        self.places = places
        self.layouts = LayoutStore(places.layouts)
        self.person = Person(self.caller.organization_id, self.caller.user_id)
        self.tasks = QtTasks(self)
        self.session = SessionService(self.database, self.caller)
        self.window = MainWindow(self.caller, self.layouts)
        self.feed = ChangeFeed(self.tasks, FeedReader(self.database, self.caller), self)
        self.drafts = OfferedDrafts(drafts, self) if drafts is not None else None
        self._signing_out = False
        self._lock: LockScreen | None = None
        self._idle = IdleTimer(min(self.caller.idle_minutes, 10), self)
        self._heartbeat = self._every(HEARTBEAT_MS, self._beat)
        self._sealing = self._every(SEAL_MS, self._seal)
        self._connect()

    def build(self) -> Iterator[None]:
        """Make what is in the window, in steps; `show()` comes after the last."""
        self.window.restore_look()
        yield
        yield from furnish(self)
        yield
        self.window.begin()
        yield

    def show(self) -> None:
        """Show the window and begin to live."""
        self.window.show()
        self._idle.start()
        self._heartbeat.start()
        self._sealing.start()
        self.feed.start()
        self._beat()

    def offer(self, specs: Iterable[ActionSpec]) -> None:
        """Put a panel's actions into menus, palette and cheat sheet."""
        for spec in specs:
            self.window.registry.register(spec)

    def watch(self, widget: QWidget) -> None:
        """Let a panel with `live_tables` and `refresh` follow what other seats change."""
        live: Any = widget
        self.feed.subscribe(widget, live.live_tables, lambda _changes: live.refresh())

    def close(self) -> None:
        """Stop everything that belongs to this person; the work is kept as drafts.

        The window goes first: its tabs hand their text to the journal, which is closed after that.
        """
        for timer in (self._heartbeat, self._sealing):
            timer.stop()
        self._idle.stop()
        self.feed.stop()
        self.window.keep_layout()
        self.window.blockSignals(True)
        self.window.close()
        self.tasks.drop_all()
        self._end_drafts()
        self.window.deleteLater()
        if self._signing_out:
            # Of the application, not of this object: it must go on when the window is gone.
            QtTasks(QApplication.instance() or self).run(self._part, lambda _none: None, lambda _error: None)
        else:
            self.database.close()

    def _end_drafts(self) -> None:
        if self.drafts is not None:
            try:
                self.drafts.stop()
            except CuraError as error:  # the person was told when the last flush failed
                log.warning("the drafts could not be written: %s", type(error).__name__)

    def _part(self) -> None:
        """End the session on the server, then the connection."""
        try:
            self.session.sign_out()
        finally:
            self.database.close()

    # ------------------------------------------------------------------------------------------------------ session

    def lock(self, sentence: str = "") -> None:
        """Cover the work; it stays as it was. `sentence` says why, when it was not the person's wish."""
        if self._lock is not None:
            return
        from cura_desktop.gui.login.lock import LockScreen

        self._idle.stop()
        self._heartbeat.stop()
        self.feed.stop()
        lock = LockScreen(self.window, self.caller, self.session, QtTasks(self))
        lock.unlocked.connect(self._unlocked)
        lock.switch_wanted.connect(lambda: self._leave(""))
        self._lock = lock
        lock.open()
        lock.show_problem(sentence)
        self.window.set_locked(True, lock)

    def _unlocked(self, caller: Caller) -> None:
        self.caller = caller
        if self._lock is not None:
            self.window.set_locked(False, self._lock)
            self._lock.close_sheet()
            self._lock.deleteLater()
            self._lock = None
        self._idle.start()
        self._heartbeat.start()
        self.feed.start()
        self.reopened.emit()

    def _beat(self) -> None:
        self.tasks.run(self.session.heartbeat, lambda _until: self._alive(), self._beat_failed, latest="heartbeat")

    def _alive(self) -> None:
        self.window.set_connection(Connection.CONNECTED)

    def _doubt(self) -> None:
        """Any call may be the first to find the server gone; the feed is the one that finds it again."""
        self.window.status.set_connection(Connection.LOST)
        self.feed.doubt()

    def _beat_failed(self, error: Exception) -> None:
        if isinstance(error, SessionEndedError | SignInError):  # ended by an administrator; the device was revoked
            self.lock(str(error))
        elif isinstance(error, DatabaseUnavailableError):
            self.window.set_connection(Connection.LOST)
        else:
            self.window.messages.report(error)

    def _seal(self) -> None:
        from cura_desktop.services.trail import TrailService

        # Any other seat does it as well; what goes wrong shows elsewhere, at once.
        seal = TrailService(self.database, self.caller).seal
        self.tasks.run(seal, lambda _block: None, lambda _error: None, latest="seal")

    def _leave(self, sentence: str) -> None:
        """Go. Work that cannot be kept as a draft is asked about first, unless somebody else wants the seat."""
        if self._lock is None and not self.window.work.close_all():
            return
        self._signing_out = True
        self.left.emit(sentence)

    def _change_password(self) -> None:
        from cura_desktop.gui.login.change_password import ChangePasswordDialog

        dialog = ChangePasswordDialog(self.session, self.caller, QtTasks(self), self.window)
        dialog.changed.connect(lambda _caller: self.window.messages.toast("Your password is changed.", "success"))
        dialog.open()

    # ------------------------------------------------------------------------------------------------------- making

    def _connect(self) -> None:
        window = self.window
        window.lock_requested.connect(lambda: self.lock())
        window.switch_user_requested.connect(lambda: self._leave(""))
        window.sign_out_requested.connect(lambda: self._leave(""))
        window.change_password_requested.connect(self._change_password)
        window.retry_requested.connect(self._beat)
        window.messages.session_ended.connect(self.lock)
        window.messages.lost.connect(self._doubt)
        self.feed.lost.connect(lambda _error: window.set_connection(Connection.LOST))
        self.feed.restored.connect(self._alive)
        self._idle.idle.connect(lambda: self.lock())

    def _every(self, milliseconds: int, call: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer


def open_drafts(signed_in: SignedIn, places: Places, this_pc: ThisPc) -> tuple[DraftService | None, CuraError | None]:
    """The journal of what is typed, or why there is none; asks the keyring and the disk, so call it on a worker."""
    from cura_desktop.services.drafts import DraftService

    secrets = this_pc.secrets_for(signed_in.enrolment)
    try:
        return DraftService.start(places.drafts, secrets, signed_in.enrolment, signed_in.caller), None
    except CuraError as error:
        return None, error
