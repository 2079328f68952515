"""One signed-in person's window with everything in it, and what keeps it alive: heartbeat, idle lock, change feed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from cura_desktop.app.places import Places
from cura_desktop.app.rooms import furnish
from cura_desktop.app.this_pc import ThisPc
from cura_desktop.domain.errors import CuraError, DatabaseUnavailableError, SessionEndedError
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
        self.layouts = LayoutStore(places.layouts)
        self.person = Person(self.caller.organization_id, self.caller.user_id)
        self.tasks = QtTasks(self)
        self.session = SessionService(self.database, self.caller)
        self.window = MainWindow(self.caller, self.layouts)
        self.feed = ChangeFeed(self.tasks, FeedReader(self.database, self.caller), self)
        self.drafts = drafts
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
        """Stop everything that belongs to this person; the work is kept as drafts."""
        for timer in (self._heartbeat, self._sealing):
            timer.stop()
        self._idle.stop()
        self.feed.stop()
        self.tasks.drop_all()
        if self.drafts is not None:
            self.drafts.stop()
        self.window.keep_layout()
        self.window.blockSignals(True)
        self.window.close()
        self.window.deleteLater()
        self.database.close()

    # ------------------------------------------------------------------------------------------------------ session

    def lock(self) -> None:
        """Cover the work; it stays as it was."""
        if self.window.locked:
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

    def _beat_failed(self, error: Exception) -> None:
        if isinstance(error, SessionEndedError):
            self.lock()
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
        self.tasks.run(self.session.sign_out, lambda _none: None, lambda _error: None)
        self.left.emit(sentence)

    def _change_password(self) -> None:
        from cura_desktop.gui.login.change_password import ChangePasswordDialog

        dialog = ChangePasswordDialog(self.session, self.caller, QtTasks(self), self.window)
        dialog.changed.connect(lambda _caller: self.window.messages.toast("Your password is changed.", "success"))
        dialog.open()

    # ------------------------------------------------------------------------------------------------------- making

    def _connect(self) -> None:
        window = self.window
        window.lock_requested.connect(self.lock)
        window.switch_user_requested.connect(lambda: self._leave(""))
        window.sign_out_requested.connect(lambda: self._leave(""))
        window.change_password_requested.connect(self._change_password)
        window.retry_requested.connect(self._beat)
        window.messages.session_ended.connect(lambda _sentence: self.lock())
        self.feed.lost.connect(lambda _error: window.set_connection(Connection.LOST))
        self.feed.restored.connect(self._alive)
        self._idle.idle.connect(self.lock)

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
