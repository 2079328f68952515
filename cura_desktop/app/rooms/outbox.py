"""E-mail on its way; the seat that sends does so quietly, while somebody is signed in on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.errors import ConflictError, CuraError, SecretStoreError

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace
    from cura_desktop.domain.outbox import Sending
    from cura_desktop.integrations.secrets import SecretStore

SEND_MS = 10_000
BANNER = "mail"


class OutboxRoom(QObject):
    """A place for the messages and one for the settings; the sending itself needs no window."""

    def __init__(self, space: Workspace) -> None:
        super().__init__(space)
        from cura_desktop.services.outbox import OutboxService

        self._space = space
        self.service = OutboxService(space.database, space.caller, self._secrets)
        space.window.add_place(
            "outbox", "Outbox", "mail", self.show, shortcut="Ctrl+Alt+X", needs=("view", "messaging")
        )
        space.window.add_place(
            "mail", "Mail", "send", self.set_up, shortcut="Ctrl+Alt+M", needs=("view", "settings"), menu="Office"
        )
        self._timer = QTimer(self)
        self._timer.setInterval(SEND_MS)
        self._timer.timeout.connect(self._send)
        space.feed.subscribe(space.window, ("mail_settings",), lambda _changes: self._look(), live=False)
        self._look()

    def show(self) -> None:
        """What waits, what was sent, what needs somebody."""

        def make() -> QWidget:
            from cura_desktop.gui.messaging.outbox import OutboxPlace

            place = OutboxPlace(self.service, self._space.caller)
            self._space.watch(place)
            return place

        self._space.window.open_tab(("outbox",), "Outbox", "mail", make)

    def set_up(self) -> None:
        """How the clinic sends."""

        def make() -> QWidget:
            from cura_desktop.gui.admin.mail_place import MailPlace

            place = MailPlace(self.service, self._space.caller)
            self._space.watch(place)
            return place

        self._space.window.open_tab(("mail",), "Mail", "send", make)

    # ------------------------------------------------------------------ the sending seat

    def _secrets(self) -> SecretStore:
        from cura_desktop.app.this_pc import ThisPc

        return ThisPc(self._space.places).secrets_for(self._space.enrolment)

    def _look(self) -> None:
        """Whether this PC sends; asked at the beginning and when the settings change."""
        self._space.tasks.run(self.service.sends_here, self._begin, lambda _error: None, latest="mail.here")

    def _begin(self, here: bool) -> None:
        if here:
            self._timer.start()
        else:
            self._timer.stop()
            self._space.window.messages.clear_banner(BANNER)

    def _send(self) -> None:
        self._space.tasks.run(self.service.send_due, self._sent, self._not_sent, latest="mail.send")

    def _sent(self, _sending: Sending) -> None:
        self._space.window.messages.clear_banner(BANNER)

    def _not_sent(self, error: Exception) -> None:
        """A lost password is a lasting state; a lost server has its own banner and the next round tries again."""
        if isinstance(error, ConflictError | SecretStoreError):
            self._space.window.messages.banner(BANNER, str(error), "warning", "&Mail settings", self.set_up)
        elif not isinstance(error, CuraError):
            self._space.window.messages.report(error)
