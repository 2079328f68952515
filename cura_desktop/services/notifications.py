"""What happened while a person looked elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from cura_desktop.db.database import Database
from cura_desktop.db.notifications import NotificationRepository
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.messages import Notification

MOST = 50


class NotificationService:
    """The signed-in person's notifications; nobody sees another person's."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def mine(self, limit: int = MOST) -> tuple[Notification, ...]:
        """The latest first."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return NotificationRepository(transaction.session).mine(self._caller.user_id, limit)

    def unread_count(self) -> int:
        """For the bell."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return NotificationRepository(transaction.session).unread_count(self._caller.user_id)

    def overview(self, limit: int = MOST) -> tuple[tuple[Notification, ...], int]:
        """The list and the number of unread ones, in one transaction."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            repository = NotificationRepository(transaction.session)
            return repository.mine(self._caller.user_id, limit), repository.unread_count(self._caller.user_id)

    def mark_read(self, ids: Sequence[int] | None = None) -> None:
        """These were read; None: all of them."""
        with self._database.transaction(self._caller) as transaction:
            NotificationRepository(transaction.session).mark_read(self._caller.user_id, ids)
