"""Between the notifications of the clinic and the centre behind the bell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.messages import Notification, Related

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

LIVE_TABLES: tuple[str, ...] = ("notifications",)


@dataclass(frozen=True, slots=True)
class NoticeValue:
    """One notification as `shell.notification_centre.Notice` wants it: `at` is clinic time."""

    id: int
    title: str
    text: str
    at: datetime
    unread: bool
    kind: str


class Notifications(Protocol):
    """The part of `services.notifications.NotificationService` needed here."""

    def overview(self, limit: int = 50) -> tuple[tuple[Notification, ...], int]: ...
    def mark_read(self, ids: Sequence[int] | None = None) -> None: ...


class NoticesView(Protocol):
    """The centre and the bell."""

    def show_notices(self, notices: Sequence[NoticeValue]) -> None: ...
    def set_unread(self, count: int) -> None: ...


@dataclass(frozen=True, slots=True)
class BellAndCentre:
    """The window's bell and notification centre as one view."""

    show_notices: Callable[[Sequence[NoticeValue]], object]
    set_unread: Callable[[int], object]


class NoticesPresenter:
    """`related(kind, id)` is told what a picked notification is about; nothing for one that is about nothing."""

    def __init__(
        self,
        view: NoticesView | BellAndCentre,
        service: Notifications,
        tasks: Tasks,
        zone: ZoneInfo,
        related: Callable[[Related], object],
    ) -> None:
        self._view, self._service, self._tasks, self._zone = view, service, tasks, zone
        self._related = related
        self._shown: dict[int, Notification] = {}

    def refresh(self) -> None:
        """Read them again."""
        self._tasks.run(self._service.overview, self._loaded, latest="notices")

    def pick(self, notice_id: int) -> None:
        """Go to what it is about; it counts as read."""
        picked = self._shown.get(notice_id)
        if picked is None:
            return
        if picked.unread:
            self._tasks.run(lambda: self._service.mark_read([notice_id]), lambda _: self.refresh())
        if picked.related is not None:
            self._related(picked.related)

    def read_all(self) -> None:
        """All of them were seen."""
        self._tasks.run(lambda: self._service.mark_read(None), lambda _: self.refresh())

    def _loaded(self, overview: tuple[tuple[Notification, ...], int]) -> None:
        found, unread = overview
        self._shown = {one.id: one for one in found}
        self._view.show_notices([self._value(one) for one in found])
        self._view.set_unread(unread)

    def _value(self, one: Notification) -> NoticeValue:
        return NoticeValue(one.id, one.title, one.text, to_clinic(one.at, self._zone), one.unread, one.kind)
